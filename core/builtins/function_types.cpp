// function, method, cell.
#include "core/builtins/builtin_types.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/vm/calls.h"
#include "memory/buffer.h"

namespace py {

// function
namespace {

Result<Ref<>> function_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<function {} at {}>", as<Str>(as<Function>(self).qualified_name.peek()), address)));
}

Result<Ref<>> function_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound || instance.is_none()) return Ref<>::share(self);
  return make_bound_method(thread, self, instance);
}

Result<Ref<>> function_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "function(code, globals, name=None, argdefs=None, closure=None)", arguments);
  if (!is<Code>(bound[0])) return raise(thread, types.TypeError, "function() argument 'code' must be code, not {}", type_of(bound[0]));
  if (!is<Dict>(bound[1])) return raise(thread, types.TypeError, "function() argument 'globals' must be dict, not {}", type_of(bound[1]));
  Code& code = as<Code>(bound[0]);
  const isize wanted = as<Tuple>(code.free_names.peek()).length;
  if (!bound[2].is_none() && !is<Str>(bound[2])) return raise(thread, types.TypeError, "arg 3 (name) must be None or string");
  if (!bound[3].is_none() && !is<Tuple>(bound[3])) return raise(thread, types.TypeError, "arg 4 (defaults) must be None or tuple");
  if (!is<Tuple>(bound[4]) && (wanted || !bound[4].is_none())) {
    return raise(thread, types.TypeError, wanted ? "arg 5 (closure) must be tuple" : "arg 5 (closure) must be None or tuple");
  }
  const isize given = is<Tuple>(bound[4]) ? as<Tuple>(bound[4]).length : 0;
  if (given != wanted) {
    return raise(thread, types.ValueError, "{} requires closure of length {}, not {}", as<Str>(code.name.peek()), wanted, given);
  }
  for (isize i = 0; i < given; ++i) {
    if (!is<Cell>(as<Tuple>(bound[4])[i])) {
      return raise(thread, types.TypeError, "arg 5 (closure) expected cell, found {}", type_of(as<Tuple>(bound[4])[i]));
    }
  }
  if (as<Dict>(bound[1]).find_str(names::__builtins__()).is_empty() && loaded_modules()) {
    const Value builtins = loaded_modules()->find_str(names::builtins());
    if (is<Module>(builtins)) TRY(as<Dict>(bound[1]).set(thread, names::__builtins__().value(), as<Module>(builtins).dict.peek()));
  }
  Ref<Function> function = TRY(make_function(thread, code, as<Dict>(bound[1])));
  if (is<Str>(bound[2])) function->name.store(*function, bound[2]);
  function->defaults.store(*function, bound[3]);
  function->closure.store(*function, given ? bound[4] : None);
  return Ref<>(std::move(function));
}

template <Field Function::*field>
Result<Ref<>> get_field(Thread&, Value self) {
  return (as<Function>(self).*field).load();
}

template <Field Function::*field>
Result<void> set_field(Thread& thread, Value self, Value value) {
  Function& function = as<Function>(self);
  function.version.fetch_add(1, std::memory_order_relaxed);
  (function.*field).store(function, value == Unbound ? None : value);
  return {};
}

template <Field Function::*field>
Result<void> set_name_field(Thread& thread, Value self, Value value) {
  if (!is<Str>(value)) {
    return raise(thread, types.TypeError, "{} must be set to a string object", field == &Function::name ? "__name__" : "__qualname__");
  }
  return set_field<field>(thread, self, value);
}

