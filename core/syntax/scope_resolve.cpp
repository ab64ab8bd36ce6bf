// Second pass of scope analysis: which variable each name is.
#include "core/syntax/scope_builder.h"

namespace py {

bool ScopeBuilder::resolve() {
  // A name that any function declares global is one for the module's own code too, whatever its namespace is.
  for (const Declaration& declaration : declarations_) {
    Symbol* own = declaration.symbol->has(Symbol::kGlobalDeclared) ? scopes[0]->find(declaration.symbol->name) : nullptr;
    if (own != nullptr && scopes[0]->kind == Scope::Kind::Module) own->resolution = Resolution::GlobalExplicit;
  }
  for (Scope* scope : scopes) {
    if (!resolve_scope(scope)) return false;
  }
  // Parents stand before children: on the way back every child is final.
  for (usize i = scopes.size(); i-- > 0;) {
    Scope* scope = scopes[i];
    for (Symbol* symbol : scope->symbols) {
      scope->has_free |= symbol->is_captured();
    }
    if (scope->parent != nullptr) scope->parent->child_has_free |= scope->has_free || scope->child_has_free;
  }
  return true;
}

bool ScopeBuilder::resolve_scope(Scope* scope) {
  // Capturing adds symbols to other scopes, never to this list while it is walked... except through ensure(), which
  // replaces the list; the old one stays valid in the arena.
  ast::List<Symbol*> symbols = scope->symbols;
  for (Symbol* symbol : symbols) {
    if (symbol->resolution == Resolution::Unknown && !resolve_symbol(scope, symbol)) return false;
  }
  return true;
}

ScopeBuilder::Declaration* ScopeBuilder::declaration_of(Scope* scope, Symbol* symbol) {
  for (Declaration& declaration : declarations_) {
    if (declaration.symbol == symbol) return &declaration;
  }
  for (Declaration& declaration : declarations_) {
    if (declaration.symbol->name == symbol->name && declaration.scope->host() == scope) return &declaration;
  }
  return nullptr;
}

bool ScopeBuilder::resolve_symbol(Scope* scope, Symbol* symbol) {
  auto place = [&] {
    Declaration* declaration = declaration_of(scope, symbol);
    return declaration != nullptr ? declaration->where : symbol->where;
  };
  std::string text(symbol->name->text);
  if (symbol->has(Symbol::kGlobalDeclared)) {
    if (symbol->has(Symbol::kNonlocalDeclared)) return fail(place(), "name '" + text + "' is nonlocal and global");
    symbol->resolution = Resolution::GlobalExplicit;
    return true;
  }
  if (symbol->has(Symbol::kNonlocalDeclared)) {
    if (scope->kind == Scope::Kind::Module) return fail(place(), "nonlocal declaration not allowed at module level");
    Scope* owner = owner_of(scope, symbol->name);
    if (owner == nullptr) return fail(place(), "no binding for nonlocal '" + text + "' found");
    if (owner->kind == Scope::Kind::TypeParameters && owner->find(symbol->name)->has(Symbol::kTypeParameter)) {
      return fail(place(), "nonlocal binding not allowed for type parameter '" + text + "'");
    }
    capture(scope, owner, symbol);
    return true;
  }
  if (symbol->is_bound()) {
    symbol->resolution = Resolution::Local;
    return true;
  }
  Scope* class_scope = nullptr;
  if (sees_class(scope, &class_scope)) {
    symbol->flags |= Symbol::kClassDictFirst;
    class_scope->needs_class_dict = true;
    // The namespace itself is reached through a cell.
    const ast::Identifier* class_dict = identifiers_.intern("__classdict__");
    if (symbol->name != class_dict) {
      Symbol* link = ensure(scope, class_dict);
      if (link->resolution == Resolution::Unknown) {
        ensure(class_scope, class_dict)->resolution = Resolution::Cell;
        capture(scope, class_scope, link);
      }
    }
  }
  Scope* owner = owner_of(scope, symbol->name);
  if (owner == nullptr) {
    symbol->resolution = Resolution::GlobalImplicit;
    if (scope->kind == Scope::Kind::Class) symbol->flags |= Symbol::kClassDictFirst;
    return true;
  }
  capture(scope, owner, symbol);
  if (scope->kind == Scope::Kind::Class) symbol->flags |= Symbol::kClassDictFirst;
  return true;
}

// The function-like scope around `scope` that binds `name`; null when it is global.
Scope* ScopeBuilder::owner_of(Scope* scope, const ast::Identifier* name) {
  for (Scope* outer = scope->parent; outer != nullptr && outer->kind != Scope::Kind::Module; outer = outer->parent) {
    Symbol* symbol = outer->find(name);
    if (outer->kind == Scope::Kind::Class) {
      if (name->text == "__class__") {
        outer->needs_class_cell = true;
        return outer;
      }
      continue;
    }
    if (symbol == nullptr) continue;
    if (symbol->has(Symbol::kGlobalDeclared)) return nullptr;
    if (symbol->is_bound() && !symbol->has(Symbol::kNonlocalDeclared)) return outer;
  }
  // An inlined comprehension of a module keeps its variables in registers, so inner functions may capture them.
  return nullptr;
}

// Makes the name of `owner` a cell and hands it down through every scope between.
void ScopeBuilder::capture(Scope* scope, Scope* owner, Symbol* symbol) {
  // The cell __class__ of a class has nothing to do with that name in its body.
  const bool class_cell = owner->kind == Scope::Kind::Class && symbol->name->text == "__class__";
  if (!class_cell) ensure(owner, symbol->name)->resolution = Resolution::Cell;
  symbol->resolution = Resolution::Free;
  for (Scope* between = scope->parent; between != owner; between = between->parent) {
    if (between->inlined) continue;
    Symbol* link = between->find(symbol->name);
    if (between->kind == Scope::Kind::Class) {
      if (link == nullptr) {
        link = ensure(between, symbol->name);
        link->resolution = Resolution::Free;
      }
      link->flags |= Symbol::kFreeFromClass;
      continue;
    }
    ensure(between, symbol->name)->resolution = Resolution::Free;
  }
}

Symbol* ScopeBuilder::ensure(Scope* scope, const ast::Identifier* name) {
  if (Symbol* found = scope->find(name)) return found;
  auto* symbol = arena_.make<Symbol>();
  symbol->name = name;
  symbol->order = scope->symbols.size;
  ast::List<Symbol*> longer;
  longer.size = scope->symbols.size + 1;
  longer.data = arena_.make_array<Symbol*>(longer.size);
  for (u32 i = 0; i < scope->symbols.size; ++i) longer.data[i] = scope->symbols.data[i];
  longer.data[scope->symbols.size] = symbol;
  scope->symbols = longer;
  insert_symbol(arena_, scope, symbol);
  return symbol;
}

// A type-parameter-like scope right inside a class body looks into its namespace first.
bool ScopeBuilder::sees_class(Scope* scope, Scope** class_scope) {
  if (!scope->can_see_class_scope) return false;
  Scope* outer = scope->parent;
  while (outer->kind != Scope::Kind::Class) outer = outer->parent;
  *class_scope = outer;
  return true;
}

}  // namespace py
