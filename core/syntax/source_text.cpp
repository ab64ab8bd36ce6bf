#include "core/syntax/source_text.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/syntax/characters.h"
#include "core/syntax/string_escapes.h"

namespace py {
namespace {

std::string_view line_at(std::string_view text, usize* start) {
  usize end = text.find_first_of("\r\n", *start);
  if (end == std::string_view::npos) end = text.size();
  std::string_view line = text.substr(*start, end - *start);
  *start = end + (end < text.size()) + (end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n');
  return line;
}

// PEP 263: a comment alone on one of the first two lines, with `coding[:=]` and a name.
std::string_view cookie_of(std::string_view line) {
  usize at = line.find_first_not_of(" \t\f");
  if (at == std::string_view::npos || line[at] != '#') return {};
  for (at = line.find("coding", at); at != std::string_view::npos; at = line.find("coding", at + 1)) {
    usize name = at + 6;
    if (name >= line.size() || (line[name] != ':' && line[name] != '=')) continue;
    do ++name;
    while (name < line.size() && (line[name] == ' ' || line[name] == '\t'));
    usize end = name;
    while (end < line.size() && (std::isalnum(static_cast<u8>(line[end])) || std::strchr("-_.", line[end]))) ++end;
    if (end > name) return line.substr(name, end - name);
  }
  return {};
}

std::string_view declared_encoding(std::string_view text) {
  usize position = 0;
  std::string_view first = line_at(text, &position);
  if (auto cookie = cookie_of(first); !cookie.empty()) return cookie;
  usize content = first.find_first_not_of(" \t\f");
  if (content != std::string_view::npos && first[content] != '#') return {};
  return cookie_of(line_at(text, &position));
}

// Lower case, '_' as '-'; the common spellings reduced to "utf-8", "iso-8859-1" and "ascii".
std::string normal_encoding(std::string_view name) {
  std::string normal;
  for (char c : name) normal += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<u8>(c)));
  auto is = [&](const char* stem) { return normal == stem || normal.starts_with(std::string(stem) + "-"); };
  if (is("utf-8")) return "utf-8";
  if (is("latin-1") || is("iso-8859-1") || is("iso-latin-1") || normal == "latin1") return "iso-8859-1";
  if (normal == "us-ascii") return "ascii";
  return normal;
}

// The first byte that is not valid UTF-8, and why; npos when all is well.
usize find_invalid_utf8(std::string_view text, const char** reason, usize* length) {
  auto byte = [&](usize i) { return static_cast<u8>(text[i]); };
  *length = 1;
  for (usize i = 0; i < text.size();) {
    if (byte(i) < 0x80) {
      ++i;
      continue;
    }
    u8 lead = byte(i);
    usize wanted = lead >= 0xC2 && lead < 0xE0   ? 2
                   : lead >= 0xE0 && lead < 0xF0 ? 3
                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                 : 0;
    if (wanted == 0) {
      *reason = "invalid start byte";
      return i;
    }
    u8 low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (usize k = 1; k < wanted; ++k) {
      if (i + k >= text.size()) {
        *reason = "unexpected end of data";
        *length = k;
        return i;
      }
      if (byte(i + k) < low || byte(i + k) > high) {
        *reason = "invalid continuation byte";
        *length = k;
        return i;
      }
      low = 0x80, high = 0xBF;
    }
    i += wanted;
  }
  return std::string_view::npos;
}

// What is no UTF-8 becomes U+FFFD.
std::string with_replacements(std::string_view text) {
  std::string result;
  const char* reason;
  usize length;
  for (usize bad; (bad = find_invalid_utf8(text, &reason, &length)) != std::string_view::npos;) {
    result.append(text.substr(0, bad)).append("\xEF\xBF\xBD");
    text.remove_prefix(bad + length);
  }
  return result.append(text);
}

// A text that cannot be read at all has an error without a place.
bool unreadable(Arena& arena, SyntaxProblem* problem, const std::string& message) {
  problem->kind = ProblemKind::SyntaxError;
  problem->message = arena.copy(message);
  problem->offset = -1;
  return false;
}

void set_problem(Arena& arena, SyntaxProblem* problem, ProblemKind kind, const std::string& message) {
  problem->kind = kind;
  problem->message = arena.copy(message);
}

bool check_utf8(Arena& arena, std::string_view text, const ParseOptions& options, SyntaxProblem* problem) {
  const char* reason;
  usize length;
  usize bad = find_invalid_utf8(text, &reason, &length);
  if (bad == std::string_view::npos) return true;
  const char* digits = "0123456789abcdef";
  u8 byte = static_cast<u8>(text[bad]);
  if (!options.file_name.empty()) {
    i32 line = 1;
    for (char c : text.substr(0, bad)) line += c == '\n';
    set_problem(arena, problem, ProblemKind::SyntaxError,
                std::string("Non-UTF-8 code starting with '\\x") + digits[byte >> 4] + digits[byte & 15] +
                    "' in file " + std::string(options.file_name) + " on line " + std::to_string(line) +
                    ", but no encoding declared; see https://peps.python.org/pep-0263/ for details");
    problem->line = line;
    return false;
  }
  // As if the literal around, or the line, had been decoded alone; reported at the token after the literal.
  usize line_start = text.find_last_of('\n', bad);
  line_start = line_start == std::string_view::npos ? 0 : line_start + 1;
  problem->line = problem->end_line = 1 + std::count(text.begin(), text.begin() + bad, '\n');
  usize quote = text.find_last_of("'\"", bad), offset = 1, origin = line_start;
  if (quote != std::string_view::npos && quote >= line_start) {
    origin = quote + 1;
    usize next = text.find(text[quote], bad);
    next = next == std::string_view::npos ? bad : text.find_first_not_of(' ', next + 1);
    if (next != std::string_view::npos) offset = next - line_start + 1;
  }
  problem->offset = problem->end_offset = static_cast<i32>(offset);
  bad -= origin;
  std::string message = "(unicode error) 'utf-8' codec can't decode ";
  if (length == 1) {
    message += std::string("byte 0x") + digits[byte >> 4] + digits[byte & 15] + " in position " + std::to_string(bad);
  } else {
    message += "bytes in position " + std::to_string(bad) + "-" + std::to_string(bad + length - 1);
  }
  set_problem(arena, problem, ProblemKind::SyntaxError, message + ": " + reason);
  problem->text_line = arena.copy(with_replacements(source_line(text, problem->line)));
  problem->has_text = true;
  return false;
}

bool decode(Arena& arena, std::string_view* text, std::string_view cookie, const ParseOptions& options,
            SyntaxProblem* problem) {
  std::string encoding = normal_encoding(cookie);
  if (encoding == "iso-8859-1") {
    std::string utf8;
    for (char c : *text) append_utf8(&utf8, static_cast<u8>(c));
    *text = arena.copy(utf8);
    return true;
  }
  std::string_view decoded, message;
  if (options.decode_source != nullptr) {
    if (options.decode_source(options.context, arena, cookie, *text, &decoded, &message)) {
      *text = decoded;
      return true;
    }
    if (!options.file_name.empty()) return unreadable(arena, problem, "encoding problem: " + std::string(cookie));
    return unreadable(arena, problem, std::string(message));
  }
  if (encoding != "ascii") return unreadable(arena, problem, "unknown encoding: " + std::string(cookie));
  for (usize i = 0; i < text->size(); ++i) {
    u8 byte = static_cast<u8>((*text)[i]);
    if (byte < 0x80) continue;
    const char* digits = "0123456789abcdef";
    return unreadable(arena, problem,
                      std::string("'ascii' codec can't decode byte 0x") + digits[byte >> 4] + digits[byte & 15] +
                          " in position " + std::to_string(i) + ": ordinal not in range(128)");
  }
  return true;
}

// A copy with '\n' newlines, a final newline if wanted, and NUL padding so that the lexer may look ahead.
std::string_view normalised_copy(Arena& arena, std::string_view text, bool final_newline) {
  char* data = arena.make_array<char>(text.size() + 8);
  usize size = 0;
  if (std::memchr(text.data(), '\r', text.size()) == nullptr) {
    std::memcpy(data, text.data(), text.size());
    size = text.size();
  } else {
    for (usize i = 0; i < text.size(); ++i) {
      char c = text[i];
      if (c == '\r') {
        c = '\n';
        if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
      }
      data[size++] = c;
    }
  }
  if (final_newline && size > 0 && data[size - 1] != '\n') data[size++] = '\n';
  std::memset(data + size, 0, 7);
  return {data, size};
}

}  // namespace