Result<void> set_code(Thread& thread, Value self, Value value) {
  if (!is<Code>(value)) return raise(thread, types.TypeError, "__code__ must be set to a code object");
  Function& function = as<Function>(self);
  const isize have = is<Tuple>(function.closure.peek()) ? as<Tuple>(function.closure.peek()).length : 0;
  const isize wanted = as<Tuple>(as<Code>(value).free_names.peek()).length;
  if (have != wanted) {
    return raise(thread, types.ValueError, "{}() requires a code object with {} free vars, not {}", as<Str>(function.name.peek()), have, wanted);
  }
  return set_field<&Function::code>(thread, self, value);
}
Result<void> set_defaults(Thread& thread, Value self, Value value) {
  if (value != Unbound && !value.is_none() && !is<Tuple>(value)) {
    return raise(thread, types.TypeError, "__defaults__ must be set to a tuple object");
  }
  return set_field<&Function::defaults>(thread, self, value);
}
Result<void> set_keyword_defaults(Thread& thread, Value self, Value value) {
  if (value != Unbound && !value.is_none() && !is<Dict>(value)) {
    return raise(thread, types.TypeError, "__kwdefaults__ must be set to a dict object");
  }
  return set_field<&Function::keyword_defaults>(thread, self, value);
}
// The dict of a lazily made mapping attribute: one winner when threads race.
Result<Ref<>> made_once(Thread& thread, Object& owner, Field& field) {
  if (is<Dict>(field.peek())) return field.load();
  Ref<Dict> fresh = TRY(Dict::make(thread));
  Value old = Empty;
  Ref<> result;
  {
    ObjectLock lock(owner);
    if (is<Dict>(field.peek())) {
      result = field.load();
    } else {
      old = field.exchange(owner, fresh.share());
      result = Ref<>(std::move(fresh));
    }
  }
  drop_removed(owner, old);
  return result;
}
Result<Ref<>> get_annotations(Thread& thread, Value self) { return made_once(thread, as<Function>(self), as<Function>(self).annotations); }
Result<void> set_annotations(Thread& thread, Value self, Value value) {
  if (value != Unbound && !value.is_none() && !is<Dict>(value)) {
    return raise(thread, types.TypeError, "__annotations__ must be set to a dict object");
  }
  return set_field<&Function::annotations>(thread, self, value);
}
Result<Ref<>> get_dict(Thread& thread, Value self) { return made_once(thread, as<Function>(self), as<Function>(self).dict); }
Result<void> set_dict(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "cannot delete __dict__");
  if (!is<Dict>(value)) return raise(thread, types.TypeError, "__dict__ must be set to a dictionary, not a '{}'", type_of(value));
  return set_field<&Function::dict>(thread, self, value);
}
Result<Ref<>> get_type_params(Thread& thread, Value self) {
  if (is<Tuple>(as<Function>(self).type_params.peek())) return as<Function>(self).type_params.load();
  return Ref<>(Ref<Tuple>::share(&Tuple::empty()));
}

Result<Ref<>> function_get_attribute(Thread& thread, Value self, Str& name) {
  const Value dict = as<Function>(self).dict.peek();
  if (is<Dict>(dict)) {
    const Value found = types.function->lookup(intern(thread, name));
    if (found.is_empty() || !type_of(found).has(TypeFlag::DataDescriptor)) {
      const Value own = as<Dict>(dict).find_str(name);
      if (!own.is_empty()) return Ref<>::share(own);
    }
  }
  return generic_get_attribute(thread, self, name);
}

Result<void> function_set_attribute(Thread& thread, Value self, Str& name, Value value) {
  const Value found = types.function->lookup(intern(thread, name));
  if (!found.is_empty() && type_of(found).slots.descriptor_set) return type_of(found).slots.descriptor_set(thread, found, self, value);
  Ref<> dict = TRY(get_dict(thread, self));
  if (value != Unbound) return as<Dict>(dict).set(thread, intern(thread, name).value(), value);
  if (TRY(as<Dict>(dict).remove(thread, name.value())).is_empty()) return raise_attribute_error(thread, self, name);
  return {};
}

