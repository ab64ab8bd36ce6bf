// _signal: what signal.py wraps in enums.
#include "core/modules/registry.h"
#include "core/modules/signal_handlers.h"
#include "core/object/dict.h"

#include <sys/time.h>

namespace py {

Value shared_int_handler();

namespace {

struct Constant {
  const char* name;
  int value;
};

Result<void> initialize(Thread& thread, Module& module) {
  const Constant constants[] = {
#define X(name) {#name, static_cast<int>(name)},
#include "core/modules/signal.def"
#undef X
  };
  for (const auto& table : {kSignalHandlerFunctions, kSignalMaskFunctions}) {
    TRY(add_functions_to_module(thread, module, table.data(), table.size()));
  }
  for (const Constant& constant : constants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  TRY(add_int_to_module(thread, module, "SIG_DFL", 0));
  TRY(add_int_to_module(thread, module, "SIG_IGN", 1));
  TRY(add_int_to_module(thread, module, "NSIG", NSIG));
  read_signal_actions(thread);
  // One function, so that signal.getsignal(SIGINT) is signal.default_int_handler.
  if (shared_int_handler().is_object()) TRY(add_to_module(thread, module, "default_int_handler", shared_int_handler()));
  return add_signal_mask_types(thread, module);
}

}  // namespace

extern const ModuleSpec kSignalModule = {"_signal", "This module provides mechanisms to use signal handlers in Python.", nullptr, 0, initialize};

}  // namespace py
