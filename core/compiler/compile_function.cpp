// Functions, lambdas, classes, annotations, type parameters.
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/names.h"
#include "core/object/sequence.h"

namespace py {

namespace {

constexpr u8 kHasDefaults = 0x10, kHasKeywordDefaults = 0x20, kHasAnnotations = 0x40, kHasClosure = 0x80;

struct FunctionParts {
  const ast::Identifier* name;
  ast::Arguments* args;
  const ast::List<ast::Stmt*>* body;
  const ast::List<ast::Expr*>* decorators;
  ast::Expr* returns;
  const ast::List<ast::TypeParam*>* type_params;
  Scope* scope;
  Scope* type_params_scope;
};

FunctionParts parts_of(ast::Node* node) {
  if (node->kind == ast::Kind::FunctionDef) {
    auto* f = node->as<ast::FunctionDef>();
    return {f->name, f->args, &f->body, &f->decorator_list, f->returns, &f->type_params, f->scope, f->type_params_scope};
  }
  auto* f = node->as<ast::AsyncFunctionDef>();
  return {f->name, f->args, &f->body, &f->decorator_list, f->returns, &f->type_params, f->scope, f->type_params_scope};
}

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

namespace {

// How many names the methods of a class body assign on their first parameter: predicts the slots of instances.
class SelfAttributes {
 public:
  u32 count(const ast::List<ast::Stmt*>& body) {
    for (ast::Stmt* node : body) {
      if (node->kind != ast::Kind::FunctionDef) continue;
      auto* function = node->as<ast::FunctionDef>();
      const auto& args = function->args->posonlyargs.size ? function->args->posonlyargs : function->args->args;
      if (args.size == 0) continue;
      self_ = args[0]->arg;
      scan(function->body);
    }
    return static_cast<u32>(names_.size());
  }

 private:
  void target(ast::Expr* node) {
    if (node->kind == ast::Kind::Tuple) {
      for (ast::Expr* item : node->as<ast::Tuple>()->elts) target(item);
    }
    if (node->kind != ast::Kind::Attribute) return;
    auto* attribute = node->as<ast::Attribute>();
    if (attribute->value->kind != ast::Kind::Name || attribute->value->as<ast::Name>()->id != self_) return;
    for (const ast::Identifier* name : names_) {
      if (name == attribute->attr) return;
    }
    names_.push_back(attribute->attr);
  }
  void scan(const ast::List<ast::Stmt*>& body) {
    for (ast::Stmt* node : body) {
      switch (node->kind) {
        case ast::Kind::Assign:
          for (ast::Expr* expression : node->as<ast::Assign>()->targets) target(expression);
          break;
        case ast::Kind::AnnAssign:
          if (node->as<ast::AnnAssign>()->value) target(node->as<ast::AnnAssign>()->target);
          break;
        case ast::Kind::If: scan(node->as<ast::If>()->body), scan(node->as<ast::If>()->orelse); break;
        case ast::Kind::For: scan(node->as<ast::For>()->body); break;
        case ast::Kind::While: scan(node->as<ast::While>()->body); break;
        case ast::Kind::With: scan(node->as<ast::With>()->body); break;
        case ast::Kind::Try: {
          auto* t = node->as<ast::Try>();
          scan(t->body), scan(t->orelse), scan(t->finalbody);
          for (ast::ExceptHandler* handler : t->handlers) scan(handler->body);
          break;
        }
        default: break;
      }
    }
  }

