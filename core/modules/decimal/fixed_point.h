// Binary fixed-point numbers for the transcendental functions: an integer x stands for x / 2**bits. A result is off by
// at most two units; it has failed() when memory ran out. Threads: no state but the logarithms of ten, made once and
// kept.
#pragma once
#include "core/modules/decimal/number.h"

namespace py::decimal::fixed {

BigInt multiply(BigView left, BigView right, u64 bits);
BigInt divide(BigView left, BigView right, u64 bits);

// e**value for 0 <= value < 4
BigInt exponential(BigView value, u64 bits);
// The natural logarithm of 1/4 < value < 4.
BigInt logarithm(BigView value, u64 bits);
BigInt logarithm_of_ten(u64 bits);

}  // namespace py::decimal::fixed
