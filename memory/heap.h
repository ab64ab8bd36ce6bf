// Object pages: 64 KiB blocks of one size class, so that the collector can enumerate every object. The fast path pops a
// thread-local free list.
//
// Invariant: a free block has an all-zero header except for the list link at bytes 0-7 of a block whose owner is 0.
// Threads: any attached thread allocates; any may free (a foreign free is pushed on the page's remote list).
#pragma once
#include "memory/object.h"
#include "memory/thread.h"

namespace py {

inline constexpr usize kMaxSmallObject = 1024;
inline constexpr usize kSizeClasses = kMaxSmallObject / 16 + 1;  // class n holds blocks of 16 * n bytes

// The head of each list; the link is the block's first word.
struct AllocationCache {
  void* free[kSizeClasses];
  u64 allocated_bytes;     // since the last collection check
  i64 live_objects;        // allocated minus freed by this thread
};

// Returns null when memory is exhausted.
COLD Object* allocate_object_slow(Thread& thread, usize bytes);
void free_object(Object* object, usize bytes);

// A block with a header for one reference owned by this thread; everything after the header is uninitialised. `bytes`
// includes the header. Raises nothing: null means that memory is exhausted, the caller raises MemoryError.
INLINE Object* allocate_object(Thread& thread, usize bytes, u32 shape) {
  const usize size_class = (bytes + 15) >> 4;
  Object* object;
  if (LIKELY(size_class < kSizeClasses && thread.allocation->free[size_class])) {
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

// Makes a fresh object deferred or immortal: from now on its Value is uncounted. Only before any reference was stored.
void make_deferred(Object* object);
void make_immortal(Object* object);

}  // namespace py
