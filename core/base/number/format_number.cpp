// Applies a parsed format specification to text, int, float and complex.
#include <cmath>
#include <cstdio>
#include <cstring>

#include "core/base/number/decimal.h"
#include "core/base/number/float_format.h"
#include "core/base/number/format_spec.h"

namespace py {

namespace {

bool fail(FormatError& error, const char* text, FormatError::Kind kind = FormatError::Kind::Value) {
  error.kind = kind;
  std::snprintf(error.text, sizeof error.text, "%s", text);
  return false;
}

bool fail_memory(FormatError& error) { return fail(error, "", FormatError::Kind::Memory); }

bool fail_type(FormatError& error, u32 type, const char* type_name) {
  error.kind = FormatError::Kind::Value;
  const char* form = type > 32 && type < 128 ? "Unknown format code '%c' for object of type '%.200s'"
                                             : "Unknown format code '\\x%x' for object of type '%.200s'";
  std::snprintf(error.text, sizeof error.text, form, type, type_name);
  return false;
}

using Parts = NumberParts;

struct Grouping {
  TextView separator;
  const char* sizes = "";  // as struct lconv; "" for none
};

// Yields group sizes as struct lconv describes: the last one repeats, CHAR_MAX ends the grouping.
class GroupSizes {
 public:
  explicit GroupSizes(const char* sizes) : at_(sizes) {}
  isize next() {  // 0: no more groups
    if (*at_ == 0) return last_;
    if (*at_ == 127) return 0;
    last_ = *at_++;
    return last_;
  }

