// The import lock: reentrant, process-wide, held for moments only. importlib guards its table of module locks by it, and a
// fork holds it so that the child finds that table whole.
// Threads: any. Python code runs while it is held, so waiting for it is a safepoint; signals do not end the wait.
#pragma once
#include "memory/thread.h"

namespace py {

void acquire_import_lock(Thread& thread);
// False when this thread does not hold it.
[[nodiscard]] bool release_import_lock(Thread& thread);
bool is_import_lock_held();

}  // namespace py
