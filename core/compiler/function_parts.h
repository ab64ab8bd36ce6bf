// What definitions of functions have in common, whether `def` or `async def`.
#pragma once
#include "core/syntax/ast.h"

namespace py {

struct FunctionParts {
  const ast::Identifier* name;
  ast::Arguments* args;
  const ast::List<ast::Stmt*>* body;
  const ast::List<ast::Expr*>* decorators;
  ast::Expr* returns;
  const ast::List<ast::TypeParam*>* type_params;
  Scope* scope;
  Scope* type_params_scope;
};

inline FunctionParts parts_of(ast::Node* node) {
  if (node->kind == ast::Kind::FunctionDef) {
    auto* f = node->as<ast::FunctionDef>();
    return {f->name, f->args, &f->body, &f->decorator_list, f->returns, &f->type_params, f->scope, f->type_params_scope};
  }
  auto* f = node->as<ast::AsyncFunctionDef>();
  return {f->name, f->args, &f->body, &f->decorator_list, f->returns, &f->type_params, f->scope, f->type_params_scope};
}

}  // namespace py
