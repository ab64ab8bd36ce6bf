// Object pages: 64 KiB blocks of one size class, so that the collector can enumerate every object. The fast path pops a
// thread-local free list.
//
// Invariant: a free block has an all-zero header except for the list link at bytes 0-7 of a block whose owner is 0. The
// heap of a slot survives its thread: the next thread with that slot, or a collection, takes it over.
// Threads: any attached thread allocates; any may free (a foreign free is pushed on the page's remote list).
#pragma once
#include "memory/object.h"
#include "memory/thread.h"

namespace py {

inline constexpr usize kMaxSmallObject = 1024;
inline constexpr usize kSizeClasses = kMaxSmallObject / 16 + 1;  // class n holds blocks of 16 * n bytes

// Written by one thread, read by any: an estimate for the readers.
class Tally {
 public:
  void operator+=(i64 amount) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  operator i64() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<i64> value_{0};
};

// The head of each list; the link is the block's first word.
struct AllocationCache {
  void* free[kSizeClasses];
  Tally allocated_bytes;  // handed to the lists so far
  Tally live_objects;     // blocks handed to the lists minus blocks that left them
};

// Returns null when memory is exhausted.
COLD Object* allocate_object_slow(Thread& thread, usize bytes);
// The header's fields mean nothing any more; nobody else can reach the block. Only for blocks whose fields and buffers
// are gone: destroy_object does the whole work.
void free_object(Object* object);

// A block with a header for one reference owned by this thread; everything after the header is uninitialised. `bytes`
// includes the header. Raises nothing: null means that memory is exhausted, the caller raises MemoryError.
// Never collects: the caller may leave fields uninitialised until its next safepoint.
INLINE Object* allocate_object(Thread& thread, usize bytes, u32 shape) {
  const usize size_class = (bytes + 15) >> 4;
  Object* object;
#ifdef WEFT_ASAN
  constexpr bool use_list = false;  // blocks on the lists are poisoned
#else
  constexpr bool use_list = true;
#endif
  if (LIKELY(use_list && size_class < kSizeClasses && thread.allocation->free[size_class])) {
    void* block = thread.allocation->free[size_class];
    thread.allocation->free[size_class] = *static_cast<void**>(block);
    object = static_cast<Object*>(block);
  } else {
    object = allocate_object_slow(thread, bytes);
    if (UNLIKELY(!object)) return nullptr;
  }
  object->shape.store(shape, std::memory_order_relaxed);
  object->local.store(1, std::memory_order_relaxed);
  object->shared.store(kStateInitial, std::memory_order_relaxed);
  object->owner.store(current_slot, std::memory_order_relaxed);
  object->lock.store(0, std::memory_order_relaxed);
#ifdef WEFT_SHARE
  object->flags.store(static_cast<u8>(ObjectFlag::Shared), std::memory_order_relaxed);
#else
  object->flags.store(0, std::memory_order_relaxed);
#endif
  return object;
}

// The bytes of the object's block, which may be more than were asked for.
usize object_capacity(const Object& object);

// Makes a fresh object deferred or immortal: from now on its Value is uncounted. Only before any reference was stored.
void make_deferred(Object* object);
void make_immortal(Object* object);
// Makes a live shared object uncounted for good, because many threads count it: its counts mean nothing from now on, though
// counted Values of it exist; the collector takes it for a root. Threads: any that holds a reference which it counted in `shared`.
void make_deferred_dynamically(Object* object);

// The heap of a slot's present thread; made on first use, null when memory is exhausted.
AllocationCache* slot_heap(u16 slot);
// Gives empty pages back and takes up what other threads freed. By the slot's thread, or while the world is stopped.
void sweep_heap(u16 slot);
// While the world is stopped: the pages of slots without thread become the caller's.
void adopt_orphan_heaps(u16 slot);
// The sum of live_objects over all heaps: an estimate while others run.
i64 count_live_objects();

void heap_after_fork_in_child();

// The live object that the address points to or into, or null. Exact; only while the world is stopped, or for objects
// of which the caller knows that they do not die meanwhile.
Object* heap_find(u64 address);
bool heap_contains(const void* object);

// Calls function(context, object) for every live object. While the world is stopped.
void for_each_object(void (*function)(void* context, Object& object), void* context);
template <class Function>
void for_each_object(Function function) {
  for_each_object([](void* context, Object& object) { (*static_cast<Function*>(context))(object); }, &function);
}

}  // namespace py
