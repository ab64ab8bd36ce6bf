// Simple statements.
#include "core/syntax/parser.h"

namespace py {
namespace {

bool augmented_operator(TokenKind kind, ast::Operator* op) {
  switch (kind) {
    case TokenKind::PlusEqual: *op = ast::Operator::Add; return true;
    case TokenKind::MinusEqual: *op = ast::Operator::Sub; return true;
    case TokenKind::StarEqual: *op = ast::Operator::Mult; return true;
    case TokenKind::AtEqual: *op = ast::Operator::MatMult; return true;
    case TokenKind::SlashEqual: *op = ast::Operator::Div; return true;
    case TokenKind::PercentEqual: *op = ast::Operator::Mod; return true;
    case TokenKind::AmpersandEqual: *op = ast::Operator::BitAnd; return true;
    case TokenKind::PipeEqual: *op = ast::Operator::BitOr; return true;
    case TokenKind::CaretEqual: *op = ast::Operator::BitXor; return true;
    case TokenKind::LeftShiftEqual: *op = ast::Operator::LShift; return true;
    case TokenKind::RightShiftEqual: *op = ast::Operator::RShift; return true;
    case TokenKind::DoubleStarEqual: *op = ast::Operator::Pow; return true;
    case TokenKind::DoubleSlashEqual: *op = ast::Operator::FloorDiv; return true;
    default: return false;
  }
}

}  // namespace

// Pushes the statements of one logical line, or one compound statement.
bool Parser::statement() {
  ast::Stmt* compound = compound_statement();
  if (failed_) return false;
  if (compound == nullptr) return simple_statements();
  push(compound);
  return true;
}

bool Parser::simple_statements() {
  do {
    if (at(TokenKind::Newline)) break;
    ast::Stmt* node = simple_statement();
    if (node == nullptr) return false;
    push(node);
  } while (accept(TokenKind::Semicolon));
  return expect(TokenKind::Newline);
}

ast::Stmt* Parser::simple_statement() {
  u32 start = position_;
  switch (kind()) {
    case TokenKind::Pass: ++position_; return finish(make<ast::Pass>(), start);
    case TokenKind::Break: ++position_; return finish(make<ast::Break>(), start);
    case TokenKind::Continue: ++position_; return finish(make<ast::Continue>(), start);
    case TokenKind::Return: return return_statement();
    case TokenKind::Raise: return raise_statement();
    case TokenKind::Del: return delete_statement();
    case TokenKind::Assert: return assert_statement();
    case TokenKind::Import: return import_statement();
    case TokenKind::From: return import_from_statement();
    case TokenKind::Global:
    case TokenKind::Nonlocal: return scope_declaration();
    case TokenKind::Name:
      if (token(1).kind == TokenKind::Name && at_word("type")) return type_alias();
      return expression_statement();
    default: return expression_statement();
  }
}

ast::Stmt* Parser::expression_statement() {
  u32 start = position_;
  ast::Expr* first = at(TokenKind::Yield) ? yield_expression() : star_expressions();
  if (first == nullptr) return nullptr;
  ast::Operator op;
  switch (kind()) {
    case TokenKind::Equal: return assignment(start, first);
    case TokenKind::Colon: return annotated_assignment(start, first);
    default:
      if (augmented_operator(kind(), &op)) return augmented_assignment(start, first, op);
  }
  auto* node = make<ast::ExprStmt>();
  node->value = first;
  return finish(node, start, first);
}

ast::Expr* Parser::right_hand_side() { return at(TokenKind::Yield) ? yield_expression() : star_expressions(); }

ast::Stmt* Parser::assignment(u32 start, ast::Expr* first) {
  usize base = scratch_.size();
  ast::Expr* value = first;
  while (at(TokenKind::Equal)) {
    if (!set_context(value, ast::ExprContext::Store)) return fail();
    ++position_;
    push(value);
    value = right_hand_side();
    if (value == nullptr) return nullptr;
  }
  auto* node = make<ast::Assign>();
  node->targets = take<ast::Expr>(base);
  node->value = value;
  return finish(node, start, node->targets, value);
}

ast::Stmt* Parser::annotated_assignment(u32 start, ast::Expr* target) {
  bool parenthesised = tokens_[start].kind == TokenKind::LeftParen;
  if (!is_single_target(target)) return fail();
  ++position_;
  auto* node = make<ast::AnnAssign>();
  node->target = target;
  node->simple = target->is<ast::Name>() && !parenthesised;
  set_context(target, ast::ExprContext::Store);
  node->annotation = expression();
  if (node->annotation == nullptr) return nullptr;
  if (accept(TokenKind::Equal)) {
    node->value = right_hand_side();
    if (node->value == nullptr) return nullptr;
  }
  return finish(node, start, node->target, node->annotation, node->value);
}

ast::Stmt* Parser::augmented_assignment(u32 start, ast::Expr* target, ast::Operator op) {
  if (!is_single_target(target)) return fail();
  set_context(target, ast::ExprContext::Store);
  ++position_;
  auto* node = make<ast::AugAssign>();
  node->target = target;
  node->op = op;
  node->value = right_hand_side();
  if (node->value == nullptr) return nullptr;
  return finish(node, start, target, node->value);
}

ast::Stmt* Parser::return_statement() {
  u32 start = position_++;
  auto* node = make<ast::Return>();
  if (!at(TokenKind::Newline) && !at(TokenKind::Semicolon)) {
    node->value = star_expressions();
    if (node->value == nullptr) return nullptr;
  }
  return finish(node, start, node->value);
}

ast::Stmt* Parser::raise_statement() {
  u32 start = position_++;
  auto* node = make<ast::Raise>();
  if (!at(TokenKind::Newline) && !at(TokenKind::Semicolon)) {
    node->exc = expression();
    if (node->exc == nullptr) return nullptr;
    if (accept(TokenKind::From)) {
      node->cause = expression();
      if (node->cause == nullptr) return nullptr;
    }
  }
  return finish(node, start, node->exc, node->cause);
}

ast::Stmt* Parser::delete_statement() {
  u32 start = position_++;
  usize base = scratch_.size();
  do {
    if (at(TokenKind::Newline) || at(TokenKind::Semicolon)) {
      if (scratch_.size() == base) return fail();
      break;
    }
    ast::Expr* target = primary();
    if (target == nullptr) return nullptr;
    if (!set_context(target, ast::ExprContext::Del)) return fail();
    push(target);
  } while (accept(TokenKind::Comma));
  auto* node = make<ast::Delete>();
  node->targets = take<ast::Expr>(base);
  return finish(node, start, node->targets);
}

ast::Stmt* Parser::assert_statement() {
  u32 start = position_++;
  auto* node = make<ast::Assert>();
  node->test = expression();
  if (node->test == nullptr) return nullptr;
  if (accept(TokenKind::Comma)) {
    node->msg = expression();
    if (node->msg == nullptr) return nullptr;
  }
  return finish(node, start, node->test, node->msg);
}

bool Parser::dotted_name(const ast::Identifier** name) {
  const ast::Identifier* first = expect_name();
  if (first == nullptr) return false;
  *name = first;
  if (!at(TokenKind::Dot)) return true;
  std::string text(first->text);
  while (accept(TokenKind::Dot)) {
    const ast::Identifier* next = expect_name();
    if (next == nullptr) return false;
    text += '.';
    text += next->text;
  }
  *name = identifiers_.intern(text);
  return true;
}

ast::Alias* Parser::import_alias(bool dotted) {
  u32 start = position_;
  auto* node = make<ast::Alias>();
  if (dotted) {
    if (!dotted_name(&node->name)) return nullptr;
  } else if ((node->name = expect_name()) == nullptr) {
    return nullptr;
  }
  if (accept(TokenKind::As) && (node->asname = expect_name()) == nullptr) return nullptr;
  return finish(node, start);
}

ast::Stmt* Parser::import_statement() {
  u32 start = position_++;
  usize base = scratch_.size();
  do {
    ast::Alias* alias = import_alias(true);
    if (alias == nullptr) return nullptr;
    push(alias);
  } while (accept(TokenKind::Comma));
  auto* node = make<ast::Import>();
  node->names = take<ast::Alias>(base);
  return finish(node, start, node->names);
}

ast::Stmt* Parser::import_from_statement() {
  u32 start = position_++;
  auto* node = make<ast::ImportFrom>();
  for (;; ++position_) {
    if (at(TokenKind::Dot)) {
      node->level += 1;
    } else if (at(TokenKind::Ellipsis)) {
      node->level += 3;
    } else {
      break;
    }
  }
  if ((node->level == 0 || !at(TokenKind::Import)) && !dotted_name(&node->module_)) return nullptr;
  if (!expect(TokenKind::Import) || !import_names(node)) return nullptr;
  return finish(node, start, node->names);
}

bool Parser::import_names(ast::ImportFrom* node) {
  usize base = scratch_.size();
  if (at(TokenKind::Star)) {
    u32 start = position_++;
    auto* alias = make<ast::Alias>();
    alias->name = identifiers_.intern("*");
    push(finish(alias, start));
    node->names = take<ast::Alias>(base);
    return true;
  }
  bool parenthesised = accept(TokenKind::LeftParen);
  do {
    if (parenthesised && at(TokenKind::RightParen) && scratch_.size() > base) break;
    ast::Alias* alias = import_alias(false);
    if (alias == nullptr) return false;
    push(alias);
  } while (accept(TokenKind::Comma));
  node->names = take<ast::Alias>(base);
  return !parenthesised || expect(TokenKind::RightParen);
}

ast::Stmt* Parser::scope_declaration() {
  u32 start = position_;
  bool global = at(TokenKind::Global);
  usize base = scratch_.size();
  do {
    ++position_;
    const ast::Identifier* name = expect_name();
    if (name == nullptr) return nullptr;
    push(const_cast<ast::Identifier*>(name));
  } while (at(TokenKind::Comma));
  auto names = take<const ast::Identifier>(base);
  if (global) {
    auto* node = make<ast::Global>();
    node->names = names;
    return finish(node, start);
  }
  auto* node = make<ast::Nonlocal>();
  node->names = names;
  return finish(node, start);
}

// PEP 695. `type` is a name unless another name follows it.
ast::Stmt* Parser::type_alias() {
  u32 start = position_++;
  auto* node = make<ast::TypeAlias>();
  u32 name_start = position_;
  auto* name = make<ast::Name>();
  name->id = expect_name();
  name->ctx = ast::ExprContext::Store;
  if (name->id == nullptr) return nullptr;
  node->name = finish(name, name_start);
  if (!type_parameters(&node->type_params) || !expect(TokenKind::Equal)) return nullptr;
  node->value = expression();
  if (node->value == nullptr) return nullptr;
  return finish(node, start, node->name, node->type_params, node->value);
}

}  // namespace py
