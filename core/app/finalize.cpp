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
  return !is<Str>(file) || as<Str>(file).utf8().starts_with(std::string(kStandardLibrary) + "/");
}

}  // namespace

void finalize_modules(Thread& thread) {
  Result<Ref<Tuple>> listed = loaded_modules()->snapshot(thread, DictPart::Values);
  if (listed.failed()) return clear_pending(thread);
  Ref<Tuple> modules = listed.take();
  const Value main_module = loaded_modules()->find_str(intern(thread, "__main__"));
  if (is<Module>(main_module)) {
    Ref<> globals = as<Module>(main_module).dict.load();
    clear_globals(thread, as<Dict>(globals));
  }
  for (isize i = modules->length - 1; i >= 0; --i) {
    const Value module = (*modules)[i];
    if (!is<Module>(module) || module == main_module || is_library(thread, as<Module>(module))) continue;
    Ref<> globals = as<Module>(module).dict.load();
    clear_globals(thread, as<Dict>(globals));
  }
  collect(thread);
  run_finalizers(thread);
}

}  // namespace py
