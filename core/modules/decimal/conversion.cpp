#include "core/modules/decimal/conversion.h"

#include "core/base/number/float_format.h"
#include "core/modules/decimal/text.h"
#include "core/object/dict.h"
#include "core/vm/imports.h"

namespace py::decimal {

namespace {

constexpr u64 kHashModulus = (u64{1} << 61) - 1;
constexpr u64 kInverseOfTen = 2075258708292324556;
constexpr i64 kHashOfInfinity = 314159;
static_assert(u128{kInverseOfTen} * 10 % kHashModulus == 1);

u64 power_modulo(u64 base, u64 exponent) {
  u64 result = 1;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result = static_cast<u64>(u128{result} * base % kHashModulus);
    base = static_cast<u64>(u128{base} * base % kHashModulus);
  }
  return result;
}

GlobalRef tuple_class;

Failure refuse_special(Thread& thread, const NumberView& value, const char* wanted) {
  if (value.is_nan()) return raise(thread, types.ValueError, "cannot convert NaN to {}", wanted);
  return raise(thread, types.OverflowError, "cannot convert Infinity to {}", wanted);
}

Result<Ref<>> make_signed(Thread& thread, BigInt&& magnitude, bool negative) {
  if (!magnitude.failed()) magnitude.finish(magnitude.view().size, negative);
  return make_integer(thread, std::move(magnitude));
}

Result<Ref<Tuple>> digit_tuple(Thread& thread, BigView coefficient) {
  ByteBuilder digits;
  if (!append_digits(coefficient, digits)) return raise_memory_error(thread);
  Ref<Tuple> result = TRY(Tuple::allocate(thread, static_cast<isize>(digits.size())));
  for (usize i = 0; i < digits.size(); ++i) result->items()[i].initialize(Value::integer(digits.data()[i] - '0'));
  return result;
}

}  // namespace

Result<Ref<Str>> to_text(Thread& thread, const NumberView& value, bool engineering, bool capitals) {
  ByteBuilder text;
  const Notation notation = engineering ? Notation::Engineering : Notation::Scientific;
  if (!append_text(value, notation, capitals, text)) return raise_memory_error(thread);
  return Str::from_ascii(thread, {text.data(), text.size()});
}

Result<Ref<>> decimal_str(Thread& thread, Value self) {
  const NumberView value = as<Decimal>(self).view();
  const bool surely_plain = value.exponent <= 0 && value.exponent >= -6;
  const bool capitals = surely_plain || TRY(active_context(thread))->capitals.load(std::memory_order_relaxed);
  return Ref<>(TRY(to_text(thread, value, false, capitals)));
}

Result<Ref<>> decimal_repr(Thread& thread, Value self) {
  Ref<> text = TRY(decimal_str(thread, self));
  return format_str(thread, "Decimal('{}')", as<Str>(text));
}

Result<i64> decimal_hash(Thread& thread, Value self) {
  const NumberView value = as<Decimal>(self).view();
  if (value.kind == Kind::SignalingNan) return raise(thread, types.TypeError, "Cannot hash a signaling NaN value");
  if (value.is_nan()) return types.object->slots.hash(thread, self);
  if (value.is_infinite()) return value.negative ? -kHashOfInfinity : kHashOfInfinity;
  const u64 digits = static_cast<u64>(big::hash(value.coefficient));
  const u64 scale = value.exponent >= 0 ? power_modulo(10, static_cast<u64>(value.exponent))
                                        : power_modulo(kInverseOfTen, static_cast<u64>(-value.exponent));
  const i64 hash = static_cast<i64>(u128{digits} * scale % kHashModulus);
  return value.negative ? (hash == 1 ? -2 : -hash) : hash;
}

Result<Ref<>> to_integer(Thread& thread, const NumberView& value, Rounding rounding) {
  if (value.is_special()) return refuse_special(thread, value, "integer");
  Settings settings = kWidest;
  settings.rounding = rounding;
  u32 conditions = 0;
  Number integral = to_integral_value(value, settings, conditions);
  return make_signed(thread, integral_part(integral.view()), value.negative);
}

Result<Ref<>> decimal_integer(Thread& thread, Value self) {
  return to_integer(thread, as<Decimal>(self).view(), Rounding::Down);
}

Result<Ref<>> decimal_floating(Thread& thread, Value self) {
  const NumberView value = as<Decimal>(self).view();
  if (value.kind == Kind::SignalingNan) return raise(thread, types.ValueError, "cannot convert signaling NaN to float");
  if (value.is_nan()) return make_float(thread, value.negative ? -__builtin_nan("") : __builtin_nan(""));
  ByteBuilder text;
  if (!append_text(value, Notation::Scientific, true, text)) return raise_memory_error(thread);
  double result = 0;
  real::parse(text.data(), text.size(), result);
  return make_float(thread, result);
}

Result<Ref<Tuple>> as_integer_ratio(Thread& thread, Decimal& self) {
  const NumberView value = self.view();
  if (value.is_special()) return refuse_special(thread, value, "integer ratio");
  BigInt numerator, denominator = big::from_u64(1);
  if (value.exponent >= 0 || value.is_zero()) {
    numerator = value.is_zero() ? BigInt() : scale_up(value.coefficient, value.exponent);
  } else {
    PowerOfTen power(-value.exponent);
    if (power.failed()) return raise_memory_error(thread);
    BigInt divisor = big::gcd(value.coefficient, power.view());
    numerator = big::floor_divide(value.coefficient, divisor.view());
    denominator = big::floor_divide(power.view(), divisor.view());
  }
  Ref<> upper = TRY(make_signed(thread, std::move(numerator), value.negative));
  Ref<> lower = TRY(make_signed(thread, std::move(denominator), false));
  return Tuple::from(thread, {upper.value(), lower.value()});
}

Result<Ref<>> as_tuple(Thread& thread, Decimal& self) {
  const NumberView value = self.view();
  // A NaN without a payload has no digits.
  const bool empty = value.is_nan() && value.coefficient.is_zero();
  Ref<Tuple> digits = empty ? Ref<Tuple>::share(&Tuple::empty()) : TRY(digit_tuple(thread, value.coefficient));
  Ref<> exponent;
  switch (value.kind) {
    case Kind::Finite: exponent = TRY(make_int(thread, value.exponent)); break;
    case Kind::Infinity: exponent = Ref<>::adopt(Str::character('F')); break;
    case Kind::QuietNan: exponent = Ref<>::adopt(Str::character('n')); break;
    case Kind::SignalingNan: exponent = Ref<>::adopt(Str::character('N')); break;
  }
  return call(thread, tuple_class.peek(), {Value::integer(value.negative), digits.value(), exponent.value()});
}

Result<void> add_tuple_class(Thread& thread, Module& module) {
  Ref<> collections = TRY(import_module(thread, "collections"));
  Ref<> factory = TRY(get_attribute(thread, collections, "namedtuple"));
  Ref<Str> name = TRY(Str::from_ascii(thread, "DecimalTuple"));
  Ref<Str> fields = TRY(Str::from_ascii(thread, "sign digits exponent"));
  Ref<> made = TRY(call(thread, factory, {name.value(), fields.value()}));
  Ref<Str> home = TRY(Str::from_ascii(thread, "decimal"));
  TRY(set_attribute(thread, made, "__module__", home.value()));
  TRY(add_to_module(thread, module, "DecimalTuple", made));
  tuple_class.set(std::move(made));
  return {};
}

}  // namespace py::decimal
