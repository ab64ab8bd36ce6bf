// Operations on the exponent: quantize and its kin, neighbours, questions about the range.
#include "core/modules/decimal/operations.h"

namespace py::decimal {

namespace {

Number round_to_integral(const NumberView& value, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(value, settings, conditions, result)) return result;
  result = Number::copy(value);
  if (value.is_infinite() || value.exponent >= 0) return result;
  if (value.is_zero()) {
    result.exponent = 0;
    return result;
  }
  cut(result, -value.exponent, settings.rounding, conditions);
  return result;
}

// The next number above, or below, at the precision of the settings.
Number neighbour(const NumberView& value, bool above, Settings settings, u32& conditions) {
  Number result;
  if (takes_nan(value, settings, conditions, result)) return result;
  if (value.is_infinite()) {
    if (value.negative != above) return Number::infinity(value.negative);
    result = largest(settings, value.negative);
    if (result.coefficient.failed()) conditions |= kNoMemory;
    return result;
  }
  settings.rounding = above ? Rounding::Ceiling : Rounding::Floor;
  u32 met = 0;
  result = finalized(Number::copy(value), settings, met);
  if (!(met & (kInexact | kErrors | kNoMemory))) {
    met = 0;
    const Number step = Number::small(1, settings.tiny() - 1, !above);
    result = add(value, step.view(), settings, met);
  }
  conditions |= met & (kErrors | kNoMemory);
  return result;
}

}  // namespace

Number quantize(const NumberView& value, const NumberView& model, const Settings& settings, u32& conditions) {
  if (UNLIKELY(value.is_special() || model.is_special())) {
    Number nan;
    if (takes_nan(value, model, settings, conditions, nan)) return nan;
    if (value.is_infinite() && model.is_infinite()) return Number::infinity(value.negative);
    return fail(conditions, kInvalidOperation);
  }
  if (model.exponent > settings.emax || model.exponent < settings.tiny()) return fail(conditions, kInvalidOperation);
  if (value.is_zero()) return finalized({BigInt(), model.exponent, value.negative}, settings, conditions);
  const i64 shift = value.exponent - model.exponent;
  if (count_digits(value.coefficient) + shift > settings.precision) return fail(conditions, kInvalidOperation);
  Number result;
  u32 met = 0;
  if (shift >= 0) {
    result = {scale_up(value.coefficient, shift), model.exponent, value.negative};
  } else {
    result = Number::copy(value);
    cut(result, -shift, settings.rounding, met);
  }
  if (result.coefficient.failed()) return fail(conditions, kNoMemory);
  const i64 digits = count_digits(result.coefficient.view());
  if (digits > settings.precision || result.exponent + digits - 1 > settings.emax)
    return fail(conditions, kInvalidOperation);
  conditions |= met;
  return finalized(std::move(result), settings, conditions);
}

Number to_integral_exact(const NumberView& value, const Settings& settings, u32& conditions) {
  return round_to_integral(value, settings, conditions);
}
Number to_integral_value(const NumberView& value, const Settings& settings, u32& conditions) {
  u32 met = 0;
  Number result = round_to_integral(value, settings, met);
  conditions |= met & ~u32{kRounded | kInexact};
  return result;
}

Number reduce(const NumberView& value, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(value, settings, conditions, result)) return result;
  result = finalized(Number::copy(value), settings, conditions);
  if (result.kind != Kind::Finite) return result;
  if (result.coefficient.view().is_zero()) return {BigInt(), 0, result.negative};
  const i64 highest = settings.clamp ? settings.top() : settings.emax;
  result.exponent += strip_zeros(result.coefficient, highest - result.exponent);
  return result;
}

Number exponent_of(const NumberView& value, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(value, settings, conditions, result)) return result;
  if (value.is_infinite()) return Number::infinity(false);
  if (value.is_zero()) {
    conditions |= kDivisionByZero;
    return Number::infinity(true);
  }
  const i64 adjusted = value.adjusted();
  const u64 magnitude = static_cast<u64>(adjusted < 0 ? -adjusted : adjusted);
  return finalized(Number::small(magnitude, 0, adjusted < 0), settings, conditions);
}

Number scale_by(const NumberView& value, const NumberView& places, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(value, places, settings, conditions, result)) return result;
  if (!places.is_finite() || places.exponent != 0) return fail(conditions, kInvalidOperation);
  const u64 most = 2 * static_cast<u64>(settings.emax + settings.precision);
  const u64 distance = places.coefficient.size ? places.coefficient.limbs[0] : 0;
  if (places.coefficient.size > 1 || distance > most) return fail(conditions, kInvalidOperation);
  result = Number::copy(value);
  if (value.is_infinite()) return result;
  result.exponent += places.negative ? -static_cast<i64>(distance) : static_cast<i64>(distance);
  return finalized(std::move(result), settings, conditions);
}

Number next_plus(const NumberView& value, const Settings& settings, u32& conditions) {
  return neighbour(value, true, settings, conditions);
}
Number next_minus(const NumberView& value, const Settings& settings, u32& conditions) {
  return neighbour(value, false, settings, conditions);
}

Number next_toward(const NumberView& value, const NumberView& target, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(value, target, settings, conditions, result)) return result;
  const int order = compare_finite(value, target);
  if (order == 0) {
    result = Number::copy(value);
    result.negative = target.negative;
    return result;
  }
  result = neighbour(value, order < 0, settings, conditions);
  if (result.kind == Kind::Infinity) {
    conditions |= kOverflow | kRounded | kInexact;
  } else if (result.kind == Kind::Finite && result.view().adjusted() < settings.emin) {
    conditions |= kUnderflow | kSubnormal | kRounded | kInexact;
    if (result.coefficient.view().is_zero()) conditions |= kClamped;
  }
  return result;
}

bool is_integral(const NumberView& value) {
  if (!value.is_finite()) return false;
  if (value.is_zero() || value.exponent >= 0) return true;
  if (-value.exponent >= count_digits(value.coefficient)) return false;
  return scale_down(value.coefficient, -value.exponent).tail == Tail::Zero;
}

BigInt integral_part(const NumberView& value) {
  if (value.exponent >= 0) return scale_up(value.coefficient, value.exponent);
  return scale_down(value.coefficient, -value.exponent).quotient;
}

bool is_normal(const NumberView& value, const Settings& settings) {
  return value.is_finite() && !value.is_zero() && value.adjusted() >= settings.emin;
}
bool is_subnormal(const NumberView& value, const Settings& settings) {
  return value.is_finite() && !value.is_zero() && value.adjusted() < settings.emin;
}

bool same_quantum(const NumberView& left, const NumberView& right) {
  if (left.is_special() || right.is_special()) {
    return (left.is_nan() && right.is_nan()) || (left.is_infinite() && right.is_infinite());
  }
  return left.exponent == right.exponent;
}

const char* number_class(const NumberView& value, const Settings& settings) {
  if (value.is_nan()) return value.kind == Kind::SignalingNan ? "sNaN" : "NaN";
  if (value.is_infinite()) return value.negative ? "-Infinity" : "+Infinity";
  if (value.is_zero()) return value.negative ? "-Zero" : "+Zero";
  if (is_subnormal(value, settings)) return value.negative ? "-Subnormal" : "+Subnormal";
  return value.negative ? "-Normal" : "+Normal";
}

}  // namespace py::decimal
