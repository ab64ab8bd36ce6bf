// Patterns of match statements in trees that programs made.
#include "core/builtins/ast/tree_validator.h"

namespace py {

namespace {

enum NumberPart : u8 { kReal = 1, kImaginary = 2 };

bool is_number(const ast::Expr& node, u8 parts) {
  if (!node.is<ast::Constant>()) return false;
  const ast::ConstantValue& value = node.as<ast::Constant>()->value;
  using Kind = ast::ConstantValue::Kind;
  switch (value.kind) {
    case Kind::SmallInt:
    case Kind::BigInt:
    case Kind::Float: return parts & kReal;
    case Kind::Imaginary: return parts & kImaginary;
    case Kind::Object: {
      const Value object = static_cast<Object*>(value.object)->value();
      if (is_exact<Complex>(object)) return parts & kImaginary;
      return (parts & kReal) && (is_integer(object) || is_float(object));
    }
    default: return false;
  }
}

bool is_negative_number(const ast::Expr& node, u8 parts) {
  return node.is<ast::UnaryOp>() && node.as<ast::UnaryOp>()->op == ast::UnaryOperator::USub &&
         is_number(*node.as<ast::UnaryOp>()->operand, parts);
}

bool is_complex_number(const ast::Expr& node) {
  if (!node.is<ast::BinOp>()) return false;
  const auto& sum = *node.as<ast::BinOp>();
  return (sum.op == ast::Operator::Add || sum.op == ast::Operator::Sub) && is_number(*sum.right, kImaginary) &&
         (is_number(*sum.left, kReal) || is_negative_number(*sum.left, kReal));
}

bool is_singleton(const ast::ConstantValue& value) {
  using Kind = ast::ConstantValue::Kind;
  return value.kind == Kind::None || value.kind == Kind::True || value.kind == Kind::False;
}

}  // namespace

Result<void> TreeValidator::patterns(const ast::List<ast::Pattern*>& list, Star star) {
  for (const ast::Pattern* node : list) {
    if (!node) return value_error("None disallowed in pattern list");
    TRY(pattern(*node, star));
  }
  return {};
}

Result<void> TreeValidator::literal_pattern(const ast::Expr& node) {
  TRY(expression(node));
  if (node.is<ast::Constant>()) {
    using Kind = ast::ConstantValue::Kind;
    const Kind kind = node.as<ast::Constant>()->value.kind;
    if (kind == Kind::Str || kind == Kind::Bytes || is_number(node, kReal | kImaginary)) return {};
    return value_error("unexpected constant inside of a literal pattern");
  }
  if (node.is<ast::Attribute>() || node.is<ast::JoinedStr>()) return {};
  if (is_negative_number(node, kReal | kImaginary) || is_complex_number(node)) return {};
  return value_error("patterns may only match literals and attribute lookups");
}

Result<void> TreeValidator::capture(const ast::Identifier* captured) {
  if (!captured) return {};
  if (captured->text == "_") return value_error("can't capture name '_' in patterns");
  return name(*captured);
}

Result<void> TreeValidator::mapping_pattern(const ast::MatchMapping& node) {
  if (node.keys.size != node.patterns.size) {
    return value_error("MatchMapping doesn't have the same number of keys as patterns");
  }
  TRY(capture(node.rest));
  for (const ast::Expr* key : node.keys) {
    if (!key) return value_error("None disallowed in expression list");
    if (key->is<ast::Constant>() && is_singleton(key->as<ast::Constant>()->value)) continue;
    TRY(literal_pattern(*key));
  }
  return patterns(node.patterns, Star::Forbidden);
}

Result<void> TreeValidator::class_pattern(const ast::MatchClass& node) {
  if (node.kwd_attrs.size != node.kwd_patterns.size) {
    return value_error("MatchClass doesn't have the same number of keyword attributes as patterns");
  }
  TRY(expression(*node.cls));
  const ast::Expr* at = node.cls;
  while (at->is<ast::Attribute>()) at = at->as<ast::Attribute>()->value;
  if (!at->is<ast::Name>()) return value_error("MatchClass cls field can only contain Name or Attribute nodes.");
  for (const ast::Identifier* attribute : node.kwd_attrs) {
    if (attribute) TRY(name(*attribute));
  }
  TRY(patterns(node.patterns, Star::Forbidden));
  return patterns(node.kwd_patterns, Star::Forbidden);
}

Result<void> TreeValidator::pattern(const ast::Pattern& node, Star star) {
  TRY(positions(node));
  switch (node.kind) {
    case ast::Kind::MatchValue: return literal_pattern(*node.as<ast::MatchValue>()->value);
    case ast::Kind::MatchSingleton:
      if (is_singleton(node.as<ast::MatchSingleton>()->value)) return {};
      return value_error("MatchSingleton can only contain True, False and None");
    case ast::Kind::MatchSequence: return patterns(node.as<ast::MatchSequence>()->patterns, Star::Allowed);
    case ast::Kind::MatchMapping: return mapping_pattern(*node.as<ast::MatchMapping>());
    case ast::Kind::MatchClass: return class_pattern(*node.as<ast::MatchClass>());
    case ast::Kind::MatchStar:
      if (star == Star::Forbidden) return value_error("can't use MatchStar here");
      return capture(node.as<ast::MatchStar>()->name);
    case ast::Kind::MatchAs: {
      const auto& as_pattern = *node.as<ast::MatchAs>();
      TRY(capture(as_pattern.name));
      if (!as_pattern.pattern) return {};
      if (!as_pattern.name) return value_error("MatchAs must specify a target name if a pattern is given");
      return pattern(*as_pattern.pattern, Star::Forbidden);
    }
    case ast::Kind::MatchOr:
      if (node.as<ast::MatchOr>()->patterns.size < 2) return value_error("MatchOr requires at least 2 patterns");
      return patterns(node.as<ast::MatchOr>()->patterns, Star::Forbidden);
    default: return {};
  }
}

}  // namespace py
