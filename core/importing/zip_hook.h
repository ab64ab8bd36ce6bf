// The path hook for Zip archives. It stands for zipimport.zipimporter, which is imported when a path leads into a file.
#pragma once
#include "memory/ref.h"

namespace py {

// Needs sys.path_hooks.
Result<void> install_zip_hook(Thread& thread);

}  // namespace py
