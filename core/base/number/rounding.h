// The one place where a scaled integer becomes a double. Used by the conversions beside it only. Threads: any.
#pragma once
#include "core/base/types.h"

namespace py::real {

// mantissa * 2**exponent, half to even, including subnormal results. A mantissa whose lowest bit is "sticky" (something
// below was lost) needs at least 55 significant bits. False: overflow.
bool round_scaled(u64 mantissa, i64 exponent, double& result);

}  // namespace py::real
