// The methods of decimal.Decimal.
#include "core/modules/decimal/apply.h"
#include "core/modules/decimal/construct.h"
#include "core/modules/decimal/conversion.h"
#include "core/modules/decimal/decimal_type.h"

namespace py::decimal {

namespace {

// With a rounding of its own, where one is given.
Result<Settings> rounded_settings(Thread& thread, const DecimalContext& context, Value rounding) {
  Settings settings = context.settings();
  if (!rounding.is_none()) settings.rounding = TRY(to_rounding(thread, rounding));
  return settings;
}
template <UnaryOperation* operation>
Result<Ref<>> round_to_integral(Thread& thread, Decimal& self, Value rounding, ContextArgument context) {
  const Settings settings = TRY(rounded_settings(thread, *context, rounding));
  u32 conditions = 0;
  const Number result = operation(self.view(), settings, conditions);
  return finish(thread, *context, result, conditions);
}
Result<Ref<>> quantized(Thread& thread, Decimal& self, Value exp, Value rounding, ContextArgument context) {
  const NumberOperand model(thread, exp);
  if (!model.valid()) return failure;
  const Settings settings = TRY(rounded_settings(thread, *context, rounding));
  u32 conditions = 0;
  const Number result = quantize(self.view(), model.view(), settings, conditions);
  return finish(thread, *context, result, conditions);
}
Result<Ref<>> fused(Thread& thread, Decimal& self, Value other, Value third, ContextArgument context) {
  const NumberOperand right(thread, other);
  if (!right.valid()) return failure;
  return apply<fused_multiply_add>(thread, *context, Operand(self.value()), right, NumberOperand(thread, third));
}

// round(number, n): the digits after the point, or an int.
Result<Ref<>> rounded(Thread& thread, Decimal& self, Value n) {
  if (n.is_none()) return to_integer(thread, self.view(), Rounding::HalfEven);
  if (!is_integer(n)) return raise(thread, types.TypeError, "optional arg must be an integer");
  const i64 places = TRY(to_i64(thread, n, "Python int too large to convert to C ssize_t"));
  DecimalContext& context = *TRY(active_context(thread));
  constexpr i64 kFar = INT64_MAX;
  const Number model = Number::small(1, places == INT64_MIN ? kFar : -places);
  u32 conditions = 0;
  const Number result = quantize(self.view(), model.view(), context.settings(), conditions);
  return finish(thread, context, result, conditions);
}
template <Rounding rounding>
Result<Ref<>> to_integer_by(Thread& thread, Decimal& self) {
  return to_integer(thread, self.view(), rounding);
}

template <bool question(const NumberView&)>
bool ask(Thread&, Decimal& self) {
  return question(self.view());
}
template <bool question(const NumberView&, const Settings&)>
bool ask_range(Thread&, Decimal& self, ContextArgument context) {
  return question(self.view(), context->settings());
}
template <auto copy>
Result<Ref<>> copied(Thread& thread, Decimal& self) {
  return copy(thread, self.view());
}
Result<Ref<>> copied_sign(Thread& thread, Decimal& self, Value other, ContextArgument) {
  const NumberOperand sign(thread, other);
  return sign.valid() ? copy_with_sign(thread, self.view(), sign.view()) : failure;
}
Result<bool> has_same_quantum(Thread& thread, Decimal& self, Value other, ContextArgument) {
  const NumberOperand right(thread, other);
  if (!right.valid()) return failure;
  return same_quantum(self.view(), right.view());
}
Result<Ref<Str>> class_name(Thread& thread, Decimal& self, ContextArgument context) {
  return Str::from_ascii(thread, number_class(self.view(), context->settings()));
}
Result<Ref<Str>> engineering_text(Thread& thread, Decimal& self, ContextArgument context) {
  return to_text(thread, self.view(), true, context->capitals.load(std::memory_order_relaxed));
}

isize adjusted(Thread&, Decimal& self) {
  const NumberView value = self.view();
  return value.is_finite() && !value.is_zero() ? value.adjusted() : value.is_zero() ? value.exponent : 0;
}
Result<Ref<>> itself(Thread&, Decimal& self) { return Ref<>::share(self.value()); }
Result<Ref<>> deep_copy(Thread&, Decimal& self, Value) { return Ref<>::share(self.value()); }
bool always(Thread&, Decimal&) { return true; }
Result<Ref<>> radix(Thread& thread, Decimal&) { return make_decimal(thread, Number::small(10)); }
Result<Ref<Tuple>> reduce_decimal(Thread& thread, Decimal& self) {
  Ref<> text = TRY(decimal_str(thread, self.value()));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {text.value()}));
  return Tuple::from(thread, {type_of_object(self).value(), arguments.value()});
}
Result<Ref<>> complex(Thread& thread, Decimal& self) {
  Ref<> real = TRY(decimal_floating(thread, self.value()));
  return make_complex(thread, float_value(real), 0);
}
isize size_of(Thread&, Decimal& self) {
  const u32 outside = self.limbs > Decimal::kInlineLimbs ? self.limbs : 0;
  return static_cast<isize>(type_of_object(self).allocation_size() + outside * sizeof(u64));
}
Result<Ref<>> from_float_method(Thread& thread, Type& type, Value f) { return construct_from_float(thread, type, f); }

}  // namespace

