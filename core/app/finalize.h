// The end of the program's own modules: their globals are dropped while everything still works, so that __del__ methods
// run. Threads: the main thread, after threading's and atexit's part of the shutdown; daemon threads may still run.
#pragma once
#include "memory/thread.h"

namespace py {

void finalize_modules(Thread& thread);

}  // namespace py
