// RecursionGuard: one level of native code that calls itself on nested data. RecursionError at the recursion limit, or when
// the native stack comes to its end. Threads: the thread's own depth.
#pragma once
#include "core/object/error.h"

namespace py {

// Native code that goes down nested data passes no Python frame, which would notice.
INLINE bool stack_is_used_up(const Thread& thread) {
  return static_cast<char*>(__builtin_frame_address(0)) < thread.native_stack_limit;
}

class [[nodiscard]] RecursionGuard {
 public:
  explicit RecursionGuard(Thread& thread) : thread_(thread) { ++thread_.recursion_depth; }
  ~RecursionGuard() { --thread_.recursion_depth; }
  RecursionGuard(const RecursionGuard&) = delete;
  RecursionGuard& operator=(const RecursionGuard&) = delete;

  // `where` as in " while encoding a JSON object".
  Result<void> check(const char* where) const {
    const char* here = static_cast<const char*>(__builtin_frame_address(0));
    if (LIKELY(thread_.recursion_depth <= thread_.recursion_limit && here - thread_.native_stack_low > kReserve)) return {};
    return raise(thread_, types.RecursionError, "maximum recursion depth exceeded{}", where);
  }

 private:
  static constexpr isize kReserve = 64 * 1024;
  Thread& thread_;
};

}  // namespace py
