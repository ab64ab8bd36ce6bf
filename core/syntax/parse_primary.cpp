// Primaries: attributes, calls, subscripts, await; and the target lists of `for`, `del` and `with`.
#include "core/syntax/parser.h"

namespace py {

ast::Expr* Parser::await_primary() {
  if (LIKELY(!at(TokenKind::Await))) return primary();
  u32 start = position_++;
  auto* node = make<ast::Await>();
  node->value = primary();
  if (node->value == nullptr) return nullptr;
  return finish(node, start, node->value);
}

ast::Expr* Parser::primary() {
  u32 start = position_;
  ast::Expr* result = atom();
  while (result != nullptr) {
    switch (kind()) {
      case TokenKind::Dot: {
        ++position_;
        auto* node = make<ast::Attribute>();
        node->value = result;
        node->attr = expect_name();
        if (node->attr == nullptr) return nullptr;
        result = finish(node, start, node->value);
        break;
      }
      case TokenKind::LeftParen: result = call(start, result); break;
      case TokenKind::LeftBracket: result = subscript(start, result); break;
      default: return result;
    }
  }
  return nullptr;
}

ast::Expr* Parser::call(u32 start, ast::Expr* callee) {
  u32 opening = position_++;
  auto* node = make<ast::Call>();
  node->func = callee;
  if (!call_arguments(&node->args, &node->keywords, opening)) return nullptr;
  return finish(node, start, callee, node->args, node->keywords);
}

// After the parenthesis, to the closing one included.
bool Parser::call_arguments(ast::List<ast::Expr*>* args, ast::List<ast::Keyword*>* keywords, u32 opening) {
  usize base = scratch_.size();
  std::vector<ast::Keyword*> named;
  bool after_keyword = false, after_mapping = false;
  while (!at(TokenKind::RightParen)) {
    u32 start = position_;
    if (at(TokenKind::DoubleStar) || (at(TokenKind::Name) && token(1).kind == TokenKind::Equal)) {
      auto* keyword = make<ast::Keyword>();
      if (at(TokenKind::Name)) {
        keyword->arg = token().identifier;
        ++position_;
      } else {
        after_mapping = true;
      }
      ++position_;
      after_keyword = true;
      keyword->value = expression();
      if (keyword->value == nullptr || finish(keyword, start, keyword->value) == nullptr) return false;
      named.push_back(keyword);
    } else if (accept(TokenKind::Star)) {
      if (after_mapping) return fail();
      auto* star = make<ast::Starred>();
      star->value = expression();
      if (star->value == nullptr || finish(star, start, star->value) == nullptr) return false;
      push(star);
    } else {
      ast::Expr* argument = named_expression();
      if (argument == nullptr) return false;
      if (at_comprehension()) {
        // The parentheses of the call are those of the generator expression.
        if (scratch_.size() != base || after_keyword) return fail();
        argument = comprehension(make<ast::GeneratorExp>(), opening, argument, TokenKind::RightParen);
        if (argument == nullptr) return false;
        push(argument);
        *args = take<ast::Expr>(base);
        return true;
      }
      if (after_keyword) return fail();
      push(argument);
    }
    if (!accept(TokenKind::Comma)) break;
  }
  if (!expect(TokenKind::RightParen)) return false;
  *args = take<ast::Expr>(base);
  for (ast::Keyword* keyword : named) push(keyword);
  *keywords = take<ast::Keyword>(base);
  return true;
}

ast::Expr* Parser::subscript(u32 start, ast::Expr* value) {
  ++position_;
  auto* node = make<ast::Subscript>();
  node->value = value;
  node->slice = slices();
  if (node->slice == nullptr || !expect(TokenKind::RightBracket)) return nullptr;
  return finish(node, start, value, node->slice);
}

ast::Expr* Parser::slices() {
  u32 start = position_;
  usize base = scratch_.size();
  ast::Expr* first = slice();
  if (first == nullptr) return nullptr;
  if (!at(TokenKind::Comma) && !first->is<ast::Starred>()) return first;
  push(first);
  while (accept(TokenKind::Comma)) {
    if (at(TokenKind::RightBracket)) break;
    ast::Expr* next = slice();
    if (next == nullptr) return nullptr;
    push(next);
  }
  auto* tuple = make<ast::Tuple>();
  tuple->elts = take<ast::Expr>(base);
  return finish(tuple, start, tuple->elts);
}

ast::Expr* Parser::slice() {
  u32 start = position_;
  if (accept(TokenKind::Star)) return starred(start);
  ast::Expr* lower = nullptr;
  if (!at(TokenKind::Colon)) {
    lower = named_expression();
    if (lower == nullptr || !at(TokenKind::Colon)) return lower;
    // `x[a:=1:2]` would need parentheses.
    if (lower->is<ast::NamedExpr>() && tokens_[start].kind != TokenKind::LeftParen) return fail();
  }
  ++position_;
  auto* node = make<ast::Slice>();
  node->lower = lower;
  if (starts_expression(kind())) {
    node->upper = expression();
    if (node->upper == nullptr) return nullptr;
  }
  if (accept(TokenKind::Colon) && starts_expression(kind())) {
    node->step = expression();
    if (node->step == nullptr) return nullptr;
  }
  return finish(node, start, node->lower, node->upper, node->step);
}

ast::Expr* Parser::star_target() {
  u32 start = position_;
  if (!accept(TokenKind::Star)) return primary();
  auto* node = make<ast::Starred>();
  node->value = primary();
  if (node->value == nullptr) return nullptr;
  return finish(node, start, node->value);
}

// Targets separated by commas: a tuple when there is a comma. The context is for the caller to set.
ast::Expr* Parser::target_list(bool* is_list) {
  u32 start = position_;
  *is_list = false;
  ast::Expr* first = star_target();
  if (first == nullptr || !at(TokenKind::Comma)) return first;
  *is_list = true;
  usize base = scratch_.size();
  push(first);
  while (accept(TokenKind::Comma)) {
    if (!starts_expression(kind()) && !at(TokenKind::Star)) break;
    ast::Expr* next = star_target();
    if (next == nullptr) return nullptr;
    push(next);
  }
  auto* tuple = make<ast::Tuple>();
  tuple->elts = take<ast::Expr>(base);
  return finish(tuple, start, tuple->elts);
}

}  // namespace py
