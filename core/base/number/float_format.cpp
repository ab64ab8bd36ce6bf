#include "core/base/number/float_format.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

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

void shortest(double value, Digits& digits) {
  char buffer[40];
  auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  read_scientific(buffer, result.ptr, digits);
  if (value == 0) digits.point = 1;
}

void significant(double value, i64 count, Digits& digits) {
  char buffer[kDigitRoom];
  int places = static_cast<int>(count - 1 < kExactPlaces ? count - 1 : kExactPlaces);
  auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, places);
  read_scientific(buffer, result.ptr, digits);
}

void fixed(double value, i64 places, Digits& digits) {
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
  char buffer[16];
  int size =
      std::snprintf(buffer, sizeof buffer, "%c%+.2d", layout.upper ? 'E' : 'e', static_cast<int>(digits.point - 1));
  out.append(buffer, static_cast<usize>(size));
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
  while (!keep_zeros && digits.count > 1 && digits.text[digits.count - 1] == '0') --digits.count;
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
