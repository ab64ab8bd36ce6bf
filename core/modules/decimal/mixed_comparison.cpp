// Decimals compared with numbers of all kinds: exactly, whatever the context.
#include "core/modules/decimal/construct.h"
#include "core/modules/decimal/conversion.h"
#include "core/object/layout.h"
#include "core/vm/imports.h"

namespace py::decimal {

namespace {

GlobalRef rational;  // numbers.Rational

bool is_equality(CompareOp op) { return op == CompareOp::Equal || op == CompareOp::NotEqual; }

Result<Ref<>> compare_views(Thread& thread, const NumberView& left, const NumberView& right, CompareOp op) {
  if (UNLIKELY(left.is_nan() || right.is_nan())) {
    const bool signals = left.kind == Kind::SignalingNan || right.kind == Kind::SignalingNan;
    if (signals || !is_equality(op)) TRY(report(thread, *TRY(active_context(thread)), kInvalidOperation));
    return Ref<>::adopt(Value::boolean(op == CompareOp::NotEqual));
  }
  return Ref<>::adopt(Value::boolean(holds(compare_finite(left, right), 0, op)));
}

// Equality is decided without raising an exception.
Result<void> note_float(Thread& thread, CompareOp op) {
  DecimalContext& context = *TRY(active_context(thread));
  if (!is_equality(op)) return report(thread, context, kFloatOperation);
  context.flag_bits().bits.fetch_or(kFloatOperation, std::memory_order_relaxed);
  return {};
}

Result<Ref<>> compare_with_float(Thread& thread, const NumberView& left, double right, CompareOp op) {
  TRY(note_float(thread, op));
  const Number exact = from_float(right);
  if (exact.coefficient.failed()) return raise_memory_error(thread);
  return compare_views(thread, left, exact.view(), op);
}

// left * denominator with numerator.
Result<Ref<>> compare_with_rational(Thread& thread, const NumberView& left, Value right, CompareOp op) {
  Ref<> numerator = TRY(get_attribute(thread, right, "numerator"));
  Ref<> denominator = TRY(get_attribute(thread, right, "denominator"));
  const Operand upper(numerator), lower(denominator);
  if (!upper.valid() || !lower.valid()) return Ref<>::adopt(NotImplemented);
  if (left.is_special()) return compare_views(thread, left, upper.view(), op);
  const Number product{big::multiply(left.coefficient, lower.view().coefficient), left.exponent, left.negative};
  if (product.coefficient.failed()) return raise_memory_error(thread);
  return compare_views(thread, product.view(), upper.view(), op);
}

}  // namespace

Result<Ref<>> decimal_compare(Thread& thread, Value left, Value right, CompareOp op) {
  const NumberView self = as<Decimal>(left).view();
  const Operand other(right);
  if (LIKELY(other.valid())) return compare_views(thread, self, other.view(), op);
  if (is_float(right)) return compare_with_float(thread, self, float_value(right), op);
  if (is<Complex>(right)) {
    const Complex& complex = as<Complex>(right);
    if (!is_equality(op)) return Ref<>::adopt(NotImplemented);
    if (complex.imaginary != 0) return Ref<>::adopt(Value::boolean(op == CompareOp::NotEqual));
    return compare_with_float(thread, self, complex.real, op);
  }
  if (!TRY(is_instance(thread, right, rational.peek()))) return Ref<>::adopt(NotImplemented);
  return compare_with_rational(thread, self, right, op);
}

Result<void> prepare_comparison(Thread& thread) {
  Ref<> numbers = TRY(import_module(thread, "numbers"));
  rational.set(TRY(get_attribute(thread, numbers, "Rational")));
  Ref<> number = TRY(get_attribute(thread, numbers, "Number"));
  TRY(call_method(thread, number, "register", {decimal_type->value()}));
  return {};
}

}  // namespace py::decimal
