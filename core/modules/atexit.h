// atexit: functions to be called before the program ends.
#pragma once
#include "memory/thread.h"

namespace py {

// Calls what is registered, last first; exceptions are reported. At shutdown, and in a child that _exit()s not.
void run_exit_functions(Thread& thread);

}  // namespace py
