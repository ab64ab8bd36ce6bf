// type: the class of classes.
#include "core/builtins/builtin_types.h"
#include "core/object/attributes.h"
#include "core/object/codec_registry.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/slot_table.h"
#include "core/object/type_system.h"

namespace py {


namespace {

Result<Ref<>> type_call(Thread& thread, Value self, const Arguments& arguments) {
  Type& type = as<Type>(self);
  if (&type == types.type && arguments.positional == 1 && !arguments.keyword_count()) {
    return Ref<>::share(type_of(arguments[0]).value());
  }
  if (!type.slots.new_ || type.has(TypeFlag::NoInstantiation)) {
    const std::string name = type.spec ? type.spec->name : type.name_str().utf8();
    return raise(thread, types.TypeError, "cannot create '{}' instances", name);
  }
  Ref<> object = TRY(type.slots.new_(thread, type, arguments));
  // __init__ runs only for instances of the class that was called; object's has nothing to say about builtin classes.
  Type& made = type_of(object);
  if (&made == &type && type.slots.init == types.object->slots.init && !type.has(TypeFlag::Heap) &&
      type.slots.new_ != types.object->slots.new_) {
    return object;
  }
  if ((&made == &type || made.is_subtype_of(type)) && made.slots.init) TRY(made.slots.init(thread, object, arguments));
  return object;
}

// A name must have a form that C code could read.
Result<void> check_name(Thread& thread, Str& name) {
  TRY(encode_utf8(thread, name));
  for (isize i = 0; i < name.length(); ++i) {
    if (name[i] == 0) return raise(thread, types.ValueError, "type name must not contain null characters");
  }
  return {};
}

Result<Ref<>> type_new(Thread& thread, Type& metatype, const Arguments& arguments) {
  if (arguments.positional != 3) {
    if (&metatype == types.type) {
      return raise(thread, types.TypeError, "type() takes 1 or 3 arguments");
    }
    return raise(thread, types.TypeError, "type.__new__() takes exactly 3 arguments ({} given)", arguments.positional);
  }
  if (!is<Str>(arguments[0])) return raise(thread, types.TypeError, "type.__new__() argument 1 must be str, not {}", type_of(arguments[0]));
  if (!is<Tuple>(arguments[1])) return raise(thread, types.TypeError, "type.__new__() argument 2 must be tuple, not {}", type_of(arguments[1]));
  if (!is<Dict>(arguments[2])) return raise(thread, types.TypeError, "type.__new__() argument 3 must be dict, not {}", type_of(arguments[2]));
  TRY(check_name(thread, as<Str>(arguments[0])));
  Tuple& bases = as<Tuple>(arguments[1]);
  for (isize i = 0; i < bases.length; ++i) {
    if (is<Type>(bases[i])) continue;
    if (!TRY(get_attribute_or_empty(thread, bases[i], names::__mro_entries__())).is_empty()) {
      return raise(thread, types.TypeError,
                   "type() doesn't support MRO entry resolution; use types.new_class()");
    }
  }
  Type* winner = TRY(calculate_metaclass(thread, metatype, bases));
  if (winner != &metatype && winner->slots.new_ != metatype.slots.new_) return winner->slots.new_(thread, *winner, arguments);
  return Ref<>(TRY(make_class(thread, *winner, as<Str>(arguments[0]), bases, as<Dict>(arguments[2]), arguments)));
}

Result<void> type_init(Thread& thread, Value, const Arguments& arguments) {
  if (arguments.positional == 1 && arguments.keyword_count()) {
    return raise(thread, types.TypeError, "type.__init__() takes no keyword arguments");
  }
  if (arguments.positional != 1 && arguments.positional != 3) {
    return raise(thread, types.TypeError, "type.__init__() takes 1 or 3 arguments");
  }
  return {};
}

Result<Ref<>> type_repr(Thread& thread, Value self) {
  Ref<> module = TRY(get_attribute_or_empty(thread, self, names::__module__()));
  Str& name = as<Str>(as<Type>(self).qualified_name.peek());
  if (is<Str>(module) && !as<Str>(module).equals("builtins")) {
    return Ref<>(TRY(format_str(thread, "<class '{}.{}'>", as<Str>(module), name)));
  }
  return Ref<>(TRY(format_str(thread, "<class '{}'>", as<Type>(self).has(TypeFlag::Heap) ? name : as<Type>(self).name_str())));
}

Result<Ref<>> type_or(Thread& thread, Value left, Value right) { return make_union(thread, left, right); }

// Attributes

Result<void> check_settable(Thread& thread, Type& type, Value value, const char* attribute) {
  if (type.has(TypeFlag::Immutable)) {
    return raise(thread, types.TypeError, "cannot set '{}' attribute of immutable type '{}'", attribute, type);
  }
  if (value != Unbound) return {};
  return raise(thread, types.TypeError, "cannot delete '{}' attribute of immutable type '{}'", attribute, type);
}

Result<Ref<>> get_name(Thread&, Value self) { return as<Type>(self).name.load(); }
Result<void> set_name(Thread& thread, Value self, Value value) {
  Type& type = as<Type>(self);
  TRY(check_settable(thread, type, value, "__name__"));
  if (!is<Str>(value)) return raise(thread, types.TypeError, "can only assign string to {}.__name__, not '{}'", type, type_of(value));
  TRY(check_name(thread, as<Str>(value)));
  type.name.store(type, value);
  return {};
}
Result<Ref<>> get_qualname(Thread&, Value self) { return as<Type>(self).qualified_name.load(); }
Result<void> set_qualname(Thread& thread, Value self, Value value) {
  Type& type = as<Type>(self);
  TRY(check_settable(thread, type, value, "__qualname__"));
  if (!is<Str>(value)) return raise(thread, types.TypeError, "can only assign string to {}.__qualname__, not '{}'", type, type_of(value));
  type.qualified_name.store(type, value);
  return {};
}
Result<Ref<>> get_module(Thread& thread, Value self) {
  Type& type = as<Type>(self);
  if (!type.has(TypeFlag::Heap)) return type.module.load();
  const Value module = type.dictionary().find_str(names::__module__());
  if (module.is_empty()) return raise_attribute_error(thread, self, names::__module__());
  return Ref<>::share(module);
}
Result<void> set_module(Thread& thread, Value self, Value value) {
  Type& type = as<Type>(self);
  TRY(check_settable(thread, type, value, "__module__"));
  TRY(type.dictionary().set(thread, names::__module__().value(), value));
  type_changed(thread, type, names::__module__());
  return {};
}
Result<Ref<>> get_bases(Thread&, Value self) { return as<Type>(self).bases.load(); }
Result<void> assign_bases(Thread& thread, Value self, Value value) {
  Type& type = as<Type>(self);
  TRY(check_settable(thread, type, value, "__bases__"));
  if (!is<Tuple>(value)) {
    return raise(thread, types.TypeError, "can only assign tuple to {}.__bases__, not {}", type, type_of(value));
  }
  return set_bases(thread, type, as<Tuple>(value));
}
Result<Ref<>> get_mro(Thread&, Value self) {
  Ref<> order = as<Type>(self).mro.load();
  return order.is_empty() ? Ref<>::adopt(None) : std::move(order);
}
Result<Ref<>> get_base(Thread&, Value self) {
  Type* base = as<Type>(self).base;
  return base ? Ref<>::share(base->value()) : Ref<>::adopt(None);
}
Result<Ref<>> get_dict(Thread& thread, Value self) { return call(thread, types.mappingproxy->value(), {as<Type>(self).dictionary().value()}); }
Result<Ref<>> get_doc(Thread& thread, Value self) {
  const Value doc = as<Type>(self).dictionary().find_str(names::__doc__());
  if (doc.is_empty()) return Ref<>::adopt(None);
  Ref<> keep = Ref<>::share(doc);
  if (auto get = type_of(doc).slots.descriptor_get) return get(thread, doc, Unbound, self);
  return keep;
}
Result<void> set_doc(Thread& thread, Value self, Value value) {
  Type& type = as<Type>(self);
  TRY(check_settable(thread, type, value, "__doc__"));
  TRY(type.dictionary().set(thread, names::__doc__().value(), value));
  type_changed(thread, type, names::__doc__());
  return {};
}
Result<Ref<>> get_annotations(Thread& thread, Value self) {
  Type& type = as<Type>(self);
  if (!type.has(TypeFlag::Heap)) return raise_attribute_error(thread, self, names::__annotations__());
  const Value found = type.dictionary().find_str(names::__annotations__());
  if (!found.is_empty()) {
    if (auto get = type_of(found).slots.descriptor_get) return get(thread, found, Unbound, self);
    return Ref<>::share(found);
  }
  Ref<Dict> fresh = TRY(Dict::make(thread));
  return type.dictionary().set_default(thread, names::__annotations__().value(), fresh.value());
}
Result<void> set_annotations(Thread& thread, Value self, Value value) {
  Type& type = as<Type>(self);
  if (type.has(TypeFlag::Immutable)) return raise(thread, types.TypeError, "cannot set '__annotations__' attribute of immutable type '{}'", type);
  if (value == Unbound) {
    if (TRY(type.dictionary().remove(thread, names::__annotations__().value())).is_empty()) {
      return raise_attribute_error(thread, self, names::__annotations__());
    }
  } else {
    TRY(type.dictionary().set(thread, names::__annotations__().value(), value));
  }
  type_changed(thread, type, names::__annotations__());
  return {};
}
Result<Ref<>> get_abstract(Thread& thread, Value self) {
  const Value found = &as<Type>(self) == types.type ? Empty : as<Type>(self).dictionary().find_str(names::__abstractmethods__());
  if (found.is_empty()) return raise_with(thread, types.AttributeError, {names::__abstractmethods__().value()});
  return Ref<>::share(found);
}
Result<void> set_abstract(Thread& thread, Value self, Value value) {
  Type& type = as<Type>(self);
  bool abstract = false;
  if (value == Unbound) {
    if (TRY(type.dictionary().remove(thread, names::__abstractmethods__().value())).is_empty()) {
      return raise_with(thread, types.AttributeError, {names::__abstractmethods__().value()});
    }
  } else {
    abstract = TRY(is_true(thread, value));
    TRY(type.dictionary().set(thread, names::__abstractmethods__().value(), value));
  }
  type_changed(thread, type, names::__abstractmethods__());
  abstract ? type.set_flag(TypeFlag::Abstract) : type.clear_flag(TypeFlag::Abstract);
  return {};
}
// Of the constructors that inspect.signature knows in python3.11.
Result<Ref<>> get_text_signature(Thread& thread, Value self) {
  const struct {
    const Type* type;
    const char* signature;
  } rows[] = {{types.object, "()"},
              {types.list, "(iterable=(), /)"},
              {types.tuple, "(iterable=(), /)"},
              {types.float_, "(x=0, /)"},
              {types.complex, "(real=0, imag=0)"},
              {types.enumerate, "(iterable, start=0)"},
              {types.reversed, "(sequence, /)"},
              {types.property, "(fget=None, fset=None, fdel=None, doc=None)"},
              {types.staticmethod, "(function, /)"},
              {types.classmethod, "(function, /)"},
              {types.memoryview, "(object)"},
              {types.module, "(name, doc=None)"},
              {types.mappingproxy, "(mapping)"},
              {types.method, "(function, instance, /)"},
              {types.cell, "([contents])"}};
  for (const auto& row : rows) {
    if (row.type == &as<Type>(self)) return Ref<>(TRY(Str::from_ascii(thread, row.signature)));
  }
  const Type& type = as<Type>(self);
  if (type.spec && !type.has(TypeFlag::Heap)) {
    const std::string_view signature = split_doc(type.spec->doc).signature;
    if (!signature.empty()) return Ref<>(TRY(Str::from_ascii(thread, signature)));
  }
  return Ref<>::adopt(None);
}
// Types of variable size have items behind a head.
Result<Ref<>> get_basic_size(Thread&, Value self) {
  const Type& type = as<Type>(self);
  const usize head = type.has(TypeFlag::IsTuple) ? sizeof(Tuple) : type.has(TypeFlag::IsBytes) ? sizeof(Bytes) : sizeof(Str);
  return Ref<>::adopt(Value::integer(type.instance_size ? type.instance_size : static_cast<i64>(head)));
}
Result<Ref<>> get_item_size(Thread&, Value self) {
  const Type& type = as<Type>(self);
  if (type.instance_size || type.has(TypeFlag::IsStr)) return Ref<>::adopt(Value::integer(0));
  return Ref<>::adopt(Value::integer(type.has(TypeFlag::IsBytes) ? 1 : 8));
}
// At CPython's places, which inspect, copyreg and others look at.
Result<Ref<>> get_flags(Thread&, Value self) {
  Type& type = as<Type>(self);
  i64 flags = 1 << 12;
  if (type.has(TypeFlag::Heap)) flags |= 1 << 9;
  if (type.has(TypeFlag::Subclassable)) flags |= 1 << 10;
  if (type.has(TypeFlag::Immutable)) flags |= 1 << 8;
  if (type.has(TypeFlag::Abstract)) flags |= 1 << 20;
  if (type.has(TypeFlag::Sequence)) flags |= 1 << 5;
  if (type.has(TypeFlag::Mapping)) flags |= 1 << 6;
  if (type.has(TypeFlag::MethodDescriptor)) flags |= 1 << 17;
  if (type.slots.call && !type.has(TypeFlag::Heap)) flags |= 1 << 11;  // calls go straight to native code
  return Ref<>::adopt(Value::integer(flags));
}
Result<Ref<>> get_dict_offset(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(as<Type>(self).has(TypeFlag::HasDict) ? 8 * as<Type>(self).overflow_word() : 0));
}
Result<Ref<>> get_weak_offset(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(as<Type>(self).has(TypeFlag::Weakrefable) ? 8 : 0));
}

