// What Python's str methods and unicodedata know of one code point. Data of Unicode 14.0 as in CPython 3.11: code
// points assigned later count as unassigned. Latin-1 is answered from a small table here; the rest asks ICU, in one
// file. Threads: any; tables are constant.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/base/text/text_builder.h"
#include "core/base/text/text_view.h"

namespace py::unicode {

inline constexpr u32 kMaxCodePoint = 0x10ffff;

enum Property : u16 {
  kAlpha = 1,
  kDecimal = 2,
  kDigit = 4,
  kNumeric = 8,
  kPrintable = 16,
  kSpace = 32,
  kLower = 64,
  kUpper = 128,
  kTitle = 256,
  kIdentifierStart = 512,
  kIdentifierContinue = 1024,
  kCased = 2048,
  kCaseIgnorable = 4096,
  kAlnum = kAlpha | kDecimal | kDigit | kNumeric,
};

extern const u16 kLatin1Properties[256];
extern const u8 kLatin1Lower[256];  // lower case of every Latin-1 character is Latin-1
u16 properties_slow(u32 code_point);

inline u16 properties(u32 code_point) {
  return LIKELY(code_point < 256) ? kLatin1Properties[code_point] : properties_slow(code_point);
}
inline bool has(u32 code_point, u16 any_of) { return (properties(code_point) & any_of) != 0; }
inline bool is_alpha(u32 c) { return has(c, kAlpha); }
inline bool is_decimal(u32 c) { return has(c, kDecimal); }
inline bool is_digit(u32 c) { return has(c, kDigit); }
inline bool is_numeric(u32 c) { return has(c, kNumeric); }
inline bool is_alnum(u32 c) { return has(c, kAlnum); }
inline bool is_printable(u32 c) { return has(c, kPrintable); }
inline bool is_lower(u32 c) { return has(c, kLower); }
inline bool is_upper(u32 c) { return has(c, kUpper); }
inline bool is_title(u32 c) { return has(c, kTitle); }
inline bool is_identifier_start(u32 c) { return has(c, kIdentifierStart); }  // including '_'
inline bool is_identifier_continue(u32 c) { return has(c, kIdentifierContinue); }
// str.isspace(): the list is short and fixed, so it never asks ICU.
inline bool is_space(u32 c) {
  if (LIKELY(c < 256)) return (kLatin1Properties[c] & kSpace) != 0;
  return c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}
// str.splitlines() boundaries.
inline bool is_line_break(u32 c) {
  return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

int decimal_value(u32 code_point);  // -1: none
int digit_value(u32 code_point);    // -1: none
// unicodedata.numeric(); false: none.
bool numeric_value(u32 code_point, double& result);

// Simple mappings, one to one (also what the regular expressions use).
u32 lower_slow(u32 code_point);
u32 simple_upper(u32 code_point);
u32 simple_title(u32 code_point);
inline u32 simple_lower(u32 c) { return LIKELY(c < 256) ? kLatin1Lower[c] : lower_slow(c); }
// Full mappings of one code point; return how many code points they wrote (1 to 3). No context (final sigma) here.
int full_lower(u32 code_point, u32 (&result)[3]);
int full_upper(u32 code_point, u32 (&result)[3]);
int full_title(u32 code_point, u32 (&result)[3]);
int full_fold(u32 code_point, u32 (&result)[3]);

// unicodedata: the two-letter category ("Lu"), bidirectional class ("AL", "" if none), and so on.
const char* category(u32 code_point);
const char* bidirectional(u32 code_point);
const char* east_asian_width(u32 code_point);
int combining(u32 code_point);
bool is_mirrored(u32 code_point);
// unicodedata.decomposition(): "<compat> 0020 0301" or "". False: no memory.
bool decomposition(u32 code_point, ByteBuilder& out);
// unicodedata.name() into `buffer` (at most 128 bytes); 0: none.
usize name(u32 code_point, char (&buffer)[128]);
// unicodedata.lookup() and \N{...}, any case. Sequences have up to a few code points; returns the count, 0: unknown.
int lookup_name(const char* text, usize count, u32 (&result)[8]);

// Whether a version of Unicode had this character.
bool known_in(u32 code_point, u8 major, u8 minor);

enum class Form : u8 { Nfc, Nfd, Nfkc, Nfkd };
bool normalize(Form form, TextView text, TextBuilder& out);  // false: no memory
bool is_normalized(Form form, TextView text);

}  // namespace py::unicode
