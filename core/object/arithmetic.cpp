// The numeric slots: int with int, float with int or float, and their comparison.
#include "core/base/number/float_format.h"
#include "core/object/casts.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/object/str.h"

#include <cmath>

namespace py {

namespace {

i64 floor_divide(i64 a, i64 b) {
  const i64 quotient = a / b;
  return quotient - (a % b != 0 && (a ^ b) < 0);
}
i64 floor_modulo(i64 a, i64 b) {
  const i64 remainder = a % b;
  return remainder != 0 && (remainder ^ b) < 0 ? remainder + b : remainder;
}

Failure division_by_zero(Thread& thread, BinaryOp op) {
  return raise(thread, types.ZeroDivisionError,
               op == BinaryOp::true_divide ? "division by zero"
               : op == BinaryOp::remainder ? "integer modulo by zero"
                                           : "integer division or modulo by zero");
}

Result<Ref<>> shift(Thread& thread, BinaryOp op, Value left, Value right) {
  IntegerView amount(right);
  if (amount.view().negative) return raise(thread, types.ValueError, "negative shift count");
  const IntegerView value(left);
  if (value.view().is_zero()) return Ref<>::adopt(Value::integer(0));
  if (op == BinaryOp::right_shift) {
    const u64 bits = amount.view().size > 1 ? ~u64{0} >> 1 : amount.view().size ? amount.view().limbs[0] : 0;
    return make_integer(thread, big::shift_right(value, bits));
  }
  if (amount.view().size > 1 || (amount.view().size && amount.view().limbs[0] > static_cast<u64>(PTRDIFF_MAX))) {
    return raise(thread, types.OverflowError, "too many digits in integer");
  }
  if (amount.view().size && amount.view().limbs[0] > (u64{1} << 40)) return raise_memory_error(thread);
  return make_integer(thread, big::shift_left(value, amount.view().size ? amount.view().limbs[0] : 0));
}

Result<Ref<>> true_divide(Thread& thread, BigView left, BigView right) {
  double result;
  switch (big::true_divide(left, right, result)) {
    case big::TrueDivide::Ok: return make_float(thread, result);
    case big::TrueDivide::Overflow:
      return raise(thread, types.OverflowError, "integer division result too large for a float");
    case big::TrueDivide::OutOfMemory: break;
  }
  return raise_memory_error(thread);
}

Result<Ref<>> integer_divmod(Thread& thread, BigView left, BigView right) {
  big::DivMod result = big::floor_divmod(left, right);
  Ref<> quotient = TRY(make_integer(thread, std::move(result.quotient)));
  Ref<> remainder = TRY(make_integer(thread, std::move(result.remainder)));
  return Ref<>(TRY(Tuple::from(thread, {quotient, remainder})));
}

using i128 = __int128;
using u128 = unsigned __int128;

// An int whose magnitude is one limb, or an immediate one. False: it is larger.
bool one_limb(Value value, i128& result) {
  if (value.is_int()) {
    result = value.as_int();
    return true;
  }
  const BigView view = static_cast<BigInteger*>(value.object())->view();
  if (view.size > 1) return false;
  const i128 magnitude = view.size ? view.limbs[0] : 0;
  result = view.negative ? -magnitude : magnitude;
  return true;
}
Result<Ref<>> make_two_limbs(Thread& thread, u128 magnitude, bool negative) {
  const u64 limbs[2] = {static_cast<u64>(magnitude), static_cast<u64>(magnitude >> 64)};
  return make_integer(thread, BigView{limbs, limbs[1] ? 2u : limbs[0] ? 1u : 0u, negative});
}
u128 magnitude_of(i128 value) { return value < 0 ? -static_cast<u128>(value) : static_cast<u128>(value); }

// The quotient or remainder of ints with one limb, rounded down; b is not zero.
Result<Ref<>> divide_one_limb(Thread& thread, BinaryOp op, i128 a, i128 b) {
  const u64 dividend = static_cast<u64>(magnitude_of(a)), divisor = static_cast<u64>(magnitude_of(b));
  const u64 quotient = dividend / divisor, remainder = dividend % divisor;
  const bool negative = (a < 0) != (b < 0);
  const bool rounds = negative && remainder;
  if (op == BinaryOp::floor_divide) return make_two_limbs(thread, u128{quotient} + rounds, negative);
  return make_two_limbs(thread, rounds ? divisor - remainder : remainder, b < 0);
}

// What two limbs hold of operands with one. Empty: it takes the general way.
Result<Ref<>> one_limb_binary(Thread& thread, BinaryOp op, Value left, Value right) {
  i128 a, b;
  if (!one_limb(left, a) || !one_limb(right, b)) return Ref<>();
  i128 result;
  switch (op) {
    case BinaryOp::add: result = a + b; break;
    case BinaryOp::subtract: result = a - b; break;
    case BinaryOp::multiply: return make_two_limbs(thread, magnitude_of(a) * magnitude_of(b), (a < 0) != (b < 0));
    case BinaryOp::bit_and: result = a & b; break;
    case BinaryOp::bit_or: result = a | b; break;
    case BinaryOp::bit_xor: result = a ^ b; break;
    case BinaryOp::left_shift:
      if (b < 0 || b > 62) return Ref<>();
      result = a << b;
      break;
    case BinaryOp::right_shift:
      if (b < 0) return Ref<>();
      result = a >> (b > 100 ? 100 : b);
      break;
    case BinaryOp::floor_divide:
    case BinaryOp::remainder:
      if (b == 0) return Ref<>();
      return divide_one_limb(thread, op, a, b);
    default: return Ref<>();
  }
  return make_two_limbs(thread, magnitude_of(result), result < 0);
}

Result<Ref<>> big_binary(Thread& thread, BinaryOp op, Value left, Value right) {
  Ref<> quick = TRY(one_limb_binary(thread, op, left, right));
  if (!quick.is_empty()) return quick;
  const IntegerView a(left), b(right);
  switch (op) {
    case BinaryOp::add: return make_integer(thread, big::add(a, b));
    case BinaryOp::subtract: return make_integer(thread, big::subtract(a, b));
    case BinaryOp::multiply: return make_integer(thread, big::multiply(a, b));
    case BinaryOp::bit_and: return make_integer(thread, big::bit_and(a, b));
    case BinaryOp::bit_or: return make_integer(thread, big::bit_or(a, b));
    case BinaryOp::bit_xor: return make_integer(thread, big::bit_xor(a, b));
    case BinaryOp::power: return integer_power(thread, left, right, None);
    case BinaryOp::left_shift:
    case BinaryOp::right_shift: return shift(thread, op, left, right);
    case BinaryOp::matrix_multiply: return Ref<>::adopt(NotImplemented);
    default: break;
  }
  if (b.view().is_zero()) return division_by_zero(thread, op);
  switch (op) {
    case BinaryOp::true_divide: return true_divide(thread, a, b);
    case BinaryOp::floor_divide: return make_integer(thread, big::floor_divide(a, b));
    case BinaryOp::remainder: return make_integer(thread, big::modulo(a, b));
    default: return integer_divmod(thread, a, b);
  }
}

}  // namespace

Result<Ref<>> integer_binary(Thread& thread, BinaryOp op, Value left, Value right) {
  if (left.is_bool() && right.is_bool()) {
    const bool a = left == True, b = right == True;
    if (op == BinaryOp::bit_and) return Ref<>::adopt(Value::boolean(a && b));
    if (op == BinaryOp::bit_or) return Ref<>::adopt(Value::boolean(a || b));
    if (op == BinaryOp::bit_xor) return Ref<>::adopt(Value::boolean(a != b));
  }
  if (left.is_bool()) left = Value::integer(left == True);
  if (right.is_bool()) right = Value::integer(right == True);
  if (!left.is_int() || !right.is_int()) return big_binary(thread, op, left, right);
  const i64 a = left.as_int(), b = right.as_int();
  i64 result;
  switch (op) {
    case BinaryOp::add: return make_int(thread, a + b);
    case BinaryOp::subtract: return make_int(thread, a - b);
    case BinaryOp::multiply:
      if (__builtin_mul_overflow(a, b, &result)) return big_binary(thread, op, left, right);
      return make_int(thread, result);
    case BinaryOp::bit_and: return make_int(thread, a & b);
    case BinaryOp::bit_or: return make_int(thread, a | b);
    case BinaryOp::bit_xor: return make_int(thread, a ^ b);
    case BinaryOp::left_shift:
      if (b < 0 || b > 61 || (a << b >> b) != a) return big_binary(thread, op, left, right);
      return make_int(thread, a << b);
    case BinaryOp::right_shift:
      if (b < 0) return big_binary(thread, op, left, right);
      return make_int(thread, a >> (b > 63 ? 63 : b));
    case BinaryOp::true_divide:
      if (b == 0) return division_by_zero(thread, op);
      if (a > -(i64{1} << 53) && a < (i64{1} << 53) && b > -(i64{1} << 53) && b < (i64{1} << 53)) {
        return make_float(thread, static_cast<double>(a) / static_cast<double>(b));
      }
      return big_binary(thread, op, left, right);
    case BinaryOp::floor_divide:
      if (b == 0) return division_by_zero(thread, op);
      return make_int(thread, floor_divide(a, b));
    case BinaryOp::remainder:
      if (b == 0) return division_by_zero(thread, op);
      return make_int(thread, floor_modulo(a, b));
    case BinaryOp::divmod: {
      if (b == 0) return division_by_zero(thread, op);
      const Ref<> quotient = TRY(make_int(thread, floor_divide(a, b)));
      return Tuple::from(thread, {quotient.value(), Value::integer(floor_modulo(a, b))});
    }
    default: break;
  }
  return big_binary(thread, op, left, right);
}

namespace {

// x ** n for small n: binary powering with overflow checks; false when it left 62 bits.
bool small_power(i64 base, i64 exponent, i64& result) {
  result = 1;
  while (exponent) {
    if (exponent & 1 && __builtin_mul_overflow(result, base, &result)) return false;
    exponent >>= 1;
    if (exponent && __builtin_mul_overflow(base, base, &base)) return false;
  }
  return true;
}

Result<Ref<>> modular_power(Thread& thread, Value base, Value exponent, Value modulus) {
  const IntegerView b(base), e(exponent), m(modulus);
  if (m.view().is_zero()) return raise(thread, types.ValueError, "pow() 3rd argument cannot be 0");
  if (!e.view().negative) return make_integer(thread, big::pow_mod(b, e, m));
  bool found = false;
  BigInt inverse = big::inverse_mod(b, m, found);
  if (!found) return raise(thread, types.ValueError, "base is not invertible for the given modulus");
  BigInt positive = big::negate(e);
  return make_integer(thread, big::pow_mod(inverse.view(), positive.view(), m));
}

}  // namespace

Result<Ref<>> integer_power(Thread& thread, Value base, Value exponent, Value modulus) {
  if (!modulus.is_none()) return modular_power(thread, base, exponent, modulus);
  const IntegerView b(base), e(exponent);
  if (e.view().negative) {
    const double x = TRY(to_double(thread, base));
    const double y = TRY(to_double(thread, exponent));
    Ref<> fx = TRY(make_float(thread, x));
    Ref<> fy = TRY(make_float(thread, y));
    return float_binary(thread, BinaryOp::power, fx, fy);
  }
  i64 small_base, small_exponent, result;
  if (integer_fits(base, small_base) && integer_fits(exponent, small_exponent) &&
      small_power(small_base, small_exponent, result)) {
    return make_int(thread, result);
  }
  if (e.view().size > 1) {
    if (b.view().size == 0) return Ref<>::adopt(Value::integer(0));
    if (b.view().size == 1 && b.view().limbs[0] == 1) {
      return Ref<>::adopt(Value::integer(b.view().negative && e.view().is_odd() ? -1 : 1));
    }
    return raise_memory_error(thread);
  }
  return make_integer(thread, big::power(b, e.view().size ? e.view().limbs[0] : 0));
}

namespace {

Result<bool> double_operand(Thread& thread, Value value, double& result) {
  if (is_float(value)) {
    result = float_value(value);
    return true;
  }
  if (!is_integer(value)) return false;
  if (value.is_int() && value.as_int() > -(i64{1} << 53) && value.as_int() < (i64{1} << 53)) {
    result = static_cast<double>(value.as_int());
    return true;
  }
  if (!big::to_double(IntegerView(value), result)) {
    return raise(thread, types.OverflowError, "int too large to convert to float");
  }
  return true;
}

Result<Ref<>> float_power(Thread& thread, double a, double b) {
  if (b == 0 || a == 1) return make_float(thread, 1.0);
  if (a == 0 && b < 0 && std::isfinite(b)) {
    return raise(thread, types.ZeroDivisionError, "0.0 cannot be raised to a negative power");
  }
  if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b)) {
    // A negative base with a fractional exponent has a complex result.
    Ref<> base = TRY(make_complex(thread, a, 0));
    Ref<> exponent = TRY(make_complex(thread, b, 0));
    return complex_binary(thread, BinaryOp::power, base, exponent);
  }
  const double result = std::pow(a, b);
  if (std::isinf(result) && std::isfinite(a) && std::isfinite(b)) {
    return raise_with(thread, types.OverflowError,
                      {Value::integer(34), TRY(Str::from_ascii(thread, "Numerical result out of range"))});
  }
  return make_float(thread, result);
}

}  // namespace

