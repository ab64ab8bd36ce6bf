#include "core/object/quick_compare.h"

namespace py {

namespace {

// Tuples within tuples, as deep as keys usually are.
constexpr u32 kDeepest = 3;

bool compare_tuples(const Tuple& left, const Tuple& right, CompareOp op, bool& result, u32 depth);

bool compare_items(Value left, Value right, CompareOp op, bool& result, u32 depth) {
  if (LIKELY(!is_exact<Tuple>(left))) return compare_quickly(left, right, op, result);
  if (depth == kDeepest || !is_exact<Tuple>(right)) return false;
  return compare_tuples(as<Tuple>(left), as<Tuple>(right), op, result, depth + 1);
}

bool compare_tuples(const Tuple& left, const Tuple& right, CompareOp op, bool& result, u32 depth) {
  if (left.length != right.length && (op == CompareOp::Equal || op == CompareOp::NotEqual)) {
    result = op == CompareOp::NotEqual;
    return true;
  }
  const isize common = left.length < right.length ? left.length : right.length;
  for (isize i = 0; i < common; ++i) {
    const Value mine = left[i], theirs = right[i];
    if (mine == theirs) continue;
    bool same;
    if (!compare_items(mine, theirs, CompareOp::Equal, same, depth)) return false;
    if (!same) return compare_items(mine, theirs, op, result, depth);
  }
  result = holds(left.length, right.length, op);
  return true;
}

}  // namespace

bool compare_tuples_quickly(const Tuple& left, const Tuple& right, CompareOp op, bool& result) {
  return compare_tuples(left, right, op, result, 0);
}

}  // namespace py
