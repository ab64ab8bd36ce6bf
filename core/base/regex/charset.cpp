#include "core/base/regex/charset.h"

#include <cctype>

#include "core/base/regex/regex.h"

namespace py::regex {

u32 locale_lower(u32 c) { return c < 256 ? static_cast<u32>(std::tolower(static_cast<int>(c))) : c; }
u32 locale_upper(u32 c) { return c < 256 ? static_cast<u32>(std::toupper(static_cast<int>(c))) : c; }
bool locale_is_word(u32 c) { return c < 256 && (std::isalnum(static_cast<int>(c)) || c == '_'); }

bool in_category_slow(u32 category, u32 c) {
  switch (category) {
    case kDigit: return c >= '0' && c <= '9';
    case kNotDigit: return !(c >= '0' && c <= '9');
    case kSpace: return c == ' ' || (c >= '\t' && c <= '\r');
    case kNotSpace: return !(c == ' ' || (c >= '\t' && c <= '\r'));
    case kWord: return is_ascii_word(c);
    case kNotWord: return !is_ascii_word(c);
    case kLinebreak: return c == '\n';
    case kNotLinebreak: return c != '\n';
    case kLocWord: return locale_is_word(c);
    case kLocNotWord: return !locale_is_word(c);
    case kUniDigit: return unicode::is_decimal(c);
    case kUniNotDigit: return !unicode::is_decimal(c);
    case kUniSpace: return unicode::is_space(c);
    case kUniNotSpace: return !unicode::is_space(c);
    case kUniWord: return is_unicode_word(c);
    case kUniNotWord: return !is_unicode_word(c);
    case kUniLinebreak: return unicode::is_line_break(c);
    case kUniNotLinebreak: return !unicode::is_line_break(c);
    default: return false;
  }
}

u32 ascii_lower(u32 c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
u32 unicode_lower(u32 c) { return unicode::simple_lower(c); }
bool ascii_is_cased(u32 c) { return (c | 32) >= 'a' && (c | 32) <= 'z' && c < 128; }

bool unicode_is_cased(u32 c) {
  // The first character of the full upper case: sharp s counts as cased although its simple mapping is itself.
  u32 upper[3];
  unicode::full_upper(c, upper);
  return unicode::simple_lower(c) != c || upper[0] != c;
}

}  // namespace py::regex
