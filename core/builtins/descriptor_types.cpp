// Descriptors: members, computed attributes, property, staticmethod, classmethod; and super.
#include "core/builtins/builtin_types.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/recursion_guard.h"
#include "core/object/type_system.h"
#include "core/vm/frame.h"

namespace py {

// member_descriptor
namespace {

MemberDescriptor& member(Value self) { return *static_cast<MemberDescriptor*>(self.object()); }

Failure wrong_instance(Thread& thread, Str& name, Type& owner, Value instance) {
  return raise(thread, types.TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{}' object", name, owner, type_of(instance));
}

Result<Ref<>> member_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound) return Ref<>::share(self);
  MemberDescriptor& descriptor = member(self);
  if (!type_of(instance).is_subtype_of(*descriptor.owner)) {
    return wrong_instance(thread, as<Str>(descriptor.name.peek()), *descriptor.owner, instance);
  }
  Object& object = *instance.object();
  Str& name = as<Str>(descriptor.name.peek());
  Ref<> value = descriptor.word == kKeptByName ? Ref<>::share(instance_attribute(object, name))
                                               : reinterpret_cast<Field*>(&object)[descriptor.word].load();
  if (!value.is_empty()) return value;
  if (descriptor.none_when_empty) return Ref<>::adopt(None);
  return raise_attribute_error(thread, instance, as<Str>(descriptor.name.peek()));
}
Result<void> member_set(Thread& thread, Value self, Value instance, Value value) {
  MemberDescriptor& descriptor = member(self);
  if (!type_of(instance).is_subtype_of(*descriptor.owner)) {
    return wrong_instance(thread, as<Str>(descriptor.name.peek()), *descriptor.owner, instance);
  }
  if (descriptor.read_only) return raise(thread, types.AttributeError, "readonly attribute");
  Object& object = *instance.object();
  if (descriptor.word == kKeptByName) {
    Str& name = as<Str>(descriptor.name.peek());
    if (value != Unbound) return set_instance_attribute(thread, object, name, value);
    if (!TRY(delete_instance_attribute(thread, object, name))) return raise_with(thread, types.AttributeError, {name.value()});
    return {};
  }
  Value old;
  {
    ObjectLock lock(object);
    const Value none = descriptor.none_when_empty ? None : Empty;
    old = reinterpret_cast<Field*>(&object)[descriptor.word].exchange(object, Ref<>::share(value == Unbound ? none : value));
  }
  if (value == Unbound && old.is_empty() && !descriptor.none_when_empty) {
    return raise_with(thread, types.AttributeError, {descriptor.name.peek()});
  }
  drop_removed(object, old);
  return {};
}
Result<Ref<>> member_repr(Thread& thread, Value self) {
  return Ref<>(TRY(format_str(thread, "<member '{}' of '{}' objects>", as<Str>(member(self).name.peek()), *member(self).owner)));
}
Result<Ref<>> member_name(Thread&, Value self) { return member(self).name.load(); }
Result<Ref<>> member_doc(Thread&, Value self) { return member(self).doc.load(); }
Result<Ref<>> member_owner(Thread&, Value self) { return Ref<>::share(member(self).owner->value()); }
Result<Ref<>> member_qualname(Thread& thread, Value self) {
  return Ref<>(TRY(format_str(thread, "{}.{}", as<Str>(member(self).owner->qualified_name.peek()), as<Str>(member(self).name.peek()))));
}
constexpr PropertySpec kMemberProperties[] = {
    {"__name__", nullptr, member_name}, {"__doc__", nullptr, member_doc}, {"__objclass__", nullptr, member_owner}, {"__qualname__", nullptr, member_qualname}};

// getset_descriptor
GetSetDescriptor& getset(Value self) { return *static_cast<GetSetDescriptor*>(self.object()); }
Result<Ref<>> getset_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound) return Ref<>::share(self);
  GetSetDescriptor& descriptor = getset(self);
  if (!type_of(instance).is_subtype_of(*descriptor.owner)) {
    return wrong_instance(thread, intern(thread, descriptor.spec->name), *descriptor.owner, instance);
  }
  return descriptor.spec->get(thread, instance);
}
Result<void> getset_set(Thread& thread, Value self, Value instance, Value value) {
  GetSetDescriptor& descriptor = getset(self);
  if (!type_of(instance).is_subtype_of(*descriptor.owner)) {
    return wrong_instance(thread, intern(thread, descriptor.spec->name), *descriptor.owner, instance);
  }
  if (!descriptor.spec->set) {
    return raise(thread, types.AttributeError, "attribute '{}' of '{}' objects is not writable", descriptor.spec->name, *descriptor.owner);
  }
  return descriptor.spec->set(thread, instance, value);
}
Result<Ref<>> getset_repr(Thread& thread, Value self) {
  return Ref<>(TRY(format_str(thread, "<attribute '{}' of '{}' objects>", getset(self).spec->name, *getset(self).owner)));
}
Result<Ref<>> getset_name(Thread& thread, Value self) { return Ref<>(TRY(Str::from_ascii(thread, getset(self).spec->name))); }
Result<Ref<>> getset_doc(Thread& thread, Value self) {
  return getset(self).spec->doc ? Ref<>(TRY(Str::from_utf8(thread, getset(self).spec->doc))) : Ref<>::adopt(None);
}
Result<Ref<>> getset_owner(Thread&, Value self) { return Ref<>::share(getset(self).owner->value()); }
Result<Ref<>> getset_qualname(Thread& thread, Value self) {
  return Ref<>(TRY(format_str(thread, "{}.{}", *getset(self).owner, getset(self).spec->name)));
}
constexpr PropertySpec kGetSetProperties[] = {
    {"__name__", nullptr, getset_name}, {"__doc__", nullptr, getset_doc}, {"__objclass__", nullptr, getset_owner}, {"__qualname__", nullptr, getset_qualname}};

}  // namespace

