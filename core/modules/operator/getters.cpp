// itemgetter, attrgetter and methodcaller. Threads: immutable.
#include "core/builtins/sequence_operations.h"
#include "core/modules/operator/operator.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/repr_guard.h"

namespace py {

namespace {

// `keys`: Tuple of what is to be got. For methodcaller: the positional arguments, with `name` and `keywords`.
class Getter final : public Object {
 public:
  Field keys;
  Field name;      // methodcaller only
  Field keywords;  // methodcaller only: Dict
  u64 reserved;
  static const ObjectOps kOps;
  Tuple& key_tuple() const { return *static_cast<Tuple*>(keys.peek().object()); }
};
const ObjectOps Getter::kOps = {"operator.getter", visit_fields<Getter, &Getter::keys, &Getter::name, &Getter::keywords>,
                                nullptr, fixed_size};
Getter& getter_of(Value self) { return *static_cast<Getter*>(self.object()); }

// What a getter is called with: exactly one positional argument.
Result<Value> only_argument(Thread& thread, const char* name, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "{}() takes no keyword arguments", name);
  if (arguments.positional != 1) return raise(thread, types.TypeError, "{} expected 1 argument, got {}", name, arguments.positional);
  return arguments[0];
}

// One result, or a tuple of them: get(key) for each key.
template <class Get>
Result<Ref<>> collect(Thread& thread, Getter& self, Get&& get) {
  Tuple& keys = self.key_tuple();
  if (keys.length == 1) return get(keys[0]);
  Ref<Tuple> result = TRY(Tuple::allocate(thread, keys.length));
  for (isize i = 0; i < keys.length; ++i) {
    Ref<> value = TRY(get(keys[i]));
    set_fresh(*result, result->items()[i], std::move(value));
  }
  return Ref<>(std::move(result));
}

Result<Ref<>> make_getter(Thread& thread, Type& type, Ref<Tuple> keys) {
  Ref<Getter> self = TRY(new_object<Getter>(thread, type));
  set_fresh(*self, self->keys, keys.value());
  return Ref<>(std::move(self));
}
Result<Ref<>> reduce_getter(Thread& thread, Value self) {
  return Tuple::from(thread, {type_of(self).value(), getter_of(self).keys.peek()});
}
Result<Ref<>> getter_repr(Thread& thread, Value self) {
  ReprGuard guard(*self.object());
  if (guard.is_recursive()) return format_str(thread, "{}(...)", type_of(self));
  TextBuilder text;
  TRY(append_reprs(thread, getter_of(self).key_tuple(), text));
  Ref<> inside = TRY(finish_text(thread, text));
  return format_str(thread, "{}({})", type_of(self), as<Str>(inside));
}

// itemgetter

Result<Ref<>> itemgetter_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "itemgetter() takes no keyword arguments");
  if (!arguments.positional) return raise(thread, types.TypeError, "itemgetter expected 1 argument, got 0");
  return make_getter(thread, type, TRY(Tuple::from(thread, arguments.values, arguments.positional)));
}
Result<Ref<>> itemgetter_call(Thread& thread, Value self, const Arguments& arguments) {
  const Value object = TRY(only_argument(thread, "itemgetter", arguments));
  return collect(thread, getter_of(self), [&](Value key) { return get_item(thread, object, key); });
}

// attrgetter: the names are interned; one with dots is a tuple of its parts.

