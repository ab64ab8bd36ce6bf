// The bounds of a slice for a length of any size.
#pragma once
#include "core/object/function.h"

namespace py {

// Clipped as slice.indices() does it; ints.
struct SliceIndices {
  Ref<> start, stop, step;
};
Result<SliceIndices> slice_indices(Thread& thread, Slice& slice, Value length);

}  // namespace py
