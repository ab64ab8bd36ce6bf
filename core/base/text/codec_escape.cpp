// Backslash escapes: unicode-escape, raw-unicode-escape, and the escapes of bytes literals.
#include <cstdio>

#include "core/base/text/codec_errors.h"
#include "core/base/text/unicode.h"

namespace py::codec {

namespace {

int hex_digit(u8 c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The character a one-letter escape stands for; -1: none, 0x100: line continuation.
int simple_escape(u8 c) {
  switch (c) {
    case '\n': return 0x100;
    case '\\':
    case '\'':
    case '"': return c;
    case 'a': return 7;
    case 'b': return 8;
    case 't': return 9;
    case 'n': return 10;
    case 'v': return 11;
    case 'f': return 12;
    case 'r': return 13;
    default: return -1;
  }
}

// What the text after a backslash amounts to.
struct Escape {
  enum class Kind : u8 { Character, Nothing, Unknown, Error, Incomplete } kind;
  u32 code_point = 0;
  isize end = 0;
  const char* reason = nullptr;
};

Escape read_hex(const u8* input, isize size, isize at, int digits, const char* reason) {
  u32 value = 0;
  for (int i = 0; i < digits; ++i, ++at) {
    if (at >= size) return {Escape::Kind::Incomplete, 0, at, reason};
    int digit = hex_digit(input[at]);
    if (digit < 0) return {Escape::Kind::Error, 0, at, reason};
    value = value << 4 | static_cast<u32>(digit);
  }
  if (value > unicode::kMaxCodePoint) return {Escape::Kind::Error, 0, at, "illegal Unicode character"};
  return {Escape::Kind::Character, value, at, nullptr};
}

Escape read_name(const u8* input, isize size, isize at) {
  static constexpr char kMalformed[] = "malformed \\N character escape";
  if (at >= size) return {Escape::Kind::Incomplete, 0, at, kMalformed};
  if (input[at] != '{') return {Escape::Kind::Error, 0, at, kMalformed};
  isize start = ++at;
  while (at < size && input[at] != '}') ++at;
  if (at >= size) return {Escape::Kind::Incomplete, 0, at, kMalformed};
  if (at == start) return {Escape::Kind::Error, 0, at, kMalformed};
  u32 found[8];
  const char* name = reinterpret_cast<const char*>(input + start);
  int count = unicode::lookup_name(name, static_cast<usize>(at - start), found);
  if (count != 1) return {Escape::Kind::Error, 0, at + 1, "unknown Unicode character name"};
  return {Escape::Kind::Character, found[0], at + 1, nullptr};
}

Escape read_octal(const u8* input, isize size, isize at) {
  u32 value = 0;
  isize start = at;
  while (at < size && at < start + 3 && input[at] >= '0' && input[at] <= '7') value = value << 3 | (input[at++] - '0');
  return {Escape::Kind::Character, value, at, nullptr};
}

// `at` is just past the backslash.
Escape read_escape(const u8* input, isize size, isize at) {
  if (at >= size) return {Escape::Kind::Incomplete, 0, at, "\\ at end of string"};
  u8 c = input[at];
  if (c >= '0' && c <= '7') return read_octal(input, size, at);
  ++at;
  switch (c) {
    case 'x': return read_hex(input, size, at, 2, "truncated \\xXX escape");
    case 'u': return read_hex(input, size, at, 4, "truncated \\uXXXX escape");
    case 'U': return read_hex(input, size, at, 8, "truncated \\UXXXXXXXX escape");
    case 'N': return read_name(input, size, at);
    default: break;
  }
  int simple = simple_escape(c);
  if (simple < 0) return {Escape::Kind::Unknown, c, at, nullptr};
  if (simple == 0x100) return {Escape::Kind::Nothing, 0, at, nullptr};
  return {Escape::Kind::Character, static_cast<u32>(simple), at, nullptr};
}

}  // namespace

Result decode_unicode_escape(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out, Final final,
                             isize& first_invalid_escape) {
  first_invalid_escape = -1;
  DecodeRun run("unicodeescape", bytes, count, handler, out);
  isize i = 0;
  while (i < run.size && !out.failed()) {
    if (run.input[i] != '\\') {
      out.append(run.input[i++]);
      continue;
    }
    Escape escape = read_escape(run.input, run.size, i + 1);
    switch (escape.kind) {
      case Escape::Kind::Character: {
        const u8 lead = run.input[i + 1];
        const bool octal = lead >= '0' && lead <= '7';
        if (octal && escape.code_point > 0xff && first_invalid_escape < 0) first_invalid_escape = i + 1;
        out.append(escape.code_point);
        break;
      }
      case Escape::Kind::Nothing: break;
      case Escape::Kind::Unknown:
        if (first_invalid_escape < 0) first_invalid_escape = i + 1;
        out.append('\\');
        out.append(escape.code_point);
        break;
      case Escape::Kind::Incomplete:
        if (final == Final::No) return run.finish(i);
        [[fallthrough]];
      case Escape::Kind::Error:
        if (!run.error(i, escape.end, escape.reason, i)) return run.result();
        continue;
    }
    i = escape.end;
  }
  return run.finish(i);
}

Result decode_raw_unicode_escape(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out, Final final) {
  DecodeRun run("rawunicodeescape", bytes, count, handler, out);
  isize i = 0;
  while (i < run.size && !out.failed()) {
    u8 c = run.input[i];
    if (c != '\\') {
      out.append(c);
      ++i;
      continue;
    }
    if (i + 1 >= run.size) {
      if (final == Final::No) break;
      out.append('\\');
      ++i;
      continue;
    }
    u8 kind = run.input[i + 1];
    if (kind != 'u' && kind != 'U') {
      out.append('\\');
      out.append(kind);
      i += 2;
      continue;
    }
    Escape escape = kind == 'u' ? read_hex(run.input, run.size, i + 2, 4, "truncated \\uXXXX escape")
                                : read_hex(run.input, run.size, i + 2, 8, "truncated \\UXXXXXXXX escape");
    if (escape.kind == Escape::Kind::Character) {
      out.append(escape.code_point);
      i = escape.end;
      continue;
    }
    if (escape.kind == Escape::Kind::Incomplete && final == Final::No) break;
    if (escape.reason[0] == 'i') escape.reason = "\\Uxxxxxxxx out of range";
    if (!run.error(i, escape.end, escape.reason, i)) return run.result();
  }
  return run.finish(i);
}

Result decode_bytes_escape(const void* bytes, isize count, ErrorMode mode, ByteBuilder& out,
                           isize& first_invalid_escape) {
  first_invalid_escape = -1;
  const u8* input = static_cast<const u8*>(bytes);
  Result result;
  result.consumed = count;
  isize i = 0;
  while (i < count) {
    if (input[i] != '\\') {
      out.append(static_cast<char>(input[i++]));
      continue;
    }
    isize start = i++;
    if (i >= count) {
      result.status = Status::Error;
      result.error = {"", "Trailing \\ in string", start, count};
      return result;
    }
    u8 c = input[i];
    int simple = simple_escape(c);
    if (simple >= 0) {
      if (simple != 0x100) out.append(static_cast<char>(simple));
      ++i;
    } else if (c >= '0' && c <= '7') {
      Escape escape = read_octal(input, count, i);
      if (escape.code_point > 0xff && first_invalid_escape < 0) first_invalid_escape = i;
      out.append(static_cast<char>(escape.code_point));
      i = escape.end;
    } else if (c == 'x') {
      Escape escape = read_hex(input, count, i + 1, 2, "invalid \\x escape at position");
      if (escape.kind == Escape::Kind::Character) {
        out.append(static_cast<char>(escape.code_point));
      } else if (mode == ErrorMode::Replace) {
        out.append('?');
      } else if (mode != ErrorMode::Ignore) {
        result.status = Status::Error;
        result.error = {"", escape.reason, start, escape.end};
        return result;
      }
      i = escape.end;
    } else {
      if (first_invalid_escape < 0) first_invalid_escape = i;
      out.append('\\');
      out.append(static_cast<char>(c));
      ++i;
    }
  }
  if (out.failed()) result.status = Status::OutOfMemory;
  return result;
}

namespace {

void append_hex(ByteBuilder& out, u32 c) {
  char buffer[12];
  int size = std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  out.append(buffer, static_cast<usize>(size));
}

Result encoded(TextView text, const ByteBuilder& out) {
  Result result;
  result.consumed = text.length;
  if (out.failed()) result.status = Status::OutOfMemory;
  return result;
}

}  // namespace

Result encode_unicode_escape(TextView text, ByteBuilder& out) {
  for (isize i = 0; i < text.length; ++i) {
    u32 c = text[i];
    if (c == '\\') {
      out.append("\\\\", 2);
    } else if (c >= 0x20 && c < 0x7f) {
      out.append(static_cast<char>(c));
    } else if (c == '\t' || c == '\n' || c == '\r') {
      out.append('\\');
      out.append(c == '\t' ? 't' : c == '\n' ? 'n' : 'r');
    } else {
      append_hex(out, c);
    }
  }
  return encoded(text, out);
}

Result encode_raw_unicode_escape(TextView text, ByteBuilder& out) {
  for (isize i = 0; i < text.length; ++i) {
    u32 c = text[i];
    if (c < 0x100) {
      out.append(static_cast<char>(c));
    } else {
      append_hex(out, c);
    }
  }
  return encoded(text, out);
}

}  // namespace py::codec
