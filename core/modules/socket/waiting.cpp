// Timeouts and errors of sockets.
#include <netdb.h>

#include <climits>

#include "core/modules/socket/socket.h"
#include "core/modules/time_conversion.h"
#include "threading/sync/parking_lot.h"

namespace py::sockets {

ModuleException host_error, address_error;
std::atomic<i64> default_timeout_ns{-1};

Result<i64> timeout_argument(Thread& thread, Value timeout) {
  if (timeout.is_none()) return i64{-1};
  const i64 nanoseconds = TRY(to_nanoseconds(thread, timeout, 1'000'000'000, nullptr));
  if (nanoseconds < 0) return raise(thread, types.ValueError, "Timeout value out of range");
  if (nanoseconds / 1'000'000 > INT_MAX)
    return raise(thread, types.OverflowError, "timeout doesn't fit into C timeval");
  return nanoseconds;
}
Result<Ref<>> timeout_value(Thread& thread, i64 timeout_ns) {
  if (timeout_ns < 0) return Ref<>::adopt(None);
  return make_float(thread, static_cast<double>(timeout_ns) / 1e9);
}

Failure raise_timeout(Thread& thread) { return raise(thread, types.TimeoutError, "timed out"); }

Failure raise_coded(Thread& thread, const ModuleException& type, int code, const char* text) {
  Ref<Str> message = TRY(Str::from_ascii(thread, text));
  Ref<> error = TRY(call(thread, type.value(), {Value::integer(code), message.value()}));
  return raise_value(thread, error);
}
Failure raise_address_error(Thread& thread, int code) {
  if (code == EAI_SYSTEM) return raise_os_error(thread, errno);
  return raise_coded(thread, address_error, code, gai_strerror(code));
}

i64 deadline_from(i64 timeout_ns) { return timeout_ns < 0 ? kNoDeadline : monotonic_ns() + timeout_ns; }

Result<bool> wait_ready(Thread& thread, int fd, short events, i64 deadline_ns) {
  pollfd entry{fd, events, 0};
  const i64 count = TRY(call_or_raise(thread, [&] {
    if (deadline_ns == kNoDeadline) return ::poll(&entry, 1, -1);
    const i64 left = deadline_ns - monotonic_ns();
    return ::poll(&entry, 1, left > 0 ? static_cast<int>((left + 999'999) / 1'000'000) : 0);
  }));
  return count > 0;
}

}  // namespace py::sockets
