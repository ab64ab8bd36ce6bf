// Arithmetic on Python ints of any size, for code that mostly meets small ones.
#pragma once
#include "core/object/casts.h"
#include "core/object/number.h"

namespace py {

inline Result<Ref<>> int_add(Thread& thread, Value a, Value b) { return integer_binary(thread, BinaryOp::add, a, b); }
inline Result<Ref<>> int_subtract(Thread& thread, Value a, Value b) {
  return integer_binary(thread, BinaryOp::subtract, a, b);
}
inline Result<Ref<>> int_multiply(Thread& thread, Value a, Value b) {
  return integer_binary(thread, BinaryOp::multiply, a, b);
}
inline Result<Ref<>> int_floor_divide(Thread& thread, Value a, Value b) {
  return integer_binary(thread, BinaryOp::floor_divide, a, b);
}
// The integral part; ValueError for a NaN, OverflowError for an infinity.
Result<Ref<>> int_from_double(Thread& thread, double number);
inline bool int_less(Value a, Value b) { return integer_compare(a, b, CompareOp::Less); }
inline bool int_equal(Value a, Value b) { return integer_compare(a, b, CompareOp::Equal); }
inline int int_sign(Value a) {
  const IntegerView view(a);
  return view.view().is_zero() ? 0 : view.view().negative ? -1 : 1;
}

}  // namespace py