// Methods

Result<Ref<List>> type_mro(Thread& thread, Type& self) {
  Ref<Tuple> order = TRY(default_mro(thread, self));
  return to_list(thread, order.value());
}
Result<Ref<List>> type_subclasses(Thread& thread, Type& self) { return list_subclasses(thread, self); }
Result<bool> type_instancecheck(Thread& thread, Type& self, Value instance) { return real_is_instance(thread, instance, self.value()); }
Result<bool> type_subclasscheck(Thread& thread, Type& self, Value subclass) { return real_is_subclass(thread, subclass, self.value()); }
Result<Ref<Dict>> type_prepare(Thread& thread, Type&, Rest, Keywords) { return Dict::make(thread); }
Result<Ref<>> type_dir(Thread& thread, Type& self) {
  Ref<Dict> all = TRY(Dict::make(thread));
  if (self.mro.peek().is_empty()) return Ref<>(TRY(to_list(thread, all.value())));
  Tuple& order = *static_cast<Tuple*>(self.mro.peek().object());
  for (isize i = order.length - 1; i >= 0; --i) TRY(all->update_from_dict(thread, as<Type>(order[i]).dictionary()));
  return Ref<>(TRY(to_list(thread, all.value())));
}
Result<isize> type_sizeof(Thread&, Type&) { return static_cast<isize>(sizeof(Type)); }

