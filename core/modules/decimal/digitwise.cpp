// Operations on the single digits: logical ones, of numbers made of zeros and ones, and shifts.
#include "core/modules/decimal/operations.h"

namespace py::decimal {

namespace {

// The digits of a logical operand, the last one first; false: it is none.
bool logical_digits(const NumberView& value, ByteBuilder& digits, u32& conditions) {
  if (!value.is_finite() || value.negative || value.exponent != 0) return false;
  if (!big::to_text(value.coefficient, 10, digits)) {
    conditions |= kNoMemory;
    return false;
  }
  for (usize i = 0; i < digits.size(); ++i) {
    if (digits.data()[i] > '1') return false;
  }
  return true;
}

char digit_from_end(const ByteBuilder& digits, usize place) {
  return place < digits.size() ? digits.data()[digits.size() - 1 - place] : '0';
}

Number from_digits(const ByteBuilder& digits, u32& conditions) {
  if (digits.failed()) return fail(conditions, kNoMemory);
  return {big::parse(digits.data(), digits.size(), 10, false), 0, false};
}

template <class Combine>
Number combine_digits(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions,
                      Combine&& combine) {
  ByteBuilder left_digits, right_digits, result;
  if (!logical_digits(left, left_digits, conditions) || !logical_digits(right, right_digits, conditions)) {
    return fail(conditions, kInvalidOperation);
  }
  usize count = left_digits.size() > right_digits.size() ? left_digits.size() : right_digits.size();
  if (count > static_cast<usize>(settings.precision)) count = static_cast<usize>(settings.precision);
  for (usize place = count; place-- > 0;) {
    const bool bit = combine(digit_from_end(left_digits, place) == '1', digit_from_end(right_digits, place) == '1');
    result.append(bit ? '1' : '0');
  }
  return from_digits(result, conditions);
}

// What rotate and shift have in common: the second operand must be an integer within the precision. False: `result` is
// set.
bool takes_places(const NumberView& value, const NumberView& by, const Settings& settings, u32& conditions,
                  Number& result, i64& places) {
  if (takes_nan(value, by, settings, conditions, result)) return false;
  const bool in_range = by.is_finite() && by.exponent == 0 && by.coefficient.size <= 1 &&
                        (by.coefficient.is_zero() || by.coefficient.limbs[0] <= static_cast<u64>(settings.precision));
  if (!in_range) {
    result = fail(conditions, kInvalidOperation);
    return false;
  }
  places = by.coefficient.is_zero() ? 0 : static_cast<i64>(by.coefficient.limbs[0]);
  if (by.negative) places = -places;
  if (!value.is_infinite()) return true;
  result = Number::copy(value);
  return false;
}

// The last `digits` digits.
BigInt last_digits(BigView value, i64 digits) {
  if (count_digits(value) <= digits) return big::from_view(value);
  PowerOfTen power(digits);
  return power.failed() ? BigInt::failure() : big::modulo(value, power.view());
}

Number with_coefficient(BigInt&& coefficient, const NumberView& value, u32& conditions) {
  if (coefficient.failed()) return fail(conditions, kNoMemory);
  return {std::move(coefficient), value.exponent, value.negative};
}

}  // namespace

Number logical_and(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  return combine_digits(left, right, settings, conditions, [](bool a, bool b) { return a && b; });
}
Number logical_or(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  return combine_digits(left, right, settings, conditions, [](bool a, bool b) { return a || b; });
}
Number logical_xor(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions) {
  return combine_digits(left, right, settings, conditions, [](bool a, bool b) { return a != b; });
}

Number logical_invert(const NumberView& value, const Settings& settings, u32& conditions) {
  ByteBuilder digits, result;
  if (!logical_digits(value, digits, conditions)) return fail(conditions, kInvalidOperation);
  if (settings.precision > kMostDigits) return fail(conditions, kNoMemory);
  for (usize place = static_cast<usize>(settings.precision); place-- > 0;) {
    result.append(digit_from_end(digits, place) == '1' ? '0' : '1');
  }
  return from_digits(result, conditions);
}

Number shift(const NumberView& value, const NumberView& by, const Settings& settings, u32& conditions) {
  Number result;
  i64 places = 0;
  if (!takes_places(value, by, settings, conditions, result, places)) return result;
  BigInt kept = last_digits(value.coefficient, places > 0 ? settings.precision - places : settings.precision);
  if (places < 0) kept = scale_down(kept.view(), -places).quotient;
  if (places > 0) kept = scale_up(kept.view(), places);
  return with_coefficient(std::move(kept), value, conditions);
}

Number rotate(const NumberView& value, const NumberView& by, const Settings& settings, u32& conditions) {
  Number result;
  i64 places = 0;
  if (!takes_places(value, by, settings, conditions, result, places)) return result;
  if (places < 0) places += settings.precision;
  BigInt kept = last_digits(value.coefficient, settings.precision);
  const i64 staying = settings.precision - places;
  Truncated wrapped = scale_down(kept.view(), staying);
  BigInt moved = scale_up(last_digits(kept.view(), staying).view(), places);
  if (wrapped.quotient.failed() || moved.failed()) return fail(conditions, kNoMemory);
  return with_coefficient(big::add(moved.view(), wrapped.quotient.view()), value, conditions);
}

}  // namespace py::decimal