constexpr PropertySpec kFunctionProperties[] = {
    {"__code__", nullptr, get_field<&Function::code>, set_code},
    {"__defaults__", nullptr, get_field<&Function::defaults>, set_defaults},
    {"__kwdefaults__", nullptr, get_field<&Function::keyword_defaults>, set_keyword_defaults},
    {"__annotations__", nullptr, get_annotations, set_annotations},
    {"__dict__", nullptr, get_dict, set_dict},
    {"__name__", nullptr, get_field<&Function::name>, set_name_field<&Function::name>},
    {"__qualname__", nullptr, get_field<&Function::qualified_name>, set_name_field<&Function::qualified_name>},
    {"__module__", nullptr, get_field<&Function::module>, set_field<&Function::module>},
    {"__doc__", nullptr, get_field<&Function::doc>, set_field<&Function::doc>},
    {"__type_params__", nullptr, get_type_params, set_field<&Function::type_params>},
};
// types.MemberDescriptorType is what `__globals__` is.
constexpr u32 kFirstFunctionField = sizeof(Object) / 8;
constexpr MemberSpec kFunctionMembers[] = {{"__globals__", nullptr, kFirstFunctionField + 1},
                                           {"__builtins__", nullptr, kFirstFunctionField + 2},
                                           {"__closure__", nullptr, kFirstFunctionField + 3}};

}  // namespace

const TypeSpec function_spec = {
    .name = "function",
    .doc = "Create a function object.",
    .properties = kFunctionProperties,
    .property_count = std::size(kFunctionProperties),
    .members = kFunctionMembers,
    .member_count = std::size(kFunctionMembers),
    .slots = {.repr = function_repr,
              .call = call_function,
              .get_attribute = function_get_attribute,
              .set_attribute = function_set_attribute,
              .descriptor_get = function_get,
              .new_ = function_new},
    .ops = &Function::kOps,
    .size = sizeof(Function),
    .flags = static_cast<u32>(TypeFlag::MethodDescriptor),
};

// method
namespace {

Result<Ref<>> method_call(Thread& thread, Value self, const Arguments& arguments) {
  BoundMethod& method = as<BoundMethod>(self);
  return call_prepending(thread, method.function.peek(), method.self.peek(), arguments);
}
Result<Ref<>> method_repr(Thread& thread, Value self) {
  BoundMethod& method = as<BoundMethod>(self);
  Ref<> name = TRY(get_attribute_or_empty(thread, method.function.peek(), names::__qualname__()));
  if (!is<Str>(name)) name = TRY(get_attribute_or_empty(thread, method.function.peek(), names::__name__()));
  Ref<Str> shown = TRY(repr(thread, method.self.peek()));
  if (!is<Str>(name)) return Ref<>(TRY(format_str(thread, "<bound method ? of {}>", *shown)));
  return Ref<>(TRY(format_str(thread, "<bound method {} of {}>", as<Str>(name), *shown)));
}
Result<i64> method_hash(Thread& thread, Value self) {
  BoundMethod& method = as<BoundMethod>(self);
  const i64 function = TRY(hash_of(thread, method.function.peek()));
  const u64 address = method.self.peek().bits >> 4;
  const i64 hash = function ^ static_cast<i64>(address);
  return hash == -1 ? -2 : hash;
}
Result<Ref<>> method_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is<BoundMethod>(left) || !is<BoundMethod>(right)) {
    return Ref<>::adopt(NotImplemented);
  }
  BoundMethod& a = as<BoundMethod>(left);
  BoundMethod& b = as<BoundMethod>(right);
  const bool same = a.self.peek() == b.self.peek() && TRY(equal(thread, a.function.peek(), b.function.peek()));
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}
Result<Ref<>> method_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "method(function, instance, /)", arguments);
  if (!is_callable(bound[0])) return raise(thread, types.TypeError, "first argument must be callable");
  if (bound[1].is_none()) return raise(thread, types.TypeError, "instance must not be None");
  return make_bound_method(thread, bound[0], bound[1]);
}
Result<Ref<>> method_get_attribute(Thread& thread, Value self, Str& name) {
  const Value found = types.method->lookup(intern(thread, name));
  if (!found.is_empty()) return generic_get_attribute(thread, self, name);
  return get_attribute(thread, as<BoundMethod>(self).function.peek(), name);
}
Result<Ref<>> method_function(Thread&, Value self) { return as<BoundMethod>(self).function.load(); }
Result<Ref<>> method_self(Thread&, Value self) { return as<BoundMethod>(self).self.load(); }
Result<Ref<>> method_doc(Thread& thread, Value self) {
  Ref<> doc = TRY(get_attribute_or_empty(thread, as<BoundMethod>(self).function.peek(), names::__doc__()));
  return doc.is_empty() ? Ref<>::adopt(None) : std::move(doc);
}
Result<Ref<>> method_get(Thread&, Value self, Value, Value) { return Ref<>::share(self); }
Result<Ref<Tuple>> method_reduce(Thread& thread, BoundMethod& self) {
  Ref<> name = TRY(get_attribute(thread, self.function.peek(), names::__name__()));
  Dict& builtins = as<Dict>(as<Module>(loaded_modules()->find_str(names::builtins())).dict.peek());
  Ref<> getter = Ref<>::share(builtins.find_str(intern(thread, "getattr")));
  Ref<Tuple> args = TRY(Tuple::from(thread, {self.self.peek(), name}));
  return Tuple::from(thread, {getter, args.value()});
}

