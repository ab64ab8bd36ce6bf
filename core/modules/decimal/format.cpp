// Decimal.__format__: the format specifications of the library, with its own conventions for the type 'n' and an
// override of the locale.
#include <cstring>

#include "core/base/number/format_spec.h"
#include "core/base/text/codec.h"
#include "core/base/text/unicode.h"
#include "core/builtins/number_slots.h"
#include "core/modules/decimal/conversion.h"
#include "core/modules/decimal/text.h"
#include "core/object/dict.h"

namespace py::decimal {

namespace {

// [[fill]align][sign][z][0][width][,][.precision][type]
class SpecificationReader {
 public:
  SpecificationReader(TextView text, FormatSpec& result) : text_(text), result_(result) {}

  bool read() {
    read_alignment();
    if (at('+') || at('-') || at(' ')) result_.sign = static_cast<char>(text_[position_++]);
    if (takes('z')) result_.no_negative_zero = true;
    if (at('0')) {
      if (result_.align_given) return false;
      ++position_;
      result_.fill = '0';
      result_.align = '=';
      if (at('0')) return false;
    }
    read_number(result_.width);
    if (takes(',')) result_.thousands = ',';
    if (takes('.') && !read_number(result_.precision)) return false;
    return read_type() && position_ == text_.length && !too_large_;
  }

 private:
  bool at(u32 character) const { return position_ < text_.length && text_[position_] == character; }
  bool takes(u32 character) {
    const bool found = at(character);
    position_ += found;
    return found;
  }
  static bool is_alignment(u32 character) {
    return character == '<' || character == '>' || character == '=' || character == '^';
  }
  void read_alignment() {
    const isize fill = text_.length > 1 && is_alignment(text_[1]) ? 1 : 0;
    if (text_.length == 0 || !is_alignment(text_[fill])) return;
    if (fill) result_.fill = text_[0];
    result_.align = static_cast<char>(text_[fill]);
    result_.align_given = true;
    position_ = fill + 1;
  }
  bool read_number(isize& number) {
    const isize start = position_;
    isize value = 0;
    for (; position_ < text_.length && text_[position_] >= '0' && text_[position_] <= '9'; ++position_) {
      const isize digit = static_cast<isize>(text_[position_] - '0');
      too_large_ |= __builtin_mul_overflow(value, isize{10}, &value) || __builtin_add_overflow(value, digit, &value);
    }
    if (position_ != start) number = value;
    return position_ != start;
  }
  bool read_type() {
    if (position_ == text_.length) return true;
    const u32 type = text_[position_++];
    if (type >= 128 || type == 0 || !std::strchr("eEfFgGn%", static_cast<int>(type))) return false;
    result_.type = type;
    return type != 'n' || !result_.thousands;
  }

  TextView text_;
  FormatSpec& result_;
  isize position_ = 0;
  bool too_large_ = false;
};

// The conventions that a dict gives instead of those of the locale.
class Override {
 public:
  Result<void> read(Thread& thread, Value dict, LocaleNumbers& numbers) {
    TRY(read_text(thread, dict, "decimal_point", point_, numbers.decimal_point));
    TRY(read_text(thread, dict, "thousands_sep", separator_, numbers.thousands_separator));
    Ref<> grouping;
    TextView unused;
    TRY(read_text(thread, dict, "grouping", grouping, unused));
    if (!grouping.is_empty()) sizes_ = as<Str>(grouping).utf8(), numbers.grouping = sizes_.c_str();
    bool valid = numbers.decimal_point.length <= 1 && numbers.thousands_separator.length <= 1;
    for (char size : sizes_) valid &= size >= 0;
    return valid ? Result<void>() : raise(thread, types.ValueError, "invalid override dict");
  }

 private:
  static Result<void> read_text(Thread& thread, Value dict, std::string_view name, Ref<>& text, TextView& view) {
    Ref<Str> key = TRY(Str::from_ascii(thread, name));
    Ref<> found = TRY(as<Dict>(dict).get(thread, key.value()));
    if (found.is_empty()) return {};
    if (!is<Str>(found)) return raise(thread, types.TypeError, "bad argument type for built-in operation");
    text = std::move(found);
    view = as<Str>(text).view();
    return {};
  }

