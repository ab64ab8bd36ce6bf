// decimal.Decimal: its operators and its constructor.
#include "core/modules/decimal/decimal_type.h"

#include "core/bind/subclass_arguments.h"
#include "core/modules/decimal/apply.h"
#include "core/modules/decimal/construct.h"
#include "core/modules/decimal/conversion.h"
#include "core/object/ternary_power.h"

namespace py::decimal {

namespace {

template <BinaryOperation* operation>
Result<Ref<>> operate(Thread& thread, Value left, Value right) {
  DecimalContext& context = *TRY(active_context(thread));
  Result<Ref<>> quick = failure;
  if (LIKELY(apply_quickly<operation>(thread, context, left, right, quick))) return quick;
  const Operand first(left), second(right);
  if (UNLIKELY(!first.valid() || !second.valid())) return Ref<>::adopt(NotImplemented);
  return apply<operation>(thread, context, first, second);
}
template <UnaryOperation* operation>
Result<Ref<>> operate_on_one(Thread& thread, Value self) {
  DecimalContext& context = *TRY(active_context(thread));
  QuickNumber value, result;
  u32 conditions = 0;
  if (LIKELY(to_quick(self, value))) {  // a sign is a sum with zero
    const QuickNumber zero = {0, value.exponent, false};
    const bool negates = operation == &minus || (operation == &absolute && value.negative);
    const bool fits = negates ? quick_subtract(zero, value, context.settings(), result, conditions)
                              : quick_add(zero, value, context.settings(), result, conditions);
    if (LIKELY(fits)) return finish(thread, context, result, conditions);
  }
  return apply<operation>(thread, context, Operand(self));
}
Result<Ref<>> quotient_and_rest(Thread& thread, Value left, Value right) {
  const Operand first(left), second(right);
  if (!first.valid() || !second.valid()) return Ref<>::adopt(NotImplemented);
  return pair_of_quotient_and_rest(thread, *TRY(active_context(thread)), first.view(), second.view());
}
// pow(base, exponent, modulus) with a Decimal among them.
Result<Ref<>> modular_power(Thread& thread, Value base, Value exponent, Value modulus) {
  const Value operands[] = {base, exponent, modulus};
  bool concerned = false;
  for (Value operand : operands) {
    concerned |= is<Decimal>(operand);
    if (!Operand(operand).valid()) return Ref<>::adopt(NotImplemented);
  }
  if (!concerned) return Ref<>::adopt(NotImplemented);
  return power_of(thread, *TRY(active_context(thread)), base, exponent, modulus);
}

Result<bool> decimal_truth(Thread&, Value self) { return !as<Decimal>(self).view().is_zero(); }
Result<Ref<>> real(Thread&, Value self) { return Ref<>::share(self); }
Result<Ref<>> imaginary(Thread& thread, Value) { return make_decimal(thread, Number()); }

Result<Ref<>> decimal_new(Thread& thread, Type& type, const Arguments& given) {
  const Arguments arguments = arguments_for_new(type, *decimal_type, given);
  BIND_ARGUMENTS(bound, "Decimal(value='0', context=None)", arguments);
  const ContextArgument context =
      TRY(FromPython<ContextArgument>::convert(thread, bound[1], ArgumentPlace{bound_spec, 2}));
  if (bound[0] == Unbound) return make_decimal(thread, Number(), &type);
  return construct_exactly(thread, type, bound[0], *context);
}

constexpr PropertySpec kProperties[] = {
    {"real", "The number itself.", real},
    {"imag", "Decimal(0).", imaginary},
};

const TypeSpec& spec() {
  static const TypeSpec spec = {
      .name = "decimal.Decimal",
      .doc =
          "(value='0', context=None)\n--\n\n"
          "A decimal number, exactly as an int, a float, a text, a tuple of sign, digits and exponent, or another "
          "Decimal\n"
          "says. The context only tells whether what is no number raises InvalidOperation or becomes a NaN.",
      .methods = kDecimalMethods,
      .method_count = kDecimalMethodCount,
      .properties = kProperties,
      .property_count = std::size(kProperties),
      .slots = {.repr = decimal_repr,
                .str = decimal_str,
                .hash = decimal_hash,
                .compare = decimal_compare,
                .new_ = decimal_new,
                .truth = decimal_truth,
                .integer = decimal_integer,
                .floating = decimal_floating,
                .negative = operate_on_one<minus>,
                .positive = operate_on_one<plus>,
                .absolute = operate_on_one<absolute>,
                .binary = {operate<add>, operate<subtract>, operate<multiply>, nullptr, operate<divide>,
                           operate<divide_integer>, operate<remainder>, operate<power>, nullptr, nullptr, nullptr,
                           nullptr, nullptr, quotient_and_rest}},
      .ops = &Decimal::kOps,
      .size = sizeof(Decimal),
      .flags = static_cast<u32>(TypeFlag::Subclassable),
  };
  return spec;
}

}  // namespace

Result<Ref<>> pair_of_quotient_and_rest(Thread& thread, DecimalContext& context, const NumberView& left,
                                        const NumberView& right) {
  u32 conditions = 0;
  const QuotientAndRest parts = divide_with_rest(left, right, context.settings(), conditions);
  if (conditions) TRY(report(thread, context, conditions));
  Ref<> quotient = TRY(make_decimal(thread, parts.quotient));
  Ref<> rest = TRY(make_decimal(thread, parts.rest));
  return Ref<>(TRY(Tuple::from(thread, {quotient.value(), rest.value()})));
}

Result<Ref<>> power_of(Thread& thread, DecimalContext& context, Value base, Value exponent, Value modulus) {
  const NumberOperand first(thread, base);
  if (!first.valid()) return failure;
  const NumberOperand second(thread, exponent);
  if (!second.valid()) return failure;
  if (modulus.is_none()) return apply<power>(thread, context, first, second);
  return apply<power_modulo>(thread, context, first, second, NumberOperand(thread, modulus));
}

Result<void> add_decimal(Thread& thread, Module& module) {
  decimal_type = TRY(add_type_to_module(thread, module, spec()));
  TRY(prepare_comparison(thread));
  native_ternary_power.store(modular_power, std::memory_order_release);
  return add_tuple_class(thread, module);
}

}  // namespace py::decimal
