#include "core/modules/decimal/construct.h"

#include <cmath>

#include "core/modules/decimal/text.h"
#include "core/object/int_math.h"

namespace py::decimal {

namespace {

// Sign, digits and exponent as Python gives them; one beyond all settings is as good as any other exponent.
struct Triple {
  bool negative = false;
  Kind kind = Kind::Finite;
  i64 exponent = 0;
  ByteBuilder digits;
};

Result<void> read_exponent(Thread& thread, Value value, Triple& triple) {
  if (is<Str>(value)) {
    const Str& name = as<Str>(value);
    if (name.equals("F"))
      triple.kind = Kind::Infinity;
    else if (name.equals("n"))
      triple.kind = Kind::QuietNan;
    else if (name.equals("N"))
      triple.kind = Kind::SignalingNan;
    else
      return raise(thread, types.ValueError, "string argument in the third position must be 'F', 'n' or 'N'");
    return {};
  }
  if (!is_integer(value)) return raise(thread, types.ValueError, "exponent must be an integer");
  constexpr i64 kFar = 4'000'000'000'000'000'000;
  const i64 exponent = TRY(to_i64(thread, value, "Python int too large to convert to C ssize_t"));
  triple.exponent = exponent < -kFar ? -kFar : exponent > kFar ? kFar : exponent;
  return {};
}

Result<void> read_triple(Thread& thread, Value value, Triple& triple) {
  Ref<Tuple> parts = TRY(to_tuple(thread, value));
  if (parts->length != 3) return raise(thread, types.ValueError, "argument must be a sequence of length 3");
  i64 sign = -1;
  if (!is_integer((*parts)[0]) || !integer_fits((*parts)[0], sign) || (sign != 0 && sign != 1)) {
    return raise(thread, types.ValueError, "sign must be an integer with the value 0 or 1");
  }
  triple.negative = sign;
  TRY(read_exponent(thread, (*parts)[2], triple));
  constexpr const char* kNoDigits = "coefficient must be a tuple of digits";
  if (!is<Tuple>((*parts)[1]) && !is<List>((*parts)[1])) return raise(thread, types.ValueError, kNoDigits);
  Ref<Tuple> digits = TRY(to_tuple(thread, (*parts)[1]));
  for (isize i = 0; i < digits->length; ++i) {
    i64 digit = -1;
    if (!is_integer((*digits)[i]) || !integer_fits((*digits)[i], digit) || digit < 0 || digit > 9) {
      return raise(thread, types.ValueError, kNoDigits);
    }
    triple.digits.append(static_cast<char>('0' + digit));
  }
  return triple.digits.failed() ? Result<void>(raise_memory_error(thread)) : Result<void>();
}

Number from_triple(const Triple& triple, const Settings& settings, u32& conditions) {
  Number result;
  result.negative = triple.negative;
  result.kind = triple.kind;
  if (triple.kind == Kind::Infinity) return result;
  result.coefficient = big::parse(triple.digits.data(), triple.digits.size(), 10, false);
  if (triple.kind != Kind::Finite) {
    const bool fits = result.coefficient.view().is_zero() ||
                      count_digits(result.coefficient.view()) <= settings.precision - settings.clamp;
    return fits ? std::move(result) : fail(conditions, kConversionSyntax);
  }
  result.exponent = triple.exponent;
  finalize(result, settings, conditions);
  return result;
}

Number fitted(const NumberView& value, const Settings& settings, u32& conditions) {
  if (value.is_nan() && count_digits(value.coefficient) > settings.precision - settings.clamp) {
    return fail(conditions, kConversionSyntax);
  }
  return finalized(Number::copy(value), settings, conditions);
}

// The number that the value stands for, fitted into the settings.
Result<Number> to_number(Thread& thread, Value value, Syntax syntax, DecimalContext& context, const Settings& settings,
                         u32& conditions) {
  if (is<Str>(value)) return parse(as<Str>(value).view(), syntax, settings, conditions);
  const Operand number(value);
  if (number.valid()) return fitted(number.view(), settings, conditions);
  if (is<Tuple>(value) || is<List>(value)) {
    Triple triple;
    TRY(read_triple(thread, value, triple));
    return from_triple(triple, settings, conditions);
  }
  if (!is_float(value)) return raise_not_convertible(thread, value);
  const double real = float_value(value);
  TRY(report(thread, context, kFloatOperation));
  return finalized(from_float(real), settings, conditions);
}

// Whatever was lost makes an exact conversion invalid.
void demand_exactness(Number& number, u32& conditions) {
  if (conditions & (kInexact | kRounded | kClamped)) {
    number = Number::nan();
    conditions |= kInvalidOperation;
  }
  conditions &= kErrors | kNoMemory;
}

}  // namespace

Number from_float(double value) {
  const bool negative = std::signbit(value);
  if (std::isnan(value)) return {BigInt(), 0, negative, Kind::QuietNan};
  if (std::isinf(value)) return Number::infinity(negative);
  int exponent = 0;
  constexpr int kMantissaBits = 53;
  u64 mantissa = static_cast<u64>(std::ldexp(std::frexp(std::fabs(value), &exponent), kMantissaBits));
  if (mantissa == 0) return {BigInt(), 0, negative};
  exponent -= kMantissaBits;
  const int zeros = __builtin_ctzll(mantissa);
  mantissa >>= zeros;
  exponent += zeros;
  const SmallBig digits(static_cast<i64>(mantissa));
  if (exponent >= 0) return {big::shift_left(digits.view(), static_cast<u64>(exponent)), 0, negative};
  BigInt power = big::power(SmallBig(5).view(), static_cast<u64>(-exponent));  // 2**-n == 5**n * 10**-n
  return {big::multiply(digits.view(), power.view()), exponent, negative};
}

Result<Ref<>> construct_exactly(Thread& thread, Type& type, Value value, DecimalContext& context) {
  if (is_exact<Decimal>(value) && &type == decimal_type) return Ref<>::share(value);
  if (is<Decimal>(value)) return make_decimal(thread, Number::copy(as<Decimal>(value).view()), &type);
  u32 conditions = 0;
  Number number = TRY(to_number(thread, value, Syntax::Lenient, context, kWidest, conditions));
  demand_exactness(number, conditions);
  return finish(thread, context, number, conditions, &type);
}

Result<Ref<>> construct_rounded(Thread& thread, Value value, DecimalContext& context) {
  u32 conditions = 0;
  Number number = TRY(to_number(thread, value, Syntax::Strict, context, context.settings(), conditions));
  return finish(thread, context, number, conditions);
}

Result<Ref<>> construct_from_float(Thread& thread, Type& type, Value value) {
  if (!is_integer(value) && !is_float(value)) return raise(thread, types.TypeError, "argument must be int or float");
  Number number = is_float(value) ? from_float(float_value(value)) : Number::copy(Operand(value).view());
  Ref<> plain = TRY(make_decimal(thread, number));
  return &type == decimal_type ? Result<Ref<>>(std::move(plain)) : call(thread, type.value(), {plain.value()});
}

Result<Ref<>> construct_from_float_rounded(Thread& thread, Value value, DecimalContext& context) {
  if (!is_integer(value) && !is_float(value)) return raise(thread, types.TypeError, "argument must be int or float");
  Number number = is_float(value) ? from_float(float_value(value)) : Number::copy(Operand(value).view());
  u32 conditions = 0;
  finalize(number, context.settings(), conditions);
  return finish(thread, context, number, conditions);
}

}  // namespace py::decimal
