// What the files of the module `select` share. Threads: no state.
#pragma once
#include "core/bind/define.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/system_call.h"
#include "core/modules/time_conversion.h"
#include "threading/sync/parking_lot.h"

namespace py::select_module {

// A wait of at most `timeout_ns` (negative: for ever), from now on.
class Deadline {
 public:
  explicit Deadline(i64 timeout_ns) : end_(timeout_ns < 0 ? kNoDeadline : monotonic_ns() + timeout_ns) {}
  bool is_never() const { return end_ == kNoDeadline; }
  i64 left_ns() const {
    const i64 left = end_ - monotonic_ns();
    return left > 0 ? left : 0;
  }
  // For poll() and epoll_wait(): -1 for ever.
  int left_ms() const { return is_never() ? -1 : static_cast<int>((left_ns() + 999'999) / 1'000'000); }

 private:
  i64 end_;
};

// Calls `system_call(deadline)` until it is not interrupted; signal handlers run in between.
template <class Call>
Result<i64> wait_for(Thread& thread, i64 timeout_ns, Call&& system_call) {
  const Deadline deadline(timeout_ns);
  return call_or_raise(thread, [&] { return system_call(deadline); });
}

// timeout=None or a number: nanoseconds, -1 for None. Too long a wait for a C int of milliseconds: OverflowError.
Result<i64> wait_argument(Thread& thread, Value timeout, i64 unit_ns, const char* type_message);

Result<void> add_poll(Thread& thread, Module& module);
Result<void> add_epoll(Thread& thread, Module& module);
Result<Ref<>> make_poll(Thread& thread);

}  // namespace py::select_module
