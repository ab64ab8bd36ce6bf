// list[int] and int | str: types.GenericAlias and types.UnionType.
#include "core/builtins/builtin_types.h"
#include "core/builtins/index_iterator.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"

namespace py {

namespace {

class GenericAlias final : public Object {
 public:
  Field origin, args, parameters;
  u64 starred;
};
void alias_visit(Object& object, Visitor& visitor) {
  GenericAlias& alias = static_cast<GenericAlias&>(object);
  visitor.visit(alias.origin);
  visitor.visit(alias.args);
  visitor.visit(alias.parameters);
  visit_attributes(object, visitor);
}
usize alias_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kAliasOps = {"GenericAlias", alias_visit, release_attributes, alias_size};
GenericAlias& alias_of(Value self) { return *static_cast<GenericAlias*>(self.object()); }
bool is_alias(Value value) { return value.is_object() && type_of(value).is_subtype_of(*types.generic_alias); }

// The type variables in args, in order of first appearance.
Result<Ref<Tuple>> collect_parameters(Thread& thread, Tuple& args) {
  Ref<List> found = TRY(List::make(thread));
  auto add = [&](Value parameter) -> Result<void> {
    for (isize i = 0; i < found->length(); ++i) {
      if (TRY(equal(thread, found->peek(i), parameter))) return {};
    }
    return found->append(thread, parameter);
  };
  for (isize i = 0; i < args.length; ++i) {
    const Value arg = args[i];
    if (is<Type>(arg)) continue;
    if (!TRY(lookup_special(thread, arg, names::__typing_subst__())).is_empty()) {
      TRY(add(arg));
      continue;
    }
    Ref<> inner = TRY(get_attribute_or_empty(thread, arg, names::__parameters__()));
    if (!is<Tuple>(inner)) continue;
    for (isize j = 0; j < as<Tuple>(inner).length; ++j) TRY(add(as<Tuple>(inner)[j]));
  }
  return found->to_tuple(thread);
}

Result<Ref<>> make_alias(Thread& thread, Type& type, Value origin, Value arguments) {
  Ref<Tuple> args = is<Tuple>(arguments) ? Ref<Tuple>::share(&as<Tuple>(arguments)) : TRY(Tuple::from(thread, {arguments}));
  Ref<GenericAlias> alias = TRY(new_object<GenericAlias>(thread, type));
  alias->origin.store(*alias, origin);
  alias->args.store(*alias, args.value());
  alias->starred = 0;
  return Ref<>(std::move(alias));
}

Result<Ref<>> parameters_of(Thread& thread, GenericAlias& alias) {
  Ref<> known = alias.parameters.load();
  if (is<Tuple>(known)) return known;
  Ref<Tuple> found = TRY(collect_parameters(thread, as<Tuple>(alias.args.peek())));
  alias.parameters.store(alias, found.value());
  return Ref<>(std::move(found));
}

Result<void> append_repr(Thread& thread, std::string& text, Value value) {
  if (value == Ellipsis) {
    text += "...";
    return {};
  }
  if (is<List>(value)) {
    text += "[";
    for (isize i = 0; i < as<List>(value).length(); ++i) {
      if (i) text += ", ";
      TRY(append_repr(thread, text, Ref<>::share(as<List>(value).peek(i))));
    }
    text += "]";
    return {};
  }
  Ref<> origin = TRY(get_attribute_or_empty(thread, value, names::__origin__()));
  if (origin.is_empty() || TRY(get_attribute_or_empty(thread, value, names::__args__())).is_empty()) {
    Ref<> qualified = TRY(get_attribute_or_empty(thread, value, names::__qualname__()));
    Ref<> module = TRY(get_attribute_or_empty(thread, value, names::__module__()));
    if (is<Str>(qualified) && !module.is_empty() && !module.value().is_none()) {
      if (is<Str>(module) && as<Str>(module).equals("builtins")) {
        text += as<Str>(qualified).utf8();
      } else {
        text += TRY(to_str(thread, module))->utf8() + "." + as<Str>(qualified).utf8();
      }
      return {};
    }
  }
  text += TRY(repr(thread, value))->utf8();
  return {};
}

Result<Ref<>> alias_repr(Thread& thread, Value self) {
  GenericAlias& alias = alias_of(self);
  std::string text = alias.starred ? "*" : "";
  TRY(append_repr(thread, text, alias.origin.peek()));
  text += "[";
  Tuple& args = as<Tuple>(alias.args.peek());
  for (isize i = 0; i < args.length; ++i) {
    if (i) text += ", ";
    TRY(append_repr(thread, text, args[i]));
  }
  if (args.length == 0) text += "()";
  return Ref<>(TRY(Str::from_utf8(thread, text + "]")));
}
Result<i64> alias_hash(Thread& thread, Value self) {
  const i64 origin = TRY(hash_of(thread, alias_of(self).origin.peek()));
  const i64 args = TRY(hash_of(thread, alias_of(self).args.peek()));
  return origin ^ args;
}
Result<Ref<>> alias_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is_alias(left) || !is_alias(right)) return Ref<>::adopt(NotImplemented);
  const bool same = alias_of(left).starred == alias_of(right).starred &&
                    TRY(equal(thread, alias_of(left).origin.peek(), alias_of(right).origin.peek())) &&
                    TRY(equal(thread, alias_of(left).args.peek(), alias_of(right).args.peek()));
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}
Result<Ref<>> alias_call(Thread& thread, Value self, const Arguments& arguments) {
  Ref<> object = TRY(call(thread, alias_of(self).origin.peek(), arguments));
  if (set_attribute(thread, object, names::__orig_class__(), self).failed()) {
    if (!pending_is(thread, *types.AttributeError) && !pending_is(thread, *types.TypeError)) return failure;
    clear_pending(thread);
  }
  return object;
}
// What an alias does not take from its origin.
constexpr std::string_view kOwn[] = {"__class__", "__bases__", "__origin__", "__args__", "__parameters__", "__mro_entries__",
                                     "__reduce_ex__", "__reduce__", "__copy__", "__deepcopy__", "__unpacked__",
                                     "__typing_unpacked_tuple_args__"};
