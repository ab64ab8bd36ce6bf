#include "memory/collector.h"

#include <algorithm>

#include "core/base/trace.h"
#include "memory/cycle_search.h"
#include "memory/garbage.h"
#include "memory/reclamation.h"
#include "memory/slot_heap.h"
#include "threading/runtime/world.h"

namespace py {

void (*collection_callback_hook)(Thread&, bool, int, usize) = nullptr;
void (*save_garbage_hook)(Thread&, Object&) = nullptr;
bool verify_at_collections = false;

namespace {

constexpr i64 kYoungGrowth = 10'000;
constexpr i64 kMinimumFullHeap = 100'000;

std::atomic<bool> enabled{true};
std::atomic<i64> young_threshold{kYoungGrowth};
std::atomic<i64> local_threshold{10};
std::atomic<i64> full_threshold{10};
std::atomic<i64> full_at{kMinimumFullHeap};    // objects in all heaps at which the next full collection is due
std::atomic<Thread*> full_collector{nullptr};  // one full collection at a time
std::atomic<i64> young_collections{0};         // since the last full one
std::atomic<u64> collections[3];
std::atomic<u64> collected[3];

SlotHeap& heap_of(const Thread& thread) { return *static_cast<SlotHeap*>(thread.allocation); }

void set_next_collection(SlotHeap& heap) {
  const i64 live = heap.live_objects;
  const i64 threshold = young_threshold.load(std::memory_order_relaxed);
  heap.live_at_collection = live;
  heap.collect_at = threshold ? live + std::max(threshold, live / 8) : INT64_MAX;
}

i64 full_limit(i64 live) { return std::max(kMinimumFullHeap, 2 * live); }

void set_next_full_collection() {
  full_at.store(full_limit(count_live_objects()), std::memory_order_relaxed);
  young_collections.store(0, std::memory_order_relaxed);
}

// Searches and takes over the garbage, in one stop if the whole heap is looked at.
void find_garbage(Thread& thread, Scope scope, Garbage& garbage) {
  CycleSearch search(thread, scope);
  if (search.run() && garbage.hold(search)) search.age_survivors();
}

void find_garbage_in_heap(Thread& thread, Garbage& garbage) {
  StopTheWorld stop(thread);
  settle_counts(thread);
  adopt_orphan_heaps(current_slot);
  if (verify_at_collections) verify_invariant_s(thread);
  find_garbage(thread, Scope::Heap, garbage);
}

Scope scope_of(int generation) { return generation == 0 ? Scope::Young : generation == 1 ? Scope::Local : Scope::Heap; }

usize run_collection(Thread& thread, int generation) {
  const TraceTimer timer(TraceChannel::Gc);
  const Scope scope = scope_of(generation);
  if (collection_callback_hook) collection_callback_hook(thread, true, generation, 0);
  Garbage garbage(thread);
  if (scope == Scope::Heap) {
    find_garbage_in_heap(thread, garbage);
  } else {
    find_garbage(thread, scope, garbage);
    young_collections.fetch_add(1, std::memory_order_relaxed);
  }
  const usize unreachable = garbage.size();
  garbage.finalize();
  garbage.dispose(save_garbage_hook);
  if (scope == Scope::Heap) {
    sweep_heap(current_slot);
    set_next_full_collection();
  }
  collections[generation].fetch_add(1, std::memory_order_relaxed);
  collected[generation].fetch_add(unreachable, std::memory_order_relaxed);
  if (timer.is_on()) {
    constexpr const char* kNames[] = {"young", "local", "full"};
    trace(TraceChannel::Gc, "%s: %zu unreachable, %lld alive, %.3f ms", kNames[generation], unreachable,
          static_cast<long long>(count_live_objects()), timer.milliseconds());
  }
  if (collection_callback_hook) collection_callback_hook(thread, false, generation, unreachable);
  return unreachable;
}

}  // namespace

void request_collection(SlotHeap& heap) {
  heap.collect_at = INT64_MAX;
  current_thread().slot->raise(Breaker::Collect);
}

void heap_shrank(SlotHeap& heap) {
  const i64 live = heap.live_objects;
  if (live >= heap.live_at_collection) return;
  const i64 threshold = young_threshold.load(std::memory_order_relaxed);
  heap.live_at_collection = live;
  if (threshold) heap.collect_at = std::min(heap.collect_at, live + std::max(threshold, live / 8));
}

void begin_allocating(Thread& thread) { set_next_collection(heap_of(thread)); }

namespace {

bool try_become_full_collector(Thread& thread) {
  Thread* nobody = nullptr;
  return full_collector.compare_exchange_strong(nobody, &thread);
}

void wait_for_full_collector(Thread& thread) {
  Detached waiting(thread);
  park_if(&full_collector, [] { return full_collector.load() != nullptr; });
}

INLINE void note_native_stack(Thread& thread) {
  save_native_state(thread);
  thread.collection_stack_pointer = thread.stack_pointer;
  for (usize index = 0; index < 8; ++index) thread.collection_registers[index] = thread.saved_registers[index];
}

COLD usize collect_alone(Thread& thread, int generation) {
  thread.is_collecting = true;
  const usize unreachable = run_collection(thread, generation);
  thread.is_collecting = false;
  set_next_collection(heap_of(thread));
  if (generation == 2) {
    full_collector.store(nullptr);
    unpark_all(&full_collector);
  }
  return unreachable;
}

}  // namespace

usize collect(Thread& thread, int generation) {
  if (thread.is_collecting) return 0;
  while (generation == 2 && !try_become_full_collector(thread)) wait_for_full_collector(thread);
  note_native_stack(thread);
  return collect_alone(thread, generation);
}

void collect_if_due(Thread& thread) {
  if (!enabled.load(std::memory_order_relaxed)) return set_next_collection(heap_of(thread));
  if (thread.is_collecting) return;
  const bool full =
      count_live_objects() >= full_at.load(std::memory_order_relaxed) && try_become_full_collector(thread);
  note_native_stack(thread);
  collect_alone(thread, full ? 2 : 0);
}

void set_collection_enabled(bool value) {
  enabled.store(value);
  set_next_collection(heap_of(current_thread()));
}
bool is_collection_enabled() { return enabled.load(); }

CollectionThresholds collection_thresholds() {
  return {young_threshold.load(), local_threshold.load(), full_threshold.load()};
}

void set_collection_thresholds(const CollectionThresholds& thresholds) {
  young_threshold.store(thresholds.young);
  local_threshold.store(thresholds.local);
  full_threshold.store(thresholds.full);
  set_next_collection(heap_of(current_thread()));
}

CollectionThresholds collection_counts(const Thread& thread) {
  const SlotHeap& heap = heap_of(thread);
  return {std::max<i64>(0, heap.live_objects - heap.live_at_collection), young_collections.load(),
          static_cast<i64>(collections[2].load())};
}

CollectionStats collection_stats(int generation) {
  return {collections[generation].load(), collected[generation].load(), 0};
}

void collector_after_fork_in_child(Thread& thread) {
  if (full_collector.load() != &thread) full_collector.store(nullptr);
}

}  // namespace py
