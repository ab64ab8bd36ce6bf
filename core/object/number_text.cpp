// Ints from text and to text, and int(value).
#include "core/base/number/decimal.h"
#include "core/base/text/case_map.h"
#include "core/base/text/repr.h"
#include "core/object/buffer.h"
#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/str.h"
#include "core/object/warning.h"

namespace py {

std::atomic<i32> max_str_digits{4300};

namespace {

constexpr usize kAlwaysAllowedDigits = 640;  // as sys.int_info.str_digits_check_threshold

bool is_power_of_two(u32 base) { return (base & (base - 1)) == 0; }

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view stripped(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 32);
  return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 99;
}

u32 prefix_base(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  const char c = static_cast<char>(text[1] | 32);
  return c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
}

// The pieces of an int literal; false: it is none.
struct Literal {
  ByteBuilder digits;
  u32 base;
  bool negative = false;
};

bool scan_literal(std::string_view text, u32 base, Literal& literal) {
  text = stripped(text);
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    literal.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const u32 prefix = prefix_base(text);
  // Without a prefix, base 0 allows leading zeros in zero alone.
  const bool only_zero = base == 0 && prefix == 0 && text.starts_with('0');
  if (base == 0) base = prefix ? prefix : 10;
  if (prefix == base) {
    text.remove_prefix(2);
    if (text.starts_with('_')) text.remove_prefix(1);
  }
  literal.base = base;
  bool after_digit = false, nonzero = false;
  for (char c : text) {
    if (c == '_') {
      if (!after_digit) return false;
      after_digit = false;
      continue;
    }
    const int digit = digit_value(c);
    if (digit >= static_cast<int>(base)) return false;
    after_digit = true;
    nonzero |= digit != 0;
    literal.digits.append(c);
  }
  return after_digit && !(only_zero && nonzero);
}

Failure invalid_literal(Thread& thread, Value source, int base) {
  Result<Ref<Str>> shown = repr(thread, source);
  if (shown.failed()) return failure;
  Ref<Str> text = shown.take();
  Result<Ref<Str>> cut = Str::substring(thread, *text, 0, text->length() < 200 ? text->length() : 200);
  if (cut.failed()) return failure;
  return raise(thread, types.ValueError, "invalid literal for int() with base {}: {}", base, *cut.take());
}

Failure too_many_digits(Thread& thread, const char* value_part, usize digits) {
  char text[200];
  const i32 limit = max_str_digits.load(std::memory_order_relaxed);
  if (value_part) {
    std::snprintf(text, sizeof text,
                  "Exceeds the limit (%d digits) for integer string conversion: value has %zu digits; use "
                  "sys.set_int_max_str_digits() to increase the limit",
                  limit, digits);
  } else {
    std::snprintf(text, sizeof text,
                  "Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to "
                  "increase the limit",
                  limit);
  }
  return raise(thread, types.ValueError, text);
}

bool exceeds_limit(usize digits) {
  const i32 limit = max_str_digits.load(std::memory_order_relaxed);
  return digits > kAlwaysAllowedDigits && limit > 0 && digits > static_cast<usize>(limit);
}

// A sign and digits alone, few enough for a small int: the usual literal. Empty: scan_literal has to look.
Value short_literal(std::string_view text, i64 base) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const usize most = base <= 10 ? 18 : 11;
  if (base == 0 || text.empty() || text.size() > most) return Empty;
  i64 number = 0;
  for (char c : text) {
    const i64 digit = digit_value(c);
    if (digit >= base) return Empty;
    number = number * base + digit;
  }
  return Value::integer(negative ? -number : number);
}

Result<Ref<>> parse_literal(Thread& thread, std::string_view text, Value source, int base) {
  const Value quick = short_literal(text, base);
  if (!quick.is_empty()) return Ref<>::adopt(quick);
  Literal literal;
  if (!scan_literal(text, static_cast<u32>(base), literal)) return invalid_literal(thread, source, base);
  if (literal.digits.failed()) return raise_memory_error(thread);
  const usize count = literal.digits.size();
  if (!is_power_of_two(literal.base) && exceeds_limit(count)) return too_many_digits(thread, "value", count);
  return make_integer(thread, big::parse(literal.digits.data(), count, literal.base, literal.negative));
}

