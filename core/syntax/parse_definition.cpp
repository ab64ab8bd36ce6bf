// Functions, classes, lambdas, parameters and type parameters.
#include "core/syntax/parser.h"

namespace py {

ast::Stmt* Parser::decorated() {
  usize base = scratch_.size();
  while (accept(TokenKind::At)) {
    ast::Expr* decorator = named_expression();
    if (decorator == nullptr || !expect(TokenKind::Newline)) return nullptr;
    push(decorator);
  }
  auto decorators = take<ast::Expr>(base);
  u32 start = position_;
  if (at(TokenKind::Class)) return class_definition(decorators);
  if (at(TokenKind::Def)) return function_definition(start, false, decorators);
  if (!accept(TokenKind::Async) || !at(TokenKind::Def)) return fail();
  return function_definition(start, true, decorators);
}

ast::Stmt* Parser::function_definition(u32 start, bool is_async, ast::List<ast::Expr*> decorators) {
  return is_async ? function_rest<ast::AsyncFunctionDef>(start, decorators)
                  : function_rest<ast::FunctionDef>(start, decorators);
}

template <class Node>
ast::Stmt* Parser::function_rest(u32 start, ast::List<ast::Expr*> decorators) {
  ++position_;
  auto* node = make<Node>();
  node->decorator_list = decorators;
  node->name = expect_name();
  if (node->name == nullptr || !type_parameters(&node->type_params) || !expect(TokenKind::LeftParen)) return nullptr;
  node->args = parameters(TokenKind::RightParen, true);
  if (node->args == nullptr || !expect(TokenKind::RightParen)) return nullptr;
  if (accept(TokenKind::Arrow)) {
    node->returns = expression();
    if (node->returns == nullptr) return nullptr;
  }
  if (!block(&node->body)) return nullptr;
  return finish(node, start, node->args, node->body, decorators, node->returns, node->type_params);
}

ast::Stmt* Parser::class_definition(ast::List<ast::Expr*> decorators) {
  u32 start = position_++;
  auto* node = make<ast::ClassDef>();
  node->decorator_list = decorators;
  node->name = expect_name();
  if (node->name == nullptr || !type_parameters(&node->type_params)) return nullptr;
  if (at(TokenKind::LeftParen)) {
    u32 opening = position_++;
    if (!call_arguments(&node->bases, &node->keywords, opening)) return nullptr;
    // A bare generator expression is no list of bases, though it is one of arguments.
    if (node->bases.size == 1 && node->bases[0]->is<ast::GeneratorExp>() &&
        node->bases[0]->where.column == tokens_[opening].where.column &&
        node->bases[0]->where.line == tokens_[opening].where.line) {
      position_ = opening;
      return fail();
    }
  }
  if (!block(&node->body)) return nullptr;
  return finish(node, start, node->bases, node->keywords, node->body, decorators, node->type_params);
}

ast::Expr* Parser::lambda() {
  u32 start = position_++;
  auto* node = make<ast::Lambda>();
  node->args = parameters(TokenKind::Colon, false);
  if (node->args == nullptr || !expect(TokenKind::Colon)) return nullptr;
  node->body = expression();
  if (node->body == nullptr) return nullptr;
  return finish(node, start, node->args, node->body);
}

ast::Arg* Parser::parameter(bool annotated, bool star_annotation) {
  u32 start = position_;
  auto* node = make<ast::Arg>();
  node->arg = expect_name();
  if (node->arg == nullptr) return nullptr;
  if (annotated && accept(TokenKind::Colon)) {
    node->annotation = star_annotation ? star_expression() : expression();
    if (node->annotation == nullptr) return nullptr;
  }
  return finish(node, start, node->annotation);
}

// Up to `closing`, which stays.
ast::Arguments* Parser::parameters(TokenKind closing, bool annotated) {
  u32 start = position_;
  auto* node = make<ast::Arguments>();
  std::vector<ast::Arg*> positional, keyword_only;
  std::vector<ast::Expr*> defaults, keyword_defaults;
  usize positional_only = 0;
  bool seen_slash = false, seen_star = false;
  while (!at(closing)) {
    if (at(TokenKind::Slash)) {
      if (seen_slash || seen_star || positional.empty()) return fail();
      ++position_;
      seen_slash = true;
      positional_only = positional.size();
    } else if (at(TokenKind::Star)) {
      if (seen_star) return fail();
      seen_star = true;
      ++position_;
      if (at(TokenKind::Name)) {
        node->vararg = parameter(annotated, true);
        if (node->vararg == nullptr) return nullptr;
      } else if (!at(TokenKind::Comma) || token(1).kind != TokenKind::Name) {
        return fail();
      }
    } else if (accept(TokenKind::DoubleStar)) {
      node->kwarg = parameter(annotated, false);
      if (node->kwarg == nullptr) return nullptr;
      accept(TokenKind::Comma);
      break;
    } else {
      ast::Arg* argument = parameter(annotated, false);
      if (argument == nullptr) return nullptr;
      ast::Expr* value = nullptr;
      if (accept(TokenKind::Equal)) {
        value = expression();
        if (value == nullptr) return nullptr;
      }
      if (seen_star) {
        keyword_only.push_back(argument);
        keyword_defaults.push_back(value);
      } else {
        if (value == nullptr && !defaults.empty()) return fail();
        positional.push_back(argument);
        if (value != nullptr) defaults.push_back(value);
      }
    }
    if (!accept(TokenKind::Comma)) break;
  }
  if (!at(closing)) return fail();
  auto list = [this]<class T>(const std::vector<T*>& items, usize from, usize to) {
    usize base = scratch_.size();
    for (usize i = from; i < to; ++i) push(items[i]);
    return take<T>(base);
  };
  node->posonlyargs = list(positional, 0, positional_only);
  node->args = list(positional, positional_only, positional.size());
  node->kwonlyargs = list(keyword_only, 0, keyword_only.size());
  node->kw_defaults = list(keyword_defaults, 0, keyword_defaults.size());
  node->defaults = list(defaults, 0, defaults.size());
  if (start == 0) start = 1;
  return finish(node, start - 1, node->posonlyargs, node->args, node->vararg, node->kwonlyargs, node->kw_defaults,
                node->kwarg, node->defaults);
}

// PEP 695 and 696; an absent list is fine.
bool Parser::type_parameters(ast::List<ast::TypeParam*>* list) {
  if (LIKELY(!accept(TokenKind::LeftBracket))) return true;
  usize base = scratch_.size();
  do {
    if (at(TokenKind::RightBracket) && scratch_.size() > base) break;
    ast::TypeParam* parameter = type_parameter();
    if (parameter == nullptr) return false;
    push(parameter);
  } while (accept(TokenKind::Comma));
  *list = take<ast::TypeParam>(base);
  return expect(TokenKind::RightBracket);
}

ast::TypeParam* Parser::type_parameter() {
  u32 start = position_;
  auto default_value = [this](ast::Expr** value, bool star) {
    if (!accept(TokenKind::Equal)) return true;
    *value = star ? star_expression() : expression();
    return *value != nullptr;
  };
  if (accept(TokenKind::Star)) {
    auto* node = make<ast::TypeVarTuple>();
    node->name = expect_name();
    if (node->name == nullptr || !default_value(&node->default_value, true)) return nullptr;
    return finish(node, start, node->default_value);
  }
  if (accept(TokenKind::DoubleStar)) {
    auto* node = make<ast::ParamSpec>();
    node->name = expect_name();
    if (node->name == nullptr || !default_value(&node->default_value, false)) return nullptr;
    return finish(node, start, node->default_value);
  }
  auto* node = make<ast::TypeVar>();
  node->name = expect_name();
  if (node->name == nullptr) return nullptr;
  if (accept(TokenKind::Colon)) {
    node->bound = expression();
    if (node->bound == nullptr) return nullptr;
  }
  if (!default_value(&node->default_value, false)) return nullptr;
  return finish(node, start, node->bound, node->default_value);
}

}  // namespace py
