// format() of exact ints, floats and texts by the usual specifications, [[fill]align][0][width][.precision][type], written
// straight into the result. Signs, groups, alternate forms and all mistakes are left to __format__.
// Threads: any; no state.
#pragma once
#include "core/object/str.h"

namespace py {

// Empty: the value or the specification is not one of these.
Result<Ref<>> quick_format(Thread& thread, Value value, const Str& spec);

}  // namespace py