Result<Ref<>> float_binary(Thread& thread, BinaryOp op, Value left, Value right) {
  double a, b;
  if (!TRY(double_operand(thread, left, a)) || !TRY(double_operand(thread, right, b))) {
    return Ref<>::adopt(NotImplemented);
  }
  switch (op) {
    case BinaryOp::add: return make_float(thread, a + b);
    case BinaryOp::subtract: return make_float(thread, a - b);
    case BinaryOp::multiply: return make_float(thread, a * b);
    case BinaryOp::power: return float_power(thread, a, b);
    case BinaryOp::true_divide:
      if (b == 0) return raise(thread, types.ZeroDivisionError, "float division by zero");
      return make_float(thread, a / b);
    case BinaryOp::floor_divide:
    case BinaryOp::remainder:
    case BinaryOp::divmod: break;
    default: return Ref<>::adopt(NotImplemented);
  }
  if (b == 0) {
    return raise(thread, types.ZeroDivisionError,
                 op == BinaryOp::remainder ? "float modulo" : op == BinaryOp::divmod ? "float divmod()" : "float floor division by zero");
  }
  double remainder;
  const double quotient = real::floor_divide(a, b, remainder);
  if (op == BinaryOp::floor_divide) return make_float(thread, quotient);
  if (op == BinaryOp::remainder) return make_float(thread, remainder);
  Ref<> q = TRY(make_float(thread, quotient));
  Ref<> r = TRY(make_float(thread, remainder));
  return Ref<>(TRY(Tuple::from(thread, {q, r})));
}

namespace {

template <class T>
bool ordered(T a, T b, CompareOp op) {
  switch (op) {
    case CompareOp::Less: return a < b;
    case CompareOp::LessEqual: return a <= b;
    case CompareOp::Equal: return a == b;
    case CompareOp::NotEqual: return a != b;
    case CompareOp::Greater: return a > b;
    case CompareOp::GreaterEqual: return a >= b;
  }
  return false;
}

}  // namespace

bool integer_compare(Value left, Value right, CompareOp op) {
  if (left.is_int() && right.is_int()) return ordered(left.as_int(), right.as_int(), op);
  const IntegerView a(left), b(right);
  return ordered(big::compare(a, b), 0, op);
}

bool numbers_compare(Value left, Value right, CompareOp op) {
  const bool left_float = is_float(left), right_float = is_float(right);
  if (left_float && right_float) return ordered(float_value(left), float_value(right), op);
  if (!left_float && !right_float) return integer_compare(left, right, op);
  const double number = float_value(left_float ? left : right);
  if (std::isnan(number)) return op == CompareOp::NotEqual;
  const IntegerView integer(left_float ? right : left);
  const int order = big::compare_double(integer, number);
  return ordered(left_float ? -order : order, 0, op);
}

}  // namespace py
