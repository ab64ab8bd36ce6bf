#include "core/builtins/context_types.h"

#include "core/builtins/builtin_types.h"
#include "core/builtins/context_map.h"
#include "core/object/allocate.h"
#include "core/object/type_system.h"
#include "memory/roots.h"

#include <cstdio>

namespace py {

namespace {

Context& context_of(Value value) { return *static_cast<Context*>(value.object()); }
ContextVar& var_of(Value value) { return *static_cast<ContextVar*>(value.object()); }
ContextToken& token_of(Value value) { return *static_cast<ContextToken*>(value.object()); }
bool is_type(Value value, const Type* type) { return value.is_object() && &type_of_object(*value.object()) == type; }

void visit_context(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<Context&>(object).values);
  visitor.visit(static_cast<Context&>(object).previous);
}
usize context_size(const Object&) { return sizeof(Context); }
const ObjectOps kContextOps = {"Context", visit_context, nullptr, context_size};
void visit_var(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<ContextVar&>(object).name);
  visitor.visit(static_cast<ContextVar&>(object).otherwise);
}
usize var_size(const Object&) { return sizeof(ContextVar); }
const ObjectOps kVarOps = {"ContextVar", visit_var, nullptr, var_size};
void visit_token(Object& object, Visitor& visitor) {
  ContextToken& token = static_cast<ContextToken&>(object);
  for (Field* field : {&token.context, &token.variable, &token.old_value}) visitor.visit(*field);
}
usize token_size(const Object&) { return sizeof(ContextToken); }
const ObjectOps kTokenOps = {"Token", visit_token, nullptr, token_size};

GlobalRef missing;

std::string address_of(Value value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value.bits & ~u64{7}));
  return text;
}

Result<Ref<Context>> make_context(Thread& thread, Value values) {
  Ref<Context> context = TRY(new_object<Context>(thread, *types.context));
  context->entered.store(false);
  context->values.store(*context, values);
  context->previous.initialize(None);
  return context;
}
Result<Ref<Context>> make_empty_context(Thread& thread) {
  Ref<ContextMap> values = TRY(make_context_map(thread));
  return make_context(thread, values.value());
}

// Context
Result<Ref<>> context_new(Thread& thread, Type&, const Arguments& arguments) {
  if (arguments.positional || arguments.keyword_count()) return raise(thread, types.TypeError, "Context() does not accept any arguments");
  return Ref<>(TRY(make_empty_context(thread)));
}
Result<Ref<>> context_copy(Thread& thread, Value self) {
  Ref<> values = context_of(self).values.load();
  return Ref<>(TRY(make_context(thread, values)));
}
Result<Ref<>> context_run(Thread& thread, Value self, Rest rest, Keywords keywords) {
  if (rest.count < 1) return raise(thread, types.TypeError, "run() missing 1 required positional argument");
  Context& context = context_of(self);
  if (context.entered.exchange(true)) return raise(thread, types.RuntimeError, "cannot enter context: {!r} is already entered", self);
  const Value outer = thread.context;
  thread.context = Ref<>::share(self).release();
  Result<Ref<>> result = call(thread, rest.values[0], Arguments{rest.values + 1, rest.count - 1, keywords.names});
  const Value inner = thread.context;
  thread.context = outer;
  decref(inner);
  context.entered.store(false);
  return result;
}
Result<void> check_key(Thread& thread, Value key) {
  if (!is_type(key, types.context_var)) return raise(thread, types.TypeError, "a ContextVar key was expected, got {!r}", key);
  return {};
}
ContextMap& map_in(Value values) { return *static_cast<ContextMap*>(values.object()); }
// The value of a variable in a context; Empty: it has none there.
Result<Ref<>> value_in(Thread& thread, Value context, Value var) {
  Ref<> values = context_of(context).values.load();
  return Ref<>::share(TRY(find(thread, map_in(values), var)));
}
Result<Ref<>> context_get_item(Thread& thread, Value self, Value key) {
  TRY(check_key(thread, key));
  Ref<> found = TRY(value_in(thread, self, key));
  if (found.is_empty()) return raise_key_error(thread, key);
  return found;
}
Result<bool> context_contains(Thread& thread, Value self, Value key) {
  TRY(check_key(thread, key));
  return !TRY(value_in(thread, self, key)).is_empty();
}
Result<Ref<>> context_get(Thread& thread, Value self, Value key, Value otherwise) {
  TRY(check_key(thread, key));
  Ref<> found = TRY(value_in(thread, self, key));
  return found.is_empty() ? Ref<>::share(otherwise) : std::move(found);
}
Result<isize> context_length(Thread&, Value self) {
  Ref<> values = context_of(self).values.load();
  return map_in(values).count;
}
template <DictPart part>
Result<Ref<>> context_part(Thread& thread, Value self) {
  Ref<> values = context_of(self).values.load();
  return iterate_part(thread, map_in(values), part);
}
Result<Ref<>> context_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_type(left, types.context) || !is_type(right, types.context) || (op != CompareOp::Equal && op != CompareOp::NotEqual)) {
    return Ref<>::adopt(NotImplemented);
  }
  Ref<> a = context_of(left).values.load(), b = context_of(right).values.load();
  const bool same = TRY(are_equal(thread, map_in(a), map_in(b)));
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}

