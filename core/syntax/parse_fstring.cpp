// f-strings (PEP 701) and t-strings (PEP 750), from the tokens the lexer made of them.
#include <cstring>

#include "core/syntax/characters.h"
#include "core/syntax/parser.h"

namespace py {
namespace {

bool is_template_prefix(std::string_view text, const Token& token) {
  return std::memchr(text.data() + token.start, 't', token.prefix_length) != nullptr ||
         std::memchr(text.data() + token.start, 'T', token.prefix_length) != nullptr;
}

// `{{` and `}}` stand for one brace; the braces of `\N{...}` are not doubled.
std::string without_doubled_braces(std::string_view body, bool raw) {
  std::string result;
  for (usize i = 0; i < body.size(); ++i) {
    char c = body[i];
    result += c;
    if (c == '\\' && !raw && i + 1 < body.size()) {
      char next = body[i + 1];
      if (next == '{' || next == '}') continue;
      result += next;
      ++i;
      if (next == 'N' && i + 1 < body.size() && body[i + 1] == '{') {
        while (++i < body.size() && body[i] != '}') result += body[i];
        if (i < body.size()) result += '}';
      }
    } else if ((c == '{' || c == '}') && i + 1 < body.size() && body[i + 1] == c) {
      ++i;
    }
  }
  return result;
}

// In Python 3.11 every part of an f-string, but for the expressions, stands where the whole string does; a format
// specification, where the one literal does that it is in.
void place_spec(ast::FormattedValue* field, const ast::Location& literal) {
  if (field->format_spec == nullptr) return;
  field->format_spec->where = literal;
  for (ast::Expr* part : field->format_spec->as<ast::JoinedStr>()->values) {
    part->where = literal;
    if (part->is<ast::FormattedValue>()) place_spec(part->as<ast::FormattedValue>(), literal);
  }
}
void place_parts(const ast::List<ast::Expr*>& parts, const ast::Location& where, const ast::String* kind) {
  for (ast::Expr* part : parts) {
    part->where = where;
    if (part->is<ast::Constant>()) part->as<ast::Constant>()->kind_ = kind;
  }
}

bool ends_in_backslash(std::string_view text) {
  usize count = 0;
  while (count < text.size() && text[text.size() - 1 - count] == '\\') ++count;
  return count & 1;
}

}  // namespace

ast::Constant* Parser::string_constant(std::string_view text, bool surrogates, ast::Location where) {
  auto* node = make<ast::Constant>();
  node->value.kind = ast::ConstantValue::Kind::Str;
  node->value.text = text;
  node->value.has_surrogates = surrogates;
  node->where = where;
  return node;
}

ast::Expr* Parser::formatted_strings(u32 start, u32 end) {
  position_ = start;
  std::vector<void*> parts;
  bool templates = false, formats = false;
  while (position_ < end) {
    if (at(TokenKind::String)) {
      u32 index = position_;
      position_ = end;
      ast::ConstantValue value;
      if (!string_value(tokens_[index], &value)) return nullptr;
      if (value.kind == ast::ConstantValue::Kind::Bytes) {
        return fail_here(ProblemKind::SyntaxError, "cannot mix bytes and nonbytes literals");
      }
      formats = true;
      parts.push_back(string_constant(value.text, value.has_surrogates, tokens_[index].where));
      position_ = index + 1;
    } else {
      bool is_template;
      if (!fstring(parts, &is_template)) return nullptr;
      (is_template ? templates : formats) = true;
    }
  }
  if (templates && formats) {
    return fail_here(ProblemKind::SyntaxError, "cannot mix t-string literals with string or bytes literals");
  }
  // Adjacent constants are one; empty ones are none.
  usize base = scratch_.size();
  for (void* part : parts) {
    auto* node = static_cast<ast::Expr*>(part);
    if (node->is<ast::Constant>()) {
      if (node->as<ast::Constant>()->value.text.empty()) continue;
      if (scratch_.size() > base && static_cast<ast::Expr*>(scratch_.back())->is<ast::Constant>()) {
        auto* last = static_cast<ast::Constant*>(scratch_.back());
        auto* next = node->as<ast::Constant>();
        last->value.text = arena_.copy(std::string(last->value.text).append(next->value.text));
        last->value.has_surrogates |= next->value.has_surrogates;
        last->where.end_line = next->where.end_line;
        last->where.end_column = next->where.end_column;
        continue;
      }
    }
    push(node);
  }
  auto values = take<ast::Expr>(base);
  if (templates) {
    auto* node = make<ast::TemplateStr>();
    node->values = values;
    return finish(node, start, values);
  }
  auto* node = make<ast::JoinedStr>();
  node->values = values;
  if (finish(node, start, values) == nullptr) return nullptr;
  const bool unicode = tokens_[start].prefix_length == 1 && (text_[tokens_[start].start] | 0x20) == 'u';
  place_parts(values, node->where, unicode ? arena_.make<ast::String>("u") : nullptr);
  return node;
}

// One literal, from its FStringStart to its FStringEnd.
bool Parser::fstring(std::vector<void*>& parts, bool* is_template) {
  const Token& opening = token();
  const usize first = parts.size();
  *is_template = is_template_prefix(text_, opening);
  ++position_;
  if (!fstring_parts(parts, false, false, *is_template) || !expect(TokenKind::FStringEnd)) return false;
  const ast::Location& closing = tokens_[position_ - 1].where;
  const ast::Location literal{opening.where.line, opening.where.column, closing.end_line, closing.end_column};
  for (usize i = first; i < parts.size(); ++i) {
    auto* part = static_cast<ast::Expr*>(parts[i]);
    if (part->is<ast::FormattedValue>()) place_spec(part->as<ast::FormattedValue>(), literal);
  }
  return true;
}

bool Parser::fstring_parts(std::vector<void*>& parts, bool in_spec, bool, bool is_template) {
  for (;;) {
    if (at(TokenKind::FStringMiddle)) {
      const Token& middle = token();
      std::string_view body = text_.substr(middle.start, middle.end - middle.start);
      bool surrogates = false;
      std::string text = in_spec ? std::string(body) : without_doubled_braces(body, middle.raw);
      if (!middle.raw && ends_in_backslash(text)) {
        // Before a replacement field; it stands for itself.
        text += '\\';
        warn(SyntaxWarningNote::Category::DeprecationWarning, "invalid escape sequence '\\{'", middle);
      }
      if (!middle.raw && text.find('\\') != std::string::npos) {
        std::string decoded;
        if (!decode_escapes(text, middle, false, &decoded, &surrogates)) return false;
        text = decoded;
      }
      parts.push_back(string_constant(arena_.copy(text), surrogates, middle.where));
      ++position_;
    } else if (at(TokenKind::LeftBrace)) {
      if (!replacement_field(parts, is_template)) return false;
    } else {
      return true;
    }
  }
}

bool Parser::replacement_field(std::vector<void*>& parts, bool is_template) {
  u32 start = position_++;
  ast::Expr* value = right_hand_side();
  if (value == nullptr) return false;
  u32 expression_end = tokens_[position_ - 1].end;
  std::string_view debug_text;
  u32 text_start = tokens_[start].end;
  if (accept(TokenKind::Equal)) {
    debug_text = text_.substr(text_start, token().start - text_start);
    ast::Location where = tokens_[start].where;
    where.column += 1;
    where.end_line = token().where.line;
    where.end_column = token().where.column;
    parts.push_back(string_constant(debug_text, false, where));
  }
  ast::Expr* node = conversion_and_spec(start, value, debug_text, is_template);
  if (node == nullptr) return false;
  if (is_template) {
    auto* field = node->as<ast::Interpolation>();
    field->str.kind = ast::ConstantValue::Kind::Str;
    field->str.text = text_.substr(text_start, expression_end - text_start);
  }
  parts.push_back(node);
  return true;
}

// `=` is done; what may follow is `!r`, `:spec` and the closing brace.
ast::Expr* Parser::conversion_and_spec(u32 start, ast::Expr* value, std::string_view debug_text, bool is_template) {
  i32 conversion = -1;
  ast::Expr* spec = nullptr;
  if (accept(TokenKind::Exclamation)) {
    std::string_view letter = at(TokenKind::Name) ? token().identifier->text : std::string_view();
    if (letter.size() > 1 && std::strchr("sra", letter[0]) != nullptr) {
      ++position_;
      return fail_here(ProblemKind::SyntaxError, "f-string: expecting '}'");
    }
    if (letter != "s" && letter != "r" && letter != "a") {
      return fail_here(ProblemKind::SyntaxError, "f-string: invalid conversion character: expected 's', 'r', or 'a'");
    }
    conversion = letter[0];
    ++position_;
  }
  u32 spec_start = position_;
  if (accept(TokenKind::Colon)) {
    std::vector<void*> parts;
    if (!fstring_parts(parts, true, false, false)) return nullptr;
    usize base = scratch_.size();
    for (void* part : parts) push(part);
    auto* joined = make<ast::JoinedStr>();
    joined->values = take<ast::Expr>(base);
    spec = finish(joined, spec_start, joined->values);
    if (spec == nullptr) return nullptr;
  } else if (!debug_text.empty() && conversion == -1) {
    conversion = 'r';
  }
  if (!accept(TokenKind::RightBrace)) {
    if (conversion == -1 || at(TokenKind::Error)) return fail();
    return fail_here(ProblemKind::SyntaxError, "f-string: expecting '}'");
  }
  if (is_template) {
    auto* node = make<ast::Interpolation>();
    node->value = value;
    node->conversion = conversion;
    node->format_spec = spec;
    return finish(node, start, value, spec);
  }
  auto* node = make<ast::FormattedValue>();
  node->value = value;
  node->conversion = conversion;
  node->format_spec = spec;
  return finish(node, start, value, spec);
}

}  // namespace py
