#include "core/modules/decimal/operations.h"

namespace py::decimal {

namespace {

// The root of a coefficient with an even exponent: exact when it is a square, else with one digit more than the
// precision and a last digit that shows the rest.
Number root_of(BigInt coefficient, i64 exponent, i64 precision) {
  BigInt root = big::isqrt(coefficient.view());
  if (root.failed() || big::equal(big::multiply(root.view(), root.view()).view(), coefficient.view())) {
    return {std::move(root), exponent / 2, false};
  }
  i64 places = precision + 1 - count_digits(coefficient.view()) / 2;
  if (places < 0) places = 0;
  if (places > kMostDigits / 2) return {BigInt::failure(), 0, false};
  BigInt scaled = scale_up(coefficient.view(), 2 * places);
  if (scaled.failed()) return {std::move(scaled), 0, false};
  root = big::isqrt(scaled.view());
  if (big::modulo(root.view(), SmallBig(5).view()).view().is_zero()) root = big::add(root.view(), SmallBig(1).view());
  return {std::move(root), exponent / 2 - places, false};
}

}  // namespace

Number square_root(const NumberView& value, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(value, settings, conditions, result)) return result;
  const i64 ideal = (value.exponent - (value.exponent & 1)) / 2;
  if (value.is_zero()) return finalized({BigInt(), ideal, value.negative}, settings, conditions);
  if (value.negative) return fail(conditions, kInvalidOperation);
  if (value.is_infinite()) return Number::infinity(false);
  const i64 odd = value.exponent & 1;
  BigInt coefficient = scale_up(value.coefficient, odd);
  if (coefficient.failed()) return fail(conditions, kNoMemory);
  Settings rounding = settings;
  rounding.rounding = Rounding::HalfEven;
  return finalized(root_of(std::move(coefficient), value.exponent - odd, settings.precision), rounding, conditions);
}

}  // namespace py::decimal
