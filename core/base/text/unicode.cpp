// The only file that knows ICU. Properties are cached in pages of 256 code points that are made on first use.
#include "core/base/text/unicode.h"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/base/text/name_alias.h"
#include "core/base/text/named_sequences.h"

namespace py::unicode {

namespace {

// Internal: some full case mapping differs from the simple one.
constexpr u16 kSpecialCase = 0x8000;
constexpr u8 kUnicodeMajor = 14;

bool is_assigned(u32 c) {
  UVersionInfo age;
  u_charAge(static_cast<UChar32>(c), age);
  // Noncharacters have an age but no category.
  return age[0] != 0 && age[0] <= kUnicodeMajor && u_charType(static_cast<UChar32>(c)) != U_UNASSIGNED;
}

// CPython's idea of the general category, in ICU's numbering: what Unicode 14 did not know is unassigned.
int general_category(u32 c) { return is_assigned(c) ? u_charType(static_cast<UChar32>(c)) : U_UNASSIGNED; }

bool has_binary(u32 c, UProperty property) { return u_hasBinaryProperty(static_cast<UChar32>(c), property); }

enum class Case : u8 { Lower, Upper, Title, Fold };

int map_full(u32 c, Case kind, u32 (&result)[3]) {
  UChar source[2];
  int size = 0;
  U16_APPEND_UNSAFE(source, size, c);
  UChar target[16];
  UErrorCode status = U_ZERO_ERROR;
  int length = 0;
  switch (kind) {
    case Case::Lower: length = u_strToLower(target, 16, source, size, "", &status); break;
    case Case::Upper: length = u_strToUpper(target, 16, source, size, "", &status); break;
    case Case::Fold: length = u_strFoldCase(target, 16, source, size, U_FOLD_CASE_DEFAULT, &status); break;
    case Case::Title: {
      // One string as one word: no break iterator, hence no locale data.
      UCaseMap* map = ucasemap_open("", U_TITLECASE_WHOLE_STRING | U_TITLECASE_NO_BREAK_ADJUSTMENT, &status);
      length = ucasemap_toTitle(map, target, 16, source, size, &status);
      ucasemap_close(map);
      break;
    }
  }
  if (U_FAILURE(status) || length > 16) {
    result[0] = c;
    return 1;
  }
  int count = 0;
  for (int i = 0; i < length && count < 3; ++count) U16_NEXT_UNSAFE(target, i, result[count]);
  return count;
}

bool is_special_case(u32 c) {
  if (!has_binary(c, UCHAR_CASED) && !has_binary(c, UCHAR_CHANGES_WHEN_CASEMAPPED)) return false;
  auto point = static_cast<UChar32>(c);
  u32 mapped[3];
  return map_full(c, Case::Lower, mapped) != 1 || mapped[0] != static_cast<u32>(u_tolower(point)) ||
         map_full(c, Case::Upper, mapped) != 1 || mapped[0] != static_cast<u32>(u_toupper(point)) ||
         map_full(c, Case::Title, mapped) != 1 || mapped[0] != static_cast<u32>(u_totitle(point)) ||
         map_full(c, Case::Fold, mapped) != 1 || mapped[0] != static_cast<u32>(u_foldCase(point, U_FOLD_CASE_DEFAULT));
}

u16 numeric_properties(u32 c) {
  switch (u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_NUMERIC_TYPE)) {
    case U_NT_DECIMAL: return kDecimal | kDigit | kNumeric;
    case U_NT_DIGIT: return kDigit | kNumeric;
    case U_NT_NUMERIC: return kNumeric;
    default: return 0;
  }
}

u16 compute(u32 c) {
  if (c > kMaxCodePoint || !is_assigned(c)) return 0;
  u32 mask = U_MASK(u_charType(static_cast<UChar32>(c)));
  u16 result = numeric_properties(c);
  if (mask & U_GC_L_MASK) result |= kAlpha;
  if (mask & U_GC_LT_MASK) result |= kTitle;
  if (c == ' ' || !(mask & (U_GC_C_MASK | U_GC_Z_MASK))) result |= kPrintable;
  if (c >= 256 && is_space(c)) result |= kSpace;
  if (has_binary(c, UCHAR_LOWERCASE)) result |= kLower;
  if (has_binary(c, UCHAR_UPPERCASE)) result |= kUpper;
  if (c == '_' || has_binary(c, UCHAR_XID_START)) result |= kIdentifierStart;
  if (has_binary(c, UCHAR_XID_CONTINUE)) result |= kIdentifierContinue;
  if (has_binary(c, UCHAR_CASED)) result |= kCased;
  if (has_binary(c, UCHAR_CASE_IGNORABLE)) result |= kCaseIgnorable;
  if (is_special_case(c)) result |= kSpecialCase;
  // Modifier letters that became lower case with Unicode 15.
  if (c == 0x10fc || (c >= 0xa7f2 && c <= 0xa7f4) || c == 0xab69) result &= static_cast<u16>(~(kLower | kCased));
  return result;
}

constexpr u32 kPages = 0x110000 / 256;
std::atomic<u16*> pages[kPages];

u16* make_page(u32 index) {
  auto* page = static_cast<u16*>(std::malloc(256 * sizeof(u16)));
  if (!page) return nullptr;
  for (u32 i = 0; i < 256; ++i) page[i] = compute(index * 256 + i);
  u16* expected = nullptr;
  // Two threads may compute the same page; the loser drops its copy. Pairs with the acquire in properties_slow.
  if (pages[index].compare_exchange_strong(expected, page, std::memory_order_acq_rel)) return page;
  std::free(page);
  return expected;
}

int map_case(u32 c, Case kind, u32 simple, u32 (&result)[3]) {
  if (c >= 128 && (properties_slow(c) & kSpecialCase)) return map_full(c, kind, result);
  result[0] = simple;
  return 1;
}

}  // namespace

