// `match` statements and their patterns (PEP 634).
#include "core/syntax/parser.h"

namespace py {

// `match` is a name unless the line reads as the head of a match statement. Null without failure: it is a name.
ast::Stmt* Parser::match_statement() {
  u32 start = position_;
  TokenKind next = token(1).kind;
  if (!starts_expression(next) && next != TokenKind::Star) return nullptr;
  usize base = scratch_.size();
  ++position_;
  u32 subject_start = position_;
  ast::Expr* subject = star_named_expression();
  if (subject != nullptr && (at(TokenKind::Comma) || subject->is<ast::Starred>())) {
    if (!at(TokenKind::Comma)) {
      restore(start, base);
      return nullptr;
    }
    push(subject);
    while (accept(TokenKind::Comma) && !at(TokenKind::Colon)) {
      ast::Expr* item = star_named_expression();
      if (item == nullptr) break;
      push(item);
    }
    if (!failed_) {
      auto* tuple = make<ast::Tuple>();
      tuple->elts = take<ast::Expr>(base);
      subject = finish(tuple, subject_start, tuple->elts);
    }
  }
  bool is_match = !failed_ && at(TokenKind::Colon) && token(1).kind == TokenKind::Newline &&
                  token(2).kind == TokenKind::Indent && token(3).kind == TokenKind::Name &&
                  token(3).identifier->text == "case";
  if (!is_match) {
    if (problem) return nullptr;
    restore(start, base);
    return nullptr;
  }
  position_ += 3;
  auto* node = make<ast::Match>();
  node->subject = subject;
  while (!accept(TokenKind::Dedent)) {
    ast::MatchCase* match_case_node = at_word("case") ? match_case() : fail();
    if (match_case_node == nullptr) return nullptr;
    push(match_case_node);
  }
  node->cases = take<ast::MatchCase>(base);
  return finish(node, start, subject, node->cases);
}

ast::MatchCase* Parser::match_case() {
  u32 start = position_++;
  auto* node = make<ast::MatchCase>();
  node->pattern = open_pattern();
  if (node->pattern == nullptr) return nullptr;
  if (accept(TokenKind::If)) {
    node->guard = named_expression();
    if (node->guard == nullptr) return nullptr;
  }
  if (!block(&node->body)) return nullptr;
  return finish(node, start, node->pattern, node->guard, node->body);
}

// The top of a case: commas make a sequence without brackets.
ast::Pattern* Parser::open_pattern() {
  u32 start = position_;
  ast::Pattern* first = at(TokenKind::Star) ? star_pattern() : as_pattern();
  if (first == nullptr || (!at(TokenKind::Comma) && !first->is<ast::MatchStar>())) return first;
  if (!at(TokenKind::Comma)) return fail();
  usize base = scratch_.size();
  push(first);
  while (accept(TokenKind::Comma)) {
    if (at(TokenKind::Colon) || at(TokenKind::If)) break;
    ast::Pattern* next = at(TokenKind::Star) ? star_pattern() : as_pattern();
    if (next == nullptr) return nullptr;
    push(next);
  }
  auto* node = make<ast::MatchSequence>();
  node->patterns = take<ast::Pattern>(base);
  return finish(node, start, node->patterns);
}

ast::Pattern* Parser::star_pattern() {
  u32 start = position_++;
  auto* node = make<ast::MatchStar>();
  const ast::Identifier* name = expect_name();
  if (name == nullptr) return nullptr;
  if (name->text != "_") node->name = name;
  return finish(node, start);
}

ast::Pattern* Parser::as_pattern() {
  u32 start = position_;
  ast::Pattern* pattern = or_pattern();
  if (pattern == nullptr || !accept(TokenKind::As)) return pattern;
  auto* node = make<ast::MatchAs>();
  node->pattern = pattern;
  if (at_word("_")) return fail();
  node->name = expect_name();
  if (node->name == nullptr) return nullptr;
  // The target is a plain name.
  if (at(TokenKind::Dot) || at(TokenKind::LeftParen) || at(TokenKind::Equal)) return fail();
  return finish(node, start, pattern);
}

ast::Pattern* Parser::or_pattern() {
  Depth depth(*this);
  if (depth_ > 1000) return fail_deep();
  u32 start = position_;
  ast::Pattern* first = closed_pattern();
  if (first == nullptr || !at(TokenKind::Pipe)) return first;
  usize base = scratch_.size();
  push(first);
  while (accept(TokenKind::Pipe)) {
    ast::Pattern* next = closed_pattern();
    if (next == nullptr) return nullptr;
    push(next);
  }
  auto* node = make<ast::MatchOr>();
  node->patterns = take<ast::Pattern>(base);
  return finish(node, start, node->patterns);
}

ast::Pattern* Parser::closed_pattern() {
  switch (kind()) {
    case TokenKind::Name: return name_or_class_pattern();
    case TokenKind::LeftParen:
    case TokenKind::LeftBracket:
      return sequence_pattern(at(TokenKind::LeftParen) ? TokenKind::RightParen : TokenKind::RightBracket);
    case TokenKind::LeftBrace: return mapping_pattern();
    default: return literal_pattern();
  }
}

// A parenthesised single pattern is a group.
ast::Pattern* Parser::sequence_pattern(TokenKind closing) {
  u32 start = position_++;
  usize base = scratch_.size();
  bool has_comma = false;
  while (!at(closing)) {
    ast::Pattern* item = at(TokenKind::Star) ? star_pattern() : as_pattern();
    if (item == nullptr) return nullptr;
    push(item);
    if (!accept(TokenKind::Comma)) break;
    has_comma = true;
  }
  if (!expect(closing)) return nullptr;
  if (closing == TokenKind::RightParen && scratch_.size() == base + 1 && !has_comma) {
    auto* inner = static_cast<ast::Pattern*>(scratch_.back());
    scratch_.pop_back();
    if (!inner->is<ast::MatchStar>()) return inner;
    --position_;
    return fail();
  }
  auto* node = make<ast::MatchSequence>();
  node->patterns = take<ast::Pattern>(base);
  return finish(node, start, node->patterns);
}

ast::Pattern* Parser::mapping_pattern() {
  u32 start = position_++;
  auto* node = make<ast::MatchMapping>();
  std::vector<ast::Expr*> keys;
  usize base = scratch_.size();
  while (!at(TokenKind::RightBrace)) {
    if (accept(TokenKind::DoubleStar)) {
      if (at_word("_")) return fail();
      node->rest = expect_name();
      if (node->rest == nullptr) return nullptr;
      accept(TokenKind::Comma);
      break;
    }
    ast::Expr* key = at(TokenKind::Name) ? dotted_value() : literal_expression();
    if (key == nullptr) return nullptr;
    if (key->is<ast::Name>()) return fail();
    if (!expect(TokenKind::Colon)) return nullptr;
    ast::Pattern* value = as_pattern();
    if (value == nullptr) return nullptr;
    keys.push_back(key);
    push(value);
    if (!accept(TokenKind::Comma)) break;
  }
  if (!expect(TokenKind::RightBrace)) return nullptr;
  node->patterns = take<ast::Pattern>(base);
  for (ast::Expr* key : keys) push(key);
  node->keys = take<ast::Expr>(base);
  return finish(node, start, node->keys, node->patterns);
}

// A name, or names joined by dots.
ast::Expr* Parser::dotted_value() {
  u32 start = position_;
  auto* name = make<ast::Name>();
  name->id = expect_name();
  if (name->id == nullptr) return nullptr;
  ast::Expr* result = finish(name, start);
  while (result != nullptr && accept(TokenKind::Dot)) {
    auto* node = make<ast::Attribute>();
    node->value = result;
    node->attr = expect_name();
    if (node->attr == nullptr) return nullptr;
    result = finish(node, start, node->value);
  }
  return result;
}

ast::Pattern* Parser::name_or_class_pattern() {
  u32 start = position_;
  ast::Expr* value = dotted_value();
  if (value == nullptr) return nullptr;
  if (at(TokenKind::LeftParen)) return class_pattern(start, value);
  if (value->is<ast::Attribute>()) {
    auto* node = make<ast::MatchValue>();
    node->value = value;
    return finish(node, start, value);
  }
  if (at(TokenKind::Equal)) return fail();
  auto* node = make<ast::MatchAs>();
  const ast::Identifier* name = value->as<ast::Name>()->id;
  if (name->text != "_") node->name = name;
  return finish(node, start);
}

ast::Pattern* Parser::class_pattern(u32 start, ast::Expr* cls) {
  ++position_;
  auto* node = make<ast::MatchClass>();
  node->cls = cls;
  usize base = scratch_.size();
  std::vector<const ast::Identifier*> names;
  std::vector<ast::Pattern*> named;
  while (!at(TokenKind::RightParen)) {
    bool is_named = at(TokenKind::Name) && token(1).kind == TokenKind::Equal;
    if (is_named) {
      names.push_back(token().identifier);
      position_ += 2;
    } else if (!names.empty()) {
      return fail();
    }
    ast::Pattern* pattern = as_pattern();
    if (pattern == nullptr) return nullptr;
    if (is_named) {
      named.push_back(pattern);
    } else {
      push(pattern);
    }
    if (!accept(TokenKind::Comma)) break;
  }
  if (!expect(TokenKind::RightParen)) return nullptr;
  node->patterns = take<ast::Pattern>(base);
  for (const ast::Identifier* name : names) push(const_cast<ast::Identifier*>(name));
  node->kwd_attrs = take<const ast::Identifier>(base);
  for (ast::Pattern* pattern : named) push(pattern);
  node->kwd_patterns = take<ast::Pattern>(base);
  return finish(node, start, cls, node->patterns, node->kwd_patterns);
}

ast::Pattern* Parser::literal_pattern() {
  u32 start = position_;
  if (at(TokenKind::None) || at(TokenKind::True) || at(TokenKind::False)) {
    auto* node = make<ast::MatchSingleton>();
    node->value = atom()->as<ast::Constant>()->value;
    return finish(node, start);
  }
  auto* node = make<ast::MatchValue>();
  node->value = literal_expression();
  if (node->value == nullptr) return nullptr;
  return finish(node, start, node->value);
}

ast::Expr* Parser::signed_number() {
  u32 start = position_;
  if (!accept(TokenKind::Minus)) return at(TokenKind::Number) ? number() : fail();
  auto* node = make<ast::UnaryOp>();
  node->op = ast::UnaryOperator::USub;
  if (!at(TokenKind::Number)) return fail();
  node->operand = number();
  if (node->operand == nullptr) return nullptr;
  return finish(node, start, node->operand);
}

// A signed number, a complex number as real plus or minus imaginary, strings, None, True or False.
ast::Expr* Parser::literal_expression() {
  u32 start = position_;
  switch (kind()) {
    case TokenKind::String:
    case TokenKind::FStringStart: {
      ast::Expr* value = strings();
      if (value != nullptr && !value->is<ast::Constant>()) {
        return fail_at_token(start, ProblemKind::SyntaxError, "patterns may only match literals and attribute lookups");
      }
      return value;
    }
    case TokenKind::None:
    case TokenKind::True:
    case TokenKind::False: return atom();
    default: break;
  }
  auto is_imaginary = [](ast::Expr* value) {
    return value->is<ast::Constant>() && value->as<ast::Constant>()->value.kind == ast::ConstantValue::Kind::Imaginary;
  };
  ast::Expr* left = signed_number();
  if (left == nullptr || (!at(TokenKind::Plus) && !at(TokenKind::Minus))) return left;
  ast::Expr* real = left->is<ast::UnaryOp>() ? left->as<ast::UnaryOp>()->operand : left;
  if (is_imaginary(real)) {
    return fail_at_token(start, ProblemKind::SyntaxError, "real number required in complex literal");
  }
  auto* node = make<ast::BinOp>();
  node->left = left;
  node->op = at(TokenKind::Plus) ? ast::Operator::Add : ast::Operator::Sub;
  ++position_;
  u32 imaginary = position_;
  node->right = at(TokenKind::Number) ? number() : fail();
  if (node->right == nullptr) return nullptr;
  if (!is_imaginary(node->right)) {
    return fail_at_token(imaginary, ProblemKind::SyntaxError, "imaginary number required in complex literal");
  }
  return finish(node, start, left, node->right);
}

}  // namespace py
