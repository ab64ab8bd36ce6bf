#include "core/modules/decimal/text.h"

#include <string_view>

#include "core/base/number/decimal.h"

namespace py::decimal {

namespace {

constexpr usize kMostWideDigits = 40;
// As write_decimal, for two words.
char* write_wide_decimal(u128 value, char* end) {
  constexpr i64 kDigitsOfWord = 19;
  while (value >> 64) {
    const u64 divisor = static_cast<u64>(wide_power_of_ten(kDigitsOfWord));
    const u128 quotient = value / divisor;
    char* start = write_decimal(static_cast<u64>(value - quotient * divisor), end);
    end -= kDigitsOfWord;
    while (start > end) *--start = '0';
    value = quotient;
  }
  return write_decimal(static_cast<u64>(value), end);
}

void append_special(const NumberView& value, ByteBuilder& out) {
  if (value.is_infinite()) {
    out.append("Infinity");
    return;
  }
  out.append(value.kind == Kind::SignalingNan ? "sNaN" : "NaN");
  if (!value.coefficient.is_zero()) append_digits(value.coefficient, out);
}

// How many digits stand before the point, given that `whole` would without an exponent.
i64 place_of_point(const NumberView& value, i64 whole, Notation notation) {
  constexpr i64 kMostZerosAfterPoint = 6;
  if (value.exponent <= 0 && whole > -kMostZerosAfterPoint) return whole;
  if (notation == Notation::Scientific) return 1;
  const auto modulo_three = [](i64 number) { return (number % 3 + 3) % 3; };
  return value.coefficient.is_zero() ? modulo_three(whole + 1) - 1 : modulo_three(whole - 1) + 1;
}

}  // namespace

bool append_digits(BigView coefficient, ByteBuilder& out) {
  if (coefficient.size > 2) return big::to_text(coefficient, 10, out);
  char buffer[kMostWideDigits];
  char* end = buffer + sizeof buffer;
  const char* start = write_wide_decimal(low_words(coefficient), end);
  return out.append(start, static_cast<usize>(end - start));
}

void append_with_point(std::string_view digits, i64 before_point, ByteBuilder& out) {
  const i64 count = static_cast<i64>(digits.size());
  if (before_point <= 0) {
    out.append("0.");
    out.append_repeated('0', static_cast<usize>(-before_point));
    out.append(digits.data(), digits.size());
  } else if (before_point >= count) {
    out.append(digits.data(), digits.size());
    out.append_repeated('0', static_cast<usize>(before_point - count));
  } else {
    out.append(digits.data(), static_cast<usize>(before_point));
    out.append('.');
    out.append(digits.data() + before_point, static_cast<usize>(count - before_point));
  }
}

void append_exponent(char letter, i64 exponent, ByteBuilder& out) {
  char buffer[kMostDecimalDigits];
  char* end = buffer + sizeof buffer;
  const char* start = write_decimal(static_cast<u64>(exponent < 0 ? -exponent : exponent), end);
  out.append(letter);
  out.append(exponent < 0 ? '-' : '+');
  out.append(start, static_cast<usize>(end - start));
}

bool append_text(const NumberView& value, Notation notation, bool capitals, ByteBuilder& out) {
  if (value.negative) out.append('-');
  if (value.is_special()) {
    append_special(value, out);
    return !out.failed();
  }
  ByteBuilder many;
  char few[kMostWideDigits];
  std::string_view digits;
  if (LIKELY(value.coefficient.size <= 2)) {
    char* end = few + sizeof few;
    const char* start = write_wide_decimal(low_words(value.coefficient), end);
    digits = {start, static_cast<usize>(end - start)};
  } else {
    if (!append_digits(value.coefficient, many)) return false;
    digits = {many.data(), many.size()};
  }
  const i64 whole = value.exponent + static_cast<i64>(digits.size());
  const i64 before_point = place_of_point(value, whole, notation);
  append_with_point(digits, before_point, out);
  if (whole != before_point) append_exponent(capitals ? 'E' : 'e', whole - before_point, out);
  return !out.failed();
}

}  // namespace py::decimal
