#include "core/syntax/expression_name.h"

namespace py {

const char* expression_name(const ast::Expr* expression) {
  using K = ast::Kind;
  switch (expression->kind) {
    case K::Attribute: return "attribute";
    case K::Subscript: return "subscript";
    case K::Starred: return "starred";
    case K::Name: return "name";
    case K::ListDisplay: return "list";
    case K::Tuple: return "tuple";
    case K::Lambda: return "lambda";
    case K::Call: return "function call";
    case K::BoolOp:
    case K::BinOp:
    case K::UnaryOp: return "expression";
    case K::GeneratorExp: return "generator expression";
    case K::Yield:
    case K::YieldFrom: return "yield expression";
    case K::Await: return "await expression";
    case K::ListComp: return "list comprehension";
    case K::SetComp: return "set comprehension";
    case K::DictComp: return "dict comprehension";
    case K::Dict: return "dict literal";
    case K::Set: return "set display";
    case K::JoinedStr:
    case K::FormattedValue: return "f-string expression";
    case K::TemplateStr:
    case K::Interpolation: return "t-string expression";
    case K::Compare: return "comparison";
    case K::IfExp: return "conditional expression";
    case K::NamedExpr: return "named expression";
    case K::Constant:
      switch (expression->as<ast::Constant>()->value.kind) {
        case ast::ConstantValue::Kind::None: return "None";
        case ast::ConstantValue::Kind::True: return "True";
        case ast::ConstantValue::Kind::False: return "False";
        case ast::ConstantValue::Kind::Ellipsis: return "ellipsis";
        default: return "literal";
      }
    default: return "expression";
  }
}

const ast::Expr* invalid_target(const ast::Expr* expression, TargetUse use) {
  auto first_of = [&](const ast::List<ast::Expr*>& list) -> const ast::Expr* {
    for (const ast::Expr* item : list) {
      if (const ast::Expr* part = invalid_target(item, use)) return part;
    }
    return nullptr;
  };
  switch (expression->kind) {
    case ast::Kind::ListDisplay: return first_of(expression->as<ast::ListDisplay>()->elts);
    case ast::Kind::Tuple: return first_of(expression->as<ast::Tuple>()->elts);
    case ast::Kind::Starred:
      if (use == TargetUse::Delete) return expression;
      return invalid_target(expression->as<ast::Starred>()->value, use);
    case ast::Kind::Compare: {
      // `for a in b` was read as the comparison `a in b`: its left side is the target.
      if (use != TargetUse::For) return expression;
      const auto* comparison = expression->as<ast::Compare>();
      if (comparison->ops[0] != ast::CompareOperator::In) return nullptr;
      return invalid_target(comparison->left, use);
    }
    case ast::Kind::Name:
    case ast::Kind::Subscript:
    case ast::Kind::Attribute: return nullptr;
    default: return expression;
  }
}

}  // namespace py
