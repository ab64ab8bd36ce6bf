// Atoms: names, constants, and everything in parentheses, brackets and braces.
#include "core/syntax/parser.h"

namespace py {

ast::Expr* Parser::simple_constant(ast::ConstantValue::Kind kind) {
  u32 start = position_++;
  auto* node = make<ast::Constant>();
  node->value.kind = kind;
  return finish(node, start);
}

ast::Expr* Parser::atom() {
  switch (kind()) {
    case TokenKind::Name: {
      u32 start = position_++;
      auto* node = make<ast::Name>();
      node->id = tokens_[start].identifier;
      return finish(node, start);
    }
    case TokenKind::Number: return number();
    case TokenKind::String:
    case TokenKind::FStringStart: return strings();
    case TokenKind::None: return simple_constant(ast::ConstantValue::Kind::None);
    case TokenKind::True: return simple_constant(ast::ConstantValue::Kind::True);
    case TokenKind::False: return simple_constant(ast::ConstantValue::Kind::False);
    case TokenKind::Ellipsis: return simple_constant(ast::ConstantValue::Kind::Ellipsis);
    case TokenKind::LeftParen: return parenthesised();
    case TokenKind::LeftBracket: return list_display();
    case TokenKind::LeftBrace: return brace_display();
    default: return fail();
  }
}

// A group, a tuple or a generator expression. A group has the location of what it holds.
ast::Expr* Parser::parenthesised() {
  u32 start = position_++;
  if (at(TokenKind::Yield)) {
    ast::Expr* value = yield_expression();
    if (value == nullptr || !expect(TokenKind::RightParen)) return nullptr;
    return value;
  }
  usize base = scratch_.size();
  bool has_comma = false;
  while (!at(TokenKind::RightParen)) {
    ast::Expr* item = star_named_expression();
    if (item == nullptr) return nullptr;
    if (scratch_.size() == base && at_comprehension()) {
      if (item->is<ast::Starred>()) return fail();
      return comprehension(make<ast::GeneratorExp>(), start, item, TokenKind::RightParen);
    }
    push(item);
    if (!accept(TokenKind::Comma)) break;
    has_comma = true;
  }
  if (scratch_.size() == base + 1 && !has_comma) {
    auto* inner = static_cast<ast::Expr*>(scratch_.back());
    scratch_.pop_back();
    if (inner->is<ast::Starred>()) return fail();
    if (!expect(TokenKind::RightParen)) return nullptr;
    return inner;
  }
  if (!expect(TokenKind::RightParen)) return nullptr;
  auto* tuple = make<ast::Tuple>();
  tuple->elts = take<ast::Expr>(base);
  return finish(tuple, start, tuple->elts);
}

ast::Expr* Parser::list_display() {
  u32 start = position_++;
  usize base = scratch_.size();
  while (!at(TokenKind::RightBracket)) {
    ast::Expr* item = star_named_expression();
    if (item == nullptr) return nullptr;
    if (scratch_.size() == base && at_comprehension()) {
      if (item->is<ast::Starred>()) return fail();
      return comprehension(make<ast::ListComp>(), start, item, TokenKind::RightBracket);
    }
    push(item);
    if (!accept(TokenKind::Comma)) break;
  }
  if (!expect(TokenKind::RightBracket)) return nullptr;
  auto* node = make<ast::ListDisplay>();
  node->elts = take<ast::Expr>(base);
  return finish(node, start, node->elts);
}

ast::Expr* Parser::brace_display() {
  u32 start = position_++;
  if (at(TokenKind::RightBrace) || at(TokenKind::DoubleStar)) return dictionary(start, nullptr, nullptr);
  u32 first = position_;
  ast::Expr* item = star_named_expression();
  if (item == nullptr) return nullptr;
  if (at(TokenKind::Colon)) {
    if (item->is<ast::Starred>()) return fail();
    if (item->is<ast::NamedExpr>() && tokens_[first].kind != TokenKind::LeftParen) return fail();
    ++position_;
    ast::Expr* value = expression();
    if (value == nullptr) return nullptr;
    if (at_comprehension()) {
      auto* node = make<ast::DictComp>();
      node->key = item;
      node->value = value;
      if (!comprehension_clauses(&node->generators) || !expect(TokenKind::RightBrace)) return nullptr;
      return finish(node, start, item, value, node->generators);
    }
    return dictionary(start, item, value);
  }
  if (at_comprehension()) {
    if (item->is<ast::Starred>()) return fail();
    return comprehension(make<ast::SetComp>(), start, item, TokenKind::RightBrace);
  }
  usize base = scratch_.size();
  push(item);
  while (accept(TokenKind::Comma) && !at(TokenKind::RightBrace)) {
    item = star_named_expression();
    if (item == nullptr) return nullptr;
    push(item);
  }
  if (!expect(TokenKind::RightBrace)) return nullptr;
  auto* node = make<ast::Set>();
  node->elts = take<ast::Expr>(base);
  return finish(node, start, node->elts);
}

// After the opening brace, or after a first pair.
ast::Expr* Parser::dictionary(u32 start, ast::Expr* first_key, ast::Expr* first_value) {
  std::vector<ast::Expr*> keys;
  usize base = scratch_.size();
  bool more = true;
  if (first_value != nullptr) {
    keys.push_back(first_key);
    push(first_value);
    more = accept(TokenKind::Comma);
  }
  while (more && !at(TokenKind::RightBrace)) {
    ast::Expr* key = nullptr;
    ast::Expr* value = nullptr;
    if (accept(TokenKind::DoubleStar)) {
      value = binary(1);
    } else {
      key = expression();
      if (key == nullptr || !expect(TokenKind::Colon)) return nullptr;
      value = expression();
    }
    if (value == nullptr) return nullptr;
    keys.push_back(key);
    push(value);
    more = accept(TokenKind::Comma);
  }
  if (!expect(TokenKind::RightBrace)) return nullptr;
  auto* node = make<ast::Dict>();
  node->values = take<ast::Expr>(base);
  for (ast::Expr* key : keys) push(key);
  node->keys = take<ast::Expr>(base);
  return finish(node, start, node->keys, node->values);
}

bool Parser::at_comprehension() const {
  return at(TokenKind::For) || (at(TokenKind::Async) && token(1).kind == TokenKind::For);
}

template <class Node>
ast::Expr* Parser::comprehension(Node* node, u32 start, ast::Expr* element, TokenKind closing) {
  node->elt = element;
  if (!comprehension_clauses(&node->generators) || !expect(closing)) return nullptr;
  return finish(node, start, element, node->generators);
}
template ast::Expr* Parser::comprehension(ast::GeneratorExp*, u32, ast::Expr*, TokenKind);

bool Parser::comprehension_clauses(ast::List<ast::Comprehension*>* generators) {
  usize base = scratch_.size();
  while (at_comprehension()) {
    ast::Comprehension* clause = comprehension_clause();
    if (clause == nullptr) return false;
    push(clause);
  }
  *generators = take<ast::Comprehension>(base);
  return true;
}

ast::Comprehension* Parser::comprehension_clause() {
  u32 start = position_;
  auto* node = make<ast::Comprehension>();
  node->is_async = accept(TokenKind::Async);
  ++position_;
  bool is_list;
  node->target = target_list(&is_list);
  if (node->target == nullptr) return nullptr;
  if (!at(TokenKind::In) || !set_context(node->target, ast::ExprContext::Store)) return fail();
  ++position_;
  node->iter = disjunction();
  if (node->iter == nullptr) return nullptr;
  usize base = scratch_.size();
  while (accept(TokenKind::If)) {
    ast::Expr* condition = disjunction();
    if (condition == nullptr) return nullptr;
    push(condition);
  }
  node->ifs = take<ast::Expr>(base);
  return finish(node, start, node->target, node->iter, node->ifs);
}

}  // namespace py
