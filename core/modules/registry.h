// The native modules: each is one table, made into a module object at its import. Threads: constant.
#pragma once
#include "core/bind/define.h"

#include <span>

namespace py {

extern const ModuleSpec kAbcModule;
extern const ModuleSpec kAstModule;
extern const ModuleSpec kAtexitModule;
extern const ModuleSpec kBinasciiModule;
extern const ModuleSpec kBisectModule;
extern const ModuleSpec kCodecsModule;
extern const ModuleSpec kCollectionsModule;
extern const ModuleSpec kContextvarsModule;
extern const ModuleSpec kErrnoModule;
extern const ModuleSpec kFunctoolsModule;
extern const ModuleSpec kGcModule;
extern const ModuleSpec kHeapqModule;
extern const ModuleSpec kOperatorModule;
extern const ModuleSpec kHashlibModule;
extern const ModuleSpec kImpModule;
extern const ModuleSpec kIoModule;
extern const ModuleSpec kItertoolsModule;
extern const ModuleSpec kMarshalModule;
extern const ModuleSpec kMathModule;
extern const ModuleSpec kPosixModule;
extern const ModuleSpec kRandomModule;
extern const ModuleSpec kStructModule;
extern const ModuleSpec kSignalModule;
extern const ModuleSpec kTestingModule;
extern const ModuleSpec kTestingCApiModule;  // only when WEFT_TEST_MODULES is set
extern const ModuleSpec kTimeModule;
extern const ModuleSpec kSysModule;  // made at start-up, not on import
extern const ModuleSpec kWarningsModule;
extern const ModuleSpec kWeakrefModule;
extern const ModuleSpec kSreModule;
extern const ModuleSpec kStringModule;
extern const ModuleSpec kUnicodeDataModule;
extern const ModuleSpec kArrayModule;
extern const ModuleSpec kZlibModule;
extern const ModuleSpec kBlake2Module;
extern const ModuleSpec kMd5Module;
extern const ModuleSpec kSha1Module;
extern const ModuleSpec kSha256Module;
extern const ModuleSpec kSha512Module;
extern const ModuleSpec kSha3Module;
extern const ModuleSpec kPosixSubprocessModule;
extern const ModuleSpec kFcntlModule;
extern const ModuleSpec kSelectModule;
extern const ModuleSpec kJsonModule;
extern const ModuleSpec kSocketModule;
extern const ModuleSpec kPwdModule;
extern const ModuleSpec kGrpModule;
extern const ModuleSpec kResourceModule;
extern const ModuleSpec kTermiosModule;
extern const ModuleSpec kFaultHandlerModule;
extern const ModuleSpec kCmathModule;
extern const ModuleSpec kLocaleModule;
extern const ModuleSpec kSyslogModule;
extern const ModuleSpec kMmapModule;
extern const ModuleSpec kMultiprocessingModule;
extern const ModuleSpec kPosixShmemModule;
extern const ModuleSpec kStatisticsModule;
extern const ModuleSpec kTypingModule;
extern const ModuleSpec kCryptModule;
extern const ModuleSpec kDatetimeModule;
extern const ModuleSpec kDecimalModule;
extern const ModuleSpec kPickleModule;
extern const ModuleSpec kCsvModule;
extern const ModuleSpec kExpatModule;
extern const ModuleSpec kOpcodeModule;
extern const ModuleSpec kSymtableModule;
extern const ModuleSpec kStatModule;
extern const ModuleSpec kBz2Module;
extern const ModuleSpec kLzmaModule;
extern const ModuleSpec kLsprofModule;

std::span<const ModuleSpec* const> native_modules();
// Modules of higher folders (threading/modules, asyncio/modules): set by core/app.
extern std::span<const ModuleSpec* const> (*extra_native_modules)();

}  // namespace py
