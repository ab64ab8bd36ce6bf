// Ranges as other native code makes and takes them apart.
#pragma once
#include "core/object/function.h"

namespace py {

// The arguments are ints; step is not 0.
Result<Ref<Range>> make_range(Thread& thread, Value start, Value stop, Value step);
Result<Ref<>> iterate_range(Thread& thread, Range& range);
Result<Ref<>> iterate_range_backwards(Thread& thread, Range& range);

}  // namespace py
