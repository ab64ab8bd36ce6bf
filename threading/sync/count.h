// The counting build (-DWEFT_COUNT_ATOMICS=1) shows that single-threaded programs perform no atomic read-modify-write, and
// so take no lock, on their hot paths. There the compiler reports every atomic operation of weft's own code
// (-fsanitize=thread without its runtime), and count.cpp counts those that lock a bus or fence: read-modify-writes,
// sequentially consistent stores, fences. In other builds nothing of this exists.
// Threads: each counts for itself.
#pragma once
#include "core/base/types.h"

namespace py {

#ifdef WEFT_COUNT_ATOMICS
struct AtomicCounts {
  u64 operations;
  u64 instructions;  // of the interpreter
};
extern thread_local constinit AtomicCounts atomic_counts;
INLINE void count_instruction() { ++atomic_counts.instructions; }

// Where in the machine code the calling thread performed atomic operations, most often first; returns how many places.
struct AtomicPlace {
  void* address;
  u64 count;
};
usize most_frequent_places(AtomicPlace* places, usize capacity);
#else
INLINE void count_instruction() {}
#endif

}  // namespace py