// The result of __int__ or __trunc__ as a plain int.
Result<Ref<>> checked_int(Thread& thread, Value result, const char* method) {
  if (!is_integer(result)) return raise(thread, types.TypeError, "{} returned non-int (type {})", method, type_of(result));
  if (&type_of(result) != types.int_) TRY(warn_strict_subclass(thread, method, *types.int_, type_of(result)));
  return plain_integer(thread, result);
}

Result<Ref<>> truncated(Thread& thread, Value value, Value method) {
  TRY(warn(thread, *types.DeprecationWarning, "The delegation of int() to __trunc__ is deprecated."));
  Ref<> result = TRY(call(thread, method, {}));
  if (is_integer(result)) return plain_integer(thread, result);
  if (type_of(result).slots.index) return to_index(thread, result);
  return raise(thread, types.TypeError, "__trunc__ returned non-Integral (type {})", type_of(result));
}

}  // namespace

Result<void> check_digit_limit(Thread& thread, u64 digits) {
  if (!exceeds_limit(digits)) return {};
  return too_many_digits(thread, nullptr, digits);
}

Result<void> append_integer_text(Thread& thread, BigView value, u32 base, ByteBuilder& out) {
  const bool limited = !is_power_of_two(base);
  // The bound is at most one digit more than there are.
  if (limited) TRY(check_digit_limit(thread, big::decimal_digits_bound(value) - (value.size > 1 ? 1 : 0)));
  const usize before = out.size();
  if (!big::to_text(value, base, out)) return raise_memory_error(thread);
  if (limited) TRY(check_digit_limit(thread, out.size() - before - value.negative));
  return {};
}

Result<Ref<Str>> integer_repr(Thread& thread, Value value) {
  i64 small;
  if (integer_fits(value, small)) {
    char buffer[kMostDecimalDigits + 1];
    char* end = buffer + sizeof buffer;
    char* begin = write_decimal(small < 0 ? -static_cast<u64>(small) : static_cast<u64>(small), end);
    if (small < 0) *--begin = '-';
    return Str::from_ascii(thread, {begin, static_cast<usize>(end - begin)});
  }
  ByteBuilder text;
  TRY(append_integer_text(thread, IntegerView(value), 10, text));
  return Str::from_ascii(thread, {text.data(), static_cast<usize>(text.size())});
}

Result<Ref<>> integer_from_text(Thread& thread, Value text, int base) {
  if (is<Str>(text)) {
    const Str& source = as<Str>(text);
    if (source.is_ascii()) return parse_literal(thread, source.ascii(), text, base);
    ByteBuilder ascii;
    if (!text::to_ascii_digits(source.view(), ascii)) return raise_memory_error(thread);
    return parse_literal(thread, {ascii.data(), ascii.size()}, text, base);
  }
  Buffer buffer = TRY(get_buffer(thread, text));
  if (is<Bytes>(text) || is<ByteArray>(text)) return parse_literal(thread, buffer.view(), text, base);
  Ref<Bytes> copy = TRY(Bytes::from(thread, buffer.view()));
  return parse_literal(thread, copy->view(), copy.value(), base);
}

Result<Ref<>> to_integer(Thread& thread, Value value) {
  if (value.is_int()) return Ref<>::adopt(value);
  if (is_exact<Str>(value)) return integer_from_text(thread, value, 10);
  Type& type = type_of(value);
  if (&type == types.int_) return Ref<>::share(value);
  if (type.slots.integer) {
    Ref<> result = TRY(type.slots.integer(thread, value));
    return checked_int(thread, result, "__int__");
  }
  if (type.slots.index) return to_index(thread, value);
  Ref<> method = TRY(lookup_special(thread, value, names::__trunc__()));
  if (!method.is_empty()) return truncated(thread, value, method);
  if (is<Str>(value) || has_buffer(value)) return integer_from_text(thread, value, 10);
  return raise(thread, types.TypeError,
               "int() argument must be a string, a bytes-like object or a real number, not '{}'", type);
}

Result<Ref<Str>> to_ascii(Thread& thread, Value value) {
  Ref<Str> text = TRY(repr(thread, value));
  if (text->is_ascii()) return text;
  TextBuilder builder;
  if (!text::escape_non_ascii(text->view(), builder)) return raise_memory_error(thread);
  return Str::from_view(thread, builder.view());
}

}  // namespace py
