#include "core/modules/registry.h"

namespace py {

std::span<const ModuleSpec* const> native_modules() {
  static constexpr const ModuleSpec* kModules[] = {
      &kAstModule,
      &kAtexitModule,
      &kContextvarsModule,
      &kErrnoModule,
      &kGcModule,
      &kBinasciiModule,
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
      &kRandomModule,
      &kSignalModule,
      &kStructModule,
      &kSreModule,
      &kStringModule,
      &kTestingModule,
      &kTimeModule,
      &kUnicodeDataModule,
      &kArrayModule,
      &kZlibModule,
      &kBlake2Module,
      &kMd5Module,
      &kSha1Module,
      &kSha256Module,
      &kSha512Module,
      &kSha3Module,
      &kPosixSubprocessModule,
      &kFcntlModule,
      &kSelectModule,
      &kJsonModule,
      &kSocketModule,
      &kPwdModule,
      &kGrpModule,
      &kResourceModule,
      &kTermiosModule,
      &kFaultHandlerModule,
  };
  return kModules;
}

}  // namespace py
