// Parses signature texts when weft is compiled: "index(value, start=0, stop=sys.maxsize, /)". A mistake in a text, or a
// count that disagrees with the C++ function, is a compile error at that row of the table.
#pragma once
#include "core/object/native.h"

namespace py {

namespace detail {

struct SignatureText {
  std::string_view name;
  Signature signature;
};

consteval bool is_space(char c) { return c == ' '; }

consteval std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// A literal default. Anything but an int, None, True and False is supplied by the C++ function: Unbound.
consteval Value default_value(std::string_view text) {
  if (text == "None") return None;
  if (text == "True") return True;
  if (text == "False") return False;
  bool negative = false;
  if (!text.empty() && text[0] == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  if (text.empty()) return Unbound;
  i64 number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return Unbound;
    number = number * 10 + (c - '0');
  }
  return Value::integer(negative ? -number : number);
}

consteval SignatureText parse_signature(std::string_view text) {
  SignatureText result;
  const auto open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') throw "a signature is name(parameters)";
  result.name = text.substr(0, open);
  if (result.name.size() > 47) throw "name too long";
  Signature& signature = result.signature;
  signature.text = text.substr(open);
  std::string_view rest = trimmed(text.substr(open + 1, text.size() - open - 2));
  bool keyword_only = false;
  while (!rest.empty()) {
    std::size_t end = 0;
    int depth = 0;
    char quote = 0;
    for (; end < rest.size(); ++end) {
      const char c = rest[end];
      if (quote) {
        if (c == quote) quote = 0;
        continue;
      }
      if (c == '\'' || c == '"') quote = c;
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (c == ',' && depth == 0) break;
    }
    const std::string_view item = trimmed(rest.substr(0, end));
    rest = end < rest.size() ? trimmed(rest.substr(end + 1)) : std::string_view();
    if (item == "/") {
      signature.positional_only = signature.count;
    } else if (item == "*") {
      keyword_only = true;
    } else if (item.starts_with("**")) {
      signature.has_keywords = true;
    } else if (item.starts_with("*")) {
      signature.has_rest = true;
      keyword_only = true;
    } else {
      const auto equals = item.find('=');
      if (signature.count >= Signature::kMaxParameters) throw "too many parameters";
      Signature::Parameter& parameter = signature.parameters[signature.count++];
      parameter.name = trimmed(item.substr(0, equals));
      parameter.required = equals == std::string_view::npos;
      if (!parameter.required) parameter.otherwise = default_value(trimmed(item.substr(equals + 1)));
      if (!keyword_only) {
        signature.positional = signature.count;
        if (parameter.required) signature.required = signature.count;
      }
    }
  }
  return result;
}

}  // namespace detail

// Spreads the arguments of a call over the parameters: `bound` gets one borrowed value for each of signature.count.
// With *args the surplus positional values are left where they are, at args[skip + positional ...]; with **kwargs the
// unknown keywords are collected by bind_keywords. `skip` is 1 for methods (self).
[[nodiscard]] bool bind_arguments(Thread& thread, const MethodSpec& spec, u32 skip, const Value* args, u32 positional,
                                  Tuple* keywords, Value* bound);

}  // namespace py
