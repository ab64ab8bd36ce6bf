// Warnings from native code, by warnings.warn.
#pragma once
#include "core/object/error.h"

namespace py {

// An error when the filters turn the warning into one. `stack_level` 1 names the Python code that runs.
Result<void> warn(Thread& thread, Type& category, std::string_view text, int stack_level = 1);
// ResourceWarning about an object that was not closed; what goes wrong is reported and forgotten.
void warn_unclosed(Thread& thread, Value object, std::string_view format);

}  // namespace py
