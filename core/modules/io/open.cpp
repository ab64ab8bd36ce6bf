// io.open, and the module.
#include "core/modules/io/file_io.h"
#include "core/modules/io/text_wrapper.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"
#include "core/object/warning.h"
#include "memory/roots.h"

namespace py::io {

namespace {

GlobalRef unsupported_operation_ref;

struct Mode {
  bool creating = false, reading = false, writing = false, appending = false, updating = false, text = false, binary = false;
  std::string raw;  // for FileIO
};

Result<Mode> parse_mode(Thread& thread, std::string_view text) {
  Mode mode;
  for (usize i = 0; i < text.size(); ++i) {
    bool* flag = nullptr;
    switch (text[i]) {
      case 'x': flag = &mode.creating; break;
      case 'r': flag = &mode.reading; break;
      case 'w': flag = &mode.writing; break;
      case 'a': flag = &mode.appending; break;
      case '+': flag = &mode.updating; break;
      case 't': flag = &mode.text; break;
      case 'b': flag = &mode.binary; break;
      default: break;
    }
    if (!flag || *flag) return raise(thread, types.ValueError, "invalid mode: '{}'", text);
    *flag = true;
  }
  if (mode.creating) mode.raw += 'x';
  if (mode.reading) mode.raw += 'r';
  if (mode.writing) mode.raw += 'w';
  if (mode.appending) mode.raw += 'a';
  if (mode.updating) mode.raw += '+';
  if (mode.text && mode.binary) return raise(thread, types.ValueError, "can't have text and binary mode at once");
  if (mode.creating + mode.reading + mode.writing + mode.appending != 1) {
    return raise(thread, types.ValueError, "must have exactly one of create/read/write/append mode");
  }
  return mode;
}

// Closes a half-made stream and raises what went wrong.
Failure abandon(Thread& thread, Value stream) {
  Ref<> error = take_pending(thread);
  if (call_method(thread, stream, names::close()).failed()) {
    if (thread.pending != error.value()) as<Exception>(thread.pending).set_context(thread, error);
    return failure;
  }
  return raise_value(thread, error);
}

struct Buffering {
  isize size;
  bool lines;
};
Result<Buffering> choose_buffering(Thread& thread, Value raw, isize given, bool binary) {
  bool terminal = false;
  if (given < 0) terminal = TRY(is_true(thread, TRY(call_method(thread, raw, names::isatty()))));
  Buffering result = {given, false};
  if (given == 1 && binary) {
    TRY(warn(thread, *types.RuntimeWarning, "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"));
  }
  if (given == 1 || terminal) {
    result.size = -1;
    result.lines = true;
  }
  if (result.size < 0) {
    Ref<> block = TRY(get_attribute(thread, raw, "_blksize"));
    result.size = TRY(to_isize(thread, block));
  }
  return result;
}

Result<Ref<>> finish_open(Thread& thread, const Mode& mode, Value raw, isize buffering, const OpenArguments& arguments, Ref<>& current) {
  const Buffering chosen = TRY(choose_buffering(thread, raw, buffering, mode.binary));
  if (chosen.size == 0) {
    if (!mode.binary) return raise(thread, types.ValueError, "can't have unbuffered text I/O");
    return Ref<>::share(raw);
  }
  Type* type = mode.updating                                         ? io_types.buffered_random
               : mode.creating || mode.writing || mode.appending     ? io_types.buffered_writer
                                                                     : io_types.buffered_reader;
  Ref<> buffer = TRY(call(thread, type->value(), {raw, Value::integer(chosen.size)}));
  current = buffer.share();
  if (mode.binary) return buffer;
  const Value newline = arguments.newline == Unbound ? None : arguments.newline;
  Ref<> wrapper = TRY(call(thread, io_types.text_io_wrapper->value(),
                           {buffer, arguments.encoding, arguments.errors, newline, Value::boolean(chosen.lines)}));
  current = wrapper.share();
  std::string shown;
  for (char c : mode.raw) shown += c;
  Ref<> mode_text = arguments.mode == Unbound ? Ref<>::share(intern(thread, "r").value()) : Ref<>::share(arguments.mode);
  TRY(set_attribute(thread, wrapper, names::mode(), mode_text));
  return wrapper;
}

}  // namespace

Type* unsupported_operation() { return &as<Type>(unsupported_operation_ref.peek()); }

Result<Ref<>> open_file(Thread& thread, const OpenArguments& arguments) {
  if (arguments.mode != Unbound && !is<Str>(arguments.mode)) {
    return raise(thread, types.TypeError, "open() argument 'mode' must be str, not {}", type_of(arguments.mode));
  }
  const Value modes[] = {arguments.encoding, arguments.errors, arguments.newline};
  const char* names_of[] = {"encoding", "errors", "newline"};
  for (int i = 0; i < 3; ++i) {
    if (!modes[i].is_none() && modes[i] != Unbound && !is<Str>(modes[i])) {
      return raise(thread, types.TypeError, "open() argument '{}' must be str or None, not {}", names_of[i], type_of(modes[i]));
    }
  }
  const isize buffering = arguments.buffering == Unbound ? -1 : TRY(to_int(thread, arguments.buffering));
  Ref<> path = is_integer(arguments.file) ? Ref<>::share(arguments.file) : Ref<>();
  if (path.is_empty()) {
    if (is_float(arguments.file)) return raise(thread, types.TypeError, "expected str, bytes or os.PathLike object, not float");
    path = type_of(arguments.file).slots.index ? TRY(to_index(thread, arguments.file)) : TRY(file_system_path(thread, arguments.file));
  }
  const std::string text = arguments.mode == Unbound ? "r" : as<Str>(arguments.mode).utf8();
  Mode mode = TRY(parse_mode(thread, text));
  if (mode.binary && !arguments.encoding.is_none()) return raise(thread, types.ValueError, "binary mode doesn't take an encoding argument");
  if (mode.binary && !arguments.errors.is_none()) return raise(thread, types.ValueError, "binary mode doesn't take an errors argument");
  if (mode.binary && is<Str>(arguments.newline)) return raise(thread, types.ValueError, "binary mode doesn't take a newline argument");
  Ref<Str> raw_mode = TRY(Str::from_ascii(thread, mode.raw));
  const Value closefd = arguments.closefd == Unbound ? True : arguments.closefd;
  Ref<> raw = TRY(call(thread, io_types.file_io->value(), {path, raw_mode.value(), closefd, arguments.opener}));
  Ref<> current = raw.share();
  Result<Ref<>> result = finish_open(thread, mode, raw, buffering, arguments, current);
  if (result.failed()) return abandon(thread, current);
  return result;
}

namespace {

Result<Ref<>> io_open(Thread& thread, Value file, Value mode, Value buffering, Value encoding, Value errors, Value newline, Value closefd,
                      Value opener) {
  return open_file(thread, {file, mode, buffering, encoding, errors, newline, closefd, opener});
}
Result<Ref<>> io_open_code(Thread& thread, Value path) {
  if (!is<Str>(path)) return raise(thread, types.TypeError, "open_code() argument 'path' must be str, not {}", type_of(path));
  OpenArguments arguments;
  arguments.file = path;
  arguments.mode = intern(thread, "rb").value();
  return open_file(thread, arguments);
}
Result<Ref<>> io_text_encoding(Thread& thread, Value encoding, int) {
  if (!encoding.is_none()) return Ref<>::share(encoding);
  return Ref<>::share(intern(thread, "locale").value());
}

// A function of the module `io`, as it says itself.
constexpr MethodSpec kOpen =
    function<io_open>("open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
                      "Open file and return a stream.  Raise OSError upon failure.");
constexpr MethodSpec kFunctions[] = {
    function<io_open_code>("open_code(path)", "Opens the provided file with the intent to import the contents."),
    function<io_text_encoding>("text_encoding(encoding, stacklevel=2, /)", "A helper function to choose the text encoding."),
};

// class UnsupportedOperation(OSError, ValueError)
Result<void> make_unsupported_operation(Thread& thread, Module& module) {
  Ref<Str> name = TRY(Str::from_ascii(thread, "UnsupportedOperation"));
  Ref<Tuple> bases = TRY(Tuple::from(thread, {types.OSError->value(), types.ValueError->value()}));
  Ref<Dict> space = TRY(Dict::make(thread));
  TRY(space->set_str(thread, "__module__", intern(thread, "io").value()));
  Ref<> type = TRY(call(thread, types.type->value(), {name.value(), bases.value(), space.value()}));
  unsupported_operation_ref.set(type.share());
  return add_to_module(thread, module, "UnsupportedOperation", type);
}

Result<void> initialize(Thread& thread, Module& module) {
#define NAME(identifier) io_names.identifier = &intern(thread, #identifier);
  IO_NAMES(NAME)
#undef NAME
  install_fork_generation();
  add_base_types(thread, module);
  add_file_type(thread, module);
  add_memory_types(thread, module);
  add_buffered_types(thread, module);
  add_text_types(thread, module);
  TRY(make_unsupported_operation(thread, module));
  Ref<NativeFunction> open = TRY(make_native_function(thread, *types.builtin_function, kOpen, module.value(),
                                                      intern(thread, "io").value(), nullptr));
  TRY(add_to_module(thread, module, "open", open.value()));
  TRY(add_to_module(thread, module, "BlockingIOError", types.BlockingIOError->value()));
  return add_int_to_module(thread, module, "DEFAULT_BUFFER_SIZE", kDefaultBufferSize);
}

}  // namespace

}  // namespace py::io

namespace py {

extern const ModuleSpec kIoModule = {"_io", "The io module provides the Python interfaces to stream handling.", io::kFunctions,
                                     std::size(io::kFunctions), io::initialize};

}  // namespace py
