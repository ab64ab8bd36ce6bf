#include "core/app/program.h"

#include "core/app/prompt.h"
#include "core/app/sys_setup.h"
#include "core/bind/define.h"
#include "core/compiler/compiler.h"
#include "core/modules/marshal.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/suggestion.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/vm/frame.h"
#include "core/vm/imports.h"
#include "core/vm/interpreter.h"
#include "core/vm/sys_access.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace py {

namespace {

// SystemExit(code): None is 0, an int is itself, anything else is printed and means 1.
int exit_code(Thread& thread, Value exception) {
  Ref<> code = as<Exception>(exception).details[0].load();
  if (code.value().is_none()) return 0;
  i64 number;
  if (is_integer(code)) return integer_fits(code, number) ? static_cast<int>(number & 0xFF) : 255;
  Ref<> err = sys_attribute(thread, "stderr");
  Result<Ref<Str>> text = to_str(thread, code);
  if (!text.failed() && !err.is_empty() && !err.value().is_none()) {
    Ref<Str> message = text.take();
    (void)call_method(thread, err, names::write(), {message.value()});
    (void)call_method(thread, err, names::write(), {names::newline().value()});
  }
  if (thread.has_pending()) clear_pending(thread);
  return 1;
}

// The traceback on sys.stderr.
Result<void> print(Thread& thread, Value exception) {
  Ref<> traceback = as<Exception>(exception).traceback.load();
  return print_exception(thread, exception, traceback, sys_attribute(thread, "stderr"));
}

// At least what the exception is.
void print_somehow(Thread& thread, Value exception) {
  if (!print(thread, exception).failed()) return;
  clear_pending(thread);
  Result<Ref<Str>> text = repr(thread, exception);
  if (text.failed()) return clear_pending(thread);
  std::fprintf(stderr, "%s\n", text.take()->utf8().c_str());
}

Result<void> show(Thread& thread, Value exception) {
  Ref<> hook = sys_attribute(thread, "excepthook");
  if (hook.is_empty()) {
    std::fputs("sys.excepthook is missing\n", stderr);
    return print(thread, exception);
  }
  Ref<> traceback = as<Exception>(exception).traceback.load();
  TRY(call(thread, hook, {type_of(exception).value(), exception, traceback}));
  return {};
}

}  // namespace

int report_uncaught(Thread& thread) {
  Ref<> exception = take_pending(thread);
  if (type_of(exception).is_subtype_of(*types.SystemExit)) return exit_code(thread, exception);
  const bool interrupted = type_of(exception).is_subtype_of(*types.KeyboardInterrupt);
  Ref<> out = sys_attribute(thread, "stdout");
  if (!out.is_empty() && !out.value().is_none() && call_method(thread, out, names::flush()).failed()) clear_pending(thread);
  if (sys_attribute(thread, "stderr").is_empty()) {
    // Before the streams exist: the bare facts.
    Result<Ref<Str>> text = repr(thread, exception);
    if (text.failed()) clear_pending(thread);
    std::fprintf(stderr, "Fatal Python error: %s\n", text.failed() ? "?" : text.take()->utf8().c_str());
    for (Value at = as<Exception>(exception).traceback.peek(); at.is_object(); at = as<Traceback>(at).next.peek()) {
      Code& code = as<Code>(static_cast<FrameObject*>(as<Traceback>(at).frame.peek().object())->code.peek());
      std::fprintf(stderr, "  File \"%s\", line %d, in %s\n", as<Str>(code.filename.peek()).utf8().c_str(), traceback_line(as<Traceback>(at)),
                   as<Str>(code.name.peek()).utf8().c_str());
    }
    return 1;
  }
  if (show(thread, exception).failed()) {
    Ref<> second = take_pending(thread);
    if (type_of(second).is_subtype_of(*types.SystemExit)) return exit_code(thread, second);
    std::fputs("Error in sys.excepthook:\n", stderr);
    print_somehow(thread, second);
    std::fputs("\nOriginal exception was:\n", stderr);
    print_somehow(thread, exception);
  }
  if (interrupted) {
    // As if the signal had killed us, so that a shell sees what happened.
    std::signal(SIGINT, SIG_DFL);
    ::kill(::getpid(), SIGINT);
  }
  return 1;
}

