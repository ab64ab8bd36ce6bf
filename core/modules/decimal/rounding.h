// Fitting results into a context's settings. Threads: no state.
#pragma once
#include "core/modules/decimal/digits.h"

namespace py::decimal {

// Whether the magnitude that was cut gets one unit more.
bool rounds_up(const BigInt& magnitude, Tail tail, Rounding rounding, bool negative);

// Cuts `digits` digits off the coefficient, rounded; the exponent grows by as many. Reports Rounded and Inexact.
void cut(Number& number, i64 digits, Rounding rounding, u32& conditions);

// Rounds to the precision and brings the exponent into range: the end of nearly every operation.
void finalize(Number& number, const Settings& settings, u32& conditions);

inline Number finalized(Number number, const Settings& settings, u32& conditions) {
  finalize(number, settings, conditions);
  return number;
}

// The largest finite number of these settings.
Number largest(const Settings& settings, bool negative);

// The result of an operation that has a NaN among its operands: the first signaling one, else the first quiet one.
bool takes_nan(const NumberView& value, const Settings& settings, u32& conditions, Number& result);
bool takes_nan(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions,
               Number& result);

}  // namespace py::decimal