const TypeSpec member_descriptor_spec = {.name = "member_descriptor",
                                         .doc = nullptr,
                                         .properties = kMemberProperties,
                                         .property_count = std::size(kMemberProperties),
                                         .slots = {.repr = member_repr, .descriptor_get = member_get, .descriptor_set = member_set},
                                         .ops = &MemberDescriptor::kOps,
                                         .size = sizeof(MemberDescriptor),
                                         .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec getset_descriptor_spec = {.name = "getset_descriptor",
                                         .doc = nullptr,
                                         .properties = kGetSetProperties,
                                         .property_count = std::size(kGetSetProperties),
                                         .slots = {.repr = getset_repr, .descriptor_get = getset_get, .descriptor_set = getset_set},
                                         .ops = &GetSetDescriptor::kOps,
                                         .size = sizeof(GetSetDescriptor),
                                         .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

// property
namespace {

Result<Ref<>> property_new(Thread& thread, Type& type, const Arguments&) {
  Ref<Property> property = TRY(new_object<Property>(thread, type));
  for (Field* field : {&property->get, &property->set, &property->del, &property->doc}) field->initialize(None);
  property->doc_from_getter = 0;
  return Ref<>(std::move(property));
}
Result<void> property_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "property(fget=None, fset=None, fdel=None, doc=None)", arguments);
  Property& property = as<Property>(self);
  property.get.store(property, bound[0]);
  property.set.store(property, bound[1]);
  property.del.store(property, bound[2]);
  property.doc.store(property, bound[3]);
  if (bound[3].is_none() && !bound[0].is_none()) {
    Ref<> doc = TRY(get_attribute_or_empty(thread, bound[0], names::__doc__()));
    if (!doc.is_empty()) {
      std::atomic_ref(property.doc_from_getter).store(1);
      if (&type_of(self) == types.property) {
        property.doc.store(property, doc.value());
      } else if (!doc.value().is_none()) {
        TRY(set_attribute(thread, self, names::__doc__(), doc));  // a subclass may have a __doc__ of its own
      }
    }
  }
  return {};
}

Failure property_missing(Thread& thread, Property& property, Value instance, const char* what) {
  Ref<> name = property.name.load();
  Type& type = type_of(instance);
  if (is<Str>(name)) {
    return raise(thread, types.AttributeError, "property {!r} of {!r} object has no {}", name.value(), type.qualified_name.peek(), what);
  }
  return raise(thread, types.AttributeError, "property of {!r} object has no {}", type.qualified_name.peek(), what);
}
Result<Ref<>> property_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound || instance.is_none()) return Ref<>::share(self);
  Property& property = as<Property>(self);
  Ref<> getter = property.get.load();
  if (getter.value().is_none()) return property_missing(thread, property, instance, "getter");
  return call(thread, getter, {instance});
}
Result<void> property_set(Thread& thread, Value self, Value instance, Value value) {
  Property& property = as<Property>(self);
  Ref<> function = value == Unbound ? property.del.load() : property.set.load();
  if (function.value().is_none()) return property_missing(thread, property, instance, value == Unbound ? "deleter" : "setter");
  if (value == Unbound) {
    TRY(call(thread, function, {instance}));
  } else {
    TRY(call(thread, function, {instance, value}));
  }
  return {};
}

