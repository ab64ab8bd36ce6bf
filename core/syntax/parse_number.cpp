// The values of numeric literals; the lexer has checked their form.
#include <charconv>
#include <cstdlib>

#include "core/syntax/characters.h"
#include "core/syntax/parser.h"

namespace py {
namespace {

double floating(const std::string& digits) {
  double value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  // Out of range: strtod knows which way.
  if (error != std::errc()) value = std::strtod(digits.c_str(), nullptr);
  return value;
}

// True when the digits fit 63 bits.
bool small_integer(std::string_view digits, int base, i64* value) {
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), *value, base);
  return error == std::errc();
}

}  // namespace

ast::Expr* Parser::number() {
  u32 start = position_++;
  const Token& token = tokens_[start];
  std::string digits;
  for (char c : text_.substr(token.start, token.end - token.start)) {
    if (c != '_') digits += c;
  }
  auto* node = make<ast::Constant>();
  ast::ConstantValue& value = node->value;
  int base = 10;
  char radix = digits.size() > 1 && digits[0] == '0' ? digits[1] | 0x20 : '\0';
  if (radix == 'x') base = 16;
  if (radix == 'o') base = 8;
  if (radix == 'b') base = 2;
  if (base != 10) digits.erase(0, 2);
  if (base == 10 && (digits.back() | 0x20) == 'j') {
    digits.pop_back();
    value.kind = ast::ConstantValue::Kind::Imaginary;
    value.number = floating(digits);
  } else if (base == 10 && digits.find_first_of(".eE") != std::string::npos) {
    value.kind = ast::ConstantValue::Kind::Float;
    value.number = floating(digits);
  } else if (i64 integer; small_integer(digits, base, &integer)) {
    value.kind = ast::ConstantValue::Kind::SmallInt;
    value.integer = integer;
  } else {
    if (base == 10 && options_.int_max_digits != 0 && digits.size() > options_.int_max_digits) {
      fail_at_token(start, ProblemKind::SyntaxError,
                    "Exceeds the limit (" + std::to_string(options_.int_max_digits) +
                        " digits) for integer string conversion: value has " + std::to_string(digits.size()) +
                        " digits; use sys.set_int_max_str_digits() to increase the limit - Consider "
                        "hexadecimal for huge integer literals to avoid decimal conversion limits.");
      problem.offset = problem.end_offset = 0;
      return nullptr;
    }
    value.kind = ast::ConstantValue::Kind::BigInt;
    value.base = base;
    value.text = arena_.copy(digits);
  }
  return finish(node, start);
}

}  // namespace py
