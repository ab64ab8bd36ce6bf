#include "threading/modules/registry.h"

namespace py {

std::span<const ModuleSpec* const> threading_native_modules() {
  static constexpr const ModuleSpec* kModules[] = {
      &kQueueModule,
      &kThreadModule,
  };
  return kModules;
}

}  // namespace py
