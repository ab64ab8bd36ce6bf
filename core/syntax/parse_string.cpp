// String and bytes literals and their concatenation.
#include "core/syntax/characters.h"
#include "core/syntax/parser.h"

namespace py {
namespace {

struct Prefix {
  bool bytes = false, raw = false, unicode = false;
};

Prefix prefix_of(std::string_view text, const Token& token) {
  Prefix prefix;
  for (u32 i = 0; i < token.prefix_length; ++i) {
    char letter = text[token.start + i] | 0x20;
    prefix.bytes |= letter == 'b';
    prefix.raw |= letter == 'r';
    prefix.unicode |= letter == 'u';
  }
  return prefix;
}

}  // namespace

// A run of adjacent literals.
ast::Expr* Parser::strings() {
  u32 start = position_;
  bool formatted = false;
  u32 nesting = 0;
  // Find the end of the run: f-strings are balanced.
  for (; !(nesting == 0 && !at(TokenKind::String) && !at(TokenKind::FStringStart)); ++position_) {
    if (at(TokenKind::FStringStart)) {
      formatted = true;
      ++nesting;
    } else if (at(TokenKind::FStringEnd)) {
      --nesting;
    } else if (at(TokenKind::Error) || at(TokenKind::EndMarker)) {
      break;
    }
  }
  if (at(TokenKind::Error)) return fail();
  u32 end = position_;
  return formatted ? formatted_strings(start, end) : plain_strings(start, end);
}

// The text of one literal; `position_` is past the run, for the place of errors.
bool Parser::string_value(const Token& token, ast::ConstantValue* value) {
  Prefix prefix = prefix_of(text_, token);
  u32 lead = token.prefix_length + token.quote_length;
  std::string_view body = text_.substr(token.start + lead, token.end - token.start - lead - token.quote_length);
  value->kind = prefix.bytes ? ast::ConstantValue::Kind::Bytes : ast::ConstantValue::Kind::Str;
  if (prefix.bytes) {
    for (char c : body) {
      if (static_cast<u8>(c) >= 0x80) {
        return fail_here(ProblemKind::SyntaxError, "bytes can only contain ASCII literal characters");
      }
    }
  }
  if (prefix.raw || body.find('\\') == std::string_view::npos) {
    value->text = body;
    return true;
  }
  std::string decoded;
  bool surrogates = false;
  if (!decode_escapes(body, token, prefix.bytes, &decoded, &surrogates)) return false;
  value->text = arena_.copy(decoded);
  value->has_surrogates = surrogates;
  return true;
}

ast::Expr* Parser::plain_strings(u32 start, u32 end) {
  auto* node = make<ast::Constant>();
  if (!string_value(tokens_[start], &node->value)) return nullptr;
  if (prefix_of(text_, tokens_[start]).unicode) node->kind_ = arena_.make<ast::String>("u");
  if (end > start + 1) {
    std::string joined(node->value.text);
    for (u32 i = start + 1; i < end; ++i) {
      ast::ConstantValue next;
      if (!string_value(tokens_[i], &next)) return nullptr;
      if (next.kind != node->value.kind) {
        return fail_here(ProblemKind::SyntaxError, "cannot mix bytes and nonbytes literals");
      }
      joined.append(next.text);
      node->value.has_surrogates |= next.has_surrogates;
    }
    node->value.text = arena_.copy(joined);
  }
  return finish(node, start);
}

}  // namespace py
