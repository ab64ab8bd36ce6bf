#include "core/modules/decimal/objects.h"

#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py::decimal {

Type *decimal_type, *context_type, *signal_dict_type;

namespace {

usize bytes_of_buffer(usize limbs) { return limbs > Decimal::kInlineLimbs ? limbs * sizeof(u64) : 0; }
usize size_of_decimal(const Object& object) {
  return fixed_size(object) + bytes_of_buffer(static_cast<const Decimal&>(object).limbs);
}

// A Decimal with room for a coefficient of so many limbs; attribute slots are empty.
Result<Ref<Decimal>> allocate_decimal(Thread& thread, const Type& type, usize limbs) {
  const usize bytes = type.allocation_size();
  Ref<Decimal> decimal = TRY(allocate<Decimal>(thread, type, bytes + bytes_of_buffer(limbs)));
  Value* words = reinterpret_cast<Value*>(decimal.get());
  for (usize word = sizeof(Decimal) / sizeof(Value); word < bytes / sizeof(Value); ++word) words[word] = Empty;
  decimal->limbs = static_cast<u32>(limbs);
  if (UNLIKELY(limbs > Decimal::kInlineLimbs)) decimal->buffer = reinterpret_cast<u64*>(words) + bytes / sizeof(u64);
  return decimal;
}

}  // namespace

const ObjectOps Decimal::kOps = {.name = "decimal.Decimal",
                                 .visit = visit_attributes,
                                 .release = release_attributes,
                                 .size = size_of_decimal,
                                 .only_attributes = true};
const ObjectOps SignalDict::kOps = {.name = "decimal.SignalDict",
                                    .visit = visit_attributes,
                                    .release = release_attributes,
                                    .size = fixed_size,
                                    .only_attributes = true};
const ObjectOps DecimalContext::kOps = {"decimal.Context",
                                        visit_fields<DecimalContext, &DecimalContext::flags, &DecimalContext::traps>,
                                        release_attributes, fixed_size};

Result<Ref<>> make_decimal(Thread& thread, const Number& number, Type* type) {
  if (UNLIKELY(number.coefficient.failed())) return raise_memory_error(thread);
  const BigView coefficient = number.coefficient.view();
  Ref<Decimal> decimal = TRY(allocate_decimal(thread, type ? *type : *decimal_type, coefficient.size));
  decimal->exponent = number.exponent;
  decimal->negative = number.negative;
  decimal->kind = number.kind;
  if (UNLIKELY(coefficient.size > Decimal::kInlineLimbs)) {
    std::memcpy(decimal->buffer, coefficient.limbs, coefficient.size * sizeof(u64));
  } else {
    decimal->words[0] = coefficient.size > 0 ? coefficient.limbs[0] : 0;
    decimal->words[1] = coefficient.size > 1 ? coefficient.limbs[1] : 0;
  }
  return Ref<>(std::move(decimal));
}

Result<Ref<>> make_decimal(Thread& thread, const QuickNumber& number) {
  const u64 high = static_cast<u64>(number.coefficient >> 64);
  Ref<Decimal> decimal = TRY(allocate_decimal(thread, *decimal_type, high ? 2 : number.coefficient != 0));
  decimal->exponent = number.exponent;
  decimal->words[0] = static_cast<u64>(number.coefficient);
  decimal->words[1] = high;
  decimal->negative = number.negative;
  decimal->kind = Kind::Finite;
  return Ref<>(std::move(decimal));
}

Failure raise_not_convertible(Thread& thread, Value value) {
  return raise(thread, types.TypeError, "conversion from {} to Decimal is not supported", type_of(value));
}

}  // namespace py::decimal