 private:
  const char* at_;
  isize last_ = 0;
};

// The digits with separators, and with zeros in front up to `least` characters.
bool append_grouped(const Parts& parts, const Grouping& grouping, isize least, TextBuilder& out) {
  isize remaining = parts.digits.length;
  isize zeros_left = least;
  GroupSizes generator(grouping.sizes);
  ByteBuilder order;  // the sizes of the groups, rightmost first
  for (;;) {
    isize wanted = remaining > zeros_left ? remaining : zeros_left;
    if (wanted < 1) wanted = 1;
    isize size = generator.next();
    if (size == 0 || size > wanted) size = wanted;
    if (!order.append(&size, sizeof size)) return false;
    remaining -= size;
    zeros_left -= size;
    if (remaining <= 0 && zeros_left <= 0) break;
    // A further group is begun even when its separator alone fills the width, as CPython does.
    zeros_left -= grouping.separator.length;
  }
  isize total = 0;
  for (usize i = 0; i < order.size(); i += sizeof(isize)) {
    isize size;
    std::memcpy(&size, order.data() + i, sizeof size);
    total += size;
  }
  isize position = parts.digits.length - total;  // negative: zeros first
  for (usize i = order.size(); i > 0; i -= sizeof(isize)) {
    isize size;
    std::memcpy(&size, order.data() + i - sizeof size, sizeof size);
    if (i != order.size()) out.append(grouping.separator);
    isize zeros = position < 0 ? (-position < size ? -position : size) : 0;
    out.append_repeated('0', zeros);
    if (size > zeros) out.append(parts.digits.slice(position + zeros, position + size));
    position += size;
  }
  return !out.failed();
}

// The parts of a number with `padding` where the specification wants it; `append_digits` appends those before the point.
template <class AppendDigits>
bool append_around(const Parts& parts, const FormatSpec& spec, char sign, isize padding, TextBuilder& out,
                   AppendDigits&& append_digits) {
  if (padding < 0) padding = 0;
  isize left = spec.align == '>' ? padding : spec.align == '^' ? padding / 2 : 0;
  isize inner = spec.align == '=' ? padding : 0;
  if (left) out.append_repeated(spec.fill, left);
  if (sign) out.append(static_cast<u32>(sign));
  if (parts.prefix.length) out.append(parts.prefix);
  if (inner) out.append_repeated(spec.fill, inner);
  append_digits();
  if (parts.point.length) out.append(parts.point);
  if (parts.rest.length) out.append(parts.rest);
  if (padding > left + inner) out.append_repeated(spec.fill, padding - left - inner);
  return !out.failed();
}

bool append_number(const Parts& parts, const FormatSpec& spec, const Grouping& grouping, TextBuilder& out) {
  char sign = parts.sign;
  if (!sign && (spec.sign == '+' || spec.sign == ' ')) sign = spec.sign;
  isize around = (sign != 0) + parts.prefix.length + parts.point.length + parts.rest.length;
  isize least = spec.fill == '0' && spec.align == '=' ? spec.width - around : 0;
  if (LIKELY(grouping.separator.length == 0)) {
    const isize zeros = parts.digits.length && least > parts.digits.length ? least - parts.digits.length : 0;
    return append_around(parts, spec, sign, spec.width - around - zeros - parts.digits.length, out, [&] {
      if (zeros) out.append_repeated('0', zeros);
      out.append(parts.digits);
    });
  }
  TextBuilder digits;
  if (parts.digits.length && !append_grouped(parts, grouping, least, digits)) return false;
  return append_around(parts, spec, sign, spec.width - around - digits.length(), out, [&] { out.append(digits.view()); });
}

Grouping grouping_for(const FormatSpec& spec, const LocaleNumbers& locale) {
  if (spec.type == 'n') return {locale.thousands_separator, locale.grouping};
  if (spec.thousands == ',') return {ascii_view(",", 1), "\3"};
  if (spec.thousands == '_') {
    bool binary = spec.type == 'b' || spec.type == 'o' || spec.type == 'x' || spec.type == 'X';
    return {ascii_view("_", 1), binary ? "\4" : "\3"};
  }
  return {};
}

// Splits the text of a float (sign first) at its point.
Parts split_float(const ByteBuilder& text, TextView point) {
  Parts parts;
  const char* at = text.data();
  const char* end = at + text.size();
  if (at < end && *at == '-') parts.sign = *at++;
  const char* stop = at;
  while (stop < end && *stop >= '0' && *stop <= '9') ++stop;
  parts.digits = ascii_view(at, stop - at);
  if (stop < end && *stop == '.') {
    parts.point = point;
    ++stop;
  }
  parts.rest = ascii_view(stop, end - stop);
  return parts;
}

bool is_float_type(u32 type) { return type < 128 && type != 0 && std::strchr("eEfFgGn%", static_cast<int>(type)); }

bool append_float(double value, const FormatSpec& spec, const LocaleNumbers& locale, TextBuilder& out,
                  FormatError& error) {
  if (spec.precision > 0x7fffffff) return fail(error, "precision too big");
  real::Flags flags;
  flags.alternate = spec.alternate;
  flags.no_negative_zero = spec.no_negative_zero;
  char type = static_cast<char>(spec.type);
  if (type == 0) {
    flags.add_dot_0 = true;
    type = spec.precision < 0 ? 'r' : 'g';
  }
  ByteBuilder text;
  if (!real::format(value, type, spec.precision, flags, text)) return fail_memory(error);
  Parts parts = split_float(text, spec.type == 'n' ? locale.decimal_point : ascii_view(".", 1));
  return append_number(parts, spec, grouping_for(spec, locale), out) || fail_memory(error);
}

bool append_character(BigView value, FormatSpec spec, TextBuilder& out, FormatError& error) {
  if (spec.sign) return fail(error, "Sign not allowed with integer format specifier 'c'");
  if (spec.alternate) return fail(error, "Alternate form (#) not allowed with integer format specifier 'c'");
  if (!big::fits_i64(value)) {
    return fail(error, "Python int too large to convert to C long", FormatError::Kind::Overflow);
  }
  i64 code_point = big::to_i64(value);
  if (code_point < 0 || code_point > 0x10ffff) {
    return fail(error, "%c arg not in range(0x110000)", FormatError::Kind::Overflow);
  }
  u32 character = static_cast<u32>(code_point);
  Parts parts;
  parts.rest = {&character, 1, 4, false};
  return append_number(parts, spec, {}, out) || fail_memory(error);
}

// The digits without a sign.
bool append_magnitude(BigView value, u32 base, ByteBuilder& text) {
  if (value.size > 1) return big::to_text({value.limbs, value.size, false}, base, text);
  const u64 word = value.size ? value.limbs[0] : 0;
  char buffer[64];
  char* end = buffer + sizeof buffer;
  char* begin = end;
  if (base == 10) {
    begin = write_decimal(word, end);
  } else {
    const int bits = base == 16 ? 4 : base == 8 ? 3 : 1;
    u64 rest = word;
    do {
      *--begin = "0123456789abcdef"[rest & (base - 1)];
      rest >>= bits;
    } while (rest);
  }
  return text.append(begin, static_cast<usize>(end - begin));
}

bool append_int(BigView value, const FormatSpec& spec, const LocaleNumbers& locale, TextBuilder& out,
                FormatError& error) {
  u32 base = spec.type == 'b' ? 2 : spec.type == 'o' ? 8 : spec.type == 'x' || spec.type == 'X' ? 16 : 10;
  ByteBuilder text;
  if (!append_magnitude(value, base, text)) return fail_memory(error);
  Parts parts;
  parts.sign = value.negative ? '-' : 0;
  parts.digits = ascii_view(text.data(), static_cast<isize>(text.size()));
  char prefix[2] = {'0', static_cast<char>(spec.type)};
  if (spec.alternate && base != 10) parts.prefix = ascii_view(prefix, 2);
  if (spec.type == 'X') {
    for (usize i = 0; i < text.size(); ++i) {
      if (text.data()[i] >= 'a') text.data()[i] = static_cast<char>(text.data()[i] - 32);
    }
  }
  return append_number(parts, spec, grouping_for(spec, locale), out) || fail_memory(error);
}

// Text padded on both sides as `spec` says.
bool append_padded(TextView value, const FormatSpec& spec, TextBuilder& out) {
  isize padding = spec.width > value.length ? spec.width - value.length : 0;
  isize left = spec.align == '>' ? padding : spec.align == '^' ? padding / 2 : 0;
  return out.append_repeated(spec.fill, left) && out.append(value) && out.append_repeated(spec.fill, padding - left);
}

}  // namespace

bool append_number_parts(const NumberParts& parts, const FormatSpec& spec, const LocaleNumbers& conventions,
                         TextBuilder& out) {
  return append_number(parts, spec, {conventions.thousands_separator, conventions.grouping}, out);
}

bool format_text(TextView value, TextView spec_text, const char* type_name, TextBuilder& out, FormatError& error) {
  FormatSpec spec;
  if (!parse_format_spec(spec_text, type_name, 's', '<', spec, error)) return false;
  if (spec.type != 's') return fail_type(error, spec.type, type_name);
  if (spec.sign == ' ') return fail(error, "Space not allowed in string format specifier");
  if (spec.sign) return fail(error, "Sign not allowed in string format specifier");
  if (spec.no_negative_zero) return fail(error, "Negative zero coercion (z) not allowed in string format specifier");
  if (spec.alternate) return fail(error, "Alternate form (#) not allowed in string format specifier");
  if (spec.align == '=') return fail(error, "'=' alignment not allowed in string format specifier");
  if (spec.precision >= 0 && spec.precision < value.length) value = value.slice(0, spec.precision);
  return append_padded(value, spec, out) || fail_memory(error);
}

bool format_int(BigView value, TextView spec_text, const char* type_name, const LocaleNumbers& locale, TextBuilder& out,
                FormatError& error) {
  FormatSpec spec;
  if (!parse_format_spec(spec_text, type_name, 'd', '>', spec, error)) return false;
  if (spec.type < 128 && std::strchr("bcdoxXn", static_cast<int>(spec.type))) {
    if (spec.precision >= 0) return fail(error, "Precision not allowed in integer format specifier");
    if (spec.no_negative_zero) {
      return fail(error, "Negative zero coercion (z) not allowed in integer format specifier");
    }
    if (spec.type == 'c') return append_character(value, spec, out, error);
    return append_int(value, spec, locale, out, error);
  }
  if (!is_float_type(spec.type)) return fail_type(error, spec.type, type_name);
  double number;
  if (!big::to_double(value, number)) {
    return fail(error, "int too large to convert to float", FormatError::Kind::Overflow);
  }
  return append_float(number, spec, locale, out, error);
}

bool format_float(double value, TextView spec_text, const char* type_name, const LocaleNumbers& locale,
                  TextBuilder& out, FormatError& error) {
  FormatSpec spec;
  if (!parse_format_spec(spec_text, type_name, 0, '>', spec, error)) return false;
  if (spec.type != 0 && !is_float_type(spec.type)) return fail_type(error, spec.type, type_name);
  return append_float(value, spec, locale, out, error);
}

bool format_complex(double real, double imaginary, TextView spec_text, const char* type_name,
                    const LocaleNumbers& locale, TextBuilder& out, FormatError& error) {
  FormatSpec spec;
  if (!parse_format_spec(spec_text, type_name, 0, '>', spec, error)) return false;
  if (spec.type != 0 && (spec.type == '%' || !is_float_type(spec.type))) return fail_type(error, spec.type, type_name);
  if (spec.fill == '0') return fail(error, "Zero padding is not allowed in complex format specifier");
  if (spec.align == '=') return fail(error, "'=' alignment flag is not allowed in complex format specifier");
  if (spec.precision > 0x7fffffff) return fail(error, "precision too big");
  bool bare = spec.type == 0;
  bool skip_real = bare && real == 0 && !std::signbit(real);
  char type = !bare ? static_cast<char>(spec.type) : spec.precision < 0 ? 'r' : 'g';
  real::Flags flags;
  flags.alternate = spec.alternate;
  flags.no_negative_zero = spec.no_negative_zero;
  ByteBuilder real_text, imaginary_text;
  if (!real::format(real, type, spec.precision, flags, real_text) ||
      !real::format(imaginary, type, spec.precision, flags, imaginary_text)) {
    return fail_memory(error);
  }
  TextView point = spec.type == 'n' ? locale.decimal_point : ascii_view(".", 1);
  Grouping grouping = grouping_for(spec, locale);
  FormatSpec inner;
  inner.sign = spec.sign;
  TextBuilder body;
  bool parentheses = bare && !skip_real;
  if (parentheses) body.append('(');
  if (!skip_real) {
    append_number(split_float(real_text, point), inner, grouping, body);
    inner.sign = '+';
  }
  append_number(split_float(imaginary_text, point), inner, grouping, body);
  body.append('j');
  if (parentheses) body.append(')');
  if (body.failed()) return fail_memory(error);
  return append_padded(body.view(), spec, out) || fail_memory(error);
}

}  // namespace py
