// compile, eval, exec, globals, locals, and __import__.
#include "core/builtins/code_functions.h"

#include "core/compiler/compiler.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/frame.h"
#include "core/vm/imports.h"
#include "core/vm/interpreter.h"

namespace py {

namespace {

constexpr i64 kOnlyAst = 0x400, kDontImplyDedent = 0x200, kTopLevelAwait = 0x2000, kIncompleteInput = 0x4000;

// The text of a program given as str or bytes.
struct SourceText {
  std::string text;
  bool is_str = false;
};

Result<SourceText> source_text(Thread& thread, Value source, const char* what) {
  SourceText result;
  if (is<Str>(source)) {
    Str& text = as<Str>(source);
    for (isize i = 0; !text.is_ascii() && i < text.length(); ++i) {
      if (text[i] >= 0xD800 && text[i] < 0xE000) {
        Ref<Str> encoding = TRY(Str::from_ascii(thread, "utf-8"));
        Ref<Str> reason = TRY(Str::from_ascii(thread, "surrogates not allowed"));
        return raise_with(thread, types.UnicodeEncodeError,
                          {encoding.value(), source, Value::integer(i), Value::integer(i + 1), reason.value()});
      }
    }
    result.text = text.utf8();
    result.is_str = true;
  } else if (has_buffer(source)) {
    Buffer buffer = TRY(get_buffer(thread, source));
    result.text = std::string(buffer.view());
  } else {
    return raise(thread, types.TypeError, "{}() arg 1 must be a string, bytes or {}object", what, std::string_view(what) == "compile" ? "AST " : "code ");
  }
  if (result.text.find('\0') != std::string::npos) {
    return raise(thread, types.ValueError, "source code string cannot contain null bytes");
  }
  return result;
}

// Future statements of the code that calls us carry over.
u32 inherited_flags(Thread& thread) {
  return thread.frame_registers ? frame_code(thread.frame_registers).flags & kFutureAnnotations : 0;
}

Result<Ref<Code>> compile_text(Thread& thread, const SourceText& source, Str& filename, ParseMode mode, i64 flags, bool dont_inherit, int optimize) {
  CompileOptions options;
  options.mode = mode;
  options.source_is_str = source.is_str;
  options.future_flags = static_cast<u32>(flags) & (kFutureAnnotations | kFutureBarryAsBdfl);
  if (!dont_inherit) options.future_flags |= inherited_flags(thread);
  options.allow_incomplete_input = flags & kIncompleteInput;
  options.dont_imply_dedent = flags & kDontImplyDedent;
  options.allow_top_level_await = flags & kTopLevelAwait;
  options.optimize = static_cast<u8>(optimize < 0 ? default_optimization.load() : optimize);
  return compile_source(thread, source.text, filename, options);
}

Result<Ref<Str>> filename_argument(Thread& thread, Value value) {
  if (is<Str>(value)) return Ref<Str>::share(&as<Str>(value));
  if (is<Bytes>(value)) return Str::from_utf8(thread, as<Bytes>(value).view());
  Ref<> method = TRY(lookup_special(thread, value, names::__fspath__()));
  if (method.is_empty()) return raise(thread, types.TypeError, "expected str, bytes or os.PathLike object, not {}", type_of(value));
  Ref<> path = TRY(call(thread, method, {}));
  return filename_argument(thread, path);
}

}  // namespace

std::atomic<int> default_optimization{0};

Result<Ref<>> builtin_compile(Thread& thread, Value source, Value filename, Value mode, isize flags, bool dont_inherit, int optimize, Value) {
  if (!is<Str>(mode)) return raise(thread, types.TypeError, "compile() argument 'mode' must be str, not {}", type_of(mode));
  Ref<Str> name = TRY(filename_argument(thread, filename));
  if (optimize < -1 || optimize > 2) return raise(thread, types.ValueError, "compile(): invalid optimize value");
  if (flags & ~isize{0x1FF7600 | kOnlyAst | 0x10 | 0x1000}) return raise(thread, types.ValueError, "compile(): unrecognised flags");
  const Str& text = as<Str>(mode);
  ParseMode parse_mode;
  if (text.equals("exec")) {
    parse_mode = ParseMode::Exec;
  } else if (text.equals("eval")) {
    parse_mode = ParseMode::Eval;
  } else if (text.equals("single")) {
    parse_mode = ParseMode::Single;
  } else {
    return raise(thread, types.ValueError, flags & kOnlyAst ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                                                            : "compile() mode must be 'exec', 'eval' or 'single'");
  }
  if (is<Code>(source)) return Ref<>::share(source);
  SourceText program = TRY(source_text(thread, source, "compile"));
  if (flags & kOnlyAst) return raise(thread, types.NotImplementedError, "compile() to a syntax tree is not supported");
  return Ref<>(TRY(compile_text(thread, program, *name, parse_mode, flags, dont_inherit, optimize)));
}

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
    return raise(thread, types.TypeError, "{}() locals must be a mapping or None, not {}", what, type_of(locals));
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

}  // namespace

Result<Ref<>> builtin_eval(Thread& thread, Value source, Value globals, Value locals) {
  Namespaces spaces = TRY(namespaces(thread, globals, locals, "eval"));
  Ref<Code> code;
  if (is<Code>(source)) {
    code = Ref<Code>::share(&as<Code>(source));
    if (as<Tuple>(code->free_names.peek()).length) return raise(thread, types.TypeError, "code object passed to eval() may not contain free variables");
  } else {
    SourceText text = TRY(source_text(thread, source, "eval"));
    text.text.erase(0, text.text.find_first_not_of(" \t"));
    Ref<Str> filename = TRY(Str::from_ascii(thread, "<string>"));
    code = TRY(compile_text(thread, text, *filename, ParseMode::Eval, 0, false, -1));
  }
  return run_code(thread, *code, as<Dict>(spaces.globals), spaces.locals);
}

Result<void> builtin_exec(Thread& thread, Value source, Value globals, Value locals, Value closure) {
  Namespaces spaces = TRY(namespaces(thread, globals, locals, "exec"));
  Ref<Code> code;
  if (is<Code>(source)) {
    code = Ref<Code>::share(&as<Code>(source));
    if (as<Tuple>(code->free_names.peek()).length && closure.is_none()) {
      return raise(thread, types.TypeError, "code object passed to exec() may not contain free variables");
    }
  } else {
    SourceText text = TRY(source_text(thread, source, "exec"));
    Ref<Str> filename = TRY(Str::from_ascii(thread, "<string>"));
    code = TRY(compile_text(thread, text, *filename, ParseMode::Exec, 0, false, -1));
  }
  TRY(run_code(thread, *code, as<Dict>(spaces.globals), spaces.locals));
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
  const Value bootstrap = modules->find_str(intern(thread, "_frozen_importlib"));
  if (bootstrap.is_empty()) return raise(thread, types.ImportError, "the import system is not running yet: {!r}", name);
  Ref<> function = TRY(get_attribute(thread, bootstrap, names::__import__()));
  return call(thread, function, {name, globals, None, from_list, Value::integer(level)});
}

Result<bool> is_initializing(Thread& thread, Value module) {
  Ref<> spec = TRY(get_attribute_or_empty(thread, module, names::__spec__()));
  if (spec.is_empty() || spec.value().is_none()) return false;
  Ref<> flag = TRY(get_attribute_or_empty(thread, spec, names::_initializing()));
  return !flag.is_empty() && TRY(is_true(thread, flag));
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
