// Copying runs that are mostly short. Threads: any; no state.
#pragma once
#include "core/base/types.h"

#include <cstring>

namespace py::text {

// Short runs, the common ones, are copied without a call: by words that may overlap.
INLINE void copy_bytes(void* to, const void* from, usize count) {
  auto* target = static_cast<char*>(to);
  auto* source = static_cast<const char*>(from);
  if (count > 16) {
    std::memcpy(to, from, count);
  } else if (count >= 8) {
    u64 first, last;
    std::memcpy(&first, source, 8);
    std::memcpy(&last, source + count - 8, 8);
    std::memcpy(target, &first, 8);
    std::memcpy(target + count - 8, &last, 8);
  } else if (count >= 4) {
    u32 first, last;
    std::memcpy(&first, source, 4);
    std::memcpy(&last, source + count - 4, 4);
    std::memcpy(target, &first, 4);
    std::memcpy(target + count - 4, &last, 4);
  } else if (count > 0) {
    const char first = source[0], middle = source[count / 2], last = source[count - 1];
    target[0] = first;
    target[count / 2] = middle;
    target[count - 1] = last;
  }
}

}  // namespace py::text
