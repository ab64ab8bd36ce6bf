// The table of weak references: which WeakNodes point to an object. Striped by the target's address.
//
// Invariant: a node is in the table exactly while its target is not null; the target's block is freed only after its
// nodes were cleared. Whether load() gets a dying object is decided by try_incref. Threads: any; every function locks
// one stripe (none until a second thread starts).
#pragma once
#include "memory/ref.h"

namespace py {

// Stands inside the weak reference object.
struct WeakNode {
  std::atomic<Object*> target{nullptr};
  WeakNode* next = nullptr;               // of all nodes with this target, and others of the bucket
  Object* holder = nullptr;               // the weak reference object
  std::atomic<bool> has_callback{false};  // queue the holder when the target dies
};

// The target must be alive; calls allow_weak_references. False when memory is exhausted.
[[nodiscard]] bool register_weak(WeakNode& node, Object* target, Object* holder, bool has_callback);
// When the weak reference itself dies, or forgets its target. Does nothing for a cleared node.
void unregister_weak(WeakNode& node);
// An owned reference to the target, or Empty when it is dead.
Ref<> load_weak(WeakNode& node);
bool is_weak_dead(const WeakNode& node);

// The weak references to the target, under the stripe's lock; stops when the function returns false. A holder may be
// dying: keep it only if try_incref succeeds, and drop no reference inside.
void for_each_weak(Object* target, bool (*function)(void* context, Object& holder), void* context);
usize count_weak(Object* target);
// An existing reference to the target without callback, whose holder has the shape's type; Empty if there is none.
Ref<> find_plain_weak(Object* target, Object* type);

struct Thread;
// The target dies: clears its nodes. Callbacks are queued in the thread, but for holders that `is_garbage` accepts.
void clear_weak_references(Thread& thread, Object* target, bool (*is_garbage)(void*, Object&) = nullptr,
                           void* context = nullptr);
void weak_table_after_fork_in_child();

}  // namespace py
