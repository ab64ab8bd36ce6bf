// The cycle collector: when to collect, and what the gc module needs.
//
// Young and local collections look at the calling thread's unshared objects and stop nobody. A full collection stops
// the world; it alone finds shared cycles and frees deferred objects. Triggers: a thread's heap has grown by
// kYoungGrowth objects since its last collection (by an eighth of it when that is more); or all heaps together have
// doubled since the last full one. So the work is linear in what is allocated. Threads: any attached thread, for
// itself. Each collection is a safepoint and may run Python code.
#pragma once
#include "memory/thread.h"

namespace py {

// The safepoint hook: does what the counters ask for. Never raises.
void collect_if_due(Thread& thread);
// Sets the first threshold of the thread's heap.
void begin_allocating(Thread& thread);

// gc.collect(generation), 0 to 2: the number of unreachable objects found. Generation 2 also empties limbo.
usize collect(Thread& thread, int generation = 2);

void set_collection_enabled(bool enabled);
bool is_collection_enabled();

struct CollectionThresholds {
  i64 young;  // 0: never collect by itself
  i64 local;
  i64 full;
};
CollectionThresholds collection_thresholds();
void set_collection_thresholds(const CollectionThresholds& thresholds);
// gc.get_count(): objects since this thread's last collection, its young collections since the last full one, full
// ones.
CollectionThresholds collection_counts(const Thread& thread);

struct CollectionStats {
  u64 collections;
  u64 collected;
  u64 uncollectable;
};
CollectionStats collection_stats(int generation);

// gc.callbacks: called at the start (collected 0) and the end of every collection. May run Python code. Null: none.
extern void (*collection_callback_hook)(Thread&, bool start, int generation, usize collected);
// gc.DEBUG_SAVEALL: when set, takes each unreachable object (borrowed) instead of its being freed.
extern void (*save_garbage_hook)(Thread&, Object&);

// Every object that is alive now is never looked at again, until unfreeze.
void freeze_heap(Thread& thread);
void unfreeze_heap(Thread& thread);
usize count_frozen(Thread& thread);

inline bool is_tracked(const Object& object) { return object.shape_record().ops->visit != nullptr; }

// Owned references, all published if they belong to other threads.
struct ObjectList {
  Object** items = nullptr;
  usize size = 0;
  bool complete = true;  // false: memory was exhausted

  ObjectList() = default;
  ObjectList(ObjectList&& other) noexcept;
  ObjectList& operator=(ObjectList&&) = delete;
  ~ObjectList();
};
// gc.get_objects(generation): tracked objects; -1 means all, 0 those that no collection has seen.
ObjectList list_objects(Thread& thread, int generation = -1);
ObjectList find_referrers(Thread& thread, Object** targets, usize count);
ObjectList find_referents(Thread& thread, Object& object);

// Invariant S over the whole heap: aborts with a message if a shared object refers to an unshared one. Stops the world.
void verify_invariant_s(Thread& thread);
// Done at every full collection when set (debug runs).
extern bool verify_at_collections;

void collector_after_fork_in_child(Thread& thread);

}  // namespace py
