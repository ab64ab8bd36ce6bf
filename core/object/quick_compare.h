// Comparisons that run no code of the values: those of small ints, floats, texts, and tuples of such things.
// Threads: any; nothing is kept.
#pragma once
#include "core/object/casts.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/object/str.h"

namespace py {

// Whether `left op right`. False: that cannot be told so, and `result` is not set.
bool compare_tuples_quickly(const Tuple& left, const Tuple& right, CompareOp op, bool& result);

// A small int or a float, 0.0 and the other boxed ones included.
INLINE bool is_plain_number(Value value) { return value.is_int() || value.is_float() || is_exact<BoxedFloat>(value); }

INLINE bool compare_quickly(Value left, Value right, CompareOp op, bool& result) {
  if (left.is_int() && right.is_int()) {
    result = holds(static_cast<i64>(left.bits), static_cast<i64>(right.bits), op);
  } else if (left.is_float() && right.is_float()) {
    result = holds(left.as_float(), right.as_float(), op);
  } else if (is_exact<Str>(left) && is_exact<Str>(right)) {
    result = as<Str>(left).compares(as<Str>(right), op);
  } else if (is_exact<Tuple>(left) && is_exact<Tuple>(right)) {
    return compare_tuples_quickly(as<Tuple>(left), as<Tuple>(right), op, result);
  } else if (is_plain_number(left) && is_plain_number(right)) {
    result = numbers_compare(left, right, op);
  } else {
    return false;
  }
  return true;
}

}  // namespace py
