// "Did you mean: 'x'?" for a NameError or AttributeError that nobody caught.
#pragma once
#include "core/object/function.h"
#include "memory/ref.h"

namespace py {

// The name that the exception's name is a misspelling of, or None. Failures of the objects asked are forgotten.
Result<Ref<>> suggest_name(Thread& thread, Exception& exception);

// Prints the header and the entries of a traceback.
Result<void> print_traceback(Thread& thread, Value traceback, Value stream);
// Prints the exception as sys.excepthook does, suggestions included.
Result<void> print_exception(Thread& thread, Value exception, Value traceback, Value stream);

}  // namespace py
