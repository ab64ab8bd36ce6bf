// printf-style formatting of str and bytes (Library reference, "printf-style String Formatting"). Bytes are formatted as
// Latin-1 text, so that one implementation serves both.
#include "core/base/number/decimal.h"
#include "core/base/number/float_format.h"
#include "core/base/text/case_map.h"
#include "core/base/text/search.h"
#include "core/builtins/bytes_like.h"
#include "core/builtins/str_type.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/sequence.h"

namespace py {

namespace {

enum class Target : u8 { Text, Bytes };

// One conversion: %(key)[flags][width][.precision]type
struct Conversion {
  bool left = false, plus = false, blank = false, alternate = false, zero = false;
  isize width = 0;
  isize precision = -1;
  u32 type = 0;
};

class PercentFormatter {
 public:
  PercentFormatter(Thread& thread, TextView format, Value values, Target target)
      : thread_(thread), format_(format), target_(target), values_(Ref<>::share(values)) {
    if (is<Tuple>(values)) {
      count_ = as<Tuple>(values).length;
    } else {
      single_ = true;
      count_ = 1;
      const bool is_text = is<Str>(values) || (target == Target::Bytes && (is<Bytes>(values) || is<ByteArray>(values)));
      mapping_ = type_of(values).slots.get_item && !is_text;
    }
  }

  Result<void> run() {
    while (at_ < format_.length) {
      const isize percent = text::find_char(format_, '%', at_);
      const isize end = percent < 0 ? format_.length : percent;
      out.append(format_.slice(at_, end));
      at_ = end;
      if (percent < 0) break;
      ++at_;
      TRY(convert_one());
    }
    if (out.failed()) return raise_memory_error(thread_);
    if (used_ < count_ && !mapping_) {
      return raise(thread_, types.TypeError, "not all arguments converted during {} formatting",
                   target_ == Target::Text ? "string" : "bytes");
    }
    return {};
  }

  TextBuilder out;

 private:
  bool at_end() const { return at_ >= format_.length; }
  Failure incomplete() { return raise(thread_, types.ValueError, "incomplete format"); }

  Result<Ref<>> next_value() {
    if (!key_value_.is_empty()) return std::move(key_value_);
    if (used_ >= count_) return raise(thread_, types.TypeError, "not enough arguments for format string");
    const isize index = used_++;
    return Ref<>::share(single_ ? values_.value() : as<Tuple>(values_)[index]);
  }

  Result<void> convert_one() {
    Conversion conversion;
    key_value_ = Ref<>();
    if (!at_end() && format_[at_] == '%') {
      ++at_;
      out.append('%');
      return {};
    }
    if (!at_end() && format_[at_] == '(') TRY(parse_key());
    TRY(parse_flags(conversion));
    conversion.type = format_[at_++];
    Ref<> value = TRY(next_value());
    return append_value(conversion, value);
  }

  Result<void> parse_key() {
    if (!mapping_) return raise(thread_, types.TypeError, "format requires a mapping");
    isize depth = 1;
    const isize start = ++at_;
    while (!at_end()) {
      const u32 c = format_[at_++];
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) break;
    }
    if (depth) return raise(thread_, types.ValueError, "incomplete format key");
    const TextView key_text = format_.slice(start, at_ - 1);
    Ref<> key = target_ == Target::Text ? Ref<>(TRY(Str::from_view(thread_, key_text)))
                                        : TRY(make_bytes(thread_, key_text));
    key_value_ = TRY(get_item(thread_, values_, key));
    used_ = count_;
    return {};
  }

  Result<void> parse_flags(Conversion& conversion) {
    for (; !at_end(); ++at_) {
      switch (format_[at_]) {
        case '-': conversion.left = true; continue;
        case '+': conversion.plus = true; continue;
        case ' ': conversion.blank = true; continue;
        case '#': conversion.alternate = true; continue;
        case '0': conversion.zero = true; continue;
      }
      break;
    }
    TRY(parse_size(conversion.width, PTRDIFF_MAX, "width too big"));
    if (conversion.width < 0) {
      conversion.left = true;
      conversion.width = -conversion.width;
    }
    if (!at_end() && format_[at_] == '.') {
      ++at_;
      conversion.precision = 0;
      TRY(parse_size(conversion.precision, INT32_MAX, "precision too big"));
      if (conversion.precision < 0) conversion.precision = 0;
    }
    if (!at_end() && (format_[at_] == 'h' || format_[at_] == 'l' || format_[at_] == 'L')) ++at_;
    if (at_end()) return incomplete();
    return {};
  }

