#include "core/modules/timeout.h"

#include <cmath>

#include "core/object/casts.h"
#include "core/object/number.h"

namespace py {

namespace {

Failure too_large(Thread& thread) {
  return raise(thread, types.OverflowError, "timestamp too large to convert to C _PyTime_t");
}

}  // namespace

Result<i64> to_nanoseconds(Thread& thread, Value value, i64 unit_ns, const char* type_message) {
  if (is_float(value)) {
    const double number = float_value(value);
    if (std::isnan(number)) return raise(thread, types.ValueError, "Invalid value NaN (not a number)");
    const double exact = number * static_cast<double>(unit_ns);
    const double nanoseconds = exact < 0 ? std::floor(exact) : std::ceil(exact);
    if (!(nanoseconds >= -9223372036854775808.0 && nanoseconds < 9223372036854775808.0)) return too_large(thread);
    return static_cast<i64>(nanoseconds);
  }
  if (type_message && !type_of(value).slots.index) return raise(thread, types.TypeError, type_message);
  const i64 number = TRY(to_i64(thread, value, "timestamp too large to convert to C _PyTime_t"));
  i64 nanoseconds;
  if (__builtin_mul_overflow(number, unit_ns, &nanoseconds)) return too_large(thread);
  return nanoseconds;
}

}  // namespace py
