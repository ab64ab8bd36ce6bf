// The methods of decimal.Context.
#include "core/modules/decimal/apply.h"
#include "core/modules/decimal/construct.h"
#include "core/modules/decimal/context.h"
#include "core/modules/decimal/conversion.h"
#include "core/modules/decimal/signals.h"

namespace py::decimal {

namespace {

Result<Ref<>> fused(Thread& thread, DecimalContext& self, Value x, Value y, Value z) {
  const NumberOperand left(thread, x);
  if (!left.valid()) return failure;
  const NumberOperand right(thread, y);
  if (!right.valid()) return failure;
  return apply<fused_multiply_add>(thread, self, left, right, NumberOperand(thread, z));
}
Result<Ref<>> quotient_and_rest(Thread& thread, DecimalContext& self, Value x, Value y) {
  const NumberOperand left(thread, x);
  if (!left.valid()) return failure;
  const NumberOperand right(thread, y);
  if (!right.valid()) return failure;
  return pair_of_quotient_and_rest(thread, self, left.view(), right.view());
}
Result<Ref<>> power_in_context(Thread& thread, DecimalContext& self, Value a, Value b, Value modulo) {
  return power_of(thread, self, a, b, modulo);
}

template <bool question(const NumberView&)>
Result<bool> ask(Thread& thread, DecimalContext&, Value x) {
  const NumberOperand number(thread, x);
  if (!number.valid()) return failure;
  return question(number.view());
}
template <bool question(const NumberView&, const Settings&)>
Result<bool> ask_range(Thread& thread, DecimalContext& self, Value x) {
  const NumberOperand number(thread, x);
  if (!number.valid()) return failure;
  return question(number.view(), self.settings());
}
template <auto copy>
Result<Ref<>> copied(Thread& thread, DecimalContext&, Value x) {
  const NumberOperand number(thread, x);
  return number.valid() ? copy(thread, number.view()) : failure;
}
Result<Ref<>> copied_number(Thread& thread, const NumberView& value) {
  return make_decimal(thread, Number::copy(value));
}
Result<Ref<>> copied_decimal(Thread& thread, DecimalContext& self, Value x) {
  return is<Decimal>(x) ? Result<Ref<>>(Ref<>::share(x)) : copied<copied_number>(thread, self, x);
}
Result<Ref<>> copied_sign(Thread& thread, DecimalContext&, Value x, Value y) {
  const NumberOperand left(thread, x);
  if (!left.valid()) return failure;
  const NumberOperand right(thread, y);
  return right.valid() ? copy_with_sign(thread, left.view(), right.view()) : failure;
}
Result<bool> have_same_quantum(Thread& thread, DecimalContext&, Value x, Value y) {
  const NumberOperand left(thread, x);
  if (!left.valid()) return failure;
  const NumberOperand right(thread, y);
  if (!right.valid()) return failure;
  return same_quantum(left.view(), right.view());
}
Result<Ref<>> canonical(Thread& thread, DecimalContext&, Value x) {
  if (!is<Decimal>(x)) return raise(thread, types.TypeError, "argument must be a Decimal");
  return Ref<>::share(x);
}
Result<bool> is_canonical(Thread& thread, DecimalContext&, Value x) {
  if (!is<Decimal>(x)) return raise(thread, types.TypeError, "argument must be a Decimal");
  return true;
}
Result<Ref<Str>> class_name(Thread& thread, DecimalContext& self, Value x) {
  const NumberOperand number(thread, x);
  if (!number.valid()) return failure;
  return Str::from_ascii(thread, number_class(number.view(), self.settings()));
}
template <bool engineering>
Result<Ref<Str>> text(Thread& thread, DecimalContext& self, Value x) {
  const NumberOperand number(thread, x);
  if (!number.valid()) return failure;
  return to_text(thread, number.view(), engineering, self.capitals.load(std::memory_order_relaxed));
}

Result<Ref<>> radix(Thread& thread, DecimalContext&) { return make_decimal(thread, Number::small(10)); }
isize smallest_exponent(Thread&, DecimalContext& self) { return self.settings().tiny(); }
isize highest_exponent(Thread&, DecimalContext& self) { return self.settings().top(); }
Result<void> clear_flags(Thread&, DecimalContext& self) {
  self.flag_bits().bits.store(0, std::memory_order_relaxed);
  return {};
}
Result<void> clear_traps(Thread&, DecimalContext& self) {
  self.trap_bits().bits.store(0, std::memory_order_relaxed);
  return {};
}
Result<Ref<DecimalContext>> copy(Thread& thread, DecimalContext& self) { return copy_context(thread, self, true); }
Result<Ref<Tuple>> reduce_context(Thread& thread, DecimalContext& self) {
  const Settings settings = self.settings();
  Ref<List> flags = TRY(list_signals(thread, static_cast<u32>(self.flag_bits().bits.load(std::memory_order_relaxed))));
  Ref<List> traps = TRY(list_signals(thread, static_cast<u32>(self.trap_bits().bits.load(std::memory_order_relaxed))));
  Ref<Tuple> arguments = TRY(Tuple::from(
      thread, {Value::integer(settings.precision), rounding_name(settings.rounding), Value::integer(settings.emin),
               Value::integer(settings.emax), Value::integer(self.capitals.load(std::memory_order_relaxed)),
               Value::integer(settings.clamp), flags.value(), traps.value()}));
  return Tuple::from(thread, {type_of_object(self).value(), arguments.value()});
}
Result<Ref<>> create(Thread& thread, DecimalContext& self, Value number) {
  if (number == Unbound) return make_decimal(thread, Number());
  return construct_rounded(thread, number, self);
}
Result<Ref<>> create_from_float(Thread& thread, DecimalContext& self, Value number) {
  return construct_from_float_rounded(thread, number, self);
}

}  // namespace

const MethodSpec kContextMethods[] = {
    def<of_one<absolute>>("abs(x, /)", "The absolute value, rounded."),
    def<of_two<add>>("add(x, y, /)", "The sum."),
    def<canonical>("canonical(x, /)", "The number itself: every Decimal is canonical."),
    def<of_two<compare>>("compare(x, y, /)", "-1, 0 or 1 as x is less than, equal to or greater than y; or a NaN."),
    def<of_two<compare_signal>>("compare_signal(x, y, /)", "The same, but every NaN signals."),
    def<of_two<compare_total>>("compare_total(x, y, /)", "-1, 0 or 1 by the total order of representations."),
    def<of_two<compare_total_magnitude>>("compare_total_mag(x, y, /)", "The same without regard to the signs."),
    def<copied<copy_absolute>>("copy_abs(x, /)", "The number without its sign, unrounded."),
    def<copied_decimal>("copy_decimal(x, /)", "The number as a Decimal."),
    def<copied<copy_negated>>("copy_negate(x, /)", "The number with the other sign, unrounded."),
    def<copied_sign>("copy_sign(x, y, /)", "x with the sign of y."),
    def<of_two<divide>>("divide(x, y, /)", "The quotient."),
    def<of_two<divide_integer>>("divide_int(x, y, /)", "The integer part of the quotient."),
    def<quotient_and_rest>("divmod(x, y, /)", "The integer part of the quotient, and the remainder."),
    def<of_one<exponential>>("exp(x, /)", "e raised to x."),
    def<fused>("fma(x, y, z, /)", "x times y plus z, rounded once."),
    def<is_canonical>("is_canonical(x, /)", "True."),
    def<ask<is_finite>>("is_finite(x, /)", "Whether x is neither infinite nor a NaN."),
    def<ask<is_infinite>>("is_infinite(x, /)", "Whether x is infinite."),
    def<ask<is_nan>>("is_nan(x, /)", "Whether x is a NaN of either kind."),
    def<ask_range<is_normal>>("is_normal(x, /)", "Whether x is finite and neither zero nor subnormal."),
    def<ask<is_quiet_nan>>("is_qnan(x, /)", "Whether x is a quiet NaN."),
    def<ask<is_signed>>("is_signed(x, /)", "Whether x has a minus sign."),
    def<ask<is_signaling_nan>>("is_snan(x, /)", "Whether x is a signaling NaN."),
    def<ask_range<is_subnormal>>("is_subnormal(x, /)", "Whether x is nonzero and smaller than every normal number."),
    def<ask<is_zero>>("is_zero(x, /)", "Whether x is a zero."),
    def<of_one<natural_logarithm>>("ln(x, /)", "The natural logarithm."),
    def<of_one<common_logarithm>>("log10(x, /)", "The logarithm to base ten."),
    def<of_one<exponent_of>>("logb(x, /)", "The exponent of the first digit."),
    def<of_two<logical_and>>("logical_and(x, y, /)", "Digits that are one in both numbers."),
    def<of_one<logical_invert>>("logical_invert(x, /)", "Zeros for ones and ones for zeros."),
    def<of_two<logical_or>>("logical_or(x, y, /)", "Digits that are one in either number."),
    def<of_two<logical_xor>>("logical_xor(x, y, /)", "Digits that are one in just one of the numbers."),
    def<of_two<maximum>>("max(x, y, /)", "The larger number; a number rather than a quiet NaN."),
    def<of_two<maximum_magnitude>>("max_mag(x, y, /)", "The number of larger magnitude."),
    def<of_two<minimum>>("min(x, y, /)", "The smaller number; a number rather than a quiet NaN."),
    def<of_two<minimum_magnitude>>("min_mag(x, y, /)", "The number of smaller magnitude."),
    def<of_one<minus>>("minus(x, /)", "0 - x."),
    def<of_two<multiply>>("multiply(x, y, /)", "The product."),
    def<of_one<next_minus>>("next_minus(x, /)", "The largest number below x."),
    def<of_one<next_plus>>("next_plus(x, /)", "The smallest number above x."),
    def<of_two<next_toward>>("next_toward(x, y, /)", "The number next to x in the direction of y."),
    def<of_one<reduce>>("normalize(x, /)", "x rounded, without trailing zeros."),
    def<class_name>("number_class(x, /)", "The class of x, such as '+Normal', '-Zero' or 'sNaN'."),
    def<of_one<plus>>("plus(x, /)", "0 + x."),
    def<power_in_context>("power(a, b, modulo=None)", "a raised to b, modulo a number if one is given."),
    def<of_two<quantize>>("quantize(x, y, /)", "x rounded to the exponent of y."),
    def<radix>("radix()", "Decimal(10)."),
    def<of_two<remainder>>("remainder(x, y, /)", "The remainder of the integer division, with the sign of x."),
    def<of_two<remainder_near>>("remainder_near(x, y, /)", "x - y * n, for the integer n nearest to x / y."),
    def<of_two<rotate>>("rotate(x, y, /)", "x with its digits rotated by y places."),
    def<have_same_quantum>("same_quantum(x, y, /)", "Whether the exponents are equal."),
    def<of_two<scale_by>>("scaleb(x, y, /)", "x with y added to its exponent."),
    def<of_two<shift>>("shift(x, y, /)", "x with its digits shifted by y places."),
    def<of_one<square_root>>("sqrt(x, /)", "The square root."),
    def<of_two<subtract>>("subtract(x, y, /)", "The difference."),
    def<text<true>>("to_eng_string(x, /)", "The number as text in engineering notation."),
    def<text<false>>("to_sci_string(x, /)", "The number as text in scientific notation."),
    def<of_one<to_integral_value>>("to_integral(x, /)", "The nearest integer, by the context's rounding."),
    def<of_one<to_integral_exact>>("to_integral_exact(x, /)", "The same, signaling Inexact and Rounded."),
    def<of_one<to_integral_value>>("to_integral_value(x, /)", "The nearest integer, by the context's rounding."),
    def<of_one<plus>>("_apply(x, /)", "x rounded."),
    def<smallest_exponent>("Etiny()", "The exponent of the last digit of the smallest subnormal number."),
    def<highest_exponent>("Etop()", "The highest exponent of a number with all digits of the precision."),
    def<clear_flags>("clear_flags()", "Forget all signals that occurred."),
    def<clear_traps>("clear_traps()", "Let no signal raise an exception."),
    def<copy>("copy()", "A context with the same settings and flags."),
    def<copy>("__copy__()", nullptr),
    def<reduce_context>("__reduce__()", nullptr),
    def<create>("create_decimal(num=\"0\", /)", "A Decimal from a number, a text or a tuple, rounded."),
    def<create_from_float>("create_decimal_from_float(f, /)", "A Decimal from a float or an int, rounded."),
};
const usize kContextMethodCount = std::size(kContextMethods);

}  // namespace py::decimal
