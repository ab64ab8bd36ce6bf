// exp, ln and log10, correctly rounded: an approximation with guard digits is taken when no error of it could change
// the rounded result, else one with more of them (Ziv's strategy). It ends, since none of the exact results is a tie.
#include "core/modules/decimal/fixed_point.h"
#include "core/modules/decimal/operations.h"

namespace py::decimal {

namespace {

constexpr i64 kMostPrecision = 100'000'000;  // more digits of such a function fit no memory
constexpr u64 kWideBits = 64;                // for products with an exponent

// digits * 10**exponent is off by at most two units of its last digit.
struct Approximation {
  BigInt digits;
  i64 exponent;
  bool negative;
};

u64 bits_for(i64 decimals) { return static_cast<u64>(static_cast<double>(decimals) * 3.3219280948873626) + 8; }

Approximation to_decimal(BigView fixed, u64 bits, i64 decimals) {
  const bool negative = fixed.negative;
  BigInt scaled = scale_up({fixed.limbs, fixed.size, false}, decimals);
  if (scaled.failed()) return {std::move(scaled), 0, negative};
  return {big::shift_right(scaled.view(), bits), -decimals, negative};
}

// Whether the digits after the precision are far enough from a tie.
bool rounds_surely(const BigInt& digits, i64 precision) {
  const i64 surplus = count_digits(digits.view()) - precision;
  if (surplus < 2) return false;
  PowerOfTen power(surplus);
  if (power.failed()) return true;
  BigInt rest = big::modulo(digits.view(), power.view());
  BigInt twice = big::shift_left(rest.view(), 1);
  BigInt distance = big::subtract(twice.view(), power.view());
  const BigView size = distance.view();
  return size.size > 1 || (size.size == 1 && size.limbs[0] > 8);
}

template <class Approximate>
Number correctly_rounded(const Settings& settings, u32& conditions, Approximate&& approximate) {
  Settings to_nearest = settings;
  to_nearest.rounding = Rounding::HalfEven;
  if (settings.precision > kMostPrecision) return fail(conditions, kNoMemory);
  for (i64 guard = 9;; guard = guard * 2 + settings.precision) {
    Approximation result = approximate(settings.precision + guard);
    if (result.digits.failed()) return fail(conditions, kNoMemory);
    if (!rounds_surely(result.digits, settings.precision)) continue;
    if (big::modulo(result.digits.view(), SmallBig(5).view()).view().is_zero()) {
      result.digits = big::add(result.digits.view(), SmallBig(1).view());  // it is not exact
    }
    return finalized({std::move(result.digits), result.exponent, result.negative}, to_nearest, conditions);
  }
}

// The value as fixed point.
BigInt to_fixed(const NumberView& value, u64 bits) {
  BigInt result;
  if (value.exponent >= 0) {
    result = big::shift_left(scale_up(value.coefficient, value.exponent).view(), bits);
  } else {
    PowerOfTen power(-value.exponent);
    if (power.failed()) return BigInt::failure();
    result = fixed::divide(value.coefficient, power.view(), bits);
  }
  if (!result.failed()) result.finish(result.view().size, value.negative);
  return result;
}

// e**value = 10**k * e**rest, with 0 <= rest < ln 10.
Approximation approximate_exponential(const NumberView& value, i64 digits) {
  const u64 bits = bits_for(digits), wide = bits + kWideBits;
  BigInt argument = to_fixed(value, wide), ten = fixed::logarithm_of_ten(wide);
  if (argument.failed() || ten.failed()) return {BigInt::failure(), 0, false};
  big::DivMod parts = big::floor_divmod(argument.view(), ten.view());
  if (parts.quotient.failed() || parts.remainder.failed()) return {BigInt::failure(), 0, false};
  BigInt rest = big::shift_right(parts.remainder.view(), kWideBits);
  Approximation result = to_decimal(fixed::exponential(rest.view(), bits).view(), bits, digits);
  result.exponent += big::to_i64(parts.quotient.view());
  return result;
}

// value = mantissa * 10**exponent, with 0.3 < mantissa < 4.
struct Split {
  NumberView mantissa;
  i64 exponent;
};
Split split_near_one(const NumberView& value) {
  const i64 digits = count_digits(value.coefficient);
  const bool is_small =
      digits == 1 ? value.coefficient.limbs[0] < 4
                  : big::compare(scale_down(value.coefficient, digits - 1).quotient.view(), SmallBig(4).view()) < 0;
  const i64 places = is_small ? digits - 1 : digits;
  return {{value.coefficient, -places, false, Kind::Finite}, value.exponent + places};
}

// How many zeros follow the point in value - 1: so many leading digits of its logarithm vanish.
i64 zeros_next_to_one(const NumberView& value) {
  const Number one = Number::small(1);
  u32 none = 0;
  Number distance = subtract(value, one.view(), kWidest, none);
  const i64 adjusted = distance.view().adjusted();
  return adjusted < 0 ? -adjusted : 0;
}

// The logarithm of ten or of e to the base; fixed point.
BigInt fixed_logarithm(const Split& value, bool to_base_ten, u64 bits) {
  const u64 wide = bits + kWideBits;
  BigInt mantissa = to_fixed(value.mantissa, wide);
  if (mantissa.failed()) return mantissa;
  BigInt result = fixed::logarithm(mantissa.view(), wide);
  BigInt ten = fixed::logarithm_of_ten(wide);
  if (result.failed() || ten.failed()) return BigInt::failure();
  const SmallBig exponent(value.exponent);
  if (to_base_ten) {
    result = fixed::divide(result.view(), ten.view(), wide);
    result = big::add(result.view(), big::shift_left(exponent.view(), wide).view());
  } else {
    result = big::add(result.view(), big::multiply(ten.view(), exponent.view()).view());
  }
  return result.failed() ? std::move(result) : big::shift_right(result.view(), kWideBits);
}

Number logarithm(const NumberView& value, bool to_base_ten, const Settings& settings, u32& conditions) {
  const Split split = split_near_one(value);
  const i64 zeros = split.exponent == 0 ? zeros_next_to_one(value) : 0;
  return correctly_rounded(settings, conditions, [&](i64 digits) {
    const i64 decimals = digits + zeros + 2;
    const u64 bits = bits_for(decimals);
    BigInt fixed = fixed_logarithm(split, to_base_ten, bits);
    if (fixed.failed()) return Approximation{std::move(fixed), 0, false};
    return to_decimal(fixed.view(), bits, decimals);
  });
}

// NaNs, zero, negative numbers and infinity.
bool logarithm_of_special(const NumberView& value, const Settings& settings, u32& conditions, Number& result) {
  if (takes_nan(value, settings, conditions, result)) return true;
  if (value.is_zero()) {
    result = Number::infinity(true);
  } else if (value.negative) {
    result = fail(conditions, kInvalidOperation);
  } else if (value.is_infinite()) {
    result = Number::infinity(false);
  } else {
    return false;
  }
  return true;
}

bool is_one(const NumberView& value) { return compare_finite(value, Number::small(1).view()) == 0; }

}  // namespace

Number exponential(const NumberView& value, const Settings& settings, u32& conditions) {
  Number result;
  if (takes_nan(value, settings, conditions, result)) return result;
  if (value.is_infinite()) return value.negative ? Number() : Number::infinity(false);
  if (value.is_zero()) return Number::small(1);
  Settings to_nearest = settings;
  to_nearest.rounding = Rounding::HalfEven;
  const i64 adjusted = value.adjusted();
  constexpr i64 kBeyondRange = 19;
  if (adjusted >= kBeyondRange) {
    constexpr i64 kFar = 4'000'000'000'000'000'000;
    conditions |= kInexact | kRounded;
    return finalized(Number::small(1, value.negative ? -kFar : kFar), to_nearest, conditions);
  }
  constexpr i64 kGuardDigits = 3;
  if (adjusted < -settings.precision - kGuardDigits) {  // one and next to nothing
    conditions |= kInexact | kRounded;
    return {scale_up(SmallBig(1).view(), settings.precision - 1), 1 - settings.precision, false};
  }
  return correctly_rounded(settings, conditions, [&](i64 digits) { return approximate_exponential(value, digits); });
}

Number natural_logarithm(const NumberView& value, const Settings& settings, u32& conditions) {
  Number result;
  if (logarithm_of_special(value, settings, conditions, result)) return result;
  if (is_one(value)) return Number();
  return logarithm(value, false, settings, conditions);
}

Number common_logarithm(const NumberView& value, const Settings& settings, u32& conditions) {
  Number result;
  if (logarithm_of_special(value, settings, conditions, result)) return result;
  if (is_power_of_ten(value.coefficient)) {
    Settings to_nearest = settings;
    to_nearest.rounding = Rounding::HalfEven;
    const i64 adjusted = value.adjusted();
    return finalized(Number::small(static_cast<u64>(adjusted < 0 ? -adjusted : adjusted), 0, adjusted < 0), to_nearest,
                     conditions);
  }
  return logarithm(value, true, settings, conditions);
}

}  // namespace py::decimal
