// With -DWEFT_COUNT_ATOMICS=1 every atomic read-modify-write and every lock taken by the threading and memory layers is
// counted, to prove that single-threaded programs execute none on their hot paths. Otherwise the calls vanish.
// Threads: each counts for itself; report_atomic_counts prints the calling thread's counters.
#pragma once
#include "core/base/types.h"

namespace py {

struct AtomicCounts {
  u64 operations = 0;
  u64 locks = 0;
};

#ifdef WEFT_COUNT_ATOMICS
inline thread_local constinit AtomicCounts atomic_counts{};
INLINE void count_atomic() { ++atomic_counts.operations; }
INLINE void count_lock() { ++atomic_counts.locks; }
#else
INLINE void count_atomic() {}
INLINE void count_lock() {}
#endif

// Prints the calling thread's counters on stderr; does nothing in other builds.
void report_atomic_counts();

}  // namespace py
