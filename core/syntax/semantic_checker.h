// The visitor behind check_semantics().
// Threads: used by one call of check_semantics().
#pragma once
#include <string>
#include <vector>

#include "core/syntax/parse.h"
#include "core/syntax/scope.h"

namespace py {

class SemanticChecker {
 public:
  SemanticChecker(Arena& arena, Scope* top, const ScopeOptions& options, SyntaxProblem* problem);

  bool visit(const ast::Node* node);
  bool visit_children(const ast::Node* node);
  SyntaxWarningNote* warnings = nullptr;

 private:
  enum class Place : u8 { Module, Class, Function, AsyncFunction, Lambda, Comprehension };
  enum class Loop : u8 { Outside, Inside, ExceptStar, ExceptStarInLoop };  // the innermost of loop and except*
  struct Context {
    Place place = Place::Module;
    Scope* scope = nullptr;
    Loop loop = Loop::Outside;
    u32 blocks = 0;
  };
  using Names = std::vector<const ast::Identifier*>;

  bool body(const ast::List<ast::Stmt*>& statements);
  template <class Body>
  bool in_block(const ast::Node* node, Body body);
  template <class Node>
  bool loop(const Node* node);
  template <class Node>
  bool function(const Node* node, Place place);
  bool parameters(const ast::Arguments* args, const ast::Location& where);
  bool class_definition(const ast::ClassDef* node);
  bool lambda(const ast::Lambda* node);
  template <class Node>
  bool comprehension(const Node* node, const ast::Expr* element, const ast::Expr* value);
  bool jump(const ast::Stmt* node);
  bool return_statement(const ast::Return* node);
  bool await(const ast::Node* node);
  bool yield(const ast::Node* node);
  bool top_level_await() const;
  bool async_statement(const ast::Node* node, const char* what);
  template <class Node>
  bool with_statement(const Node* node);
  template <class Node>
  bool try_statement(const Node* node, bool star);
  bool annotated_assignment(const ast::AnnAssign* node);
  bool annotation(const ast::Expr* node);
  bool assignable(const ast::Identifier* name, const ast::Location& where);
  bool target_name(const ast::Identifier* name, ast::ExprContext context, const ast::Location& where);
  bool sequence(const ast::Expr* node, const ast::List<ast::Expr*>& items, ast::ExprContext context);
  bool arguments(const ast::List<ast::Expr*>& args, const ast::List<ast::Keyword*>& keywords,
                 const ast::Location& where);

  // check_pattern.cpp
  bool match(const ast::Match* node);
  bool pattern(const ast::Pattern* node, Names* names, bool irrefutable_allowed);
  bool sub_patterns(const ast::List<ast::Pattern*>& list, Names* names);
  bool sequence_pattern(const ast::MatchSequence* node, Names* names);
  bool mapping_pattern(const ast::MatchMapping* node, Names* names);
  bool class_pattern(const ast::MatchClass* node, Names* names);
  bool or_pattern(const ast::MatchOr* node, Names* names, bool irrefutable_allowed);
  bool capture(const ast::Identifier* name, Names* names, const ast::Location& where);

  // check_warning.cpp
  void warn(const ast::Node* node, std::string_view message);
  void warn_call(const ast::Call* node);
  void warn_subscript(const ast::Subscript* node);
  void warn_compare(const ast::Compare* node);
  void warn_assert(const ast::Assert* node);

  bool fail(const ast::Location& where, std::string message);

  Arena& arena_;
  const ScopeOptions& options_;
  SyntaxProblem& problem_;
  Context context_;
  SyntaxWarningNote* last_warning_ = nullptr;
};

}  // namespace py
