// How an exporter counts the buffers that are open. Threads: a shared exporter is counted on by everyone at once; its
// resizing methods look at the count under its lock.
#pragma once
#include "memory/object.h"

namespace py {

// One more, or one less after what was read or written through it.
INLINE void count_export(const Object& exporter, std::atomic<isize>& exports, isize by) {
  if (UNLIKELY(exporter.is_shared())) {
    exports.fetch_add(by, std::memory_order_release);  // pairs with the lock of the next resize
  } else {
    exports.store(exports.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
}

}  // namespace py
