#include "core/object/slot_table.h"

#include "core/object/slot_generics.h"
#include "core/object/slot_wraps.h"

namespace py {

// The rows.
namespace {

using namespace slot_functions;

#define OFFSET(member) static_cast<u32>(offsetof(TypeSlots, member))
#define BINARY_OFFSET(array, op) static_cast<u32>(offsetof(TypeSlots, array) + 8 * static_cast<u32>(BinaryOp::op))
#define UNARY_ROW(row, dunder, member, doc) \
  {dunder, OFFSET(member), reinterpret_cast<void*>(&generic_unary<row>), wrap_unary, "($self, /)", doc, &dunder_names[row]}
#define ROW(row, dunder, member, generic, wrap, signature, doc) \
  {dunder, OFFSET(member), reinterpret_cast<void*>(generic), wrap, signature, doc, &dunder_names[row]}

SlotDefinition definitions[] = {
    ROW(0, "__repr__", repr, generic_repr, wrap_unary, "($self, /)", "Return repr(self)."),
    ROW(1, "__str__", str, generic_str, wrap_unary, "($self, /)", "Return str(self)."),
    ROW(2, "__hash__", hash, generic_hash, wrap_hash, "($self, /)", "Return hash(self)."),
    ROW(3, "__lt__", compare, generic_compare, wrap_compare<CompareOp::Less>, "($self, value, /)", "Return self<value."),
    ROW(4, "__le__", compare, generic_compare, wrap_compare<CompareOp::LessEqual>, "($self, value, /)", "Return self<=value."),
    ROW(5, "__eq__", compare, generic_compare, wrap_compare<CompareOp::Equal>, "($self, value, /)", "Return self==value."),
    ROW(6, "__ne__", compare, generic_compare, wrap_compare<CompareOp::NotEqual>, "($self, value, /)", "Return self!=value."),
    ROW(7, "__gt__", compare, generic_compare, wrap_compare<CompareOp::Greater>, "($self, value, /)", "Return self>value."),
    ROW(8, "__ge__", compare, generic_compare, wrap_compare<CompareOp::GreaterEqual>, "($self, value, /)", "Return self>=value."),
    ROW(9, "__call__", call, generic_call, wrap_call, "($self, /, *args, **kwargs)", "Call self as a function."),
    ROW(10, "__getattribute__", get_attribute, generic_get_attribute_slot, wrap_get_attribute, "($self, name, /)", "Return getattr(self, name)."),
    ROW(11, "__getattr__", get_attribute, generic_get_attribute_slot, nullptr, nullptr, nullptr),
    ROW(12, "__setattr__", set_attribute, generic_set_attribute_slot, wrap_set_attribute, "($self, name, value, /)", "Implement setattr(self, name, value)."),
    ROW(13, "__delattr__", set_attribute, generic_set_attribute_slot, wrap_delete_attribute, "($self, name, /)", "Implement delattr(self, name)."),
    ROW(14, "__get__", descriptor_get, generic_descriptor_get, wrap_descriptor_get, "($self, instance, owner=None, /)", "Return an attribute of instance, which is of type owner."),
    ROW(15, "__set__", descriptor_set, generic_descriptor_set, wrap_descriptor_set, "($self, instance, value, /)", "Set an attribute of instance to value."),
    ROW(16, "__delete__", descriptor_set, generic_descriptor_set, wrap_descriptor_delete, "($self, instance, /)", "Delete an attribute of instance."),
    UNARY_ROW(17, "__iter__", iter, "Implement iter(self)."),
    ROW(18, "__next__", next, generic_next, wrap_next, "($self, /)", "Implement next(self)."),
    ROW(19, "__init__", init, generic_init, wrap_init, "($self, /, *args, **kwargs)", "Initialize self.  See help(type(self)) for accurate signature."),
    ROW(20, "__new__", new_, generic_new, nullptr, nullptr, nullptr),
    ROW(21, "__del__", finalize, generic_finalize, wrap_finalize, "($self, /)", "Called when the instance is about to be destroyed."),
    ROW(22, "__len__", length, generic_length, wrap_length, "($self, /)", "Return len(self)."),
    ROW(23, "__getitem__", get_item, generic_get_item, wrap_binary, "($self, key, /)", "Return self[key]."),
    ROW(24, "__setitem__", set_item, generic_set_item, wrap_set_item, "($self, key, value, /)", "Set self[key] to value."),
    ROW(25, "__delitem__", set_item, generic_set_item, wrap_delete_item, "($self, key, /)", "Delete self[key]."),
    ROW(26, "__contains__", contains, generic_contains, wrap_contains, "($self, key, /)", "Return bool(key in self)."),
    ROW(27, "__bool__", truth, generic_truth, wrap_truth, "($self, /)", "True if self else False"),
    UNARY_ROW(28, "__index__", index, "The integer itself, as an index."),
    UNARY_ROW(29, "__int__", integer, "int(self)"),
    UNARY_ROW(30, "__float__", floating, "float(self)"),
    UNARY_ROW(31, "__neg__", negative, "-self"),
    UNARY_ROW(32, "__pos__", positive, "+self"),
    UNARY_ROW(33, "__abs__", absolute, "abs(self)"),
    UNARY_ROW(34, "__invert__", invert, "~self"),
    UNARY_ROW(35, "__await__", await, "Return an iterator to be used in await expression."),
    UNARY_ROW(36, "__aiter__", async_iter, "Return an awaitable, that resolves in asynchronous iterator."),
    UNARY_ROW(37, "__anext__", async_next, "Return a value or raise StopAsyncIteration."),
#define BINARY(member, symbol, dunder, right_dunder, in_place_dunder)                                                     \
  {dunder, BINARY_OFFSET(binary, member),                                                                      \
   reinterpret_cast<void*>(&generic_binary<static_cast<u32>(BinaryOp::member)>),                               \
   BinaryOp::member == BinaryOp::power ? wrap_power : wrap_binary, "($self, value, /)", "Return self" symbol "value.", \
   &binary_names[static_cast<u32>(BinaryOp::member)].normal},                                                  \
  {right_dunder, BINARY_OFFSET(binary, member),                                                                   \
   reinterpret_cast<void*>(&generic_binary<static_cast<u32>(BinaryOp::member)>), wrap_reflected,               \
   "($self, value, /)", "Return value" symbol "self.", &binary_names[static_cast<u32>(BinaryOp::member)].reflected},
#include "core/object/binary_ops.def"
#undef BINARY
#define BINARY(member, symbol, dunder, right_dunder, in_place_dunder)                                      \
  {in_place_dunder, BINARY_OFFSET(in_place, member),                                                   \
   reinterpret_cast<void*>(&generic_in_place<static_cast<u32>(BinaryOp::member)>), wrap_binary,  \
   "($self, value, /)", "Return self" symbol "=value.", &binary_names[static_cast<u32>(BinaryOp::member)].in_place},
#include "core/object/binary_ops.def"
#undef BINARY
};

// T.__new__ of a builtin type T: a builtin function bound to T.

// The class that chooses the layout of instances of `type`: the nearest one whose __new__ is native.
Type& layout_class(Type& type) {
  Type* at = &type;
  while (at->base && at->slots.new_ == generic_new) at = at->base;
  return *at;
}
Value call_new(Thread& thread, const MethodSpec&, const Value* args, u32 positional, Tuple* keywords) {
  Type& owner = as<Type>(args[0]);
  if (positional < 2 || !is<Type>(args[1])) {
    if (positional < 2) {
      (void)raise(thread, types.TypeError, "{}.__new__(): not enough arguments", owner);
    } else {
      (void)raise(thread, types.TypeError, "{}.__new__(X): X is not a type object ({})", owner, type_of(args[1]));
    }
    return Error;
  }
  Type& type = as<Type>(args[1]);
  if (!type.is_subtype_of(owner)) {
    (void)raise(thread, types.TypeError, "{}.__new__({}): {} is not a subtype of {}", owner, type, type, owner);
    return Error;
  }
  Type& base = layout_class(type);
  if (base.slots.new_ != owner.slots.new_ || base.has(TypeFlag::NoInstantiation)) {
    (void)raise(thread, types.TypeError, "{}.__new__({}) is not safe, use {}.__new__()", owner, type, base);
    return Error;
  }
  return owner.slots.new_(thread, type, Arguments{args + 2, positional - 2, keywords}).release();
}
constexpr MethodSpec kNewSpec = {.name = "__new__",
                                 .signature = {.text = "($type, *args, **kwargs)", .has_rest = true, .has_keywords = true},
                                 .doc = "Create and return a new object.  See help(type) for accurate signature.",
                                 .entry = call_new};

void add_new_function(Thread& thread, Type& type, Dict& dict) {
  if (!type.spec->slots.new_) return;
  Ref<NativeFunction> function =
      MUST(make_native_function(thread, *types.builtin_function, kNewSpec, type.value(), None, nullptr));
  MUST(dict.set(thread, names::__new__().value(), function.value()));
}

// What a name found along the MRO means for the slot of a row.
void* function_for(const SlotDefinition& definition, Type& type, Value found) {
  if (found.is_object() && &type_of(found) == types.builtin_function && definition.generic == reinterpret_cast<void*>(&generic_new)) {
    const NativeFunction& function = *static_cast<NativeFunction*>(found.object());
    if (function.spec == &kNewSpec) return reinterpret_cast<void*>(as<Type>(function.self.peek()).slots.new_);
  }
  if (found.is_object() && &type_of(found) == types.wrapper_descriptor) {
    const SlotWrapper& wrapper = *static_cast<SlotWrapper*>(found.object());
    const SlotDefinition& theirs = *wrapper.definition;
    if (&theirs == &definition && layout_extends(type, *wrapper.owner)) return wrapper.function;
  }
  return definition.generic;
}

// The rows of each slot, linked: first_row[offset / 8], then next_row[row]; -1 ends.
constexpr u32 kSlotCount = sizeof(TypeSlots) / 8;
i16 first_row[kSlotCount];
i16 next_row[std::size(definitions)];

void link_rows() {
  for (i16& row : first_row) row = -1;
  for (i16 row = static_cast<i16>(std::size(definitions)) - 1; row >= 0; --row) {
    if (!definitions[row].dunder) continue;
    i16& first = first_row[definitions[row].offset / 8];
    next_row[row] = first;
    first = row;
  }
}

// Whether every lookup through the type that its own dict does not answer has the answer it has through its base.
bool extends_one_base(Type& type) {
  const Value mro = type.mro.peek();
  const Value base_mro = type.base ? type.base->mro.peek() : Empty;
  if (!is_exact<Tuple>(mro) || !is_exact<Tuple>(base_mro)) return false;
  const Tuple& order = as<Tuple>(mro);
  const Tuple& base_order = as<Tuple>(base_mro);
  if (order.length != base_order.length + 1) return false;
  for (isize i = 0; i < base_order.length; ++i) {
    if (order[i + 1] != base_order[i]) return false;
  }
  return true;
}

bool defines_slot(Type& type, u32 offset) {
  for (i16 row = first_row[offset / 8]; row >= 0; row = next_row[row]) {
    if (!type.dictionary().find_str(**definitions[row].name).is_empty()) return true;
  }
  return false;
}

// Whether the class finds attributes as object does.
bool leaves_getattribute(Type& type) {
  const Value getter = type.lookup(names::__getattribute__());
  return &type_of(getter) == types.wrapper_descriptor &&
         static_cast<SlotWrapper*>(getter.object())->function == reinterpret_cast<void*>(&generic_get_attribute);
}

void update_slot_at(Type& type, u32 offset) {
  void* chosen = nullptr;
  bool first = true;
  const bool named = first_row[offset / 8] >= 0;
  for (i16 row = first_row[offset / 8]; row >= 0; row = next_row[row]) {
    SlotDefinition& definition = definitions[row];
    const Value found = type.lookup(**definition.name);
    if (found.is_empty()) continue;
    void* function = found.is_none() && definition.wrap != wrap_hash && definition.wrap != wrap_contains
                         ? definition.generic
                         : function_for(definition, type, found);
    if (first) {
      chosen = function;
      first = false;
    } else if (chosen != function) {
      chosen = definition.generic;
    }
  }
  // The buffer protocol has no method that could be overridden.
  if (!named && type.base) chosen = slot_at(type.base->slots, offset);
  slot_at(type.slots, offset) = chosen;
  if (type.slots.get_attribute == generic_get_attribute_slot && leaves_getattribute(type)) {
    type.slots.get_attribute = get_attribute_or_ask;
  }
}

void update_derived_flags(Type& type) {
  const bool plain = type.slots.get_attribute == generic_get_attribute || type.slots.get_attribute == get_attribute_or_ask;
  plain ? type.set_flag(TypeFlag::PlainGetAttribute) : type.clear_flag(TypeFlag::PlainGetAttribute);
  type.slots.descriptor_set ? type.set_flag(TypeFlag::DataDescriptor) : type.clear_flag(TypeFlag::DataDescriptor);
}

}  // namespace

std::span<SlotDefinition> slot_definitions() { return definitions; }

void initialize_slot_names(Thread& thread) {
  for (SlotDefinition& definition : definitions) {
    if (definition.dunder) *definition.name = &intern(thread, definition.dunder);
  }
  link_rows();
}

void update_slots(Type& type) {
  const bool inherits = extends_one_base(type);
  for (u32 offset = 0; offset < sizeof(TypeSlots); offset += 8) {
    if (inherits && !defines_slot(type, offset)) {
      slot_at(type.slots, offset) = slot_at(type.base->slots, offset);
    } else {
      update_slot_at(type, offset);
    }
  }
  update_derived_flags(type);
}

void update_slot(Type& type, Str& name) {
  for (SlotDefinition& definition : definitions) {
    if (*definition.name == &name) {
      update_slot_at(type, definition.offset);
      update_derived_flags(type);
      return;
    }
  }
}

void inherit_slots(Type& type) {
  if (type.base) {
    const bool own_equality = type.slots.compare && !type.slots.hash;
    for (u32 offset = 0; offset < sizeof(TypeSlots); offset += 8) {
      if (own_equality && offset == OFFSET(hash)) continue;
      if (!slot_at(type.slots, offset)) slot_at(type.slots, offset) = slot_at(type.base->slots, offset);
    }
  }
  update_derived_flags(type);
}

void add_slot_wrappers(Thread& thread, Type& type, Dict& dict) {
  for (const SlotDefinition& definition : definitions) {
    if (!definition.wrap || !definition.dunder) continue;
    void* function = slot_at(const_cast<TypeSlots&>(type.spec->slots), definition.offset);
    if (!function || !dict.find_str(**definition.name).is_empty()) continue;
    // Sequences are concatenated in one order only: there is no reflected form.
    const bool reflected_add = definition.wrap == wrap_reflected && definition.offset == BINARY_OFFSET(binary, add);
    if (reflected_add && type.spec->slots.length) continue;
    Ref<SlotWrapper> wrapper = MUST(allocate<SlotWrapper>(thread, *types.wrapper_descriptor, sizeof(SlotWrapper)));
    make_deferred(wrapper.get());
    wrapper->definition = &definition;
    wrapper->function = function;
    wrapper->owner = &type;
    MUST(dict.set(thread, (*definition.name)->value(), wrapper.value()));
  }
  add_new_function(thread, type, dict);
  if (type.spec->slots.compare && !type.spec->slots.hash && dict.find_str(names::__hash__()).is_empty()) {
    MUST(dict.set(thread, names::__hash__().value(), None));
  }
}

}  // namespace py
