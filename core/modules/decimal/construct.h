// Decimals made from other objects. Threads: no state.
#pragma once
#include "core/modules/decimal/objects.h"

namespace py::decimal {

// Decimal(value, context): exact, or InvalidOperation.
Result<Ref<>> construct_exactly(Thread& thread, Type& type, Value value, DecimalContext& context);
// context.create_decimal(value): rounded.
Result<Ref<>> construct_rounded(Thread& thread, Value value, DecimalContext& context);
// The number that a finite or special float is exactly.
Number from_float(double value);
// type.from_float(value) and context.create_decimal_from_float(value): an int or a float.
Result<Ref<>> construct_from_float(Thread& thread, Type& type, Value value);
Result<Ref<>> construct_from_float_rounded(Thread& thread, Value value, DecimalContext& context);

}  // namespace py::decimal