std::string_view read_source(Arena& arena, std::string_view bytes, const ParseOptions& options,
                             SyntaxProblem* problem) {
  std::string_view text = bytes;
  if (text.data() == nullptr) text = "";
  const bool has_null = std::memchr(text.data(), '\0', text.size()) != nullptr;
  const auto refuse_null = [&] {
    set_problem(arena, problem, ProblemKind::ValueError, "source code string cannot contain null bytes");
    return std::string_view();
  };
  if (has_null && options.file_name.empty()) return refuse_null();
  bool has_mark = text.starts_with("\xEF\xBB\xBF");
  if (has_mark) text.remove_prefix(3);
  if (!options.ignore_cookie) {
    std::string_view cookie = declared_encoding(text);
    if (has_mark && !cookie.empty() && normal_encoding(cookie) != "utf-8") {
      unreadable(arena, problem, "encoding problem: " + normal_encoding(cookie) + " with BOM");
      return {};
    }
    // With a byte order mark "utf8" is refused, as CPython does; without, it is an alias.
    bool is_utf8 = cookie.empty() || normal_encoding(cookie) == "utf-8" || normal_encoding(cookie) == "utf8";
    if (!is_utf8 && !decode(arena, &text, cookie, options, problem)) return {};
    if (!check_utf8(arena, text, options, problem)) return {};
  }
  if (has_null) return refuse_null();
  return normalised_copy(arena, text, options.mode == ParseMode::Exec);
}

}  // namespace py