constexpr MethodSpec kContextMethods[] = {
    def<context_run>("run(*args, **kwargs)", nullptr),
    def<context_copy>("copy()", "Return a shallow copy of the context object."),
    def<context_get>("get(key, default=None, /)", "Return the value for `key` if `key` has the value in the context object."),
    def<context_part<DictPart::Keys>>("keys()", "Return a list of all variables in the context object."),
    def<context_part<DictPart::Values>>("values()", "Return a list of all variables' values in the context object."),
    def<context_part<DictPart::Pairs>>("items()", "Return all variables and their values in the context object."),
};

// ContextVar
Result<Ref<>> var_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional != 1 && !arguments.keyword_count()) {
    return raise(thread, types.TypeError, "ContextVar() takes exactly 1 positional argument ({} given)", arguments.positional);
  }
  BIND_ARGUMENTS(bound, "ContextVar(name, *, default=unset)", arguments);
  if (!is<Str>(bound[0])) return raise(thread, types.TypeError, "context variable name must be a str");
  Ref<ContextVar> var = TRY(new_object<ContextVar>(thread, type));
  var->name.initialize(Ref<>::share(bound[0]));
  if (bound[1] != Unbound) var->otherwise.initialize(Ref<>::share(bound[1]));
  return Ref<>(std::move(var));
}
Result<Ref<>> var_get(Thread& thread, Value self, Value otherwise) {
  if (thread.context.is_object()) {
    Ref<> found = TRY(value_in(thread, thread.context, self));
    if (!found.is_empty()) return found;
  }
  if (otherwise != Unbound) return Ref<>::share(otherwise);
  Ref<> own = var_of(self).otherwise.load();
  if (!own.is_empty()) return own;
  return raise_with(thread, types.LookupError, {self});
}
// Gives the current context the map with the change; `value` Empty removes.
Result<void> change(Thread& thread, Context& context, Value var, Value value) {
  Ref<> values = context.values.load();
  Ref<ContextMap> fresh = TRY(value.is_empty() ? without_entry(thread, map_in(values), var)
                                               : with_entry(thread, map_in(values), var, value));
  context.values.store(context, Ref<>(std::move(fresh)));
  return {};
}
Result<Ref<>> var_set(Thread& thread, Value self, Value value) {
  Ref<> context = TRY(current_context(thread));
  Ref<> old = TRY(value_in(thread, context, self));
  Ref<ContextToken> token = TRY(new_object<ContextToken>(thread, *types.context_token));
  token->used.store(false);
  token->context.initialize(context.share());
  token->variable.initialize(Ref<>::share(self));
  token->old_value.initialize(std::move(old));
  TRY(change(thread, context_of(context), self, value));
  return Ref<>(std::move(token));
}
Result<void> var_reset(Thread& thread, Value self, Value value) {
  if (!is_type(value, types.context_token)) return raise(thread, types.TypeError, "expected an instance of Token, got {!r}", value);
  ContextToken& token = token_of(value);
  if (token.used.load()) return raise(thread, types.RuntimeError, "{!r} has already been used once", value);
  if (token.variable.peek() != self) return raise(thread, types.ValueError, "{!r} was created by a different ContextVar", value);
  Ref<> context = TRY(current_context(thread));
  if (token.context.peek() != context.value()) return raise(thread, types.ValueError, "{!r} was created in a different Context", value);
  if (token.used.exchange(true)) return raise(thread, types.RuntimeError, "{!r} has already been used once", value);
  Ref<> old = token.old_value.load();
  return change(thread, context_of(context), self, old);
}
Result<Ref<>> var_repr(Thread& thread, Value self) {
  std::string text = "<ContextVar name=" + TRY(repr(thread, var_of(self).name.peek()))->utf8();
  Ref<> otherwise = var_of(self).otherwise.load();
  if (!otherwise.is_empty()) text += " default=" + TRY(repr(thread, otherwise))->utf8();
  return Ref<>(TRY(Str::from_utf8(thread, text + " at " + address_of(self) + ">")));
}
Result<Ref<>> generic(Thread& thread, Type& type, Value item) { return make_generic_alias(thread, type.value(), item); }

