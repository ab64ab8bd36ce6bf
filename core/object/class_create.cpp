// class statements: bases, layout, slots, namespace, and the hooks of the data model (__set_name__, __init_subclass__).
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/object/slot_table.h"
#include "core/object/type_system.h"

namespace py {

namespace {

// Instances of plain values, and of object itself, cannot be referred to weakly; a class made by a class statement decides.
bool is_weakly_referable(const Type& type) {
  if (type.has(TypeFlag::Heap)) return type.has(TypeFlag::Weakrefable);
  constexpr u32 kValues = static_cast<u32>(TypeFlag::IsInt) | static_cast<u32>(TypeFlag::IsStr) | static_cast<u32>(TypeFlag::IsBytes) |
                          static_cast<u32>(TypeFlag::IsTuple) | static_cast<u32>(TypeFlag::IsList) | static_cast<u32>(TypeFlag::IsDict) |
                          static_cast<u32>(TypeFlag::IsFloat);
  if (type.has(TypeFlag::HasDict)) return true;
  return &type != types.object && &type != types.complex && type.has(TypeFlag::Weakrefable) && !(type.flags.load() & kValues);
}

// The class has a `__weakref__` of its own for its instances already.
bool has_weakref_slot(const Type& type) {
  if (type.has(TypeFlag::Heap)) return type.has(TypeFlag::Weakrefable);
  if (type.has(TypeFlag::IsDict) && type.has(TypeFlag::HasDict)) return true;
  return type.has(TypeFlag::IsSet) || type.has(TypeFlag::IsType) || layout_extends(type, *types.module);
}

// Names of __slots__, mangled; an empty list means the class has no slots of its own.
struct SlotNames {
  Ref<List> names;
  bool declared = false;
  bool dict = false;
  bool weak_reference = false;
};

Result<Ref<Str>> mangled(Thread& thread, Str& class_name, Str& name) {
  const isize length = name.length();
  if (length < 3 || name[0] != '_' || name[1] != '_' || (name[length - 1] == '_' && name[length - 2] == '_')) {
    return Ref<Str>::share(&name);
  }
  isize skip = 0;
  while (skip < class_name.length() && class_name[skip] == '_') ++skip;
  if (skip == class_name.length()) return Ref<Str>::share(&name);
  Ref<Str> bare = TRY(Str::substring(thread, class_name, skip, class_name.length()));
  return format_str(thread, "_{}{}", *bare, name);
}

Result<SlotNames> collect_slots(Thread& thread, Str& class_name, Type& base, Dict& name_space) {
  SlotNames result;
  result.names = TRY(List::make(thread));
  Ref<> declared = Ref<>::share(name_space.find_str(names::__slots__()));
  if (declared.is_empty()) return result;
  result.declared = true;
  Ref<List> items = is<Str>(declared) ? TRY(List::from(thread, &(const Value&)declared.value(), 1))
                                      : TRY(to_list(thread, declared));
  if (items->length() && base.instance_size == 0 && !base.has(TypeFlag::IsStr)) {
    return raise(thread, types.TypeError, "nonempty __slots__ not supported for subtype of '{}'", base);
  }
  for (isize i = 0; i < items->length(); ++i) {
    Ref<> item = Ref<>::share(items->peek(i));
    if (!is<Str>(item)) {
      return raise(thread, types.TypeError, "__slots__ items must be strings, not '{}'", type_of(item));
    }
    Str& name = as<Str>(item);
    Ref<> valid = TRY(call_method(thread, name.value(), "isidentifier"));
    if (valid.value() != True) return raise(thread, types.TypeError, "__slots__ must be identifiers");
    if (name.equals("__dict__")) {
      if (base.has(TypeFlag::HasDict)) {
        return raise(thread, types.TypeError, "__dict__ slot disallowed: we already got one");
      }
      result.dict = true;
    } else if (name.equals("__weakref__")) {
      if (result.weak_reference || has_weakref_slot(base)) {
        return raise(thread, types.TypeError, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
      }
      result.weak_reference = true;
    } else {
      Ref<Str> slot = TRY(mangled(thread, class_name, name));
      if (!name_space.find_str(*slot).is_empty() && !name.equals("__qualname__") && !name.equals("__classcell__")) {
        return raise(thread, types.ValueError, "{!r} in __slots__ conflicts with class variable", Value(slot));
      }
      TRY(result.names->append(thread, slot.value()));
    }
  }
  return result;
}

Result<void> add_slot_members(Thread& thread, Type& type, List& slots, Dict& dict) {
  // CPython lays members out in sorted order; the order shows in no public place but keeps change_class compatible.
  TRY(call_method(thread, slots.value(), names::sort()));
  for (isize i = 0; i < slots.length(); ++i) {
    Str& name = intern(thread, as<Str>(slots.peek(i)));
    const bool fixed = type.instance_size != 0;
    const u32 word = fixed ? type.instance_size / 8 : kKeptByName;
    Ref<> member = TRY(make_member(thread, type, std::string_view(name.utf8()), nullptr, word, false, false));
    TRY(dict.set(thread, name.value(), member));
    if (fixed) type.instance_size += 8;
  }
  type.instance_size = (type.instance_size + 7) & ~7u;
  return {};
}

// How many attribute slots to reserve: the compiler counted the distinct `self.x = ` of the class body's functions.
u32 predicted_slots(Thread& thread, Type& base, Dict& name_space) {
  u32 count = base.inline_slots;
  Value hint = name_space.find_str(names::__static_attributes__());
  if (hint.is_int()) count += static_cast<u32>(hint.as_int());
  return count < 32 ? (count ? count : 2) : 32;
}

// Functions that the data model treats as static or class methods whatever they are decorated with.
Result<void> wrap_special_functions(Thread& thread, Dict& dict) {
  struct {
    Str& name;
    Type* wrapper;
  } const rows[] = {{names::__new__(), types.staticmethod},
                    {names::__init_subclass__(), types.classmethod},
                    {names::__class_getitem__(), types.classmethod}};
  for (const auto& row : rows) {
    const Value function = dict.find_str(row.name);
    if (function.is_empty() || &type_of(function) != types.function) continue;
    Ref<> wrapped = TRY(call(thread, row.wrapper->value(), {function}));
    TRY(dict.set(thread, row.name.value(), wrapped));
  }
  return {};
}

// Attributes of classes are found by interned names.
void intern_keys(Thread& thread, Dict& dict) {
  isize position = 0;
  for (Value key, value; dict.next_entry(position, key, value);) {
    if (is_exact<Str>(key) && !as<Str>(key).is_interned()) intern(thread, as<Str>(key));
  }
}

Result<void> fill_namespace(Thread& thread, Type& type, Str& name, Dict& dict) {
  const Value qualified = dict.find_str(names::__qualname__());
  if (!qualified.is_empty() && !is<Str>(qualified)) {
    return raise(thread, types.TypeError, "type __qualname__ must be a str, not {}", type_of(qualified));
  }
  type.qualified_name.store(type, qualified.is_empty() ? name.value() : qualified);
  TRY(dict.remove(thread, names::__qualname__().value()));
  TRY(dict.remove(thread, names::__static_attributes__().value()));
  if (dict.find_str(names::__module__()).is_empty()) {
    Ref<> module = current_module_name(thread);
    if (!module.is_empty()) TRY(dict.set(thread, names::__module__().value(), module));
  }
  if (dict.find_str(names::__doc__()).is_empty()) TRY(dict.set(thread, names::__doc__().value(), None));
  // A class that defines equality and no hash is unhashable.
  if (!dict.find_str(names::__eq__()).is_empty() && dict.find_str(names::__hash__()).is_empty()) {
    TRY(dict.set(thread, names::__hash__().value(), None));
  }
  intern_keys(thread, dict);
  return wrap_special_functions(thread, dict);
}

// The `__dict__` of a builtin base that keeps a dict in its own way, as classes and modules do; Empty: there is none.
Value native_dict_descriptor(Value self) {
  for (Type* at = &type_of(self); at; at = at->base) {
    if (at->has(TypeFlag::Heap)) continue;
    const Value found = at->dictionary().find_str(names::__dict__());
    if (!found.is_empty()) return found;
  }
  return Empty;
}
Result<Ref<>> get_instance_dict(Thread& thread, Value self) {
  const Value native = native_dict_descriptor(self);
  if (native.is_empty()) return instance_dict(thread, *self.object());
  return type_of(native).slots.descriptor_get(thread, native, self, type_of(self).value());
}
Result<void> set_instance_dict_attribute(Thread& thread, Value self, Value value) {
  const Value native = native_dict_descriptor(self);
  if (!native.is_empty()) return type_of(native).slots.descriptor_set(thread, native, self, value);
  if (value == Unbound) {
    Ref<Dict> fresh = TRY(Dict::make(thread));
    return set_instance_dict(thread, *self.object(), fresh.value());
  }
  if (is<Dict>(value)) return set_instance_dict(thread, *self.object(), value);
  return raise(thread, types.TypeError, "__dict__ must be set to a dictionary, not a '{}'", type_of(value));
}
Result<Ref<>> get_weak_reference(Thread&, Value) { return Ref<>::adopt(None); }

constexpr PropertySpec kInstanceDict = {"__dict__", "dictionary for instance variables", get_instance_dict,
                                        set_instance_dict_attribute};
constexpr PropertySpec kWeakReference = {"__weakref__", "list of weak references to the object", get_weak_reference};

Result<Ref<>> get_native_instance_dict(Thread& thread, Value self) { return instance_dict(thread, *self.object()); }
Result<void> set_native_instance_dict(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "cannot delete __dict__");
  if (is<Dict>(value)) return set_instance_dict(thread, *self.object(), value);
  return raise(thread, types.TypeError, "__dict__ must be set to a dictionary, not a '{}'", type_of(value));
}

// The descriptors that a class has when its base has none. `shows_dict`: what its instances have stands in a __dict__.
Result<void> add_instance_descriptors(Thread& thread, Type& type, Dict& dict, bool shows_dict) {
  const bool base_shows = type.base->has(TypeFlag::HasDict) && !hides_dict(*type.base);
  for (const PropertySpec* spec : {&kInstanceDict, &kWeakReference}) {
    if (spec == &kInstanceDict ? !type.has(TypeFlag::HasDict) || !shows_dict || base_shows
                               : !type.has(TypeFlag::Weakrefable) || has_weakref_slot(*type.base)) {
      continue;
    }
    Ref<GetSetDescriptor> property =
        TRY(allocate<GetSetDescriptor>(thread, *types.getset_descriptor, sizeof(GetSetDescriptor)));
    make_deferred(property.get());
    property->spec = spec;
    property->owner = &type;
    TRY(dict.set_default(thread, intern(thread, spec->name).value(), property.value()));
  }
  return {};
}

Result<void> set_class_cell(Thread& thread, Type& type, Dict& dict) {
  Ref<> cell = TRY(dict.remove(thread, names::__classcell__().value()));
  if (cell.is_empty()) return {};
  if (!is<Cell>(cell)) {
    return raise(thread, types.TypeError, "__classcell__ must be a nonlocal cell, not {!r}", type_of(cell).value());
  }
  as<Cell>(cell).content.store(as<Cell>(cell), type.value());
  return {};
}

Result<void> call_set_names(Thread& thread, Type& type, Dict& dict) {
  Ref<Dict> snapshot = TRY(dict.copy(thread));
  isize position = 0;
  Value key, value;
  while (snapshot->next_entry(position, key, value)) {
    Ref<> method = TRY(lookup_special(thread, value, names::__set_name__()));
    if (method.is_empty()) continue;
    Result<Ref<>> done = call(thread, method, {type.value(), key});
    if (done.failed()) {
      Ref<> cause = take_pending(thread);
      (void)raise(thread, types.RuntimeError, "Error calling __set_name__ on '{}' instance {!r} in '{}'", type_of(value), key, type);
      as<Exception>(thread.pending).set_cause(thread, cause);
      as<Exception>(thread.pending).set_context(thread, cause);
      return failure;
    }
  }
  return {};
}

Result<void> call_init_subclass(Thread& thread, Type& type, const Arguments& keywords) {
  const Value found = lookup_after(type, type, names::__init_subclass__());
  if (found.is_empty()) return {};
  Ref<> bound = Ref<>::share(found);
  if (auto get = type_of(found).slots.descriptor_get) bound = TRY(get(thread, found, Unbound, type.value()));
  TRY(call(thread, bound, Arguments{keywords.values + keywords.positional, 0, keywords.keywords}));
  return {};
}

// Modules and classes have a dict in their C++ layout, and attribute slots that use it.
bool keeps_own_dict(const Type& base) { return layout_extends(base, *types.module) || layout_extends(base, *types.type); }

}  // namespace

const PropertySpec kInstanceDictProperty = {"__dict__", nullptr, get_native_instance_dict, set_native_instance_dict};

bool hides_dict(Type& type) {
  return type.has(TypeFlag::IsStr) && type.has(TypeFlag::HasDict) && type.lookup(names::__dict__()).is_empty();
}

bool has_plain_instance_dict(Type& type) {
  const Value found = type.lookup(names::__dict__());
  if (!type.has(TypeFlag::HasDict) || !found.is_object() || &type_of(found) != types.getset_descriptor) return false;
  const PropertySpec* spec = static_cast<GetSetDescriptor*>(found.object())->spec;
  return spec == &kInstanceDict || spec == &kInstanceDictProperty;
}

Result<Type*> calculate_metaclass(Thread& thread, Type& start, Tuple& bases) {
  Type* winner = &start;
  for (isize i = 0; i < bases.length; ++i) {
    Type& candidate = type_of(bases[i]);
    if (winner->is_subtype_of(candidate)) continue;
    if (candidate.is_subtype_of(*winner)) {
      winner = &candidate;
      continue;
    }
    return raise(thread, types.TypeError,
                 "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses "
                 "of all its bases");
  }
  return winner;
}

Result<Ref<Type>> make_class(Thread& thread, Type& metatype, Str& name, Tuple& given_bases, Dict& name_space,
                             const Arguments& keywords) {
  Ref<Tuple> bases = given_bases.length ? Ref<Tuple>::share(&given_bases)
                                        : TRY(Tuple::from(thread, {types.object->value()}));
  Type& base = *TRY(best_base(thread, *bases));
  SlotNames slots = TRY(collect_slots(thread, name, base, name_space));

  Object* block = allocate_object(thread, metatype.allocation_size(), root_shape(metatype));
  if (!block) return raise_memory_error(thread);
  for (usize word = 2; word < metatype.allocation_size() / 8; ++word) reinterpret_cast<u64*>(block)[word] = 0;
  Type& type = *static_cast<Type*>(block);
  for (Field* field : {&type.name, &type.qualified_name, &type.module, &type.bases, &type.mro, &type.dict, &type.doc}) {
    field->initialize(Empty);
  }
  for (usize word = sizeof(Type) / 8; word < metatype.allocation_size() / 8; ++word) {
    reinterpret_cast<Field*>(block)[word].initialize(Empty);
  }
  make_deferred(&type);
  Ref<Type> result = Ref<Type>::adopt(&type);
  type.base = &base;
  type.ops = base.ops;
  type.native_size = base.native_size;
  type.instance_size = base.instance_size;
  type.populated.store(true);
  type.name.store(type, name.value());
  type.bases.store(type, bases.value());
  Ref<Dict> dict = TRY(Dict::make(thread));
  if (is_exact<Dict>(name_space.value())) {
    dict = TRY(name_space.copy(thread));
  } else {
    TRY(call_method(thread, dict.value(), names::update(), {name_space.value()}));  // in the order that it shows
  }
  type.dict.store(type, dict.value());

  u32 flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::Heap);
  bool weakly_referable = (!slots.declared && (base.instance_size || base.has(TypeFlag::IsStr))) || slots.weak_reference;
  for (isize i = 0; i < bases->length; ++i) weakly_referable |= is_weakly_referable(as<Type>((*bases)[i]));
  if (weakly_referable) flags |= static_cast<u32>(TypeFlag::Weakrefable);
  // Of two bases that patterns tell apart the first counts.
  constexpr u32 kCollection = static_cast<u32>(TypeFlag::Sequence) | static_cast<u32>(TypeFlag::Mapping);
  for (isize i = 0; i < bases->length; ++i) {
    flags |= as<Type>((*bases)[i]).flags.load() & kInheritedTypeFlags & (flags & kCollection ? ~kCollection : ~0u);
  }
  bool has_dict = !slots.declared || slots.dict;
  for (isize i = 0; i < bases->length; ++i) has_dict |= as<Type>((*bases)[i]).has(TypeFlag::HasDict);
  if (keeps_own_dict(base)) has_dict = false;
  bool shows_dict = !slots.declared || slots.dict;
  // A str is as long as its text, so the members of its subclasses have no place of their own: they are kept by name.
  if (base.instance_size == 0 && slots.names->length()) has_dict = true;
  if (has_dict) flags |= static_cast<u32>(TypeFlag::HasDict);
  type.flags.store(flags);
  TRY(add_slot_members(thread, type, *slots.names, *dict));
  type.inline_slots = type.instance_size && has_dict ? predicted_slots(thread, base, name_space) : 0;
  if (type.instance_size && (type.instance_size & 15) == 0 && has_dict && !(type.inline_slots & 1)) {
    ++type.inline_slots;  // the block is rounded up to 16 bytes: use it
  }

  TRY(fill_namespace(thread, type, name, *dict));
  TRY(add_instance_descriptors(thread, type, *dict, shows_dict));
  TRY(set_class_cell(thread, type, *dict));
  Ref<Tuple> order = TRY(compute_mro(thread, type));
  type.mro.store(type, order.value());
  update_slots(type);
  make_root_shape(type);
  for (isize i = 0; i < bases->length; ++i) add_subclass(as<Type>((*bases)[i]), type);
  TRY(call_set_names(thread, type, *dict));
  TRY(call_init_subclass(thread, type, keywords));
  return result;
}

}  // namespace py
