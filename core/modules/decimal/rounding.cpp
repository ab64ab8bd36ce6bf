#include "core/modules/decimal/rounding.h"

namespace py::decimal {

namespace {

bool divides_by_five(const BigInt& value) {
  const BigView view = value.view();
  if (view.size <= 1) return view.size == 0 || view.limbs[0] % 5 == 0;
  return big::modulo(view, SmallBig(5).view()).view().is_zero();
}

void add_one(BigInt& value) { value = big::add(value.view(), SmallBig(1).view()); }

// A payload keeps its last digits.
void fit_payload(Number& number, const Settings& settings) {
  const i64 most = settings.precision - settings.clamp;
  if (number.coefficient.view().is_zero() || count_digits(number.coefficient.view()) <= most) return;
  PowerOfTen power(most);
  number.coefficient = power.failed() ? BigInt::failure() : big::modulo(number.coefficient.view(), power.view());
}

void fit_zero(Number& number, const Settings& settings, u32& conditions) {
  const i64 low = settings.tiny(), high = settings.clamp ? settings.top() : settings.emax;
  const i64 fitted = number.exponent < low ? low : number.exponent > high ? high : number.exponent;
  if (fitted != number.exponent) conditions |= kClamped;
  number.exponent = fitted;
}

void overflow(Number& number, const Settings& settings, u32& conditions) {
  conditions |= kOverflow | kInexact | kRounded;
  bool to_infinity = true;
  switch (settings.rounding) {
    case Rounding::Down:
    case Rounding::ZeroFiveUp: to_infinity = false; break;
    case Rounding::Ceiling: to_infinity = !number.negative; break;
    case Rounding::Floor: to_infinity = number.negative; break;
    default: break;
  }
  number = to_infinity ? Number::infinity(number.negative) : largest(settings, number.negative);
}

void fit_subnormal(Number& number, const Settings& settings, u32& conditions) {
  conditions |= kSubnormal;
  const i64 tiny = settings.tiny();
  if (number.exponent >= tiny) return;
  u32 rounding = 0;
  cut(number, tiny - number.exponent, settings.rounding, rounding);
  conditions |= rounding;
  if (rounding & kInexact) conditions |= kUnderflow;
  if (number.coefficient.view().is_zero()) conditions |= kClamped;
}

}  // namespace

bool rounds_up(const BigInt& magnitude, Tail tail, Rounding rounding, bool negative) {
  if (tail == Tail::Zero) return false;
  switch (rounding) {
    case Rounding::Up: return true;
    case Rounding::Down: return false;
    case Rounding::Ceiling: return !negative;
    case Rounding::Floor: return negative;
    case Rounding::HalfUp: return tail >= Tail::Half;
    case Rounding::HalfDown: return tail == Tail::AboveHalf;
    case Rounding::HalfEven: return tail == Tail::AboveHalf || (tail == Tail::Half && magnitude.view().is_odd());
    case Rounding::ZeroFiveUp: return divides_by_five(magnitude);
  }
  return false;
}

void cut(Number& number, i64 digits, Rounding rounding, u32& conditions) {
  Truncated rest = scale_down(number.coefficient.view(), digits);
  conditions |= kRounded;
  if (rest.tail != Tail::Zero) conditions |= kInexact;
  if (rounds_up(rest.quotient, rest.tail, rounding, number.negative)) add_one(rest.quotient);
  number.coefficient = std::move(rest.quotient);
  number.exponent += digits;
}

Number largest(const Settings& settings, bool negative) {
  PowerOfTen power(settings.precision);
  if (power.failed()) return {BigInt::failure(), 0, negative};
  return {big::subtract(power.view(), SmallBig(1).view()), settings.top(), negative};
}

void finalize(Number& number, const Settings& settings, u32& conditions) {
  if (UNLIKELY(number.coefficient.failed())) {
    conditions |= kNoMemory;
    return;
  }
  if (UNLIKELY(number.kind != Kind::Finite)) return fit_payload(number, settings);
  if (UNLIKELY(number.coefficient.view().is_zero())) return fit_zero(number, settings, conditions);
  i64 digits = count_digits(number.coefficient.view());
  const i64 adjusted = number.exponent + digits - 1;
  if (UNLIKELY(adjusted > settings.emax)) return overflow(number, settings, conditions);
  if (UNLIKELY(adjusted < settings.emin)) {
    fit_subnormal(number, settings, conditions);
  } else if (digits > settings.precision) {
    cut(number, digits - settings.precision, settings.rounding, conditions);
    digits = count_digits(number.coefficient.view());
    if (digits > settings.precision) {  // all nines: one more digit, a zero
      u32 none = 0;
      cut(number, 1, Rounding::Down, none);
      if (number.exponent + settings.precision - 1 > settings.emax) return overflow(number, settings, conditions);
    }
  }
  if (UNLIKELY(settings.clamp && number.exponent > settings.top())) {
    number.coefficient = scale_up(number.coefficient.view(), number.exponent - settings.top());
    number.exponent = settings.top();
    conditions |= kClamped;
  }
  if (UNLIKELY(number.coefficient.failed())) conditions |= kNoMemory;
}

bool takes_nan(const NumberView& value, const Settings& settings, u32& conditions, Number& result) {
  if (!value.is_nan()) return false;
  if (value.kind == Kind::SignalingNan) conditions |= kInvalidOperation;
  result = Number::copy(value);
  result.kind = Kind::QuietNan;
  finalize(result, settings, conditions);
  return true;
}

bool takes_nan(const NumberView& left, const NumberView& right, const Settings& settings, u32& conditions,
               Number& result) {
  if (left.kind != Kind::SignalingNan && right.kind == Kind::SignalingNan) {
    return takes_nan(right, settings, conditions, result);
  }
  return takes_nan(left, settings, conditions, result) || takes_nan(right, settings, conditions, result);
}

}  // namespace py::decimal
