#include "core/modules/decimal/objects.h"

#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "memory/buffer.h"

namespace py::decimal {

Type *decimal_type, *context_type, *signal_dict_type;

namespace {

void release_decimal(Object& object) {
  Decimal& decimal = static_cast<Decimal&>(object);
  if (UNLIKELY(decimal.limbs > Decimal::kInlineLimbs)) buffer_free(decimal.buffer);
  release_attributes(object);
}

}  // namespace

const ObjectOps Decimal::kOps = {.name = "decimal.Decimal",
                                 .visit = visit_attributes,
                                 .release = release_decimal,
                                 .size = fixed_size,
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
  u64* buffer = nullptr;
  if (UNLIKELY(coefficient.size > Decimal::kInlineLimbs)) {
    buffer = static_cast<u64*>(buffer_allocate(coefficient.size * sizeof(u64)));
    if (!buffer) return raise_memory_error(thread);
    std::memcpy(buffer, coefficient.limbs, coefficient.size * sizeof(u64));
  }
  Result<Ref<Decimal>> made = new_object<Decimal>(thread, type ? *type : *decimal_type);
  if (UNLIKELY(made.failed())) {
    if (buffer) buffer_free(buffer);
    return failure;
  }
  Ref<Decimal> decimal = made.take();
  decimal->exponent = number.exponent;
  decimal->limbs = coefficient.size;
  decimal->negative = number.negative;
  decimal->kind = number.kind;
  if (buffer) {
    decimal->buffer = buffer;
  } else {
    decimal->words[0] = coefficient.size > 0 ? coefficient.limbs[0] : 0;
    decimal->words[1] = coefficient.size > 1 ? coefficient.limbs[1] : 0;
  }
  return Ref<>(std::move(decimal));
}

Result<Ref<>> make_decimal(Thread& thread, const QuickNumber& number) {
  Ref<Decimal> decimal = TRY(new_object<Decimal>(thread, *decimal_type));
  decimal->exponent = number.exponent;
  decimal->words[0] = static_cast<u64>(number.coefficient);
  decimal->words[1] = static_cast<u64>(number.coefficient >> 64);
  decimal->limbs = decimal->words[1] ? 2 : decimal->words[0] != 0;
  decimal->negative = number.negative;
  decimal->kind = Kind::Finite;
  return Ref<>(std::move(decimal));
}

Failure raise_not_convertible(Thread& thread, Value value) {
  return raise(thread, types.TypeError, "conversion from {} to Decimal is not supported", type_of(value));
}

}  // namespace py::decimal
