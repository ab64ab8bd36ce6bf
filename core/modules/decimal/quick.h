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

// False: the value has more than 128 bits, or is not finite.
inline bool to_quick(const NumberView& value, QuickNumber& result) {
  if (!value.is_finite() || value.coefficient.size > 2) return false;
  result = {low_words(value.coefficient), value.exponent, value.negative};
  return true;
}

}  // namespace py::decimal
