// What the files of the module `_signal` share.
#pragma once
#include "core/bind/define.h"

#include <csignal>
#include <span>

namespace py {

Result<void> check_signal_number(Thread& thread, i64 number);
Result<sigset_t> to_signal_set(Thread& thread, Value iterable);
Result<Ref<>> make_signal_set(Thread& thread, const sigset_t& set);

extern const std::span<const MethodSpec> kSignalHandlerFunctions;
extern const std::span<const MethodSpec> kSignalMaskFunctions;
Result<void> add_signal_mask_types(Thread& thread, Module& module);
// Called when the module is made: handlers of signals as the process inherited them.
void read_signal_actions(Thread& thread);

}  // namespace py
