// Expressions: where their values go, attributes, subscripts, assignment expressions, yield and await.
#include "core/compiler/unit.h"

namespace py {

namespace {

// Kinds whose last instruction alone writes the target, after everything that can fail.
bool writes_once(ast::Kind kind) {
  switch (kind) {
    case ast::Kind::BoolOp:
    case ast::Kind::IfExp:
    case ast::Kind::Compare:
    case ast::Kind::NamedExpr:
    case ast::Kind::Call:
    case ast::Kind::Yield:
    case ast::Kind::YieldFrom:
    case ast::Kind::Await:
    case ast::Kind::ListComp:
    case ast::Kind::SetComp:
    case ast::Kind::DictComp:
    case ast::Kind::GeneratorExp:
    case ast::Kind::Lambda:
    case ast::Kind::ListDisplay:
    case ast::Kind::Tuple:
    case ast::Kind::Set:
    case ast::Kind::Dict:
    case ast::Kind::JoinedStr:
    case ast::Kind::FormattedValue:
    case ast::Kind::TemplateStr: return false;
    default: return true;
  }
}

}  // namespace

bool Unit::is_local(const ast::Expr* node, u32* reg) {
  if (node->kind != ast::Kind::Name) return false;
  Symbol* symbol = symbol_of(node->as<ast::Name>()->id);
  if (!symbol || symbol->resolution != Resolution::Local || symbol->user < 0) return false;
  if (!scope_->is_function_like() && !symbol->has(Symbol::kIterationVariable)) return false;
  *reg = static_cast<u32>(symbol->user);
  return true;
}

bool Unit::may_rebind(ast::Expr* node) const {
  return state_.may_walrus && node->kind != ast::Kind::Name && node->kind != ast::Kind::Constant;
}

Operand Unit::expression(ast::Expr* node) {
  u32 reg;
  if (is_local(node, &reg)) {
    locate(node);
    if (reg < assigned_.size() && !assigned_[reg]) {
      asm_.emit(Op::CheckLocal, 0, reg, name_constant(node->as<ast::Name>()->id));
      note_assigned(reg);
    }
    return {reg, false};
  }
  const u32 target = push_temp();
  expression_to(node, target);
  return {target, true};
}

// The left operand of something whose right side might rebind the local that holds it.
Operand Unit::left_operand(ast::Expr* node, ast::Expr* later) {
  Operand operand = expression(node);
  if (operand.temp || !may_rebind(later)) return operand;
  const u32 copy = push_temp();
  asm_.emit(Op::Move, 0, copy, operand.reg);
  return {copy, true};
}

u32 Unit::expression_to_temp(ast::Expr* node) {
  const u32 target = push_temp();
  expression_to(node, target);
  return target;
}

void Unit::effect(ast::Expr* node) {
  if (node->kind == ast::Kind::Constant) return;
  const u32 mark = next_temp_;
  if (node->kind == ast::Kind::Yield) {
    const ast::Location where = asm_.location();
    asm_.set_location(node->where);
    yield_for_nothing(node->as<ast::Yield>()->value);
    asm_.set_location(where);
    return pop_to(mark);
  }
  u32 reg;
  if (is_local(node, &reg)) asm_.mark_line(node->where);  // it may need no instruction
  Operand value = expression(node);
  if (value.temp) asm_.emit(Op::Clear, 0, value.reg);
  pop_to(mark);
}

void Unit::expression_to(ast::Expr* node, u32 target) {
  if (failed()) return;
  // A local target must keep its old value until the new one is certain.
  if (target < local_count_ && !writes_once(node->kind)) {
    const u32 mark = next_temp_;
    const u32 temp = push_temp();
    expression_to(node, temp);
    asm_.emit(Op::Move, kDropB, target, temp);
    pop_to(mark);
    return;
  }
  ast::Location outer = asm_.location();
  locate(node);
  const u32 mark = next_temp_;
  switch (node->kind) {
    case ast::Kind::Constant: constant_to(node, target); break;
    case ast::Kind::Name:
      if (Ref<> known; constant_value(node, &known)) {
        load_constant(known, target);
      } else {
        load_name(node->as<ast::Name>()->id, target);
      }
      break;
    case ast::Kind::BinOp: binary_to(node->as<ast::BinOp>(), target); break;
    case ast::Kind::UnaryOp: unary_to(node->as<ast::UnaryOp>(), target); break;
    case ast::Kind::BoolOp: bool_op_to(node->as<ast::BoolOp>(), target); break;
    case ast::Kind::Compare: compare_to(node->as<ast::Compare>(), target); break;
    case ast::Kind::IfExp: conditional_to(node->as<ast::IfExp>(), target); break;
    case ast::Kind::Attribute: attribute_to(node->as<ast::Attribute>(), target); break;
    case ast::Kind::Subscript: subscript_to(node->as<ast::Subscript>(), target); break;
    case ast::Kind::Slice: slice_to(node->as<ast::Slice>(), target); break;
    case ast::Kind::Tuple:
      if (Ref<> folded; constant_value(node, &folded)) {
        load_constant(folded, target);
      } else {
        display_to(Op::BuildTuple, node->as<ast::Tuple>()->elts, target);
      }
      break;
    case ast::Kind::ListDisplay: display_to(Op::BuildList, node->as<ast::ListDisplay>()->elts, target); break;
    case ast::Kind::Set: display_to(Op::BuildSet, node->as<ast::Set>()->elts, target); break;
    case ast::Kind::Dict: dict_to(node->as<ast::Dict>(), target); break;
    case ast::Kind::Call: call_to(node->as<ast::Call>(), target); break;
    case ast::Kind::JoinedStr: joined_string_to(node->as<ast::JoinedStr>(), target); break;
    case ast::Kind::FormattedValue: formatted_value_to(node->as<ast::FormattedValue>(), target); break;
    case ast::Kind::Lambda: lambda_to(node->as<ast::Lambda>(), target); break;
    case ast::Kind::NamedExpr: named_to(node->as<ast::NamedExpr>(), target); break;
    case ast::Kind::Yield: yield_to(node->as<ast::Yield>(), target); break;
    case ast::Kind::YieldFrom: {
      Operand iterable = expression(node->as<ast::YieldFrom>()->value);
      locate(node);
      const u32 iterator = iterable.temp ? iterable.reg : push_temp();
      asm_.emit(Op::GetYieldFromIterator, drop_b(iterable), iterator, iterable.reg);
      yield_from(iterator, false, target);
      break;
    }
    case ast::Kind::Await: await_to(node->as<ast::Await>()->value, target); break;
    case ast::Kind::ListComp:
    case ast::Kind::SetComp:
    case ast::Kind::DictComp:
    case ast::Kind::GeneratorExp: comprehension_to(node, target); break;
    case ast::Kind::Starred: error(node->where, "can't use starred expression here"); break;
    default: error(node->where, "this expression is not supported"); break;
  }
  pop_to(mark);
  asm_.set_location(outer);
}

void Unit::named_to(ast::NamedExpr* node, u32 target) {
  expression_to(node->value, target);
  const u32 copy = push_temp();
  asm_.emit(Op::Move, 0, copy, target);
  store_name(node->target->as<ast::Name>()->id, {copy, true});
}

// Of an attribute over several lines, or of the call of one, the line with its name tells most.
void Unit::locate_attribute(const ast::Expr* node, const ast::Attribute* attribute) {
  ast::Location where = node->where;
  if (where.line != attribute->where.end_line) {
    where.line = attribute->where.end_line;
    where.column = std::max(0, attribute->where.end_column - static_cast<i32>(attribute->attr->text.size()));
  }
  asm_.set_location(where);
}

void Unit::attribute_to(ast::Attribute* node, u32 target) {
  if (super_attribute(node, target, false)) return;
  Operand object = expression(node->value);
  locate_attribute(node, node);
  asm_.emit(Op::GetAttribute, drop_b(object), target, object.reg, name_constant(mangle(node->attr)));
}

// super().name without making the super object: super, type and self are three operands. As a method it goes into the window
// of a call.
bool Unit::super_attribute(ast::Attribute* node, u32 target, bool method) {
  if (node->value->kind != ast::Kind::Call) return false;
  auto* call = node->value->as<ast::Call>();
  if (call->func->kind != ast::Kind::Name || call->args.size != 0 || call->keywords.size != 0) return false;
  auto* name = call->func->as<ast::Name>();
  if (name->id->text != "super" || !scope_->is_function_like() || inner_scope_ != scope_) return false;
  Symbol* super_symbol = symbol_of(name->id);
  Symbol* class_symbol = scope_->find(state_.identifiers.intern("__class__"));
  if (!super_symbol || super_symbol->resolution != Resolution::GlobalImplicit || !class_symbol ||
      class_symbol->resolution != Resolution::Free || !arguments_ || scope_->kind != Scope::Kind::Function) {
    return false;
  }
  const auto& first = arguments_->posonlyargs.size ? arguments_->posonlyargs : arguments_->args;
  if (first.size == 0) return false;
  const u32 window = push_temp();
  const u32 type = push_temp();
  const u32 self = push_temp();
  locate(call);
  load_name(name->id, window);
  load_name(class_symbol->name, type);
  load_name(first[0]->arg, self);
  locate(node);
  asm_.emit(Op::LoadSuperAttribute, kDropB | (method ? kFlag8 : 0), target, window, name_constant(mangle(node->attr)));
  pop_to(window);
  return true;
}

void Unit::subscript_to(ast::Subscript* node, u32 target) {
  Operand object = left_operand(node->value, node->slice);
  i32 small;
  if (node->slice->kind == ast::Kind::Slice && !node->slice->as<ast::Slice>()->step) {
    auto* slice = node->slice->as<ast::Slice>();
    const u32 low = push_temp();
    slice->lower ? expression_to(slice->lower, low) : load_none(low);
    const u32 high = push_temp();
    slice->upper ? expression_to(slice->upper, high) : load_none(high);
    locate(node);
    asm_.emit(Op::GetSlice, drop_b(object) | kDropC, target, object.reg, low);
  } else if (small_int(node->slice, &small)) {
    locate(node);
    asm_.emit(Op::GetItemInt, drop_b(object), target, object.reg, static_cast<u16>(small));
  } else {
    Operand key = expression(node->slice);
    locate(node);
    asm_.emit(Op::GetItem, drop_b(object) | drop_c(key), target, object.reg, key.reg);
  }
}

void Unit::slice_to(ast::Slice* node, u32 target) {
  const u32 window = next_temp_;
  for (ast::Expr* part : {node->lower, node->upper, node->step}) {
    const u32 temp = push_temp();
    part ? expression_to(part, temp) : load_none(temp);
  }
  asm_.emit(Op::BuildSlice, 0, target, window);
}

void Unit::yield_to(ast::Yield* node, u32 target) {
  const u32 temp = target >= local_count_ ? target : push_temp();
  if (node->value) {
    expression_to(node->value, temp);
  } else {
    load_none(temp);
  }
  locate(node);
  if (scope_->is_async_generator) asm_.emit(Op::WrapAsyncYield, kDropB, temp, temp);
  asm_.emit(Op::Yield, kDropB, temp, temp);
  if (temp != target) asm_.emit(Op::Move, kDropB, target, temp);
}

// Yields the value, or None, where nothing is done with what is sent.
void Unit::yield_for_nothing(ast::Expr* value) {
  const ast::Location where = asm_.location();
  Operand source{next_temp_, true};
  if (value) {
    source = expression(value);
  } else {
    load_none(push_temp());
  }
  asm_.set_location(where);
  if (scope_->is_async_generator) {
    const u32 wrapped = source.temp ? source.reg : push_temp();
    asm_.emit(Op::WrapAsyncYield, drop_b(source), wrapped, source.reg);
    source = {wrapped, true};
  }
  asm_.emit(Op::Yield, kUnasked | drop_b(source), source.temp ? source.reg : push_temp(), source.reg);
}

// Drives the iterator in `reg` until it returns: `yield from` and `await`.
void Unit::yield_from(u32 reg, bool is_await, u32 target) {
  pop_to(reg + 1);
  const u32 value = push_temp();
  load_none(value);
  Label again, done;
  asm_.place(again);
  asm_.jump(Op::Send, is_await ? kFlag8 : 0, reg, done);
  asm_.emit(Op::Yield, kFlag8 | kDropB, value, value);
  asm_.jump(Op::Loop, 0, 0, again);
  asm_.place(done);
  asm_.emit(Op::Move, kDropB, target, reg);
  pop_to(reg + 1);
}

void Unit::await_to(ast::Expr* value, u32 target) {
  const ast::Location where = asm_.location();
  Operand awaitable = expression(value);
  asm_.set_location(where);
  const u32 iterator = awaitable.temp ? awaitable.reg : push_temp();
  asm_.emit(Op::GetAwaitable, drop_b(awaitable), iterator, awaitable.reg);
  yield_from(iterator, true, target);
}

}  // namespace py
