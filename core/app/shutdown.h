// The end of a program: threads are waited for, atexit callbacks run, and what the program's modules hold is let go, so
// that finalisers run and files are closed.
#pragma once
#include "memory/thread.h"

namespace py {

void finish_program(Thread& thread);

}  // namespace py