u16 properties_slow(u32 c) {
  if (c > kMaxCodePoint) return 0;
  u16* page = pages[c >> 8].load(std::memory_order_acquire);
  if (UNLIKELY(!page) && !(page = make_page(c >> 8))) return compute(c);
  return page[c & 255];
}

int decimal_value(u32 c) {
  if (c < 128) return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
  return has(c, kDecimal) ? u_charDigitValue(static_cast<UChar32>(c)) : -1;
}

int digit_value(u32 c) {
  if (!has(c, kDigit)) return -1;
  return static_cast<int>(u_getNumericValue(static_cast<UChar32>(c)));
}

bool numeric_value(u32 c, double& result) {
  if (!has(c, kNumeric)) return false;
  result = u_getNumericValue(static_cast<UChar32>(c));
  return true;
}

u32 lower_slow(u32 c) { return is_assigned(c) ? static_cast<u32>(u_tolower(static_cast<UChar32>(c))) : c; }
u32 simple_upper(u32 c) {
  if (c < 128) return c >= 'a' && c <= 'z' ? c - 32 : c;
  return is_assigned(c) ? static_cast<u32>(u_toupper(static_cast<UChar32>(c))) : c;
}
u32 simple_title(u32 c) {
  if (c < 128) return simple_upper(c);
  return is_assigned(c) ? static_cast<u32>(u_totitle(static_cast<UChar32>(c))) : c;
}

int full_lower(u32 c, u32 (&result)[3]) { return map_case(c, Case::Lower, simple_lower(c), result); }
int full_upper(u32 c, u32 (&result)[3]) { return map_case(c, Case::Upper, simple_upper(c), result); }
int full_title(u32 c, u32 (&result)[3]) { return map_case(c, Case::Title, simple_title(c), result); }
int full_fold(u32 c, u32 (&result)[3]) {
  if (c < 128) {
    result[0] = kLatin1Lower[c];
    return 1;
  }
  u32 simple = is_assigned(c) ? static_cast<u32>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT)) : c;
  return map_case(c, Case::Fold, simple, result);
}

const char* category(u32 c) {
  // In the order of ICU's UCharCategory.
  static const char kNames[][3] = {"Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd",
                                   "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cs", "Pd",
                                   "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf"};
  return kNames[general_category(c)];
}

const char* bidirectional(u32 c) {
  // In the order of ICU's UCharDirection.
  static const char kNames[][4] = {"L",   "R",  "EN",  "ES",  "ET",  "AN",  "CS", "B",   "S",   "WS",  "ON", "LRE",
                                   "LRO", "AL", "RLE", "RLO", "PDF", "NSM", "BN", "FSI", "LRI", "RLI", "PDI"};
  return is_assigned(c) ? kNames[u_charDirection(static_cast<UChar32>(c))] : "";
}

const char* east_asian_width(u32 c) {
  // In the order of ICU's UEastAsianWidth.
  static const char kNames[][3] = {"N", "A", "H", "F", "Na", "W"};
  if (!is_assigned(c)) return "F";
  return kNames[u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_EAST_ASIAN_WIDTH)];
}

int combining(u32 c) { return is_assigned(c) ? u_getCombiningClass(static_cast<UChar32>(c)) : 0; }

bool is_mirrored(u32 c) { return is_assigned(c) && u_isMirrored(static_cast<UChar32>(c)); }