Result<Ref<>> alias_get_attribute(Thread& thread, Value self, Str& name) {
  for (std::string_view own : kOwn) {
    if (name.equals(own)) return generic_get_attribute(thread, self, name);
  }
  return get_attribute(thread, alias_of(self).origin.peek(), name);
}

// list[T][int]: each type variable replaced by its argument.
Result<Ref<>> substitute(Thread& thread, Value arg, Tuple& parameters, Tuple& items) {
  if (is<Type>(arg)) return Ref<>::share(arg);
  Ref<> subst = TRY(lookup_special(thread, arg, names::__typing_subst__()));
  if (!subst.is_empty()) {
    for (isize i = 0; i < parameters.length; ++i) {
      if (TRY(equal(thread, parameters[i], arg))) return call(thread, subst, {items[i]});
    }
  }
  Ref<> inner = TRY(get_attribute_or_empty(thread, arg, names::__parameters__()));
  if (!is<Tuple>(inner) || as<Tuple>(inner).length == 0) return Ref<>::share(arg);
  Ref<List> picked = TRY(List::make(thread));
  for (isize i = 0; i < as<Tuple>(inner).length; ++i) {
    for (isize j = 0; j < parameters.length; ++j) {
      if (!TRY(equal(thread, parameters[j], as<Tuple>(inner)[i]))) continue;
      const Value item = items[j];
      if (is<Tuple>(item)) {
        TRY(picked->extend(thread, item));
      } else {
        TRY(picked->append(thread, item));
      }
    }
  }
  Ref<Tuple> key = TRY(picked->to_tuple(thread));
  return get_item(thread, arg, key->length == 1 ? (*key)[0] : key.value());
}