namespace {

Result<Ref<Module>> main_module(Thread& thread) {
  Ref<Module> module = TRY(make_module(thread, names::__main__().value()));
  Dict& dict = as<Dict>(module->dict.peek());
  TRY(dict.set(thread, names::__builtins__().value(), loaded_modules()->find_str(names::builtins())));
  Ref<Dict> annotations = TRY(Dict::make(thread));
  TRY(dict.set(thread, names::__annotations__().value(), annotations.value()));
  const Value external = loaded_modules()->find_str(intern(thread, "_frozen_importlib"));
  Ref<> loader = TRY(get_attribute(thread, external, "BuiltinImporter"));
  TRY(dict.set(thread, names::__loader__().value(), loader));
  TRY(loaded_modules()->set(thread, names::__main__().value(), module.value()));
  return module;
}

Result<void> run_text(Thread& thread, const Options& options, const std::string& text, Str& filename, Dict& globals,
                      bool is_str) {
  CompileOptions compile_options;
  compile_options.source_is_str = is_str;
  compile_options.source_is_file = !is_str;
  compile_options.optimize = static_cast<u8>(options.optimize > 2 ? 2 : options.optimize);
  Ref<Code> code = TRY(compile_source(thread, text, filename, compile_options));
  if (options.disassemble) disassemble(*code);
  TRY(run_code(thread, *code, globals, globals.value()));
  return {};
}

bool read_stream(std::FILE* file, std::string& text) {
  char buffer[65536];
  usize count;
  while ((count = std::fread(buffer, 1, sizeof buffer, file)) > 0) text.append(buffer, count);
  return !std::ferror(file);
}

// An archive ends in a record that begins with these bytes, and a comment of any length up to 65535.
bool is_archive(const std::string& content) {
  const usize tail = content.size() > 65557 ? content.size() - 65557 : 0;
  return content.find("PK\5\6", tail, 4) != std::string::npos;
}

// Whether a folder or an archive can be imported from: the importers know.
Result<bool> is_importable_path(Thread& thread, const std::string& path) {
  Ref<> pkgutil = TRY(import_module(thread, "pkgutil"));
  Ref<> name = TRY(decode_file_name(thread, path));
  Ref<> importer = TRY(call_method(thread, pkgutil, "get_importer", {name}));
  return !importer.value().is_none();
}

// Compiled code that importlib wrote: a header of 16 bytes, then the code.
Result<void> run_compiled(Thread& thread, const std::string& content, Dict& globals) {
  Ref<> external = Ref<>::share(loaded_modules()->find_str(intern(thread, "_frozen_importlib_external")));
  Ref<> magic = TRY(get_attribute(thread, external, "MAGIC_NUMBER"));
  if (content.size() < 16 || !is<Bytes>(magic) || !content.starts_with(as<Bytes>(magic).view())) {
    return raise(thread, types.RuntimeError, "Bad magic number in .pyc file");
  }
  Ref<> code = TRY(unmarshal(thread, std::string_view(content).substr(16)));
  if (!is<Code>(code)) return raise(thread, types.RuntimeError, "Bad code object in .pyc file");
  TRY(run_code(thread, as<Code>(code), globals, globals.value()));
  return {};
}

Result<void> run_module(Thread& thread, std::string_view name, bool alter_argv) {
  Ref<> runpy = TRY(import_module(thread, "runpy"));
  Ref<Str> text = TRY(Str::from_utf8(thread, name));
  TRY(call_method(thread, runpy, "_run_module_as_main", {text.value(), Value::boolean(alter_argv)}));
  return {};
}

std::string absolute_path(const std::string& path) {
  char folder[PATH_MAX];
  if (path.starts_with('/') || !::getcwd(folder, sizeof folder)) return path;
  return std::string(folder) + "/" + path;
}

// __main__ of a folder or an archive, which stands first in sys.path; nothing else of where it is does.
Result<void> run_folder(Thread& thread, const std::string& path) {
  Ref<> list = sys_attribute(thread, "path");
  Ref<> entry = TRY(decode_file_name(thread, path));
  if (is<List>(list)) TRY(as<List>(list).insert(thread, 0, entry));
  return run_module(thread, "__main__", false);
}

Result<void> run_file(Thread& thread, const Options& options, const std::string& path, std::string text, Dict& globals) {
  TRY(add_program_path(thread, options));
  const bool compiled = path.ends_with(".pyc");
  Ref<> name = TRY(decode_file_name(thread, path));
  TRY(globals.set_str(thread, "__file__", name));
  TRY(globals.set_str(thread, "__cached__", None));
  const Value external = loaded_modules()->find_str(intern(thread, "_frozen_importlib_external"));
  Ref<> loader = TRY(call_method(thread, external, compiled ? "SourcelessFileLoader" : "SourceFileLoader",
                                 {names::__main__().value(), name}));
  TRY(globals.set(thread, names::__loader__().value(), loader));
  if (compiled) return run_compiled(thread, text, globals);
  if (options.skip_first_line) text.erase(0, text.find('\n'));
  return run_text(thread, options, text, as<Str>(name), globals, false);
}

void complain(const std::string& path, const char* what, int error) {
  std::fprintf(stderr, "weft: can't %s '%s': [Errno %d] %s\n", what, path.c_str(), error, std::strerror(error));
}

Result<void> run_script(Thread& thread, const Options& options, Dict& globals, int* code) {
  struct stat status;
  const std::string path = absolute_path(options.target);
  if (::stat(path.c_str(), &status) != 0) {
    complain(path, "open file", errno);
    *code = 2;
    return {};
  }
  if (S_ISDIR(status.st_mode)) {
    if (TRY(is_importable_path(thread, path))) return run_folder(thread, path);
    complain(path, "find '__main__' module in", EISDIR);
    *code = 1;
    return {};
  }
  std::FILE* file = std::fopen(path.c_str(), "rb");
  std::string text;
  const bool whole = file && read_stream(file, text);
  if (!whole) complain(path, "open file", errno);
  if (file) std::fclose(file);
  if (!whole) {
    *code = 2;
    return {};
  }
  if (is_archive(text) && TRY(is_importable_path(thread, path))) return run_folder(thread, path);
  return run_file(thread, options, path, std::move(text), globals);
}

// -c: the bytes of the command line, which may be no UTF-8.
Result<void> run_command(Thread& thread, const Options& options, Dict& globals) {
  Ref<> text = TRY(decode_file_name(thread, options.target + "\n"));
  const std::string utf8 = as<Str>(text).utf8();
  if (utf8 != options.target + "\n") {
    std::fputs("Unable to decode the command from the command line:\n", stderr);
    return raise(thread, types.UnicodeEncodeError, "the command is not UTF-8");
  }
  return run_text(thread, options, utf8, intern(thread, "<string>"), globals, true);
}

Result<void> run(Thread& thread, const Options& options, int* code) {
  Ref<Module> main = TRY(main_module(thread));
  Dict& globals = as<Dict>(main->dict.peek());
  switch (options.run) {
    case Options::Run::Command:
      TRY(add_program_path(thread, options));
      return run_command(thread, options, globals);
    case Options::Run::Module:
      TRY(add_program_path(thread, options));
      return run_module(thread, options.target, true);
    case Options::Run::Script: return run_script(thread, options, globals, code);
    case Options::Run::StandardInput: {
      TRY(add_program_path(thread, options));
      std::string text;
      read_stream(stdin, text);
      return run_text(thread, options, text, intern(thread, "<stdin>"), globals, false);
    }
    default:
      TRY(add_program_path(thread, options));
      return run_prompt(thread, options, globals);
  }
}

}  // namespace

int run_program(Thread& thread, const Options& options) {
  int code = 0;
  const bool prompt_follows = options.inspect && options.run != Options::Run::Prompt && (options.interactive || ::isatty(0));
  if (run(thread, options, &code).failed()) {
    if (!prompt_follows) return report_uncaught(thread);
    Ref<> exception = take_pending(thread);  // SystemExit too is only shown
    print_somehow(thread, exception);
  }
  if (!prompt_follows) return code;
  Ref<> main = Ref<>::share(loaded_modules()->find_str(names::__main__()));
  const bool failed = is<Module>(main) && run_prompt(thread, options, as<Dict>(as<Module>(main).dict.peek())).failed();
  return failed ? report_uncaught(thread) : 0;
}

}  // namespace py
