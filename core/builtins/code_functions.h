// eval, exec, globals, locals and __import__ for the module builtins.
#pragma once
#include "core/bind/define.h"

namespace py {

Result<void> add_code_functions(Thread& thread, Module& module);

}  // namespace py
