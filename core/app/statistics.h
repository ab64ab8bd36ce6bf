// -X stats: what a program cost, printed on stderr at its end.
// Threads: the main one, when the program is over.
#pragma once
#include "memory/thread.h"

namespace py {

void print_statistics(Thread& thread);

}  // namespace py
