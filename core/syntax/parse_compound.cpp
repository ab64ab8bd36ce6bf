// Compound statements but for definitions and `match`.
#include "core/syntax/parser.h"

namespace py {

// Null without failure: what stands here is a simple statement.
ast::Stmt* Parser::compound_statement() {
  switch (kind()) {
    case TokenKind::If: return if_statement();
    case TokenKind::While: return while_statement();
    case TokenKind::For: return for_statement(position_, false);
    case TokenKind::With: return with_statement(position_, false);
    case TokenKind::Try: return try_statement();
    case TokenKind::Def: return function_definition(position_, false, {});
    case TokenKind::Class: return class_definition({});
    case TokenKind::At: return decorated();
    case TokenKind::Async: return async_statement();
    case TokenKind::Name:
      if (UNLIKELY(at_word("match"))) return match_statement();
      return nullptr;
    default: return nullptr;
  }
}

// `:` and what it governs.
bool Parser::block(ast::List<ast::Stmt*>* body) {
  if (!expect(TokenKind::Colon)) return false;
  usize base = scratch_.size();
  if (!accept(TokenKind::Newline)) {
    if (!simple_statements()) return false;
  } else {
    if (!expect(TokenKind::Indent)) return false;
    while (!accept(TokenKind::Dedent)) {
      if (!statement()) return false;
    }
  }
  *body = take<ast::Stmt>(base);
  return true;
}

bool Parser::optional_else(ast::List<ast::Stmt*>* orelse) { return !accept(TokenKind::Else) || block(orelse); }

// A chain of `elif` is a loop; the nested nodes are closed from the end.
ast::Stmt* Parser::if_statement() {
  struct Branch {
    u32 start;
    ast::If* node;
  };
  std::vector<Branch> branches;
  do {
    u32 start = position_++;
    auto* node = make<ast::If>();
    node->test = named_expression();
    if (node->test == nullptr || !block(&node->body)) return nullptr;
    branches.push_back({start, node});
  } while (at(TokenKind::Elif));
  if (!optional_else(&branches.back().node->orelse)) return nullptr;
  ast::Stmt* result = nullptr;
  for (; !branches.empty(); branches.pop_back()) {
    ast::If* node = branches.back().node;
    if (result != nullptr) {
      push(result);
      node->orelse = take<ast::Stmt>(scratch_.size() - 1);
    }
    if (finish(node, branches.back().start, node->test, node->body, node->orelse) == nullptr) return nullptr;
    result = node;
  }
  return result;
}

ast::Stmt* Parser::while_statement() {
  u32 start = position_++;
  auto* node = make<ast::While>();
  node->test = named_expression();
  if (node->test == nullptr || !block(&node->body) || !optional_else(&node->orelse)) return nullptr;
  return finish(node, start, node->test, node->body, node->orelse);
}

ast::Stmt* Parser::for_statement(u32 start, bool is_async) {
  auto fill = [&](auto* node) -> ast::Stmt* {
    ++position_;
    bool is_list;
    node->target = target_list(&is_list);
    if (node->target == nullptr) return nullptr;
    if (!at(TokenKind::In) || !set_context(node->target, ast::ExprContext::Store)) return fail();
    ++position_;
    node->iter = star_expressions();
    if (node->iter == nullptr || !block(&node->body) || !optional_else(&node->orelse)) return nullptr;
    return finish(node, start, node->target, node->iter, node->body, node->orelse);
  };
  return is_async ? fill(make<ast::AsyncFor>()) : fill(make<ast::For>());
}

ast::WithItem* Parser::with_item() {
  u32 start = position_;
  auto* item = make<ast::WithItem>();
  item->context_expr = expression();
  if (item->context_expr == nullptr) return nullptr;
  if (accept(TokenKind::As)) {
    item->optional_vars = star_target();
    if (item->optional_vars == nullptr) return nullptr;
    if (!set_context(item->optional_vars, ast::ExprContext::Store)) return fail();
  }
  return finish(item, start, item->context_expr, item->optional_vars);
}

bool Parser::with_items(ast::List<ast::WithItem*>* items, bool parenthesised) {
  usize base = scratch_.size();
  if (parenthesised) ++position_;
  do {
    if (parenthesised && at(TokenKind::RightParen) && scratch_.size() > base) break;
    ast::WithItem* item = with_item();
    if (item == nullptr) return false;
    push(item);
  } while (accept(TokenKind::Comma));
  *items = take<ast::WithItem>(base);
  return (!parenthesised || expect(TokenKind::RightParen)) && (at(TokenKind::Colon) || fail());
}

// `with (a, b):` has two items; if that reading fails, the parenthesis belongs to the first expression.
ast::Stmt* Parser::with_statement(u32 start, bool is_async) {
  auto fill = [&](auto* node) -> ast::Stmt* {
    u32 items_start = ++position_;
    usize base = scratch_.size();
    bool done = at(TokenKind::LeftParen) && with_items(&node->items, true);
    if (problem) return nullptr;
    if (!done) {
      restore(items_start, base);
      if (!with_items(&node->items, false)) return nullptr;
    }
    if (!block(&node->body)) return nullptr;
    return finish(node, start, node->items, node->body);
  };
  return is_async ? fill(make<ast::AsyncWith>()) : fill(make<ast::With>());
}

ast::Stmt* Parser::async_statement() {
  u32 start = position_++;
  switch (kind()) {
    case TokenKind::Def: return function_definition(start, true, {});
    case TokenKind::For: return for_statement(start, true);
    case TokenKind::With: return with_statement(start, true);
    default: return fail();
  }
}

// PEP 758: several types need no parentheses, unless the handler names the exception.
ast::ExceptHandler* Parser::except_handler(bool* is_star) {
  u32 start = position_++;
  auto* node = make<ast::ExceptHandler>();
  *is_star = accept(TokenKind::Star);
  if (*is_star || !at(TokenKind::Colon)) {
    node->type = expressions();
    if (node->type == nullptr) return nullptr;
    if (at(TokenKind::As)) {
      if (tokens_[position_ - 1].kind == TokenKind::Comma) return fail();
      if (node->type->is<ast::Tuple>() && tokens_[position_ - 1].kind != TokenKind::RightParen) return fail();
      if (node->type->is<ast::Tuple>() && node->type->where.column != tokens_[start + 1 + *is_star].where.column) {
        return fail();
      }
      ++position_;
      node->name = expect_name();
      if (node->name == nullptr) return nullptr;
    }
  }
  if (!block(&node->body)) return nullptr;
  return finish(node, start, node->type, node->body);
}

template <class Node>
ast::Stmt* Parser::finish_try(Node* node, u32 start) {
  if (!node->handlers.empty() && !optional_else(&node->orelse)) return nullptr;
  if (accept(TokenKind::Finally) && !block(&node->finalbody)) return nullptr;
  if (node->handlers.empty() && node->finalbody.empty()) return fail();
  return finish(node, start, node->body, node->handlers, node->orelse, node->finalbody);
}

ast::Stmt* Parser::try_statement() {
  u32 start = position_++;
  ast::List<ast::Stmt*> body;
  if (!block(&body)) return nullptr;
  usize base = scratch_.size();
  bool star = false;
  while (at(TokenKind::Except)) {
    u32 handler_start = position_;
    bool is_star;
    ast::ExceptHandler* handler = except_handler(&is_star);
    if (handler == nullptr) return nullptr;
    if (scratch_.size() > base && is_star != star) {
      position_ = handler_start;
      return fail();
    }
    star = is_star;
    push(handler);
  }
  auto handlers = take<ast::ExceptHandler>(base);
  if (star) {
    auto* node = make<ast::TryStar>();
    node->body = body;
    node->handlers = handlers;
    return finish_try(node, start);
  }
  auto* node = make<ast::Try>();
  node->body = body;
  node->handlers = handlers;
  return finish_try(node, start);
}

}  // namespace py