bool decomposition(u32 c, ByteBuilder& out) {
  // In the order of ICU's UDecompositionType.
  static const char* const kTags[] = {"",
                                      "",
                                      "<compat> ",
                                      "<circle> ",
                                      "<final> ",
                                      "<font> ",
                                      "<fraction> ",
                                      "<initial> ",
                                      "<isolated> ",
                                      "<medial> ",
                                      "<narrow> ",
                                      "<noBreak> ",
                                      "<small> ",
                                      "<square> ",
                                      "<sub> ",
                                      "<super> ",
                                      "<vertical> ",
                                      "<wide> "};
  bool hangul = c >= 0xac00 && c <= 0xd7a3;  // composed by rule, not by data
  if (hangul || !is_assigned(c)) return true;
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFKCInstance(&status);
  UChar buffer[64];
  int length =
      U_FAILURE(status) ? -1 : unorm2_getRawDecomposition(normalizer, static_cast<UChar32>(c), buffer, 64, &status);
  if (length < 0 || U_FAILURE(status)) return true;
  out.append(kTags[u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_DECOMPOSITION_TYPE)]);
  for (int i = 0; i < length;) {
    u32 part;
    bool first = i == 0;
    U16_NEXT_UNSAFE(buffer, i, part);
    char text[12];
    int size = std::snprintf(text, sizeof text, first ? "%04X" : " %04X", part);
    out.append(text, static_cast<usize>(size));
  }
  return !out.failed();
}

usize name(u32 c, char (&buffer)[128]) {
  if (c > kMaxCodePoint || !is_assigned(c)) return 0;
  UErrorCode status = U_ZERO_ERROR;
  int length = u_charName(static_cast<UChar32>(c), U_UNICODE_CHAR_NAME, buffer, sizeof buffer, &status);
  return U_FAILURE(status) || length <= 0 ? 0 : static_cast<usize>(length);
}

int lookup_name(const char* text, usize count, u32 (&result)[8]) {
  char buffer[128];
  if (count == 0 || count >= sizeof buffer) return 0;
  for (usize i = 0; i < count; ++i) {
    char c = text[i];
    buffer[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  buffer[count] = 0;
  for (UCharNameChoice choice : {U_UNICODE_CHAR_NAME, U_CHAR_NAME_ALIAS}) {
    UErrorCode status = U_ZERO_ERROR;
    UChar32 found = u_charFromName(choice, buffer, &status);
    if (U_SUCCESS(status) && is_assigned(static_cast<u32>(found))) {
      result[0] = static_cast<u32>(found);
      return 1;
    }
  }
  u32 alias = lookup_alias(buffer, count);
  if (alias == kNoAlias) return lookup_sequence(buffer, count, result);
  result[0] = alias;
  return 1;
}

namespace {

const UNormalizer2* normalizer_for(Form form) {
  UErrorCode status = U_ZERO_ERROR;
  switch (form) {
    case Form::Nfc: return unorm2_getNFCInstance(&status);
    case Form::Nfd: return unorm2_getNFDInstance(&status);
    case Form::Nfkc: return unorm2_getNFKCInstance(&status);
    default: return unorm2_getNFKDInstance(&status);
  }
}

// UTF-16 of a text. A surrogate pair in it would be joined, but str never holds one that means a character.
struct Utf16 {
  explicit Utf16(TextView text) {
    data = static_cast<UChar*>(std::malloc((static_cast<usize>(text.length) * 2 + 1) * sizeof(UChar)));
    for (isize i = 0; data && i < text.length; ++i) {
      u32 c = text[i];
      U16_APPEND_UNSAFE(data, size, c);
    }
  }
  ~Utf16() { std::free(data); }
  Utf16(const Utf16&) = delete;
  UChar* data;
  i32 size = 0;
};

bool is_trivially_normal(Form form, TextView text) { return text.ascii || (form == Form::Nfc && text.width == 1); }

}  // namespace

bool normalize(Form form, TextView text, TextBuilder& out) {
  if (is_trivially_normal(form, text)) return out.append(text);
  if (text.length > (1 << 28)) return false;
  Utf16 source(text);
  if (!source.data) return false;
  i32 capacity = source.size * 3 + 32;
  UChar* target = nullptr;
  i32 length = 0;
  UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
  while (status == U_BUFFER_OVERFLOW_ERROR) {
    std::free(target);
    target = static_cast<UChar*>(std::malloc(static_cast<usize>(capacity) * sizeof(UChar)));
    if (!target) return false;
    status = U_ZERO_ERROR;
    length = unorm2_normalize(normalizer_for(form), source.data, source.size, target, capacity, &status);
    capacity = length + 1;
  }
  for (i32 i = 0; i < length;) {
    u32 c;
    U16_NEXT(target, i, length, c);
    out.append(c);
  }
  std::free(target);
  return U_SUCCESS(status) && !out.failed();
}

bool known_in(u32 c, u8 major, u8 minor) {
  UVersionInfo age;
  u_charAge(static_cast<UChar32>(c), age);
  return is_assigned(c) && (age[0] < major || (age[0] == major && age[1] <= minor));
}

bool is_normalized(Form form, TextView text) {
  if (is_trivially_normal(form, text)) return true;
  Utf16 source(text);
  UErrorCode status = U_ZERO_ERROR;
  return source.data && unorm2_isNormalized(normalizer_for(form), source.data, source.size, &status);
}

}  // namespace py::unicode
