// Reading numeric strings.
#include <cstring>

#include "core/base/text/unicode.h"
#include "core/modules/decimal/text.h"

namespace py::decimal {

namespace {

// The text in ASCII: digits of other scripts as digits, what can be in no number as a character that none has.
bool to_ascii(TextView text, Syntax syntax, ByteBuilder& out) {
  isize start = 0, end = text.length;
  if (syntax == Syntax::Lenient) {
    while (start < end && unicode::is_space(text[start])) ++start;
    while (end > start && unicode::is_space(text[end - 1])) --end;
  }
  for (isize i = start; i < end; ++i) {
    const u32 character = text[i];
    if (character == '_' && syntax == Syntax::Lenient) continue;
    if (character < 0x80) {
      out.append(static_cast<char>(character));
      continue;
    }
    const int digit = unicode::decimal_value(character);
    out.append(digit < 0 ? '?' : static_cast<char>('0' + digit));
  }
  return !out.failed();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
 public:
  Reader(const char* text, usize length, const Settings& settings)
      : at_(text), end_(text + length), settings_(settings) {}

  // False: no number.
  bool read(Number& result, u32& conditions) {
    bool negative = false;
    if (at_ < end_ && (*at_ == '+' || *at_ == '-')) negative = *at_++ == '-';
    result.negative = negative;
    if (at_ < end_ && (is_digit(*at_) || *at_ == '.')) return read_finite(result, conditions);
    if (takes("infinity") || takes("inf")) {
      result.kind = Kind::Infinity;
      return at_ == end_;
    }
    const bool signals = takes("s");
    if (!takes("nan")) return false;
    result.kind = signals ? Kind::SignalingNan : Kind::QuietNan;
    return read_payload(result);
  }

 private:
  bool takes(const char* lower_word) {
    const char* place = at_;
    for (; *lower_word; ++lower_word, ++place) {
      if (place == end_ || (*place | 0x20) != *lower_word) return false;
    }
    at_ = place;
    return true;
  }

  void skip_zeros() {
    while (at_ < end_ && *at_ == '0') ++at_;
  }

  bool read_payload(Number& result) {
    skip_zeros();
    const char* start = at_;
    while (at_ < end_ && is_digit(*at_)) ++at_;
    const i64 digits = at_ - start;
    if (at_ != end_ || digits > settings_.precision - settings_.clamp) return false;
    result.coefficient = big::parse(start, static_cast<usize>(digits), 10, false);
    return true;
  }

  // Digits, around at most one point, which is taken out of them.
  bool read_finite(Number& result, u32& conditions) {
    ByteBuilder digits;
    const char* start = at_;
    while (at_ < end_ && is_digit(*at_)) ++at_;
    digits.append(start, static_cast<usize>(at_ - start));
    i64 decimals = 0;
    if (at_ < end_ && *at_ == '.') {
      start = ++at_;
      while (at_ < end_ && is_digit(*at_)) ++at_;
      decimals = at_ - start;
      digits.append(start, static_cast<usize>(decimals));
    }
    i64 exponent = 0;
    if (digits.size() == 0 || !read_exponent(exponent)) return false;
    if (digits.failed() || digits.size() > static_cast<usize>(kMostDigits)) {
      conditions |= kNoMemory;
      return true;
    }
    result.coefficient = coefficient_of(digits);
    result.exponent = exponent - decimals;
    finalize(result, settings_, conditions);
    return true;
  }

  static BigInt coefficient_of(const ByteBuilder& digits) {
    constexpr usize kDigitsOfWord = 19;
    if (digits.size() > kDigitsOfWord) return big::parse(digits.data(), digits.size(), 10, false);
    u64 value = 0;
    for (usize i = 0; i < digits.size(); ++i) value = value * 10 + static_cast<u64>(digits.data()[i] - '0');
    return big::from_u64(value);
  }

  // One beyond all settings is as good as any other.
  bool read_exponent(i64& exponent) {
    if (at_ == end_) return true;
    if ((*at_ | 0x20) != 'e') return false;
    ++at_;
    bool negative = false;
    if (at_ < end_ && (*at_ == '+' || *at_ == '-')) negative = *at_++ == '-';
    if (at_ == end_) return false;
    constexpr i64 kFar = 4'000'000'000'000'000'000;
    for (; at_ < end_; ++at_) {
      if (!is_digit(*at_)) return false;
      exponent = exponent > kFar / 10 ? kFar : exponent * 10 + (*at_ - '0');
    }
    if (negative) exponent = -exponent;
    return true;
  }

  const char* at_;
  const char* end_;
  const Settings& settings_;
};

}  // namespace

Number parse(TextView text, Syntax syntax, const Settings& settings, u32& conditions) {
  ByteBuilder ascii;
  if (!to_ascii(text, syntax, ascii)) return fail(conditions, kNoMemory);
  Number result;
  Reader reader(ascii.data(), ascii.size(), settings);
  if (!reader.read(result, conditions)) return fail(conditions, kConversionSyntax);
  return result;
}

}  // namespace py::decimal
