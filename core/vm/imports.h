// What the import statements do: call builtins.__import__, read names from modules.
#pragma once
#include "core/object/type.h"

namespace py {

// builtins.__import__, for native code that needs a module.
Result<Ref<>> builtin_import(Thread& thread);
Result<Ref<>> import_module(Thread& thread, std::string_view name);
Value import_name(Thread& thread, Value* fp, Str& name, Value level, Value from_list);  // owned or Error
Value import_from(Thread& thread, Value module, Str& name);
Result<void> import_star(Thread& thread, Value module, Value name_space);

}  // namespace py
