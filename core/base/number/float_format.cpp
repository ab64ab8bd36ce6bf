#include "core/base/number/float_format.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "core/base/number/decimal.h"

namespace py::real {

namespace {

// A double has at most 767 significant digits and 1074 places; everything past that is zeros.
constexpr i64 kExactPlaces = 1100;
constexpr int kDigitRoom = 1500;

// The decimal digits of a finite value: 0.d1d2d3... * 10**point.
struct Digits {
  char text[kDigitRoom];
  int count = 0;
  i64 point = 0;
};

// Reads "d.ddde+xx" as std::to_chars writes it.
void read_scientific(const char* begin, const char* end, Digits& digits) {
  const char* at = begin;
  for (; at < end && *at != 'e'; ++at) {
    if (*at != '.') digits.text[digits.count++] = *at;
  }
  int exponent = 0;
  bool negative = at[1] == '-';
  for (at += 2; at < end; ++at) exponent = exponent * 10 + (*at - '0');
  digits.point = (negative ? -exponent : exponent) + 1;
}

void set_digits(u64 number, i64 places, Digits& digits) {
  char buffer[kMostDecimalDigits];
  char* end = buffer + sizeof buffer;
  const char* begin = write_decimal(number, end);
  digits.count = static_cast<int>(end - begin);
  std::memcpy(digits.text, begin, static_cast<usize>(digits.count));
  digits.point = digits.count - places;
}

// A number of at most 15 digits has no other of at most 15 digits that reads as the same double, so whatever reads back is
// the shortest. Tried for whole numbers and for up to four places.
bool short_decimal(double value, Digits& digits) {
  if (!(value < 1e15)) return false;
  const i64 whole = static_cast<i64>(value);
  if (static_cast<double>(whole) == value) {
    set_digits(static_cast<u64>(whole), 0, digits);
    return true;
  }
  if (!(value < 1e11)) return false;
  const i64 scaled = static_cast<i64>(value * 1e4 + 0.5);
  if (static_cast<double>(scaled) / 1e4 != value) return false;
  set_digits(static_cast<u64>(scaled), 4, digits);
  return true;
}

void strip_zeros(Digits& digits) {
  while (digits.count > 1 && digits.text[digits.count - 1] == '0') --digits.count;
}

void shortest(double value, Digits& digits) {
  if (short_decimal(value, digits)) return;
  char buffer[40];
  auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  read_scientific(buffer, result.ptr, digits);
}

// Cuts the shortest digits down to `count`. The shortest text lies on the same side of every shorter decimal as the value,
// so only a text that ends in a lone 5 at the cut does not tell. False: nothing is known.
bool round_shortest(i64 count, Digits& digits) {
  constexpr i64 kSurelyPadded = 15;  // up to here a normal number's nearest decimal is the shortest with zeros behind
  if (digits.count <= count) return count <= kSurelyPadded;
  const int cut = static_cast<int>(count);
  if (digits.text[cut] == '5' && digits.count == cut + 1) return false;
  bool up = digits.text[cut] >= '5';
  digits.count = cut;
  for (int i = cut - 1; up && i >= 0; --i) {
    up = digits.text[i] == '9';
    digits.text[i] = up ? '0' : static_cast<char>(digits.text[i] + 1);
  }
  if (up) {
    digits.text[0] = '1';
    ++digits.point;
  }
  return true;
}

void significant(double value, i64 count, Digits& digits) {
  if (std::isnormal(value)) {
    shortest(value, digits);
    strip_zeros(digits);
    if (round_shortest(count, digits)) return;
  }
  digits.count = 0;
  char buffer[kDigitRoom];
  int places = static_cast<int>(count - 1 < kExactPlaces ? count - 1 : kExactPlaces);
  auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, places);
  read_scientific(buffer, result.ptr, digits);
}

// value * 10**places to the nearest whole number, half to even; false when that takes more than a word.
bool scaled_to_word(double value, i64 places, u64& scaled) {
  constexpr i64 kMostPlaces = 19;
  if (places > kMostPlaces) return false;
  const u64 bits = std::bit_cast<u64>(value);
  const int biased = static_cast<int>(bits >> 52);
  const u64 fraction = bits & ((u64{1} << 52) - 1);
  const u64 mantissa = biased ? fraction | u64{1} << 52 : fraction;
  const int exponent = (biased ? biased : 1) - 1075;
  const unsigned __int128 product = static_cast<unsigned __int128>(mantissa) * kPowersOfTen.of[places];
  if (exponent >= 0) {
    if (exponent >= 64 || product >> (64 - exponent)) return false;
    scaled = static_cast<u64>(product) << exponent;
    return true;
  }
  const int shift = -exponent;
  if (shift > 120) {  // the product has at most 117 bits
    scaled = 0;
    return true;
  }
  unsigned __int128 whole = product >> shift;
  const unsigned __int128 rest = product - (whole << shift), half = static_cast<unsigned __int128>(1) << (shift - 1);
  whole += rest > half || (rest == half && (whole & 1));
  if (whole >> 63) return false;
  scaled = static_cast<u64>(whole);
  return true;
}

void fixed(double value, i64 places, Digits& digits) {
  u64 scaled;
  if (scaled_to_word(value, places, scaled)) {
    char buffer[2 * kMostDecimalDigits];
    char* end = buffer + sizeof buffer;
    char* begin = write_decimal(scaled, end);
    while (end - begin <= places) *--begin = '0';
    digits.count = static_cast<int>(end - begin);
    std::memcpy(digits.text, begin, static_cast<usize>(digits.count));
    digits.point = digits.count - places;
    return;
  }
  int exact = static_cast<int>(places < kExactPlaces ? places : kExactPlaces);
  auto result = std::to_chars(digits.text, digits.text + sizeof digits.text, value, std::chars_format::fixed, exact);
  char* end = result.ptr;
  char* dot = static_cast<char*>(std::memchr(digits.text, '.', static_cast<usize>(end - digits.text)));
  digits.point = (dot ? dot : end) - digits.text;
  if (dot) {
    std::memmove(dot, dot + 1, static_cast<usize>(end - dot - 1));
    --end;
  }
  digits.count = static_cast<int>(end - digits.text);
}

bool all_zero(const Digits& digits) {
  for (int i = 0; i < digits.count; ++i) {
    if (digits.text[i] != '0') return false;
  }
  return true;
}

// Appends digits [from, to), with zeros wherever the digit string does not reach.
void append_digits(const Digits& digits, i64 from, i64 to, ByteBuilder& out) {
  if (from < 0) {
    i64 zeros = (to < 0 ? to : 0) - from;
    out.append_repeated('0', static_cast<usize>(zeros));
    from += zeros;
  }
  i64 end = to < digits.count ? to : digits.count;
  if (end > from) {
    out.append(digits.text + from, static_cast<usize>(end - from));
    from = end;
  }
  if (to > from) out.append_repeated('0', static_cast<usize>(to - from));
}

struct Layout {
  i64 places;  // digits after the point
  bool exponent;
  bool dot;  // even without places
  bool upper;
};

void append_laid_out(const Digits& digits, Layout layout, ByteBuilder& out) {
  i64 point = layout.exponent ? 1 : digits.point;
  if (point <= 0) {
    out.append('0');
  } else {
    append_digits(digits, 0, point, out);
  }
  if (layout.places > 0 || layout.dot) out.append('.');
  append_digits(digits, point, point + layout.places, out);
  if (!layout.exponent) return;
  const i64 exponent = digits.point - 1;
  char buffer[kMostDecimalDigits];
  char* end = buffer + sizeof buffer;
  char* begin = write_decimal(static_cast<u64>(exponent < 0 ? -exponent : exponent), end);
  if (end - begin < 2) *--begin = '0';
  *--begin = exponent < 0 ? '-' : '+';
  *--begin = layout.upper ? 'E' : 'e';
  out.append(begin, static_cast<usize>(end - begin));
}

bool append_special(double value, bool upper, ByteBuilder& out) {
  if (std::isnan(value)) return out.append(upper ? "NAN" : "nan");
  return out.append(upper ? "INF" : "inf");
}

void append_sign(bool negative, char sign, ByteBuilder& out) {
  if (negative) {
    out.append('-');
  } else if (sign == '+' || sign == ' ') {
    out.append(sign);
  }
}

// The layout of 'g' and 'r': as few places as there are digits, an exponent when the point is far away.
Layout general_layout(Digits& digits, i64 precision, bool keep_zeros, i64 highest_point, Flags flags) {
  if (!keep_zeros) strip_zeros(digits);
  bool exponent = digits.point <= -4 || digits.point > highest_point;
  i64 shown = keep_zeros ? precision : digits.count;
  i64 places = exponent ? shown - 1 : shown - digits.point;
  if (places < 0) places = 0;
  if (flags.add_dot_0 && !exponent && places == 0) places = 1;
  return {places, exponent, flags.alternate, false};
}

}  // namespace