Result<Ref<>> alias_get_item(Thread& thread, Value self, Value key) {
  GenericAlias& alias = alias_of(self);
  Ref<> parameters_value = TRY(parameters_of(thread, alias));
  Tuple& parameters = as<Tuple>(parameters_value);
  if (parameters.length == 0) {
    Ref<Str> shown = TRY(repr(thread, self));
    return raise(thread, types.TypeError, "{} is not a generic class", *shown);
  }
  Ref<Tuple> items = is<Tuple>(key) ? Ref<Tuple>::share(&as<Tuple>(key)) : TRY(Tuple::from(thread, {key}));
  for (isize i = 0; i < parameters.length; ++i) {
    Ref<> prepare = TRY(get_attribute_or_empty(thread, parameters[i], names::__typing_prepare_subst__()));
    if (prepare.is_empty() || prepare.value().is_none()) continue;
    Ref<> prepared = TRY(call(thread, prepare, {self, items.value()}));
    items = TRY(to_tuple(thread, prepared));
  }
  if (items->length != parameters.length) {
    Ref<Str> shown = TRY(repr(thread, self));
    return raise(thread, types.TypeError, "Too {} arguments for {}; actual {}, expected {}", items->length > parameters.length ? "many" : "few",
                 *shown, items->length, parameters.length);
  }
  Ref<List> replaced = TRY(List::make(thread));
  Tuple& args = as<Tuple>(alias.args.peek());
  for (isize i = 0; i < args.length; ++i) {
    Ref<> item = TRY(substitute(thread, args[i], parameters, *items));
    Ref<> unpack = TRY(get_attribute_or_empty(thread, args[i], names::__typing_unpacked_tuple_args__()));
    if (is<Tuple>(item) && !is<Tuple>(args[i])) {
      TRY(replaced->extend(thread, item));
    } else {
      TRY(replaced->append(thread, item.value()));
    }
  }
  Ref<Tuple> made = TRY(replaced->to_tuple(thread));
  return make_alias(thread, *types.generic_alias, alias.origin.peek(), made.value());
}

Result<Ref<>> alias_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "GenericAlias() takes no keyword arguments");
  if (arguments.positional != 2) return raise(thread, types.TypeError, "GenericAlias expected 2 arguments, got {}", arguments.positional);
  return make_alias(thread, type, arguments[0], arguments[1]);
}

// iter(alias) gives the starred alias, once. It is an IndexIterator whose source is the alias.
Result<Ref<>> starred_next(Thread& thread, Value self) {
  IndexIterator& iterator = *static_cast<IndexIterator*>(self.object());
  Ref<> alias = iterator.source.load();
  if (alias.value().is_none()) return Ref<>::adopt(Done);
  iterator.source.store(iterator, None);
  Ref<> starred = TRY(make_alias(thread, *types.generic_alias, alias_of(alias).origin.peek(), alias_of(alias).args.peek()));
  alias_of(starred).starred = 1;
  return starred;
}
Result<Ref<>> starred_reduce(Thread& thread, Value self) {
  Ref<> iter = TRY(builtin_named(thread, "iter"));
  Ref<> alias = static_cast<IndexIterator*>(self.object())->source.load();
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {alias.value().is_none() ? Tuple::empty().value() : alias.value()}));
  return Tuple::from(thread, {iter, arguments.value()});
}
constexpr MethodSpec kStarredMethods[] = {def<starred_reduce>("__reduce__()", "Return state information for pickling.")};
constexpr TypeSpec kStarredIterator = {.name = "generic_alias_iterator",
                                       .doc = nullptr,
                                       .methods = kStarredMethods,
                                       .method_count = std::size(kStarredMethods),
                                       .slots = {.iter = iterate_self, .next = starred_next},
                                       .ops = &IndexIterator::kOps,
                                       .size = sizeof(IndexIterator)};

