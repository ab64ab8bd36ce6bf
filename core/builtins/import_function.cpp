// __import__, and what tracebacks show of it.
#include "core/builtins/import_function.h"

#include "core/base/trace.h"
#include "core/object/audit.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/frame.h"
#include "core/vm/sys_access.h"
#include "memory/roots.h"

namespace py {

namespace {

const Code& code_of(const Traceback& entry) {
  return as<Code>(static_cast<FrameObject*>(entry.frame.peek().object())->code.peek());
}
bool is_importer(const Traceback& entry) {
  const Str& file = as<Str>(code_of(entry).filename.peek());
  return file.equals("<frozen importlib._bootstrap>") || file.equals("<frozen importlib._bootstrap_external>");
}
bool runs_module(const Traceback& entry) { return as<Str>(code_of(entry).name.peek()).equals("_call_with_frames_removed"); }

// A traceback goes from the import statement to the module's body: the frames of the importer between them are cut out.
// What it raised itself, it raised in the import statement, if that is an ImportError; other errors keep its frames.
void hide_importer_frames(Thread& thread) {
  Exception& error = as<Exception>(thread.pending);
  const bool always = pending_is(thread, *types.ImportError);
  Traceback* before_run = nullptr;  // the entry before a run of importer frames
  Traceback* previous = nullptr;
  bool inside = false;
  Ref<> entry = error.traceback.load();
  while (is<Traceback>(entry)) {
    Traceback& at = as<Traceback>(entry);
    Ref<> next = at.next.load();
    const bool importer = is_importer(at);
    if (importer && !inside) before_run = previous;
    inside = importer;
    previous = &at;
    if (importer && (always || runs_module(at))) {
      if (before_run) {
        before_run->next.store(*before_run, next.share());
      } else {
        error.traceback.store(error, next.share());
      }
      previous = before_run;
    }
    entry = std::move(next);
  }
}

// An import that has to find and load the module, unlike one of what is there already.
Result<void> audit_import(Thread& thread, Value name) {
  if (LIKELY(!has_audit_hooks.load(std::memory_order_relaxed))) return {};
  if (!TRY(loaded_modules()->get(thread, name)).is_empty()) return {};
  Ref<> path = sys_attribute(thread, "path"), finders = sys_attribute(thread, "meta_path"), hooks = sys_attribute(thread, "path_hooks");
  for (Ref<>* value : {&path, &finders, &hooks}) {
    if (value->is_empty()) *value = Ref<>::adopt(None);
  }
  return audit(thread, "import", {name, None, path, finders, hooks});
}

// importlib._bootstrap: kept for ever, whatever becomes of sys.modules.
GlobalRef importer;

}  // namespace

void set_importer(Value bootstrap) { importer.set(Ref<>::share(bootstrap)); }

// Until importlib takes over, and the fast path afterwards: a module that is loaded already needs no Python code.
Result<Ref<>> builtin_import_function(Thread& thread, Value name, Value globals, Value, Value from_list, isize level) {
  if (!is<Str>(name)) return raise(thread, types.TypeError, "module name must be a string");
  if (from_list == Unbound) from_list = Tuple::empty().value();
  if (level < 0) return raise(thread, types.ValueError, "level must be >= 0");
  Dict* modules = loaded_modules();
  const bool plain = level == 0 && (from_list.is_none() || (is<Tuple>(from_list) && as<Tuple>(from_list).length == 0));
  if (level == 0 && as<Str>(name).length() == 0) return raise(thread, types.ValueError, "Empty module name");
  if (plain) {
    bool dotted = false;
    for (isize i = 0; i < as<Str>(name).length(); ++i) dotted |= as<Str>(name)[i] == '.';
    const Value found = dotted ? Empty : modules->find_str(as<Str>(name));
    if (!found.is_empty() && !found.is_none()) {
      Ref<> keep = Ref<>::share(found);
      if (!TRY(is_initializing(thread, found))) return keep;
    }
  }
  const Value bootstrap = importer.peek();
  if (bootstrap.is_empty()) return raise(thread, types.ImportError, "the import system is not running yet: {!r}", name);
  TRY(audit_import(thread, name));
  Ref<> function = TRY(get_attribute(thread, bootstrap, names::__import__()));
  const TraceTimer timer(TraceChannel::Import);
  Result<Ref<>> module = call(thread, function, {name, globals, None, from_list, Value::integer(level)});
  if (timer.is_on()) {
    trace(TraceChannel::Import, "%s%s, %.3f ms", as<Str>(name).utf8().c_str(), module.failed() ? " failed" : "", timer.milliseconds());
  }
  if (module.failed()) hide_importer_frames(thread);
  return module;
}

Result<bool> is_initializing(Thread& thread, Value module) {
  Ref<> spec = TRY(get_attribute_or_empty(thread, module, names::__spec__()));
  if (spec.is_empty() || spec.value().is_none()) return false;
  Ref<> flag = TRY(get_attribute_or_empty(thread, spec, names::_initializing()));
  return !flag.is_empty() && TRY(is_true(thread, flag));
}

}  // namespace py
