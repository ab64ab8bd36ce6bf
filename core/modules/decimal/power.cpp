// Powers: by repeated squaring for integer exponents, else exp(y * ln x). The results are not always correctly rounded:
// like those of libmpdec they are computed with a few more digits than asked for, and then rounded.
#include "core/modules/decimal/quick.h"

namespace py::decimal {

namespace {

bool is_odd_integer(const NumberView& value) {
  if (value.exponent > 0) return false;
  return scale_down(value.coefficient, -value.exponent).quotient.view().is_odd();
}

// One with as many decimals as the precision allows.
Number padded_one(i64 decimals, bool negative, u32& conditions) {
  BigInt coefficient = scale_up(SmallBig(1).view(), decimals);
  if (coefficient.failed()) return fail(conditions, kNoMemory);
  return {std::move(coefficient), -decimals, negative};
}

constexpr u64 kOne = 1;
constexpr NumberView kUnit = {{&kOne, 1, false}};
int compare_with_one(const NumberView& value) { return compare_finite(value.absolute(), kUnit); }

// |base| is one.
Number power_of_one(const NumberView& base, const NumberView& exponent, bool negative, const Settings& settings,
                    u32& conditions) {
  const i64 most = settings.precision - 1;
  if (exponent.is_infinite() || !is_integral(exponent)) {
    conditions |= kInexact | kRounded;
    return padded_one(most, negative, conditions);
  }
  if (exponent.negative) return Number::small(1, 0, negative);
  i64 decimals = most + 1;
  const BigInt times = exponent.exponent <= 19 ? integral_part(exponent) : BigInt::failure();
  if (base.exponent == 0)
    decimals = 0;
  else if (!times.failed() && times.view().size <= 1) {
    const u128 wanted = u128{static_cast<u64>(-base.exponent)} * low_words(times.view());
    if (wanted <= static_cast<u64>(most)) decimals = static_cast<i64>(wanted);
  }
  if (decimals > most) {
    decimals = most;
    conditions |= kRounded;
  }
  return padded_one(decimals, negative, conditions);
}

Number power_to_infinity(const NumberView& base, const NumberView& exponent, bool negative, const Settings& settings,
                         u32& conditions) {
  const int order = compare_with_one(base);
  if (order == 0) return power_of_one(base, exponent, negative, settings, conditions);
  return (order > 0) == exponent.negative ? Number{BigInt(), 0, negative} : Number::infinity(negative);
}

// A result of a magnitude beyond all settings, rounded.
Number out_of_range(bool is_large, bool negative, const Settings& settings, u32& conditions) {
  constexpr i64 kFar = 4'000'000'000'000'000'000;
  return finalized(Number::small(1, is_large ? kFar : -kFar, negative), settings, conditions);
}

i64 digits_of(i64 number) { return count_digits(SmallBig(number).view()); }

// A lower bound of the decimal magnitude of log10 |base|.
i64 magnitude_of_logarithm(const NumberView& base) {
  const i64 adjusted = base.adjusted();
  if (adjusted > 0) return digits_of(adjusted) - 1;
  if (adjusted < -1) return digits_of(adjusted + 1) - 1;
  u32 none = 0;
  const Number distance = subtract(base.absolute(), kUnit, kWidest, none);
  return distance.view().adjusted() - (adjusted == 0 ? 2 : 1);
}

// Whether |base|**exponent is certainly beyond the range of the settings.
bool is_out_of_range(const NumberView& base, const NumberView& exponent, const Settings& settings, bool& is_large) {
  is_large = (base.adjusted() >= 0) != exponent.negative;
  const i64 limit = digits_of(is_large ? settings.emax : settings.tiny());
  const i64 adjusted = base.adjusted();
  if (limit >= digits_of(adjusted < 0 ? -adjusted : adjusted + 1) + exponent.adjusted()) return false;
  return limit < magnitude_of_logarithm(base) + exponent.adjusted();
}

// base**exponent without big integers. False: they are needed.
bool square_quickly(const NumberView& base, BigView exponent, const Settings& settings, QuickNumber& result,
                    u32& conditions) {
  QuickNumber factor;
  if (!to_quick(base, factor)) return false;
  u32 met = 0;
  result = factor;
  for (u64 bit = big::bit_length(exponent) - 1; bit-- > 0;) {
    if (!quick_multiply(QuickNumber(result), QuickNumber(result), settings, result, met)) return false;
    const bool odd = exponent.limbs[bit / 64] >> (bit % 64) & 1;
    if (odd && !quick_multiply(QuickNumber(result), factor, settings, result, met)) return false;
  }
  conditions |= met;
  return true;
}

Number by_squaring(const NumberView& base, BigView exponent, const Settings& settings, u32& conditions) {
  QuickNumber quick;
  if (square_quickly(base, exponent, settings, quick, conditions)) {
    return {from_u128(quick.coefficient), quick.exponent, quick.negative};
  }
  u32 met = 0;
  Number result = Number::copy(base);
  for (u64 bit = big::bit_length(exponent) - 1; bit-- > 0;) {
    result = multiply(result.view(), result.view(), settings, met);
    if (exponent.limbs[bit / 64] >> (bit % 64) & 1) result = multiply(result.view(), base, settings, met);
    const bool vanished = result.view().is_zero() && (met & kClamped);
    if (result.kind != Kind::Finite || vanished || (met & kNoMemory)) break;
  }
  conditions |= met;
  return result;
}

Number integer_power(const NumberView& base, const NumberView& exponent, bool negative, const Settings& settings,
                     u32& conditions) {
  BigInt times = integral_part(exponent);
  if (times.failed()) return fail(conditions, kNoMemory);
  Settings wide = settings;
  wide.precision += count_digits(exponent.coefficient) + exponent.exponent + 2;
  wide.rounding = Rounding::HalfEven;
  wide.clamp = false;
  Number factor = Number::copy(base.absolute());
  if (exponent.negative) {
    ++wide.precision;
    factor = divide(kUnit, base.absolute(), wide, conditions);
    if (conditions & (kErrors | kNoMemory)) return Number::nan();
  }
  Number result = by_squaring(factor.view(), times.view(), wide, conditions);
  result.negative = negative;
  if (result.kind == Kind::Infinity) return out_of_range(true, negative, settings, conditions);
  return finalized(std::move(result), settings, conditions);
}

Number real_power(const NumberView& base, const NumberView& exponent, const Settings& settings, u32& conditions) {
  constexpr i64 kGuardDigits = 4 + 19;
  Settings wide = kWidest;
  const i64 digits = count_digits(base.coefficient);
  wide.precision = (digits > settings.precision ? digits : settings.precision) + kGuardDigits;
  u32 met = 0;
  Number logarithm = natural_logarithm(base, wide, met);
  Number product = multiply(logarithm.view(), exponent, wide, met);
  conditions |= (met & (kErrors | kNoMemory)) | kInexact | kRounded;
  if (met & kNoMemory) return Number::nan();
  Number result = exponential(product.view(), wide, conditions);
  if (result.kind == Kind::Infinity) return out_of_range(true, false, settings, conditions);
  if (result.kind == Kind::Finite && compare_with_one(result.view()) == 0) {
    result = padded_one(settings.precision - 1, false, conditions);
  }
  return finalized(std::move(result), settings, conditions);
}

Number power_of_zero(const NumberView& exponent, bool negative, u32& conditions) {
  if (exponent.is_zero()) return fail(conditions, kInvalidOperation);
  return exponent.negative ? Number::infinity(negative) : Number{BigInt(), 0, negative};
}

}  // namespace

Number power(const NumberView& base, const NumberView& exponent, const Settings& settings, u32& conditions) {
  Number nan;
  if (takes_nan(base, exponent, settings, conditions, nan)) return nan;
  const bool to_integer = is_integral(exponent);
  const bool negative = to_integer && base.negative && is_odd_integer(exponent);
  if (base.is_zero()) return power_of_zero(exponent, negative, conditions);
  if (base.negative && !to_integer) return fail(conditions, kInvalidOperation);
  if (exponent.is_infinite()) return power_to_infinity(base, exponent, negative, settings, conditions);
  if (exponent.is_zero()) return Number::small(1, 0, negative);
  if (base.is_infinite()) return exponent.negative ? Number{BigInt(), 0, negative} : Number::infinity(negative);
  if (compare_with_one(base) == 0) return power_of_one(base, exponent, negative, settings, conditions);
  bool is_large = false;
  if (is_out_of_range(base, exponent, settings, is_large))
    return out_of_range(is_large, negative, settings, conditions);
  if (to_integer) return integer_power(base, exponent, negative, settings, conditions);
  return real_power(base, exponent, settings, conditions);
}

Number power_modulo(const NumberView& base, const NumberView& exponent, const NumberView& modulus,
                    const Settings& settings, u32& conditions) {
  Number nan;
  for (const NumberView* operand : {&base, &exponent, &modulus}) {
    if (operand->kind == Kind::SignalingNan) return takes_nan(*operand, settings, conditions, nan), std::move(nan);
  }
  for (const NumberView* operand : {&base, &exponent, &modulus}) {
    if (takes_nan(*operand, settings, conditions, nan)) return nan;
  }
  const bool valid = is_integral(base) && is_integral(exponent) && is_integral(modulus) && !exponent.negative &&
                     !modulus.is_zero() && !(base.is_zero() && exponent.is_zero()) &&
                     modulus.adjusted() < settings.precision;
  if (!valid) return fail(conditions, kInvalidOperation);
  // The base may be as large as 10**(10**18): its digits and its power of ten are reduced one by one.
  constexpr i64 kMostExponentDigits = 1'000'000;
  if (exponent.adjusted() > kMostExponentDigits) return fail(conditions, kNoMemory);
  BigInt divisor = integral_part(modulus), times = integral_part(exponent);
  if (divisor.failed() || times.failed()) return fail(conditions, kNoMemory);
  BigInt digits = base.exponent < 0 ? integral_part(base) : big::from_view(base.coefficient);
  const SmallBig zeros(base.exponent > 0 ? base.exponent : 0);
  BigInt scale = big::pow_mod(SmallBig(10).view(), zeros.view(), divisor.view());
  BigInt reduced = big::modulo(big::multiply(digits.view(), scale.view()).view(), divisor.view());
  const bool negative = base.negative && is_odd_integer(exponent);
  return {big::pow_mod(reduced.view(), times.view(), divisor.view()), 0, negative};
}

}  // namespace py::decimal
