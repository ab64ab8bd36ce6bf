// Biased reference counting (Choi, Shull, Torrellas, PACT 2018) with four states; see docs/memory.md.
//
// incref and decref of an object's owner are a plain load, compare and store. Everyone else takes the slow path on
// `shared`. decref to zero destroys the object now: weak references are cleared, fields dropped, memory freed. A Python
// finaliser never runs inside decref: the object is queued in the thread and the breaker bit Finalizers is raised, so
// that the interpreter runs it at the end of the instruction.
// Threads: any attached thread, on objects it may reach. Never call decref under an object lock.
#pragma once
#include "memory/object.h"
#include "threading/runtime/slot.h"

namespace py {

COLD void incref_foreign(Object* object);
COLD void decref_foreign(Object* object);
// The owner's count reached zero.
COLD void owner_count_is_zero(Object* object);
// Takes a reference unless the object is already dying. For weak references and caches.
bool try_incref(Object* object);
// Must be called once before a non-counting pointer (weak reference) to the object is kept.
void allow_weak_references(Object* object);

INLINE void incref_object(Object* object) {
  if (LIKELY(object->owner.load(std::memory_order_relaxed) == current_slot)) {
    object->local.store(object->local.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  } else {
    incref_foreign(object);
  }
}

// decref_object for where code size matters.
void decref_by_call(Object* object);

INLINE void decref_object(Object* object) {
  if (LIKELY(object->owner.load(std::memory_order_relaxed) == current_slot)) {
    const u32 count = object->local.load(std::memory_order_relaxed) - 1;
    object->local.store(count, std::memory_order_relaxed);
    if (UNLIKELY(count == 0)) owner_count_is_zero(object);
  } else {
    decref_foreign(object);
  }
}

// incref and decref without their slow paths. False: nothing was done, for the object is another thread's, or this would
// be its last reference.
INLINE bool try_quick_incref(Value value) {
  if (!value.is_counted()) return true;
  Object* object = value.counted_object();
  if (UNLIKELY(object->owner.load(std::memory_order_relaxed) != current_slot)) return false;
  object->local.store(object->local.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return true;
}
INLINE bool try_quick_decref(Value value) {
  if (!value.is_counted()) return true;
  Object* object = value.counted_object();
  if (UNLIKELY(object->owner.load(std::memory_order_relaxed) != current_slot)) return false;
  const u32 count = object->local.load(std::memory_order_relaxed) - 1;
  if (UNLIKELY(count == 0)) return false;
  object->local.store(count, std::memory_order_relaxed);
  return true;
}

INLINE void incref(Value value) {
  if (value.is_counted()) incref_object(value.counted_object());
}
INLINE void decref(Value value) {
  if (value.is_counted()) decref_object(value.counted_object());
}

// Drops a reference that was removed from a shared container: after a grace period (rule R).
COLD void retire(Value value);
// Frees a buffer that lock-free readers may still look at: after a grace period. `bytes` steers the limbo's bound.
COLD void retire_buffer(void* buffer, void (*free_function)(void*), usize bytes);

}  // namespace py