bool format(double value, char type, i64 precision, Flags flags, ByteBuilder& out) {
  bool upper = type >= 'A' && type <= 'Z';
  bool percent = type == '%';
  if (percent) {
    value *= 100;
    type = 'f';
  }
  type |= 0x20;
  if (type == 'n') type = 'g';
  bool negative = std::signbit(value) && !std::isnan(value);
  if (!std::isfinite(value)) {
    append_sign(negative, flags.sign, out);
    append_special(value, upper, out);
    if (percent) out.append('%');
    return !out.failed();
  }
  if (precision < 0) precision = 6;
  Digits digits;
  double magnitude = std::fabs(value);
  Layout layout;
  if (type == 'f') {
    fixed(magnitude, precision, digits);
    layout = {precision, false, flags.alternate, upper};
  } else if (type == 'e') {
    significant(magnitude, precision + 1, digits);
    layout = {precision, true, flags.alternate, upper};
  } else if (type == 'r') {
    shortest(magnitude, digits);
    layout = general_layout(digits, digits.count, false, 16, flags);
  } else {
    if (precision == 0) precision = 1;
    significant(magnitude, precision, digits);
    layout = general_layout(digits, precision, flags.alternate, flags.add_dot_0 ? precision - 1 : precision, flags);
  }
  layout.upper = upper;
  if (negative && flags.no_negative_zero && all_zero(digits)) negative = false;
  append_sign(negative, flags.sign, out);
  append_laid_out(digits, layout, out);
  if (percent) out.append('%');
  return !out.failed();
}

