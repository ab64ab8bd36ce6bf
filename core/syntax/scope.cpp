#include "core/syntax/scope.h"

#include "core/syntax/future.h"
#include "core/syntax/scope_builder.h"
#include "core/syntax/semantic_check.h"

namespace py {
namespace {

usize hash_of(const ast::Identifier* name) { return name->hash * 0x9E3779B1u >> 7; }

void place(Scope* scope, Symbol* symbol) {
  u32 mask = scope->slot_count - 1;
  u32 slot = hash_of(symbol->name) & mask;
  while (scope->slots[slot] != nullptr) slot = (slot + 1) & mask;
  scope->slots[slot] = symbol;
}

}  // namespace

void insert_symbol(Arena& arena, Scope* scope, Symbol* symbol) {
  if (scope->symbols.size * 2 >= scope->slot_count) {
    u32 count = scope->slot_count == 0 ? 8 : scope->slot_count * 2;
    Symbol** old = scope->slots;
    u32 old_count = scope->slot_count;
    scope->slots = arena.make_array<Symbol*>(count);
    scope->slot_count = count;
    for (u32 i = 0; i < count; ++i) scope->slots[i] = nullptr;
    for (u32 i = 0; i < old_count; ++i) {
      if (old[i] != nullptr) place(scope, old[i]);
    }
  }
  place(scope, symbol);
}

Symbol* Scope::find(const ast::Identifier* mangled) const {
  if (slot_count == 0) return nullptr;
  u32 mask = slot_count - 1;
  for (u32 slot = hash_of(mangled) & mask;; slot = (slot + 1) & mask) {
    Symbol* symbol = slots[slot];
    if (symbol == nullptr || symbol->name == mangled) return symbol;
  }
}

Symbol* Scope::resolve(const ast::Identifier* mangled) const {
  for (const Scope* scope = this;; scope = scope->parent) {
    Symbol* symbol = scope->find(mangled);
    if (symbol != nullptr || !scope->inlined) return symbol;
  }
}

Scope* Scope::host() {
  Scope* scope = this;
  while (scope->inlined) scope = scope->parent;
  return scope;
}

ScopeTable analyze_scopes(Arena& arena, IdentifierTable& identifiers, ast::Mod* module, const ScopeOptions& options,
                          SyntaxProblem* problem) {
  ScopeTable table;
  u32 flags = options.future_flags;
  if (!read_future_imports(arena, module, &flags, problem)) return table;
  ScopeOptions effective = options;
  effective.future_flags = flags;
  ScopeBuilder builder(arena, identifiers, effective, problem);
  if (!builder.collect(module) || !builder.resolve()) return table;
  if (!check_semantics(arena, module, builder.scopes[0], effective, problem, &table.warnings)) return table;
  table.top = builder.scopes[0];
  table.scopes.size = builder.scopes.size();
  table.scopes.data = arena.make_array<Scope*>(builder.scopes.size());
  for (u32 i = 0; i < builder.scopes.size(); ++i) table.scopes.data[i] = builder.scopes[i];
  return table;
}

Scope* scope_of(const ast::Node* node) {
  switch (node->kind) {
    case ast::Kind::FunctionDef: return node->as<ast::FunctionDef>()->scope;
    case ast::Kind::AsyncFunctionDef: return node->as<ast::AsyncFunctionDef>()->scope;
    case ast::Kind::ClassDef: return node->as<ast::ClassDef>()->scope;
    case ast::Kind::Lambda: return node->as<ast::Lambda>()->scope;
    case ast::Kind::TypeAlias: return node->as<ast::TypeAlias>()->scope;
    case ast::Kind::ListComp: return node->as<ast::ListComp>()->scope;
    case ast::Kind::SetComp: return node->as<ast::SetComp>()->scope;
    case ast::Kind::DictComp: return node->as<ast::DictComp>()->scope;
    case ast::Kind::GeneratorExp: return node->as<ast::GeneratorExp>()->scope;
    default: return nullptr;
  }
}

}  // namespace py
