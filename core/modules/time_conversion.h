// Spans and moments as Python code gives them, exact and rounded as the caller says. Threads: no state.
#pragma once
#include "core/object/operations.h"

namespace py {

enum class Rounding : u8 { Floor, Ceiling, HalfEven, Up };  // Up: away from zero

inline constexpr i64 kNanosecondsPerSecond = 1'000'000'000;

double round_to(double value, Rounding rounding);
// numerator / denominator; the denominator is positive.
i64 divide(i64 numerator, i64 denominator, Rounding rounding);

// A number of `unit_ns` each, in nanoseconds. Up is for waits, which must not end too early. `type_message` is the
// TypeError's when it is no number (null: the usual one). OverflowError.
Result<i64> to_nanoseconds(Thread& thread, Value value, i64 unit_ns, const char* type_message = nullptr,
                           Rounding rounding = Rounding::Up);

// 0 <= fraction < the number of fractions per second.
struct SplitSeconds {
  i64 seconds;
  i64 fraction;
};
// Seconds, an int or a float, as the system takes them. OverflowError.
Result<SplitSeconds> to_split_seconds(Thread& thread, Value value, i64 fractions_per_second, Rounding rounding);
Result<i64> to_whole_seconds(Thread& thread, Value value, Rounding rounding);
// Nanoseconds as seconds and fractions of `fraction_ns` each.
SplitSeconds split_nanoseconds(i64 nanoseconds, i64 fraction_ns, Rounding rounding);

}  // namespace py
