// Parsing of the format specification and its errors; format_number.cpp applies it.
#include "core/base/number/format_spec.h"

#include <cstdio>
#include <cstring>

#include "core/base/text/codec.h"
#include "core/base/text/unicode.h"

namespace py {

namespace {

bool is_align(u32 c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

bool fail(FormatError& error, const char* text) {
  error.kind = FormatError::Kind::Value;
  std::snprintf(error.text, sizeof error.text, "%s", text);
  return false;
}

class Parser {
 public:
  Parser(TextView spec, FormatSpec& result, FormatError& error) : spec_(spec), result_(result), error_(error) {}

  bool run(const char* type_name, char default_align) {
    parse_fill(default_align);
    if (at('+') || at('-') || at(' ')) result_.sign = static_cast<char>(spec_[position_++]);
    if (take('z')) result_.no_negative_zero = true;
    if (take('#')) result_.alternate = true;
    if (!fill_given_ && take('0')) {
      result_.fill = '0';
      if (!result_.align_given && default_align == '>') result_.align = '=';
    }
    if (!parse_number(result_.width)) return false;
    if (!parse_thousands()) return false;
    if (take('.')) {
      isize start = position_;
      if (!parse_number(result_.precision)) return false;
      if (position_ == start) return fail(error_, "Format specifier missing precision");
    }
    if (spec_.length - position_ > 1) return fail_invalid(type_name);
    if (position_ < spec_.length) result_.type = spec_[position_];
    return check_thousands();
  }

 private:
  bool at(u32 c) const { return position_ < spec_.length && spec_[position_] == c; }
  bool take(u32 c) {
    if (!at(c)) return false;
    ++position_;
    return true;
  }

  void parse_fill(char default_align) {
    result_.align = default_align;
    if (spec_.length >= 2 && is_align(spec_[1])) {
      result_.fill = spec_[0];
      result_.align = static_cast<char>(spec_[1]);
      fill_given_ = result_.align_given = true;
      position_ = 2;
    } else if (spec_.length >= 1 && is_align(spec_[0])) {
      result_.align = static_cast<char>(spec_[0]);
      result_.align_given = true;
      position_ = 1;
    }
  }

  // Any decimal digits; leaves `number` alone when there are none.
  bool parse_number(isize& number) {
    isize value = 0;
    isize start = position_;
    for (; position_ < spec_.length; ++position_) {
      int digit = unicode::decimal_value(spec_[position_]);
      if (digit < 0) break;
      if (__builtin_mul_overflow(value, isize{10}, &value) || __builtin_add_overflow(value, isize{digit}, &value)) {
        return fail(error_, "Too many decimal digits in format string");
      }
    }
    if (position_ != start) number = value;
    return true;
  }

  bool parse_thousands() {
    if (take(',')) result_.thousands = ',';
    if (at('_')) {
      if (result_.thousands) return fail(error_, "Cannot specify both ',' and '_'.");
      ++position_;
      result_.thousands = '_';
      if (at(',')) return fail(error_, "Cannot specify both ',' and '_'.");
    }
    return true;
  }

  bool check_thousands() {
    if (!result_.thousands) return true;
    u32 type = result_.type ? result_.type : default_type_;
    if (type == 0 || (type < 128 && std::strchr("defgEG%F", static_cast<int>(type)))) return true;
    if (result_.thousands == '_' && (type == 'b' || type == 'o' || type == 'x' || type == 'X')) return true;
    error_.kind = FormatError::Kind::Value;
    const char* form = type > 32 && type < 128 ? "Cannot specify '%c' with '%c'." : "Cannot specify '%c' with '\\x%x'.";
    std::snprintf(error_.text, sizeof error_.text, form, result_.thousands, type);
    return false;
  }

  bool fail_invalid(const char* type_name) {
    ByteBuilder text;
    for (isize i = 0; i < spec_.length && text.size() < 200; ++i) codec::append_utf8(text, spec_[i]);
    error_.kind = FormatError::Kind::Value;
    std::snprintf(error_.text, sizeof error_.text, "Invalid format specifier '%.*s' for object of type '%.60s'",
                  static_cast<int>(text.size()), text.data(), type_name);
    return false;
  }

  TextView spec_;
  FormatSpec& result_;
  FormatError& error_;
  isize position_ = 0;
  bool fill_given_ = false;

 public:
  u32 default_type_ = 0;
};

}  // namespace

bool parse_format_spec(TextView spec, const char* type_name, u32 default_type, char default_align, FormatSpec& result,
                       FormatError& error) {
  result = FormatSpec{};
  Parser parser(spec, result, error);
  parser.default_type_ = default_type;
  if (!parser.run(type_name, default_align)) return false;
  if (result.type == 0) result.type = default_type;
  return true;
}

}  // namespace py
