#include "core/object/audit.h"

#include "core/object/casts.h"
#include "core/object/sequence.h"
#include "core/object/str.h"
#include "memory/roots.h"

namespace py {

namespace {

GlobalRef hooks;  // List

}  // namespace

std::atomic<bool> has_audit_hooks{false};

Result<void> prepare_audit_hooks(Thread& thread) {
  hooks.set(Ref<>(TRY(List::make(thread))));
  return {};
}

Result<void> tell_audit_hooks(Thread& thread, Str& event, Tuple& arguments) {
  List& list = as<List>(hooks.peek());
  for (isize i = 0; i < list.length(); ++i) {
    Ref<> hook = Ref<>::share(list.peek(i));
    TRY(call(thread, hook, {event.value(), arguments.value()}));
  }
  return {};
}

Result<void> tell_audit_hooks(Thread& thread, std::string_view event, std::initializer_list<Value> arguments) {
  Ref<Tuple> given = TRY(Tuple::from(thread, arguments));
  return tell_audit_hooks(thread, intern(thread, event), *given);
}

Result<void> add_audit_hook(Thread& thread, Value hook) {
  if (audit(thread, "sys.addaudithook", {}).failed()) {
    if (!pending_is(thread, *types.Exception)) return failure;
    clear_pending(thread);  // a hook that objects keeps the new one out, without a word
    return {};
  }
  TRY(as<List>(hooks.peek()).append(thread, hook));
  has_audit_hooks.store(true, std::memory_order_relaxed);
  return {};
}

}  // namespace py
