#include "core/app/finalize.h"

#include "core/importing/bootstrap.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/object/str.h"
#include "memory/collector.h"

namespace py {

namespace {

// Finalisers run at a poll; what they raise has been reported.
void run_finalizers(Thread& thread) {
  if (!poll(thread)) report_unraisable(thread, None);
}

enum class Pass : u8 { Private, Rest };

// Names with one leading underscore go first: they are helpers of the others.
bool belongs_to(const Str& name, Pass pass) {
  const bool is_private = name.length() > 1 && name[0] == '_' && name[1] != '_';
  return is_private == (pass == Pass::Private) && !name.equals("__builtins__");
}

void clear_globals(Thread& thread, Dict& globals) {
  for (Pass pass : {Pass::Private, Pass::Rest}) {
    Result<Ref<Tuple>> listed = globals.snapshot(thread, DictPart::Keys);
    if (listed.failed()) return clear_pending(thread);
    Ref<Tuple> keys = listed.take();
    for (isize i = 0; i < keys->length; ++i) {
      if (!is<Str>((*keys)[i]) || !belongs_to(as<Str>((*keys)[i]), pass)) continue;
      if (globals.set(thread, (*keys)[i], None).failed()) clear_pending(thread);
      run_finalizers(thread);
    }
  }
}

// The standard library stays as it is until the process ends: finalisers need it, and it has none of its own.
bool is_library(Thread& thread, Module& module) {
  const Value file = as<Dict>(module.dict.peek()).find_str(intern(thread, "__file__"));
  const Value name = as<Dict>(module.dict.peek()).find_str(names::__name__());
  if (is<Str>(name) && as<Str>(name).equals("__main__")) return false;
  return !is<Str>(file) || as<Str>(file).utf8().starts_with(std::string(kStandardLibrary) + "/");
}

// Takes the program's own modules out of sys.modules, `__main__` last; weak references to them in that order.
Result<Ref<List>> forget_own_modules(Thread& thread) {
  Ref<List> references = TRY(List::make(thread));
  Ref<Tuple> names = TRY(loaded_modules()->snapshot(thread, DictPart::Keys));
  auto forget = [&](Value name) -> Result<void> {
    Ref<> module = TRY(loaded_modules()->get(thread, name));
    if (module.is_empty() || !is<Module>(module) || is_library(thread, as<Module>(module))) return {};
    TRY(references->append(thread, TRY(call(thread, types.weak_reference->value(), {module}))));
    return loaded_modules()->set(thread, name, None);
  };
  const Value main_name = intern(thread, "__main__").value();
  for (isize i = names->length - 1; i >= 0; --i) {
    if ((*names)[i] != main_name) TRY(forget((*names)[i]));
  }
  TRY(forget(main_name));
  return references;
}

}  // namespace

// First as the collector sees it: finalisers of what only the modules held still find all globals. Modules that something
// else keeps are emptied name by name.
void finalize_modules(Thread& thread) {
  Result<Ref<List>> forgotten = forget_own_modules(thread);
  if (forgotten.failed()) return clear_pending(thread);
  Ref<List> references = forgotten.take();
  collect(thread);
  run_finalizers(thread);
  for (isize i = references->length() - 1; i >= 0; --i) {
    Result<Ref<>> module = call(thread, references->peek(i));
    if (module.failed()) {
      clear_pending(thread);
      continue;
    }
    Ref<> alive = module.take();
    if (!is<Module>(alive)) continue;
    Ref<> globals = as<Module>(alive).dict.load();
    clear_globals(thread, as<Dict>(globals));
  }
  collect(thread);
  run_finalizers(thread);
}

}  // namespace py