constexpr MethodSpec kMethodMethods[] = {def<method_reduce>("__reduce__()", "Helper for pickle.")};
constexpr PropertySpec kMethodProperties[] = {
    {"__func__", "the function (or other callable) implementing a method", method_function},
    {"__self__", "the instance to which a method is bound", method_self},
    {"__doc__", nullptr, method_doc},
};

}  // namespace

const TypeSpec method_spec = {
    .name = "method",
    .doc = "Create a bound instance method object.",
    .methods = kMethodMethods,
    .method_count = std::size(kMethodMethods),
    .properties = kMethodProperties,
    .property_count = std::size(kMethodProperties),
    .slots = {.repr = method_repr,
              .hash = method_hash,
              .compare = method_compare,
              .call = method_call,
              .get_attribute = method_get_attribute,
              .descriptor_get = method_get,
              .new_ = method_new},
    .ops = &BoundMethod::kOps,
    .size = sizeof(BoundMethod),
};

// cell
namespace {

Result<Ref<>> cell_content(Thread& thread, Value self) {
  Ref<> value = as<Cell>(self).content.load();
  if (value.is_empty()) return raise(thread, types.ValueError, "Cell is empty");
  return value;
}
Result<void> set_cell_content(Thread&, Value self, Value value) {
  Cell& cell = as<Cell>(self);
  Value old;
  {
    ObjectLock lock(cell);
    old = cell.content.exchange(cell, value == Unbound ? Ref<>() : Ref<>::share(value));
  }
  drop_removed(cell, old);
  return {};
}
Result<Ref<>> cell_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  const Value content = as<Cell>(self).content.peek();
  if (content.is_empty()) return Ref<>(TRY(format_str(thread, "<cell at {}: empty>", address)));
  char inner[32];
  std::snprintf(inner, sizeof inner, "0x%llx", static_cast<unsigned long long>(content.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<cell at {}: {} object at {}>", address, type_of(content), inner)));
}
Result<Ref<>> cell_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<Cell>(left) || !is<Cell>(right)) return Ref<>::adopt(NotImplemented);
  Ref<> a = as<Cell>(left).content.load(), b = as<Cell>(right).content.load();
  if (!a.is_empty() && !b.is_empty()) return compare(thread, a, b, op);
  const int x = !a.is_empty(), y = !b.is_empty();
  return Ref<>::adopt(Value::boolean(integer_compare(Value::integer(x), Value::integer(y), op)));
}
Result<Ref<>> cell_new(Thread& thread, Type&, const Arguments& arguments) {
  if (arguments.positional > 1) return raise(thread, types.TypeError, "cell expected at most 1 argument, got {}", arguments.positional);
  return Ref<>(TRY(make_cell(thread, arguments.positional ? arguments[0] : Empty)));
}
constexpr PropertySpec kCellProperties[] = {{"cell_contents", nullptr, cell_content, set_cell_content}};

}  // namespace

const TypeSpec cell_spec = {.name = "cell",
                            .doc = "Create a new cell object.",
                            .properties = kCellProperties,
                            .property_count = std::size(kCellProperties),
                            .slots = {.repr = cell_repr, .compare = cell_compare, .new_ = cell_new},
                            .ops = &Cell::kOps,
                            .size = sizeof(Cell)};

}  // namespace py
