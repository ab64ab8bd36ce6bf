#include "core/object/number.h"

#include "core/base/number/float_format.h"
#include "core/object/allocate.h"
#include "core/object/str.h"
#include "core/object/attributes.h"
#include "core/object/casts.h"
#include "core/object/int_math.h"

#include <cmath>
#include <limits>

namespace py {

namespace {

Value special_floats[4];  // 0.0, -0.0, inf, -inf: too common to allocate each time

usize integer_size(const Object& object) {
  const BigInteger& integer = static_cast<const BigInteger&>(object);
  const usize bytes = sizeof(BigInteger) + 8 * usize{integer.view().size};
  return bytes + (type_of_object(object).has(TypeFlag::HasDict) ? 8 : 0);
}

void integer_visit(Object& object, Visitor& visitor) {
  if (type_of_object(object).has(TypeFlag::HasDict)) visitor.visit(overflow_field(object, type_of_object(object)));
}

usize fixed_size(const Object& object) { return type_of_object(object).allocation_size(); }

Result<Ref<>> box_integer(Thread& thread, Type& type, BigView value) {
  const bool has_dict = type.has(TypeFlag::HasDict);
  const usize bytes = sizeof(BigInteger) + 8 * usize{value.size} + (has_dict ? 8 : 0);
  Ref<BigInteger> integer = TRY(allocate<BigInteger>(thread, type, bytes));
  integer->signed_size = value.negative ? -i64{value.size} : i64{value.size};
  if (value.size) integer->limbs()[0] = value.limbs[0];
  if (value.size > 1) std::memcpy(integer->limbs() + 1, value.limbs + 1, 8 * usize{value.size - 1});
  if (has_dict) reinterpret_cast<Field*>(integer->limbs() + value.size)->initialize(Empty);
  return Ref<>(std::move(integer));
}

}  // namespace

const ObjectOps BigInteger::kOps = {.name = "int", .visit = integer_visit, .release = nullptr, .size = integer_size,
                                    .only_attributes = true};
const ObjectOps BoxedFloat::kOps = {.name = "float", .visit = visit_attributes, .release = release_attributes,
                                    .size = fixed_size, .only_attributes = true};
const ObjectOps Complex::kOps = {.name = "complex", .visit = visit_attributes, .release = release_attributes,
                                 .size = fixed_size, .only_attributes = true};

Result<Ref<>> make_integer(Thread& thread, BigView value) {
  if (value.size == 0) return Ref<>::adopt(Value::integer(0));
  if (value.size == 1 && value.limbs[0] <= u64{1} << 61) {
    const i64 small = value.negative ? -static_cast<i64>(value.limbs[0]) : static_cast<i64>(value.limbs[0]);
    if (Value::fits_integer(small)) return Ref<>::adopt(Value::integer(small));
  }
  return box_integer(thread, *types.int_, value);
}

Result<Ref<>> make_integer(Thread& thread, BigInt&& value) {
  if (value.failed()) return raise_memory_error(thread);
  return make_integer(thread, value.view());
}

Result<Ref<>> make_integer_of(Thread& thread, Type& type, Value integer) {
  return box_integer(thread, type, IntegerView(integer));
}

Result<Ref<>> plain_integer(Thread& thread, Value integer) {
  if (integer.is_int()) return Ref<>::adopt(integer);
  if (integer.is_bool()) return Ref<>::adopt(Value::integer(integer == True));
  if (&type_of(integer) == types.int_) return Ref<>::share(integer);
  return make_integer(thread, static_cast<BigInteger*>(integer.object())->view());
}

bool integer_fits(Value integer, i64& result) {
  if (integer.is_int()) {
    result = integer.as_int();
    return true;
  }
  IntegerView view(integer);
  if (!big::fits_i64(view)) return false;
  result = big::to_i64(view);
  return true;
}

Result<Ref<>> make_int(Thread& thread, i64 value) {
  if (LIKELY(Value::fits_integer(value))) return Ref<>::adopt(Value::integer(value));
  return make_integer(thread, SmallBig(value).view());
}

Result<Ref<>> make_int_unsigned(Thread& thread, u64 value) {
  if (LIKELY(value <= static_cast<u64>(Value::kIntMax))) return Ref<>::adopt(Value::integer(static_cast<i64>(value)));
  return make_integer(thread, BigView{&value, 1, false});
}

Result<Ref<>> make_float(Thread& thread, double value) {
  if (LIKELY(Value::fits_float(value))) return Ref<>::adopt(Value::floating_unchecked(value));
  if (value == 0) return Ref<>::adopt(special_floats[std::signbit(value)]);
  if (std::isinf(value)) return Ref<>::adopt(special_floats[2 + std::signbit(value)]);
  Ref<BoxedFloat> boxed = TRY(allocate<BoxedFloat>(thread, *types.float_, sizeof(BoxedFloat)));
  boxed->number = value;
  boxed->reserved = Empty.bits;
  return Ref<>(std::move(boxed));
}

Result<Ref<>> make_complex(Thread& thread, double real, double imaginary) {
  Ref<Complex> complex = TRY(allocate<Complex>(thread, *types.complex, sizeof(Complex)));
  complex->real = real;
  complex->imaginary = imaginary;
  return Ref<>(std::move(complex));
}

void initialize_numbers(Thread& thread) {
  const double values[] = {0.0, -0.0, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (u32 i = 0; i < 4; ++i) {
    Ref<BoxedFloat> boxed = MUST(allocate<BoxedFloat>(thread, *types.float_, sizeof(BoxedFloat)));
    boxed->number = values[i];
    boxed->reserved = Empty.bits;
    make_immortal(boxed.get());
    special_floats[i] = boxed.release()->value();
  }
}

Result<Ref<Str>> float_repr(Thread& thread, double value) {
  const real::ShortText text = real::repr(value);
  return Str::from_ascii(thread, {text.text, text.size});
}

Result<Ref<>> int_from_double(Thread& thread, double number) {
  constexpr double kSmall = static_cast<double>(i64{1} << 61);
  if (LIKELY(std::fabs(number) < kSmall)) return Ref<>::adopt(Value::integer(static_cast<i64>(number)));
  if (std::isnan(number)) return raise(thread, types.ValueError, "cannot convert float NaN to integer");
  if (std::isinf(number)) return raise(thread, types.OverflowError, "cannot convert float infinity to integer");
  return make_integer(thread, big::from_double(number));
}

}  // namespace py
