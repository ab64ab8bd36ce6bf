// eval, exec, globals and locals, and the table with compile and __import__.
#include "core/builtins/code_functions.h"

#include "core/builtins/compile_function.h"
#include "core/builtins/import_function.h"
#include "core/object/audit.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/frame.h"
#include "core/vm/interpreter.h"

namespace py {

namespace {

struct Namespaces {
  Ref<> globals, locals;
};

Result<Namespaces> namespaces(Thread& thread, Value globals, Value locals, const char* what) {
  Namespaces result;
  if (!globals.is_none() && !is<Dict>(globals)) {
    return raise(thread, types.TypeError, "{}() globals must be a dict, not {}", what, type_of(globals));
  }
  if (!locals.is_none() && !type_of(locals).slots.get_item) {
    if (std::string_view(what) == "eval") return raise(thread, types.TypeError, "locals must be a mapping");
    return raise(thread, types.TypeError, "locals must be a mapping or None, not {}", type_of(locals));
  }
  if (globals.is_none()) {
    Value* fp = thread.frame_registers;
    if (!fp) return raise(thread, types.SystemError, "globals and locals cannot be NULL");
    result.globals = Ref<>::share(frame_globals(fp).value());
    if (locals.is_none()) {
      Ref<FrameObject> frame = TRY(frame_object(thread, fp));
      result.locals = TRY(frame_locals(thread, *frame));
    }
  } else {
    result.globals = Ref<>::share(globals);
  }
  if (result.locals.is_empty()) result.locals = Ref<>::share(locals.is_none() ? result.globals.value() : locals);
  return result;
}

Result<Ref<Code>> compile_text(Thread& thread, const SourceText& source, ParseMode mode) {
  TRY(audit_compile(thread, source, intern(thread, "<string>").value()));
  CompileOptions options = compile_options(thread, mode, {});
  options.source_is_str = source.is_str;
  return compile_source(thread, source.text, intern(thread, "<string>"), options);
}

Result<void> check_closure(Thread& thread, Code& code, Value closure) {
  const isize wanted = as<Tuple>(code.free_names.peek()).length;
  if (wanted == 0) {
    if (closure.is_none()) return {};
    return raise(thread, types.TypeError, "cannot use a closure with this code object");
  }
  bool fits = is_exact<Tuple>(closure) && as<Tuple>(closure).length == wanted;
  for (isize i = 0; fits && i < wanted; ++i) fits = is<Cell>(as<Tuple>(closure)[i]);
  if (fits) return {};
  return raise(thread, types.TypeError, "code object requires a closure of exactly length {}", wanted);
}

}  // namespace

Result<Ref<>> builtin_eval(Thread& thread, Value source, Value globals, Value locals) {
  Namespaces spaces = TRY(namespaces(thread, globals, locals, "eval"));
  Ref<Code> code;
  if (is<Code>(source)) {
    code = Ref<Code>::share(&as<Code>(source));
    if (as<Tuple>(code->free_names.peek()).length) return raise(thread, types.TypeError, "code object passed to eval() may not contain free variables");
  } else {
    SourceText text = TRY(source_text(thread, source, "eval", "string, bytes or code"));
    text.text.erase(0, text.text.find_first_not_of(" \t"));
    code = TRY(compile_text(thread, text, ParseMode::Eval));
  }
  TRY(audit(thread, "exec", {code.value()}));
  return run_code(thread, *code, as<Dict>(spaces.globals), spaces.locals);
}

Result<void> builtin_exec(Thread& thread, Value source, Value globals, Value locals, Value closure) {
  Namespaces spaces = TRY(namespaces(thread, globals, locals, "exec"));
  Ref<Code> code;
  if (is<Code>(source)) {
    code = Ref<Code>::share(&as<Code>(source));
    TRY(check_closure(thread, *code, closure));
  } else {
    if (!closure.is_none()) return raise(thread, types.TypeError, "closure can only be used when source is a code object");
    SourceText text = TRY(source_text(thread, source, "exec", "string, bytes or code"));
    code = TRY(compile_text(thread, text, ParseMode::Exec));
  }
  TRY(audit(thread, "exec", {code.value()}));
  TRY(run_code(thread, *code, as<Dict>(spaces.globals), spaces.locals, closure));
  return {};
}

Result<Ref<>> builtin_globals(Thread& thread) {
  if (!thread.frame_registers) return Ref<>::adopt(None);
  return Ref<>::share(frame_globals(thread.frame_registers).value());
}
Result<Ref<>> builtin_locals(Thread& thread) {
  if (!thread.frame_registers) return raise(thread, types.SystemError, "frame does not exist");
  Ref<FrameObject> frame = TRY(frame_object(thread, thread.frame_registers));
  return frame_locals(thread, *frame);
}

namespace {

constexpr MethodSpec kFunctions[] = {
    function<builtin_compile>("compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
                              "Compile source into a code object that can be executed by exec() or eval()."),
    function<builtin_eval>("eval(source, globals=None, locals=None, /)", "Evaluate the given source in the context of globals and locals."),
    function<builtin_exec>("exec(source, globals=None, locals=None, /, *, closure=None)", "Execute the given source in the context of globals and locals."),
    function<builtin_globals>("globals()", "Return the dictionary containing the current scope's global variables."),
    function<builtin_locals>("locals()", "Return a dictionary containing the current scope's local variables."),
    function<builtin_import_function>("__import__(name, globals=None, locals=None, fromlist=(), level=0)", "Import a module."),
};

}  // namespace

Result<void> add_code_functions(Thread& thread, Module& module) {
  for (const MethodSpec& spec : kFunctions) {
    Ref<NativeFunction> made = TRY(make_native_function(thread, *types.builtin_function, spec, module.value(), names::builtins().value(), nullptr));
    TRY(add_to_module(thread, module, spec.name, made.value()));
  }
  return {};
}

}  // namespace py
