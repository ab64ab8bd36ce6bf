// datetime compared, hashed, added to and subtracted. Threads: no state.
#pragma once
#include "core/modules/datetime/objects.h"

namespace py::datetime {

Result<Offset> own_offset(Thread& thread, const DateTime& datetime);
Result<Ref<>> datetime_compare(Thread& thread, Value left, Value right, CompareOp op);
Result<i64> datetime_hash(Thread& thread, Value self);
Result<Ref<>> datetime_add(Thread& thread, Value left, Value right);
Result<Ref<>> datetime_subtract(Thread& thread, Value left, Value right);

}  // namespace py::datetime
