// An operation applied to Python operands in a context: what the methods of Decimal and of Context have in common.
// Threads: no state.
#pragma once
#include "core/modules/decimal/objects.h"

namespace py::decimal {

template <auto operation, class... Operands>
INLINE Result<Ref<>> apply(Thread& thread, DecimalContext& context, const Operands&... operands) {
  if (UNLIKELY(!(operands.valid() && ...))) return failure;
  u32 conditions = 0;
  const Number result = operation(operands.view()..., context.settings(), conditions);
  return finish(thread, context, result, conditions);
}

// False: it is not for the quick operations.
INLINE bool to_quick(Value value, QuickNumber& result) {
  if (LIKELY(is<Decimal>(value))) {
    const Decimal& decimal = *static_cast<Decimal*>(value.object());
    if (UNLIKELY(decimal.limbs > Decimal::kInlineLimbs || decimal.kind != Kind::Finite)) return false;
    result = {u128{decimal.words[1]} << 64 | decimal.words[0], decimal.exponent, decimal.negative};
    return true;
  }
  if (!value.is_int()) return false;
  const i64 number = value.as_int();
  result = {static_cast<u64>(number < 0 ? -number : number), 0, number < 0};
  return true;
}

// Whether the operation has a quick form that takes these operands; then `result` is settled or failed.
template <BinaryOperation* operation>
INLINE bool apply_quickly(Thread& thread, DecimalContext& context, Value left, Value right, Result<Ref<>>& result) {
  if constexpr (quick_form<operation> != nullptr) {
    QuickNumber first, second, number;
    u32 conditions = 0;
    if (UNLIKELY(!to_quick(left, first) || !to_quick(right, second))) return false;
    if (UNLIKELY(!quick_form<operation>(first, second, context.settings(), number, conditions))) return false;
    result = finish(thread, context, number, conditions);
    return true;
  }
  return false;
}

// An operand that must be a number: TypeError.
class NumberOperand : public Operand {
 public:
  NumberOperand(Thread& thread, Value value) : Operand(value) {
    if (UNLIKELY(!valid())) (void)raise_not_convertible(thread, value);
  }
};

// The method of Context.
template <UnaryOperation* operation>
Result<Ref<>> of_one(Thread& thread, DecimalContext& self, Value x) {
  return apply<operation>(thread, self, NumberOperand(thread, x));
}
template <BinaryOperation* operation>
Result<Ref<>> of_two(Thread& thread, DecimalContext& self, Value x, Value y) {
  Result<Ref<>> quick = failure;
  if (apply_quickly<operation>(thread, self, x, y, quick)) return quick;
  const NumberOperand left(thread, x);
  if (!left.valid()) return failure;
  return apply<operation>(thread, self, left, NumberOperand(thread, y));
}

// The method of Decimal.
template <UnaryOperation* operation>
Result<Ref<>> in_context(Thread& thread, Decimal& self, ContextArgument context) {
  return apply<operation>(thread, *context, Operand(self.value()));
}
template <BinaryOperation* operation>
Result<Ref<>> with_other(Thread& thread, Decimal& self, Value other, ContextArgument context) {
  return apply<operation>(thread, *context, Operand(self.value()), NumberOperand(thread, other));
}

// Results that no context has a say in.
inline Result<Ref<>> copy_absolute(Thread& thread, const NumberView& value) {
  return make_decimal(thread, Number::copy(value.absolute()));
}
inline Result<Ref<>> copy_negated(Thread& thread, const NumberView& value) {
  return make_decimal(thread, Number::copy(value.negated()));
}
inline Result<Ref<>> copy_with_sign(Thread& thread, const NumberView& value, const NumberView& sign) {
  return make_decimal(thread, Number::copy({value.coefficient, value.exponent, sign.negative, value.kind}));
}

inline bool is_finite(const NumberView& value) { return value.is_finite(); }
inline bool is_infinite(const NumberView& value) { return value.is_infinite(); }
inline bool is_nan(const NumberView& value) { return value.is_nan(); }
inline bool is_quiet_nan(const NumberView& value) { return value.kind == Kind::QuietNan; }
inline bool is_signaling_nan(const NumberView& value) { return value.kind == Kind::SignalingNan; }
inline bool is_signed(const NumberView& value) { return value.negative; }
inline bool is_zero(const NumberView& value) { return value.is_zero(); }

Result<Ref<>> pair_of_quotient_and_rest(Thread& thread, DecimalContext& context, const NumberView& left,
                                        const NumberView& right);
// modulus Unbound or None: none.
Result<Ref<>> power_of(Thread& thread, DecimalContext& context, Value base, Value exponent, Value modulus);

}  // namespace py::decimal
