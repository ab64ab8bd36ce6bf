// The operations of the General Decimal Arithmetic Specification. Each computes a result that fits the settings and
// adds the conditions it met; operands are not rounded first. Threads: no state.
#pragma once
#include "core/modules/decimal/rounding.h"

namespace py::decimal {

using UnaryOperation = Number(const NumberView&, const Settings&, u32& conditions);
using BinaryOperation = Number(const NumberView&, const NumberView&, const Settings&, u32& conditions);

// arithmetic.cpp
UnaryOperation plus, minus, absolute;
BinaryOperation add, subtract, multiply;
Number fused_multiply_add(const NumberView& left, const NumberView& right, const NumberView& third,
                          const Settings& settings, u32& conditions);

// division.cpp
BinaryOperation divide, divide_integer, remainder, remainder_near;
struct QuotientAndRest {
  Number quotient, rest;
};
QuotientAndRest divide_with_rest(const NumberView& left, const NumberView& right, const Settings& settings,
                                 u32& conditions);

// comparison.cpp
int compare_finite(const NumberView& left, const NumberView& right);  // -1, 0, 1; also of infinities
int compare_order(const NumberView& left, const NumberView& right);   // the total order
BinaryOperation compare, compare_signal, compare_total, compare_total_magnitude;
BinaryOperation maximum, minimum, maximum_magnitude, minimum_magnitude;

// exponents.cpp
BinaryOperation quantize, scale_by;
UnaryOperation to_integral_exact, to_integral_value, reduce, exponent_of, next_plus, next_minus;
BinaryOperation next_toward;

// digitwise.cpp
BinaryOperation logical_and, logical_or, logical_xor, rotate, shift;
UnaryOperation logical_invert;

// square_root.cpp, transcendental.cpp: correctly rounded, half to even
UnaryOperation square_root, exponential, natural_logarithm, common_logarithm;

// power.cpp
BinaryOperation power;
Number power_modulo(const NumberView& base, const NumberView& exponent, const NumberView& modulus,
                    const Settings& settings, u32& conditions);

// Questions
bool is_integral(const NumberView& value);
bool is_normal(const NumberView& value, const Settings& settings);
bool is_subnormal(const NumberView& value, const Settings& settings);
bool same_quantum(const NumberView& left, const NumberView& right);
const char* number_class(const NumberView& value, const Settings& settings);
// The integral part of a finite number, towards zero; failed() when it is too large.
BigInt integral_part(const NumberView& value);

}  // namespace py::decimal