Result<Ref<>> alias_iter(Thread& thread, Value self) {
  static Type& type = [&]() -> Type& {
    Type& made = make_builtin_type(thread, kStarredIterator);
    finish_builtin_type(thread, made);
    return made;
  }();
  return make_index_iterator(thread, type, self);
}
// The origin's names and the own ones.
Result<Ref<>> alias_dir(Thread& thread, Value self) {
  Ref<> dir = TRY(builtin_named(thread, "dir"));
  Ref<> listed = TRY(call(thread, dir, {alias_of(self).origin.peek()}));
  Ref<List> names = TRY(to_list(thread, listed));
  for (std::string_view own : kOwn) {
    const Value name = intern(thread, own).value();
    if (!TRY(contains(thread, names.value(), name))) TRY(names->append(thread, name));
  }
  return Ref<>(std::move(names));
}
Result<Ref<>> get_origin(Thread&, Value self) { return alias_of(self).origin.load(); }
Result<Ref<>> get_args(Thread&, Value self) { return alias_of(self).args.load(); }
Result<Ref<>> get_parameters(Thread& thread, Value self) { return parameters_of(thread, alias_of(self)); }
Result<Ref<>> get_unpacked(Thread&, Value self) { return Ref<>::adopt(Value::boolean(alias_of(self).starred)); }
Result<Ref<>> get_unpacked_args(Thread&, Value self) {
  if (alias_of(self).starred && alias_of(self).origin.peek() == types.tuple->value()) return alias_of(self).args.load();
  return Ref<>::adopt(None);
}
Result<Ref<Tuple>> alias_mro_entries(Thread& thread, Value self, Value) { return Tuple::from(thread, {alias_of(self).origin.peek()}); }
Result<bool> alias_instancecheck(Thread& thread, Value, Value) {
  return raise(thread, types.TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Result<bool> alias_subclasscheck(Thread& thread, Value, Value) {
  return raise(thread, types.TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}
Result<Ref<>> alias_reduce(Thread& thread, Value self) {
  if (alias_of(self).starred) {
    // next(iter(origin[args]))
    Ref<> plain = TRY(make_alias(thread, *types.generic_alias, alias_of(self).origin.peek(), alias_of(self).args.peek()));
    Ref<> iterator = TRY(alias_iter(thread, plain));
    Ref<> next_function = TRY(builtin_named(thread, "next"));
    Ref<Tuple> only = TRY(Tuple::from(thread, {iterator}));
    return Tuple::from(thread, {next_function, only.value()});
  }
  Ref<Tuple> args = TRY(Tuple::from(thread, {alias_of(self).origin.peek(), alias_of(self).args.peek()}));
  return Ref<>(TRY(Tuple::from(thread, {types.generic_alias->value(), args.value()})));
}
Result<Ref<>> alias_or(Thread& thread, Value left, Value right) { return make_union(thread, left, right); }

constexpr MethodSpec kAliasMethods[] = {
    def<alias_mro_entries>("__mro_entries__(bases, /)", nullptr),
    def<alias_instancecheck>("__instancecheck__(instance, /)", nullptr),
    def<alias_subclasscheck>("__subclasscheck__(subclass, /)", nullptr),
    def<alias_reduce>("__reduce__()", nullptr),
    def<alias_dir>("__dir__()", nullptr),
};
constexpr PropertySpec kAliasProperties[] = {{"__origin__", nullptr, get_origin},
                                             {"__args__", nullptr, get_args},
                                             {"__parameters__", "Type variables in the GenericAlias.", get_parameters},
                                             {"__unpacked__", nullptr, get_unpacked},
                                             {"__typing_unpacked_tuple_args__", nullptr, get_unpacked_args}};

}  // namespace

Result<Ref<>> make_generic_alias(Thread& thread, Value origin, Value arguments) {
  return make_alias(thread, *types.generic_alias, origin, arguments);
}

const TypeSpec generic_alias_spec = {
    .name = "types.GenericAlias",
    .doc = "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    .methods = kAliasMethods,
    .method_count = std::size(kAliasMethods),
    .properties = kAliasProperties,
    .property_count = std::size(kAliasProperties),
    .slots = {.repr = alias_repr,
              .hash = alias_hash,
              .compare = alias_compare,
              .call = alias_call,
              .get_attribute = alias_get_attribute,
              .iter = alias_iter,
              .new_ = alias_new,
              .get_item = alias_get_item,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, alias_or}},
    .ops = &kAliasOps,
    .size = sizeof(GenericAlias),
    .flags = static_cast<u32>(TypeFlag::Subclassable)};

// int | str
namespace {

class UnionType final : public Object {
 public:
  Field args, parameters;
};
void union_visit(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<UnionType&>(object).args);
  visitor.visit(static_cast<UnionType&>(object).parameters);
}
const ObjectOps kUnionOps = {"UnionType", union_visit, nullptr, alias_size};
bool is_union(Value value) { return value.is_object() && &type_of(value) == types.union_type; }
Tuple& union_args(Value self) { return as<Tuple>(static_cast<UnionType*>(self.object())->args.peek()); }

Result<bool> unionable(Thread& thread, Value value) {
  if (value.is_none() || is<Type>(value) || is_alias(value) || is_union(value)) return true;
  return types.type_alias && &type_of(value) == types.type_alias;
}

Result<void> add_member(Thread& thread, List& list, Value value) {
  if (is_union(value)) {
    for (isize i = 0; i < union_args(value).length; ++i) TRY(add_member(thread, list, union_args(value)[i]));
    return {};
  }
  const Value member = value.is_none() ? types.none->value() : value;
  for (isize i = 0; i < list.length(); ++i) {
    Ref<> other = Ref<>::share(list.peek(i));
    if (is_alias(other) != is_alias(member)) continue;
    if (TRY(equal(thread, other, member))) return {};
  }
  return list.append(thread, member);
}

Result<Ref<>> union_from(Thread& thread, List& members) {
  if (members.length() == 1) return Ref<>::share(members.peek(0));
  Ref<UnionType> made = TRY(new_object<UnionType>(thread, *types.union_type));
  Ref<Tuple> args = TRY(members.to_tuple(thread));
  made->args.store(*made, args.value());
  return Ref<>(std::move(made));
}

Result<Ref<>> union_repr(Thread& thread, Value self) {
  std::string text;
  for (isize i = 0; i < union_args(self).length; ++i) {
    if (i) text += " | ";
    const Value member = union_args(self)[i];
    if (member == types.none->value()) {
      text += "None";
    } else {
      TRY(append_repr(thread, text, member));
    }
  }
  return Ref<>(TRY(Str::from_utf8(thread, text)));
}
Result<Ref<>> member_set(Thread& thread, Value self) { return call(thread, types.frozenset->value(), {union_args(self).value()}); }
Result<i64> union_hash(Thread& thread, Value self) {
  Ref<> members = TRY(member_set(thread, self));
  return hash_of(thread, members);
}
Result<Ref<>> union_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is_union(left) || !is_union(right)) return Ref<>::adopt(NotImplemented);
  Ref<> a = TRY(member_set(thread, left)), b = TRY(member_set(thread, right));
  return compare(thread, a, b, op);
}
Result<Ref<>> get_union_args(Thread&, Value self) { return Ref<>::share(union_args(self).value()); }
Result<Ref<>> get_union_parameters(Thread& thread, Value self) { return Ref<>(TRY(collect_parameters(thread, union_args(self)))); }
Result<Ref<>> union_get_item(Thread& thread, Value self, Value key) {
  Ref<Tuple> parameters = TRY(collect_parameters(thread, union_args(self)));
  if (parameters->length == 0) {
    Ref<Str> shown = TRY(repr(thread, self));
    return raise(thread, types.TypeError, "{} is not a generic class", *shown);
  }
  Ref<Tuple> items = is<Tuple>(key) ? Ref<Tuple>::share(&as<Tuple>(key)) : TRY(Tuple::from(thread, {key}));
  if (items->length != parameters->length) {
    Ref<Str> shown = TRY(repr(thread, self));
    return raise(thread, types.TypeError, "Too {} arguments for {}; actual {}, expected {}", items->length > parameters->length ? "many" : "few",
                 *shown, items->length, parameters->length);
  }
  Ref<> result;
  for (isize i = 0; i < union_args(self).length; ++i) {
    Ref<> item = TRY(substitute(thread, union_args(self)[i], *parameters, *items));
    result = result.is_empty() ? std::move(item) : TRY(binary(thread, BinaryOp::bit_or, result, item));
  }
  return result;
}
template <Result<bool> (*check)(Thread&, Value, Value)>
Result<bool> union_check(Thread& thread, Value self, Value subject) {
  for (isize i = 0; i < union_args(self).length; ++i) {
    const Value member = union_args(self)[i];
    if (is_alias(member)) {
      return raise(thread, types.TypeError, check == is_instance ? "isinstance() argument 2 cannot be a parameterized generic"
                                                                 : "issubclass() argument 2 cannot be a parameterized generic");
    }
  }
  for (isize i = 0; i < union_args(self).length; ++i) {
    if (TRY(check(thread, subject, union_args(self)[i]))) return true;
  }
  return false;
}
constexpr MethodSpec kUnionMethods[] = {
    def<union_check<is_instance>>("__instancecheck__(instance, /)", nullptr),
    def<union_check<is_subclass>>("__subclasscheck__(subclass, /)", nullptr),
};
Result<Ref<>> get_union_module(Thread&, Value self) { return type_of(self).module.load(); }
constexpr PropertySpec kUnionProperties[] = {{"__module__", nullptr, get_union_module},
                                             {"__args__", nullptr, get_union_args},
                                             {"__parameters__", "Type variables in the types.UnionType.", get_union_parameters}};

}  // namespace

