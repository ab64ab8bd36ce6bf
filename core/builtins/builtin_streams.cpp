// print, input and breakpoint: through the streams and hooks that sys holds at the time of the call.
#include "core/builtins/builtin_functions.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/vm/sys_access.h"

namespace py {

namespace {

Result<void> check_text_or_none(Thread& thread, Value value, const char* name) {
  if (value.is_none() || is<Str>(value)) return {};
  return raise(thread, types.TypeError, "{} must be None or a string, not {}", name, type_of(value));
}

Result<void> builtin_print(Thread& thread, Value separator, Value end, Value file, Value flush, Rest items) {
  Ref<> stream = Ref<>::share(file);
  if (file.is_none()) {
    stream = sys_attribute(thread, "stdout");
    if (stream.is_empty()) return raise(thread, types.RuntimeError, "lost sys.stdout");
    if (stream.value().is_none()) return {};  // no standard streams, as in a daemon
  }
  if (separator == Unbound) separator = None;
  if (end == Unbound) end = None;
  TRY(check_text_or_none(thread, separator, "sep"));
  TRY(check_text_or_none(thread, end, "end"));
  Ref<> write = TRY(get_attribute(thread, stream, names::write()));
  for (u32 i = 0; i < items.count; ++i) {
    if (i) TRY(call(thread, write, {separator.is_none() ? names::space().value() : separator}));
    Ref<Str> text = TRY(to_str(thread, items.values[i]));
    TRY(call(thread, write, {text.value()}));
  }
  TRY(call(thread, write, {end.is_none() ? names::newline().value() : end}));
  if (TRY(is_true(thread, flush))) TRY(call_method(thread, stream, names::flush()));
  return {};
}

Result<Ref<>> stream_of(Thread& thread, const char* name) {
  Ref<> stream = sys_attribute(thread, name);
  if (!stream.is_empty() && !stream.value().is_none()) return stream;
  return raise(thread, types.RuntimeError, "input(): lost sys.{}", name);
}

void flush_quietly(Thread& thread, Value stream) {
  if (call_method(thread, stream, names::flush()).failed()) clear_pending(thread);
}

Result<Ref<>> builtin_input(Thread& thread, Value prompt) {
  Ref<> in = TRY(stream_of(thread, "stdin"));
  Ref<> out = TRY(stream_of(thread, "stdout"));
  Ref<> errors = TRY(stream_of(thread, "stderr"));
  flush_quietly(thread, errors);
  if (prompt != Unbound) {
    Ref<Str> text = TRY(to_str(thread, prompt));
    TRY(call_method(thread, out, names::write(), {text.value()}));
  }
  flush_quietly(thread, out);
  Ref<> line = TRY(call_method(thread, in, names::readline()));
  if (!is<Str>(line)) return raise(thread, types.TypeError, "object.readline() returned non-string");
  Str& text = as<Str>(line);
  const isize length = text.length();
  if (length == 0) return raise(thread, types.EOFError, "EOF when reading a line");
  if (text[length - 1] != '\n') return line;
  return Str::substring(thread, text, 0, length - 1);
}

Result<Ref<>> builtin_breakpoint(Thread& thread, Rest args, Keywords keywords) {
  Ref<> hook = sys_attribute(thread, "breakpointhook");
  if (hook.is_empty()) return raise(thread, types.RuntimeError, "lost sys.breakpointhook");
  Ref<Tuple> positional = TRY(Tuple::from(thread, args.values, args.count));
  Ref<Dict> named = TRY(Dict::make(thread));
  for (u32 i = 0; i < keywords.count(); ++i) TRY(named->set(thread, (*keywords.names)[i], keywords.values[i]));
  return call_with(thread, hook, *positional, named.get());
}

constexpr MethodSpec kFunctions[] = {
    function<builtin_breakpoint>("breakpoint(*args, **kws)",
                                 "Call sys.breakpointhook(*args, **kws).  sys.breakpointhook() must accept\n"
                                 "whatever arguments are passed.\n\n"
                                 "By default, this drops you into the pdb debugger."),
    function<builtin_input>("input(prompt='', /)",
                            "Write the prompt, if there is one, to standard output, and read a line from standard "
                            "input.\n\n"
                            "The line comes without its newline. At the end of the input EOFError is raised."),
    function<builtin_print>("print(*args, sep=' ', end='\\n', file=None, flush=False)",
                            "Write values as text to a file, sys.stdout unless told otherwise.\n\n"
                            "  sep\n"
                            "    what stands between two values, a space by default.\n"
                            "  end\n"
                            "    what follows the last value, a newline by default.\n"
                            "  file\n"
                            "    anything with a write() method.\n"
                            "  flush\n"
                            "    whether the file is flushed afterwards."),
};

}  // namespace

std::span<const MethodSpec> stream_functions() { return kFunctions; }

}  // namespace py
