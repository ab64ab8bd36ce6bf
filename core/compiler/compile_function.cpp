// Functions and lambdas: bodies, closures, defaults, annotations.
#include "core/compiler/function_parts.h"
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/names.h"
#include "core/object/sequence.h"

namespace py {

namespace {

constexpr u8 kHasDefaults = 0x10, kHasKeywordDefaults = 0x20, kHasAnnotations = 0x40, kHasClosure = 0x80;

}  // namespace

// The code of a function: its docstring is constant 0 when the first constant is a str.
void Unit::function_body(ast::Node* node) {
  const FunctionParts parts = parts_of(node);
  arguments_ = parts.args;
  const auto& body = *parts.body;
  u32 first = 0;
  if (body.size && body[0]->kind == ast::Kind::ExprStmt) {
    ast::Expr* value = body[0]->as<ast::ExprStmt>()->value;
    if (value->kind == ast::Kind::Constant && value->as<ast::Constant>()->value.kind == ast::ConstantValue::Kind::Str) {
      if (state_.options.optimize < 2) {
        asm_.constant(constant_of(value->as<ast::Constant>()->value));
        first = 1;
      }
    }
  }
  if (!first) asm_.constant(Ref<>::adopt(None));
  find_deletions(body);
  for (u32 i = first; i < body.size; ++i) statement(body[i], i + 1 == body.size);
  if (!asm_.ends_flow()) asm_.emit(Op::ReturnNone, kFlag8, 0);
}

void Unit::mark_deletable(const ast::Identifier* name) {
  Symbol* symbol = scope_->find(mangle(name));
  if (!symbol || symbol->resolution != Resolution::Local || symbol->user < 0) return;
  const u32 reg = static_cast<u32>(symbol->user);
  if (reg < deletable_.size()) {
    deletable_[reg] = true;
    assigned_[reg] = false;
  }
}

void Unit::delete_names(ast::Expr* target) {
  if (target->kind == ast::Kind::Name) mark_deletable(target->as<ast::Name>()->id);
  if (target->kind == ast::Kind::Tuple) {
    for (ast::Expr* item : target->as<ast::Tuple>()->elts) delete_names(item);
  }
  if (target->kind == ast::Kind::ListDisplay) {
    for (ast::Expr* item : target->as<ast::ListDisplay>()->elts) delete_names(item);
  }
}

// A local that is deleted anywhere, or bound by `except ... as`, is never assumed to be bound.
void Unit::find_deletions(const ast::List<ast::Stmt*>& list) {
  auto handlers = [&](const ast::List<ast::ExceptHandler*>& handlers) {
    for (ast::ExceptHandler* handler : handlers) {
      if (handler->name) mark_deletable(handler->name);
      find_deletions(handler->body);
    }
  };
  for (ast::Stmt* node : list) {
    switch (node->kind) {
      case ast::Kind::Delete:
        for (ast::Expr* target : node->as<ast::Delete>()->targets) delete_names(target);
        break;
      case ast::Kind::If: find_deletions(node->as<ast::If>()->body), find_deletions(node->as<ast::If>()->orelse); break;
      case ast::Kind::While: find_deletions(node->as<ast::While>()->body), find_deletions(node->as<ast::While>()->orelse); break;
      case ast::Kind::For: find_deletions(node->as<ast::For>()->body), find_deletions(node->as<ast::For>()->orelse); break;
      case ast::Kind::AsyncFor: find_deletions(node->as<ast::AsyncFor>()->body), find_deletions(node->as<ast::AsyncFor>()->orelse); break;
      case ast::Kind::With: find_deletions(node->as<ast::With>()->body); break;
      case ast::Kind::AsyncWith: find_deletions(node->as<ast::AsyncWith>()->body); break;
      case ast::Kind::Try: {
        auto* t = node->as<ast::Try>();
        find_deletions(t->body), handlers(t->handlers), find_deletions(t->orelse), find_deletions(t->finalbody);
        break;
      }
      case ast::Kind::TryStar: {
        auto* t = node->as<ast::TryStar>();
        find_deletions(t->body), handlers(t->handlers), find_deletions(t->orelse), find_deletions(t->finalbody);
        break;
      }
      case ast::Kind::Match:
        for (ast::MatchCase* match_case : node->as<ast::Match>()->cases) find_deletions(match_case->body);
        break;
      default: break;
    }
  }
}

// Builds the tuple of cells that the child's free variables name. 0 when it has none.
u8 Unit::closure_to(Scope* child, u32 target) {
  const u32 window = next_temp_;
  u32 count = 0;
  for (Symbol* symbol : captured_symbols(child)) {
    const u32 temp = push_temp();
    Symbol* mine = inner_scope_->resolve(symbol->name);
    if (class_cell_ >= 0 && symbol->name->text == "__class__") {
      asm_.emit(Op::Move, 0, temp, static_cast<u32>(class_cell_));
    } else if (mine && mine->resolution == Resolution::Cell) {
      asm_.emit(Op::Move, 0, temp, static_cast<u32>(mine->user));
    } else if (mine && mine->is_captured()) {
      asm_.emit(Op::LoadClosureCell, 0, temp, static_cast<u32>(mine->closure));
    } else {
      error(child->node->where, "internal error: no cell for a free variable");
    }
    ++count;
  }
  pop_to(window);
  if (count == 0) return 0;
  asm_.emit(Op::BuildTuple, 0, target, window, count);
  return kHasClosure;
}

u8 Unit::defaults_to(ast::Arguments* arguments, u32 window) {
  u8 flags = 0;
  if (arguments->defaults.size) {
    ast::Tuple tuple;
    tuple.elts = arguments->defaults;
    tuple.where = asm_.location();
    expression_to(&tuple, window);
    flags |= kHasDefaults;
  }
  bool any = false;
  for (ast::Expr* value : arguments->kw_defaults) any |= value != nullptr;
  if (any) {
    const u32 first = next_temp_;
    u32 count = 0;
    for (u32 i = 0; i < arguments->kwonlyargs.size; ++i) {
      if (!arguments->kw_defaults[i]) continue;
      load_constant(str(mangle(arguments->kwonlyargs[i]->arg)).value(), push_temp());
      expression_to_temp(arguments->kw_defaults[i]);
      ++count;
    }
    pop_to(first);
    asm_.emit(Op::BuildDict, 0, window + 1, first, count);
    flags |= kHasKeywordDefaults;
  }
  return flags;
}

void Unit::annotation_to(ast::Expr* node, u32 target) {
  if (!(state_.future_flags & kFutureAnnotations)) {
    if (node->kind == ast::Kind::Starred) {  // *args: *Ts
      const u32 mark = next_temp_;
      Operand value = expression(node->as<ast::Starred>()->value);
      asm_.emit(Op::UnpackSequence, drop_b(value), target, value.reg, 1);
      return pop_to(mark);
    }
    return expression_to(node, target);
  }
  Result<Ref<Str>> text = annotation_text(node);
  if (text.failed()) {
    state_.failed = true;
    return;
  }
  load_constant(text.take().value(), target);
}

bool Unit::annotations_to(ast::Arguments* arguments, ast::Expr* returns, u32 target) {
  const u32 first = next_temp_;
  u32 count = 0;
  auto add = [&](Str& name, ast::Expr* annotation) {
    load_constant(name.value(), push_temp());
    annotation_to(annotation, push_temp());
    ++count;
  };
  auto add_argument = [&](ast::Arg* argument) {
    if (argument && argument->annotation) add(str(mangle(argument->arg)), argument->annotation);
  };
  for (ast::Arg* argument : arguments->posonlyargs) add_argument(argument);
  for (ast::Arg* argument : arguments->args) add_argument(argument);
  add_argument(arguments->vararg);
  for (ast::Arg* argument : arguments->kwonlyargs) add_argument(argument);
  add_argument(arguments->kwarg);
  if (returns) add(names::return_(), returns);
  pop_to(first);
  if (count == 0) return false;
  asm_.emit(Op::BuildDict, 0, target, first, count);
  return true;
}

void Unit::make_function(Ref<Code> code, Scope* child, ast::Arguments* arguments, ast::Expr* returns, u32 target,
                         bool with_annotations) {
  const u32 mark = next_temp_;
  const u32 window = push_temp();
  for (u32 i = 1; i < 4; ++i) push_temp();
  u8 flags = 0;
  if (arguments) {
    flags |= defaults_to(arguments, window);
    if (with_annotations && annotations_to(arguments, returns, window + 2)) flags |= kHasAnnotations;
  }
  flags |= closure_to(child, window + 3);
  asm_.emit(Op::MakeFunction, flags, target, asm_.constant(Ref<>::adopt(code.release()->value())), window);
  pop_to(mark);
}

void Unit::function_object(ast::Node* node, u32 target) {
  const FunctionParts parts = parts_of(node);
  struct Context {
    ast::Node* node;
  } context{node};
  Ref<Code> code = compile(
      state_, this, parts.scope, str(parts.name),
      [](Unit& unit, void* opaque) { unit.function_body(static_cast<Context*>(opaque)->node); }, &context);
  if (failed()) return;
  make_function(std::move(code), parts.scope, parts.args, parts.returns, target, true);
}

// Calls each decorator, innermost first, on the object in the window's argument place.
void Unit::function_definition(ast::Stmt* node) {
  const FunctionParts parts = parts_of(node);
  const u32 mark = next_temp_;
  std::vector<u32> windows;
  for (ast::Expr* decorator : *parts.decorators) {
    windows.push_back(expression_to_temp(decorator));
    for (u32 i = 1; i < kFrameHeader; ++i) push_temp();
  }
  const u32 object = push_temp();
  push_temp();
  locate(node);
  if (parts.type_params_scope) {
    generic_definition(node, parts.type_params_scope, object);
  } else {
    function_object(node, object);
  }
  u32 value = object;
  for (usize i = windows.size(); i-- > 0;) {
    locate((*parts.decorators)[static_cast<u32>(i)]);
    if (value != windows[i] + kFrameHeader) asm_.emit(Op::Move, kDropB, windows[i] + kFrameHeader, value);
    asm_.emit(Op::Call, 0, windows[i], 1, 0);
    value = windows[i];
  }
  locate(node);
  pop_to(value + 1);
  store_name(parts.name, {value, true});
  pop_to(mark);
}

void Unit::lambda_to(ast::Lambda* node, u32 target) {
  struct Context {
    ast::Lambda* node;
  } context{node};
  Ref<Code> code = compile(
      state_, this, node->scope, names::lambda_(),
      [](Unit& unit, void* opaque) {
        ast::Lambda* node = static_cast<Context*>(opaque)->node;
        unit.arguments_ = node->args;
        unit.asm_.constant(Ref<>::adopt(None));
        Operand value = unit.expression(node->body);
        unit.locate(node->body);
        unit.asm_.emit(Op::Return, drop_a(value), value.reg);
      },
      &context);
  if (failed()) return;
  make_function(std::move(code), node->scope, node->args, nullptr, target, false);
}

}  // namespace py
