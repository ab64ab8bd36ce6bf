// _IOBase and the abstract classes above it: everything by way of other methods.
#include "core/modules/io/io_objects.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"

#include <cstring>

namespace py::io {

IoTypes io_types;
IoNames io_names;

Failure raise_unsupported(Thread& thread, std::string_view message) {
  Result<Ref<Str>> text = Str::from_ascii(thread, message);
  if (text.failed()) return failure;
  Result<Ref<>> error = call(thread, unsupported_operation()->value(), {text.take().value()});
  if (error.failed()) return failure;
  return raise_value(thread, error.take());
}

Result<bool> is_closed(Thread& thread, Value stream) {
  Ref<> closed = TRY(get_attribute(thread, stream, names::closed()));
  return is_true(thread, closed);
}
Result<void> check_closed(Thread& thread, Value stream, const char* message) {
  if (TRY(is_closed(thread, stream))) return raise(thread, types.ValueError, message);
  return {};
}
Result<void> check_capability(Thread& thread, Value stream, Str& method, const char* message) {
  Ref<> able = TRY(call_method(thread, stream, method));
  if (able.value() == True) return {};
  return raise_unsupported(thread, message);
}
Result<void> call_for_effect(Thread& thread, Value stream, Str& method) {
  TRY(call_method(thread, stream, method));
  return {};
}
Result<i64> to_offset(Thread& thread, Value value) {
  if (is_float(value)) return raise(thread, types.TypeError, "'float' object cannot be interpreted as an integer");
  return to_i64(thread, value, "Python int too large to convert to C long");
}
Result<isize> to_size(Thread& thread, Value value) {
  if (value.is_none()) return isize{-1};
  if (!type_of(value).slots.index) {
    return raise(thread, types.TypeError, "argument should be integer or None, not '{}'", type_of(value));
  }
  return to_isize(thread, value);
}
bool is_blocking_error(Thread& thread) { return pending_is(thread, *types.BlockingIOError); }

namespace {

Result<Ref<>> base_seek(Thread& thread, Value, Value, Value) { return raise_unsupported(thread, "seek"); }
Result<Ref<>> base_tell(Thread& thread, Value self) { return call_method(thread, self, names::seek(), {Value::integer(0), Value::integer(1)}); }
Result<Ref<>> base_truncate(Thread& thread, Value, Value) { return raise_unsupported(thread, "truncate"); }
Result<Ref<>> base_fileno(Thread& thread, Value) { return raise_unsupported(thread, "fileno"); }

bool is_marked_closed(Value self) { return !instance_attribute(*self.object(), *io_names.__IOBase_closed).is_empty(); }

Result<void> base_flush(Thread& thread, Value self) {
  if (is_marked_closed(self)) return raise(thread, types.ValueError, "I/O operation on closed file.");
  return {};
}
// Closing marks the object even when flushing failed, then reports the failure.
Result<void> base_close(Thread& thread, Value self) {
  if (is_marked_closed(self)) return {};
  Result<void> flushed = call_for_effect(thread, self, names::flush());
  Ref<> error = flushed.failed() ? take_pending(thread) : Ref<>();
  Result<void> marked = set_attribute(thread, self, *io_names.__IOBase_closed, True);
  if (!error.is_empty()) {
    if (marked.failed()) clear_pending(thread);
    return raise_value(thread, error);
  }
  return marked;
}
Result<Ref<>> base_closed(Thread&, Value self) { return Ref<>::adopt(Value::boolean(is_marked_closed(self))); }

Result<bool> base_false(Thread&, Value) { return false; }
Result<bool> base_isatty(Thread& thread, Value self) {
  TRY(check_closed(thread, self));
  return false;
}
Result<Ref<>> base_check_closed(Thread& thread, Value self) {
  TRY(check_closed(thread, self));
  return Ref<>::adopt(None);
}
Result<Ref<>> base_check_seekable(Thread& thread, Value self) {
  TRY(check_capability(thread, self, *io_names.seekable, "File or stream is not seekable."));
  return Ref<>::adopt(True);
}
Result<Ref<>> base_check_readable(Thread& thread, Value self) {
  TRY(check_capability(thread, self, *io_names.readable, "File or stream is not readable."));
  return Ref<>::adopt(True);
}
Result<Ref<>> base_check_writable(Thread& thread, Value self) {
  TRY(check_capability(thread, self, names::writable(), "File or stream is not writable."));
  return Ref<>::adopt(True);
}
Result<Ref<>> base_enter(Thread& thread, Value self) {
  TRY(check_closed(thread, self));
  return Ref<>::share(self);
}
Result<Ref<>> base_exit(Thread& thread, Value self, Rest) { return call_method(thread, self, names::close()); }

// How much to read next so as not to pass the end of the line.
Result<isize> line_bytes_ahead(Thread& thread, Value self, Value peek, isize limit, isize have) {
  if (peek.is_empty()) return isize{1};
  Result<Ref<>> result = call(thread, peek, {Value::integer(1)});
  if (result.failed()) return failure;
  Ref<> ahead = result.take();
  if (!is<Bytes>(ahead)) return raise(thread, types.OSError, "peek() should have returned a bytes object, not '{}'", type_of(ahead));
  const std::string_view view = as<Bytes>(ahead).view();
  if (view.empty()) return isize{1};
  const usize newline = view.find('\n');
  isize count = static_cast<isize>(newline == std::string_view::npos ? view.size() : newline + 1);
  if (limit >= 0 && count > limit - have) count = limit - have;
  return count;
}

Result<Ref<>> base_readline(Thread& thread, Value self, Value size) {
  const isize limit = TRY(to_size(thread, size));
  Ref<> peek = TRY(get_attribute_or_empty(thread, self, *io_names.peek));
  std::string line;
  while (limit < 0 || static_cast<isize>(line.size()) < limit) {
    const isize count = TRY(line_bytes_ahead(thread, self, peek, limit, static_cast<isize>(line.size())));
    Ref<> part = TRY(call_method(thread, self, names::read(), {Value::integer(count)}));
    if (!is<Bytes>(part)) return raise(thread, types.OSError, "read() should have returned a bytes object, not '{}'", type_of(part));
    if (as<Bytes>(part).length == 0) break;
    line += as<Bytes>(part).view();
    if (line.back() == '\n') break;
  }
  return Ref<>(TRY(Bytes::from(thread, line)));
}

Result<Ref<>> base_readlines(Thread& thread, Value self, Value hint) {
  const isize limit = TRY(to_size(thread, hint));
  if (limit <= 0) return Ref<>(TRY(to_list(thread, self)));
  Ref<List> lines = TRY(List::make(thread));
  Ref<> iterator = TRY(iterate(thread, self));
  for (isize total = 0; total <= limit;) {
    Ref<> line = TRY(next(thread, iterator));
    if (line.value() == Done) break;
    TRY(lines->append(thread, line.value()));
    total += TRY(length(thread, line));
    if (total > limit) break;
  }
  return Ref<>(std::move(lines));
}

Result<void> base_writelines(Thread& thread, Value self, Value lines) {
  TRY(check_closed(thread, self));
  return for_each(thread, lines, [&](Value line) -> Result<void> {
    TRY(call_method(thread, self, names::write(), {line}));
    return {};
  });
}

Result<Ref<>> base_iter(Thread& thread, Value self) {
  TRY(check_closed(thread, self));
  return Ref<>::share(self);
}
Result<Ref<>> base_next(Thread& thread, Value self) {
  Ref<> line = TRY(call_method(thread, self, names::readline()));
  if (TRY(length(thread, line)) == 0) return Ref<>::adopt(Done);
  return line;
}

// An open file that nobody refers to is closed; what goes wrong then is not worth a message (bpo-10595).
Result<void> base_finalize(Thread& thread, Value self) {
  // Memory has nothing to be written out.
  if (&type_of(self) == io_types.string_io || &type_of(self) == io_types.bytes_io) return {};
  Result<bool> closed = is_closed(thread, self);
  if (closed.failed()) {
    clear_pending(thread);
  } else if (closed.take()) {
    return {};
  }
  if (set_attribute(thread, self, *io_names._finalizing, True).failed()) clear_pending(thread);
  if (call_method(thread, self, names::close()).failed()) clear_pending(thread);
  return {};
}

Result<Ref<>> base_dict(Thread& thread, Value self) { return Ref<>(TRY(instance_dict(thread, *self.object()))); }

constexpr MethodSpec kBaseMethods[] = {
    def<base_seek>("seek(offset, whence=0, /)", "Change the stream position to the given byte offset."),
    def<base_tell>("tell()", "Return current stream position."),
    def<base_truncate>("truncate(size=None, /)", "Truncate file to size bytes."),
    def<base_flush>("flush()", "Flush write buffers, if applicable."),
    def<base_close>("close()", "Flush and close the IO object."),
    def<base_false>("seekable()", "Return whether object supports random access."),
    def<base_false>("readable()", "Return whether object was opened for reading."),
    def<base_false>("writable()", "Return whether object was opened for writing."),
    def<base_check_closed>("_checkClosed()", nullptr),
    def<base_check_seekable>("_checkSeekable()", nullptr),
    def<base_check_readable>("_checkReadable()", nullptr),
    def<base_check_writable>("_checkWritable()", nullptr),
    def<base_fileno>("fileno()", "Returns underlying file descriptor if one exists."),
    def<base_isatty>("isatty()", "Return whether this is an 'interactive' stream."),
    def<base_enter>("__enter__()", nullptr),
    def<base_exit>("__exit__(*args)", nullptr),
    def<base_readline>("readline(size=-1, /)", "Read and return a line from the stream."),
    def<base_readlines>("readlines(hint=-1, /)", "Return a list of lines from the stream."),
    def<base_writelines>("writelines(lines, /)", "Write a list of lines to stream."),
};
constexpr PropertySpec kBaseProperties[] = {{"__dict__", nullptr, base_dict}, {"closed", nullptr, base_closed}};

// RawIOBase
Result<Ref<>> raw_read(Thread& thread, Value self, Value size) {
  const isize count = TRY(to_size(thread, size));
  if (count < 0) return call_method(thread, self, *io_names.readall);
  Ref<> array = TRY(call(thread, types.bytearray->value(), {Value::integer(count)}));
  Ref<> result = TRY(call_method(thread, self, *io_names.readinto, {array}));
  if (result.value().is_none()) return result;
  const isize got = TRY(to_isize(thread, result));
  if (got < 0 || got > count) return raise(thread, types.ValueError, "readinto returned {} outside buffer size {}", got, count);
  Buffer buffer = TRY(get_buffer(thread, array));
  return Ref<>(TRY(Bytes::from(thread, buffer.view().substr(0, static_cast<usize>(got)))));
}
Result<Ref<>> raw_readall(Thread& thread, Value self) {
  std::string all;
  bool any = false;
  for (;;) {
    Ref<> part = TRY(call_method(thread, self, names::read(), {Value::integer(kDefaultBufferSize)}));
    if (part.value().is_none()) {
      if (!any) return part;
      break;
    }
    if (!is<Bytes>(part)) return raise(thread, types.TypeError, "read() should return bytes");
    any = true;
    if (as<Bytes>(part).length == 0) break;
    all += as<Bytes>(part).view();
  }
  return Ref<>(TRY(Bytes::from(thread, all)));
}
Result<Ref<>> raw_readinto(Thread& thread, Value, Value) { return raise_with(thread, types.NotImplementedError, {}); }
Result<Ref<>> raw_write(Thread& thread, Value, Value) { return raise_with(thread, types.NotImplementedError, {}); }

constexpr MethodSpec kRawMethods[] = {
    def<raw_read>("read(size=-1, /)", nullptr),
    def<raw_readall>("readall()", "Read until EOF, using multiple read() call."),
};

// BufferedIOBase
Result<Ref<>> buffered_detach(Thread& thread, Value) { return raise_unsupported(thread, "detach"); }
Result<Ref<>> buffered_read(Thread& thread, Value, Rest) { return raise_unsupported(thread, "read"); }
Result<Ref<>> buffered_read1(Thread& thread, Value, Rest) { return raise_unsupported(thread, "read1"); }
Result<Ref<>> buffered_write(Thread& thread, Value, Rest) { return raise_unsupported(thread, "write"); }
Result<isize> readinto_by(Thread& thread, Value self, Value target, Str& method) {
  Buffer buffer = TRY(get_buffer(thread, target, true));
  Ref<> data = TRY(call_method(thread, self, method, {TRY(make_int(thread, buffer.size))}));
  if (!is<Bytes>(data)) return raise(thread, types.TypeError, "read() should return bytes");
  const isize count = as<Bytes>(data).length;
  if (count > buffer.size) {
    return raise(thread, types.ValueError, "read() returned too much data: {} bytes requested, {} returned", buffer.size, count);
  }
  std::memcpy(buffer.data, as<Bytes>(data).data(), static_cast<usize>(count));
  return count;
}
Result<isize> buffered_readinto(Thread& thread, Value self, Value target) { return readinto_by(thread, self, target, names::read()); }
Result<isize> buffered_readinto1(Thread& thread, Value self, Value target) { return readinto_by(thread, self, target, *io_names.read1); }

constexpr MethodSpec kBufferedMethods[] = {
    def<buffered_detach>("detach()", "Disconnect this buffer from its underlying raw stream and return it."),
    def<buffered_read>("read(*args)", "Read and return up to n bytes."),
    def<buffered_read1>("read1(*args)", "Read and return up to n bytes, with at most one read() call to the underlying raw stream."),
    def<buffered_readinto>("readinto(buffer, /)", nullptr),
    def<buffered_readinto1>("readinto1(buffer, /)", nullptr),
    def<buffered_write>("write(*args)", "Write the given buffer to the IO stream."),
};

// TextIOBase
Result<Ref<>> text_detach(Thread& thread, Value) { return raise_unsupported(thread, "detach"); }
Result<Ref<>> text_read(Thread& thread, Value, Rest) { return raise_unsupported(thread, "read"); }
Result<Ref<>> text_readline(Thread& thread, Value, Rest) { return raise_unsupported(thread, "readline"); }
Result<Ref<>> text_write(Thread& thread, Value, Rest) { return raise_unsupported(thread, "write"); }
Result<Ref<>> text_none(Thread&, Value) { return Ref<>::adopt(None); }

constexpr MethodSpec kTextMethods[] = {
    def<text_detach>("detach()", "Separate the underlying buffer from the TextIOBase and return it."),
    def<text_read>("read(*args)", "Read at most n characters from stream."),
    def<text_readline>("readline(*args)", "Read until newline or EOF."),
    def<text_write>("write(*args)", "Write string to stream."),
};
constexpr PropertySpec kTextProperties[] = {{"encoding", "Encoding of the text stream.", text_none},
                                            {"newlines", "Line endings translated so far.", text_none},
                                            {"errors", "The error setting of the decoder or encoder.", text_none}};

constexpr u32 kBaseFlags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::HasDict);
constexpr TypeSpec kBaseSpec = {.name = "_io._IOBase",
                                .doc = "The abstract base class for all I/O classes.",
                                .methods = kBaseMethods,
                                .method_count = std::size(kBaseMethods),
                                .properties = kBaseProperties,
                                .property_count = std::size(kBaseProperties),
                                .slots = {.iter = base_iter, .next = base_next, .finalize = base_finalize},
                                .flags = kBaseFlags};
constexpr TypeSpec kRawSpec = {.name = "_io._RawIOBase",
                               .doc = "Base class for raw binary I/O.",
                               .methods = kRawMethods,
                               .method_count = std::size(kRawMethods),
                               .flags = kBaseFlags};
constexpr TypeSpec kBufferedSpec = {.name = "_io._BufferedIOBase",
                                    .doc = "Base class for buffered IO objects.",
                                    .methods = kBufferedMethods,
                                    .method_count = std::size(kBufferedMethods),
                                    .flags = kBaseFlags};
constexpr TypeSpec kTextSpec = {.name = "_io._TextIOBase",
                                .doc = "Base class for text I/O.",
                                .methods = kTextMethods,
                                .method_count = std::size(kTextMethods),
                                .properties = kTextProperties,
                                .property_count = std::size(kTextProperties),
                                .flags = kBaseFlags};

}  // namespace

void add_base_types(Thread& thread, Module& module) {
  io_types.io_base = MUST(add_type_to_module(thread, module, kBaseSpec));
  io_types.raw_io_base = MUST(add_type_to_module(thread, module, kRawSpec, io_types.io_base));
  io_types.buffered_io_base = MUST(add_type_to_module(thread, module, kBufferedSpec, io_types.io_base));
  io_types.text_io_base = MUST(add_type_to_module(thread, module, kTextSpec, io_types.io_base));
}

}  // namespace py::io
