// Reading floating point text: float(), float.fromhex(), and the exact parts of a value.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "core/base/number/float_format.h"
#include "core/base/number/rounding.h"

namespace py::real {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Matches `word` (lower case) without regard to case.
bool matches(const char* at, const char* end, const char* word) {
  usize size = std::strlen(word);
  if (static_cast<usize>(end - at) < size) return false;
  for (usize i = 0; i < size; ++i) {
    if ((at[i] | 0x20) != word[i]) return false;
  }
  return true;
}

// "inf", "infinity" or "nan": bytes used, 0 for none.
usize parse_special(const char* at, const char* end, double& magnitude) {
  if (matches(at, end, "inf")) {
    magnitude = std::numeric_limits<double>::infinity();
    return matches(at, end, "infinity") ? 8 : 3;
  }
  if (matches(at, end, "nan")) {
    magnitude = std::numeric_limits<double>::quiet_NaN();
    return 3;
  }
  return 0;
}

// Where the decimal number at `at` ends; `at` itself if there is none.
const char* number_end(const char* at, const char* end) {
  const char* start = at;
  bool any = false;
  for (; at < end && is_digit(*at); ++at) any = true;
  if (at < end && *at == '.') {
    ++at;
    for (; at < end && is_digit(*at); ++at) any = true;
  }
  if (!any) return start;
  if (at < end && (*at | 0x20) == 'e') {
    const char* mark = at + 1;
    if (mark < end && (*mark == '+' || *mark == '-')) ++mark;
    if (mark < end && is_digit(*mark)) {
      while (mark < end && is_digit(*mark)) ++mark;
      at = mark;
    }
  }
  return at;
}

// Of a number that std::from_chars calls out of range: is it too large (rather than too small)?
bool is_huge(const char* at, const char* end) {
  i64 point = 0;  // the first significant digit stands at 10**(point - 1)
  bool seen_dot = false, seen_digit = false;
  for (; at < end && (*at | 0x20) != 'e'; ++at) {
    if (*at == '.') {
      seen_dot = true;
      continue;
    }
    if (*at != '0') seen_digit = true;
    if (seen_digit && !seen_dot) ++point;
    if (!seen_digit && seen_dot) --point;
  }
  if (at == end) return point > 0;
  bool negative = at[1] == '-';
  i64 exponent = 0;
  for (++at; at < end; ++at) {
    if (is_digit(*at) && exponent < (i64{1} << 56)) exponent = exponent * 10 + (*at - '0');
  }
  return point + (negative ? -exponent : exponent) > 0;
}

}  // namespace

usize parse_prefix(const char* text, usize count, double& result) {
  const char* at = text;
  const char* end = text + count;
  bool negative = false;
  if (at < end && (*at == '+' || *at == '-')) negative = *at++ == '-';
  double magnitude;
  if (usize used = parse_special(at, end, magnitude)) {
    result = negative ? -magnitude : magnitude;
    return static_cast<usize>(at - text) + used;
  }
  const char* stop = number_end(at, end);
  if (stop == at) return 0;
  auto status = std::from_chars(at, stop, magnitude);
  if (status.ec == std::errc::result_out_of_range) {
    magnitude = is_huge(at, stop) ? std::numeric_limits<double>::infinity() : 0.0;
  }
  result = negative ? -magnitude : magnitude;
  return static_cast<usize>(stop - text);
}

bool parse(const char* text, usize count, double& result) {
  if (count == 0) return false;
  if (!std::memchr(text, '_', count)) return parse_prefix(text, count, result) == count;
  // An underscore must stand between two digits.
  ByteBuilder plain;
  for (usize i = 0; i < count; ++i) {
    if (text[i] != '_') {
      plain.append(text[i]);
    } else if (i == 0 || i + 1 == count || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return false;
    }
  }
  return !plain.failed() && parse_prefix(plain.data(), plain.size(), result) == plain.size();
}

ShortText hex(double value) {
  ShortText result;
  char* at = result.text;
  if (std::signbit(value) && !std::isnan(value)) *at++ = '-';
  if (!std::isfinite(value)) {
    std::memcpy(at, std::isnan(value) ? "nan" : "inf", 3);
    at += 3;
  } else if (value == 0) {
    std::memcpy(at, "0x0.0p+0", 8);
    at += 8;
  } else {
    u64 bits;
    std::memcpy(&bits, &value, 8);
    int exponent = static_cast<int>(bits >> 52 & 0x7ff);
    u64 fraction = bits & ((u64{1} << 52) - 1);
    at += std::snprintf(at, 30, "0x%d.%013llxp%+d", exponent != 0, static_cast<unsigned long long>(fraction),
                        exponent ? exponent - 1023 : -1022);
  }
  result.size = static_cast<u8>(at - result.text);
  return result;
}

