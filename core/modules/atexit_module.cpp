#include "core/modules/atexit.h"

#include "core/modules/registry.h"
#include "core/object/dict.h"
#include "core/vm/unraisable.h"
#include "memory/roots.h"

namespace py {

namespace {

// A list of (function, args, kwargs); entries that were unregistered are gone.
GlobalRef registered;

Result<Ref<>> entries(Thread& thread) {
  if (!is<List>(registered.peek())) registered.set(TRY(List::make(thread)));
  return Ref<>::share(registered.peek());
}

Result<Ref<>> atexit_register(Thread& thread, Rest rest, Keywords keywords) {
  if (rest.count == 0) return raise(thread, types.TypeError, "register() takes at least 1 argument (0 given)");
  const Value function = rest.values[0];
  if (!is_callable(function)) return raise(thread, types.TypeError, "the first argument must be callable");
  Ref<Tuple> args = TRY(Tuple::from(thread, rest.values + 1, rest.count - 1));
  Ref<Dict> named = TRY(Dict::make(thread));
  for (u32 i = 0; i < keywords.count(); ++i) TRY(named->set(thread, (*keywords.names)[i], keywords.values[i]));
  Ref<Tuple> entry = TRY(Tuple::from(thread, {function, args.value(), named.value()}));
  Ref<> list = TRY(entries(thread));
  TRY(as<List>(list).append(thread, entry.value()));
  return Ref<>::share(function);
}

// The last entry, removed; Empty when there is none.
Result<Ref<>> take_last(Thread& thread) {
  Ref<> list = TRY(entries(thread));
  if (as<List>(list).length() == 0) return Ref<>();
  return as<List>(list).pop(thread, -1);
}

Result<void> run_all(Thread& thread) {
  for (;;) {
    Ref<> entry = TRY(take_last(thread));
    if (entry.is_empty()) return {};
    Tuple& items = as<Tuple>(entry);
    if (call_with(thread, items[0], as<Tuple>(items[1]), &as<Dict>(items[2])).failed()) {
      report_unraisable_as(thread, items[0], "Exception ignored in atexit callback");
    }
  }
}

Result<void> atexit_run(Thread& thread) { return run_all(thread); }
Result<void> atexit_clear(Thread& thread) {
  Ref<> list = TRY(entries(thread));
  as<List>(list).clear();
  return {};
}
Result<isize> atexit_count(Thread& thread) {
  Ref<> list = TRY(entries(thread));
  return as<List>(list).length();
}
Result<void> atexit_unregister(Thread& thread, Value function) {
  Ref<> list = TRY(entries(thread));
  // Comparing may run Python code that changes the list: a copy is looked at, and entries are found again by identity.
  Ref<Tuple> copy = TRY(as<List>(list).to_tuple(thread));
  for (isize i = 0; i < copy->length; ++i) {
    const Value entry = (*copy)[i];
    if (!TRY(equal(thread, as<Tuple>(entry)[0], function))) continue;
    for (isize at = 0; at < as<List>(list).length(); ++at) {
      if (as<List>(list).peek(at) != entry) continue;
      TRY(as<List>(list).splice(thread, at, at + 1, nullptr, 0));
      break;
    }
  }
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<atexit_register>("register(*args, **kwargs)", "Register a function to be executed upon normal program termination"),
    function<atexit_clear>("_clear()", "Clear the list of previously registered exit functions."),
    function<atexit_unregister>("unregister(func, /)", "Unregister an exit function which was previously registered using atexit.register"),
    function<atexit_run>("_run_exitfuncs()", "Run all registered exit functions."),
    function<atexit_count>("_ncallbacks()", "Return the number of registered exit functions."),
};

}  // namespace

void run_exit_functions(Thread& thread) {
  if (run_all(thread).failed()) report_unraisable(thread, None);
}

extern const ModuleSpec kAtexitModule = {"atexit", "allow programmer to define multiple exit functions to be executed upon normal program termination.",
                                         kFunctions, std::size(kFunctions)};

}  // namespace py
