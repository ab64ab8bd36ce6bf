// Backslash escapes of string and bytes literals. Texts of errors are those of the codecs CPython uses for it; so are
// the positions in them, which count a non-ASCII character as ten bytes.
#include "core/syntax/string_escapes.h"

#include "core/syntax/characters.h"
#include "core/syntax/parser.h"

namespace py {

void append_utf8(std::string* out, u32 c) {
  auto tail = [&](int shift) { out->push_back(static_cast<char>(0x80 | (c >> shift & 0x3F))); };
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | c >> 12));
    tail(6), tail(0);
  } else {
    out->push_back(static_cast<char>(0xF0 | c >> 18));
    tail(12), tail(6), tail(0);
  }
}

namespace {

usize codec_position(std::string_view body, usize end) {
  usize position = 0;
  for (usize i = 0; i < end; ++i) {
    if (static_cast<u8>(body[i]) < 0x80) {
      ++position;
    } else if (!is_utf8_continuation(body[i])) {
      position += 10;
    }
  }
  return position;
}

std::string codec_error(std::string_view body, usize start, usize end, const char* reason) {
  usize first = codec_position(body, start), last = codec_position(body, end);
  std::string message = "(unicode error) 'unicodeescape' codec can't decode ";
  if (last - first == 1) {
    message += "byte 0x5c in position " + std::to_string(first);
  } else {
    message += "bytes in position " + std::to_string(first) + "-" + std::to_string(last - 1);
  }
  return message + ": " + reason;
}

// Single-character escapes common to strings and bytes; -1: none.
int simple_escape(char c) {
  switch (c) {
    case '\\': return '\\';
    case '\'': return '\'';
    case '"': return '"';
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return -1;
  }
}

u32 octal_escape(std::string_view body, usize* at) {
  u32 value = 0;
  for (int i = 0; i < 3 && *at < body.size() && is_octal_digit(body[*at]); ++i)
    value = value * 8 + (body[(*at)++] - '0');
  return value;
}

}  // namespace

// Once for each literal, however often it is read.
void Parser::warn_escape(const char* what, std::string_view escape, const Token& token) {
  if (token.start < warned_until_) return;
  warned_until_ = token.start + 1;
  warn(SyntaxWarningNote::Category::DeprecationWarning, std::string(what) + " '" + std::string(escape) + "'", token);
}

bool Parser::decode_escapes(std::string_view body, const Token& token, bool bytes, std::string* out, bool* surrogates) {
  u32 error_token = position_;  // CPython points at the token after the literals
  auto codec_failure = [&](usize start, usize end, const char* reason) {
    return fail_at_token(error_token, ProblemKind::SyntaxError, codec_error(body, start, end, reason));
  };
  for (usize i = 0; i < body.size();) {
    char c = body[i];
    if (c != '\\') {
      usize end = body.find('\\', i);
      if (end == std::string_view::npos) end = body.size();
      out->append(body, i, end - i);
      i = end;
      continue;
    }
    usize start = i++;
    if (i >= body.size()) return codec_failure(start, i, "\\ at end of string");
    c = body[i++];
    if (int simple = simple_escape(c); simple >= 0) {
      out->push_back(static_cast<char>(simple));
    } else if (c == '\n') {
      // A continued line.
    } else if (is_octal_digit(c)) {
      --i;
      u32 value = octal_escape(body, &i);
      if (value > 0377) warn_escape("invalid octal escape sequence", body.substr(start, i - start), token);
      if (bytes) {
        out->push_back(static_cast<char>(value));
      } else {
        append_utf8(out, value);
      }
    } else if (c == 'x' && bytes) {
      if (i + 1 >= body.size() || !is_hex_digit(body[i]) || !is_hex_digit(body[i + 1])) {
        return fail_at_token(error_token, ProblemKind::SyntaxError,
                             "(value error) invalid \\x escape at position " + std::to_string(start));
      }
      out->push_back(static_cast<char>(hex_value(body[i]) << 4 | hex_value(body[i + 1])));
      i += 2;
    } else if (!bytes && (c == 'x' || c == 'u' || c == 'U')) {
      int wanted = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      u32 value = 0;
      for (int digit = 0; digit < wanted; ++digit, ++i) {
        if (i >= body.size() || !is_hex_digit(body[i])) {
          const char* reason = c == 'x'   ? "truncated \\xXX escape"
                               : c == 'u' ? "truncated \\uXXXX escape"
                                          : "truncated \\UXXXXXXXX escape";
          return codec_failure(start, i, reason);
        }
        value = value << 4 | hex_value(body[i]);
      }
      if (value > 0x10FFFF) return codec_failure(start, i, "illegal Unicode character");
      *surrogates |= value >= 0xD800 && value < 0xE000;
      append_utf8(out, value);
    } else if (!bytes && c == 'N') {
      usize close = i < body.size() && body[i] == '{' ? body.find('}', i) : std::string_view::npos;
      if (close == std::string_view::npos || close == i + 1) {
        usize end = i < body.size() && body[i] == '{' ? (close == i + 1 ? close : body.size()) : i;
        return codec_failure(start, end, "malformed \\N character escape");
      }
      u32 value;
      if (options_.lookup_unicode_name == nullptr ||
          !options_.lookup_unicode_name(options_.context, body.substr(i + 1, close - i - 1), &value)) {
        return codec_failure(start, close + 1, "unknown Unicode character name");
      }
      append_utf8(out, value);
      i = close + 1;
    } else {
      usize length = utf8_length(c);
      warn_escape("invalid escape sequence", body.substr(start, 1 + length), token);
      out->push_back('\\');
      --i;
      out->append(body, i, length);
      i += length;
    }
  }
  return true;
}

}  // namespace py
