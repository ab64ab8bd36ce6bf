// How much memory the machine has.
// Threads: any.
#pragma once
#include "core/base/types.h"

namespace py {

// More than the machine's memory and swap space together: the system may promise so much, but cannot give it, and would kill the
// program that uses it. What allocates on a program's word asks first, so that there is a MemoryError instead.
bool exceeds_machine(usize bytes);

}  // namespace py
