// Addition, multiplication and what follows from them.
#include "core/modules/decimal/operations.h"

namespace py::decimal {

namespace {

// Two finite numbers, brought to one exponent, that add up to the same rounded sum.
struct Aligned {
  BigInt high;  // the coefficient of the operand with the larger exponent
  BigView low;
  i64 exponent;
};

constexpr u64 kOne = 1;

// Where digits of `low` lie so far below those of `high` that they can only tip the rounding, one digit stands for
// them.
Aligned align(const NumberView& high, const NumberView& low, const Settings& settings) {
  if (high.exponent == low.exponent || high.coefficient.is_zero()) {
    return {big::from_view(high.coefficient), low.coefficient, low.exponent};
  }
  const i64 digits = count_digits(high.coefficient);
  const i64 floor = high.exponent - 1 + (digits > settings.precision ? 0 : digits - settings.precision - 1);
  BigView lower = low.coefficient;
  i64 exponent = low.exponent;
  if (low.adjusted() < floor) {
    if (!lower.is_zero()) lower = {&kOne, 1, false};
    exponent = floor;
  }
  return {scale_up(high.coefficient, high.exponent - exponent), lower, exponent};
}

bool sum_of_infinities(const NumberView& left, const NumberView& right, u32& conditions, Number& result) {
  if (left.is_infinite() && right.is_infinite() && left.negative != right.negative) {
    result = fail(conditions, kInvalidOperation);
    return true;
  }
  if (!left.is_infinite() && !right.is_infinite()) return false;
  result = Number::infinity(left.is_infinite() ? left.negative : right.negative);
  return true;
}

Number add_finite(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  const bool left_is_high = left.exponent > right.exponent;
  const NumberView& high = left_is_high ? left : right;
  const NumberView& low = left_is_high ? right : left;
  Aligned operands = align(high, low, settings);
  if (operands.high.failed()) return fail(conditions, kNoMemory);
  BigView upper = operands.high.view(), lower = operands.low;
  upper.negative = high.negative;
  lower.negative = low.negative;
  BigInt sum = big::add(upper, lower);
  bool negative = sum.view().negative;
  if (sum.view().is_zero()) {
    negative = left.negative == right.negative ? left.negative : settings.rounding == Rounding::Floor;
  }
  sum.finish(sum.view().size, false);
  return finalized({std::move(sum), operands.exponent, negative}, settings, conditions);
}

Number product(const NumberView& left, const NumberView& right) {
  if (left.coefficient.size <= 1 && right.coefficient.size <= 1) {
    const u128 coefficient = low_words(left.coefficient) * low_words(right.coefficient);
    return {from_u128(coefficient), left.exponent + right.exponent, left.negative != right.negative};
  }
  return {big::multiply(left.coefficient, right.coefficient), left.exponent + right.exponent,
          left.negative != right.negative};
}

bool product_of_infinities(const NumberView& left, const NumberView& right, u32& conditions, Number& result) {
  if (!left.is_infinite() && !right.is_infinite()) return false;
  const bool undefined = left.is_zero() || right.is_zero();
  result = undefined ? fail(conditions, kInvalidOperation) : Number::infinity(left.negative != right.negative);
  return true;
}

// 0 + value or 0 - value.
Number from_zero(const NumberView& value, const Settings& settings, u32& conditions) {
  if (value.is_nan()) {
    Number result;
    takes_nan(value, settings, conditions, result);
    return result;
  }
  Number result = Number::copy(value);
  if (value.is_zero()) result.negative = settings.rounding == Rounding::Floor && value.negative;
  finalize(result, settings, conditions);
  return result;
}

}  // namespace

Number add(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  if (UNLIKELY(left.is_special() || right.is_special())) {
    Number result;
    if (takes_nan(left, right, settings, conditions, result)) return result;
    if (sum_of_infinities(left, right, conditions, result)) return result;
  }
  return add_finite(left, right, settings, conditions);
}

Number subtract(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  if (UNLIKELY(right.is_nan())) return add(left, right, settings, conditions);
  return add(left, right.negated(), settings, conditions);
}

Number multiply(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  if (UNLIKELY(left.is_special() || right.is_special())) {
    Number result;
    if (takes_nan(left, right, settings, conditions, result)) return result;
    if (product_of_infinities(left, right, conditions, result)) return result;
  }
  return finalized(product(left, right), settings, conditions);
}

Number fused_multiply_add(const NumberView& left, const NumberView& right, const NumberView& third,
                          const Settings& settings, u32& conditions) {
  Number result;
  if (left.is_nan() || right.is_nan()) {
    // A signaling NaN comes first wherever it stands.
    const bool third_signals =
        third.kind == Kind::SignalingNan && left.kind != Kind::SignalingNan && right.kind != Kind::SignalingNan;
    if (third_signals)
      takes_nan(third, settings, conditions, result);
    else
      takes_nan(left, right, settings, conditions, result);
    return result;
  }
  if (product_of_infinities(left, right, conditions, result)) {
    if (result.kind == Kind::QuietNan) return result;
    return add(result.view(), third, settings, conditions);
  }
  if (third.is_special()) return add(Number().view(), third, settings, conditions);
  Number exact = product(left, right);
  if (exact.coefficient.failed()) return fail(conditions, kNoMemory);
  return add_finite(exact.view(), third, settings, conditions);
}

Number plus(const NumberView& value, const Settings& settings, u32& conditions) {
  return from_zero(value, settings, conditions);
}
Number minus(const NumberView& value, const Settings& settings, u32& conditions) {
  return value.is_nan() ? from_zero(value, settings, conditions) : from_zero(value.negated(), settings, conditions);
}
Number absolute(const NumberView& value, const Settings& settings, u32& conditions) {
  return value.negative && !value.is_nan() ? minus(value, settings, conditions) : plus(value, settings, conditions);
}

}  // namespace py::decimal