  // A number, or '*' for the next value.
  Result<void> parse_size(isize& size, isize limit, const char* message) {
    if (at_end()) return {};
    if (format_[at_] == '*') {
      Ref<> value = TRY(next_value());
      if (!is_integer(value)) return raise(thread_, types.TypeError, "* wants int");
      size = limit == PTRDIFF_MAX ? TRY(to_isize(thread_, value)) : TRY(to_int(thread_, value));
      ++at_;
      return {};
    }
    for (bool first = true; !at_end() && format_[at_] - '0' < 10; ++at_, first = false) {
      const isize digit = format_[at_] - '0';
      if (first) size = 0;
      if (size > (limit - digit) / 10) return raise(thread_, types.ValueError, message);
      size = size * 10 + digit;
    }
    return {};
  }

  Result<void> append_value(const Conversion& conversion, Value value) {
    switch (conversion.type) {
      case 's':
      case 'b':
      case 'r':
      case 'a': return append_object(conversion, value);
      case 'c': return append_character(conversion, value);
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X': return append_integer(conversion, value);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G': return append_float(conversion, value);
    }
    return unsupported(conversion.type);
  }

  Failure unsupported(u32 type) {
    char text[100];
    const char shown = type >= 31 && type <= 126 ? static_cast<char>(type) : '?';
    std::snprintf(text, sizeof text, "unsupported format character '%c' (0x%x) at index %zd", shown, type, at_ - 1);
    return raise(thread_, types.ValueError, text);
  }

  Result<void> append_object(const Conversion& conversion, Value value) {
    const bool as_bytes = target_ == Target::Bytes;
    if (conversion.type == 'b' && !as_bytes) return unsupported('b');
    if (as_bytes && (conversion.type == 's' || conversion.type == 'b')) return append_bytes(conversion, value);
    Ref<Str> text = conversion.type == 's'                ? TRY(to_str(thread_, value))
                    : conversion.type == 'a' || as_bytes ? TRY(to_ascii(thread_, value))
                                                         : TRY(repr(thread_, value));
    append_padded(conversion, text->view());
    return {};
  }

  Result<void> append_bytes(const Conversion& conversion, Value value) {
    Ref<> held = Ref<>::share(value);
    if (!has_buffer(value)) {
      Ref<> method = TRY(lookup_special(thread_, value, names::__bytes__()));
      if (method.is_empty()) {
        return raise(thread_, types.TypeError,
                     "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'", type_of(value));
      }
      held = TRY(call(thread_, method, {}));
      if (!is<Bytes>(held)) {
        return raise(thread_, types.TypeError, "__bytes__ returned non-bytes (type {})", type_of(held));
      }
    }
    BytesLike bytes = TRY(BytesLike::open(thread_, held));
    append_padded(conversion, bytes.view());
    return {};
  }

  void append_padded(const Conversion& conversion, TextView text) {
    if (conversion.precision >= 0 && conversion.precision < text.length) text = text.slice(0, conversion.precision);
    const isize padding = conversion.width > text.length ? conversion.width - text.length : 0;
    if (!conversion.left) out.append_repeated(' ', padding);
    out.append(text);
    if (conversion.left) out.append_repeated(' ', padding);
  }

  Result<void> append_character(Conversion conversion, Value value) {
    conversion.precision = -1;
    const bool as_bytes = target_ == Target::Bytes;
    u32 character;
    if (!as_bytes && is<Str>(value)) {
      if (as<Str>(value).length() != 1) return raise(thread_, types.TypeError, "%c requires int or char");
      character = as<Str>(value)[0];
    } else if (as_bytes && (is<Bytes>(value) || is<ByteArray>(value))) {
      BytesLike bytes = TRY(BytesLike::open(thread_, value));
      if (bytes.view().length != 1) {
        return raise(thread_, types.TypeError, "%c requires an integer in range(256) or a single byte");
      }
      character = bytes.view()[0];
    } else {
      if (!type_of(value).slots.index) {
        return raise(thread_, types.TypeError, as_bytes ? "%c requires an integer in range(256) or a single byte"
                                                        : "%c requires int or char");
      }
      const isize number = TRY(to_isize_clamped(thread_, value));
      if (number < 0 || number > (as_bytes ? 0xff : 0x10ffff)) {
        return raise(thread_, types.OverflowError, as_bytes ? "%c arg not in range(256)" : "%c arg not in range(0x110000)");
      }
      character = static_cast<u32>(number);
    }
    append_padded(conversion, {&character, 1, 4, false});
    return {};
  }

  // Digits with the sign and the prefix put where the flags want them.
  void append_number(const Conversion& conversion, char sign, TextView prefix, TextView digits) {
    if (!sign) sign = conversion.plus ? '+' : conversion.blank ? ' ' : 0;
    const isize length = (sign ? 1 : 0) + prefix.length + digits.length;
    const isize padding = conversion.width > length ? conversion.width - length : 0;
    if (!conversion.left && !conversion.zero) out.append_repeated(' ', padding);
    if (sign) out.append(static_cast<u32>(sign));
    out.append(prefix);
    if (!conversion.left && conversion.zero) out.append_repeated('0', padding);
    out.append(digits);
    if (conversion.left) out.append_repeated(' ', padding);
  }

