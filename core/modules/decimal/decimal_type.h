// The method table of decimal.Decimal, for its type. Threads: constant.
#pragma once
#include "core/modules/decimal/objects.h"

namespace py::decimal {

extern const MethodSpec kDecimalMethods[];
extern const usize kDecimalMethodCount;

}  // namespace py::decimal