Result<Ref<>> split_name(Thread& thread, Str& name) {
  bool dotted = false;
  for (isize i = 0; i < name.length(); ++i) dotted |= name[i] == '.';
  if (!dotted) return Ref<>::share(intern(thread, name).value());
  Ref<> parts = TRY(call_method(thread, name.value(), "split", {names::dot().value()}));
  Ref<Tuple> tuple = TRY(to_tuple(thread, parts));
  return Ref<>(std::move(tuple));
}
Result<Ref<>> attrgetter_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "attrgetter() takes no keyword arguments");
  if (!arguments.positional) return raise(thread, types.TypeError, "attrgetter expected 1 argument, got 0");
  Ref<List> keys = TRY(List::make(thread, arguments.positional));
  for (u32 i = 0; i < arguments.positional; ++i) {
    if (!is<Str>(arguments[i])) return raise(thread, types.TypeError, "attribute name must be a string");
    TRY(keys->append(thread, TRY(split_name(thread, as<Str>(arguments[i])))));
  }
  return make_getter(thread, type, TRY(keys->to_tuple(thread)));
}
Result<Ref<>> attribute_path(Thread& thread, Value object, Value key) {
  if (is<Str>(key)) return get_attribute(thread, object, as<Str>(key));
  Tuple& parts = as<Tuple>(key);
  Ref<> value = Ref<>::share(object);
  for (isize i = 0; i < parts.length; ++i) value = TRY(get_attribute(thread, value, as<Str>(parts[i])));
  return value;
}
Result<Ref<>> attrgetter_call(Thread& thread, Value self, const Arguments& arguments) {
  const Value object = TRY(only_argument(thread, "attrgetter", arguments));
  return collect(thread, getter_of(self), [&](Value key) { return attribute_path(thread, object, key); });
}
// The names as they were given.
Result<Ref<Tuple>> joined_names(Thread& thread, Getter& self) {
  Ref<List> names_given = TRY(List::make(thread));
  Tuple& keys = self.key_tuple();
  for (isize i = 0; i < keys.length; ++i) {
    Ref<> name = is<Str>(keys[i]) ? Ref<>::share(keys[i])
                                  : TRY(call_method(thread, names::dot().value(), names::join(), {keys[i]}));
    TRY(names_given->append(thread, std::move(name)));
  }
  return names_given->to_tuple(thread);
}
Result<Ref<>> attrgetter_reduce(Thread& thread, Value self) {
  Ref<Tuple> arguments = TRY(joined_names(thread, getter_of(self)));
  return Tuple::from(thread, {type_of(self).value(), arguments.value()});
}
Result<Ref<>> attrgetter_repr(Thread& thread, Value self) {
  ReprGuard guard(*self.object());
  if (guard.is_recursive()) return format_str(thread, "{}(...)", type_of(self));
  Ref<Tuple> arguments = TRY(joined_names(thread, getter_of(self)));
  TextBuilder text;
  TRY(append_reprs(thread, *arguments, text));
  Ref<> inside = TRY(finish_text(thread, text));
  return format_str(thread, "{}({})", type_of(self), as<Str>(inside));
}

// methodcaller

