// Numeric literals: their extent and their errors. The parser computes the values.
#include <cstring>

#include "core/syntax/characters.h"
#include "core/syntax/lexer.h"

namespace py {

// Digits with single underscores between; `at` stands on the first digit and ends after the last.
bool Lexer::digits(u32& position, bool (*accepts)(char)) {
  for (;;) {
    while (accepts(at(position))) ++position;
    if (at(position) != '_') return true;
    if (!accepts(at(++position))) return false;
  }
}

bool Lexer::lex_number() {
  u32 start = cursor_;
  char radix = at(start) == '0' ? at(start + 1) | 0x20 : '\0';
  bool fine = radix == 'x' || radix == 'o' || radix == 'b' ? radix_number(start, radix) : decimal_number(start);
  if (!fine) return false;
  add(TokenKind::Number, start, cursor_);
  return true;
}

bool Lexer::radix_number(u32 start, char radix) {
  const char* kind = radix == 'x' ? "hexadecimal" : radix == 'o' ? "octal" : "binary";
  bool (*accepts)(char) = radix == 'x' ? is_hex_digit : radix == 'o' ? is_octal_digit : is_binary_digit;
  u32 position = start + 2;
  auto bad_digit = [&] {
    cursor_ = position + 1;
    return fail(std::string("invalid digit '") + at(position) + "' in " + kind + " literal", cursor_);
  };
  do {
    if (at(position) == '_') ++position;
    if (!accepts(at(position))) {
      if (is_digit(at(position))) return bad_digit();
      cursor_ = position;
      return fail(std::string("invalid ") + kind + " literal", position);
    }
    while (accepts(at(position))) ++position;
  } while (at(position) == '_');
  if (is_digit(at(position))) return bad_digit();
  cursor_ = position;
  return end_of_number(kind);
}

bool Lexer::decimal_number(u32 start) {
  u32 position = start;
  u32 zeros_end = start;
  bool leading_zero_number = false;
  auto bad = [&] {
    cursor_ = position;
    return fail("invalid decimal literal", position);
  };
  if (at(position) == '0') {
    while (at(position) == '0' || at(position) == '_') {
      if (at(position) == '_' && !is_digit(at(++position))) return bad();
      if (at(position) != '0') break;
      ++position;
    }
    zeros_end = position + 1;
    leading_zero_number = is_digit(at(position));
  }
  if (is_digit(at(position)) && !digits(position, is_digit)) return bad();
  bool integer = true;
  if (at(position) == '.') {
    integer = false;
    ++position;
    if (is_digit(at(position)) && !digits(position, is_digit)) return bad();
  }
  if ((at(position) | 0x20) == 'e') {
    u32 exponent = position + 1;
    bool has_sign = at(exponent) == '+' || at(exponent) == '-';
    if (is_digit(at(exponent + has_sign))) {
      integer = false;
      position = exponent + has_sign;
      if (!digits(position, is_digit)) return bad();
    } else if (has_sign) {
      position = exponent + 1;
      return bad();
    }
  }
  if ((at(position) | 0x20) == 'j') {
    cursor_ = position + 1;
    return end_of_number("imaginary");
  }
  cursor_ = position;
  if (integer && leading_zero_number) {
    i32 offset = characters(line_start_, start) + 1;
    return fail_at(ProblemKind::SyntaxError,
                   "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
                   line_, offset, line_, characters(line_start_, zeros_end), true);
  }
  return end_of_number("decimal");
}

// A keyword may touch a number (`1if x else y`), with a warning; any other name may not.
bool Lexer::end_of_number(const char* kind) {
  if (!is_name_byte(at(cursor_))) return true;
  static const char* const kAllowed[] = {"and", "else", "for", "if", "in", "is", "or", "not"};
  for (const char* keyword : kAllowed) {
    if (std::strncmp(text_ + cursor_, keyword, std::strlen(keyword)) != 0) continue;
    warn(SyntaxWarningNote::Category::SyntaxWarning, std::string("invalid ") + kind + " literal", line_);
    return true;
  }
  return fail(std::string("invalid ") + kind + " literal", cursor_);
}

}  // namespace py
