// Time spans as Python code gives them, in nanoseconds, rounded away from zero so that no wait ends too early. Threads:
// no state.
#pragma once
#include "core/object/operations.h"

namespace py {

// A number of `unit_ns` each; `type_message` is the TypeError's when it is none (null: the usual one). OverflowError.
Result<i64> to_nanoseconds(Thread& thread, Value value, i64 unit_ns, const char* type_message);

}  // namespace py
