// A Decimal as something else: text, numbers, tuples. Threads: no state.
#pragma once
#include "core/modules/decimal/objects.h"

namespace py::decimal {

Result<Ref<Str>> to_text(Thread& thread, const NumberView& value, bool engineering, bool capitals);
Result<Ref<>> decimal_str(Thread& thread, Value self);
Result<Ref<>> decimal_repr(Thread& thread, Value self);
Result<i64> decimal_hash(Thread& thread, Value self);
Result<Ref<>> decimal_integer(Thread& thread, Value self);  // towards zero
Result<Ref<>> decimal_floating(Thread& thread, Value self);
Result<Ref<>> to_integer(Thread& thread, const NumberView& value, Rounding rounding);
Result<Ref<Tuple>> as_integer_ratio(Thread& thread, Decimal& self);
// DecimalTuple(sign, digits, exponent); the class is made at the module's import.
Result<Ref<>> as_tuple(Thread& thread, Decimal& self);
Result<void> add_tuple_class(Thread& thread, Module& module);

// decimal.__format__(specification, override=None)
Result<Ref<Str>> format_decimal(Thread& thread, Decimal& self, Value specification, Value override_dict);
// Comparison with numbers of all kinds.
Result<Ref<>> decimal_compare(Thread& thread, Value left, Value right, CompareOp op);
Result<void> prepare_comparison(Thread& thread);

}  // namespace py::decimal
