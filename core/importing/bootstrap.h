// Brings the import system up: importlib's own source, from the standard library in place, becomes the modules
// `_frozen_importlib` and `_frozen_importlib_external`.
#pragma once
#include "core/object/operations.h"

#include <string>

namespace py {

inline constexpr std::string_view kStandardLibrary = "/usr/lib/python3.11";

// Needs sys.modules with sys, builtins and _imp.
Result<void> bootstrap_import(Thread& thread);
// The folder for compiled code: $XDG_CACHE_HOME/weft or ~/.cache/weft; empty when there is none.
std::string cache_folder();
// Names this executable: compiled code is good for the one that made it alone, bytecode has no stable form.
std::string executable_tag();

}  // namespace py
