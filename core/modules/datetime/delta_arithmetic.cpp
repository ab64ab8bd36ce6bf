#include "core/modules/datetime/delta_arithmetic.h"

#include "core/object/int_math.h"

namespace py::datetime {

Result<Ref<>> divide_nearest(Thread& thread, Value numerator, Value denominator) {
  Ref<> quotient = TRY(int_floor_divide(thread, numerator, denominator));
  Ref<> product = TRY(int_multiply(thread, quotient, denominator));
  Ref<> rest = TRY(int_subtract(thread, numerator, product));
  rest = TRY(int_add(thread, rest, rest));
  // The rest has the denominator's sign: compare twice its size with the denominator.
  const bool more = int_sign(denominator) > 0 ? int_less(denominator, rest) : int_less(rest, denominator);
  bool up = more;
  if (!more && int_equal(rest, denominator)) {
    Ref<> odd = TRY(integer_binary(thread, BinaryOp::bit_and, quotient, Value::integer(1)));
    up = odd.value() == Value::integer(1);
  }
  return up ? int_add(thread, quotient, Value::integer(1)) : Result<Ref<>>(std::move(quotient));
}

Result<Ref<>> total_int(Thread& thread, const Delta& delta) { return make_integer128(thread, delta.total()); }

namespace {

bool both_deltas(Value left, Value right) { return is<Delta>(left) && is<Delta>(right); }

// delta times or divided by a float, exactly, then rounded once.
Result<Ref<>> scale_by_float(Thread& thread, const Delta& delta, Value factor, BinaryOp op) {
  Ref<> ratio = TRY(call_method(thread, factor, "as_integer_ratio"));
  if (!is<Tuple>(ratio)) {
    return raise(thread, types.TypeError, "unexpected return type from as_integer_ratio(): expected tuple, got '{}'",
                 type_of(ratio));
  }
  Tuple& parts = as<Tuple>(ratio);
  if (parts.length != 2 || !is_integer(parts[0]) || !is_integer(parts[1])) {
    return raise(thread, types.ValueError, "as_integer_ratio() must return a 2-tuple");
  }
  const bool times = op == BinaryOp::multiply;
  Ref<> total = TRY(total_int(thread, delta));
  Ref<> product = TRY(int_multiply(thread, total, times ? parts[0] : parts[1]));
  Ref<> quotient = TRY(divide_nearest(thread, product, times ? parts[1] : parts[0]));
  return delta_from_int(thread, quotient);
}

Result<Ref<>> on_totals(Thread& thread, BinaryOp op, Value left, Value right) {
  Ref<> a = TRY(total_int(thread, as<Delta>(left)));
  Ref<> b = TRY(total_int(thread, as<Delta>(right)));
  return binary(thread, op, a, b);
}

}  // namespace

Result<Ref<>> delta_add(Thread& thread, Value left, Value right) {
  if (!both_deltas(left, right)) return not_implemented();
  return make_delta(thread, as<Delta>(left).total() + as<Delta>(right).total());
}
Result<Ref<>> delta_subtract(Thread& thread, Value left, Value right) {
  if (!both_deltas(left, right)) return not_implemented();
  return make_delta(thread, as<Delta>(left).total() - as<Delta>(right).total());
}

Result<Ref<>> delta_multiply(Thread& thread, Value left, Value right) {
  const bool delta_first = is<Delta>(left);
  const Delta& delta = as<Delta>(delta_first ? left : right);
  const Value factor = delta_first ? right : left;
  if (is_float(factor)) return scale_by_float(thread, delta, factor, BinaryOp::multiply);
  if (!is_integer(factor)) return not_implemented();
  Ref<> total = TRY(total_int(thread, delta));
  Ref<> product = TRY(int_multiply(thread, total, factor));
  return delta_from_int(thread, product);
}

Result<Ref<>> delta_true_divide(Thread& thread, Value left, Value right) {
  if (!is<Delta>(left)) return not_implemented();
  if (is<Delta>(right)) return on_totals(thread, BinaryOp::true_divide, left, right);
  if (is_float(right)) return scale_by_float(thread, as<Delta>(left), right, BinaryOp::true_divide);
  if (!is_integer(right)) return not_implemented();
  Ref<> total = TRY(total_int(thread, as<Delta>(left)));
  Ref<> quotient = TRY(divide_nearest(thread, total, right));
  return delta_from_int(thread, quotient);
}

Result<Ref<>> delta_floor_divide(Thread& thread, Value left, Value right) {
  if (!is<Delta>(left)) return not_implemented();
  if (is<Delta>(right)) return on_totals(thread, BinaryOp::floor_divide, left, right);
  if (!is_integer(right)) return not_implemented();
  Ref<> total = TRY(total_int(thread, as<Delta>(left)));
  Ref<> quotient = TRY(int_floor_divide(thread, total, right));
  return delta_from_int(thread, quotient);
}

Result<Ref<>> delta_remainder(Thread& thread, Value left, Value right) {
  if (!both_deltas(left, right)) return not_implemented();
  Ref<> rest = TRY(on_totals(thread, BinaryOp::remainder, left, right));
  return delta_from_int(thread, rest);
}

Result<Ref<>> delta_divmod(Thread& thread, Value left, Value right) {
  if (!both_deltas(left, right)) return not_implemented();
  Ref<> parts = TRY(on_totals(thread, BinaryOp::divmod, left, right));
  Ref<> rest = TRY(delta_from_int(thread, as<Tuple>(parts)[1]));
  return Ref<>(TRY(Tuple::from(thread, {as<Tuple>(parts)[0], rest})));
}

Result<Ref<>> delta_negative(Thread& thread, Value self) { return make_delta(thread, -as<Delta>(self).total()); }
Result<Ref<>> delta_positive(Thread& thread, Value self) { return make_delta(thread, as<Delta>(self).total()); }
Result<Ref<>> delta_absolute(Thread& thread, Value self) {
  const i128 total = as<Delta>(self).total();
  return make_delta(thread, total < 0 ? -total : total);
}

}  // namespace py::datetime