  // The int that %d or %x shows; TypeError with the conversion's own text.
  Result<Ref<>> integer_for(u32 type, Value value) {
    if (is_integer(value)) return plain_integer(thread_, value);
    const bool decimal = type == 'd' || type == 'i' || type == 'u';
    const TypeSlots& slots = type_of(value).slots;
    const bool numeric = slots.index || slots.integer || slots.floating || is<Complex>(value);
    if (numeric) {
      Result<Ref<>> converted = decimal ? to_integer(thread_, value) : to_index(thread_, value);
      if (!converted.failed() || !pending_is(thread_, *types.TypeError)) return converted;
      clear_pending(thread_);
    }
    const char name[2] = {static_cast<char>(type), 0};
    return raise(thread_, types.TypeError,
                 decimal ? "%{} format: a real number is required, not {}" : "%{} format: an integer is required, not {}",
                 name, type_of(value));
  }

  Result<void> append_integer(const Conversion& conversion, Value value) {
    const bool decimal = conversion.type == 'd' || conversion.type == 'i' || conversion.type == 'u';
    if (decimal && value.is_int() && conversion.precision < 0) {
      char digits[kMostDecimalDigits];
      char* end = digits + sizeof digits;
      const i64 small = value.as_int();
      const char* begin = write_decimal(static_cast<u64>(small < 0 ? -small : small), end);
      append_number(conversion, small < 0 ? '-' : 0, {}, ascii_view(begin, end - begin));
      return {};
    }
    Ref<> integer = TRY(integer_for(conversion.type, value));
    const IntegerView number(integer);
    const u32 base = conversion.type == 'o' ? 8 : conversion.type == 'x' || conversion.type == 'X' ? 16 : 10;
    ByteBuilder digits;
    TRY(append_integer_text(thread_, {number.view().limbs, number.view().size, false}, base, digits));
    ByteBuilder padded;
    const isize missing = conversion.precision - static_cast<isize>(digits.size());
    if (missing > 0 && !padded.append_repeated('0', static_cast<usize>(missing))) return raise_memory_error(thread_);
    if (!padded.append(digits.data(), digits.size())) return raise_memory_error(thread_);
    if (conversion.type == 'X') {
      text::upper_bytes(reinterpret_cast<u8*>(padded.data()), reinterpret_cast<u8*>(padded.data()),
                        static_cast<isize>(padded.size()));
    }
    const char prefix[2] = {'0', static_cast<char>(conversion.type)};
    append_number(conversion, number.view().negative ? '-' : 0, ascii_view(prefix, conversion.alternate && base != 10 ? 2 : 0),
                  ascii_view(padded.data(), static_cast<isize>(padded.size())));
    return {};
  }

  Result<void> append_float(const Conversion& conversion, Value value) {
    const double number = TRY(to_double_operand(value));
    real::Flags flags;
    flags.alternate = conversion.alternate;
    ByteBuilder text;
    const isize precision = conversion.precision < 0 ? 6 : conversion.precision;
    if (!real::format(number, static_cast<char>(conversion.type), precision, flags, text)) {
      return raise_memory_error(thread_);
    }
    const bool negative = text.size() && text.data()[0] == '-';
    append_number(conversion, negative ? '-' : 0, {},
                  ascii_view(text.data() + negative, static_cast<isize>(text.size()) - negative));
    return {};
  }

  Result<double> to_double_operand(Value value) {
    Result<double> number = to_double(thread_, value);
    if (!number.failed() || target_ == Target::Text || !pending_is(thread_, *types.TypeError)) return number;
    clear_pending(thread_);
    return raise(thread_, types.TypeError, "float argument required, not {}", type_of(value));
  }

  Thread& thread_;
  TextView format_;
  Target target_;
  Ref<> values_;
  Ref<> key_value_;
  isize at_ = 0;
  isize count_ = 0;
  isize used_ = 0;
  bool single_ = false;
  bool mapping_ = false;
};

}  // namespace

Result<Ref<>> percent_format(Thread& thread, Str& format, Value values) {
  PercentFormatter formatter(thread, format.view(), values, Target::Text);
  TRY(formatter.run());
  return Str::from_view(thread, formatter.out.view());
}

Result<Ref<>> percent_format_bytes(Thread& thread, std::string_view format, Value values, bool as_bytearray) {
  PercentFormatter formatter(thread, bytes_view(format.data(), static_cast<isize>(format.size())), values, Target::Bytes);
  TRY(formatter.run());
  const TextView view = formatter.out.view();
  if (!as_bytearray) return make_bytes(thread, view);
  return ByteArray::make(thread, *types.bytearray, {static_cast<const char*>(view.data), static_cast<usize>(view.length)});
}

}  // namespace py