namespace {

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct HexMantissa {
  u64 bits = 0;
  i64 exponent = 0;
  bool any = false;
};

// Digits with an optional point. Sixteen significant digits are kept, the rest only leave their trace in the low bit.
const char* read_mantissa(const char* at, const char* end, HexMantissa& mantissa) {
  bool seen_dot = false;
  int significant = 0;
  for (; at < end; ++at) {
    if (*at == '.' && !seen_dot) {
      seen_dot = true;
      continue;
    }
    int digit = hex_value(*at);
    if (digit < 0) break;
    mantissa.any = true;
    if (significant < 16) {
      mantissa.bits = mantissa.bits << 4 | static_cast<u64>(digit);
      if (mantissa.bits) ++significant;
      if (seen_dot) mantissa.exponent -= 4;
    } else {
      if (digit) mantissa.bits |= 1;
      if (!seen_dot) mantissa.exponent += 4;
    }
  }
  return at;
}

// "p[+-]digits"; nullptr when a 'p' is followed by no digits.
const char* read_exponent(const char* at, const char* end, i64& exponent) {
  if (at == end || (*at | 0x20) != 'p') return at;
  ++at;
  bool negative = false;
  if (at < end && (*at == '+' || *at == '-')) negative = *at++ == '-';
  if (at == end || !is_digit(*at)) return nullptr;
  i64 value = 0;
  for (; at < end && is_digit(*at); ++at) {
    if (value < (i64{1} << 56)) value = value * 10 + (*at - '0');
  }
  exponent += negative ? -value : value;
  return at;
}

}  // namespace

FromHex from_hex(const char* text, usize count, double& result) {
  const char* at = text;
  const char* end = text + count;
  while (at < end && is_white(*at)) ++at;
  while (end > at && is_white(end[-1])) --end;
  bool negative = false;
  if (at < end && (*at == '+' || *at == '-')) negative = *at++ == '-';
  double magnitude;
  if (usize used = parse_special(at, end, magnitude)) {
    if (at + used != end) return FromHex::Invalid;
    result = negative ? -magnitude : magnitude;
    return FromHex::Ok;
  }
  if (end - at >= 2 && *at == '0' && (at[1] | 0x20) == 'x') at += 2;
  HexMantissa mantissa;
  at = read_mantissa(at, end, mantissa);
  if (!mantissa.any) return FromHex::Invalid;
  at = read_exponent(at, end, mantissa.exponent);
  if (at != end) return FromHex::Invalid;
  if (!round_scaled(mantissa.bits, mantissa.exponent, magnitude)) return FromHex::Overflow;
  result = negative ? -magnitude : magnitude;
  return FromHex::Ok;
}

Ratio exact_ratio(double value) {
  if (value == 0) return {0, 0};
  int exponent;
  double fraction = std::frexp(value, &exponent);
  i64 numerator = static_cast<i64>(std::ldexp(fraction, 53));
  int zeros = __builtin_ctzll(static_cast<u64>(numerator));
  return {numerator >> zeros, exponent - 53 + zeros};
}

i64 hash(double value) {
  if (std::isnan(value)) return 0;
  if (std::isinf(value)) return value > 0 ? 314159 : -314159;
  Ratio ratio = exact_ratio(std::fabs(value));
  // 2**61 is 1 modulo 2**61 - 1: scaling by a power of two rotates 61 bits.
  u64 residue = static_cast<u64>(ratio.numerator);
  int turn = ((ratio.exponent % 61) + 61) % 61;
  constexpr u64 kModulus = (u64{1} << 61) - 1;
  residue = ((residue << turn) & kModulus) | residue >> (61 - turn);
  i64 result = value < 0 ? -static_cast<i64>(residue) : static_cast<i64>(residue);
  return result == -1 ? -2 : result;
}

double floor_divide(double left, double right, double& remainder) {
  double rest = std::fmod(left, right);
  double quotient = (left - rest) / right;
  if (rest != 0) {
    if ((right < 0) != (rest < 0)) {
      rest += right;
      quotient -= 1;
    }
  } else {
    rest = std::copysign(0.0, right);
  }
  remainder = rest;
  if (quotient == 0) return std::copysign(0.0, left / right);
  // The subtraction above can be off by a rounding error; the quotient itself is a whole number.
  double whole = std::floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

double modulo(double left, double right) {
  double rest = std::fmod(left, right);
  if (rest == 0) return std::copysign(0.0, right);
  return (right < 0) != (rest < 0) ? rest + right : rest;
}

}  // namespace py::real
