// Division: exact quotients as far as the precision goes, integer quotients and remainders.
#include "core/modules/decimal/operations.h"

namespace py::decimal {

namespace {

bool outgrows(i64 digits) { return digits > kMostDigits; }

// How often two and five divide the number; what remains of it.
struct Factors {
  i64 twos = 0, fives = 0;
  BigInt rest;
};
Factors take_out_twos_and_fives(BigView value) {
  Factors result;
  result.twos = static_cast<i64>(big::trailing_zeros(value));
  result.rest = big::shift_right(value, static_cast<u64>(result.twos));
  while (!result.rest.failed()) {
    big::DivMod parts = big::floor_divmod(result.rest.view(), SmallBig(5).view());
    if (parts.quotient.failed() || !parts.remainder.view().is_zero()) break;
    result.rest = std::move(parts.quotient);
    ++result.fives;
  }
  return result;
}

// Digits after which the quotient ends, or -1 when it never does.
i64 digits_of_exact_quotient(BigView left, BigView right) {
  Factors factors = take_out_twos_and_fives(right);
  if (factors.rest.failed()) return -1;
  const bool divides = factors.rest.view().is_zero() || big::modulo(left, factors.rest.view()).view().is_zero();
  return divides ? (factors.twos > factors.fives ? factors.twos : factors.fives) : -1;
}

// left * 10**shift / right, where a rest shows in a last digit that is neither 0 nor 5.
Number quotient_with_sticky_digit(const NumberView& left, const NumberView& right, i64 shift, bool& exact) {
  BigInt scaled_left, scaled_right;
  BigView upper = left.coefficient, lower = right.coefficient;
  if (shift > 0) {
    scaled_left = scale_up(upper, shift);
    upper = scaled_left.view();
  } else if (shift < 0) {
    scaled_right = scale_up(lower, -shift);
    lower = scaled_right.view();
  }
  if (scaled_left.failed() || scaled_right.failed()) return {BigInt::failure(), 0, false};
  big::DivMod parts = big::floor_divmod(upper, lower);
  exact = parts.remainder.view().is_zero();
  if (!exact && big::modulo(parts.quotient.view(), SmallBig(5).view()).view().is_zero()) {
    parts.quotient = big::add(parts.quotient.view(), SmallBig(1).view());
  }
  return {std::move(parts.quotient), left.exponent - right.exponent - shift, left.negative != right.negative};
}

Number divide_finite(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  const i64 ideal = left.exponent - right.exponent;
  const i64 operand_digits = count_digits(left.coefficient) + count_digits(right.coefficient);
  i64 shift = count_digits(right.coefficient) - count_digits(left.coefficient) + settings.precision + 1;
  if (shift > 4 * operand_digits + 64) {
    // Few quotients need that many digits; those that end are found without them.
    const i64 ending = digits_of_exact_quotient(left.coefficient, right.coefficient);
    if (ending >= 0 && ending < shift) shift = ending;
  }
  if (outgrows(shift)) return fail(conditions, kNoMemory);
  bool exact = false;
  Number result = quotient_with_sticky_digit(left, right, shift, exact);
  if (exact && result.exponent < ideal) {
    result.exponent += strip_zeros(result.coefficient, ideal - result.exponent);
  }
  return finalized(std::move(result), settings, conditions);
}

Number divide_infinities(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  if (left.is_infinite() && right.is_infinite()) return fail(conditions, kInvalidOperation);
  const bool negative = left.negative != right.negative;
  if (left.is_infinite()) return Number::infinity(negative);
  conditions |= kClamped;
  return {BigInt(), settings.tiny(), negative};
}

Number divide_by_zero(const NumberView& left, const NumberView& right, u32& conditions) {
  if (left.is_zero()) return fail(conditions, kDivisionUndefined);
  conditions |= kDivisionByZero;
  return Number::infinity(left.negative != right.negative);
}

// Both coefficients at the lower exponent of the two.
struct Common {
  BigInt left, right;
  i64 exponent;
};
bool to_common_exponent(const NumberView& left, const NumberView& right, Common& result) {
  result.exponent = left.exponent < right.exponent ? left.exponent : right.exponent;
  result.left = scale_up(left.coefficient, left.exponent - result.exponent);
  result.right = scale_up(right.coefficient, right.exponent - result.exponent);
  return !result.left.failed() && !result.right.failed();
}

// A dividend that is smaller than a tenth of the divisor, or nothing against an infinite one: it is the remainder.
Number whole_dividend(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  if (right.is_infinite() || left.exponent <= right.exponent)
    return finalized(Number::copy(left), settings, conditions);
  if (left.is_zero()) return finalized({BigInt(), right.exponent, left.negative}, settings, conditions);
  return finalized({scale_up(left.coefficient, left.exponent - right.exponent), right.exponent, left.negative},
                   settings, conditions);
}

bool is_far_below(const NumberView& left, const NumberView& right) {
  return right.is_infinite() || left.is_zero() || left.adjusted() - right.adjusted() <= -2;
}

// The integer quotient and the rest of finite operands, the right one not zero; an infinite right one is larger than
// all. False: the quotient has too many digits, or memory ran out.
bool divide_to_integer(const NumberView& left, const NumberView& right, const Settings& settings,
                       QuotientAndRest& result, u32& conditions) {
  result.quotient = Number::small(0, 0, left.negative != right.negative);
  if (is_far_below(left, right)) {
    result.rest = whole_dividend(left, right, settings, conditions);
    return true;
  }
  Common operands;
  const bool too_large = left.adjusted() - right.adjusted() > settings.precision;
  if (too_large || !to_common_exponent(left, right, operands)) {
    conditions |= too_large ? kDivisionImpossible : kNoMemory;
    return false;
  }
  big::DivMod parts = big::floor_divmod(operands.left.view(), operands.right.view());
  if (count_digits(parts.quotient.view()) > settings.precision) {
    conditions |= kDivisionImpossible;
    return false;
  }
  result.quotient.coefficient = std::move(parts.quotient);
  result.rest = finalized({std::move(parts.remainder), operands.exponent, left.negative}, settings, conditions);
  return true;
}

}  // namespace

Number divide(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  if (UNLIKELY(left.is_special() || right.is_special())) {
    Number result;
    if (takes_nan(left, right, settings, conditions, result)) return result;
    return divide_infinities(left, right, settings, conditions);
  }
  if (UNLIKELY(right.is_zero())) return divide_by_zero(left, right, conditions);
  if (UNLIKELY(left.is_zero())) {
    return finalized({BigInt(), left.exponent - right.exponent, left.negative != right.negative}, settings, conditions);
  }
  return divide_finite(left, right, settings, conditions);
}

Number divide_integer(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  Number nan;
  if (takes_nan(left, right, settings, conditions, nan)) return nan;
  if (left.is_infinite()) {
    return right.is_infinite() ? fail(conditions, kInvalidOperation)
                               : Number::infinity(left.negative != right.negative);
  }
  if (right.is_zero()) return divide_by_zero(left, right, conditions);
  QuotientAndRest parts;
  u32 of_the_rest = 0;
  const bool done = divide_to_integer(left, right, settings, parts, of_the_rest);
  if (!done) return fail(conditions, of_the_rest);
  if (right.is_finite()) finalize(parts.quotient, settings, conditions);
  return std::move(parts.quotient);
}

Number remainder(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  Number nan;
  if (takes_nan(left, right, settings, conditions, nan)) return nan;
  if (left.is_infinite()) return fail(conditions, kInvalidOperation);
  if (right.is_zero()) return fail(conditions, left.is_zero() ? kDivisionUndefined : kInvalidOperation);
  QuotientAndRest parts;
  if (!divide_to_integer(left, right, settings, parts, conditions)) return Number::nan();
  return std::move(parts.rest);
}

QuotientAndRest divide_with_rest(const NumberView& left, const NumberView& right, const Settings& settings,
                                 u32& conditions) {
  Number nan;
  if (takes_nan(left, right, settings, conditions, nan)) {
    Number again = Number::copy(nan.view());
    return {std::move(nan), std::move(again)};
  }
  if (left.is_infinite()) {
    conditions |= kInvalidOperation;
    if (right.is_infinite()) return {Number::nan(), Number::nan()};
    return {Number::infinity(left.negative != right.negative), Number::nan()};
  }
  if (right.is_zero()) {
    if (left.is_zero())
      conditions |= kDivisionUndefined;
    else
      conditions |= kDivisionByZero | kInvalidOperation;
    return {left.is_zero() ? Number::nan() : Number::infinity(left.negative != right.negative), Number::nan()};
  }
  QuotientAndRest result;
  if (!divide_to_integer(left, right, settings, result, conditions)) return {Number::nan(), Number::nan()};
  if (right.is_finite()) finalize(result.quotient, settings, conditions);
  return result;
}

Number remainder_near(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  Number nan;
  if (takes_nan(left, right, settings, conditions, nan)) return nan;
  if (left.is_infinite()) return fail(conditions, kInvalidOperation);
  if (right.is_zero()) return fail(conditions, left.is_zero() ? kDivisionUndefined : kInvalidOperation);
  if (is_far_below(left, right)) return whole_dividend(left, right, settings, conditions);
  if (left.adjusted() - right.adjusted() > settings.precision) return fail(conditions, kDivisionImpossible);
  Common operands;
  if (!to_common_exponent(left, right, operands)) return fail(conditions, kNoMemory);
  big::DivMod parts = big::floor_divmod(operands.left.view(), operands.right.view());
  BigInt twice = big::shift_left(parts.remainder.view(), 1);
  const int order = big::compare(twice.view(), operands.right.view());
  bool negative = left.negative;
  if (order > 0 || (order == 0 && parts.quotient.view().is_odd())) {
    parts.remainder = big::subtract(operands.right.view(), parts.remainder.view());
    parts.quotient = big::add(parts.quotient.view(), SmallBig(1).view());
    negative = !negative;
  }
  if (count_digits(parts.quotient.view()) > settings.precision) return fail(conditions, kDivisionImpossible);
  return finalized({std::move(parts.remainder), operands.exponent, negative}, settings, conditions);
}

}  // namespace py::decimal