Result<Ref<>> make_union(Thread& thread, Value left, Value right) {
  if (!TRY(unionable(thread, left)) || !TRY(unionable(thread, right))) return Ref<>::adopt(NotImplemented);
  Ref<List> members = TRY(List::make(thread));
  if (is_union(left)) {  // its members differ already
    TRY(members->extend(thread, union_args(left).value()));
  } else {
    TRY(add_member(thread, *members, left));
  }
  TRY(add_member(thread, *members, right));
  return union_from(thread, *members);
}

const TypeSpec union_type_spec = {
    .name = "types.UnionType",
    .doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
    .methods = kUnionMethods,
    .method_count = std::size(kUnionMethods),
    .properties = kUnionProperties,
    .property_count = std::size(kUnionProperties),
    .slots = {.repr = union_repr,
              .hash = union_hash,
              .compare = union_compare,
              .get_item = union_get_item,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, alias_or}},
    .ops = &kUnionOps,
    .size = sizeof(UnionType),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

// type X = ...
namespace {

class TypeAlias final : public Object {
 public:
  Field name, thunk, parameters, evaluated;
};
void type_alias_visit(Object& object, Visitor& visitor) {
  TypeAlias& alias = static_cast<TypeAlias&>(object);
  for (Field* field : {&alias.name, &alias.thunk, &alias.parameters, &alias.evaluated}) visitor.visit(*field);
}
const ObjectOps kTypeAliasOps = {"TypeAliasType", type_alias_visit, nullptr, alias_size};
TypeAlias& type_alias_of(Value self) { return *static_cast<TypeAlias*>(self.object()); }

Result<Ref<>> type_alias_new(Thread& thread, Type& type, const Arguments& arguments) {
  Ref<TypeAlias> alias = TRY(new_object<TypeAlias>(thread, type));
  if (arguments.positional < 2) return raise(thread, types.TypeError, "TypeAliasType() missing arguments");
  alias->name.store(*alias, arguments[0]);
  alias->thunk.store(*alias, arguments[1]);
  alias->parameters.store(*alias, arguments.positional > 2 ? arguments[2] : Tuple::empty().value());
  return Ref<>(std::move(alias));
}
Result<Ref<>> type_alias_value(Thread& thread, Value self) {
  TypeAlias& alias = type_alias_of(self);
  Ref<> known = alias.evaluated.load();
  if (!known.is_empty()) return known;
  Ref<> value = TRY(call(thread, alias.thunk.peek(), {}));
  alias.evaluated.store(alias, value.value());
  return value;
}
Result<Ref<>> type_alias_name(Thread&, Value self) { return type_alias_of(self).name.load(); }
Result<Ref<>> type_alias_parameters(Thread&, Value self) { return type_alias_of(self).parameters.load(); }
Result<Ref<>> type_alias_repr(Thread&, Value self) { return type_alias_of(self).name.load(); }
Result<Ref<>> type_alias_get_item(Thread& thread, Value self, Value key) { return make_alias(thread, *types.generic_alias, self, key); }
constexpr PropertySpec kTypeAliasProperties[] = {{"__value__", nullptr, type_alias_value},
                                                 {"__name__", nullptr, type_alias_name},
                                                 {"__type_params__", nullptr, type_alias_parameters},
                                                 {"__parameters__", nullptr, type_alias_parameters}};

}  // namespace

const TypeSpec type_alias_spec = {
    .name = "typing.TypeAliasType",
    .doc = "Type alias made by the type statement.",
    .properties = kTypeAliasProperties,
    .property_count = std::size(kTypeAliasProperties),
    .slots = {.repr = type_alias_repr,
              .new_ = type_alias_new,
              .get_item = type_alias_get_item,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, alias_or}},
    .ops = &kTypeAliasOps,
    .size = sizeof(TypeAlias)};

}  // namespace py
