// object: the root of all classes.
#include "core/builtins/builtin_types.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"
#include "core/vm/imports.h"
#include "core/vm/object_new.h"

namespace py {

Result<Ref<>> reduce_protocol_2(Thread& thread, Value self);

namespace {

usize instance_bytes(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kInstanceOps = {"object", visit_attributes, release_attributes, instance_bytes};

bool has_arguments(const Arguments& arguments) { return arguments.positional || arguments.keyword_count(); }

Failure abstract_instantiation(Thread& thread, Type& type) {
  Result<Ref<>> abstract = get_attribute(thread, type.value(), names::__abstractmethods__());
  if (abstract.failed()) return failure;
  Result<Ref<List>> made = to_list(thread, abstract.take());
  if (made.failed()) return failure;
  Ref<List> list = made.take();
  if (call_method(thread, list.value(), names::sort()).failed()) return failure;
  std::string joined;
  for (isize i = 0; i < list->length(); ++i) joined += (i ? ", " : "") + as<Str>(list->peek(i)).utf8();
  return raise(thread, types.TypeError, "Can't instantiate abstract class {} with abstract method{} {}", type,
               list->length() > 1 ? "s" : "", joined);
}

}  // namespace

Value new_instance(Thread& thread, Type& type) {
  Object* object = allocate_object(thread, type.allocation_size(), root_shape(type));
  if (UNLIKELY(!object)) {
    (void)raise_memory_error(thread);
    return Error;
  }
  Value* words = reinterpret_cast<Value*>(object);
  for (usize word = 2; word < type.allocation_size() / 8; ++word) words[word] = Empty;
  return Value::counted(object);
}

Result<Ref<>> object_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (has_arguments(arguments)) {
    if (type.slots.new_ != object_new) {
      return raise(thread, types.TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
    }
    if (type.slots.init == object_init) return raise(thread, types.TypeError, "{}() takes no arguments", type);
  }
  if (type.has(TypeFlag::Abstract)) return abstract_instantiation(thread, type);
  const Value instance = new_instance(thread, type);
  if (instance.is_error()) return failure;
  return Ref<>::adopt(instance);
}

Result<void> object_init(Thread& thread, Value self, const Arguments& arguments) {
  if (!has_arguments(arguments)) return {};
  Type& type = type_of(self);
  if (type.slots.init != object_init) {
    return raise(thread, types.TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
  }
  if (type.slots.new_ != object_new) return {};
  return raise(thread, types.TypeError, "{}.__init__() takes exactly one argument (the instance to initialize)", type);
}

namespace {

Result<Ref<>> object_repr(Thread& thread, Value self) {
  Type& type = type_of(self);
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  Ref<> module = TRY(get_attribute_or_empty(thread, type.value(), names::__module__()));
  Ref<> name = TRY(get_attribute(thread, type.value(), names::__qualname__()));
  if (is<Str>(module) && !as<Str>(module).equals("builtins")) {
    return Ref<>(TRY(format_str(thread, "<{}.{} object at {}>", as<Str>(module), as<Str>(name), address)));
  }
  return Ref<>(TRY(format_str(thread, "<{} object at {}>", type, address)));
}

Result<Ref<>> object_str(Thread& thread, Value self) { return Ref<>(TRY(repr(thread, self))); }

Result<i64> object_hash(Thread&, Value self) {
  const u64 address = self.bits & ~u64{7};
  return static_cast<i64>(address >> 4 | address << 60);
}

Result<Ref<>> object_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (op == CompareOp::Equal) return Ref<>::adopt(left == right ? True : NotImplemented);
  if (op != CompareOp::NotEqual) return Ref<>::adopt(NotImplemented);
  // != is the opposite of what the type's own == says.
  CompareSlot slot = type_of(left).slots.compare;
  if (!slot) return Ref<>::adopt(NotImplemented);
  Ref<> equal_result = TRY(slot(thread, left, right, CompareOp::Equal));
  if (equal_result.value() == NotImplemented) return equal_result;
  return Ref<>::adopt(Value::boolean(!TRY(is_true(thread, equal_result))));
}

Result<Ref<>> object_format(Thread& thread, Value self, Value spec) {
  if (!is<Str>(spec)) return raise(thread, types.TypeError, "__format__() argument must be str, not {}", type_of(spec));
  if (as<Str>(spec).length()) {
    return raise(thread, types.TypeError, "unsupported format string passed to {}.__format__", type_of(self));
  }
  return Ref<>(TRY(to_str(thread, self)));
}

Result<Ref<>> copyreg(Thread& thread, std::string_view name) {
  static Str& module_name = intern(thread, "copyreg");
  Ref<> module = Ref<>::share(loaded_modules()->find_str(module_name));
  if (module.is_empty()) module = TRY(import_module(thread, "copyreg"));
  return get_attribute(thread, module, name);
}

Result<Ref<>> object_reduce_ex(Thread& thread, Value self, isize protocol) {
  Ref<> reduce = TRY(get_attribute(thread, self, names::__reduce__()));
  const Value own = type_of(self).lookup(names::__reduce__());
  if (own != types.object->dictionary().find_str(names::__reduce__())) return call(thread, reduce, {});
  if (protocol >= 2) {
    return reduce_protocol_2(thread, self);
  }
  Ref<> function = TRY(copyreg(thread, "_reduce_ex"));
  return call(thread, function, {self, Value::integer(protocol)});
}

Result<Ref<>> object_reduce(Thread& thread, Value self) {
  Ref<> function = TRY(copyreg(thread, "_reduce_ex"));
  return call(thread, function, {self, Value::integer(0)});
}

// The attributes of an instance as a dict of their own: the instance need not keep one for that.
Result<Ref<Dict>> copy_attributes(Thread& thread, Object& object) {
  if (object.shape_record().flags.load(std::memory_order_relaxed) & static_cast<u32>(ShapeFlag::Dictionary)) {
    return TRY(instance_dict(thread, object))->copy(thread);
  }
  Ref<Dict> copy = TRY(Dict::make(thread));
  TRY(for_each_attribute(
      thread, object,
      [](Thread& thread, void* copy, Str& name, Value value) { return static_cast<Dict*>(copy)->set(thread, name.value(), value); },
      copy.get()));
  return copy;
}

// What copyreg._slotnames() answers, and keeps in the class.
Result<Ref<>> slot_names_of(Thread& thread, Type& type) {
  static Str& kept = intern(thread, "__slotnames__");
  Ref<> known = Ref<>::share(type.dictionary().find_str(kept));
  if (is<List>(known)) return known;
  Ref<> function = TRY(copyreg(thread, "_slotnames"));
  return call(thread, function, {type.value()});
}

// The instance's state for pickling: its dict, with the values of __slots__ beside it if there are any.
Result<Ref<>> object_getstate(Thread& thread, Value self) {
  Type& type = type_of(self);
  Ref<> state = Ref<>::adopt(None);
  if (self.is_object() && type.has(TypeFlag::HasDict)) {
    Ref<Dict> attributes = TRY(copy_attributes(thread, *self.object()));
    if (attributes->length()) state = Ref<>(std::move(attributes));
  }
  Ref<> slot_names = TRY(slot_names_of(thread, type));
  if (!is<List>(slot_names) || as<List>(slot_names).length() == 0) return state;
  Ref<Dict> slots = TRY(Dict::make(thread));
  for (isize i = 0; i < as<List>(slot_names).length(); ++i) {
    Ref<> name = Ref<>::share(as<List>(slot_names).peek(i));
    Ref<> value = TRY(get_attribute_or_empty(thread, self, as<Str>(name)));
    if (!value.is_empty()) TRY(slots->set(thread, name, value));
  }
  if (!slots->length()) return state;
  return Ref<>(TRY(Tuple::from(thread, {state, slots.value()})));
}

}  // namespace

// Whether instances hold more than their attributes and items, which nobody knows how to save.
static bool has_hidden_state(Type& type) {
  if (!type.slots.new_ || type.has(TypeFlag::NoInstantiation)) return true;
  if (type.native_size == 16 || type.has(TypeFlag::IsList) || type.has(TypeFlag::IsDict)) return false;
  return type.lookup(names::__getstate__()) == types.object->dictionary().find_str(names::__getstate__());
}

// copyreg.__newobj__(cls, *args), with state, list items and dict items: pickle protocol 2 and up.
Result<Ref<>> reduce_protocol_2(Thread& thread, Value self) {
  Type& type = type_of(self);
  Ref<> args = Ref<>(Ref<Tuple>::share(&Tuple::empty()));
  Ref<> keywords = Ref<>::adopt(None);
  Ref<> extended = TRY(lookup_special(thread, self, names::__getnewargs_ex__()));
  if (!extended.is_empty()) {
    Ref<> pair = TRY(call(thread, extended, {}));
    if (!is<Tuple>(pair)) return raise(thread, types.TypeError, "__getnewargs_ex__ should return a tuple, not '{}'", type_of(pair));
    Tuple& parts = as<Tuple>(pair);
    if (parts.length != 2) return raise(thread, types.ValueError, "__getnewargs_ex__ should return a tuple of length 2, not {}", parts.length);
    if (!is<Tuple>(parts[0])) {
      return raise(thread, types.TypeError, "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'", type_of(parts[0]));
    }
    if (!is<Dict>(parts[1])) {
      return raise(thread, types.TypeError, "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'", type_of(parts[1]));
    }
    args = Ref<>::share(as<Tuple>(pair)[0]);
    keywords = Ref<>::share(as<Tuple>(pair)[1]);
  } else {
    Ref<> plain = TRY(lookup_special(thread, self, names::__getnewargs__()));
    if (!plain.is_empty()) {
      args = TRY(call(thread, plain, {}));
      if (!is<Tuple>(args)) return raise(thread, types.TypeError, "__getnewargs__ should return a tuple, not '{}'", type_of(args));
    } else if (has_hidden_state(type)) {
      return raise(thread, types.TypeError, "cannot pickle '{}' object", type);
    }
  }
  const bool with_keywords = is<Dict>(keywords) && as<Dict>(keywords).length();
  Ref<> maker = TRY(copyreg(thread, with_keywords ? "__newobj_ex__" : "__newobj__"));
  Ref<Tuple> maker_args;
  if (with_keywords) {
    maker_args = TRY(Tuple::from(thread, {type.value(), args, keywords}));
  } else {
    Tuple& given = as<Tuple>(args);
    maker_args = TRY(Tuple::allocate(thread, given.length + 1));
    maker_args->items()[0].initialize(type.value());
    for (isize i = 0; i < given.length; ++i) maker_args->items()[i + 1].initialize(Ref<>::share(given[i]));
  }
  Ref<> get_state = TRY(get_attribute(thread, self, names::__getstate__()));
  Ref<> state = TRY(call(thread, get_state, {}));
  Ref<> items = Ref<>::adopt(None), pairs = Ref<>::adopt(None);
  if (is<List>(self)) items = TRY(iterate(thread, self));
  if (is<Dict>(self)) {
    Ref<> view = TRY(call_method(thread, self, names::items()));
    pairs = TRY(iterate(thread, view));
  }
  return Ref<>(TRY(Tuple::from(thread, {maker, maker_args.value(), state, items, pairs})));
}

namespace {

Result<void> merge_class_dict(Thread& thread, Dict& names, Type& type) {
  if (type.mro.peek().is_empty()) return {};
  Tuple& order = *static_cast<Tuple*>(type.mro.peek().object());
  for (isize i = order.length - 1; i >= 0; --i) TRY(names.update_from_dict(thread, as<Type>(order[i]).dictionary()));
  return {};
}

Result<Ref<>> object_dir(Thread& thread, Value self) {
  Ref<Dict> all = TRY(Dict::make(thread));
  Ref<> own = TRY(get_attribute_or_empty(thread, self, names::__dict__()));
  if (is<Dict>(own)) TRY(all->update_from_dict(thread, as<Dict>(own)));
  Ref<> type = TRY(get_attribute_or_empty(thread, self, names::__class__()));
  if (is<Type>(type)) TRY(merge_class_dict(thread, *all, as<Type>(type)));
  return Ref<>(TRY(to_list(thread, all.value())));
}

Result<isize> object_sizeof(Thread&, Value self) {
  return self.is_object() ? static_cast<isize>(self.object()->shape_record().ops->size(*self.object())) : isize{0};
}
Result<void> object_init_subclass(Thread&, Type&) { return {}; }
Result<Ref<>> object_subclasshook(Thread&, Type&, Rest) { return Ref<>::adopt(NotImplemented); }

Result<Ref<>> get_class(Thread&, Value self) { return Ref<>::share(type_of(self).value()); }

Result<void> set_class(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "can't delete __class__ attribute");
  if (!is<Type>(value)) {
    return raise(thread, types.TypeError, "__class__ must be set to a class, not '{}' object", type_of(value));
  }
  Type& from = type_of(self);
  Type& to = as<Type>(value);
  const bool modules = from.is_subtype_of(*types.module) && to.is_subtype_of(*types.module);
  if (!modules && (from.has(TypeFlag::Immutable) || to.has(TypeFlag::Immutable))) {
    return raise(thread, types.TypeError,
                 "__class__ assignment only supported for mutable types or ModuleType subclasses");
  }
  const bool compatible = from.instance_size == to.instance_size && from.ops == to.ops &&
                          from.has(TypeFlag::HasDict) == to.has(TypeFlag::HasDict) && from.instance_size != 0;
  if (!compatible) {
    return raise(thread, types.TypeError, "__class__ assignment: '{}' object layout differs from '{}'", to, from);
  }
  return change_class(thread, *self.object(), to);
}

constexpr MethodSpec kMethods[] = {
    def<object_format>("__format__(format_spec, /)", "Return str(self) if format_spec is empty; raise TypeError otherwise."),
    def<object_reduce_ex>("__reduce_ex__(protocol, /)", "Helper for pickle."),
    def<object_reduce>("__reduce__()", "Helper for pickle."),
    def<object_getstate>("__getstate__()", "Helper for pickle."),
    def<object_dir>("__dir__()", "Names of the attributes of the object."),
    def<object_sizeof>("__sizeof__()", "Size of the object in memory, in bytes."),
    class_method<object_init_subclass>("__init_subclass__()", "Called when a class is subclassed. The default does nothing."),
    class_method<object_subclasshook>("__subclasshook__(*args)", "Abstract classes can override this to customize issubclass()."),
};
constexpr PropertySpec kProperties[] = {{"__class__", "the object's class", get_class, set_class}};

}  // namespace

const TypeSpec object_spec = {
    .name = "object",
    .doc = "The class that all others are derived from.\n\n"
           "A plain instance has no attributes and cannot get any.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = object_repr,
              .str = object_str,
              .hash = object_hash,
              .compare = object_compare,
              .get_attribute = generic_get_attribute,
              .set_attribute = generic_set_attribute,
              .init = object_init,
              .new_ = object_new},
    .ops = &kInstanceOps,
    .size = 16,
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace py
