#include "memory/counting.h"

#include <cstdlib>

#include "core/base/check.h"
#include "memory/destroy.h"
#include "memory/heap.h"
#include "memory/hot.h"
#include "memory/merge.h"
#include "threading/runtime/handshake.h"
#include "threading/runtime/world.h"
#include "threading/sync/test_fault.h"

namespace py {

bool notices_hot_objects = false;

namespace {

constexpr i32 kCountLimit = 1 << 28;
constexpr u32 kEndlessCount = 1u << 30;

i32 state_of(i32 shared) { return shared & 3; }
i32 count_of(i32 shared) { return shared >> 2; }

bool is_uncounted(const Object& object, u16 owner) { return owner == kImmortalOwner || object.is_deferred(); }

// One in kSampleInterval of a thread's references to foreign objects is looked at. An object that is met again within
// the next kSamples is *hot*: many threads count it, and would pass its cache line round for nothing.
constexpr u32 kSampleInterval = 256;
constexpr u32 kSamples = 8;
constexpr u32 kMaxHot = 4096;
std::atomic<u32> hot_objects{0};
thread_local u32 foreign_references = 0;
thread_local Object* samples[kSamples];

void sample(Object* object) {
  for (Object*& seen : samples) {
    if (seen != object) continue;
    seen = nullptr;
    // What somebody waits for the end of stays counted; also what was brought back by its finaliser.
    const u32 flags = object->shape_record().flags.load(std::memory_order_relaxed);
    const bool awaited = flags & static_cast<u32>(ShapeFlag::HasFinalizer) || object->has(ObjectFlag::HasWeakReference);
    if (!object->is_shared() || awaited || object->is_deferred()) return;
    if (hot_objects.load(std::memory_order_relaxed) >= kMaxHot) return;
    hot_objects.fetch_add(1, std::memory_order_relaxed);
    make_deferred_dynamically(object);
    return;
  }
  samples[foreign_references / kSampleInterval % kSamples] = object;
}

}  // namespace

void incref_foreign(Object* object) {
  const u16 owner = object->owner.load(std::memory_order_relaxed);
  if (is_uncounted(*object, owner)) return;
  DCHECK(owner == kNoOwner || object->is_shared());
  const i32 shared = object->shared.fetch_add(kSharedOne, std::memory_order_relaxed);
  // So many references: they will not be dropped before the count overflows. The object stays for ever.
  if (UNLIKELY(count_of(shared) > kCountLimit)) make_immortal(object);
  if (UNLIKELY(++foreign_references % kSampleInterval == 0) && notices_hot_objects) sample(object);
}

void decref_by_call(Object* object) { decref_object(object); }

void decref_foreign(Object* object) {
  const u16 owner = object->owner.load(std::memory_order_relaxed);
  if (is_uncounted(*object, owner)) return;
  DCHECK(owner == kNoOwner || object->is_shared());
  i32 shared = object->shared.load(std::memory_order_relaxed);
  i32 next;
  bool queued;
  do {
    DCHECK(shared != kStateMerged);
    queued = shared == kStateInitial || shared == kStateWeak;  // nothing to subtract from: the owner has to
    next = queued ? i32{kStateQueued} : shared - kSharedOne;
    // acq_rel: all uses of the object before any drop happen before its destruction.
  } while (!object->shared.compare_exchange_weak(shared, next, std::memory_order_acq_rel, std::memory_order_relaxed));
  if (queued) {
    enqueue_merge(object);
  } else if (next == kStateMerged) {
    object_died(object);
  }
}

void owner_count_is_zero(Object* object) {
  if (LIKELY(object->flags.load(std::memory_order_relaxed) == 0)) {
    constexpr u32 kLeaf = static_cast<u32>(ShapeFlag::Leaf), kPlain = static_cast<u32>(ShapeFlag::Plain);
    constexpr u32 kHasFinalizer = static_cast<u32>(ShapeFlag::HasFinalizer);
    const ShapeRecord& record = object->shape_record();
    const u32 flags = record.flags.load(std::memory_order_relaxed);
    if (flags & kLeaf) return free_object(object);
    // Nobody waits for its end: neither a finaliser nor whoever looks at weak references.
    if (!(flags & kHasFinalizer) && (flags & kPlain || !record.ops->weak_node)) return destroy_plain_object(object);
  }
  if (UNLIKELY(object->is_deferred())) {
    object->local.store(kEndlessCount, std::memory_order_relaxed);
    return;
  }
  // Pairs with the release of foreign drops.
  if (LIKELY(!object->is_shared() || object->shared.load(std::memory_order_acquire) == kStateInitial)) {
    object_died(object);
    return;
  }
  // Before the merge is visible: after it another thread may free the block.
  object->owner.store(kNoOwner, std::memory_order_relaxed);
  i32 shared = object->shared.load(std::memory_order_relaxed);
  i32 merged;
  do {
    merged = (shared & ~3) | kStateMerged;
  } while (!object->shared.compare_exchange_weak(shared, merged, std::memory_order_acq_rel, std::memory_order_relaxed));
  if (merged == kStateMerged) object_died(object);
}

bool try_incref(Object* object) {
  const u16 owner = object->owner.load(std::memory_order_relaxed);
  if (owner == current_slot) {
    object->local.store(object->local.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return true;
  }
  if (is_uncounted(*object, owner)) return true;
  i32 shared = object->shared.load(std::memory_order_relaxed);
  do {
    // Count 0 and not marked: its owner may be freeing it without looking at `shared` again.
    const bool dying = shared == kStateInitial || shared == kStateMerged;
    if (dying && !has_fault(TestFault::IncrefDying)) return false;
  } while (!object->shared.compare_exchange_weak(shared, shared + kSharedOne, std::memory_order_acquire,
                                                 std::memory_order_relaxed));
  return true;
}

void allow_weak_references(Object* object) {
  i32 shared = object->shared.load(std::memory_order_relaxed);
  if (!object->is_shared()) {
    if (state_of(shared) == kStateInitial) object->shared.store(shared | kStateWeak, std::memory_order_relaxed);
    return;
  }
  while (state_of(shared) == kStateInitial) {
    if (object->shared.compare_exchange_weak(shared, shared | kStateWeak, std::memory_order_relaxed)) return;
  }
}

void make_deferred_dynamically(Object* object) {
  object->set(ObjectFlag::Hot);
  // Nobody's, so that its late owner does not write into the header that all others read. The reference of which it is
  // made keeps `shared` above zero from now on.
  object->owner.store(kNoOwner, std::memory_order_relaxed);
}

i32 merge_counts(Object* object, i32 change) {
  i32 local = static_cast<i32>(object->local.load(std::memory_order_relaxed));
  object->local.store(0, std::memory_order_relaxed);
  object->owner.store(kNoOwner, std::memory_order_relaxed);
  i32 shared = object->shared.load(std::memory_order_relaxed);
  i32 total;
  do {
    if (state_of(shared) == kStateMerged) local = 0;
    total = count_of(shared) + local + change;
  } while (!object->shared.compare_exchange_weak(shared, total << 2 | kStateMerged, std::memory_order_acq_rel,
                                                 std::memory_order_relaxed));
  return total;
}

namespace {

// Merges what stands in the queue; the objects that died are kept in it, for the caller to bury.
void merge_all(MergeQueue& queue) {
  u32 dead = 0;
  for (u32 index = 0; index < queue.size; ++index) {
    auto* object = static_cast<Object*>(queue.items[index]);
    if (is_uncounted(*object, object->owner.load(std::memory_order_relaxed))) continue;
    if (merge_counts(object, -1) == 0) queue.items[dead++] = object;
  }
  queue.size = dead;
}

MergeQueue take_queue(ThreadSlot& slot) {
  MergeQueue taken = slot.merge_queue;
  slot.merge_queue = {};
  return taken;
}

void bury(MergeQueue& dead) {
  for (u32 index = 0; index < dead.size; ++index) object_died(static_cast<Object*>(dead.items[index]));
  std::free(dead.items);
}

// With the mutex held: what can be merged here now. The owner may not merge at the same time.
bool try_merge_here(ThreadSlot& slot, MergeQueue& dead) {
  const bool stopped = is_world_stopped(*current_thread_base);
  const bool off = slot.state.load() == ThreadState::Off;
  if (has_fault(TestFault::NoStealMerge) && !stopped && !off) return false;
  if (!stopped && !off && !suspend_detached(slot)) return false;
  slot.take(Breaker::Merge);
  dead = take_queue(slot);
  merge_all(dead);
  if (!stopped && !off) resume_proxied(slot);
  return true;
}

}  // namespace

void enqueue_merge(Object* object) {
  const u16 owner = object->owner.load(std::memory_order_acquire);
  if (owner == kImmortalOwner) return;
  if (owner == kNoOwner) return decref_foreign(object);
  ThreadSlot& slot = thread_slots[owner];
  MergeQueue dead;
  slot.mutex.lock();
  if (!slot.merge_queue.push(object)) {
    slot.mutex.unlock();
    return;  // memory is exhausted: the object leaks
  }
  if (!try_merge_here(slot, dead)) {
    slot.raise_ordered(Breaker::Merge);
    try_merge_here(slot, dead);  // it may have detached before it could see the bit
  }
  slot.mutex.unlock();
  bury(dead);
}

void merge_slot_queue(ThreadSlot& slot) {
  slot.mutex.lock();
  MergeQueue queue = take_queue(slot);
  // Under the mutex: the objects of a slot that changes hands are merged by one thread at a time.
  merge_all(queue);
  slot.mutex.unlock();
  bury(queue);
}

}  // namespace py
