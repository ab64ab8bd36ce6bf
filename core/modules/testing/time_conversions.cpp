// The conversions of core/modules/time_conversion.h.
#include <limits.h>

#include "core/modules/testing/c_api.h"
#include "core/modules/time_conversion.h"
#include "core/object/number.h"

namespace py::testing {

namespace {

constexpr i64 kMicrosecond = 1'000, kMillisecond = 1'000'000;

Result<Rounding> to_rounding(Thread& thread, int number) {
  if (number >= 0 && number <= static_cast<int>(Rounding::Up)) return static_cast<Rounding>(number);
  return raise(thread, types.ValueError, "invalid rounding");
}
Result<Ref<Tuple>> pair_of(Thread& thread, SplitSeconds time) {
  Ref<> seconds = TRY(make_int(thread, time.seconds));
  return Tuple::from(thread, {seconds.value(), Value::integer(time.fraction)});
}
// Nanoseconds are ints alone.
Result<i64> nanoseconds_of(Thread& thread, Value value) {
  if (!is_integer(value)) return raise(thread, types.TypeError, "expect int, got {}", type_of(value));
  return to_i64(thread, value, "int too large to convert to C _PyTime_t");
}

Result<isize> from_seconds(Thread& thread, Value value) {
  if (!is_integer(value)) return raise(thread, types.TypeError, "expect int, got {}", type_of(value));
  return TRY(to_nanoseconds(thread, value, kNanosecondsPerSecond));
}
Result<isize> from_seconds_object(Thread& thread, Value value, int rounding) {
  return TRY(to_nanoseconds(thread, value, kNanosecondsPerSecond, nullptr, TRY(to_rounding(thread, rounding))));
}
Result<double> as_seconds(Thread& thread, Value value) {
  const i64 nanoseconds = TRY(nanoseconds_of(thread, value));
  if (nanoseconds % kNanosecondsPerSecond == 0) return static_cast<double>(nanoseconds / kNanosecondsPerSecond);
  return static_cast<double>(nanoseconds) / static_cast<double>(kNanosecondsPerSecond);
}
template <i64 unit_ns>
Result<isize> as_units(Thread& thread, Value value, int rounding) {
  return divide(TRY(nanoseconds_of(thread, value)), unit_ns, TRY(to_rounding(thread, rounding)));
}
Result<Ref<Tuple>> as_timeval(Thread& thread, Value value, int rounding) {
  return pair_of(thread, split_nanoseconds(TRY(nanoseconds_of(thread, value)), kMicrosecond, TRY(to_rounding(thread, rounding))));
}
Result<Ref<Tuple>> as_timespec(Thread& thread, Value value) {
  return pair_of(thread, split_nanoseconds(TRY(nanoseconds_of(thread, value)), 1, Rounding::Floor));
}
Result<isize> object_to_time(Thread& thread, Value value, int rounding) {
  return TRY(to_whole_seconds(thread, value, TRY(to_rounding(thread, rounding))));
}
template <i64 per_second>
Result<Ref<Tuple>> object_to_split(Thread& thread, Value value, int rounding) {
  return pair_of(thread, TRY(to_split_seconds(thread, value, per_second, TRY(to_rounding(thread, rounding)))));
}

// Every number of nanoseconds has its seconds in a time_t, so nothing has to be clamped.
constexpr MethodSpec kFunctions[] = {
    function<from_seconds>("PyTime_FromSeconds(seconds, /)", nullptr),
    function<from_seconds_object>("PyTime_FromSecondsObject(seconds, rounding, /)", nullptr),
    function<as_seconds>("PyTime_AsSecondsDouble(ns, /)", nullptr),
    function<as_units<kMillisecond>>("PyTime_AsMilliseconds(ns, rounding, /)", nullptr),
    function<as_units<kMicrosecond>>("PyTime_AsMicroseconds(ns, rounding, /)", nullptr),
    function<as_timeval>("PyTime_AsTimeval(ns, rounding, /)", nullptr),
    function<as_timeval>("PyTime_AsTimeval_clamp(ns, rounding, /)", nullptr),
    function<as_timespec>("PyTime_AsTimespec(ns, /)", nullptr),
    function<as_timespec>("PyTime_AsTimespec_clamp(ns, /)", nullptr),
    function<object_to_time>("pytime_object_to_time_t(time, rounding, /)", nullptr),
    function<object_to_split<1'000'000>>("pytime_object_to_timeval(time, rounding, /)", nullptr),
    function<object_to_split<kNanosecondsPerSecond>>("pytime_object_to_timespec(time, rounding, /)", nullptr),
};

}  // namespace

Result<void> add_time_conversions(Thread& thread, Module& module) {
  return add_functions_to_module(thread, module, kFunctions, std::size(kFunctions));
}

}  // namespace py::testing
