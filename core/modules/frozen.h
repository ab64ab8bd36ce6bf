// Frozen modules: the part of the standard library that every start imports. Their compiled code is found by name alone,
// past the path and its finders; tracebacks call their files <frozen name>.
// Threads: any; the table is constant.
#pragma once
#include "core/object/code.h"
#include "core/object/operations.h"

#include <span>

namespace py {

struct FrozenModule {
  std::string_view name;
  std::string_view file;    // below the standard library's folder
  std::string_view origin;  // the module whose code it is
  bool is_package = false;
};

std::span<const FrozenModule> frozen_modules();
// Null when there is none of that name, or while a test has switched them off.
const FrozenModule* find_frozen(const Str& name);
// _imp._override_frozen_modules_for_tests: 1 on, -1 off, 0 as the interpreter was started.
void override_frozen_modules(int override_with);
extern bool use_frozen_modules;  // -X frozen_modules

// Set by core/importing: the compiled module.
extern Result<Ref<Code>> (*frozen_code_hook)(Thread& thread, const FrozenModule& module);

}  // namespace py
