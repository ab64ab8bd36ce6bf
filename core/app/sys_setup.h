// The parts of sys that depend on how the process was started.
#pragma once
#include "core/app/options.h"
#include "core/object/operations.h"

namespace py {

// argv, path, flags, version_info, executable, prefix...: before the import system runs.
Result<void> set_up_sys(Thread& thread, const Options& options, int argc, char** argv);
// sys.path begins with where the program is, except that it must not. After site.
Result<void> add_program_path(Thread& thread, const Options& options);
// stdin, stdout, stderr, and builtins.open: once `io` can be imported.
Result<void> set_up_streams(Thread& thread, const Options& options);

}  // namespace py