const MethodSpec kDecimalMethods[] = {
    def<in_context<exponential>>("exp(context=None)", "e raised to this number."),
    def<in_context<natural_logarithm>>("ln(context=None)", "The natural logarithm."),
    def<in_context<common_logarithm>>("log10(context=None)", "The logarithm to base ten."),
    def<in_context<next_minus>>("next_minus(context=None)", "The largest number below this one."),
    def<in_context<next_plus>>("next_plus(context=None)", "The smallest number above this one."),
    def<in_context<reduce>>("normalize(context=None)", "The number rounded, without trailing zeros."),
    def<round_to_integral<to_integral_value>>("to_integral(rounding=None, context=None)", "The nearest integer."),
    def<round_to_integral<to_integral_exact>>("to_integral_exact(rounding=None, context=None)",
                                              "The nearest integer, signaling Inexact and Rounded."),
    def<round_to_integral<to_integral_value>>("to_integral_value(rounding=None, context=None)", "The nearest integer."),
    def<in_context<square_root>>("sqrt(context=None)", "The square root."),
    def<with_other<compare>>("compare(other, context=None)",
                             "-1, 0 or 1 as the number is less than, equal to or greater than the other; or a NaN."),
    def<with_other<compare_signal>>("compare_signal(other, context=None)", "The same, but every NaN signals."),
    def<with_other<maximum>>("max(other, context=None)", "The larger number; a number rather than a quiet NaN."),
    def<with_other<maximum_magnitude>>("max_mag(other, context=None)", "The number of larger magnitude."),
    def<with_other<minimum>>("min(other, context=None)", "The smaller number; a number rather than a quiet NaN."),
    def<with_other<minimum_magnitude>>("min_mag(other, context=None)", "The number of smaller magnitude."),
    def<with_other<next_toward>>("next_toward(other, context=None)", "The number next to this one towards the other."),
    def<quantized>("quantize(exp, rounding=None, context=None)", "The number rounded to the exponent of another one."),
    def<with_other<remainder_near>>("remainder_near(other, context=None)",
                                    "What remains with the nearest integer as quotient."),
    def<fused>("fma(other, third, context=None)", "The number times another plus a third, rounded once."),
    def<ask<is_finite>>("is_finite()", "Whether the number is neither infinite nor a NaN."),
    def<ask<is_infinite>>("is_infinite()", "Whether the number is infinite."),
    def<ask<is_nan>>("is_nan()", "Whether the number is a NaN of either kind."),
    def<ask<is_quiet_nan>>("is_qnan()", "Whether the number is a quiet NaN."),
    def<ask<is_signaling_nan>>("is_snan()", "Whether the number is a signaling NaN."),
    def<ask<is_signed>>("is_signed()", "Whether the number has a minus sign."),
    def<ask<is_zero>>("is_zero()", "Whether the number is a zero."),
    def<always>("is_canonical()", "True."),
    def<ask_range<is_normal>>("is_normal(context=None)",
                              "Whether the number is finite and neither zero nor subnormal."),
    def<ask_range<is_subnormal>>("is_subnormal(context=None)",
                                 "Whether the number is nonzero and smaller than every normal one."),
    def<adjusted>("adjusted()", "The exponent of the first digit; 0 for infinities and NaNs."),
    def<itself>("canonical()", "The number itself: every Decimal is canonical."),
    def<itself>("conjugate()", "The number itself."),
    def<radix>("radix()", "Decimal(10)."),
    def<copied<copy_absolute>>("copy_abs()", "The number without its sign, unrounded."),
    def<copied<copy_negated>>("copy_negate()", "The number with the other sign, unrounded."),
    def<in_context<exponent_of>>("logb(context=None)", "The exponent of the first digit, as a Decimal."),
    def<in_context<logical_invert>>("logical_invert(context=None)", "Zeros for ones and ones for zeros."),
    def<class_name>("number_class(context=None)", "The class of the number, such as '+Normal', '-Zero' or 'sNaN'."),
    def<engineering_text>("to_eng_string(context=None)", "The number as text in engineering notation."),
    def<with_other<compare_total>>("compare_total(other, context=None)",
                                   "-1, 0 or 1 by the total order of representations."),
    def<with_other<compare_total_magnitude>>("compare_total_mag(other, context=None)",
                                             "The same without regard to the signs."),
    def<copied_sign>("copy_sign(other, context=None)", "The number with the sign of the other."),
    def<has_same_quantum>("same_quantum(other, context=None)", "Whether the exponents are equal."),
    def<with_other<logical_and>>("logical_and(other, context=None)", "Digits that are one in both numbers."),
    def<with_other<logical_or>>("logical_or(other, context=None)", "Digits that are one in either number."),
    def<with_other<logical_xor>>("logical_xor(other, context=None)", "Digits that are one in just one of the numbers."),
    def<with_other<rotate>>("rotate(other, context=None)", "The number with its digits rotated."),
    def<with_other<scale_by>>("scaleb(other, context=None)", "The number with the other added to its exponent."),
    def<with_other<shift>>("shift(other, context=None)", "The number with its digits shifted."),
    class_method<from_float_method>("from_float(f, /)", "The exact value of a float or an int."),
    def<as_tuple>("as_tuple()", "A named tuple of sign, digits and exponent."),
    def<as_integer_ratio>("as_integer_ratio()", "Two ints without a common divisor whose quotient is the number."),
    def<itself>("__copy__()", nullptr),
    def<deep_copy>("__deepcopy__(memo, /)", nullptr),
    def<format_decimal>("__format__(format_spec, override=None, /)", nullptr),
    def<reduce_decimal>("__reduce__()", nullptr),
    def<rounded>("__round__(n=None, /)", nullptr),
    def<to_integer_by<Rounding::Ceiling>>("__ceil__()", nullptr),
    def<to_integer_by<Rounding::Floor>>("__floor__()", nullptr),
    def<to_integer_by<Rounding::Down>>("__trunc__()", nullptr),
    def<complex>("__complex__()", nullptr),
    def<size_of>("__sizeof__()", nullptr),
};
const usize kDecimalMethodCount = std::size(kDecimalMethods);

}  // namespace py::decimal
