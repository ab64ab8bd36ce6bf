// The tables of the builtin types, one TypeSpec in each core/builtins/*_type.cpp; initialize.cpp makes the types of
// types.def from them at start-up.
#pragma once
#include "core/bind/define.h"

namespace py {

#define TYPE(member) extern const TypeSpec member##_spec __attribute__((weak));
#include "core/object/types.def"
#undef TYPE

// Makes every builtin type and the values that need them, in dependency order. Once per process.
void initialize_builtin_types(Thread& thread);
// The module `builtins`.
extern const ModuleSpec kBuiltinsModule;

}  // namespace py