  const ast::Identifier* self_ = nullptr;
  std::vector<const ast::Identifier*> names_;
};

}  // namespace


void Unit::class_object(ast::ClassDef* node, u32 target, i32 type_params) {
  struct Context {
    ast::ClassDef* node;
    i32 type_params;
  } context{node, type_params};
  Ref<Code> code = compile(
      state_, this, node->scope, str(node->name),
      [](Unit& unit, void* opaque) {
        ast::ClassDef* node = static_cast<Context*>(opaque)->node;
        auto store = [&](Str& name, auto load) {
          const u32 temp = unit.push_temp();
          load(temp);
          unit.asm_.emit(Op::StoreName, kDropA, temp, unit.asm_.name(name));
          unit.pop_to(temp);
        };
        unit.locate(node);
        store(names::__module__(), [&](u32 temp) { unit.asm_.emit(Op::LoadGlobal, 0, temp, unit.asm_.name(names::__name__())); });
        store(names::__qualname__(), [&](u32 temp) { unit.load_constant(intern(unit.state_.thread, *unit.qualified_name_).value(), temp); });
        u32 first = 0;
        if (node->body.size && node->body[0]->kind == ast::Kind::ExprStmt && unit.state_.options.optimize < 2) {
          ast::Expr* value = node->body[0]->as<ast::ExprStmt>()->value;
          if (value->kind == ast::Kind::Constant && value->as<ast::Constant>()->value.kind == ast::ConstantValue::Kind::Str) {
            store(names::__doc__(), [&](u32 temp) { unit.expression_to(value, temp); });
            first = 1;
          }
        }
        if (unit.scope_->has_annotations) unit.asm_.emit(Op::SetupAnnotations, 0, 0);
        for (u32 i = first; i < node->body.size; ++i) unit.statement(node->body[i]);
        const u32 attributes = SelfAttributes().count(node->body);
        if (attributes) {
          store(names::__static_attributes__(), [&](u32 temp) { unit.load_constant(Value::integer(attributes), temp); });
        }
        if (unit.class_cell_ >= 0) {
          const u32 cell = static_cast<u32>(unit.class_cell_);
          store(names::__classcell__(), [&](u32 temp) { unit.asm_.emit(Op::Move, 0, temp, cell); });
          unit.asm_.emit(Op::Return, 0, cell);
        } else {
          unit.asm_.emit(Op::ReturnNone, kFlag8, 0);
        }
      },
      &context);
  if (failed()) return;
  // __build_class__(body, name, *bases, **keywords)
  bool spread = node->bases.size + node->keywords.size > 100;
  for (ast::Expr* base : node->bases) spread |= base->kind == ast::Kind::Starred;
  for (ast::Keyword* keyword : node->keywords) spread |= !keyword->arg;
  const u32 mark = next_temp_;
  const u32 window = push_temp();
  asm_.emit(Op::LoadBuildClass, 0, window);
  for (u32 i = 1; i < kFrameHeader; ++i) push_temp();
  if (!spread) {
    const u32 body = push_temp();
    make_function(std::move(code), node->scope, nullptr, nullptr, body, false);
    load_constant(str(node->name).value(), push_temp());
    for (ast::Expr* base : node->bases) expression_to_temp(base);
    u32 extra = 0;
    if (type_params >= 0) {
      const u32 generic = push_temp();
      asm_.emit(Op::Move, 0, generic, static_cast<u32>(type_params));
      extra = 1;
    }
    u32 key_names = 0;
    if (node->keywords.size) {
      std::vector<Value> list;
      for (ast::Keyword* keyword : node->keywords) {
        expression_to_temp(keyword->value);
        list.push_back(str(keyword->arg).value());
      }
      Ref<Tuple> tuple = MUST(Tuple::from(state_.thread, list.data(), static_cast<isize>(list.size())));
      if (tuple.value().is_counted()) make_deferred(tuple.get());
      key_names = asm_.constant(Ref<>::adopt(tuple.release()->value())) + 1;
    }
    push_temp();
    locate(node);
    asm_.emit(Op::Call, 0, window, 2 + node->bases.size + extra, key_names);
  } else {
    const u32 positional = push_temp();
    const u32 list = push_temp();
    asm_.emit(Op::BuildList, 0, list, list, 0);
    const u32 body = push_temp();
    make_function(std::move(code), node->scope, nullptr, nullptr, body, false);
    asm_.emit(Op::ListAppend, kDropB, list, body);
    load_constant(str(node->name).value(), body);
    asm_.emit(Op::ListAppend, kDropB, list, body);
    pop_to(list + 1);
    for (ast::Expr* base : node->bases) {
      const bool starred = base->kind == ast::Kind::Starred;
      Operand value = expression(starred ? base->as<ast::Starred>()->value : base);
      asm_.emit(starred ? Op::ListExtend : Op::ListAppend, drop_b(value), list, value.reg);
      pop_to(list + 1);
    }
    if (type_params >= 0) asm_.emit(Op::ListAppend, 0, list, static_cast<u32>(type_params));
    asm_.emit(Op::ListToTuple, kDropB, positional, list);
    pop_to(positional + 1);
    const u32 keywords = push_temp();
    if (node->keywords.size) keyword_dict(node->keywords, keywords, window);
    push_temp();
    locate(node);
    asm_.emit(Op::CallSpread, node->keywords.size ? kFlag8 : 0, window);
  }
  pop_to(window + 1);
  if (target != window) asm_.emit(Op::Move, kDropB, target, window);
  pop_to(mark);
}

void Unit::class_definition(ast::ClassDef* node) {
  const u32 mark = next_temp_;
  std::vector<u32> windows;
  for (ast::Expr* decorator : node->decorator_list) {
    windows.push_back(expression_to_temp(decorator));
    for (u32 i = 1; i < kFrameHeader; ++i) push_temp();
  }
  const u32 object = push_temp();
  push_temp();
  locate(node);
  if (node->type_params_scope) {
    generic_definition(node, node->type_params_scope, object);
  } else {
    class_object(node, object, -1);
  }
  u32 value = object;
  for (usize i = windows.size(); i-- > 0;) {
    locate(node->decorator_list[static_cast<u32>(i)]);
    if (value != windows[i] + kFrameHeader) asm_.emit(Op::Move, kDropB, windows[i] + kFrameHeader, value);
    asm_.emit(Op::Call, 0, windows[i], 1, 0);
    value = windows[i];
  }
  locate(node);
  pop_to(value + 1);
  store_name(node->name, {value, true});
  pop_to(mark);
}

// PEP 695: a function that makes the type parameters and then the function or class, called at once.
void Unit::generic_definition(ast::Node* node, Scope* params_scope, u32 target) {
  struct Context {
    ast::Node* node;
  } context{node};
  std::string name = "<generic parameters of ";
  const bool is_class = node->kind == ast::Kind::ClassDef;
  const ast::Identifier* own = is_class ? node->as<ast::ClassDef>()->name : parts_of(node).name;
  name += std::string(own->text) + ">";
  Ref<Code> code = compile(
      state_, this, params_scope, intern(state_.thread, name),
      [](Unit& unit, void* opaque) {
        ast::Node* node = static_cast<Context*>(opaque)->node;
        const bool is_class = node->kind == ast::Kind::ClassDef;
        const auto& params = is_class ? node->as<ast::ClassDef>()->type_params : *parts_of(node).type_params;
        unit.asm_.constant(Ref<>::adopt(None));
        const u32 tuple = unit.push_temp();
        unit.type_parameters(params, tuple);
        const u32 object = unit.push_temp();
        if (is_class) {
          // class C[T](Base): bases gain Generic[T], made by __build_class__ from the parameters.
          const u32 generic = unit.push_temp();
          unit.asm_.emit(Op::MakeTypeParameter, 3 << 4, generic, tuple);
          unit.class_object(node->as<ast::ClassDef>(), object, static_cast<i32>(generic));
          unit.asm_.emit(Op::Clear, 0, generic);
        } else {
          unit.function_object(node, object);
        }
        unit.asm_.emit(Op::SetFunctionParameters, kDropB, object, tuple);
        unit.asm_.emit(Op::Return, kDropA, object);
      },
      &context);
  if (failed()) return;
  const u32 mark = next_temp_;
  const u32 window = push_temp();
  make_function(std::move(code), params_scope, nullptr, nullptr, window, false);
  for (u32 i = 1; i < kFrameHeader + 1; ++i) push_temp();
  asm_.emit(Op::Call, 0, window, 0, 0);
  asm_.emit(Op::Move, kDropB, target, window);
  pop_to(mark);
}

void Unit::type_parameters(const ast::List<ast::TypeParam*>& params, u32 target) {
  const u32 window = next_temp_;
  for (ast::TypeParam* param : params) {
    const u32 value = push_temp();
    type_parameter(param, value);
    const ast::Identifier* name = param->kind == ast::Kind::TypeVar     ? param->as<ast::TypeVar>()->name
                                  : param->kind == ast::Kind::ParamSpec ? param->as<ast::ParamSpec>()->name
                                                                        : param->as<ast::TypeVarTuple>()->name;
    const u32 copy = push_temp();
    asm_.emit(Op::Move, 0, copy, value);
    store_name(name, {copy, true});
    pop_to(value + 1);
  }
  pop_to(window);
  asm_.emit(Op::BuildTuple, 0, target, window, params.size);
}

void Unit::type_parameter(ast::TypeParam* param, u32 target) {
  const u32 window = push_temp();
  push_temp();
  u8 flags = 0;
  const ast::Identifier* name;
  auto thunk = [&](Scope* scope, ast::Expr* value, u32 place, u8 flag) {
    if (!value) return;
    thunk_to(scope, value, "<type parameter>", place);
    flags |= flag;
  };
  if (param->kind == ast::Kind::TypeVar) {
    auto* variable = param->as<ast::TypeVar>();
    name = variable->name;
    thunk(variable->bound_scope, variable->bound, window, 1);
    thunk(variable->default_scope, variable->default_value, window + 1, 2);
  } else if (param->kind == ast::Kind::ParamSpec) {
    name = param->as<ast::ParamSpec>()->name;
    flags |= 1 << 4;
    thunk(param->as<ast::ParamSpec>()->default_scope, param->as<ast::ParamSpec>()->default_value, window + 1, 2);
  } else {
    name = param->as<ast::TypeVarTuple>()->name;
    flags |= 2 << 4;
    thunk(param->as<ast::TypeVarTuple>()->default_scope, param->as<ast::TypeVarTuple>()->default_value, window + 1, 2);
  }
  asm_.emit(Op::MakeTypeParameter, flags, target, name_constant(name), window);
  pop_to(window);
}

// A function of no arguments whose call evaluates the expression.
void Unit::thunk_to(Scope* scope, ast::Expr* value, const char* name, u32 target) {
  struct Context {
    ast::Expr* value;
  } context{value};
  Ref<Code> code = compile(
      state_, this, scope, intern(state_.thread, name),
      [](Unit& unit, void* opaque) {
        unit.asm_.constant(Ref<>::adopt(None));
        const u32 result = unit.expression_to_temp(static_cast<Context*>(opaque)->value);
        unit.asm_.emit(Op::Return, kDropA, result);
      },
      &context);
  if (failed()) return;
  make_function(std::move(code), scope, nullptr, nullptr, target, false);
}

void Unit::type_alias(ast::TypeAlias* node) {
  const ast::Identifier* name = node->name->as<ast::Name>()->id;
  const u32 value = push_temp();
  struct Context {
    ast::TypeAlias* node;
  } context{node};
  auto build = [](Unit& unit, ast::TypeAlias* node, u32 target) {
    const u32 window = unit.push_temp();
    const u32 thunk = unit.push_temp();
    u8 flags = 0;
    if (node->type_params.size) {
      unit.type_parameters(node->type_params, window);
      flags = 1;
    }
    unit.thunk_to(node->scope, node->value, "<type alias>", thunk);
    unit.asm_.emit(Op::MakeTypeAlias, flags, target, unit.name_constant(node->name->as<ast::Name>()->id), window);
  };
  if (node->type_params_scope) {
    Ref<Code> code = compile(
        state_, this, node->type_params_scope, intern(state_.thread, "<generic parameters>"),
        [](Unit& unit, void* opaque) {
          ast::TypeAlias* node = static_cast<Context*>(opaque)->node;
          unit.asm_.constant(Ref<>::adopt(None));
          const u32 result = unit.push_temp();
          const u32 window = unit.push_temp();
          const u32 thunk = unit.push_temp();
          unit.type_parameters(node->type_params, window);
          unit.thunk_to(node->scope, node->value, "<type alias>", thunk);
          unit.asm_.emit(Op::MakeTypeAlias, 1, result, unit.name_constant(node->name->as<ast::Name>()->id), window);
          unit.asm_.emit(Op::Return, kDropA, result);
        },
        &context);
    if (failed()) return;
    const u32 window = push_temp();
    make_function(std::move(code), node->type_params_scope, nullptr, nullptr, window, false);
    for (u32 i = 1; i < kFrameHeader + 1; ++i) push_temp();
    asm_.emit(Op::Call, 0, window, 0, 0);
    asm_.emit(Op::Move, kDropB, value, window);
    pop_to(value + 1);
  } else {
    build(*this, node, value);
    pop_to(value + 1);
  }
  store_name(name, {value, true});
}

}  // namespace py
