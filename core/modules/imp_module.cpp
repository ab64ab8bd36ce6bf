// _imp: what importlib needs from below.
#include "core/base/text/hash.h"
#include "core/modules/frozen.h"
#include "core/modules/import_lock.h"
#include "core/modules/marshal.h"
#include "core/modules/registry.h"
#include "core/object/buffer.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/imports.h"
#include "core/vm/interpreter.h"

namespace py {

namespace {

const ModuleSpec* find_native(const Str& name) {
  for (auto list : {native_modules(), extra_native_modules()}) {
    for (const ModuleSpec* spec : list) {
      if (name.equals(spec->name)) return spec;
    }
  }
  return nullptr;
}

Result<int> imp_is_builtin(Thread&, Str& name) { return find_native(name) ? 1 : name.equals("sys") || name.equals("builtins") ? -1 : 0; }
Result<Ref<>> imp_create_builtin(Thread& thread, Value spec) {
  Ref<> name = TRY(get_attribute(thread, spec, names::name()));
  if (!is<Str>(name)) return raise(thread, types.TypeError, "module name must be a string");
  const Value loaded = loaded_modules()->find_str(as<Str>(name));
  if (!loaded.is_empty()) return Ref<>::share(loaded);
  const ModuleSpec* native = find_native(as<Str>(name));
  if (!native) return Ref<>::adopt(None);
  return Ref<>(TRY(make_native_module(thread, *native)));
}
Result<int> imp_exec_builtin(Thread&, Value) { return 0; }

Result<bool> imp_is_frozen(Thread&, Str& name) { return find_frozen(name) != nullptr; }
Result<const FrozenModule*> require_frozen(Thread& thread, Str& name) {
  if (const FrozenModule* module = find_frozen(name)) return module;
  return raise(thread, types.ImportError, "No such frozen object named {}", name);
}
Result<bool> imp_is_frozen_package(Thread& thread, Str& name) { return TRY(require_frozen(thread, name))->is_package; }
Result<Ref<>> imp_find_frozen(Thread& thread, Str& name, bool with_data) {
  const FrozenModule* module = find_frozen(name);
  if (!module) return Ref<>::adopt(None);
  Ref<> data = Ref<>::adopt(None);
  if (with_data) {
    Ref<Code> code = TRY(frozen_code_hook(thread, *module));
    const std::string bytes = TRY(marshal_value(thread, code.value()));
    data = Ref<>(TRY(Bytes::from(thread, bytes)));
  }
  Ref<Str> origin = TRY(Str::from_ascii(thread, module->origin));
  return Ref<>(TRY(Tuple::from(thread, {data.value(), Value::boolean(module->is_package), origin.value()})));
}
Result<Ref<>> imp_get_frozen_object(Thread& thread, Str& name, Value data) {
  if (data == Unbound || data.is_none()) return Ref<>(TRY(frozen_code_hook(thread, *TRY(require_frozen(thread, name)))));
  Buffer buffer = TRY(get_buffer(thread, data));
  Result<Ref<>> code = unmarshal(thread, {reinterpret_cast<const char*>(buffer.data), static_cast<usize>(buffer.size)});
  if (!code.failed()) {
    Ref<> value = code.take();
    if (is<Code>(value)) return value;
  } else {
    clear_pending(thread);
  }
  return raise(thread, types.ImportError, "Frozen object named {!r} is invalid", name.value());
}
Result<Ref<>> imp_init_frozen(Thread& thread, Str& name) {
  const FrozenModule* frozen = find_frozen(name);
  if (!frozen) return Ref<>::adopt(None);
  Ref<Code> code = TRY(frozen_code_hook(thread, *frozen));
  Ref<Module> module = TRY(make_module(thread, name.value()));
  TRY(loaded_modules()->set(thread, name.value(), module.value()));
  Dict& globals = as<Dict>(module->dict.peek());
  TRY(run_code(thread, *code, globals, globals.value()));
  return Ref<>(std::move(module));
}
Result<Ref<List>> imp_extension_suffixes(Thread& thread) { return List::make(thread); }
Result<void> imp_acquire_lock(Thread& thread) {
  acquire_import_lock(thread);
  return {};
}
Result<void> imp_release_lock(Thread& thread) {
  if (!release_import_lock(thread)) return raise(thread, types.RuntimeError, "not holding the import lock");
  return {};
}
Result<Ref<List>> imp_frozen_names(Thread& thread) {
  Ref<List> names = TRY(List::make(thread));
  for (const FrozenModule& module : frozen_modules()) TRY(names->append(thread, Ref<>(TRY(Str::from_ascii(thread, module.name)))));
  return names;
}
Result<void> imp_override_frozen(Thread&, int override_with) {
  override_frozen_modules(override_with);
  return {};
}
Result<bool> imp_lock_held(Thread&) { return is_import_lock_held(); }
Result<Ref<>> imp_source_hash(Thread& thread, isize key, Buffer& source) {
  const u64 hash = text::keyed_hash(static_cast<u64>(key), 0, source.data, static_cast<usize>(source.size));
  return Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<const char*>(&hash), 8})));
}
void fix_filename(Code& code, Value old_name, Value filename) {
  if (!as<Str>(code.filename.peek()).equals(as<Str>(old_name))) return;
  code.filename.store(code, filename);
  Tuple& constants = as<Tuple>(code.constants.peek());
  for (isize i = 0; i < constants.length; ++i) {
    if (is<Code>(constants[i])) fix_filename(as<Code>(constants[i]), old_name, filename);
  }
}
Result<void> imp_fix_co_filename(Thread&, Code& code, Str& path) {
  Ref<> old_name = code.filename.load();
  fix_filename(code, old_name, path.value());
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<imp_is_builtin>("is_builtin(name, /)", "Returns True if the module name corresponds to a built-in module."),
    function<imp_is_frozen>("is_frozen(name, /)", "Returns True if the module name corresponds to a frozen module."),
    function<imp_is_frozen_package>("is_frozen_package(name, /)", "Returns True if the module name is of a frozen package."),
    function<imp_create_builtin>("create_builtin(spec, /)", "Create an extension module."),
    function<imp_exec_builtin>("exec_builtin(mod, /)", "Initialize a built-in module."),
    function<imp_find_frozen>("find_frozen(name, /, *, withdata=False)",
                              "Return info about the corresponding frozen module (if there is one) or None.\n\n"
                              "The returned info is a tuple: the marshalled code (None unless 'withdata'), whether it is a\n"
                              "package, and the name of the module that was frozen."),
    function<imp_init_frozen>("init_frozen(name, /)", "Initializes a frozen module."),
    function<imp_get_frozen_object>("get_frozen_object(name, data=None, /)", "Create a code object for a frozen module."),
    function<imp_frozen_names>("_frozen_module_names()", "Returns the list of available frozen modules."),
    function<imp_extension_suffixes>("extension_suffixes()", "Returns the list of file suffixes used to identify extension modules."),
    function<imp_acquire_lock>("acquire_lock()", "Acquires the interpreter's import lock for the current thread."),
    function<imp_release_lock>("release_lock()", "Release the interpreter's import lock."),
    function<imp_override_frozen>("_override_frozen_modules_for_tests(override, /)", "Switch frozen modules on (1), off (-1) or back (0)."),
    function<imp_lock_held>("lock_held()", "Return True if the import lock is currently held, else False."),
    function<imp_source_hash>("source_hash(key, source)", "Return a hash of the source."),
    function<imp_fix_co_filename>("_fix_co_filename(code, path, /)", "Changes code.co_filename to specify the passed-in file path."),
};

Result<void> initialize(Thread& thread, Module& module) {
  Ref<Str> mode = TRY(Str::from_ascii(thread, "default"));
  return add_to_module(thread, module, "check_hash_based_pycs", mode.value());
}

}  // namespace

std::span<const ModuleSpec* const> (*extra_native_modules)() = [] { return std::span<const ModuleSpec* const>(); };

const ModuleSpec kImpModule = {"_imp", "(Extremely) low-level import machinery bits as used by importlib.", kFunctions, std::size(kFunctions), initialize};

}  // namespace py
