#include "core/modules/registry.h"

namespace py {

std::span<const ModuleSpec* const> native_modules() {
  static constexpr const ModuleSpec* kModules[] = {
      &kAstModule,
      &kAtexitModule,
      &kContextvarsModule,
      &kErrnoModule,
      &kGcModule,
      &kBisectModule,
      &kCodecsModule,
      &kCollectionsModule,
      &kFunctoolsModule,
      &kHeapqModule,
      &kOperatorModule,
      &kHashlibModule,
      &kImpModule,
      &kIoModule,
      &kItertoolsModule,
      &kMarshalModule,
      &kMathModule,
      &kPosixModule,
      &kWarningsModule,
      &kWeakrefModule,
      &kSignalModule,
      &kSreModule,
      &kStringModule,
      &kTimeModule,
      &kUnicodeDataModule,
  };
  return kModules;
}

}  // namespace py
