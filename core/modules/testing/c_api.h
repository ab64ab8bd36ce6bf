// _testcapi: what CPython's test suite asks of an interpreter's native side, answered by weft's own: native functions of
// every signature, calls made by native code, conversions of times. Importable when WEFT_TEST_MODULES is set.
// Threads: no state.
#pragma once
#include "core/bind/define.h"

namespace py::testing {

Result<void> add_methods(Thread& thread, Module& module);           // called_methods.cpp
Result<void> add_calls(Thread& thread, Module& module);             // native_calls.cpp
Result<void> add_time_conversions(Thread& thread, Module& module);  // time_conversions.cpp

}  // namespace py::testing
