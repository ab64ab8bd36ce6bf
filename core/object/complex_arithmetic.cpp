// Complex arithmetic with complex, float and int operands.
#include "core/object/casts.h"
#include "core/object/number.h"

#include <cmath>

namespace py {

namespace {

struct Pair {
  double real, imaginary;
};

INLINE Result<bool> operand(Thread& thread, Value value, Pair& result) {
  if (LIKELY(is<Complex>(value))) {
    result = {as<Complex>(value).real, as<Complex>(value).imaginary};
    return true;
  }
  if (is_float(value)) {
    result = {float_value(value), 0};
    return true;
  }
  if (!is_integer(value)) return false;
  result = {TRY(to_double(thread, value)), 0};
  return true;
}

Pair product(Pair a, Pair b) {
  return {a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real};
}

// Scaled by the larger part of the divisor (Smith, CACM 5 (8), 1962). The divisor is not zero.
Pair quotient(Pair a, Pair b) {
  const double real_size = std::fabs(b.real), imaginary_size = std::fabs(b.imaginary);
  if (real_size >= imaginary_size) {
    const double ratio = b.imaginary / b.real;
    const double divisor = b.real + b.imaginary * ratio;
    return {(a.real + a.imaginary * ratio) / divisor, (a.imaginary - a.real * ratio) / divisor};
  }
  if (imaginary_size >= real_size) {
    const double ratio = b.real / b.imaginary;
    const double divisor = b.real * ratio + b.imaginary;
    return {(a.real * ratio + a.imaginary) / divisor, (a.imaginary * ratio - a.real) / divisor};
  }
  return {NAN, NAN};  // a part of the divisor is a nan
}

Pair integral_power(Pair base, u64 exponent) {
  Pair result{1, 0};
  for (u64 bit = 1; exponent >= bit; bit <<= 1) {
    if (exponent & bit) result = product(result, base);
    base = product(base, base);
  }
  return result;
}

Pair general_power(Pair base, Pair exponent) {
  const double size = std::hypot(base.real, base.imaginary);
  const double angle = std::atan2(base.imaginary, base.real);
  double length = std::pow(size, exponent.real);
  double phase = angle * exponent.real;
  if (exponent.imaginary != 0) {
    length /= std::exp(angle * exponent.imaginary);
    phase += exponent.imaginary * std::log(size);
  }
  return {length * std::cos(phase), length * std::sin(phase)};
}

bool is_zero(Pair value) { return value.real == 0 && value.imaginary == 0; }

Result<Ref<>> power(Thread& thread, Pair base, Pair exponent) {
  const bool small_integer =
      exponent.imaginary == 0 && exponent.real == std::floor(exponent.real) && std::fabs(exponent.real) <= 100;
  Pair result{1, 0};
  if (is_zero(base) && (exponent.imaginary != 0 || exponent.real < 0)) {
    return raise(thread, types.ZeroDivisionError, "0.0 to a negative or complex power");
  }
  if (small_integer) {
    result = integral_power(base, static_cast<u64>(std::fabs(exponent.real)));
    if (exponent.real < 0) {
      if (is_zero(result)) return raise(thread, types.ZeroDivisionError, "0.0 to a negative or complex power");
      result = quotient({1, 0}, result);
    }
  } else if (is_zero(base)) {
    result = {0, 0};
  } else {
    result = general_power(base, exponent);
  }
  if (std::isinf(result.real) || std::isinf(result.imaginary)) {
    return raise(thread, types.OverflowError, "complex exponentiation");
  }
  return make_complex(thread, result.real, result.imaginary);
}

}  // namespace

Result<Ref<>> complex_binary(Thread& thread, BinaryOp op, Value left, Value right) {
  Pair a, b;
  if (!TRY(operand(thread, left, a)) || !TRY(operand(thread, right, b))) return Ref<>::adopt(NotImplemented);
  Pair result;
  switch (op) {
    case BinaryOp::add: result = {a.real + b.real, a.imaginary + b.imaginary}; break;
    case BinaryOp::subtract: result = {a.real - b.real, a.imaginary - b.imaginary}; break;
    case BinaryOp::multiply: result = product(a, b); break;
    case BinaryOp::true_divide:
      if (is_zero(b)) return raise(thread, types.ZeroDivisionError, "complex division by zero");
      result = quotient(a, b);
      break;
    case BinaryOp::power: return power(thread, a, b);
    default: return Ref<>::adopt(NotImplemented);
  }
  return make_complex(thread, result.real, result.imaginary);
}

}  // namespace py
