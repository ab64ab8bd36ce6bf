// Classes.
#include "core/compiler/unit.h"
#include "core/object/names.h"

namespace py {

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
    const u32 key_names = keywords_to_window(node->keywords);
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

}  // namespace py