Result<Ref<>> methodcaller_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (!arguments.positional) {
    return raise(thread, types.TypeError, "methodcaller needs at least one argument, the method name");
  }
  if (!is<Str>(arguments[0])) return raise(thread, types.TypeError, "method name must be a string");
  Ref<Tuple> positional = TRY(Tuple::from(thread, arguments.values + 1, arguments.positional - 1));
  Ref<Dict> keywords = TRY(Dict::make(thread));
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    TRY(keywords->set(thread, (*arguments.keywords)[i], arguments[arguments.positional + i]));
  }
  Ref<Getter> self = TRY(new_object<Getter>(thread, type));
  set_fresh(*self, self->keys, positional.value());
  set_fresh(*self, self->name, intern(thread, as<Str>(arguments[0])).value());
  set_fresh(*self, self->keywords, keywords.value());
  return Ref<>(std::move(self));
}
Dict& keywords_of(Getter& self) { return *static_cast<Dict*>(self.keywords.peek().object()); }
Result<Ref<>> methodcaller_call(Thread& thread, Value value, const Arguments& arguments) {
  const Value object = TRY(only_argument(thread, "methodcaller", arguments));
  Getter& self = getter_of(value);
  Ref<> method = TRY(get_attribute(thread, object, as<Str>(self.name.peek())));
  Dict& keywords = keywords_of(self);
  return call_with(thread, method, self.key_tuple(), keywords.length() ? &keywords : nullptr);
}
Result<Ref<>> methodcaller_reduce(Thread& thread, Value value) {
  Getter& self = getter_of(value);
  Dict& keywords = keywords_of(self);
  Ref<List> arguments = TRY(List::make(thread));
  TRY(arguments->append(thread, self.name.peek()));
  if (keywords.length() == 0) {
    TRY(arguments->extend(thread, self.keys.peek()));
    Ref<Tuple> tuple = TRY(arguments->to_tuple(thread));
    return Tuple::from(thread, {type_of(value).value(), tuple.value()});
  }
  // partial(methodcaller, name, **keywords), called with the positional arguments
  Ref<> module = TRY(call(thread, TRY(builtin_named(thread, "__import__")), {intern(thread, "functools").value()}));
  Ref<> partial = TRY(get_attribute(thread, module, "partial"));
  Ref<Tuple> head = TRY(Tuple::from(thread, {type_of(value).value(), self.name.peek()}));
  Ref<> constructor = TRY(call_with(thread, partial, *head, &keywords));
  return Tuple::from(thread, {constructor, self.keys.peek()});
}
Result<Ref<>> methodcaller_repr(Thread& thread, Value value) {
  Getter& self = getter_of(value);
  ReprGuard guard(self);
  if (guard.is_recursive()) return format_str(thread, "{}(...)", type_of(value));
  TextBuilder text;
  text.append(TRY(repr(thread, self.name.peek()))->view());
  for (isize i = 0; i < self.key_tuple().length; ++i) {
    text.append_ascii(", ");
    text.append(TRY(repr(thread, self.key_tuple()[i]))->view());
  }
  isize position = 0;
  Value key, item;
  while (keywords_of(self).next_entry(position, key, item)) {
    text.append_ascii(", ");
    text.append(as<Str>(key).view());
    text.append('=');
    text.append(TRY(repr(thread, item))->view());
  }
  Ref<> inside = TRY(finish_text(thread, text));
  return format_str(thread, "{}({})", type_of(value), as<Str>(inside));
}

constexpr const char* kReduceDoc = "Return state information for pickling";
constexpr MethodSpec kItemMethods[] = {def<reduce_getter>("__reduce__()", kReduceDoc)};
constexpr MethodSpec kAttributeMethods[] = {def<attrgetter_reduce>("__reduce__()", kReduceDoc)};
constexpr MethodSpec kMethodMethods[] = {def<methodcaller_reduce>("__reduce__()", kReduceDoc)};

const TypeSpec kItemGetter = {
    .name = "operator.itemgetter",
    .doc = "Return a callable object that fetches the given item(s) from its operand.\n"
           "After f = itemgetter(2), the call f(r) returns r[2].\n"
           "After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    .methods = kItemMethods,
    .method_count = std::size(kItemMethods),
    .slots = {.repr = getter_repr, .call = itemgetter_call, .new_ = itemgetter_new},
    .ops = &Getter::kOps,
    .size = sizeof(Getter),
};
const TypeSpec kAttrGetter = {
    .name = "operator.attrgetter",
    .doc = "Return a callable object that fetches the given attribute(s) from its operand.\n"
           "After f = attrgetter('name'), the call f(r) returns r.name.\n"
           "After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\n"
           "After h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    .methods = kAttributeMethods,
    .method_count = std::size(kAttributeMethods),
    .slots = {.repr = attrgetter_repr, .call = attrgetter_call, .new_ = attrgetter_new},
    .ops = &Getter::kOps,
    .size = sizeof(Getter),
};
const TypeSpec kMethodCaller = {
    .name = "operator.methodcaller",
    .doc = "Return a callable object that calls the given method on its operand.\n"
           "After f = methodcaller('name'), the call f(r) returns r.name().\n"
           "After g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    .methods = kMethodMethods,
    .method_count = std::size(kMethodMethods),
    .slots = {.repr = methodcaller_repr, .call = methodcaller_call, .new_ = methodcaller_new},
    .ops = &Getter::kOps,
    .size = sizeof(Getter),
};

}  // namespace

Result<void> add_getters(Thread& thread, Module& module) {
  for (const TypeSpec* spec : {&kItemGetter, &kAttrGetter, &kMethodCaller}) {
    TRY(add_type_to_module(thread, module, *spec));
  }
  return {};
}

}  // namespace py