// A copy of the property with one function replaced.
Result<Ref<>> property_copy(Thread& thread, Property& self, Value get, Value set, Value del) {
  auto pick = [](Value given, Field& own) { return given == Unbound || given.is_none() ? own.load() : Ref<>::share(given); };
  Ref<> g = pick(get, self.get), s = pick(set, self.set), d = pick(del, self.del);
  const bool from_getter = std::atomic_ref(self.doc_from_getter).load() && !g.value().is_none();
  Ref<> doc = from_getter ? Ref<>::adopt(None) : self.doc.load();
  Ref<> made = TRY(call(thread, type_of_object(self).value(), {g, s, d, doc}));
  if (is<Property>(made) && is<Str>(self.name.peek())) as<Property>(made).name.store(as<Property>(made), self.name.load());
  return made;
}
Result<Ref<>> property_getter(Thread& thread, Property& self, Value function) { return property_copy(thread, self, function, Unbound, Unbound); }
Result<Ref<>> property_setter(Thread& thread, Property& self, Value function) { return property_copy(thread, self, Unbound, function, Unbound); }
Result<Ref<>> property_deleter(Thread& thread, Property& self, Value function) { return property_copy(thread, self, Unbound, Unbound, function); }
Result<void> property_set_name(Thread&, Property& self, Value, Value name) {
  self.name.store(self, name);
  return {};
}
Result<Ref<>> property_abstract(Thread& thread, Value self) {
  Property& property = as<Property>(self);
  RecursionGuard guard(thread);
  TRY(guard.check(""));
  for (Field* field : {&property.get, &property.set, &property.del}) {
    Ref<> function = field->load();
    if (function.value().is_none()) continue;
    Ref<> flag = TRY(get_attribute_or_empty(thread, function, names::__isabstractmethod__()));
    if (!flag.is_empty() && TRY(is_true(thread, flag))) return Ref<>::adopt(True);
  }
  return Ref<>::adopt(False);
}

constexpr MethodSpec kPropertyMethods[] = {
    def<property_getter>("getter(function, /)", "A copy of this property with another function that reads."),
    def<property_setter>("setter(function, /)", "A copy of this property with another function that writes."),
    def<property_deleter>("deleter(function, /)", "A copy of this property with another function that deletes."),
    def<property_set_name>("__set_name__(owner, name, /)", "Tells the property the name under which a class holds it."),
};
constexpr PropertySpec kPropertyProperties[] = {{"__isabstractmethod__", nullptr, property_abstract}};
#define WORD(Class, field) static_cast<u32>(offsetof(Class, field) / 8)
constexpr MemberSpec kPropertyMembers[] = {
    {"fget", nullptr, 2}, {"fset", nullptr, 3}, {"fdel", nullptr, 4}, {"__doc__", nullptr, 5, false}};

}  // namespace

