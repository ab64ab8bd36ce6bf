// The walk over a tree that a program made: ValueError or TypeError where no source could have given it. Files implement it by theme:
// validate.cpp statements and expressions, validate_pattern.cpp patterns.
// Threads: of one thread.
#pragma once
#include "core/bind/define.h"
#include "core/builtins/ast/node_rows.h"

namespace py {

class TreeValidator {
 public:
  explicit TreeValidator(Thread& thread) : thread_(thread) {}

  Result<void> module(const ast::Mod& tree);

 private:
  enum class Star : u8 { Forbidden, Allowed };

  template <class... Parts>
  Failure value_error(std::string_view format, const Parts&... parts) {
    return raise(thread_, types.ValueError, format, parts...);
  }
  const char* class_name(const ast::Node& node) { return ast_node_row(node.kind).name; }

  Result<void> positions(const ast::Node& node);
  Result<void> name(const ast::Identifier& name);
  Result<void> constant(Value value);
  template <class T>
  Result<void> nonempty(const ast::List<T>& list, const char* field, const char* owner);

  Result<void> statements(const ast::List<ast::Stmt*>& list);
  Result<void> body(const ast::List<ast::Stmt*>& list, const ast::Node& owner);
  Result<void> statement(const ast::Stmt& node);
  template <class Node>
  Result<void> function(const Node& node);
  Result<void> class_definition(const ast::ClassDef& node);
  template <class Node>
  Result<void> for_loop(const Node& node);
  template <class Node>
  Result<void> with(const Node& node);
  template <class Node>
  Result<void> try_statement(const Node& node);
  Result<void> match(const ast::Match& node);
  Result<void> raise_statement(const ast::Raise& node);
  Result<void> annotated_assignment(const ast::AnnAssign& node);

  Result<void> expressions(const ast::List<ast::Expr*>& list, ast::ExprContext context = ast::ExprContext::Load, bool null_allowed = false);
  Result<void> optional(const ast::Expr* node, ast::ExprContext context = ast::ExprContext::Load);
  Result<void> expression(const ast::Expr& node, ast::ExprContext context = ast::ExprContext::Load);
  Result<void> context_of(const ast::Expr& node, ast::ExprContext wanted);
  Result<void> parts(const ast::Expr& node, ast::ExprContext context);
  Result<void> comparison(const ast::Compare& node);
  Result<void> generators(const ast::List<ast::Comprehension*>& list);
  Result<void> keywords(const ast::List<ast::Keyword*>& list);
  Result<void> arguments(const ast::Arguments& node);
  Result<void> parameters(const ast::List<ast::Arg*>& list);

  Result<void> patterns(const ast::List<ast::Pattern*>& list, Star star);
  Result<void> pattern(const ast::Pattern& node, Star star);
  Result<void> literal_pattern(const ast::Expr& node);
  Result<void> mapping_pattern(const ast::MatchMapping& node);
  Result<void> class_pattern(const ast::MatchClass& node);
  Result<void> capture(const ast::Identifier* name);

  Thread& thread_;
};

template <class T>
Result<void> TreeValidator::nonempty(const ast::List<T>& list, const char* field, const char* owner) {
  if (list.empty()) return value_error("empty {} on {}", field, owner);
  return {};
}

}  // namespace py
