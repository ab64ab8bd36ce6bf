// The parts of the module `posix`, one table for each file of this folder.
#pragma once
#include "core/bind/define.h"

#include <span>

namespace py::posix {

extern const std::span<const MethodSpec> kStatFunctions;
extern const std::span<const MethodSpec> kFileFunctions;
extern const std::span<const MethodSpec> kTransferFunctions;
extern const std::span<const MethodSpec> kPathFunctions;
extern const std::span<const MethodSpec> kDirectoryFunctions;
extern const std::span<const MethodSpec> kProcessFunctions;
extern const std::span<const MethodSpec> kSpawnFunctions;
extern const std::span<const MethodSpec> kIdentityFunctions;
extern const std::span<const MethodSpec> kSystemFunctions;
extern const std::span<const MethodSpec> kTerminalFunctions;
extern const std::span<const MethodSpec> kAttributeFunctions;
extern const std::span<const MethodSpec> kSchedulerFunctions;

Result<void> add_stat_types(Thread& thread, Module& module);
Result<void> add_directory_types(Thread& thread, Module& module);
Result<void> add_process_types(Thread& thread, Module& module);
Result<void> add_system_types(Thread& thread, Module& module);
Result<void> add_scheduler_types(Thread& thread, Module& module);
Result<void> add_constants(Thread& thread, Module& module);
Result<void> add_environment(Thread& thread, Module& module);

}  // namespace py::posix
