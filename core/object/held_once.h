// Whether the caller's reference is the only one, so that an immutable object that nobody else can see may be changed.
// Threads: true only for an object of this thread that no other one knows.
#pragma once
#include "memory/object.h"
#include "threading/runtime/slot.h"

namespace py {

INLINE bool held_once(const Object& object) {
  return object.flags.load(std::memory_order_relaxed) == 0 && object.local.load(std::memory_order_relaxed) == 1 &&
         object.owner.load(std::memory_order_relaxed) == current_slot &&
         object.shared.load(std::memory_order_relaxed) == kStateInitial;
}

}  // namespace py
