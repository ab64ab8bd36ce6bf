// Running what the command line names, and reporting what nobody caught.
#pragma once
#include "core/app/options.h"
#include "core/object/operations.h"

namespace py {

// The exit code of the program.
int run_program(Thread& thread, const Options& options);
// Reports the pending exception through sys.excepthook; the exit code it stands for (SystemExit's, or 1).
int report_uncaught(Thread& thread);

}  // namespace py