constexpr MethodSpec kVarMethods[] = {
    def<var_get>("get(default=unset, /)", "Return a value for the context variable for the current context."),
    def<var_set>("set(value, /)", "Call to set a new value for the context variable in the current context."),
    def<var_reset>("reset(token, /)", "Reset the context variable."),
    class_method<generic>("__class_getitem__(item, /)", "See PEP 585"),
};
constexpr MemberSpec kVarMembers[] = {{"name", nullptr, 2}};

// Token
Result<Ref<>> token_var(Thread&, Value self) { return token_of(self).variable.load(); }
Result<Ref<>> token_old_value(Thread&, Value self) {
  Ref<> old = token_of(self).old_value.load();
  return old.is_empty() ? Ref<>::share(missing.peek()) : std::move(old);
}
Result<Ref<>> token_repr(Thread& thread, Value self) {
  std::string text = token_of(self).used.load() ? "<Token used var=" : "<Token var=";
  Ref<> var = token_of(self).variable.load();
  text += TRY(repr(thread, var))->utf8();
  return Ref<>(TRY(Str::from_utf8(thread, text + " at " + address_of(self) + ">")));
}
Result<Ref<>> token_new(Thread& thread, Type&, const Arguments&) { return raise(thread, types.RuntimeError, "Tokens can only be created by ContextVars"); }
constexpr MethodSpec kTokenMethods[] = {class_method<generic>("__class_getitem__(item, /)", "See PEP 585")};
constexpr PropertySpec kTokenProperties[] = {{"var", nullptr, token_var}, {"old_value", nullptr, token_old_value}};

Result<Ref<>> missing_repr(Thread& thread, Value) { return Ref<>(TRY(Str::from_ascii(thread, "<Token.MISSING>"))); }
constexpr TypeSpec kMissingSpec = {
    .name = "Token.MISSING", .doc = nullptr, .slots = {.repr = missing_repr}, .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace

const TypeSpec context_spec = {.name = "_contextvars.Context",
                               .doc = nullptr,
                               .methods = kContextMethods,
                               .method_count = std::size(kContextMethods),
                               .slots = {.compare = context_compare,
                                         .iter = context_part<DictPart::Keys>,
                                         .new_ = context_new,
                                         .length = context_length,
                                         .get_item = context_get_item,
                                         .contains = context_contains},
                               .ops = &kContextOps,
                               .size = sizeof(Context)};
const TypeSpec context_var_spec = {.name = "_contextvars.ContextVar",
                                   .doc = nullptr,
                                   .methods = kVarMethods,
                                   .method_count = std::size(kVarMethods),
                                   .members = kVarMembers,
                                   .member_count = std::size(kVarMembers),
                                   .slots = {.repr = var_repr, .new_ = var_new},
                                   .ops = &kVarOps,
                                   .size = sizeof(ContextVar)};
const TypeSpec context_token_spec = {.name = "_contextvars.Token",
                                     .doc = nullptr,
                                     .methods = kTokenMethods,
                                     .method_count = std::size(kTokenMethods),
                                     .properties = kTokenProperties,
                                     .property_count = std::size(kTokenProperties),
                                     .slots = {.repr = token_repr, .new_ = token_new},
                                     .ops = &kTokenOps,
                                     .size = sizeof(ContextToken)};

Result<Ref<>> current_context(Thread& thread) {
  if (!thread.context.is_object()) {
    Ref<Context> fresh = TRY(make_empty_context(thread));
    fresh->entered.store(true);
    thread.context = Ref<>(std::move(fresh)).release();
  }
  return Ref<>::share(thread.context);
}
Result<Ref<>> copy_context(Thread& thread) {
  Ref<> context = TRY(current_context(thread));
  return context_copy(thread, context);
}
Result<void> finish_context_types(Thread& thread) {
  prepare_context_map(thread);
  if (!missing.peek().is_empty()) return {};
  Type& type = make_builtin_type(thread, kMissingSpec);
  finish_builtin_type(thread, type);
  Ref<Object> object = TRY(new_object<Object>(thread, type));
  missing.set(Ref<>(std::move(object)));
  return types.context_token->dictionary().set_str(thread, "MISSING", missing.peek());
}

}  // namespace py
