// System calls that may block: made while detached, repeated after EINTR once the signal handlers ran (PEP 475).
// Threads: the call touches no object; what it reads is copied or pinned by an open Buffer before.
#pragma once
#include "core/object/error.h"

#include <cerrno>

namespace py {

struct SystemResult {
  i64 value;
  int error;  // errno when the value is negative, else 0
};

template <class Call>
Result<SystemResult> call_blocking(Thread& thread, Call&& system_call) {
  for (;;) {
    SystemResult result{};
    {
      Detached detached(thread);
      result.value = static_cast<i64>(system_call());
      result.error = result.value < 0 ? errno : 0;
    }
    if (result.error != EINTR) return result;
    if (!poll(thread)) return failure;
  }
}

// The same; a failed call raises OSError.
template <class Call>
Result<i64> call_or_raise(Thread& thread, Call&& system_call, Value filename = None, Value filename2 = None) {
  const SystemResult result = TRY(call_blocking(thread, static_cast<Call&&>(system_call)));
  if (result.error) return raise_os_error(thread, result.error, filename, filename2);
  return result.value;
}

}  // namespace py
