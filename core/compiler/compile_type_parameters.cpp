// Type parameters and type aliases (PEP 695).
#include "core/compiler/function_parts.h"
#include "core/compiler/unit.h"

namespace py {

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
