// What the import statements do: call builtins.__import__, read names from modules.
#pragma once
#include "core/object/type.h"

namespace py {

Value import_name(Thread& thread, Value* fp, Str& name, Value level, Value from_list);  // owned or Error
Value import_from(Thread& thread, Value module, Str& name);
Result<void> import_star(Thread& thread, Value module, Value name_space);

}  // namespace py
