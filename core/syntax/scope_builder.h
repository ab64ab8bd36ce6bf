// The two passes of scope analysis: collecting who mentions what, then resolving it.
// Threads: used by one call of analyze_scopes().
#pragma once
#include <string>
#include <vector>

#include "core/syntax/scope.h"

namespace py {

class ScopeBuilder {
 public:
  ScopeBuilder(Arena& arena, IdentifierTable& identifiers, const ScopeOptions& options, SyntaxProblem* problem)
      : arena_(arena), identifiers_(identifiers), options_(options), problem_(*problem) {}

  // First pass, scope_collect.cpp and scope_statements.cpp. False: `problem` is set.
  bool collect(ast::Mod* module);
  // Second pass, scope_resolve.cpp.
  bool resolve();

  std::vector<Scope*> scopes;

 private:
  // What only the collection needs to know of a scope.
  struct Building {
    Scope* scope;
    std::vector<Symbol*> symbols;
    std::vector<Scope*> children;
    u32 iterable_depth = 0;  // inside how many iterables of comprehensions
    bool binding_iteration_variable = false;
  };
  struct Declaration {
    Scope* scope;
    Symbol* symbol;
    ast::Location where;
  };

  Scope* enter(Scope::Kind kind, const ast::Node* node, const ast::Identifier* name = nullptr);
  void leave();
  void leave_inlined(Building& inner);
  Building& current() { return stack_.back(); }
  Scope* scope() { return stack_.back().scope; }

  Symbol* symbol_of(Building& building, const ast::Identifier* mangled, const ast::Location& where);
  Symbol* add(Building& building, const ast::Identifier* name, u16 flags, const ast::Location& where);
  bool define(const ast::Identifier* name, u16 flags, const ast::Location& where);
  bool use(const ast::Identifier* name, const ast::Location& where);
  const ast::Identifier* mangled(const ast::Identifier* name) {
    return identifiers_.mangle(scope()->private_class, name);
  }

  bool visit(const ast::Node* node);
  bool visit_children(const ast::Node* node);
  template <class T>
  bool visit_all(const ast::List<T*>& list) {
    for (T* node : list) {
      if (node != nullptr && !visit(node)) return false;
    }
    return true;
  }
  bool visit_optional(const ast::Node* node) { return node == nullptr || visit(node); }
  template <class Node>
  bool function(Node* node, bool is_async);
  bool class_definition(ast::ClassDef* node);
  bool lambda(ast::Lambda* node);
  bool type_alias(ast::TypeAlias* node);
  bool type_parameters(const ast::List<ast::TypeParam*>& list);
  bool lazy_scope(Scope** slot, ast::Expr* value, const ast::Identifier* name, Scope::Kind kind);
  bool defaults(const ast::Arguments* args);
  bool annotations(const ast::Arguments* args, const ast::Expr* returns);
  bool annotation(const ast::Expr* node);
  bool allowed_in_text_annotation(const ast::Node* node);
  bool parameters(const ast::Arguments* args);
  bool name(const ast::Name* node);
  bool named_expression(const ast::NamedExpr* node);
  bool extend_named_expression(const ast::Name* target);
  bool annotated_assignment(const ast::AnnAssign* node);
  bool declaration(const ast::Node* node, const ast::List<const ast::Identifier*>& names, bool global);
  bool alias(const ast::Alias* node, bool from_import);
  template <class Node>
  bool comprehension(Node* node, Scope::Kind kind, const ast::Expr* element, const ast::Expr* value);
  bool comprehension_clause(const ast::Comprehension* clause, bool outermost);
  bool yield(const ast::Expr* node, const ast::Expr* value);
  bool await(const ast::Expr* node);
  bool forbidden_in_lazy_scope(const char* what, const ast::Node* node);

  bool resolve_scope(Scope* scope);
  bool resolve_symbol(Scope* scope, Symbol* symbol);
  Scope* owner_of(Scope* scope, const ast::Identifier* name);
  void capture(Scope* scope, Scope* owner, Symbol* symbol);
  Symbol* ensure(Scope* scope, const ast::Identifier* name);
  bool sees_class(Scope* scope, Scope** class_scope);
  Declaration* declaration_of(Scope* scope, Symbol* symbol);

  bool fail(const ast::Location& where, std::string message);

  Arena& arena_;
  IdentifierTable& identifiers_;
  const ScopeOptions& options_;
  SyntaxProblem& problem_;
  std::vector<Building> stack_;
  std::vector<Declaration> declarations_;
};

}  // namespace py
