// The function __import__: sys.modules first, then importlib.
#pragma once
#include "core/bind/define.h"

namespace py {

Result<Ref<>> builtin_import_function(Thread& thread, Value name, Value globals, Value locals, Value from_list, isize level);
// importlib._bootstrap takes over; at start-up.
void set_importer(Value bootstrap);
// Whether a module is still running its body.
Result<bool> is_initializing(Thread& thread, Value module);

}  // namespace py
