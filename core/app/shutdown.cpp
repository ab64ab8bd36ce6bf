#include "core/app/shutdown.h"

#include "core/importing/bootstrap.h"
#include "core/modules/sys_state.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/error.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/object/str.h"
#include "core/object/type_system.h"
#include "memory/collector.h"
#include "memory/destroy.h"
#include "memory/reclamation.h"
#include "threading/runtime/safepoint.h"
#include "threading/runtime/world.h"

#include <string>
#include <unistd.h>

namespace py {

namespace {

void call_if_loaded(Thread& thread, std::string_view module_name, std::string_view function) {
  const Value found = loaded_modules()->find_str(intern(thread, module_name));
  if (!is<Module>(found)) return;
  Ref<> module = Ref<>::share(found);
  if (call_method(thread, module, function).failed()) report_unraisable(thread, module);
}

// Daemon threads go on until the process ends: nothing may be taken from under them.
bool runs_alone(Thread& thread) {
  const Value found = loaded_modules()->find_str(intern(thread, "_thread"));
  if (!is<Module>(found)) return true;
  Result<Ref<>> count = call_method(thread, found, "_count");
  if (!count.failed()) return count.take().value() == Value::integer(0);
  clear_pending(thread);
  return false;
}

// A thread that was joined may still be on its way out, and what it read lives until it is gone.
void wait_for_ended_threads(Thread& thread) {
  for (int round = 0; round < 400 && live_threads.load() > 1; ++round) {
    Detached detached(thread);
    ::usleep(250);
  }
}

bool is_program_module(const Str& name, Module& module) {
  if (name.equals("__main__")) return true;
  const Value file = as<Dict>(module.dict.peek()).find_str(names::__file__());
  return is<Str>(file) && !as<Str>(file).utf8().starts_with(kStandardLibrary);
}

enum class Hold : u8 { Dictionaries, WeakReferences };

// The program's own modules leave sys.modules. Gives their dictionaries, or weak references to them, the first imported
// last. The library's modules have nothing to say at the end.
Result<Ref<List>> take_program_modules(Thread& thread, Hold hold) {
  Ref<List> modules = TRY(List::make(thread));
  Ref<Tuple> pairs = TRY(loaded_modules()->snapshot(thread, DictPart::Pairs));
  for (isize i = pairs->length - 2; i >= 0; i -= 2) {
    const Value name = (*pairs)[i], module = (*pairs)[i + 1];
    if (!is<Module>(module) || !is<Str>(name) || !is_program_module(as<Str>(name), as<Module>(module))) continue;
    if (hold == Hold::Dictionaries) {
      TRY(modules->append(thread, as<Module>(module).dict.load()));
    } else {
      TRY(modules->append(thread, TRY(call(thread, types.weak_reference->value(), {module}))));
    }
    TRY(loaded_modules()->set(thread, name, None));
  }
  return modules;
}

// Names with one underscore go first: they are what the others use.
bool goes_in_pass(const Str& name, bool first_pass) {
  const bool is_private = name.length() > 0 && name[0] == '_' && !(name.length() > 1 && name[1] == '_');
  return first_pass ? is_private : !name.equals("__builtins__");
}

void clear_names(Thread& thread, Dict& dict) {
  for (bool first_pass : {true, false}) {
    Result<Ref<Tuple>> snapshot = dict.snapshot(thread, DictPart::Keys);
    if (snapshot.failed()) return clear_pending(thread);
    Ref<Tuple> keys = snapshot.take();
    for (isize i = 0; i < keys->length; ++i) {
      if (!is<Str>((*keys)[i]) || !goes_in_pass(as<Str>((*keys)[i]), first_pass)) continue;
      if (dict.set(thread, (*keys)[i], None).failed()) clear_pending(thread);
      if (dict.is_shared()) flush_limbo(thread);
      drain_finalizers(thread);
    }
  }
}

// The dictionary of the module that a weak reference is to; Empty when it is gone.
Ref<> surviving_dictionary(Thread& thread, Value reference) {
  Result<Ref<>> target = call(thread, reference);
  if (target.failed()) {
    clear_pending(thread);
    return Ref<>();
  }
  Ref<> module = target.take();
  return is<Module>(module) ? as<Module>(module).dict.load() : Ref<>();
}

void collect_all(Thread& thread) {
  collect(thread);
  drain_finalizers(thread);
}

}  // namespace

void finish_program(Thread& thread) {
  call_if_loaded(thread, "threading", "_shutdown");
  call_if_loaded(thread, "atexit", "_run_exitfuncs");
  if (!runs_alone(thread)) return;
  wait_for_ended_threads(thread);
  begin_finalizing();
  const bool has_finalizers = classes_have_finalizers();
  Result<Ref<List>> taken = take_program_modules(thread, has_finalizers ? Hold::WeakReferences : Hold::Dictionaries);
  if (taken.failed()) return clear_pending(thread);
  Ref<List> modules = taken.take();
  // With finalisers about, modules are collected as they are, so that these find their globals; a module that somebody
  // keeps loses its names afterwards.
  if (has_finalizers) collect_all(thread);
  for (isize i = 0; i < modules->length(); ++i) {
    Ref<> entry = Ref<>::share(modules->peek(i));
    if (has_finalizers) entry = surviving_dictionary(thread, entry);
    if (is<Dict>(entry)) clear_names(thread, as<Dict>(entry));
  }
  if (has_finalizers) collect_all(thread);
}

}  // namespace py