ShortText repr(double value) {
  ShortText result;
  ByteBuilder text;
  Flags flags;
  flags.add_dot_0 = true;
  format(value, 'r', -1, flags, text);
  result.size = static_cast<u8>(text.size());
  std::memcpy(result.text, text.data(), text.size());
  return result;
}

// Rounds the exact decimal expansion, so that round(2.675, 2) sees 2.67499999... and not the short text.
bool round_digits(double value, i64 digits, double& result) {
  constexpr i64 kMostDigits = 323, kLeastDigits = -308;
  if (!std::isfinite(value) || digits > kMostDigits || value == 0) {
    result = value;
    return true;
  }
  if (digits < kLeastDigits) {
    result = 0.0 * value;
    return true;
  }
  u64 scaled;
  if (digits >= 0 && digits <= 15 && scaled_to_word(std::fabs(value), digits, scaled) && scaled < u64{1} << 53) {
    // Both are exact, so that the quotient is the double nearest to the decimal.
    result = std::copysign(static_cast<double>(scaled) / static_cast<double>(kPowersOfTen.of[digits]), value);
    return true;
  }
  char buffer[kDigitRoom];
  char* end;
  if (digits >= 0) {
    end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, static_cast<int>(digits)).ptr;
  } else {
    Digits exact;
    fixed(std::fabs(value), 60, exact);
    i64 keep = exact.point + digits;  // digits left of the rounding place
    if (keep < 0) {
      result = 0.0 * value;
      return true;
    }
    bool rest = false;
    for (i64 i = keep + 1; i < exact.count; ++i) rest = rest || exact.text[i] != '0';
    char next = exact.text[keep];
    bool odd = keep > 0 && (exact.text[keep - 1] - '0') % 2 != 0;
    bool up = next > '5' || (next == '5' && (rest || odd));
    end = buffer;
    if (std::signbit(value)) *end++ = '-';
    char* first = end;
    *end++ = '0';
    std::memcpy(end, exact.text, static_cast<usize>(keep));
    end += keep;
    for (char* at = end - 1; up && at >= first; --at) {
      up = *at == '9';
      *at = up ? '0' : static_cast<char>(*at + 1);
    }
    end += std::snprintf(end, 16, "e%d", static_cast<int>(-digits));
  }
  return parse(buffer, static_cast<usize>(end - buffer), result) && std::isfinite(result);
}

double round_half_even(double value) { return std::nearbyint(value); }

}  // namespace py::real
