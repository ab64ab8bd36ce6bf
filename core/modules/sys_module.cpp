// sys: what does not depend on how the process was started; core/app adds argv, path, flags and the streams.
#include "core/modules/library_names.h"
#include "core/modules/registry.h"
#include "core/modules/sys_hooks.h"
#include "core/modules/suggestion.h"
#include "core/modules/sys_state.h"
#include "core/object/audit.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/vm/frame.h"
#include "core/vm/imports.h"
#include "core/vm/interpreter.h"
#include "core/vm/sys_access.h"
#include "core/vm/unraisable.h"
#include "memory/buffer.h"

#include <algorithm>
#include <cfloat>
#include <cstdio>

namespace py {

namespace {

Result<Ref<>> sys_exc_info(Thread& thread) {
  const Value handled = handled_exception(thread);
  if (!handled.is_object()) return Ref<>(TRY(Tuple::from(thread, {None, None, None})));
  return Ref<>(TRY(Tuple::from(thread, {type_of(handled).value(), handled, as<Exception>(handled).traceback.peek()})));
}
Result<Ref<>> sys_exception(Thread& thread) { return Ref<>::share(handled_exception(thread)); }

Result<Ref<>> sys_getframe(Thread& thread, isize depth) {
  if (has_audit_hooks.load(std::memory_order_relaxed) && thread.frame_registers) {
    Ref<FrameObject> frame = TRY(frame_object(thread, thread.frame_registers));
    TRY(audit(thread, "sys._getframe", {frame.value()}));
  }
  Value* fp = thread.frame_registers;
  for (isize i = 0; fp && i < depth; ++i) fp = frame_caller(fp);
  if (!fp) return raise(thread, types.ValueError, "call stack is not deep enough");
  return Ref<>(TRY(frame_object(thread, fp)));
}

Result<Ref<>> sys_intern(Thread& thread, Value text) {
  if (!is_exact<Str>(text)) {
    return raise(thread, types.TypeError, is<Str>(text) ? "can't intern {}" : "intern() argument must be str, not {}", type_of(text));
  }
  return Ref<>::share(intern(thread, as<Str>(text)).value());
}

Result<isize> sys_getrecursionlimit(Thread& thread) { return static_cast<isize>(thread.recursion_limit); }
Result<void> sys_setrecursionlimit(Thread& thread, int limit) {
  if (limit < 1) return raise(thread, types.ValueError, "recursion limit must be greater or equal than 1");
  if (thread.recursion_depth >= static_cast<u32>(limit)) {
    return raise(thread, types.RecursionError, "cannot set the recursion limit to {} at the recursion depth {}: the limit is too low", limit,
                 thread.recursion_depth);
  }
  thread.recursion_limit = static_cast<u32>(limit);
  default_recursion_limit.store(static_cast<u32>(limit), std::memory_order_relaxed);
  return {};
}

Result<void> sys_exit(Thread& thread, Value status) {
  if (status.is_none()) return raise_with(thread, types.SystemExit, {});
  if (!is<Tuple>(status)) return raise_with(thread, types.SystemExit, {status});
  return raise_value(thread, TRY(call_with(thread, types.SystemExit->value(), as<Tuple>(status), nullptr)));
}

Result<isize> sys_getrefcount(Thread&, Value object) {
  if (!object.is_object()) return isize{1} << 30;
  Object& self = *object.object();
  return static_cast<isize>(self.local.load()) + (self.shared.load() >> 2) + 1;
}
Result<isize> sys_getsizeof(Thread& thread, Value object, Value otherwise) {
  Ref<> method = TRY(lookup_special(thread, object, names::__sizeof__()));
  if (method.is_empty()) {
    if (otherwise != Unbound) return to_isize(thread, otherwise);
    return raise(thread, types.TypeError, "Type {} doesn't define __sizeof__", type_of(object));
  }
  Ref<> size = TRY(call(thread, method, {}));
  const isize bytes = TRY(to_isize(thread, size));
  if (bytes < 0) return raise(thread, types.ValueError, "__sizeof__() should return >= 0");
  return bytes;
}

// What the stream's encoding lacks is shown as escapes.
Result<void> write_unencodable(Thread& thread, Value out, Str& text) {
  Ref<> encoding = TRY(get_attribute(thread, out, "encoding"));
  Ref<Str> errors = TRY(Str::from_ascii(thread, "backslashreplace"));
  Ref<> bytes = TRY(call_method(thread, text.value(), "encode", {encoding, errors.value()}));
  Ref<> buffer = TRY(get_attribute_or_empty(thread, out, "buffer"));
  if (!buffer.is_empty()) {
    TRY(call_method(thread, out, names::flush()));
    TRY(call_method(thread, buffer, names::write(), {bytes}));
    return {};
  }
  Ref<> escaped = TRY(call_method(thread, bytes, "decode", {encoding}));
  TRY(call_method(thread, out, names::write(), {escaped}));
  return {};
}

Result<void> sys_displayhook(Thread& thread, Value value) {
  if (value.is_none()) return {};
  Dict& builtins = as<Dict>(as<Module>(loaded_modules()->find_str(names::builtins())).dict.peek());
  Str& underscore = intern(thread, "_");
  TRY(builtins.set(thread, underscore.value(), None));
  Ref<> out = sys_attribute(thread, "stdout");
  if (out.is_empty() || out.value().is_none()) return raise(thread, types.RuntimeError, "lost sys.stdout");
  Ref<Str> text = TRY(repr(thread, value));
  if (call_method(thread, out, names::write(), {text.value()}).failed()) {
    if (!pending_is(thread, *types.UnicodeEncodeError)) return failure;
    clear_pending(thread);
    TRY(write_unencodable(thread, out, *text));
  }
  TRY(call_method(thread, out, names::write(), {names::newline().value()}));
  return builtins.set(thread, underscore.value(), value);
}

// The traceback of an uncaught exception, by the traceback module; a bare line when that cannot run.
Result<void> sys_excepthook(Thread& thread, Value type, Value value, Value traceback) {
  Ref<> err = sys_attribute(thread, "stderr");
  if (err.is_empty() || err.value().is_none()) return {};
  if (is<Exception>(value)) {
    if (!is<Traceback>(traceback)) traceback = None;
    if (!print_exception(thread, value, traceback, err).failed()) return {};
    clear_pending(thread);
  } else {
    Ref<Str> note = TRY(format_str(thread, "TypeError: print_exception(): Exception expected for value, {} found\n", type_of(value)));
    TRY(call_method(thread, err, names::write(), {note.value()}));
    return {};
  }
  Ref<Str> text = TRY(format_str(thread, "{}: {}\n", is<Type>(type) ? as<Type>(type) : type_of(value), value));
  TRY(call_method(thread, err, names::write(), {text.value()}));
  return {};
}

// "module.Class" of an exception, without the modules that everybody knows.
Result<std::string> exception_name(Thread& thread, Value type) {
  Ref<> module = TRY(get_attribute_or_empty(thread, type, names::__module__()));
  Ref<> name = TRY(get_attribute_or_empty(thread, type, names::__qualname__()));
  const std::string shown = is<Str>(name) ? as<Str>(name).utf8() : "<unknown>";
  if (!is<Str>(module)) return "<unknown>." + shown;
  if (as<Str>(module).equals("builtins") || as<Str>(module).equals("__main__")) return shown;
  return as<Str>(module).utf8() + "." + shown;
}

// The exception alone: what led to it, notes and a line of source are not shown.
Result<void> print_unraisable(Thread& thread, Value type, Value value, Value traceback, Value stream) {
  if (is<Traceback>(traceback)) TRY(print_traceback(thread, traceback, stream));
  if (type.is_none()) return {};
  std::string line = TRY(exception_name(thread, type));
  if (!value.is_none()) {
    Result<Ref<Str>> text = to_str(thread, value);
    if (text.failed()) clear_pending(thread);
    line += ": " + (text.failed() ? std::string("<exception str() failed>") : text.take()->utf8());
  }
  Ref<Str> shown = TRY(Str::from_utf8(thread, line + "\n"));
  TRY(call_method(thread, stream, names::write(), {shown.value()}));
  return {};
}

Result<void> sys_unraisablehook(Thread& thread, Value args) {
  if (!is_unraisable_report(args)) return raise(thread, types.TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs");
  Ref<> err = sys_attribute(thread, "stderr");
  if (err.is_empty() || err.value().is_none()) return {};
  Ref<> object = TRY(get_attribute(thread, args, "object"));
  Ref<> message = TRY(get_attribute(thread, args, "err_msg"));
  std::string head = message.value().is_none() ? "Exception ignored in" : TRY(to_str(thread, message))->utf8();
  if (!object.value().is_none()) {
    Result<Ref<Str>> shown = repr(thread, object);
    if (shown.failed()) clear_pending(thread);
    head += ": " + (shown.failed() ? std::string("<object repr() failed>") : shown.take()->utf8());
  }
  Ref<Str> line = TRY(Str::from_utf8(thread, head + "\n"));
  TRY(call_method(thread, err, names::write(), {line.value()}));
  Ref<> type = TRY(get_attribute(thread, args, "exc_type"));
  Ref<> value = TRY(get_attribute(thread, args, "exc_value"));
  Ref<> traceback = TRY(get_attribute(thread, args, "exc_traceback"));
  TRY(print_unraisable(thread, type, value, traceback, err));
  Ref<> flush = TRY(get_attribute_or_empty(thread, err, names::flush()));
  if (!flush.is_empty()) TRY(call(thread, flush));
  return {};
}

Result<void> sys_set_int_max_str_digits(Thread& thread, int maxdigits) {
  if (maxdigits != 0 && maxdigits < 640) return raise(thread, types.ValueError, "maxdigits must be 0 or larger than 640");
  max_str_digits.store(maxdigits, std::memory_order_relaxed);
  return {};
}
Result<int> sys_get_int_max_str_digits(Thread&) { return max_str_digits.load(std::memory_order_relaxed); }
Result<Ref<>> sys_getdefaultencoding(Thread& thread) { return Ref<>(TRY(Str::from_ascii(thread, "utf-8"))); }
Result<Ref<>> sys_getfilesystemencoding(Thread& thread) { return Ref<>(TRY(Str::from_ascii(thread, "utf-8"))); }
Result<Ref<>> sys_getfilesystemencodeerrors(Thread& thread) { return Ref<>(TRY(Str::from_ascii(thread, "surrogateescape"))); }
std::atomic<bool> finalizing{false};
Result<bool> sys_is_finalizing(Thread&) { return finalizing.load(std::memory_order_relaxed); }
std::atomic<double> switch_interval{0.005};  // kept for who asks: threads run in parallel
Result<double> sys_getswitchinterval(Thread&) { return switch_interval.load(); }
Result<void> sys_setswitchinterval(Thread& thread, double interval) {
  if (!(interval > 0)) return raise(thread, types.ValueError, "switch interval must be strictly positive");
  switch_interval.store(interval);
  return {};
}
Result<isize> sys_getallocatedblocks(Thread&) { return isize{0}; }
Result<void> sys_audit(Thread& thread, Value event, Rest rest) {
  if (!is<Str>(event)) return raise(thread, types.TypeError, "expected str for argument 'event', not {}", type_of(event));
  if (!has_audit_hooks.load(std::memory_order_relaxed)) return {};
  Ref<Tuple> arguments = TRY(Tuple::from(thread, rest.values, rest.count));
  return tell_audit_hooks(thread, as<Str>(event), *arguments);
}
Result<void> sys_addaudithook(Thread& thread, Value hook) { return add_audit_hook(thread, hook); }
Result<bool> sys_is_gil_enabled(Thread&) { return false; }
constexpr MethodSpec kFunctions[] = {
    function<sys_exc_info>("exc_info()", "Return current exception information: (type, value, traceback)."),
    function<sys_exception>("exception()", "Return the current exception."),
    function<sys_getframe>("_getframe(depth=0, /)", "Return a frame object from the call stack."),
    function<sys_intern>("intern(string, /)", "Enter a string in the table of interned strings."),
    function<sys_getrecursionlimit>("getrecursionlimit()", "Return the maximum depth of the Python call stack."),
    function<sys_setrecursionlimit>("setrecursionlimit(limit, /)", "Set the maximum depth of the Python call stack."),
    function<sys_exit>("exit(status=None, /)", "Exit the interpreter by raising SystemExit(status)."),
    function<sys_getrefcount>("getrefcount(object, /)", "Return the reference count of object."),
    function<sys_getsizeof>("getsizeof(object, default=Unbound)", "Return the size of object in bytes."),
    function<sys_displayhook>("displayhook(object, /)", "Print an object to sys.stdout and also save it in builtins._"),
    function<sys_excepthook>("excepthook(exctype, value, traceback, /)", "Handle an exception by displaying it with a traceback on sys.stderr."),
    function<sys_unraisablehook>("unraisablehook(unraisable, /)", "Handle an unraisable exception."),
    function<sys_set_int_max_str_digits>("set_int_max_str_digits(maxdigits)", "Set the most digits that int() and "
                                                                              "str() convert, except in bases that "
                                                                              "are powers of two."),
    function<sys_get_int_max_str_digits>("get_int_max_str_digits()", "The most digits that int() and str() convert, "
                                                                     "except in bases that are powers of two."),
    function<sys_getdefaultencoding>("getdefaultencoding()", "Return the current default encoding used by the Unicode implementation."),
    function<sys_getfilesystemencoding>("getfilesystemencoding()", "The encoding of file names."),
    function<sys_getfilesystemencodeerrors>("getfilesystemencodeerrors()", "Return the error mode used for Unicode to OS filename conversion."),
    function<sys_is_finalizing>("is_finalizing()", "Return True if Python is exiting."),
    function<sys_getswitchinterval>("getswitchinterval()", "Return the thread switch interval."),
    function<sys_setswitchinterval>("setswitchinterval(interval, /)", "Set the thread switch interval; weft's threads run in parallel and never use it."),
    function<sys_getallocatedblocks>("getallocatedblocks()", "Return the number of memory blocks currently allocated."),
    function<sys_audit>("audit(event, /, *args)", "Passes the event to any hooks that are attached."),
    function<sys_addaudithook>("addaudithook(hook)", "Adds a new audit hook callback."),
    function<sys_is_gil_enabled>("_is_gil_enabled()", "False: there is no global lock."),
};

}  // namespace

static Result<void> add_library_names(Thread& thread, Module& module) {
  Ref<Set> names = TRY(Set::make_set(thread, *types.frozenset));
  for (std::string_view rest = kLibraryModules; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    TRY(names->add(thread, intern(thread, name).value()));
  }
  return add_to_module(thread, module, "stdlib_module_names", names.value());
}

// What a program that replaced a hook restores it from.
static Result<void> keep_original_hooks(Thread& thread, Module& module) {
  for (std::string_view name : {"displayhook", "excepthook", "unraisablehook", "breakpointhook"}) {
    Ref<> hook = TRY(get_attribute(thread, module.value(), name));
    TRY(add_to_module(thread, module, "__" + std::string(name) + "__", hook));
  }
  return {};
}

static Result<void> initialize_sys(Thread& thread, Module& module) {
  set_sys_dict(module.dict.peek());
  TRY(prepare_audit_hooks(thread));
  TRY(add_sys_hooks(thread, module));
  TRY(keep_original_hooks(thread, module));
  TRY(add_thread_snapshots(thread, module));
  TRY(add_library_names(thread, module));
  auto text = [&](std::string_view name, std::string_view value) -> Result<void> {
    Ref<Str> made = TRY(Str::from_utf8(thread, value));
    return add_to_module(thread, module, name, made.value());
  };
  TRY(text("version", "3.11.2 (weft 0.1)\n[Clang 19]"));
  TRY(text("platform", "linux"));
  TRY(text("byteorder", "little"));
  TRY(text("copyright", "Copyright (c) the weft authors."));
  TRY(text("float_repr_style", "short"));
  TRY(text("platlibdir", "lib"));
  TRY(add_int_to_module(thread, module, "maxsize", INT64_MAX));
  TRY(add_int_to_module(thread, module, "maxunicode", 0x10FFFF));
  TRY(add_int_to_module(thread, module, "hexversion", 0x030B02F0));
  TRY(add_int_to_module(thread, module, "api_version", 1013));
  TRY(add_to_module(thread, module, "dont_write_bytecode", False));
  Ref<Dict> importer_cache = TRY(Dict::make(thread));
  TRY(add_to_module(thread, module, "path_importer_cache", importer_cache.value()));
  for (const char* list : {"meta_path", "path_hooks", "warnoptions"}) {
    Ref<List> made = TRY(List::make(thread));
    TRY(add_to_module(thread, module, list, made.value()));
  }
  Ref<Dict> xoptions = TRY(Dict::make(thread));
  TRY(add_to_module(thread, module, "_xoptions", xoptions.value()));
  TRY(add_to_module(thread, module, "modules", loaded_modules()->value()));
  Ref<List> builtin_names = TRY(List::make(thread));
  for (auto list : {native_modules(), extra_native_modules()}) {
    for (const ModuleSpec* spec : list) TRY(builtin_names->append(thread, intern(thread, spec->name).value()));
  }
  for (const char* name : {"sys", "builtins"}) TRY(builtin_names->append(thread, intern(thread, name).value()));
  TRY(call_method(thread, builtin_names.value(), names::sort()));
  TRY(add_to_module(thread, module, "builtin_module_names", TRY(builtin_names->to_tuple(thread)).value()));
  return {};
}

void begin_finalizing() { finalizing.store(true, std::memory_order_relaxed); }

const ModuleSpec kSysModule = {"sys", "This module provides access to some objects used or maintained by the\ninterpreter.", kFunctions,
                               std::size(kFunctions), initialize_sys};

}  // namespace py
