#include "core/app/prompt.h"

#include "core/app/program.h"
#include "core/bind/define.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/imports.h"
#include "core/vm/interpreter.h"
#include "core/vm/sys_access.h"

#include <cstdio>
#include <unistd.h>

namespace py {

namespace {

bool is_terminal() { return ::isatty(0) && ::isatty(1); }

Result<void> set_prompt(Thread& thread, std::string_view name, std::string_view text) {
  if (!sys_attribute(thread, name).is_empty()) return {};
  Ref<Str> prompt = TRY(Str::from_ascii(thread, text));
  return sys_dict()->set_str(thread, name, prompt.value());
}

Result<void> prepare(Thread& thread, const Options& options) {
  TRY(set_prompt(thread, "ps1", ">>> "));
  TRY(set_prompt(thread, "ps2", "... "));
  const bool alone = options.run == Options::Run::Prompt || options.run == Options::Run::StandardInput;
  if (!options.quiet && alone) {
    std::fputs("Python 3.11.2 (weft 0.1) on linux\n"
               "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
               stderr);
  }
  // Line editing, where there is any.
  if (is_terminal() && import_module(thread, "readline").failed()) clear_pending(thread);
  return {};
}

// One line with its newline; Empty at the end of input. Prompts of a pipe go to stderr, where they disturb nobody.
Result<Ref<>> read_line(Thread& thread, std::string_view prompt_name) {
  Ref<> prompt = sys_attribute(thread, prompt_name);
  Ref<Str> text = prompt.is_empty() ? Ref<Str>::share(&Str::empty()) : TRY(to_str(thread, prompt));
  if (is_terminal()) {
    const Value builtins = loaded_modules()->find_str(names::builtins());
    Result<Ref<>> line = call_method(thread, builtins, "input", {text.value()});
    if (line.failed()) {
      if (!pending_is(thread, *types.EOFError)) return failure;
      clear_pending(thread);
      return Ref<>();
    }
    Ref<> typed = line.take();
    return Str::concatenate(thread, as<Str>(typed), as<Str>(names::newline().value()));
  }
  Ref<> err = sys_attribute(thread, "stderr");
  if (!err.is_empty() && !err.value().is_none()) {
    TRY(call_method(thread, err, names::write(), {text.value()}));
    TRY(call_method(thread, err, names::flush()));
  }
  Ref<> in = sys_attribute(thread, "stdin");
  if (in.is_empty() || in.value().is_none()) return Ref<>();
  Ref<> line = TRY(call_method(thread, in, names::readline()));
  if (!is<Str>(line) || as<Str>(line).length() == 0) return Ref<>();
  return line;
}

// The code of the next statement; Empty at the end of input.
Result<Ref<>> read_statement(Thread& thread, Value compiler) {
  Ref<Str> source = Ref<Str>::share(&Str::empty());
  Ref<Str> file = TRY(Str::from_ascii(thread, "<stdin>")), mode = TRY(Str::from_ascii(thread, "single"));
  for (bool first = true;; first = false) {
    Ref<> line = TRY(read_line(thread, first ? "ps1" : "ps2"));
    const bool ended = line.is_empty();
    if (ended && first) return Ref<>();
    if (!ended) source = TRY(Str::concatenate(thread, *source, as<Str>(line)));
    // The last newline stands for the line's end: codeop tells a finished block by an empty line.
    const isize length = source->length();
    const bool has_newline = length > 0 && (*source)[length - 1] == '\n';
    Ref<Str> text = ended ? source.share() : TRY(Str::substring(thread, *source, 0, length - has_newline));
    Result<Ref<>> code = ended ? failure : call(thread, compiler, {text.value(), file.value(), mode.value()});
    if (code.failed()) {
      // For the error alone, without the frames of codeop.
      if (!ended && !pending_is(thread, *types.SyntaxError)) return failure;
      if (!ended) clear_pending(thread);
      const Value builtins = loaded_modules()->find_str(names::builtins());
      return call_method(thread, builtins, "compile", {source.value(), file.value(), mode.value()});
    }
    Ref<> made = code.take();
    if (!made.value().is_none()) return made;
  }
}

void flush_streams(Thread& thread) {
  for (const char* name : {"stderr", "stdout"}) {
    Ref<> stream = sys_attribute(thread, name);
    if (stream.is_empty() || stream.value().is_none()) continue;
    if (call_method(thread, stream, names::flush()).failed()) clear_pending(thread);
  }
}

// Shows the pending exception. False for SystemExit, which stays pending.
bool show_pending(Thread& thread) {
  if (pending_is(thread, *types.SystemExit)) return false;
  if (pending_is(thread, *types.KeyboardInterrupt)) {
    clear_pending(thread);
    flush_streams(thread);
    std::fputs("\nKeyboardInterrupt\n", stderr);
    return true;
  }
  Exception& raised = as<Exception>(thread.pending);
  Ref<> keep = Ref<>::share(raised.value());
  for (auto [name, value] : {std::pair{"last_type", type_of(keep).value()}, std::pair{"last_value", keep.value()},
                             std::pair{"last_traceback", raised.traceback.peek()}}) {
    Ref<> kept = Ref<>::share(value);
    Ref<> pending = take_pending(thread);
    if (sys_dict()->set_str(thread, name, kept).failed()) clear_pending(thread);
    thread.pending = pending.release();
  }
  report_uncaught(thread);
  return true;
}

}  // namespace

Result<void> run_prompt(Thread& thread, const Options& options, Dict& globals) {
  TRY(prepare(thread, options));
  Ref<> codeop = TRY(import_module(thread, "codeop"));
  Ref<> compiler = TRY(call_method(thread, codeop, "CommandCompiler"));
  for (;;) {
    Result<Ref<>> statement = read_statement(thread, compiler);
    if (!statement.failed()) {
      Ref<> code = statement.take();
      if (code.is_empty()) {
        std::fputc('\n', stderr);
        return {};
      }
      if (!run_code(thread, as<Code>(code), globals, globals.value()).failed()) {
        flush_streams(thread);
        continue;
      }
    }
    if (!show_pending(thread)) return failure;
    flush_streams(thread);
  }
}

}  // namespace py
