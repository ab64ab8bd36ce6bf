#include "threading/modules/registry.h"

namespace py {

std::span<const ModuleSpec* const> threading_native_modules() { return {}; }

}  // namespace py
