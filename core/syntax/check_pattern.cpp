// Patterns that cannot work: names bound twice, alternatives that differ, cases that are never reached (PEP 634).
#include <algorithm>

#include "core/syntax/semantic_checker.h"

namespace py {

bool SemanticChecker::match(const ast::Match* node) {
  if (!visit(node->subject)) return false;
  for (u32 i = 0; i < node->cases.size; ++i) {
    const ast::MatchCase* item = node->cases[i];
    bool irrefutable_allowed = item->guard != nullptr || i + 1 == node->cases.size;
    Names names;
    if (!pattern(item->pattern, &names, irrefutable_allowed)) return false;
    if (item->guard != nullptr && !visit(item->guard)) return false;
    if (!body(item->body)) return false;
  }
  return true;
}

bool SemanticChecker::capture(const ast::Identifier* name, Names* names, const ast::Location& where) {
  if (name == nullptr) return true;
  if (!assignable(name, where)) return false;
  if (std::find(names->begin(), names->end(), name) != names->end()) {
    return fail(where, "multiple assignments to name '" + std::string(name->text) + "' in pattern");
  }
  names->push_back(name);
  return true;
}

bool SemanticChecker::sub_patterns(const ast::List<ast::Pattern*>& list, Names* names) {
  for (const ast::Pattern* item : list) {
    if (!pattern(item, names, true)) return false;
  }
  return true;
}

bool SemanticChecker::pattern(const ast::Pattern* node, Names* names, bool irrefutable_allowed) {
  switch (node->kind) {
    case ast::Kind::MatchAs: {
      const auto* self = node->as<ast::MatchAs>();
      if (self->pattern == nullptr) {
        if (!irrefutable_allowed) {
          if (self->name == nullptr) return fail(node->where, "wildcard makes remaining patterns unreachable");
          return fail(node->where,
                      "name capture '" + std::string(self->name->text) + "' makes remaining patterns unreachable");
        }
        return capture(self->name, names, node->where);
      }
      return capture(self->name, names, node->where) && pattern(self->pattern, names, irrefutable_allowed);
    }
    case ast::Kind::MatchStar: return capture(node->as<ast::MatchStar>()->name, names, node->where);
    case ast::Kind::MatchOr: return or_pattern(node->as<ast::MatchOr>(), names, irrefutable_allowed);
    case ast::Kind::MatchSequence: return sequence_pattern(node->as<ast::MatchSequence>(), names);
    case ast::Kind::MatchMapping: return mapping_pattern(node->as<ast::MatchMapping>(), names);
    case ast::Kind::MatchClass: return class_pattern(node->as<ast::MatchClass>(), names);
    case ast::Kind::MatchValue: return visit(node->as<ast::MatchValue>()->value);
    default: return true;
  }
}

bool SemanticChecker::sequence_pattern(const ast::MatchSequence* node, Names* names) {
  bool seen_star = false;
  for (u32 i = 0; i < node->patterns.size; ++i) {
    if (!node->patterns[i]->is<ast::MatchStar>()) continue;
    if (seen_star) return fail(node->where, "multiple starred names in sequence pattern");
    if (i >= 256) return fail(node->where, "too many expressions in star-unpacking sequence pattern");
    seen_star = true;
  }
  return sub_patterns(node->patterns, names);
}

namespace {

bool same_constant(const ast::ConstantValue& a, const ast::ConstantValue& b) {
  using Kind = ast::ConstantValue::Kind;
  auto is_number = [](const ast::ConstantValue& value) {
    return value.kind == Kind::SmallInt || value.kind == Kind::Float || value.kind == Kind::True ||
           value.kind == Kind::False;
  };
  auto number = [](const ast::ConstantValue& value) {
    return value.kind == Kind::SmallInt ? static_cast<double>(value.integer)
           : value.kind == Kind::Float  ? value.number
                                        : static_cast<double>(value.kind == Kind::True);
  };
  if (is_number(a) && is_number(b)) return number(a) == number(b);
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::Imaginary) return a.number == b.number;
  return a.text == b.text;
}

bool same_key(const ast::Expr* a, const ast::Expr* b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
    case ast::Kind::Constant: return same_constant(a->as<ast::Constant>()->value, b->as<ast::Constant>()->value);
    case ast::Kind::UnaryOp: return same_key(a->as<ast::UnaryOp>()->operand, b->as<ast::UnaryOp>()->operand);
    case ast::Kind::BinOp:
      return a->as<ast::BinOp>()->op == b->as<ast::BinOp>()->op &&
             same_key(a->as<ast::BinOp>()->left, b->as<ast::BinOp>()->left) &&
             same_key(a->as<ast::BinOp>()->right, b->as<ast::BinOp>()->right);
    default: return false;
  }
}

std::string shown(const ast::Expr* key) {
  if (key->is<ast::UnaryOp>()) return "-" + shown(key->as<ast::UnaryOp>()->operand);
  if (!key->is<ast::Constant>()) return "...";
  const ast::ConstantValue& value = key->as<ast::Constant>()->value;
  using Kind = ast::ConstantValue::Kind;
  switch (value.kind) {
    case Kind::None: return "None";
    case Kind::True: return "True";
    case Kind::False: return "False";
    case Kind::SmallInt: return std::to_string(value.integer);
    case Kind::Str: return "'" + std::string(value.text) + "'";
    case Kind::Bytes: return "b'" + std::string(value.text) + "'";
    case Kind::BigInt: return std::string(value.text);
    default: return "...";
  }
}

}  // namespace

bool SemanticChecker::mapping_pattern(const ast::MatchMapping* node, Names* names) {
  for (u32 i = 0; i < node->keys.size; ++i) {
    for (u32 k = 0; k < i; ++k) {
      if (!same_key(node->keys[i], node->keys[k])) continue;
      return fail(node->where, "mapping pattern checks duplicate key (" + shown(node->keys[i]) + ")");
    }
    if (!visit(node->keys[i])) return false;
  }
  return sub_patterns(node->patterns, names) && capture(node->rest, names, node->where);
}

bool SemanticChecker::class_pattern(const ast::MatchClass* node, Names* names) {
  for (u32 i = 0; i < node->kwd_attrs.size; ++i) {
    if (!assignable(node->kwd_attrs[i], node->kwd_patterns[i]->where)) return false;
    for (u32 k = i + 1; k < node->kwd_attrs.size; ++k) {
      if (node->kwd_attrs[k] != node->kwd_attrs[i]) continue;
      return fail(node->kwd_patterns[k]->where,
                  "attribute name repeated in class pattern: " + std::string(node->kwd_attrs[i]->text));
    }
  }
  return visit(node->cls) && sub_patterns(node->patterns, names) && sub_patterns(node->kwd_patterns, names);
}

// Every alternative binds the same names; only the last may match everything.
bool SemanticChecker::or_pattern(const ast::MatchOr* node, Names* names, bool irrefutable_allowed) {
  Names first;
  for (u32 i = 0; i < node->patterns.size; ++i) {
    Names own;
    bool last = i + 1 == node->patterns.size;
    if (!pattern(node->patterns[i], &own, last && irrefutable_allowed)) return false;
    std::sort(own.begin(), own.end());
    if (i == 0) {
      first = own;
    } else if (own != first) {
      return fail(node->patterns[i]->where, "alternative patterns bind different names");
    }
  }
  for (const ast::Identifier* name : first) {
    if (!capture(name, names, node->where)) return false;
  }
  return true;
}

}  // namespace py
