// time: clocks, sleeping, calendar time.
#include "core/modules/calendar_time.h"
#include "core/modules/registry.h"
#include "core/modules/system_call.h"
#include "core/modules/time_conversion.h"
#include "core/object/names.h"
#include "core/vm/imports.h"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

#include <cmath>

namespace py {

namespace {

constexpr i64 kSecond = kNanosecondsPerSecond;

Result<double> seconds_of(Thread& thread, clockid_t clock) {
  timespec now;
  if (clock_gettime(clock, &now) < 0) return raise_os_error(thread, errno);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
Result<isize> nanoseconds_of(Thread& thread, clockid_t clock) {
  timespec now;
  if (clock_gettime(clock, &now) < 0) return raise_os_error(thread, errno);
  return static_cast<isize>(now.tv_sec) * kSecond + now.tv_nsec;
}
template <clockid_t clock>
Result<double> read_clock(Thread& thread) {
  return seconds_of(thread, clock);
}
template <clockid_t clock>
Result<isize> read_clock_ns(Thread& thread) {
  return nanoseconds_of(thread, clock);
}
Result<double> time_clock_gettime(Thread& thread, int clock) { return seconds_of(thread, clock); }
Result<isize> time_clock_gettime_ns(Thread& thread, int clock) { return nanoseconds_of(thread, clock); }
Result<double> time_clock_getres(Thread& thread, int clock) {
  timespec resolution;
  if (clock_getres(clock, &resolution) < 0) return raise_os_error(thread, errno);
  return static_cast<double>(resolution.tv_sec) + 1e-9 * static_cast<double>(resolution.tv_nsec);
}
Result<void> time_clock_settime(Thread& thread, int clock, double seconds) {
  const double whole = std::floor(seconds);
  const timespec to = {static_cast<time_t>(whole), static_cast<long>((seconds - whole) * 1e9)};
  if (clock_settime(clock, &to) < 0) return raise_os_error(thread, errno);
  return {};
}
Result<void> time_clock_settime_ns(Thread& thread, int clock, isize nanoseconds) {
  const timespec to = {nanoseconds / kSecond, nanoseconds % kSecond};
  if (clock_settime(clock, &to) < 0) return raise_os_error(thread, errno);
  return {};
}
Result<int> time_pthread_getcpuclockid(Thread& thread, u64 id) {
  clockid_t clock;
  if (const int error = pthread_getcpuclockid(static_cast<pthread_t>(id), &clock)) return raise_os_error(thread, error);
  return static_cast<int>(clock);
}

// After a signal, the handlers run and the rest is slept.
Result<void> time_sleep(Thread& thread, Value duration) {
  const i64 nanoseconds = TRY(to_nanoseconds(thread, duration, kSecond));
  if (nanoseconds < 0) return raise(thread, types.ValueError, "sleep length must be non-negative");
  timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  i64 end;
  if (__builtin_add_overflow(static_cast<i64>(deadline.tv_sec) * kSecond + deadline.tv_nsec, nanoseconds, &end)) end = INT64_MAX;
  deadline.tv_sec = end / kSecond;
  deadline.tv_nsec = end % kSecond;
  for (;;) {
    int error;
    {
      Detached detached(thread);
      error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr);
    }
    if (error == 0) return {};
    if (error != EINTR) return raise_os_error(thread, error);
    if (!poll(thread)) return failure;
  }
}

Result<Ref<>> time_get_clock_info(Thread& thread, Str& name) {
  struct Clock {
    const char* name;
    const char* implementation;
    clockid_t clock;
    bool adjustable;
  };
  constexpr Clock kClocks[] = {
      {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, true},
      {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, false},
      {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, false},
      {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, false},
      {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, false},
  };
  for (const Clock& clock : kClocks) {
    if (!name.equals(clock.name)) continue;
    Ref<> info = TRY(call(thread, types.simple_namespace->value()));
    Ref<Str> implementation = TRY(Str::from_ascii(thread, clock.implementation));
    Ref<> resolution = TRY(make_float(thread, TRY(time_clock_getres(thread, clock.clock))));
    TRY(set_attribute(thread, info, "implementation", implementation.value()));
    TRY(set_attribute(thread, info, "monotonic", Value::boolean(!clock.adjustable)));
    TRY(set_attribute(thread, info, "adjustable", Value::boolean(clock.adjustable)));
    TRY(set_attribute(thread, info, "resolution", resolution));
    return info;
  }
  return raise(thread, types.ValueError, "unknown clock");
}

Result<Ref<>> time_strptime(Thread& thread, Rest rest) {
  Ref<> module = TRY(import_module(thread, "_strptime"));
  Ref<> function = TRY(get_attribute(thread, module, "_strptime_time"));
  return call(thread, function, Arguments{rest.values, rest.count});
}

constexpr MethodSpec kFunctions[] = {
    function<read_clock<CLOCK_REALTIME>>("time()", "Return the current time in seconds since the Epoch."),
    function<read_clock_ns<CLOCK_REALTIME>>("time_ns()", "Return the current time in nanoseconds since the Epoch."),
    function<read_clock<CLOCK_MONOTONIC>>("monotonic()", "Monotonic clock, cannot go backward."),
    function<read_clock_ns<CLOCK_MONOTONIC>>("monotonic_ns()", "Monotonic clock, cannot go backward, as nanoseconds."),
    function<read_clock<CLOCK_MONOTONIC>>("perf_counter()", "Performance counter for benchmarking."),
    function<read_clock_ns<CLOCK_MONOTONIC>>("perf_counter_ns()", "Performance counter for benchmarking as nanoseconds."),
    function<read_clock<CLOCK_PROCESS_CPUTIME_ID>>("process_time()", "Process time for profiling: sum of the kernel and user-space CPU time."),
    function<read_clock_ns<CLOCK_PROCESS_CPUTIME_ID>>("process_time_ns()", "Process time for profiling as nanoseconds."),
    function<read_clock<CLOCK_THREAD_CPUTIME_ID>>("thread_time()", "Thread time for profiling: sum of the kernel and user-space CPU time."),
    function<read_clock_ns<CLOCK_THREAD_CPUTIME_ID>>("thread_time_ns()", "Thread time for profiling as nanoseconds."),
    function<time_clock_gettime>("clock_gettime(clk_id, /)", "Return the time of the specified clock clk_id as a float."),
    function<time_clock_gettime_ns>("clock_gettime_ns(clk_id, /)", "Return the time of the specified clock clk_id as nanoseconds (int)."),
    function<time_clock_getres>("clock_getres(clk_id, /)", "Return the resolution (precision) of the specified clock clk_id."),
    function<time_clock_settime>("clock_settime(clk_id, time, /)", "Set the time of the specified clock clk_id."),
    function<time_clock_settime_ns>("clock_settime_ns(clk_id, time, /)", "Set the time of the specified clock clk_id with nanoseconds."),
    function<time_pthread_getcpuclockid>("pthread_getcpuclockid(thread_id, /)", "Return the clk_id of a thread's CPU time clock."),
    function<time_sleep>("sleep(secs, /)", "Delay execution for a given number of seconds."),
    function<time_get_clock_info>("get_clock_info(name, /)", "Get information of the specified clock."),
    function<time_strptime>("strptime(*args)", "Parse a string to a time tuple according to a format specification."),
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_calendar(thread, module));
#define CLOCK(name) TRY(add_int_to_module(thread, module, #name, name));
  CLOCK(CLOCK_REALTIME) CLOCK(CLOCK_MONOTONIC) CLOCK(CLOCK_MONOTONIC_RAW) CLOCK(CLOCK_PROCESS_CPUTIME_ID)
  CLOCK(CLOCK_THREAD_CPUTIME_ID) CLOCK(CLOCK_BOOTTIME) CLOCK(CLOCK_TAI)
#undef CLOCK
  return {};
}

}  // namespace

extern const ModuleSpec kTimeModule = {"time", "This module provides various functions to manipulate time values.", kFunctions,
                                       std::size(kFunctions), initialize};

}  // namespace py