  Ref<> point_, separator_;
  std::string sizes_;
};

// To this many digits, at most.
void round_digits(Number& number, i64 most, Rounding rounding) {
  u32 none = 0;
  for (i64 surplus; (surplus = count_digits(number.coefficient.view()) - most) > 0;)
    cut(number, surplus, rounding, none);
}

// To this exponent; zeros are added where it is below the present one.
void round_to_exponent(Number& number, i64 exponent, Rounding rounding) {
  u32 none = 0;
  if (number.exponent < exponent) {
    cut(number, exponent - number.exponent, rounding, none);
  } else {
    if (number.exponent - exponent > kMostDigits)
      number.coefficient = BigInt::failure();
    else
      number.coefficient = scale_up(number.coefficient.view(), number.exponent - exponent);
    number.exponent = exponent;
  }
}

// The number as it is shown, and where its point goes.
struct Shown {
  Number number;
  i64 before_point = 0;
  i64 exponent = 0;
  bool has_exponent = false;
};

Shown show_fixed(Number number, const FormatSpec& spec, Rounding rounding) {
  if (spec.precision >= 0)
    round_to_exponent(number, -spec.precision, rounding);
  else if (number.coefficient.view().is_zero() && number.exponent > 0)
    number.exponent = 0;
  const i64 before_point = number.exponent + count_digits(number.coefficient.view());
  return {std::move(number), before_point};
}
Shown show_with_exponent(Number number, const FormatSpec& spec, Rounding rounding) {
  i64 before_point = 1;
  if (spec.precision >= 0) {
    if (number.coefficient.view().is_zero()) {
      before_point = 1 - spec.precision;
    } else {
      round_digits(number, spec.precision + 1, rounding);
      const i64 missing = spec.precision + 1 - count_digits(number.coefficient.view());
      round_to_exponent(number, number.exponent - missing, rounding);
    }
  }
  const i64 exponent = number.exponent + count_digits(number.coefficient.view()) - before_point;
  return {std::move(number), before_point, exponent, true};
}
Shown show_general(Number number, const FormatSpec& spec, Rounding rounding) {
  if (spec.precision >= 0) round_digits(number, spec.precision ? spec.precision : 1, rounding);
  const i64 whole = number.exponent + count_digits(number.coefficient.view());
  const bool plain = number.exponent <= 0 && whole > -6;
  const i64 before_point = plain ? whole : 1;
  return {std::move(number), before_point, whole - before_point, whole != before_point};
}
Shown show(Number number, const FormatSpec& spec, Rounding rounding) {
  switch (spec.type) {
    case '%': number.exponent += 2; [[fallthrough]];
    case 'f':
    case 'F': return show_fixed(std::move(number), spec, rounding);
    case 'e':
    case 'E': return show_with_exponent(std::move(number), spec, rounding);
    default: return show_general(std::move(number), spec, rounding);
  }
}

bool is_lower(u32 type) { return type >= 'a' && type <= 'z'; }

// Zeros of an explicit "0=" are padding like any other; only those of a leading "0" are grouped with the digits.
bool append_padded(NumberParts& parts, const FormatSpec& spec, const LocaleNumbers& numbers, TextBuilder& out) {
  if (!spec.align_given) return append_number_parts(parts, spec, numbers, out);
  TextBuilder text;
  NumberParts unsigned_parts = parts;
  unsigned_parts.sign = 0;
  if (!append_number_parts(unsigned_parts, FormatSpec{}, numbers, text)) return false;
  NumberParts whole;
  whole.sign = parts.sign;
  whole.rest = text.view();
  return append_number_parts(whole, spec, {}, out);
}

bool append_finite(const NumberView& value, FormatSpec& spec, const LocaleNumbers& numbers, Rounding rounding,
                   TextBuilder& out) {
  const Shown shown = show(Number::copy(value), spec, rounding);
  if (shown.number.coefficient.failed() || shown.before_point > kMostDigits || shown.before_point < -kMostDigits)
    return false;
  ByteBuilder digits, text;
  if (!append_digits(shown.number.coefficient.view(), digits)) return false;
  append_with_point({digits.data(), digits.size()}, shown.before_point, text);
  if (shown.has_exponent) append_exponent(is_lower(spec.type) ? 'e' : 'E', shown.exponent, text);
  if (spec.type == '%') text.append('%');
  if (text.failed()) return false;
  const char* start = text.data();
  const char* end = start + text.size();
  const char* stop = start;
  while (stop < end && *stop >= '0' && *stop <= '9') ++stop;
  NumberParts parts;
  const bool loses_sign = spec.no_negative_zero && shown.number.coefficient.view().is_zero();
  parts.sign = value.negative && !loses_sign ? '-' : 0;
  parts.digits = ascii_view(start, stop - start);
  if (stop < end && *stop == '.') parts.point = numbers.decimal_point, ++stop;
  parts.rest = ascii_view(stop, end - stop);
  return append_padded(parts, spec, numbers, out);
}

bool append_special(const NumberView& value, FormatSpec& spec, TextBuilder& out) {
  ByteBuilder text;
  if (!append_text(value.absolute(), Notation::Scientific, true, text)) return false;
  if (spec.type == '%') text.append('%');
  if (spec.fill == '0' && spec.align == '=' && !spec.align_given) spec.fill = ' ', spec.align = '>';
  NumberParts parts;
  parts.sign = value.negative ? '-' : 0;
  parts.rest = ascii_view(text.data(), static_cast<isize>(text.size()));
  return append_number_parts(parts, spec, {}, out);
}

}  // namespace

Result<Ref<Str>> format_decimal(Thread& thread, Decimal& self, Value specification, Value override_dict) {
  if (!is<Str>(specification)) return raise(thread, types.TypeError, "format argument must be str");
  const TextView text = as<Str>(specification).view();
  const DecimalContext& context = *TRY(active_context(thread));
  const Rounding rounding = context.rounding.load(std::memory_order_relaxed);
  FormatSpec spec;
  spec.type = context.capitals.load(std::memory_order_relaxed) ? 'G' : 'g';
  if (!SpecificationReader(text, spec).read()) return raise(thread, types.ValueError, "invalid format string");
  const LocaleHolder locale(text);
  LocaleNumbers numbers = locale.numbers();
  if (spec.type == 'n') spec.type = 'g';
  if (spec.thousands) numbers.thousands_separator = ascii_view(",", 1), numbers.grouping = "\3";
  Override replaced;
  if (override_dict != Unbound && !override_dict.is_none()) {
    if (!is<Dict>(override_dict)) return raise(thread, types.TypeError, "optional argument must be a dict");
    TRY(replaced.read(thread, override_dict, numbers));
  }
  if (spec.width > kMaxPrecision || spec.precision > kMaxPrecision) {
    return raise(thread, types.ValueError, "format specification exceeds internal limits of _decimal");
  }
  TextBuilder out;
  const NumberView value = self.view();
  const bool done =
      value.is_special() ? append_special(value, spec, out) : append_finite(value, spec, numbers, rounding, out);
  if (!done || out.failed()) return raise_memory_error(thread);
  return Str::from_view(thread, out.view());
}

}  // namespace py::decimal
