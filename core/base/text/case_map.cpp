#include "core/base/text/case_map.h"

#include "core/base/text/unicode.h"

namespace py::text {

namespace {

constexpr u32 kCapitalSigma = 0x3a3, kSmallSigma = 0x3c3, kFinalSigma = 0x3c2;

// Unicode standard 3.13, Final_Sigma: a cased letter before and none after, looking past case-ignorable characters.
bool is_final_sigma(TextView view, isize at) {
  isize i = at - 1;
  while (i >= 0 && unicode::has(view[i], unicode::kCaseIgnorable)) --i;
  if (i < 0 || !unicode::has(view[i], unicode::kCased)) return false;
  i = at + 1;
  while (i < view.length && unicode::has(view[i], unicode::kCaseIgnorable)) ++i;
  return i == view.length || !unicode::has(view[i], unicode::kCased);
}

void append_lower(TextView view, isize at, TextBuilder& out) {
  u32 c = view[at];
  if (c < 256) {
    out.append(unicode::kLatin1Lower[c]);
  } else if (c == kCapitalSigma) {
    out.append(is_final_sigma(view, at) ? kFinalSigma : kSmallSigma);
  } else {
    u32 mapped[3];
    int count = unicode::full_lower(c, mapped);
    for (int i = 0; i < count; ++i) out.append(mapped[i]);
  }
}

template <int (*kMap)(u32, u32 (&)[3])>
void append_mapped(u32 c, TextBuilder& out) {
  u32 mapped[3];
  int count = kMap(c, mapped);
  for (int i = 0; i < count; ++i) out.append(mapped[i]);
}

u8 ascii_lower(u8 c) { return static_cast<u8>(c + (c >= 'A' && c <= 'Z' ? 32 : 0)); }
u8 ascii_upper(u8 c) { return static_cast<u8>(c - (c >= 'a' && c <= 'z' ? 32 : 0)); }

}  // namespace

bool lower(TextView view, TextBuilder& out) {
  for (isize i = 0; i < view.length; ++i) append_lower(view, i, out);
  return !out.failed();
}

bool upper(TextView view, TextBuilder& out) {
  for (isize i = 0; i < view.length; ++i) append_mapped<unicode::full_upper>(view[i], out);
  return !out.failed();
}

bool case_fold(TextView view, TextBuilder& out) {
  for (isize i = 0; i < view.length; ++i) append_mapped<unicode::full_fold>(view[i], out);
  return !out.failed();
}

bool title(TextView view, TextBuilder& out) {
  bool after_cased = false;
  for (isize i = 0; i < view.length; ++i) {
    u32 c = view[i];
    if (after_cased) {
      append_lower(view, i, out);
    } else {
      append_mapped<unicode::full_title>(c, out);
    }
    after_cased = unicode::has(c, unicode::kCased);
  }
  return !out.failed();
}

bool capitalize(TextView view, TextBuilder& out) {
  if (view.length == 0) return true;
  append_mapped<unicode::full_title>(view[0], out);
  for (isize i = 1; i < view.length; ++i) append_lower(view, i, out);
  return !out.failed();
}

bool swap_case(TextView view, TextBuilder& out) {
  for (isize i = 0; i < view.length; ++i) {
    u32 c = view[i];
    if (unicode::is_upper(c)) {
      append_lower(view, i, out);
    } else if (unicode::is_lower(c)) {
      append_mapped<unicode::full_upper>(c, out);
    } else {
      out.append(c);
    }
  }
  return !out.failed();
}

bool expand_tabs(TextView view, isize tab_size, TextBuilder& out) {
  isize column = 0;
  for (isize i = 0; i < view.length; ++i) {
    u32 c = view[i];
    if (c == '\t') {
      if (tab_size <= 0) continue;
      isize spaces = tab_size - column % tab_size;
      if (!out.append_repeated(' ', spaces)) return false;
      column += spaces;
      continue;
    }
    if (!out.append(c)) return false;
    column = c == '\n' || c == '\r' ? 0 : column + 1;
  }
  return true;
}

namespace {

bool all_have(TextView view, u16 property) {
  return with_chars(view, [&](auto* chars) {
    for (isize i = 0; i < view.length; ++i) {
      if (!unicode::has(chars[i], property)) return false;
    }
    return true;
  });
}

bool all_of_one_case(TextView view, u16 wanted, u16 refused) {
  bool any = false;
  for (isize i = 0; i < view.length; ++i) {
    u16 properties = unicode::properties(view[i]);
    if (properties & refused) return false;
    any = any || (properties & wanted);
  }
  return any;
}

}  // namespace

bool all_alpha(TextView view) { return view.length && all_have(view, unicode::kAlpha); }
bool all_alnum(TextView view) { return view.length && all_have(view, unicode::kAlnum); }
bool all_decimal(TextView view) { return view.length && all_have(view, unicode::kDecimal); }
bool all_digit(TextView view) { return view.length && all_have(view, unicode::kDigit); }
bool all_numeric(TextView view) { return view.length && all_have(view, unicode::kNumeric); }
bool all_printable(TextView view) { return all_have(view, unicode::kPrintable); }
bool all_space(TextView view) {
  for (isize i = 0; i < view.length; ++i) {
    if (!unicode::is_space(view[i])) return false;
  }
  return view.length != 0;
}

bool is_lower(TextView view) { return all_of_one_case(view, unicode::kLower, unicode::kUpper | unicode::kTitle); }
bool is_upper(TextView view) { return all_of_one_case(view, unicode::kUpper, unicode::kLower | unicode::kTitle); }

bool is_title(TextView view) {
  bool any = false, after_cased = false;
  for (isize i = 0; i < view.length; ++i) {
    u16 properties = unicode::properties(view[i]);
    if (properties & (unicode::kUpper | unicode::kTitle)) {
      if (after_cased) return false;
      any = after_cased = true;
    } else if (properties & unicode::kLower) {
      if (!after_cased) return false;
      any = after_cased = true;
    } else {
      after_cased = false;
    }
  }
  return any;
}

bool is_identifier(TextView view) {
  return view.length && unicode::is_identifier_start(view[0]) &&
         all_have(view.slice(1, view.length), unicode::kIdentifierContinue);
}

void lower_bytes(const u8* from, u8* to, isize count) {
  for (isize i = 0; i < count; ++i) to[i] = ascii_lower(from[i]);
}

void upper_bytes(const u8* from, u8* to, isize count) {
  for (isize i = 0; i < count; ++i) to[i] = ascii_upper(from[i]);
}

namespace {

bool is_ascii_letter(u8 c) { return static_cast<u8>((c | 32) - 'a') < 26; }

}  // namespace

void title_ascii(const u8* from, u8* to, isize count) {
  bool after_letter = false;
  for (isize i = 0; i < count; ++i) {
    to[i] = after_letter ? ascii_lower(from[i]) : ascii_upper(from[i]);
    after_letter = is_ascii_letter(from[i]);
  }
}

void capitalize_ascii(const u8* from, u8* to, isize count) {
  lower_bytes(from, to, count);
  if (count) to[0] = ascii_upper(from[0]);
}

void swap_case_ascii(const u8* from, u8* to, isize count) {
  for (isize i = 0; i < count; ++i) to[i] = is_ascii_letter(from[i]) ? from[i] ^ 32 : from[i];
}

bool to_ascii_digits(TextView view, ByteBuilder& out) {
  if (view.ascii) return out.append(view.data, static_cast<usize>(view.length));
  for (isize i = 0; i < view.length; ++i) {
    u32 c = view[i];
    int digit;
    if (c < 128) {
      out.append(static_cast<char>(c));
    } else if (unicode::is_space(c)) {
      out.append(' ');
    } else {
      digit = unicode::decimal_value(c);
      out.append(digit < 0 ? '?' : static_cast<char>('0' + digit));
    }
  }
  return !out.failed();
}

}  // namespace py::text
