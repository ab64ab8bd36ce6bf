// The bridge between special methods and type slots, in both directions. One row per special method:
//   - `wrap` calls a slot function from Python arguments: this is what list.__len__ does;
//   - `generic` is the slot function of a class that defines the method in Python: it looks the method up and calls it.
// Threads: constant.
#pragma once
#include "core/object/native.h"

#include <span>

namespace py {

struct SlotDefinition {
  const char* dunder;
  u32 offset;         // of the function pointer in TypeSlots
  void* generic;
  // Calls `function`, of this row's slot kind; values[0] is self.
  Value (*wrap)(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments);
  const char* signature;
  const char* doc;
  Str** name;         // interned, filled at start-up
};

std::span<SlotDefinition> slot_definitions();

inline void*& slot_at(TypeSlots& slots, u32 offset) {
  return *reinterpret_cast<void**>(reinterpret_cast<char*>(&slots) + offset);
}

// Recomputes the slots of a class from what its MRO defines: all of them, or those of one changed name.
void update_slots(Type& type);
void update_slot(Type& type, Str& name);
// Adds the wrappers of a builtin type's own slots to its dict.
void add_slot_wrappers(Thread& thread, Type& type, Dict& dict);
// Builtin types inherit at creation what they do not define.
void inherit_slots(Type& type);

}  // namespace py