constexpr MethodSpec kMethods[] = {
    def<type_mro>("mro()", "The classes in which an attribute is looked for, in order."),
    def<type_subclasses>("__subclasses__()", "Return a list of immediate subclasses."),
    def<type_instancecheck>("__instancecheck__(instance, /)", "Check if an object is an instance."),
    def<type_subclasscheck>("__subclasscheck__(subclass, /)", "Check if a class is a subclass."),
    class_method<type_prepare>("__prepare__(*args, **kwargs)", "Create the namespace for the class statement."),
    def<type_dir>("__dir__()", "Names of the attributes of the class and its bases."),
    def<type_sizeof>("__sizeof__()", "Return memory consumption of the type object."),
};
constexpr PropertySpec kProperties[] = {
    {"__name__", nullptr, get_name, set_name},
    {"__qualname__", nullptr, get_qualname, set_qualname},
    {"__module__", nullptr, get_module, set_module},
    {"__bases__", nullptr, get_bases, assign_bases},
    {"__mro__", nullptr, get_mro},
    {"__base__", nullptr, get_base},
    {"__dict__", nullptr, get_dict},
    {"__doc__", nullptr, get_doc, set_doc},
    {"__annotations__", nullptr, get_annotations, set_annotations},
    {"__abstractmethods__", nullptr, get_abstract, set_abstract},
    {"__text_signature__", nullptr, get_text_signature},
    {"__basicsize__", nullptr, get_basic_size},
    {"__itemsize__", nullptr, get_item_size},
    {"__flags__", nullptr, get_flags},
    {"__dictoffset__", nullptr, get_dict_offset},
    {"__weakrefoffset__", nullptr, get_weak_offset},
};

}  // namespace

const TypeSpec type_spec = {
    .name = "type",
    .doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = type_repr,
              .call = type_call,
              .get_attribute = type_get_attribute,
              .set_attribute = type_set_attribute,
              .init = type_init,
              .new_ = type_new,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, type_or}},
    .ops = &Type::kOps,
    .size = sizeof(Type),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsType),
};

}  // namespace py
