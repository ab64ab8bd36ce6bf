// Arithmetic and comparison of immediate ints and floats, as the instructions do them. For the ops_*.cpp files only.
#pragma once
#include "core/object/number.h"
#include "core/object/operations.h"

namespace py {

INLINE bool both_ints(Value a, Value b) { return ((a.bits | b.bits) & 3) == 0; }
INLINE bool both_floats(Value a, Value b) { return (a.bits & b.bits & 3) == 3; }

template <BinaryOp op>
INLINE double float_operation(double a, double b) {
  if constexpr (op == BinaryOp::add) return a + b;
  if constexpr (op == BinaryOp::subtract) return a - b;
  if constexpr (op == BinaryOp::multiply) return a * b;
  return a / b;
}

// The int case; false when the result leaves 62 bits or the operation needs the slow path.
template <BinaryOp op>
INLINE bool int_operation(Value a, Value b, Value& result) {
  const i64 x = static_cast<i64>(a.bits), y = static_cast<i64>(b.bits);
  i64 z;
  if constexpr (op == BinaryOp::add) {
    if (__builtin_add_overflow(x, y, &z)) return false;
    result = {static_cast<u64>(z)};
  } else if constexpr (op == BinaryOp::subtract) {
    if (__builtin_sub_overflow(x, y, &z)) return false;
    result = {static_cast<u64>(z)};
  } else if constexpr (op == BinaryOp::multiply) {
    if (__builtin_mul_overflow(x >> 2, y, &z)) return false;
    result = {static_cast<u64>(z)};
  } else if constexpr (op == BinaryOp::bit_and) {
    result = {a.bits & b.bits};
  } else if constexpr (op == BinaryOp::bit_or) {
    result = {a.bits | b.bits};
  } else if constexpr (op == BinaryOp::bit_xor) {
    result = {a.bits ^ b.bits};
  } else if constexpr (op == BinaryOp::left_shift) {
    const i64 value = a.as_int(), amount = b.as_int();
    if (amount < 0 || amount > 60) return false;
    const i64 shifted = static_cast<i64>(static_cast<u64>(value) << amount);
    if ((shifted >> amount) != value || !Value::fits_integer(shifted)) return false;
    result = Value::integer(shifted);
  } else if constexpr (op == BinaryOp::right_shift) {
    const i64 amount = b.as_int();
    if (amount < 0) return false;
    result = Value::integer(a.as_int() >> (amount > 62 ? 62 : amount));
  } else if constexpr (op == BinaryOp::floor_divide) {
    const i64 n = a.as_int(), d = b.as_int();
    if (d <= 0) {
      if (d == 0) return false;
    } else if ((d & (d - 1)) == 0) {  // a shift, floor included
      result = Value::integer(n >> __builtin_ctzll(static_cast<u64>(d)));
      return true;
    }
    if (LIKELY(((n | d) >> 32) == 0)) {  // a 32-bit division takes a third of the time
      result = Value::integer(static_cast<u32>(n) / static_cast<u32>(d));
      return true;
    }
    i64 quotient = n / d;
    if (n % d != 0 && ((n ^ d) < 0)) --quotient;
    if (!Value::fits_integer(quotient)) return false;
    result = Value::integer(quotient);
  } else if constexpr (op == BinaryOp::remainder) {
    const i64 n = a.as_int(), d = b.as_int();
    if (d <= 0) {
      if (d == 0) return false;
    } else if ((d & (d - 1)) == 0) {
      result = Value::integer(n & (d - 1));
      return true;
    }
    if (LIKELY(((n | d) >> 32) == 0)) {
      result = Value::integer(static_cast<u32>(n) % static_cast<u32>(d));
      return true;
    }
    i64 remainder = n % d;
    if (remainder != 0 && ((remainder ^ d) < 0)) remainder += d;
    result = Value::integer(remainder);
  } else {
    return false;
  }
  return true;
}

// The result for two ints or two floats, if it is such a one; false: anything else.
template <BinaryOp op>
INLINE bool quick_binary(Value left, Value right, Value& result) {
  if (LIKELY(both_ints(left, right))) return int_operation<op>(left, right, result);
  if (!both_floats(left, right)) return false;
  const double number = float_operation<op>(left.as_float(), right.as_float());
  if (UNLIKELY(!Value::fits_float(number))) return false;
  result = Value::floating_unchecked(number);
  return true;
}

template <CompareOp op, class T>
INLINE bool ordered(T a, T b) {
  if constexpr (op == CompareOp::Less) return a < b;
  if constexpr (op == CompareOp::LessEqual) return a <= b;
  if constexpr (op == CompareOp::Equal) return a == b;
  if constexpr (op == CompareOp::NotEqual) return a != b;
  if constexpr (op == CompareOp::Greater) return a > b;
  return a >= b;
}

}  // namespace py
