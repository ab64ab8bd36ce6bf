#include "core/modules/decimal/quick.h"

#include "core/modules/decimal/reciprocal.h"

namespace py::decimal {

namespace {

constexpr i64 kMostQuickDigits = 38;  // 10**38 < 2**127

bool is_narrow(u128 value) { return value >> 64 == 0; }
bool divides_by_five(u128 value) {  // 2**64 is one more than a multiple of five
  return (static_cast<u64>(value) % 5 + static_cast<u64>(value >> 64) % 5) % 5 == 0;
}

struct Cut {
  u128 quotient;
  Tail tail;
};
// `more` digits follow that are not all zeros.
Tail tail_quickly(u128 rest, i64 digits, bool more) {
  const u128 half = wide_power_of_ten(digits) / 2;
  if (rest == 0) return more ? Tail::BelowHalf : Tail::Zero;
  return rest < half ? Tail::BelowHalf : rest > half || more ? Tail::AboveHalf : Tail::Half;
}
Cut cut_quickly(u128 value, i64 digits, bool more) {
  u64 limbs[] = {static_cast<u64>(value), static_cast<u64>(value >> 64)};
  constexpr i64 kStep = kReciprocals - 1;
  u128 rest = divide_by_power(limbs, digits < kStep ? digits : kStep);
  if (digits > kStep) rest += u128{divide_by_power(limbs, digits - kStep)} * static_cast<u64>(wide_power_of_ten(kStep));
  return {u128{limbs[1]} << 64 | limbs[0], tail_quickly(rest, digits, more)};
}

bool rounds_up_quickly(const Cut& cut, Rounding rounding, bool negative) {
  if (LIKELY(rounding == Rounding::HalfEven)) {
    return cut.tail == Tail::AboveHalf || (cut.tail == Tail::Half && (cut.quotient & 1));
  }
  return rounds_up(from_u128(cut.quotient), cut.tail, rounding, negative);
}

// Rounds to the precision; `more` digits follow that are not all zeros, which only a number with too many digits may
// have.
bool fit(QuickNumber& number, const Settings& settings, u32& conditions, bool more = false) {
  if (UNLIKELY(number.coefficient == 0)) {
    return number.exponent >= settings.tiny() && number.exponent <= (settings.clamp ? settings.top() : settings.emax);
  }
  i64 digits = count_wide(number.coefficient);
  if (digits > settings.precision) {
    const i64 adjusted = number.exponent + digits - 1;
    if (adjusted < settings.emin || adjusted >= settings.emax) return false;
    const i64 surplus = digits - settings.precision;
    const Cut cut = cut_quickly(number.coefficient, surplus, more);
    number.coefficient = cut.quotient + rounds_up_quickly(cut, settings.rounding, number.negative);
    number.exponent += surplus;
    if (number.coefficient == wide_power_of_ten(settings.precision)) number.coefficient /= 10, ++number.exponent;
    conditions |= cut.tail == Tail::Zero ? kRounded : kRounded | kInexact;
    return true;
  }
  const i64 adjusted = number.exponent + digits - 1;
  return adjusted >= settings.emin && adjusted <= settings.emax &&
         (!settings.clamp || number.exponent <= settings.top());
}

// Both coefficients at the lower exponent of the two; they stay below 2**127.
struct QuickCommon {
  u128 left, right;
  i64 exponent;
};
bool scale_quickly(u128& coefficient, i64 digits) {
  if (digits == 0) return coefficient >> 127 == 0;
  if (digits >= kMostQuickDigits || count_wide(coefficient) + digits > kMostQuickDigits) return false;
  coefficient *= wide_power_of_ten(digits);
  return true;
}
bool to_common(const QuickNumber& left, const QuickNumber& right, QuickCommon& result) {
  result = {left.coefficient, right.coefficient, left.exponent < right.exponent ? left.exponent : right.exponent};
  return scale_quickly(result.left, left.exponent - result.exponent) &&
         scale_quickly(result.right, right.exponent - result.exponent);
}

i64 strip_quickly(u128& value, i64 most) {
  const u64 low = static_cast<u64>(value);
  const i64 bound = low ? __builtin_ctzll(low) : 64;  // each zero is a factor of two
  if (most > bound) most = bound;
  i64 count = 0;
  for (i64 step = 16; step > 0; step /= 2) {
    if (count + step > most) continue;
    const u128 quotient = value / static_cast<u64>(wide_power_of_ten(step));
    if (quotient * static_cast<u64>(wide_power_of_ten(step)) != value) continue;
    value = quotient;
    count += step;
  }
  return count;
}

bool divide_to_integer(const QuickNumber& left, const QuickNumber& right, const Settings& settings,
                       QuickCommon& operands, u128& quotient) {
  if (right.coefficient == 0 || !to_common(left, right, operands)) return false;
  const bool narrow = is_narrow(operands.left) && is_narrow(operands.right);
  quotient =
      narrow ? static_cast<u64>(operands.left) / static_cast<u64>(operands.right) : operands.left / operands.right;
  return quotient == 0 || count_wide(quotient) <= settings.precision;
}

bool add_quickly(const QuickNumber& left, const QuickNumber& right, bool right_negative, const Settings& settings,
                 QuickNumber& result, u32& conditions) {
  QuickCommon operands;
  if (!to_common(left, right, operands)) return false;
  result.exponent = operands.exponent;
  result.negative = left.negative;
  if (left.negative == right_negative) {
    result.coefficient = operands.left + operands.right;
  } else if (operands.left > operands.right) {
    result.coefficient = operands.left - operands.right;
  } else {
    result.coefficient = operands.right - operands.left;
    result.negative = result.coefficient ? right_negative : settings.rounding == Rounding::Floor;
  }
  return fit(result, settings, conditions);
}

// The coefficients' product has up to 256 bits; of its digits all but two more than the precision are cut first.
bool multiply_wide(const QuickNumber& left, const QuickNumber& right, const Settings& settings, QuickNumber& result,
                   u32& conditions) {
  const i64 digits = count_wide(left.coefficient) + count_wide(right.coefficient);
  if (settings.precision + 2 > kMostQuickDigits || left.coefficient == 0 || right.coefficient == 0) return false;
  const u64 a[] = {static_cast<u64>(left.coefficient), static_cast<u64>(left.coefficient >> 64)};
  const u64 b[] = {static_cast<u64>(right.coefficient), static_cast<u64>(right.coefficient >> 64)};
  const u128 low = u128{a[0]} * b[0], cross = u128{a[0]} * b[1], other = u128{a[1]} * b[0], high = u128{a[1]} * b[1];
  const u128 middle = (low >> 64) + static_cast<u64>(cross) + static_cast<u64>(other);
  const u128 upper = high + (cross >> 64) + (other >> 64) + (middle >> 64);
  u64 limbs[] = {static_cast<u64>(low), static_cast<u64>(middle), static_cast<u64>(upper),
                 static_cast<u64>(upper >> 64)};
  bool more = false;
  for (i64 surplus = digits - 2 - settings.precision; surplus > 0;) {
    const i64 step = surplus < kReciprocals ? surplus : kReciprocals - 1;
    more |= divide_by_power(limbs, step) != 0;
    result.exponent += step;
    surplus -= step;
  }
  result.coefficient = u128{limbs[1]} << 64 | limbs[0];
  return fit(result, settings, conditions, more);
}

}  // namespace

bool quick_add(const QuickNumber& left, const QuickNumber& right, const Settings& settings, QuickNumber& result,
               u32& conditions) {
  return add_quickly(left, right, right.negative, settings, result, conditions);
}
bool quick_subtract(const QuickNumber& left, const QuickNumber& right, const Settings& settings, QuickNumber& result,
                    u32& conditions) {
  return add_quickly(left, right, !right.negative, settings, result, conditions);
}

bool quick_multiply(const QuickNumber& left, const QuickNumber& right, const Settings& settings, QuickNumber& result,
                    u32& conditions) {
  result = {left.coefficient * right.coefficient, left.exponent + right.exponent, left.negative != right.negative};
  if (LIKELY(is_narrow(left.coefficient) && is_narrow(right.coefficient))) return fit(result, settings, conditions);
  return multiply_wide(left, right, settings, result, conditions);
}

bool quick_divide(const QuickNumber& left, const QuickNumber& right, const Settings& settings, QuickNumber& result,
                  u32& conditions) {
  if (left.coefficient == 0 || right.coefficient == 0) return false;
  const i64 shift = count_wide(right.coefficient) - count_wide(left.coefficient) + settings.precision + 1;
  u128 dividend = left.coefficient;
  if (shift < 0 || !scale_quickly(dividend, shift)) return false;
  u128 quotient = dividend / right.coefficient;
  i64 exponent = left.exponent - right.exponent - shift;
  if (quotient * right.coefficient == dividend) {
    exponent += strip_quickly(quotient, shift);
  } else if (divides_by_five(quotient)) {
    ++quotient;  // the last digit shows that something follows
  }
  result = {quotient, exponent, left.negative != right.negative};
  return fit(result, settings, conditions);
}

bool quick_divide_integer(const QuickNumber& left, const QuickNumber& right, const Settings& settings,
                          QuickNumber& result, u32& conditions) {
  QuickCommon operands;
  result.exponent = 0;
  result.negative = left.negative != right.negative;
  return divide_to_integer(left, right, settings, operands, result.coefficient) && fit(result, settings, conditions);
}

bool quick_remainder(const QuickNumber& left, const QuickNumber& right, const Settings& settings, QuickNumber& result,
                     u32& conditions) {
  QuickCommon operands;
  u128 quotient;
  if (!divide_to_integer(left, right, settings, operands, quotient)) return false;
  result = {operands.left - quotient * operands.right, operands.exponent, left.negative};
  return fit(result, settings, conditions);
}

}  // namespace py::decimal
