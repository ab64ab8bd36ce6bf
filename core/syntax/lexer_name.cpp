// Names and keywords, and the string prefixes that look like names.
#include <unicode/uchar.h>

#include <cstring>

#include "core/syntax/characters.h"
#include "core/syntax/lexer.h"

namespace py {
namespace {

struct Keyword {
  const char* text;
  TokenKind kind;
};
constexpr Keyword kKeywords[] = {
#define KEYWORD(Name, text) {text, TokenKind::Name},
#include "core/syntax/tokens.def"
};

// Rows of kKeywords by first letter: the table is sorted, so equal letters are neighbours.
struct KeywordIndex {
  u8 first[128] = {}, last[128] = {};
  constexpr KeywordIndex() {
    u8 row = 0;
    for (const Keyword& keyword : kKeywords) {
      u8 letter = keyword.text[0];
      if (first[letter] == last[letter]) first[letter] = row;
      last[letter] = ++row;
    }
  }
};
constexpr KeywordIndex kIndex;

TokenKind keyword_kind(const char* text, u32 length) {
  if (length < 2 || length > 8 || static_cast<u8>(text[0]) >= 128) return TokenKind::Name;
  u8 letter = text[0];
  for (u8 row = kIndex.first[letter]; row < kIndex.last[letter]; ++row) {
    const char* keyword = kKeywords[row].text;
    if (std::strncmp(keyword, text, length) == 0 && keyword[length] == '\0') return kKeywords[row].kind;
  }
  return TokenKind::Name;
}

// True when text[0..length) is a string prefix, in any case: r, u, b, f, t and the pairs with r.
bool is_string_prefix(const char* text, u32 length) {
  if (length > 2) return false;
  char first = text[0] | 0x20, second = length == 2 ? text[1] | 0x20 : '\0';
  if (length == 1) return std::strchr("rubft", first) != nullptr;
  if (second == 'r') std::swap(first, second);
  return first == 'r' && std::strchr("bft", second) != nullptr;
}

bool is_printable(u32 c) {
  switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_UNASSIGNED:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_SPACE_SEPARATOR: return c == ' ';
    default: return true;
  }
}

std::string hexadecimal(u32 c) {
  std::string text;
  for (; c != 0 || text.size() < 4; c >>= 4) text.insert(text.begin(), "0123456789ABCDEF"[c & 15]);
  return text;
}

bool is_identifier_start(u32 c) { return c == '_' || u_hasBinaryProperty(c, UCHAR_XID_START); }
bool is_identifier_part(u32 c) { return u_hasBinaryProperty(c, UCHAR_XID_CONTINUE); }

}  // namespace

bool Lexer::lex_name() {
  u32 start = cursor_;
  u32 end = start;
  bool ascii = true;
  while (is_name_byte(at(end))) {
    ascii &= static_cast<u8>(at(end)) < 0x80;
    ++end;
  }
  if (at(end) == '"' || at(end) == '\'') {
    if (is_string_prefix(text_ + start, end - start)) {
      cursor_ = end;
      return lex_string(start, end - start);
    }
  }
  if (!ascii) {
    for (u32 i = start; i < end; i += utf8_length(at(i))) {
      u32 c = decode_utf8(text_ + i);
      if (i == start ? is_identifier_start(c) : is_identifier_part(c)) continue;
      u32 after = i + utf8_length(at(i));
      cursor_ = after;
      if (!is_printable(c)) return fail("invalid non-printable character U+" + hexadecimal(c), after);
      std::string character(text_ + i, after - i);
      return fail("invalid character '" + character + "' (U+" + hexadecimal(c) + ")", after);
    }
  }
  cursor_ = end;
  add(keyword_kind(text_ + start, end - start), start, end);
  tokens.back().identifier = identifiers_.intern_source({text_ + start, end - start});
  return true;
}

}  // namespace py
