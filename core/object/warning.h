// Warnings issued by native code, and the way from here to the import system. Threads: any.
#pragma once
#include "core/object/type.h"

namespace py {

// warnings.warn(message, category); fails when the filters turn the warning into an exception.
Result<void> warn(Thread& thread, Type& category, std::string_view message);

// Imports a module. Installed at start-up; null before.
extern Result<Ref<>> (*import_hook)(Thread& thread, std::string_view name);

}  // namespace py
