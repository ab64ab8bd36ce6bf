// SyntaxWarnings: expressions that are legal but surely meant otherwise.
#include "core/syntax/semantic_checker.h"

namespace py {
namespace {

using K = ast::Kind;

// The type of a display or literal, for the text of a warning; null when it cannot be told.
const char* literal_type(const ast::Expr* node) {
  switch (node->kind) {
    case K::Tuple: return "tuple";
    case K::ListDisplay:
    case K::ListComp: return "list";
    case K::Dict:
    case K::DictComp: return "dict";
    case K::Set:
    case K::SetComp: return "set";
    case K::GeneratorExp: return "generator";
    case K::Lambda: return "function";
    case K::JoinedStr:
    case K::FormattedValue: return "str";
    case K::Constant: break;
    default: return nullptr;
  }
  switch (node->as<ast::Constant>()->value.kind) {
    case ast::ConstantValue::Kind::None: return "NoneType";
    case ast::ConstantValue::Kind::True:
    case ast::ConstantValue::Kind::False: return "bool";
    case ast::ConstantValue::Kind::Ellipsis: return "ellipsis";
    case ast::ConstantValue::Kind::SmallInt:
    case ast::ConstantValue::Kind::BigInt: return "int";
    case ast::ConstantValue::Kind::Float: return "float";
    case ast::ConstantValue::Kind::Imaginary: return "complex";
    case ast::ConstantValue::Kind::Str: return "str";
    case ast::ConstantValue::Kind::Bytes: return "bytes";
    default: return nullptr;
  }
}

// Literals whose identity means something are left out.
bool is_comparable_by_identity(const ast::Expr* node) {
  if (!node->is<ast::Constant>()) return true;
  switch (node->as<ast::Constant>()->value.kind) {
    case ast::ConstantValue::Kind::None:
    case ast::ConstantValue::Kind::True:
    case ast::ConstantValue::Kind::False:
    case ast::ConstantValue::Kind::Ellipsis: return true;
    default: return false;
  }
}

}  // namespace

void SemanticChecker::warn_call(const ast::Call* node) {
  if (node->func->is<ast::Lambda>()) return;
  const char* type = literal_type(node->func);
  if (type == nullptr) return;
  warn(node, "'" + std::string(type) + "' object is not callable; perhaps you missed a comma?");
}

void SemanticChecker::warn_subscript(const ast::Subscript* node) {
  if (node->ctx != ast::ExprContext::Load) return;
  const ast::Expr* value = node->value;
  const char* type = literal_type(value);
  if (type == nullptr) return;
  bool not_subscriptable =
      value->is<ast::Set>() || value->is<ast::SetComp>() || value->is<ast::GeneratorExp>() || value->is<ast::Lambda>();
  bool is_sequence = value->is<ast::Tuple>() || value->is<ast::ListDisplay>() || value->is<ast::ListComp>() ||
                     value->is<ast::JoinedStr>();
  if (value->is<ast::Constant>()) {
    auto kind = value->as<ast::Constant>()->value.kind;
    is_sequence = kind == ast::ConstantValue::Kind::Str || kind == ast::ConstantValue::Kind::Bytes;
    not_subscriptable = !is_sequence;
  }
  if (not_subscriptable) {
    warn(node, "'" + std::string(type) + "' object is not subscriptable; perhaps you missed a comma?");
    return;
  }
  const char* index = literal_type(node->slice);
  if (!is_sequence || index == nullptr) return;
  std::string_view index_type = index;
  if (index_type == "int" || index_type == "bool" || node->slice->is<ast::Slice>()) return;
  warn(node, std::string(type) + " indices must be integers or slices, not " + index + "; perhaps you missed a comma?");
}

void SemanticChecker::warn_compare(const ast::Compare* node) {
  bool left = is_comparable_by_identity(node->left);
  for (u32 i = 0; i < node->ops.size; ++i) {
    bool right = is_comparable_by_identity(node->comparators[i]);
    if ((!left || !right) && node->ops[i] == ast::CompareOperator::Is) {
      warn(node, "\"is\" with a literal. Did you mean \"==\"?");
      return;
    }
    if ((!left || !right) && node->ops[i] == ast::CompareOperator::IsNot) {
      warn(node, "\"is not\" with a literal. Did you mean \"!=\"?");
      return;
    }
    left = right;
  }
}

void SemanticChecker::warn_assert(const ast::Assert* node) {
  bool tuple = node->test->is<ast::Tuple>() && !node->test->as<ast::Tuple>()->elts.empty();
  if (tuple) warn(node, "assertion is always true, perhaps remove parentheses?");
}

}  // namespace py
