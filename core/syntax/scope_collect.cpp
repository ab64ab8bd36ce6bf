// First pass of scope analysis: names and expressions. Order and texts of the errors follow CPython's symbol table.
#include "core/syntax/ast_children.h"
#include "core/syntax/parse.h"
#include "core/syntax/scope_builder.h"

namespace py {

COLD bool ScopeBuilder::fail(const ast::Location& where, std::string message) {
  if (!problem_) problem_ = problem_in_tree(arena_, where, message);
  return false;
}

Scope* ScopeBuilder::enter(Scope::Kind kind, const ast::Node* node, const ast::Identifier* name) {
  auto* scope = arena_.make<Scope>();
  scope->kind = kind;
  scope->node = node;
  scope->name = name;
  scope->index = scopes.size();
  scopes.push_back(scope);
  Building building{scope, {}, {}, 0, false};
  if (!stack_.empty()) {
    Building& outer = stack_.back();
    outer.children.push_back(scope);
    scope->parent = outer.scope;
    scope->private_class = outer.scope->private_class;
    scope->is_nested = outer.scope->is_nested || outer.scope->is_function_like();
    building.iterable_depth = outer.iterable_depth;
    bool inlinable_kind = kind == Scope::Kind::ListComprehension || kind == Scope::Kind::SetComprehension ||
                          kind == Scope::Kind::DictComprehension;
    Scope::Kind outer_kind = outer.scope->kind;
    scope->inlined = options_.inline_comprehensions && inlinable_kind && outer_kind != Scope::Kind::Class &&
                     outer_kind < Scope::Kind::TypeParameters;
    bool lazy = kind >= Scope::Kind::TypeParameters;
    scope->can_see_class_scope = lazy && (outer_kind == Scope::Kind::Class || outer.scope->can_see_class_scope);
  }
  stack_.push_back(std::move(building));
  return scope;
}

namespace {

template <class T>
ast::List<T*> to_list(Arena& arena, const std::vector<T*>& items) {
  ast::List<T*> list;
  list.size = items.size();
  list.data = arena.make_array<T*>(items.size());
  for (u32 i = 0; i < items.size(); ++i) list.data[i] = items[i];
  return list;
}

}  // namespace

void ScopeBuilder::leave() {
  Building inner = std::move(stack_.back());
  stack_.pop_back();
  if (inner.scope->inlined) leave_inlined(inner);
  inner.scope->symbols = to_list(arena_, inner.symbols);
  inner.scope->children = to_list(arena_, inner.children);
}

// What an inlined comprehension does not bind belongs to the scope around it.
void ScopeBuilder::leave_inlined(Building& inner) {
  Building& outer = stack_.back();
  std::vector<Symbol*> kept;
  for (Symbol* symbol : inner.symbols) {
    if (symbol->has(Symbol::kIterationVariable)) {
      symbol->order = kept.size();
      kept.push_back(symbol);
      continue;
    }
    u16 flags = symbol->flags;
    // Declared by `:=`: the owner has it already, only comprehensions in between must pass it on.
    if (!outer.scope->is_comprehension()) flags &= ~(Symbol::kNonlocalDeclared | Symbol::kGlobalDeclared);
    Symbol* target = symbol_of(outer, symbol->name, symbol->where);
    target->flags |= flags;
  }
  inner.symbols = std::move(kept);
  inner.scope->slots = nullptr;
  inner.scope->slot_count = 0;
  std::vector<Symbol*> again;
  std::swap(again, inner.symbols);
  for (Symbol* symbol : again) {
    inner.symbols.push_back(symbol);
    inner.scope->symbols = {inner.symbols.data(), static_cast<u32>(inner.symbols.size())};
    insert_symbol(arena_, inner.scope, symbol);
  }
  outer.scope->has_await |= inner.scope->has_await;
  outer.scope->uses_super |= inner.scope->uses_super;
  outer.scope->uses_locals |= inner.scope->uses_locals;
}

Symbol* ScopeBuilder::symbol_of(Building& building, const ast::Identifier* mangled, const ast::Location& where) {
  if (Symbol* found = building.scope->find(mangled)) return found;
  auto* symbol = arena_.make<Symbol>();
  symbol->name = mangled;
  symbol->where = where;
  symbol->order = building.symbols.size();
  building.symbols.push_back(symbol);
  building.scope->symbols.size = building.symbols.size();
  insert_symbol(arena_, building.scope, symbol);
  return symbol;
}

Symbol* ScopeBuilder::add(Building& building, const ast::Identifier* name, u16 flags, const ast::Location& where) {
  Symbol* symbol = symbol_of(building, name, where);
  symbol->flags |= flags;
  return symbol;
}

// Binds a name here; iteration variables and parameters have rules of their own.
bool ScopeBuilder::define(const ast::Identifier* name, u16 flags, const ast::Location& where) {
  const ast::Identifier* key = mangled(name);
  Symbol* known = scope()->find(key);
  if ((flags & Symbol::kParameter) && known != nullptr && known->has(Symbol::kParameter)) {
    return fail(where, "duplicate argument '" + std::string(key->text) + "' in function definition");
  }
  if ((flags & Symbol::kTypeParameter) && known != nullptr && known->has(Symbol::kTypeParameter)) {
    return fail(where, "duplicate type parameter '" + std::string(key->text) + "'");
  }
  if (current().binding_iteration_variable) {
    if (known != nullptr && (known->flags & (Symbol::kGlobalDeclared | Symbol::kNonlocalDeclared))) {
      return fail(where, "comprehension inner loop cannot rebind assignment expression target '" +
                             std::string(key->text) + "'");
    }
    flags |= Symbol::kIterationVariable;
  }
  add(current(), key, flags, where);
  return true;
}

bool ScopeBuilder::use(const ast::Identifier* name, const ast::Location& where) {
  add(current(), mangled(name), Symbol::kUsed, where);
  return true;
}

bool ScopeBuilder::visit_children(const ast::Node* node) {
  bool fine = true;
  ast::for_each_child(node, [&](ast::Node* child) { fine = fine && visit(child); });
  return fine;
}

bool ScopeBuilder::name(const ast::Name* node) {
  if (node->ctx != ast::ExprContext::Load) return define(node->id, Symbol::kAssigned, node->where);
  use(node->id, node->where);
  std::string_view text = node->id->text;
  if (UNLIKELY(text == "super") && scope()->is_function_like()) {
    scope()->uses_super = true;
    add(current(), identifiers_.intern("__class__"), Symbol::kUsed, node->where);
  }
  if (text == "locals" || text == "vars" || text == "dir" || text == "eval" || text == "exec") {
    scope()->uses_locals = true;
  }
  return true;
}

bool ScopeBuilder::named_expression(const ast::NamedExpr* node) {
  if (!forbidden_in_lazy_scope("named expression", node)) return false;
  if (current().iterable_depth > 0) {
    return fail(node->where, "assignment expression cannot be used in a comprehension iterable expression");
  }
  const auto* target = node->target->as<ast::Name>();
  if (scope()->is_comprehension() && !extend_named_expression(target)) return false;
  return visit(node->value) && (scope()->is_comprehension() || visit(node->target));
}

// PEP 572: in a comprehension `:=` binds in the nearest scope that is none.
bool ScopeBuilder::extend_named_expression(const ast::Name* target) {
  for (usize i = stack_.size(); i-- > 0;) {
    Building& building = stack_[i];
    const ast::Identifier* key = mangled(target->id);
    Symbol* known = building.scope->find(key);
    if (building.scope->is_comprehension()) {
      if (known != nullptr && known->has(Symbol::kIterationVariable)) {
        return fail(target->where, "assignment expression cannot rebind comprehension iteration variable '" +
                                       std::string(target->id->text) + "'");
      }
      continue;
    }
    if (building.scope->kind == Scope::Kind::Class) {
      return fail(target->where, "assignment expression within a comprehension cannot be used in a class body");
    }
    bool global =
        building.scope->kind == Scope::Kind::Module || (known != nullptr && known->has(Symbol::kGlobalDeclared));
    if (building.scope->kind == Scope::Kind::Module) {
      add(building, key, Symbol::kGlobalDeclared | Symbol::kAssigned, target->where);
    } else {
      add(building, key, Symbol::kAssigned, target->where);
    }
    Symbol* inner = add(current(), key, global ? Symbol::kGlobalDeclared : Symbol::kNonlocalDeclared, target->where);
    inner->flags |= Symbol::kAssigned;
    declarations_.push_back({scope(), inner, target->where});
    return true;
  }
  return true;
}

template <class Node>
bool ScopeBuilder::comprehension(Node* node, Scope::Kind kind, const ast::Expr* element, const ast::Expr* value) {
  const ast::Comprehension* outermost = node->generators[0];
  ++current().iterable_depth;
  bool fine = visit(outermost->iter);
  --current().iterable_depth;
  if (!fine) return false;
  Scope* inner = enter(kind, node);
  node->scope = inner;
  inner->is_generator = kind == Scope::Kind::GeneratorExpression;
  if (outermost->is_async) inner->has_await = true;
  for (u32 i = 0; i < node->generators.size; ++i) {
    if (!comprehension_clause(node->generators[i], i == 0)) return false;
  }
  if (!visit(element) || !visit_optional(value)) return false;
  if (inner->has_await) {
    inner->is_coroutine = !inner->is_generator;
    inner->is_async_generator = inner->is_generator;
  }
  leave();
  // An awaiting comprehension makes the function around it await, generator expressions do not.
  if (inner->has_await && !inner->is_generator) scope()->has_await = true;
  return true;
}

bool ScopeBuilder::comprehension_clause(const ast::Comprehension* clause, bool outermost) {
  current().binding_iteration_variable = true;
  bool fine = visit(clause->target);
  current().binding_iteration_variable = false;
  if (!fine) return false;
  if (!outermost) {
    ++current().iterable_depth;
    fine = visit(clause->iter);
    --current().iterable_depth;
    if (!fine) return false;
  }
  if (clause->is_async) scope()->has_await = true;
  return visit_all(clause->ifs);
}

bool ScopeBuilder::forbidden_in_lazy_scope(const char* what, const ast::Node* node) {
  const char* where = nullptr;
  switch (scope()->kind) {
    case Scope::Kind::TypeParameters: where = "the definition of a generic"; break;
    case Scope::Kind::TypeAlias: where = "a type alias"; break;
    case Scope::Kind::TypeVariable: where = "a TypeVar bound"; break;
    default: break;
  }
  if (where == nullptr) return true;
  return fail(node->where, std::string(what) + " cannot be used within " + where);
}

bool ScopeBuilder::yield(const ast::Expr* node, const ast::Expr* value) {
  if (!forbidden_in_lazy_scope("yield expression", node) || !visit_optional(value)) return false;
  const char* place = nullptr;
  switch (scope()->kind) {
    case Scope::Kind::ListComprehension: place = "list comprehension"; break;
    case Scope::Kind::SetComprehension: place = "set comprehension"; break;
    case Scope::Kind::DictComprehension: place = "dict comprehension"; break;
    case Scope::Kind::GeneratorExpression: place = "generator expression"; break;
    default: scope()->is_generator = true; return true;
  }
  return fail(node->where, std::string("'yield' inside ") + place);
}

bool ScopeBuilder::await(const ast::Expr* node) {
  if (!forbidden_in_lazy_scope("await expression", node)) return false;
  scope()->has_await = true;
  return visit(node->as<ast::Await>()->value);
}

bool ScopeBuilder::visit(const ast::Node* node) {
  using K = ast::Kind;
  switch (node->kind) {
    case K::Name: return name(node->as<ast::Name>());
    case K::FunctionDef: return function(const_cast<ast::FunctionDef*>(node->as<ast::FunctionDef>()), false);
    case K::AsyncFunctionDef:
      return function(const_cast<ast::AsyncFunctionDef*>(node->as<ast::AsyncFunctionDef>()), true);
    case K::ClassDef: return class_definition(const_cast<ast::ClassDef*>(node->as<ast::ClassDef>()));
    case K::Lambda: return lambda(const_cast<ast::Lambda*>(node->as<ast::Lambda>()));
    case K::TypeAlias: return type_alias(const_cast<ast::TypeAlias*>(node->as<ast::TypeAlias>()));
    case K::ListComp: {
      auto* self = const_cast<ast::ListComp*>(node->as<ast::ListComp>());
      return comprehension(self, Scope::Kind::ListComprehension, self->elt, nullptr);
    }
    case K::SetComp: {
      auto* self = const_cast<ast::SetComp*>(node->as<ast::SetComp>());
      return comprehension(self, Scope::Kind::SetComprehension, self->elt, nullptr);
    }
    case K::GeneratorExp: {
      auto* self = const_cast<ast::GeneratorExp*>(node->as<ast::GeneratorExp>());
      return comprehension(self, Scope::Kind::GeneratorExpression, self->elt, nullptr);
    }
    case K::DictComp: {
      auto* self = const_cast<ast::DictComp*>(node->as<ast::DictComp>());
      return comprehension(self, Scope::Kind::DictComprehension, self->key, self->value);
    }
    case K::NamedExpr: return named_expression(node->as<ast::NamedExpr>());
    case K::Yield: return yield(node->as<ast::Yield>(), node->as<ast::Yield>()->value);
    case K::YieldFrom: return yield(node->as<ast::YieldFrom>(), node->as<ast::YieldFrom>()->value);
    case K::Await: return await(node->as<ast::Await>());
    case K::AnnAssign: return annotated_assignment(node->as<ast::AnnAssign>());
    case K::Assign: return visit_all(node->as<ast::Assign>()->targets) && visit(node->as<ast::Assign>()->value);
    case K::Global: return declaration(node, node->as<ast::Global>()->names, true);
    case K::Nonlocal: return declaration(node, node->as<ast::Nonlocal>()->names, false);
    case K::Import:
      for (ast::Alias* item : node->as<ast::Import>()->names) {
        if (!alias(item, false)) return false;
      }
      return true;
    case K::ImportFrom:
      for (ast::Alias* item : node->as<ast::ImportFrom>()->names) {
        if (!alias(item, true)) return false;
      }
      return true;
    case K::Return:
      if (node->as<ast::Return>()->value != nullptr) scope()->returns_value = true;
      return visit_children(node);
    case K::AsyncFor:
    case K::AsyncWith: scope()->has_await = true; return visit_children(node);
    case K::ExceptHandler: {
      const auto* handler = node->as<ast::ExceptHandler>();
      return visit_optional(handler->type) &&
             (handler->name == nullptr || define(handler->name, Symbol::kAssigned, handler->where)) &&
             visit_all(handler->body);
    }
    case K::MatchStar: {
      const auto* self = node->as<ast::MatchStar>();
      return self->name == nullptr || define(self->name, Symbol::kAssigned, self->where);
    }
    case K::MatchAs: {
      const auto* self = node->as<ast::MatchAs>();
      return visit_optional(self->pattern) &&
             (self->name == nullptr || define(self->name, Symbol::kAssigned, self->where));
    }
    case K::MatchMapping: {
      const auto* self = node->as<ast::MatchMapping>();
      return visit_children(node) && (self->rest == nullptr || define(self->rest, Symbol::kAssigned, self->where));
    }
    default: return visit_children(node);
  }
}

}  // namespace py
