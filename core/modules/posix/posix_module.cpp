// The module `posix`: what os.py shows of the operating system.
#include "core/modules/posix/tables.h"

namespace py {

namespace {

Result<void> initialize(Thread& thread, Module& module) {
  using namespace posix;
  const std::span<const MethodSpec> tables[] = {kStatFunctions,    kFileFunctions,  kTransferFunctions, kPathFunctions,   kDirectoryFunctions,
                                                kProcessFunctions, kSpawnFunctions, kIdentityFunctions, kSystemFunctions, kSchedulerFunctions};
  for (const auto& table : tables) TRY(add_functions_to_module(thread, module, table.data(), table.size()));
  TRY(add_stat_types(thread, module));
  TRY(add_directory_types(thread, module));
  TRY(add_process_types(thread, module));
  TRY(add_system_types(thread, module));
  TRY(add_scheduler_types(thread, module));
  TRY(add_constants(thread, module));
  TRY(add_to_module(thread, module, "error", types.OSError->value()));
  return add_environment(thread, module);
}

}  // namespace

extern const ModuleSpec kPosixModule = {
    "posix", "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard.", nullptr, 0,
    initialize};

}  // namespace py
