// Jumps of a trace function: frame.f_lineno = line.
//
// What a temporary register holds at an instruction follows from the instructions before it. A jump may leave blocks, and
// change from one block into another of the same kind, but not enter any: the code at its end finds the temporaries it needs.
// Threads: the frame is the one of the calling thread whose line is being reported.
#pragma once
#include "core/vm/frame.h"

namespace py {

// ValueError: there is no way to the line.
Result<void> jump_to_line(Thread& thread, Value* fp, i64 line);

}  // namespace py
