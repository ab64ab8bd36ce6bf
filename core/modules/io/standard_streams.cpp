#include "core/modules/io/standard_streams.h"

#include "core/bind/define.h"
#include "core/modules/io/text_wrapper.h"
#include "core/vm/sys_access.h"

#include <langinfo.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <cstring>

namespace py {

namespace {

struct StreamEncoding {
  std::string encoding, errors;
};

// PYTHONIOENCODING is "encoding:errors", either part optional.
StreamEncoding choose_encoding(const StreamOptions& options) {
  StreamEncoding result;
  result.encoding = io::locale_encoding();
  if (result.encoding == "UTF-8") result.encoding = "utf-8";
  const char* locale = std::setlocale(LC_CTYPE, nullptr);
  result.errors = "strict";
  for (const char* lenient : {"C", "POSIX", "C.UTF-8", "C.utf8", "UTF-8"}) {
    if (locale && !std::strcmp(locale, lenient)) result.errors = "surrogateescape";
  }
  const char* given = options.isolated ? nullptr : std::getenv("PYTHONIOENCODING");
  if (!given || !*given) return result;
  const std::string text = given;
  const usize colon = text.find(':');
  const std::string encoding = text.substr(0, colon);
  const std::string errors = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (!encoding.empty()) {
    result.encoding = encoding;
    result.errors = "strict";
  }
  if (!errors.empty()) result.errors = errors;
  return result;
}

Result<Ref<>> make_stream(Thread& thread, int fd, const char* name, const StreamEncoding& encoding, const StreamOptions& options) {
  const bool writing = fd != 0;
  Ref<Str> mode = TRY(Str::from_ascii(thread, writing ? "wb" : "rb"));
  io::OpenArguments arguments;
  arguments.file = Value::integer(fd);
  arguments.mode = mode.value();
  const bool unbuffered = options.unbuffered && writing;
  if (unbuffered) arguments.buffering = Value::integer(0);
  arguments.closefd = False;
  Ref<> buffer = TRY(io::open_file(thread, arguments));
  Ref<> raw = unbuffered ? buffer.share() : TRY(get_attribute(thread, buffer, "raw"));
  Ref<Str> shown = TRY(Str::from_ascii(thread, name));
  TRY(set_attribute(thread, raw, names::name(), shown.value()));
  const bool terminal = isatty(fd) == 1;
  Ref<Str> codec = TRY(Str::from_utf8(thread, encoding.encoding));
  Ref<Str> errors = TRY(Str::from_utf8(thread, fd == 2 ? "backslashreplace" : encoding.errors));
  const bool lines = writing && !unbuffered && (terminal || fd == 2);
  const Value newline = names::newline().value();
  Ref<> stream = TRY(call(thread, io::io_types.text_io_wrapper->value(),
                          {buffer, codec.value(), errors.value(), newline, Value::boolean(lines), Value::boolean(unbuffered)}));
  TRY(set_attribute(thread, stream, names::mode(), intern(thread, writing ? "w" : "r").value()));
  return stream;
}

// A directory, or no descriptor at all, is no stream.
bool is_usable(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode);
}

bool flush_one(Thread& thread, std::string_view name) {
  Ref<> stream = sys_attribute(thread, name);
  if (stream.is_empty() || stream.value().is_none()) return true;
  Result<bool> closed = io::is_closed(thread, stream);
  if (closed.failed()) {
    clear_pending(thread);
  } else if (closed.take()) {
    return true;
  }
  if (!call_method(thread, stream, names::flush()).failed()) return true;
  report_unraisable(thread, stream);
  return false;
}

}  // namespace

Result<void> create_standard_streams(Thread& thread, Module& sys, const StreamOptions& options) {
  const StreamEncoding encoding = choose_encoding(options);
  const char* attributes[] = {"stdin", "stdout", "stderr"};
  const char* shown[] = {"<stdin>", "<stdout>", "<stderr>"};
  for (int fd = 0; fd < 3; ++fd) {
    Ref<> stream = is_usable(fd) ? TRY(make_stream(thread, fd, shown[fd], encoding, options)) : Ref<>::adopt(None);
    TRY(add_to_module(thread, sys, attributes[fd], stream));
    TRY(add_to_module(thread, sys, std::string("__") + attributes[fd] + "__", stream));
  }
  return {};
}

bool flush_standard_streams(Thread& thread) {
  const bool written = flush_one(thread, "stdout");
  flush_one(thread, "stderr");
  return written;
}

}  // namespace py
