// Arithmetic on coefficients of at most 128 bits, which most numbers have, without big integers. A quick operation
// gives just what the general one of the same name does, or declines by returning false. Threads: no state.
#pragma once
#include "core/modules/decimal/operations.h"

namespace py::decimal {

// A finite number.
struct QuickNumber {
  u128 coefficient;
  i64 exponent;
  bool negative;
};

using QuickOperation = bool(const QuickNumber&, const QuickNumber&, const Settings&, QuickNumber& result,
                            u32& conditions);
QuickOperation quick_add, quick_subtract, quick_multiply, quick_divide, quick_divide_integer, quick_remainder;

// The quick form of an operation; null: it has none.
template <auto operation>
inline constexpr QuickOperation* quick_form = nullptr;
template <>
inline constexpr QuickOperation* quick_form<&add> = quick_add;
template <>
inline constexpr QuickOperation* quick_form<&subtract> = quick_subtract;
template <>
inline constexpr QuickOperation* quick_form<&multiply> = quick_multiply;
template <>
inline constexpr QuickOperation* quick_form<&divide> = quick_divide;
template <>
inline constexpr QuickOperation* quick_form<&divide_integer> = quick_divide_integer;
template <>
inline constexpr QuickOperation* quick_form<&remainder> = quick_remainder;

// Rounds to the precision. False: it is out of the range of exponents.
bool quick_fit(QuickNumber& number, const Settings& settings, u32& conditions);

}  // namespace py::decimal
