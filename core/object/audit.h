// Audit hooks (PEP 578): functions that are told of what a program does, and may stop it by raising.
// Threads: hooks are only ever added; while there are none, an event costs one load.
#pragma once
#include <initializer_list>

#include "core/object/operations.h"

namespace py {

extern std::atomic<bool> has_audit_hooks;

// Makes the list of hooks, once, before there is a second thread.
Result<void> prepare_audit_hooks(Thread& thread);
// Adds a hook, if the ones before agree.
Result<void> add_audit_hook(Thread& thread, Value hook);
Result<void> tell_audit_hooks(Thread& thread, Str& event, Tuple& arguments);
Result<void> tell_audit_hooks(Thread& thread, std::string_view event, std::initializer_list<Value> arguments);

INLINE Result<void> audit(Thread& thread, std::string_view event, std::initializer_list<Value> arguments) {
  if (LIKELY(!has_audit_hooks.load(std::memory_order_relaxed))) return {};
  return tell_audit_hooks(thread, event, arguments);
}

}  // namespace py
