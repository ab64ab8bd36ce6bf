// compile, eval, exec, globals, locals and __import__ for the module builtins.
#pragma once
#include "core/bind/define.h"

#include <atomic>

namespace py {

// -O: what compile() uses for optimize=-1.
extern std::atomic<int> default_optimization;
Result<void> add_code_functions(Thread& thread, Module& module);
// Whether a module is still running its body.
Result<bool> is_initializing(Thread& thread, Value module);

}  // namespace py
