// fork() for native code: the functions of os.register_at_fork run around it.
#pragma once
#include "memory/thread.h"

namespace py::posix {

void run_before_fork(Thread& thread);
void run_after_fork_in_parent(Thread& thread);
void run_after_fork_in_child(Thread& thread);
// All of it: 0 in the child, -1 with errno on failure.
int fork_process(Thread& thread);
// For other modules: called in the child before the program's own functions.
void add_after_fork_in_child(void (*function)(Thread&));

}  // namespace py::posix
