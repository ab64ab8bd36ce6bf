#include "core/modules/time_conversion.h"

#include <cmath>

#include "core/object/casts.h"
#include "core/object/number.h"

namespace py {

namespace {

constexpr const char* kBeyondNanoseconds = "timestamp too large to convert to C _PyTime_t";
constexpr const char* kBeyondSystem = "timestamp out of range for platform time_t";

// A rounded float as an integer.
Result<i64> to_integer(Thread& thread, double rounded, const char* message) {
  if (rounded >= -0x1p63 && rounded < 0x1p63) return static_cast<i64>(rounded);
  return raise(thread, types.OverflowError, message);
}
Result<double> number_of(Thread& thread, Value value) {
  const double number = float_value(value);
  if (std::isnan(number)) return raise(thread, types.ValueError, "Invalid value NaN (not a number)");
  return number;
}

}  // namespace

double round_to(double value, Rounding rounding) {
  switch (rounding) {
    case Rounding::Floor: return std::floor(value);
    case Rounding::Ceiling: return std::ceil(value);
    case Rounding::Up: return value < 0 ? std::floor(value) : std::ceil(value);
    default: return std::nearbyint(value);  // in the default mode of the processor: half to even
  }
}

i64 divide(i64 numerator, i64 denominator, Rounding rounding) {
  const i64 quotient = numerator / denominator, rest = numerator % denominator;  // towards zero
  const i64 step = numerator < 0 ? -1 : 1;
  if (rest == 0) return quotient;
  switch (rounding) {
    case Rounding::Floor: return numerator < 0 ? quotient - 1 : quotient;
    case Rounding::Ceiling: return numerator < 0 ? quotient : quotient + 1;
    case Rounding::Up: return quotient + step;
    default: {
      const u64 size = static_cast<u64>(rest < 0 ? -rest : rest), other = static_cast<u64>(denominator) - size;
      return size > other || (size == other && quotient % 2 != 0) ? quotient + step : quotient;
    }
  }
}

Result<i64> to_nanoseconds(Thread& thread, Value value, i64 unit_ns, const char* type_message, Rounding rounding) {
  if (is_float(value)) {
    const double exact = TRY(number_of(thread, value)) * static_cast<double>(unit_ns);
    return to_integer(thread, round_to(exact, rounding), kBeyondNanoseconds);
  }
  if (type_message && !type_of(value).slots.index) return raise(thread, types.TypeError, type_message);
  i64 nanoseconds;
  if (!__builtin_mul_overflow(TRY(to_i64(thread, value, kBeyondNanoseconds)), unit_ns, &nanoseconds)) return nanoseconds;
  return raise(thread, types.OverflowError, kBeyondNanoseconds);
}

Result<SplitSeconds> to_split_seconds(Thread& thread, Value value, i64 fractions_per_second, Rounding rounding) {
  if (!is_float(value)) return SplitSeconds{TRY(to_i64(thread, value, kBeyondSystem)), 0};
  const double unit = static_cast<double>(fractions_per_second);
  double whole;
  double fraction = round_to(std::modf(TRY(number_of(thread, value)), &whole) * unit, rounding);
  if (fraction >= unit) fraction -= unit, whole += 1;
  if (fraction < 0) fraction += unit, whole -= 1;
  return SplitSeconds{TRY(to_integer(thread, whole, kBeyondSystem)), static_cast<i64>(fraction)};
}

Result<i64> to_whole_seconds(Thread& thread, Value value, Rounding rounding) {
  if (!is_float(value)) return to_i64(thread, value, kBeyondSystem);
  return to_integer(thread, round_to(TRY(number_of(thread, value)), rounding), kBeyondSystem);
}

SplitSeconds split_nanoseconds(i64 nanoseconds, i64 fraction_ns, Rounding rounding) {
  const i64 per_second = kNanosecondsPerSecond / fraction_ns;
  const i64 fractions = divide(nanoseconds, fraction_ns, rounding);
  const i64 seconds = divide(fractions, per_second, Rounding::Floor);
  return {seconds, fractions - seconds * per_second};
}

}  // namespace py
