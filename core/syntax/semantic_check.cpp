#include "core/syntax/semantic_check.h"

#include "core/syntax/ast_children.h"
#include "core/syntax/semantic_checker.h"

namespace py {

SemanticChecker::SemanticChecker(Arena& arena, Scope* top, const ScopeOptions& options, SyntaxProblem* problem)
    : arena_(arena), options_(options), problem_(*problem) {
  context_.scope = top;
}

COLD bool SemanticChecker::fail(const ast::Location& where, std::string message) {
  if (!problem_) problem_ = problem_in_tree(arena_, where, message);
  return false;
}

void SemanticChecker::warn(const ast::Node* node, std::string_view message) {
  auto* note = arena_.make<SyntaxWarningNote>(SyntaxWarningNote::Category::SyntaxWarning, arena_.copy(message),
                                              node->where.line, node->where.column);
  (last_warning_ == nullptr ? warnings : last_warning_->next) = note;
  last_warning_ = note;
}

bool SemanticChecker::visit_children(const ast::Node* node) {
  bool fine = true;
  ast::for_each_child(node, [&](ast::Node* child) { fine = fine && visit(child); });
  return fine;
}

bool SemanticChecker::body(const ast::List<ast::Stmt*>& statements) {
  for (const ast::Stmt* node : statements) {
    if (!visit(node)) return false;
  }
  return true;
}

// A nested block of a kind that the frame keeps track of at run time; CPython allows twenty.
template <class Body>
bool SemanticChecker::in_block(const ast::Node* node, Body body) {
  constexpr u32 kMaxBlocks = 20;
  if (context_.blocks >= kMaxBlocks) return fail(node->where, "too many statically nested blocks");
  ++context_.blocks;
  bool fine = body();
  --context_.blocks;
  return fine;
}

template <class Node>
bool SemanticChecker::loop(const Node* node) {
  return in_block(node,
                  [&] {
                    Loop saved = context_.loop;
                    context_.loop = Loop::Inside;
                    bool fine = body(node->body);
                    context_.loop = saved;
                    return fine;
                  }) &&
         body(node->orelse);
}

template <class Node>
bool SemanticChecker::function(const Node* node, Place place) {
  for (const ast::Expr* decorator : node->decorator_list) {
    if (!visit(decorator)) return false;
  }
  if (!parameters(node->args, node->where)) return false;
  if (node->returns != nullptr && !annotation(node->returns)) return false;
  for (const ast::TypeParam* parameter : node->type_params) {
    if (!visit(parameter)) return false;
  }
  if (!assignable(node->name, node->where)) return false;
  Context saved = context_;
  context_ = {place, node->scope, Loop::Outside, 0};
  bool fine = body(node->body);
  context_ = saved;
  return fine;
}

bool SemanticChecker::parameters(const ast::Arguments* args, const ast::Location& where) {
  auto check = [&](const ast::Arg* arg) { return arg == nullptr || assignable(arg->arg, where); };
  for (const auto* list : {&args->posonlyargs, &args->args, &args->kwonlyargs}) {
    for (const ast::Arg* arg : *list) {
      if (!check(arg)) return false;
    }
  }
  return check(args->vararg) && check(args->kwarg) && visit_children(args);
}

bool SemanticChecker::class_definition(const ast::ClassDef* node) {
  for (const ast::Expr* decorator : node->decorator_list) {
    if (!visit(decorator)) return false;
  }
  if (!arguments(node->bases, node->keywords, node->where)) return false;
  for (const ast::TypeParam* parameter : node->type_params) {
    if (!visit(parameter)) return false;
  }
  if (!assignable(node->name, node->where)) return false;
  Context saved = context_;
  context_ = {Place::Class, node->scope, Loop::Outside, 0};
  bool fine = body(node->body);
  context_ = saved;
  return fine;
}

bool SemanticChecker::lambda(const ast::Lambda* node) {
  if (!parameters(node->args, node->where)) return false;
  Context saved = context_;
  context_ = {Place::Lambda, node->scope, Loop::Outside, 0};
  bool fine = visit(node->body);
  context_ = saved;
  return fine;
}

template <class Node>
bool SemanticChecker::comprehension(const Node* node, const ast::Expr* element, const ast::Expr* value) {
  if (!visit(node->generators[0]->iter)) return false;
  bool generator = node->scope->kind == Scope::Kind::GeneratorExpression;
  bool may_await =
      context_.place == Place::AsyncFunction || context_.place == Place::Comprehension || top_level_await();
  if (node->scope->has_await && !generator && !may_await) {
    return fail(node->where, "asynchronous comprehension outside of an asynchronous function");
  }
  Context saved = context_;
  context_ = {Place::Comprehension, node->scope, Loop::Outside, 0};
  bool fine = true;
  for (u32 i = 0; i < node->generators.size && fine; ++i) {
    const ast::Comprehension* clause = node->generators[i];
    fine = (i == 0 || visit(clause->iter)) && visit(clause->target);
    for (u32 k = 0; k < clause->ifs.size && fine; ++k) fine = visit(clause->ifs[k]);
  }
  fine = fine && visit(element) && (value == nullptr || visit(value));
  context_ = saved;
  return fine;
}

bool SemanticChecker::jump(const ast::Stmt* node) {
  if (context_.loop == Loop::ExceptStar) {
    return fail(node->where, "'break', 'continue' and 'return' cannot appear in an except* block");
  }
  if (node->is<ast::Return>()) {
    if (context_.loop == Loop::ExceptStarInLoop) {
      return fail(node->where, "'break', 'continue' and 'return' cannot appear in an except* block");
    }
    return true;
  }
  if (context_.loop == Loop::Inside) return true;
  return fail(node->where, node->is<ast::Break>() ? "'break' outside loop" : "'continue' not properly in loop");
}

bool SemanticChecker::return_statement(const ast::Return* node) {
  if (context_.place == Place::Module || context_.place == Place::Class) {
    return fail(node->where, "'return' outside function");
  }
  if (node->value != nullptr && context_.scope->is_async_generator) {
    return fail(node->where, "'return' with value in async generator");
  }
  return (node->value == nullptr || visit(node->value)) && jump(node);
}

bool SemanticChecker::await(const ast::Node* node) {
  if (top_level_await()) return visit_children(node);
  if (context_.place == Place::Module || context_.place == Place::Class) {
    return fail(node->where, "'await' outside function");
  }
  if (context_.place != Place::AsyncFunction && context_.place != Place::Comprehension) {
    return fail(node->where, "'await' outside async function");
  }
  return visit_children(node);
}

bool SemanticChecker::yield(const ast::Node* node) {
  if (context_.place == Place::Module || context_.place == Place::Class) {
    return fail(node->where, "'yield' outside function");
  }
  if (node->is<ast::YieldFrom>() && context_.place == Place::AsyncFunction) {
    return fail(node->where, "'yield from' inside async function");
  }
  return visit_children(node);
}

bool SemanticChecker::top_level_await() const {
  return options_.allow_top_level_await && context_.place == Place::Module;
}

bool SemanticChecker::async_statement(const ast::Node* node, const char* what) {
  if (context_.place == Place::AsyncFunction || top_level_await()) return true;
  return fail(node->where, std::string("'async ") + what + "' outside async function");
}

template <class Node>
bool SemanticChecker::with_statement(const Node* node) {
  u32 saved = context_.blocks;
  for (const ast::WithItem* item : node->items) {
    if (context_.blocks >= 20) return fail(node->where, "too many statically nested blocks");
    ++context_.blocks;
    if (!visit(item)) return false;
  }
  bool fine = body(node->body);
  context_.blocks = saved;
  return fine;
}

template <class Node>
bool SemanticChecker::try_statement(const Node* node, bool star) {
  bool fine = in_block(node, [&] { return body(node->body); });
  Loop saved = context_.loop;
  for (u32 i = 0; i < node->handlers.size && fine; ++i) {
    const ast::ExceptHandler* handler = node->handlers[i];
    if (handler->type == nullptr && i + 1 < node->handlers.size) {
      return fail(handler->where, "default 'except:' must be last");
    }
    if (handler->type != nullptr && !visit(handler->type)) return false;
    if (handler->name != nullptr && !assignable(handler->name, handler->where)) return false;
    if (star) context_.loop = Loop::ExceptStar;
    fine = in_block(node, [&] { return body(handler->body); });
    context_.loop = saved;
  }
  return fine && body(node->orelse) &&
         (node->finalbody.empty() || in_block(node, [&] { return body(node->finalbody); }));
}

bool SemanticChecker::assignable(const ast::Identifier* name, const ast::Location& where) {
  return name == nullptr || name->text != "__debug__" || fail(where, "cannot assign to __debug__");
}

bool SemanticChecker::target_name(const ast::Identifier* name, ast::ExprContext context, const ast::Location& where) {
  if (LIKELY(name->text != "__debug__") || context == ast::ExprContext::Load) return true;
  return fail(where, context == ast::ExprContext::Del ? "cannot delete __debug__" : "cannot assign to __debug__");
}

bool SemanticChecker::sequence(const ast::Expr* node, const ast::List<ast::Expr*>& items, ast::ExprContext context) {
  bool seen_star = false;
  for (u32 i = 0; i < items.size; ++i) {
    if (!items[i]->is<ast::Starred>()) continue;
    if (context == ast::ExprContext::Store) {
      if (seen_star) return fail(node->where, "multiple starred expressions in assignment");
      if (i >= 256 || items.size - i - 1 >= 1u << 24) {
        return fail(node->where, "too many expressions in star-unpacking assignment");
      }
    }
    seen_star = true;
  }
  for (const ast::Expr* item : items) {
    if (!visit(item->is<ast::Starred>() ? item->as<ast::Starred>()->value : item)) return false;
  }
  return true;
}

bool SemanticChecker::arguments(const ast::List<ast::Expr*>& args, const ast::List<ast::Keyword*>& keywords,
                                const ast::Location& where) {
  for (u32 i = 0; i < keywords.size; ++i) {
    if (keywords[i]->arg == nullptr) continue;
    if (!assignable(keywords[i]->arg, where)) return false;
    for (u32 k = i + 1; k < keywords.size; ++k) {
      if (keywords[k]->arg != keywords[i]->arg) continue;
      return fail(keywords[k]->where, "keyword argument repeated: " + std::string(keywords[i]->arg->text));
    }
  }
  for (const ast::Expr* arg : args) {
    if (!visit(arg->is<ast::Starred>() ? arg->as<ast::Starred>()->value : arg)) return false;
  }
  for (const ast::Keyword* keyword : keywords) {
    if (!visit(keyword->value)) return false;
  }
  return true;
}

bool SemanticChecker::visit(const ast::Node* node) {
  using K = ast::Kind;
  switch (node->kind) {
    case K::FunctionDef: return function(node->as<ast::FunctionDef>(), Place::Function);
    case K::AsyncFunctionDef: return function(node->as<ast::AsyncFunctionDef>(), Place::AsyncFunction);
    case K::ClassDef: return class_definition(node->as<ast::ClassDef>());
    case K::Lambda: return lambda(node->as<ast::Lambda>());
    case K::ListComp: return comprehension(node->as<ast::ListComp>(), node->as<ast::ListComp>()->elt, nullptr);
    case K::SetComp: return comprehension(node->as<ast::SetComp>(), node->as<ast::SetComp>()->elt, nullptr);
    case K::GeneratorExp:
      return comprehension(node->as<ast::GeneratorExp>(), node->as<ast::GeneratorExp>()->elt, nullptr);
    case K::DictComp: {
      const auto* self = node->as<ast::DictComp>();
      return comprehension(self, self->key, self->value);
    }
    case K::Return: return return_statement(node->as<ast::Return>());
    case K::Break:
    case K::Continue: return jump(static_cast<const ast::Stmt*>(node));
    case K::Assign: {
      const auto* self = node->as<ast::Assign>();
      if (!visit(self->value)) return false;
      for (const ast::Expr* target : self->targets) {
        if (!visit(target)) return false;
      }
      return true;
    }
    case K::AnnAssign: return annotated_assignment(node->as<ast::AnnAssign>());
    case K::While: return visit(node->as<ast::While>()->test) && loop(node->as<ast::While>());
    case K::For: {
      const auto* self = node->as<ast::For>();
      return visit(self->iter) && visit(self->target) && loop(self);
    }
    case K::AsyncFor: {
      const auto* self = node->as<ast::AsyncFor>();
      return async_statement(node, "for") && visit(self->iter) && visit(self->target) && loop(self);
    }
    case K::With: return with_statement(node->as<ast::With>());
    case K::AsyncWith: return async_statement(node, "with") && with_statement(node->as<ast::AsyncWith>());
    case K::Try: return try_statement(node->as<ast::Try>(), false);
    case K::TryStar: return try_statement(node->as<ast::TryStar>(), true);
    case K::Match: return match(node->as<ast::Match>());
    case K::Await: return await(node);
    case K::Yield:
    case K::YieldFrom: return yield(node);
    case K::Name: return target_name(node->as<ast::Name>()->id, node->as<ast::Name>()->ctx, node->where);
    case K::Attribute: {
      const auto* self = node->as<ast::Attribute>();
      return visit(self->value) && target_name(self->attr, self->ctx, node->where);
    }
    case K::Starred:
      if (node->as<ast::Starred>()->ctx == ast::ExprContext::Store) {
        return fail(node->where, "starred assignment target must be in a list or tuple");
      }
      return fail(node->where, "can't use starred expression here");
    case K::Tuple: {
      const auto* self = node->as<ast::Tuple>();
      return sequence(self, self->elts, self->ctx);
    }
    case K::ListDisplay: {
      const auto* self = node->as<ast::ListDisplay>();
      return sequence(self, self->elts, self->ctx);
    }
    case K::Set: return sequence(node->as<ast::Set>(), node->as<ast::Set>()->elts, ast::ExprContext::Load);
    case K::Call: {
      const auto* self = node->as<ast::Call>();
      warn_call(self);
      return visit(self->func) && arguments(self->args, self->keywords, node->where);
    }
    case K::Subscript: warn_subscript(node->as<ast::Subscript>()); return visit_children(node);
    case K::Compare: warn_compare(node->as<ast::Compare>()); return visit_children(node);
    case K::Assert: warn_assert(node->as<ast::Assert>()); return visit_children(node);
    case K::Alias: return true;
    case K::Import:
      for (const ast::Alias* alias : node->as<ast::Import>()->names) {
        if (!assignable(alias->asname != nullptr ? alias->asname : alias->name, node->where)) return false;
      }
      return true;
    case K::ImportFrom:
      for (const ast::Alias* alias : node->as<ast::ImportFrom>()->names) {
        if (!assignable(alias->asname != nullptr ? alias->asname : alias->name, node->where)) return false;
      }
      return true;
    case K::Arg: return node->as<ast::Arg>()->annotation == nullptr || annotation(node->as<ast::Arg>()->annotation);
    case K::TypeVar:
    case K::ParamSpec:
    case K::TypeVarTuple: return true;  // their expressions have scopes that allow nothing of this
    default: return visit_children(node);
  }
}

// `*args: *Ts` is the one place where a star may stand alone. Annotations that are kept as text have no scopes.
bool SemanticChecker::annotation(const ast::Expr* node) {
  if (options_.future_flags & kFutureAnnotations) return true;
  return visit(node->is<ast::Starred>() ? node->as<ast::Starred>()->value : node);
}

bool SemanticChecker::annotated_assignment(const ast::AnnAssign* node) {
  if (node->value != nullptr && !visit(node->value)) return false;
  if (node->target->is<ast::Name>()) {
    if (!assignable(node->target->as<ast::Name>()->id, node->where)) return false;
  } else if (!visit(node->target)) {
    return false;
  }
  return annotation(node->annotation);
}

bool check_semantics(Arena& arena, const ast::Mod* module, Scope* top, const ScopeOptions& options,
                     SyntaxProblem* problem, SyntaxWarningNote** warnings) {
  SemanticChecker checker(arena, top, options, problem);
  bool fine = checker.visit_children(module);
  *warnings = checker.warnings;
  return fine;
}

}  // namespace py
