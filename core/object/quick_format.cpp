#include "core/object/quick_format.h"

#include "core/base/number/decimal.h"
#include "core/base/number/float_format.h"
#include "core/base/text/copy_bytes.h"
#include "core/object/casts.h"

#include <cmath>

namespace py {

namespace {

constexpr int kMostWidth = 200;
constexpr int kMostPrecision = 50;

struct QuickSpec {
  char fill = ' ';
  char align = 0;  // 0: none given
  bool zeros = false;
  int width = 0;
  int precision = -1;
  char type = 0;
};

bool is_align(char c) { return c == '<' || c == '>' || c == '^'; }

// A number of at most `limit`; false when it is larger. Leaves `number` alone when there are no digits.
bool read_number(const char*& at, const char* end, int limit, int& number) {
  if (at == end || *at < '0' || *at > '9') return true;
  for (number = 0; at < end && *at >= '0' && *at <= '9'; ++at) {
    number = number * 10 + (*at - '0');
    if (number > limit) return false;
  }
  return true;
}

bool read_spec(std::string_view text, QuickSpec& spec) {
  const char* at = text.data();
  const char* end = at + text.size();
  if (text.size() >= 2 && is_align(at[1])) {
    spec.fill = at[0];
    spec.align = at[1];
    at += 2;
  } else if (is_align(*at)) {
    spec.align = *at++;
  }
  if (at < end && *at == '0') {
    if (spec.align) return false;
    spec.zeros = true;
    ++at;
  }
  if (!read_number(at, end, kMostWidth, spec.width)) return false;
  if (at < end && *at == '.') {
    ++at;
    if (!read_number(at, end, kMostPrecision, spec.precision) || spec.precision < 0) return false;
  }
  if (at < end) spec.type = *at++;
  return at == end;
}

// Text in front of which zeros may stand, after its sign.
struct Shown {
  const char* text;
  isize length;
  bool negative = false;
};

Result<Ref<>> padded(Thread& thread, const QuickSpec& spec, Shown shown, char otherwise) {
  char buffer[kMostWidth + 400];
  const isize length = shown.length + shown.negative;
  const isize padding = spec.width > length ? spec.width - length : 0;
  const char align = spec.align ? spec.align : otherwise;
  const isize left = align == '>' ? padding : align == '^' ? padding / 2 : 0;
  char* at = buffer;
  if (!spec.zeros) at = static_cast<char*>(std::memset(at, spec.fill, static_cast<usize>(left))) + left;
  if (shown.negative) *at++ = '-';
  if (spec.zeros) at = static_cast<char*>(std::memset(at, '0', static_cast<usize>(padding))) + padding;
  text::copy_bytes(at, shown.text, static_cast<usize>(shown.length));
  at += shown.length;
  if (!spec.zeros && padding > left) {
    std::memset(at, spec.fill, static_cast<usize>(padding - left));
    at += padding - left;
  }
  return Str::from_latin1(thread, reinterpret_cast<u8*>(buffer), at - buffer, true);
}

Result<Ref<>> format_int(Thread& thread, i64 value, const QuickSpec& spec) {
  char buffer[64];
  char* const end = buffer + sizeof buffer;
  const u64 magnitude = value < 0 ? -static_cast<u64>(value) : static_cast<u64>(value);
  char* begin = end;
  if (spec.type == 0 || spec.type == 'd') {
    begin = write_decimal(magnitude, end);
  } else {
    const char* digits = spec.type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    const int bits = spec.type == 'b' ? 1 : spec.type == 'o' ? 3 : 4;
    u64 rest = magnitude;
    do {
      *--begin = digits[rest & ((u64{1} << bits) - 1)];
      rest >>= bits;
    } while (rest);
  }
  return padded(thread, spec, {begin, end - begin, value < 0}, '>');
}

bool is_one_of(char type, const char* types) { return type && std::strchr(types, type); }

}  // namespace

Result<Ref<>> quick_format(Thread& thread, Value value, const Str& spec_text) {
  const auto declined = [] { return Result<Ref<>>(Ref<>()); };
  QuickSpec spec;
  if (!spec_text.is_ascii() || spec_text.length() == 0 || !read_spec(spec_text.ascii(), spec)) return declined();
  if (value.is_int()) {
    const bool known = spec.type == 0 || is_one_of(spec.type, "dxXbo");
    return known && spec.precision < 0 ? format_int(thread, value.as_int(), spec) : declined();
  }
  if (value.is_float()) {
    const double number = value.as_float();
    // All such floats are below 2**257, so the text has at most 130 characters.
    if (!is_one_of(spec.type, "fFeEgG%")) return declined();
    ByteBuilder text;
    real::Flags flags;
    if (!real::format(std::fabs(number), spec.type, spec.precision, flags, text)) return declined();
    return padded(thread, spec, {text.data(), static_cast<isize>(text.size()), std::signbit(number)}, '>');
  }
  if (!is_exact<Str>(value) || spec.zeros || (spec.type && spec.type != 's')) return declined();
  const Str& text = as<Str>(value);
  isize length = text.length();
  if (spec.precision >= 0 && spec.precision < length) length = spec.precision;
  if (!text.is_ascii() || length > kMostWidth) return declined();
  return padded(thread, spec, {static_cast<const char*>(text.data()), length}, '<');
}

}  // namespace py
