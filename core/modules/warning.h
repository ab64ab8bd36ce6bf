// Warnings from native code, by warnings.warn.
#pragma once
#include "core/object/error.h"
#include "core/object/warning.h"

namespace py {

// As warn(); `stack_level` 1 names the Python code that runs, 2 its caller.
Result<void> warn_at(Thread& thread, Type& category, std::string_view text, int stack_level);
// ResourceWarning about an object that was not closed; what goes wrong is reported and forgotten.
void warn_unclosed(Thread& thread, Value object, std::string_view format);

}  // namespace py
