// Whether a character is in a category or in a compiled set. Private to the regex engine. Threads: any; no state.
#pragma once
#include "core/base/regex/opcodes.h"
#include "core/base/text/unicode.h"

namespace py::regex {

bool in_category_slow(u32 category, u32 c);
u32 locale_lower(u32 c);
u32 locale_upper(u32 c);
bool locale_is_word(u32 c);

inline bool is_ascii_word(u32 c) { return c < 128 && ((unicode::kLatin1Properties[c] & unicode::kAlnum) || c == '_'); }
inline bool is_unicode_word(u32 c) { return unicode::is_alnum(c) || c == '_'; }

inline bool in_category(u32 category, u32 c) {
  switch (category) {
    case kUniWord: return is_unicode_word(c);
    case kUniSpace: return unicode::is_space(c);
    case kUniDigit: return c < 128 ? c - '0' < 10 : unicode::is_decimal(c);
    default: return in_category_slow(category, c);
  }
}

inline bool in_bitmap(const u32* bitmap, u32 c) { return c < 256 && (bitmap[c >> 5] >> (c & 31) & 1); }

// `set` is the code after IN's skip word, up to its FAILURE.
inline bool in_charset(const u32* set, u32 c) {
  bool found = true;
  for (;;) {
    switch (*set++) {
      case kFailure: return !found;
      case kLiteral:
        if (*set++ == c) return found;
        break;
      case kCategory:
        if (in_category(*set++, c)) return found;
        break;
      case kCharset:
        if (in_bitmap(set, c)) return found;
        set += 8;
        break;
      case kRange:
        if (set[0] <= c && c <= set[1]) return found;
        set += 2;
        break;
      case kRangeUniIgnore: {
        if (set[0] <= c && c <= set[1]) return found;
        u32 upper = unicode::simple_upper(c);
        if (set[0] <= upper && upper <= set[1]) return found;
        set += 2;
        break;
      }
      case kNegate: found = !found; break;
      case kBigCharset: {
        u32 count = *set++;
        if (c < 0x10000) {
          u32 block = reinterpret_cast<const u8*>(set)[c >> 8];
          if (set[64 + block * 8 + ((c & 255) >> 5)] >> (c & 31) & 1) return found;
        }
        set += 64 + count * 8;
        break;
      }
      default: return false;
    }
  }
}

// Sets of a locale pattern hold both cases as written.
inline bool in_charset_locale(const u32* set, u32 c) {
  u32 lower = locale_lower(c);
  if (in_charset(set, lower)) return true;
  u32 upper = locale_upper(c);
  return upper != lower && in_charset(set, upper);
}

}  // namespace py::regex
