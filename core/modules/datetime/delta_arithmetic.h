// Sums, products and quotients of timedelta. Threads: no state.
#pragma once
#include "core/modules/datetime/objects.h"

namespace py::datetime {

// The nearest int to numerator / denominator; a tie goes to the even one.
Result<Ref<>> divide_nearest(Thread& thread, Value numerator, Value denominator);
Result<Ref<>> total_int(Thread& thread, const Delta& delta);  // as an int of microseconds

Result<Ref<>> delta_add(Thread& thread, Value left, Value right);
Result<Ref<>> delta_subtract(Thread& thread, Value left, Value right);
Result<Ref<>> delta_multiply(Thread& thread, Value left, Value right);
Result<Ref<>> delta_true_divide(Thread& thread, Value left, Value right);
Result<Ref<>> delta_floor_divide(Thread& thread, Value left, Value right);
Result<Ref<>> delta_remainder(Thread& thread, Value left, Value right);
Result<Ref<>> delta_divmod(Thread& thread, Value left, Value right);
Result<Ref<>> delta_negative(Thread& thread, Value self);
Result<Ref<>> delta_positive(Thread& thread, Value self);
Result<Ref<>> delta_absolute(Thread& thread, Value self);

}  // namespace py::datetime
