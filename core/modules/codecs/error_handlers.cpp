// The error handlers as functions that take an exception, for codecs written in Python. The native codecs know these modes
// without a call.
#include "core/base/text/unicode.h"
#include "core/modules/codecs/codecs.h"
#include "core/object/codec_registry.h"
#include "core/object/names.h"
#include "core/object/sequence.h"

namespace py {

namespace {

enum class Kind : u8 { Encode, Decode, Translate };

// What an exception says about the place of the error.
struct Problem {
  Kind kind;
  Ref<> object;  // Str, or Bytes for decoding
  isize start, end;
  isize length() const { return end - start; }
  u32 character(isize i) const { return as<Str>(object)[i]; }
  u8 byte(isize i) const { return as<Bytes>(object).data()[i]; }
};

Failure cannot_handle(Thread& thread, Value exception) {
  return raise(thread, types.TypeError, "don't know how to handle {} in error callback", type_of(exception));
}

Result<Problem> read_problem(Thread& thread, Value exception) {
  Problem problem;
  if (type_of(exception).is_subtype_of(*types.UnicodeEncodeError)) {
    problem.kind = Kind::Encode;
  } else if (type_of(exception).is_subtype_of(*types.UnicodeDecodeError)) {
    problem.kind = Kind::Decode;
  } else if (type_of(exception).is_subtype_of(*types.UnicodeTranslateError)) {
    problem.kind = Kind::Translate;
  } else {
    return cannot_handle(thread, exception);
  }
  problem.object = TRY(get_attribute(thread, exception, names::object()));
  const bool as_bytes = problem.kind == Kind::Decode;
  if (as_bytes ? !is<Bytes>(problem.object) : !is<Str>(problem.object)) {
    return raise(thread, types.TypeError, "object attribute must be {}", as_bytes ? "bytes" : "unicode");
  }
  const isize size = as_bytes ? as<Bytes>(problem.object).length : as<Str>(problem.object).length();
  Ref<> start = TRY(get_attribute(thread, exception, names::start()));
  Ref<> end = TRY(get_attribute(thread, exception, names::end()));
  // As the accessors of the exceptions clip them: the start within the object, the end after it.
  problem.start = TRY(to_isize(thread, start));
  problem.end = TRY(to_isize(thread, end));
  if (problem.start >= size) problem.start = size - 1;
  if (problem.start < 0) problem.start = 0;
  if (problem.end < 1) problem.end = 1;
  if (problem.end > size) problem.end = size;
  if (problem.end < problem.start) problem.end = problem.start;
  return problem;
}

Result<Ref<>> answer(Thread& thread, Value replacement, isize resume) {
  return Tuple::from(thread, {replacement, Value::integer(resume)});
}
Result<Ref<>> answer(Thread& thread, const TextBuilder& text, isize resume) {
  if (text.failed()) return raise_memory_error(thread);
  Ref<Str> replacement = TRY(Str::from_view(thread, text.view()));
  return answer(thread, replacement.value(), resume);
}

Result<Ref<>> strict_errors(Thread& thread, Value exception) {
  if (type_of(exception).is_subtype_of(*types.BaseException)) return raise_value(thread, exception);
  return raise(thread, types.TypeError, "codec must pass exception instance");
}

Result<Ref<>> ignore_errors(Thread& thread, Value exception) {
  Problem problem = TRY(read_problem(thread, exception));
  return answer(thread, Str::empty().value(), problem.end);
}

Result<Ref<>> replace_errors(Thread& thread, Value exception) {
  Problem problem = TRY(read_problem(thread, exception));
  TextBuilder text;
  text.append_repeated(problem.kind == Kind::Encode ? '?' : 0xfffd, problem.kind == Kind::Decode ? 1 : problem.length());
  return answer(thread, text, problem.end);
}

enum class Escape : u8 { Backslash, Name, Xml };

void append_escape(u32 c, Escape escape, TextBuilder& text) {
  char buffer[160];
  char name[128];
  if (escape == Escape::Xml) {
    std::snprintf(buffer, sizeof buffer, "&#%u;", c);
  } else if (usize count = escape == Escape::Name ? unicode::name(c, name) : 0) {
    std::snprintf(buffer, sizeof buffer, "\\N{%.*s}", static_cast<int>(count), name);
  } else {
    std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  }
  text.append_ascii(buffer);
}

template <Escape escape>
Result<Ref<>> escape_errors(Thread& thread, Value exception) {
  Problem problem = TRY(read_problem(thread, exception));
  if (escape != Escape::Backslash && problem.kind != Kind::Encode) return cannot_handle(thread, exception);
  TextBuilder text;
  for (isize i = problem.start; i < problem.end; ++i) {
    append_escape(problem.kind == Kind::Decode ? problem.byte(i) : problem.character(i), escape, text);
  }
  return answer(thread, text, problem.end);
}

Result<Ref<>> surrogateescape_errors(Thread& thread, Value exception) {
  Problem problem = TRY(read_problem(thread, exception));
  if (problem.kind == Kind::Translate) return cannot_handle(thread, exception);
  if (problem.kind == Kind::Encode) {
    ByteBuilder bytes;
    for (isize i = problem.start; i < problem.end; ++i) {
      const u32 c = problem.character(i);
      if (c < 0xdc80 || c > 0xdcff) return raise_value(thread, exception);
      bytes.append(static_cast<char>(c - 0xdc00));
    }
    Ref<Bytes> replacement = TRY(Bytes::from(thread, {bytes.data(), bytes.size()}));
    return answer(thread, replacement.value(), problem.end);
  }
  TextBuilder text;
  isize at = problem.start;
  for (; at < problem.end && at < problem.start + 4 && problem.byte(at) >= 0x80; ++at) text.append(0xdc00u + problem.byte(at));
  if (at == problem.start) return raise_value(thread, exception);
  return answer(thread, text, at);
}

// How surrogatepass writes a surrogate in the encoding of the exception; 0 bytes: it cannot.
struct SurrogateCode {
  int bytes = 0;
  bool big = false;
};

SurrogateCode surrogate_code(std::string_view encoding) {
  std::string name;
  for (char c : encoding) name += c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (!name.starts_with("utf") && !name.starts_with("cp")) return {};
  if (name == "cp65001") return {3};
  std::string_view rest = std::string_view(name).substr(3);
  if (rest.starts_with('-')) rest.remove_prefix(1);
  if (rest == "8") return {3};
  const int bytes = rest.starts_with("16") ? 2 : rest.starts_with("32") ? 4 : 0;
  if (!bytes) return {};
  rest.remove_prefix(2);
  if (rest.starts_with('-')) rest.remove_prefix(1);
  if (rest.empty() || rest == "le") return {bytes, false};
  return rest == "be" ? SurrogateCode{bytes, true} : SurrogateCode{};
}

void append_surrogate(u32 c, SurrogateCode code, ByteBuilder& out) {
  if (code.bytes == 3) {
    out.append(static_cast<char>(0xe0 | c >> 12));
    out.append(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.append(static_cast<char>(0x80 | (c & 0x3f)));
    return;
  }
  for (int i = 0; i < code.bytes; ++i) {
    const int shift = 8 * (code.big ? code.bytes - 1 - i : i);
    out.append(static_cast<char>(c >> shift));
  }
}

u32 read_surrogate(const u8* at, SurrogateCode code) {
  if (code.bytes == 3) return (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
  u32 c = 0;
  for (int i = 0; i < code.bytes; ++i) c |= u32{at[i]} << 8 * (code.big ? code.bytes - 1 - i : i);
  return c;
}

Result<Ref<>> surrogatepass_errors(Thread& thread, Value exception) {
  Problem problem = TRY(read_problem(thread, exception));
  if (problem.kind == Kind::Translate) return cannot_handle(thread, exception);
  Ref<> encoding = TRY(get_attribute(thread, exception, names::encoding()));
  const SurrogateCode code = is<Str>(encoding) ? surrogate_code(as<Str>(encoding).utf8()) : SurrogateCode{};
  if (!code.bytes) return raise_value(thread, exception);
  if (problem.kind == Kind::Encode) {
    ByteBuilder bytes;
    for (isize i = problem.start; i < problem.end; ++i) {
      const u32 c = problem.character(i);
      if (c < 0xd800 || c > 0xdfff) return raise_value(thread, exception);
      append_surrogate(c, code, bytes);
    }
    Ref<Bytes> replacement = TRY(Bytes::from(thread, {bytes.data(), bytes.size()}));
    return answer(thread, replacement.value(), problem.end);
  }
  const isize left = as<Bytes>(problem.object).length - problem.start;
  const u8* at = as<Bytes>(problem.object).data() + problem.start;
  const bool shaped = left >= code.bytes &&
                      (code.bytes != 3 || ((at[0] & 0xf0) == 0xe0 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80));
  const u32 c = shaped ? read_surrogate(at, code) : 0;
  if (c < 0xd800 || c > 0xdfff) return raise_value(thread, exception);
  TextBuilder text;
  text.append(c);
  return answer(thread, text, problem.start + code.bytes);
}

constexpr MethodSpec kHandlers[] = {
    function<strict_errors>("strict_errors(exception, /)", "Raises the exception."),
    function<ignore_errors>("ignore_errors(exception, /)", "Leaves out what cannot be handled."),
    function<replace_errors>("replace_errors(exception, /)", "Puts a replacement marker."),
    function<escape_errors<Escape::Xml>>("xmlcharrefreplace_errors(exception, /)", "Puts XML character references."),
    function<escape_errors<Escape::Backslash>>("backslashreplace_errors(exception, /)", "Puts backslash escapes."),
    function<escape_errors<Escape::Name>>("namereplace_errors(exception, /)", "Puts \\N{...} escapes."),
    function<surrogatepass_errors>("surrogatepass(exception, /)", "Passes surrogates through."),
    function<surrogateescape_errors>("surrogateescape(exception, /)", "Maps bytes to surrogates and back."),
};

constexpr const char* kNames[] = {"strict",           "ignore",      "replace",       "xmlcharrefreplace",
                                  "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"};

}  // namespace

Result<void> register_builtin_handlers(Thread& thread) {
  for (usize i = 0; i < std::size(kHandlers); ++i) {
    Ref<NativeFunction> handler =
        TRY(make_native_function(thread, *types.builtin_function, kHandlers[i], Empty, None, nullptr));
    TRY(register_error_handler(thread, intern(thread, kNames[i]), handler.value()));
  }
  return {};
}

}  // namespace py
