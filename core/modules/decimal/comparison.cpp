// Numerical comparison, the total order, maxima and minima.
#include "core/modules/decimal/operations.h"

namespace py::decimal {

namespace {

int signum(const NumberView& value) { return value.is_zero() ? 0 : value.negative ? -1 : 1; }

// Of coefficients with exponents; neither is zero.
int compare_magnitudes(const NumberView& left, const NumberView& right) {
  if (left.exponent == right.exponent) return big::compare(left.coefficient, right.coefficient);
  const i64 left_adjusted = left.adjusted(), right_adjusted = right.adjusted();
  if (left_adjusted != right_adjusted) return left_adjusted < right_adjusted ? -1 : 1;
  // As many digits less as the exponent is larger: scaling adds no more digits than the other one has.
  if (left.exponent > right.exponent) {
    return big::compare(scale_up(left.coefficient, left.exponent - right.exponent).view(), right.coefficient);
  }
  return big::compare(left.coefficient, scale_up(right.coefficient, right.exponent - left.exponent).view());
}

Number from_order(int order) { return Number::small(order != 0, 0, order < 0); }

// In the total order of positive numbers: finite, infinite, signaling NaN, quiet NaN.
int rank(const NumberView& value) {
  switch (value.kind) {
    case Kind::Finite: return 0;
    case Kind::Infinity: return 1;
    case Kind::SignalingNan: return 2;
    default: return 3;
  }
}

int compare_total_magnitudes(const NumberView& left, const NumberView& right) {
  if (rank(left) != rank(right)) return rank(left) < rank(right) ? -1 : 1;
  if (left.is_nan()) return big::compare(left.coefficient, right.coefficient);
  const int order = compare_finite(left.absolute(), right.absolute());
  if (order || left.is_infinite()) return order;
  return left.exponent < right.exponent ? -1 : left.exponent > right.exponent;
}

// What maximum and minimum do about NaNs: a quiet one gives way to a number.
bool settles_nan(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions,
                 Number& result) {
  if (!left.is_nan() && !right.is_nan()) return false;
  if (left.kind == Kind::QuietNan && !right.is_nan()) {
    result = finalized(Number::copy(right), settings, conditions);
  } else if (right.kind == Kind::QuietNan && !left.is_nan()) {
    result = finalized(Number::copy(left), settings, conditions);
  } else {
    takes_nan(left, right, settings, conditions, result);
  }
  return true;
}

template <bool wants_larger, bool by_magnitude>
Number choose(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  Number result;
  if (settles_nan(left, right, settings, conditions, result)) return result;
  int order = by_magnitude ? compare_finite(left.absolute(), right.absolute()) : compare_finite(left, right);
  if (order == 0) order = compare_order(left, right);
  const bool takes_left = wants_larger ? order >= 0 : order < 0;
  return finalized(Number::copy(takes_left ? left : right), settings, conditions);
}

}  // namespace

int compare_finite(const NumberView& left, const NumberView& right) {
  const int left_sign = signum(left), right_sign = signum(right);
  if (left_sign != right_sign) return left_sign < right_sign ? -1 : 1;
  if (left_sign == 0) return 0;
  if (left.is_infinite() || right.is_infinite()) return (left.is_infinite() - right.is_infinite()) * left_sign;
  return compare_magnitudes(left, right) * left_sign;
}

int compare_order(const NumberView& left, const NumberView& right) {
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  const int order = compare_total_magnitudes(left, right);
  return left.negative ? -order : order;
}

Number compare(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(left, right, settings, conditions, result)) return result;
  return from_order(compare_finite(left, right));
}

Number compare_signal(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(left, right, settings, conditions, result)) {
    conditions |= kInvalidOperation;
    return result;
  }
  return from_order(compare_finite(left, right));
}

Number compare_total(const NumberView& left, const NumberView& right, const Settings&, u32&) {
  return from_order(compare_order(left, right));
}
Number compare_total_magnitude(const NumberView& left, const NumberView& right, const Settings&, u32&) {
  return from_order(compare_total_magnitudes(left, right));
}

Number maximum(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  return choose<true, false>(left, right, settings, conditions);
}
Number minimum(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  return choose<false, false>(left, right, settings, conditions);
}
Number maximum_magnitude(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  return choose<true, true>(left, right, settings, conditions);
}
Number minimum_magnitude(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  return choose<false, true>(left, right, settings, conditions);
}

}  // namespace py::decimal
