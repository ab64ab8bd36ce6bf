// First pass of scope analysis: definitions, declarations and imports.
#include "core/syntax/ast_children.h"
#include "core/syntax/parse.h"
#include "core/syntax/scope_builder.h"

namespace py {

bool ScopeBuilder::collect(ast::Mod* module) {
  enter(Scope::Kind::Module, module);
  if (!visit_children(module)) return false;
  scope()->is_coroutine = options_.allow_top_level_await && scope()->has_await;
  leave();
  return true;
}

bool ScopeBuilder::defaults(const ast::Arguments* args) {
  return visit_all(args->defaults) && visit_all(args->kw_defaults);
}

// Strings under `from __future__ import annotations`: their names are not looked up here.
bool ScopeBuilder::annotation(const ast::Expr* node) {
  if (node == nullptr) return true;
  if (options_.future_flags & kFutureAnnotations) return allowed_in_text_annotation(node);
  return visit(node);
}

bool ScopeBuilder::allowed_in_text_annotation(const ast::Node* node) {
  const char* what = nullptr;
  switch (node->kind) {
    case ast::Kind::NamedExpr: what = "named expression"; break;
    case ast::Kind::Yield:
    case ast::Kind::YieldFrom: what = "yield expression"; break;
    case ast::Kind::Await: what = "await expression"; break;
    case ast::Kind::Lambda:
    case ast::Kind::ListComp:
    case ast::Kind::SetComp:
    case ast::Kind::DictComp:
    case ast::Kind::GeneratorExp: return true;
    default: {
      bool fine = true;
      ast::for_each_child(node, [&](ast::Node* child) { fine = fine && allowed_in_text_annotation(child); });
      return fine;
    }
  }
  return fail(node->where, "'" + std::string(what) + "' can not be used within an annotation");
}

bool ScopeBuilder::annotations(const ast::Arguments* args, const ast::Expr* returns) {
  auto each = [this](const ast::List<ast::Arg*>& list) {
    for (const ast::Arg* arg : list) {
      if (!annotation(arg->annotation)) return false;
    }
    return true;
  };
  return each(args->posonlyargs) && each(args->args) &&
         (args->vararg == nullptr || annotation(args->vararg->annotation)) &&
         (args->kwarg == nullptr || annotation(args->kwarg->annotation)) && each(args->kwonlyargs) &&
         annotation(returns);
}

bool ScopeBuilder::parameters(const ast::Arguments* args) {
  u32 index = 0;
  auto one = [&](const ast::Arg* arg) {
    if (!define(arg->arg, Symbol::kParameter, arg->where)) return false;
    scope()->find(mangled(arg->arg))->parameter_index = index++;
    return true;
  };
  for (const auto* list : {&args->posonlyargs, &args->args, &args->kwonlyargs}) {
    for (const ast::Arg* arg : *list) {
      if (!one(arg)) return false;
    }
  }
  if (args->vararg != nullptr) {
    if (!one(args->vararg)) return false;
    scope()->has_varargs = true;
  }
  if (args->kwarg != nullptr) {
    if (!one(args->kwarg)) return false;
    scope()->has_varkeywords = true;
  }
  return true;
}

template <class Node>
bool ScopeBuilder::function(Node* node, bool is_async) {
  if (!define(node->name, Symbol::kAssigned, node->where)) return false;
  if (!defaults(node->args) || !visit_all(node->decorator_list)) return false;
  bool generic = !node->type_params.empty();
  if (generic) {
    node->type_params_scope = enter(Scope::Kind::TypeParameters, node, node->name);
    if (!type_parameters(node->type_params)) return false;
  }
  if (!annotations(node->args, node->returns)) return false;
  node->scope = enter(Scope::Kind::Function, node, node->name);
  if (!parameters(node->args) || !visit_all(node->body)) return false;
  node->scope->is_coroutine = is_async && !node->scope->is_generator;
  node->scope->is_async_generator = is_async && node->scope->is_generator;
  leave();
  if (generic) leave();
  return true;
}
template bool ScopeBuilder::function(ast::FunctionDef*, bool);
template bool ScopeBuilder::function(ast::AsyncFunctionDef*, bool);

bool ScopeBuilder::class_definition(ast::ClassDef* node) {
  if (!define(node->name, Symbol::kAssigned, node->where) || !visit_all(node->decorator_list)) return false;
  bool generic = !node->type_params.empty();
  if (generic) {
    node->type_params_scope = enter(Scope::Kind::TypeParameters, node, node->name);
    // Names of the class are mangled in its type parameters too.
    node->type_params_scope->private_class = node->name;
    if (!type_parameters(node->type_params)) return false;
  }
  if (!visit_all(node->bases) || !visit_all(node->keywords)) return false;
  node->scope = enter(Scope::Kind::Class, node, node->name);
  node->scope->private_class = node->name;
  if (!visit_all(node->body)) return false;
  leave();
  if (generic) leave();
  return true;
}

bool ScopeBuilder::lambda(ast::Lambda* node) {
  if (!defaults(node->args)) return false;
  node->scope = enter(Scope::Kind::Lambda, node);
  if (!parameters(node->args) || !visit(node->body)) return false;
  node->scope->is_coroutine = false;
  leave();
  return true;
}

bool ScopeBuilder::lazy_scope(Scope** slot, ast::Expr* value, const ast::Identifier* name, Scope::Kind kind) {
  if (value == nullptr) return true;
  *slot = enter(kind, value, name);
  if (!visit(value)) return false;
  leave();
  return true;
}

bool ScopeBuilder::type_alias(ast::TypeAlias* node) {
  const ast::Identifier* name = node->name->as<ast::Name>()->id;
  if (!visit(node->name)) return false;
  bool generic = !node->type_params.empty();
  if (generic) {
    node->type_params_scope = enter(Scope::Kind::TypeParameters, node, name);
    if (!type_parameters(node->type_params)) return false;
  }
  if (!lazy_scope(&node->scope, node->value, name, Scope::Kind::TypeAlias)) return false;
  if (generic) leave();
  return true;
}

bool ScopeBuilder::type_parameters(const ast::List<ast::TypeParam*>& list) {
  for (ast::TypeParam* node : list) {
    bool fine = true;
    auto handle = [&](auto* self) {
      return define(self->name, Symbol::kTypeParameter | Symbol::kAssigned, self->where);
    };
    switch (node->kind) {
      case ast::Kind::TypeVar: {
        auto* self = node->as<ast::TypeVar>();
        fine = handle(self) && lazy_scope(&self->bound_scope, self->bound, self->name, Scope::Kind::TypeVariable) &&
               lazy_scope(&self->default_scope, self->default_value, self->name, Scope::Kind::TypeVariable);
        break;
      }
      case ast::Kind::ParamSpec: {
        auto* self = node->as<ast::ParamSpec>();
        fine = handle(self) &&
               lazy_scope(&self->default_scope, self->default_value, self->name, Scope::Kind::TypeVariable);
        break;
      }
      default: {
        auto* self = node->as<ast::TypeVarTuple>();
        fine = handle(self) &&
               lazy_scope(&self->default_scope, self->default_value, self->name, Scope::Kind::TypeVariable);
        break;
      }
    }
    if (!fine) return false;
  }
  return true;
}

bool ScopeBuilder::annotated_assignment(const ast::AnnAssign* node) {
  if (node->target->is<ast::Name>()) {
    const auto* target = node->target->as<ast::Name>();
    Symbol* known = scope()->find(mangled(target->id));
    if (known != nullptr && (known->flags & (Symbol::kGlobalDeclared | Symbol::kNonlocalDeclared)) && node->simple &&
        scope()->kind != Scope::Kind::Module) {
      const char* kind = known->has(Symbol::kGlobalDeclared) ? "global" : "nonlocal";
      return fail(node->where, "annotated name '" + std::string(target->id->text) + "' can't be " + kind);
    }
    if (node->simple) {
      if (!define(target->id, Symbol::kAnnotated | Symbol::kAssigned, node->where)) return false;
      if (!scope()->is_function_like()) scope()->has_annotations = true;
    } else if (node->value != nullptr && !define(target->id, Symbol::kAssigned, node->where)) {
      return false;
    }
  } else if (!visit(node->target)) {
    return false;
  }
  return annotation(node->annotation) && visit_optional(node->value);
}

bool ScopeBuilder::declaration(const ast::Node* node, const ast::List<const ast::Identifier*>& names, bool global) {
  const char* kind = global ? "global" : "nonlocal";
  for (const ast::Identifier* name : names) {
    const ast::Identifier* key = mangled(name);
    Symbol* known = scope()->find(key);
    if (known != nullptr) {
      std::string subject = "name '" + std::string(name->text) + "' ";
      if (known->has(Symbol::kParameter)) return fail(node->where, subject + "is parameter and " + kind);
      if (known->has(Symbol::kUsed)) return fail(node->where, subject + "is used prior to " + kind + " declaration");
      if (known->has(Symbol::kAnnotated)) return fail(node->where, "annotated " + subject + "can't be " + kind);
      if (known->flags & (Symbol::kAssigned | Symbol::kImported)) {
        return fail(node->where, subject + "is assigned to before " + kind + " declaration");
      }
    }
    Symbol* symbol = add(current(), key, global ? Symbol::kGlobalDeclared : Symbol::kNonlocalDeclared, node->where);
    declarations_.push_back({scope(), symbol, node->where});
  }
  return true;
}

bool ScopeBuilder::alias(const ast::Alias* node, bool) {
  std::string_view text = node->name->text;
  if (text == "*") {
    scope()->has_import_star = true;
    if (scope()->kind != Scope::Kind::Module) return fail(node->where, "import * only allowed at module level");
    return true;
  }
  const ast::Identifier* bound = node->asname;
  if (bound == nullptr) {
    usize dot = text.find('.');
    bound = dot == std::string_view::npos ? node->name : identifiers_.intern(text.substr(0, dot));
  }
  return define(bound, Symbol::kImported, node->where);
}

}  // namespace py
