// Warnings issued by native code, and the way from here to the import system. Threads: any.
#pragma once
#include "core/object/type.h"

namespace py {

// warnings.warn(message, category); fails when the filters turn the warning into an exception.
Result<void> warn(Thread& thread, Type& category, std::string_view message);

// A conversion method returned an instance of a strict subclass of `wanted`: "__int__ returned non-int (type T). ...".
Result<void> warn_strict_subclass(Thread& thread, std::string_view method, const Type& wanted, const Type& returned);

// Imports a module. Installed at start-up; null before.
extern Result<Ref<>> (*import_hook)(Thread& thread, std::string_view name);

}  // namespace py