const TypeSpec property_spec = {.name = "property",
                                .doc = "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for "
                                       "setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring",
                                .methods = kPropertyMethods,
                                .method_count = std::size(kPropertyMethods),
                                .properties = kPropertyProperties,
                                .property_count = std::size(kPropertyProperties),
                                .members = kPropertyMembers,
                                .member_count = std::size(kPropertyMembers),
                                .slots = {.descriptor_get = property_get, .descriptor_set = property_set, .init = property_init, .new_ = property_new},
                                .ops = &Property::kOps,
                                .size = sizeof(Property),
                                .flags = static_cast<u32>(TypeFlag::Subclassable)};

// staticmethod, classmethod
namespace {

MethodWrapper& wrapped(Value self) { return *static_cast<MethodWrapper*>(self.object()); }

Result<Ref<>> wrapper_new(Thread& thread, Type& type, const Arguments&) {
  Ref<MethodWrapper> made = TRY(new_object<MethodWrapper>(thread, type));
  made->function.initialize(None);
  return Ref<>(std::move(made));
}
Result<void> wrapper_init(Thread& thread, Value self, const Arguments& arguments) {
  Type& type = type_of(self);
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "{}() takes no keyword arguments", type);
  if (arguments.positional != 1) return raise(thread, types.TypeError, "{} expected 1 argument, got {}", type, arguments.positional);
  wrapped(self).function.store(wrapped(self), arguments[0]);
  if (!type.has(TypeFlag::HasDict)) return {};
  for (Str* name : {&names::__module__(), &names::__name__(), &names::__qualname__(), &names::__doc__()}) {
    Ref<> value = TRY(get_attribute_or_empty(thread, arguments[0], *name));
    if (!value.is_empty()) TRY(set_instance_attribute(thread, *self.object(), *name, value));
  }
  return {};
}
Result<Ref<>> static_get(Thread&, Value self, Value, Value) { return wrapped(self).function.load(); }
// use(function): what is wrapped may be a wrapper too, or this very one.
template <class Use>
auto with_wrapped(Thread& thread, Value self, Use&& use) -> decltype(use(Value())) {
  RecursionGuard guard(thread);
  TRY(guard.check(""));
  Ref<> function = wrapped(self).function.load();
  return use(function.value());
}
Result<Ref<>> static_call(Thread& thread, Value self, const Arguments& arguments) {
  return with_wrapped(thread, self, [&](Value function) { return call(thread, function, arguments); });
}
Result<Ref<>> bind_to_class(Thread& thread, Value function, Value type) {
  if (is_exact<Function>(function)) return make_bound_method(thread, function, type);
  // Chained descriptors: classmethod(property(...)).
  auto get = type_of(function).slots.descriptor_get;
  if (get && &type_of(function) != types.method) return get(thread, function, type, type);
  return make_bound_method(thread, function, type);
}
Result<Ref<>> class_get(Thread& thread, Value self, Value instance, Value type) {
  if (type == Unbound || type.is_none()) type = type_of(instance).value();
  return with_wrapped(thread, self, [&](Value function) { return bind_to_class(thread, function, type); });
}
Result<Ref<>> wrapped_function(Thread&, Value self) { return wrapped(self).function.load(); }
Result<Ref<>> wrapped_abstract(Thread& thread, Value self) {
  Ref<> flag = TRY(with_wrapped(thread, self, [&](Value function) {
    return get_attribute_or_empty(thread, function, names::__isabstractmethod__());
  }));
  return Ref<>::adopt(Value::boolean(!flag.is_empty() && TRY(is_true(thread, flag))));
}
Result<Ref<>> wrapped_dict(Thread& thread, Value self) { return Ref<>(TRY(instance_dict(thread, *self.object()))); }
Result<Ref<>> wrapped_annotations(Thread& thread, Value self) {
  return with_wrapped(thread, self, [&](Value function) { return get_attribute(thread, function, names::__annotations__()); });
}
Result<Ref<>> wrapped_repr(Thread& thread, Value self) {
  Ref<> function = wrapped(self).function.load();
  Ref<Str> shown = TRY(repr(thread, function));
  return Ref<>(TRY(format_str(thread, "<{}({})>", type_of(self), *shown)));
}
constexpr PropertySpec kWrapperProperties[] = {
    {"__func__", nullptr, wrapped_function}, {"__wrapped__", nullptr, wrapped_function},
    {"__isabstractmethod__", nullptr, wrapped_abstract}, {"__dict__", nullptr, wrapped_dict},
    {"__annotations__", nullptr, wrapped_annotations}};

}  // namespace

