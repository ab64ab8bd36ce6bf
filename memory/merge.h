// Merging the two counts of an object: the slow half of biased reference counting. Internal to memory.
//
// Threads: merge_counts may be called by the owner; with the mutex of a slot that is off or kept from running; or while
// the world is stopped.
#pragma once
#include "memory/object.h"
#include "threading/runtime/slot.h"

namespace py {

// Adds `change`, makes the shared count the only one, returns it. Zero: the caller buries the object.
i32 merge_counts(Object* object, i32 change);
// The slot's thread has to drop one reference, which the queue owns from now on.
void enqueue_merge(Object* object);
// The safepoint hook.
void merge_slot_queue(ThreadSlot& slot);

}  // namespace py
