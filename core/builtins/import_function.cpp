// __import__, and what tracebacks show of it.
#include "core/builtins/import_function.h"

#include "core/base/text/search.h"
#include "core/base/trace.h"
#include "core/builtins/import_timer.h"
#include "core/object/audit.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/frame.h"
#include "core/vm/imports.h"
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

// A module that is loaded already; Empty when it is not, or is being loaded.
Result<Ref<>> loaded_module(Thread& thread, Str& name) {
  const Dict* modules = loaded_modules();
  Ref<> found = Ref<>::share(modules ? modules->find_str(name) : Empty);
  if (found.is_empty() || found.value().is_none() || TRY(is_initializing(thread, found))) return Ref<>();
  return found;
}

// Whether the module has all that is wanted from it: no submodule of that name has to be imported.
Result<bool> has_all(Thread& thread, Value module, const Tuple& wanted) {
  if (TRY(get_attribute_or_empty(thread, module, names::__path__())).is_empty()) return true;
  for (isize i = 0; i < wanted.length; ++i) {
    if (!is_exact<Str>(wanted[i]) || as<Str>(wanted[i]).equals("*")) return false;
    if (TRY(get_attribute_or_empty(thread, module, as<Str>(wanted[i]))).is_empty()) return false;
  }
  return true;
}

// What __import__ gives for an absolute name whose module is loaded; Empty: importlib has to look.
Result<Ref<>> quick_import(Thread& thread, Str& name, Value from_list) {
  if (!from_list.is_none() && !is_exact<Tuple>(from_list)) return Ref<>();
  Ref<> module = TRY(loaded_module(thread, name));
  if (module.is_empty()) return module;
  if (is<Tuple>(from_list) && as<Tuple>(from_list).length) {
    if (!TRY(has_all(thread, module, as<Tuple>(from_list)))) return Ref<>();
    return module;
  }
  const isize dot = text::find(name.view(), ascii_view("."));
  if (dot < 0) return module;
  Ref<Str> top = TRY(Str::substring(thread, name, 0, dot));
  return loaded_module(thread, *top);
}

// With -X importtime: loads the module, and what it imports by way of __import__, if that is not done.
Result<void> load_timed(Thread& thread, Value bootstrap, Value name, Value globals, isize level) {
  if (LIKELY(!imports_are_timed.load(std::memory_order_relaxed))) return {};
  Ref<> full_name = Ref<>::share(name);
  if (level > 0) {
    Ref<> package = TRY(call_method(thread, bootstrap, intern(thread, "_calc___package__"), {globals}));
    full_name = TRY(call_method(thread, bootstrap, intern(thread, "_resolve_name"), {name, package.value(), Value::integer(level)}));
  }
  if (!is<Str>(full_name) || !TRY(loaded_modules()->get(thread, full_name)).is_empty()) return {};
  Ref<> import_function = TRY(builtin_import(thread));
  const ImportTimer timer(as<Str>(full_name));
  TRY(call_method(thread, bootstrap, intern(thread, "_find_and_load"), {full_name.value(), import_function.value()}));
  return {};
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
  if (level == 0 && as<Str>(name).length() == 0) return raise(thread, types.ValueError, "Empty module name");
  if (level == 0) {
    Ref<> loaded = TRY(quick_import(thread, as<Str>(name), from_list));
    if (!loaded.is_empty()) return loaded;
  }
  const Value bootstrap = importer.peek();
  if (bootstrap.is_empty()) return raise(thread, types.ImportError, "the import system is not running yet: {!r}", name);
  TRY(audit_import(thread, name));
  Ref<> function = TRY(get_attribute(thread, bootstrap, names::__import__()));
  const TraceTimer timer(TraceChannel::Import);
  Result<void> timed = load_timed(thread, bootstrap, name, globals, level);
  Result<Ref<>> module = failure;
  if (!timed.failed()) module = call(thread, function, {name, globals, None, from_list, Value::integer(level)});
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
