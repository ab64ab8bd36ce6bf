// Attributes of instances: shapes map names to slots of the object.
//
// An instance whose type HasDict ends in: [overflow][slot 0]...[slot inline_slots-1]. Slots beyond the inline ones stand
// in an array that `overflow` refers to. An instance in dictionary mode (its __dict__ was asked for, or it has too many
// or odd names) has the shape `dictionary_shape` of its type and a Dict in `overflow`. Layouts of variable size (str,
// int, tuple, bytes subclasses) are always in dictionary mode and keep the word at their very end.
//
// Invariant: a slot never changes its name while the slots array lives; a deleted attribute leaves Empty. So a lock-free
// reader checks the shape, loads the slot, and needs no second look.
// Threads: a shared instance is read lock-free and changed under its lock.
#pragma once
#include "core/object/type.h"

namespace py {

class Instance : public Object {};

struct SlotArray {
  u32 capacity;
  u32 reserved;
  Field slots[];
};

inline constexpr u32 kNoSlot = 0xFFFFFFFF;
inline constexpr u32 kMaxAttributeSlots = 128;

// The slot that holds `name` (interned), or kNoSlot.
u32 find_slot(u32 shape, Str& name);
// The shape after adding a name; 0 when the limit of slots or shapes is reached.
u32 shape_with(u32 shape, Str& name);
u32 dictionary_shape(Type& type);
// Makes the shape of instances without attributes. Called once when a type is ready.
void make_root_shape(Type& type);

// The word that holds the overflow array or the dictionary.
Field& overflow_field(Object& object, const Type& type);
// The field of a slot in an object that has this shape; null when the overflow array is too short (a racing reader).
Field* slot_field(Object& object, const Type& type, u32 slot);

// An instance attribute, borrowed; Empty when absent.
Value instance_attribute(Object& object, Str& name);
Result<void> set_instance_attribute(Thread& thread, Object& object, Str& name, Value value);
// False when there was no such attribute.
Result<bool> delete_instance_attribute(Thread& thread, Object& object, Str& name);
// The instance's __dict__: switches it to dictionary mode.
Result<Ref<Dict>> instance_dict(Thread& thread, Object& object);
Result<void> set_instance_dict(Thread& thread, Object& object, Value dict);
// Calls body(name, value) for each attribute, in order of creation.
Result<void> for_each_attribute(Thread& thread, Object& object, Result<void> (*body)(Thread&, void*, Str&, Value),
                                void* context);
// For ObjectOps::visit of layouts that may be subclassed: the attribute words and __slots__ beyond the C++ layout.
void visit_attributes(Object& object, Visitor& visitor);
void release_attributes(Object& object);

// Moves an instance to another class with a compatible layout (`__class__` assignment). The caller checked.
Result<void> change_class(Thread& thread, Object& object, Type& to);

}  // namespace py