const TypeSpec staticmethod_spec = {
    .name = "staticmethod",
    .doc = "Convert a function to be a static method.",
    .properties = kWrapperProperties,
    .property_count = std::size(kWrapperProperties),
    .slots = {.repr = wrapped_repr, .call = static_call, .descriptor_get = static_get, .init = wrapper_init, .new_ = wrapper_new},
    .ops = &MethodWrapper::kOps,
    .size = sizeof(MethodWrapper),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::HasDict)};
const TypeSpec classmethod_spec = {
    .name = "classmethod",
    .doc = "Convert a function to be a class method.",
    .properties = kWrapperProperties,
    .property_count = std::size(kWrapperProperties),
    .slots = {.repr = wrapped_repr, .descriptor_get = class_get, .init = wrapper_init, .new_ = wrapper_new},
    .ops = &MethodWrapper::kOps,
    .size = sizeof(MethodWrapper),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::HasDict)};

// super
namespace {

class Super final : public Object {
 public:
  Field this_class, self, self_class;
  u64 reserved;
};
void super_visit(Object& object, Visitor& visitor) {
  Super& super = static_cast<Super&>(object);
  visitor.visit(super.this_class);
  visitor.visit(super.self);
  visitor.visit(super.self_class);
  visit_attributes(object, visitor);
}
usize super_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kSuperOps = {"super", super_visit, release_attributes, super_size};
Super& super_of(Value self) { return *static_cast<Super*>(self.object()); }

// The class whose MRO is searched; null with TypeError when self is no instance or subclass of type.
Type* super_start(Thread& thread, Type& type, Value self) {
  if (is<Type>(self) && as<Type>(self).is_subtype_of(type)) return &as<Type>(self);
  if (type_of(self).is_subtype_of(type)) return &type_of(self);
  Result<Ref<>> claimed = get_attribute_or_empty(thread, self, names::__class__());
  if (claimed.failed()) return nullptr;
  Ref<> own = claimed.take();
  if (is<Type>(own) && as<Type>(own).is_subtype_of(type)) return &as<Type>(own);
  (void)raise(thread, types.TypeError, "super(type, obj): obj must be an instance or subtype of type");
  return nullptr;
}

// super() without arguments: __class__ and the first argument of the calling function.
Result<void> arguments_from_frame(Thread& thread, Ref<>& type, Ref<>& self) {
  Value* fp = thread.frame_registers;
  if (!fp) return raise(thread, types.RuntimeError, "super(): no current frame");
  Code& code = frame_code(fp);
  if (code.argument_count == 0) return raise(thread, types.RuntimeError, "super(): no arguments");
  Value first = fp[0];
  if (is<Cell>(first) && code.cell_count) {
    for (u32 i = 0; i < code.cell_count; ++i) {
      if (code.cell_registers[i] == 0) first = as<Cell>(first).content.peek();
    }
  }
  if (first == Unbound || first == Empty) return raise(thread, types.RuntimeError, "super(): arg[0] deleted");
  self = Ref<>::share(first);
  Tuple& free_names = as<Tuple>(code.free_names.peek());
  for (isize i = 0; i < free_names.length; ++i) {
    if (free_names[i] != names::__class__().value()) continue;
    Function& function = *static_cast<Function*>(fp[kFunction].object());
    type = as<Cell>(as<Tuple>(function.closure.peek())[i]).content.load();
    if (type.is_empty()) return raise(thread, types.RuntimeError, "super(): empty __class__ cell");
    return {};
  }
  return raise(thread, types.RuntimeError, "super(): __class__ cell not found");
}

Result<Ref<>> super_new(Thread& thread, Type& type, const Arguments&) {
  Ref<Super> made = TRY(new_object<Super>(thread, type));
  return Ref<>(std::move(made));
}
Result<void> super_init(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "super() takes no keyword arguments");
  if (arguments.positional > 2) return raise(thread, types.TypeError, "super expected at most 2 arguments, got {}", arguments.positional);
  Ref<> type, object;
  if (arguments.positional == 0) {
    TRY(arguments_from_frame(thread, type, object));
  } else {
    type = Ref<>::share(arguments[0]);
    if (arguments.positional == 2 && !arguments[1].is_none()) object = Ref<>::share(arguments[1]);
  }
  if (!is<Type>(type)) return raise(thread, types.TypeError, "super() argument 1 must be a type, not {}", type_of(type));
  Super& super = super_of(self);
  Type* start = object.is_empty() ? nullptr : super_start(thread, as<Type>(type), object);
  if (!start && !object.is_empty()) return failure;
  super.this_class.store(super, std::move(type));
  if (!start) return {};
  super.self.store(super, std::move(object));
  super.self_class.store(super, start->value());  // last: who sees it looks at the others
  return {};
}
Result<Ref<>> super_get_attribute(Thread& thread, Value self, Str& name) {
  Super& super = super_of(self);
  Ref<> start = super.self_class.load();
  if (is<Type>(start) && &intern(thread, name) != &names::__class__()) {
    const Value found = lookup_after(as<Type>(start), as<Type>(super.this_class.peek()), intern(thread, name));
    if (!found.is_empty()) {
      Ref<> keep = Ref<>::share(found);
      auto get = type_of(found).slots.descriptor_get;
      if (!get) return keep;
      Ref<> instance = super.self.load();
      return get(thread, found, instance.value() == start.value() ? Unbound : instance.value(), start);
    }
  }
  return generic_get_attribute(thread, self, name);
}
Result<Ref<>> super_get(Thread& thread, Value self, Value instance, Value) {
  Super& super = super_of(self);
  if (instance == Unbound || instance.is_none() || !super.self.peek().is_empty()) return Ref<>::share(self);
  Ref<> this_class = super.this_class.load();
  if (this_class.is_empty()) return raise(thread, types.RuntimeError, "super(): no arguments");
  return call(thread, type_of(self).value(), {this_class, instance});
}
Result<Ref<>> super_repr(Thread& thread, Value self) {
  Super& super = super_of(self);
  const Value type = super.this_class.peek();
  const std::string name = is<Type>(type) ? as<Type>(type).name_str().utf8() : "NULL";
  if (is<Type>(super.self_class.peek())) {
    return Ref<>(TRY(format_str(thread, "<super: <class '{}'>, <{} object>>", name, as<Type>(super.self_class.peek()))));
  }
  return Ref<>(TRY(format_str(thread, "<super: <class '{}'>, NULL>", name)));
}
constexpr MemberSpec kSuperMembers[] = {{"__thisclass__", "the class invoking super()", 2},
                                        {"__self__", "the object that super() was asked for, or None", 3},
                                        {"__self_class__", "the class of the object that super() was asked for, or "
                                                           "None", 4}};

}  // namespace

const TypeSpec super_spec = {
    .name = "super",
    .doc = "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; "
           "requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)",
    .members = kSuperMembers,
    .member_count = std::size(kSuperMembers),
    .slots = {.repr = super_repr,
              .get_attribute = super_get_attribute,
              .descriptor_get = super_get,
              .init = super_init,
              .new_ = super_new},
    .ops = &kSuperOps,
    .size = sizeof(Super),
    .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace py
