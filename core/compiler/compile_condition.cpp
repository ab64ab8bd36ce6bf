// Comparisons, conditional expressions, and jumps on what is true.
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/dict.h"

namespace py {

namespace {

struct CompareOpcodes {
  Op value, jump_if, jump_unless, jump_if_int, jump_unless_int;
  bool fused;
};

CompareOpcodes opcodes_of(ast::CompareOperator op) {
  switch (op) {
    case ast::CompareOperator::Eq: return {Op::Equal, Op::JumpIfEqual, Op::JumpUnlessEqual, Op::JumpIfEqualInt, Op::JumpUnlessEqualInt, true};
    case ast::CompareOperator::NotEq: return {Op::NotEqual, Op::JumpIfNotEqual, Op::JumpUnlessNotEqual, Op::JumpIfNotEqualInt, Op::JumpUnlessNotEqualInt, true};
    case ast::CompareOperator::Lt: return {Op::Less, Op::JumpIfLess, Op::JumpUnlessLess, Op::JumpIfLessInt, Op::JumpUnlessLessInt, true};
    case ast::CompareOperator::LtE: return {Op::LessEqual, Op::JumpIfLessEqual, Op::JumpUnlessLessEqual, Op::JumpIfLessEqualInt, Op::JumpUnlessLessEqualInt, true};
    case ast::CompareOperator::Gt: return {Op::Greater, Op::JumpIfGreater, Op::JumpUnlessGreater, Op::JumpIfGreaterInt, Op::JumpUnlessGreaterInt, true};
    case ast::CompareOperator::GtE: return {Op::GreaterEqual, Op::JumpIfGreaterEqual, Op::JumpUnlessGreaterEqual, Op::JumpIfGreaterEqualInt, Op::JumpUnlessGreaterEqualInt, true};
    case ast::CompareOperator::Is: return {Op::Is, Op::Is, Op::Is, Op::Is, Op::Is, false};
    case ast::CompareOperator::IsNot: return {Op::IsNot, Op::Is, Op::Is, Op::Is, Op::Is, false};
    case ast::CompareOperator::In: return {Op::In, Op::Is, Op::Is, Op::Is, Op::Is, false};
    case ast::CompareOperator::NotIn: return {Op::NotIn, Op::Is, Op::Is, Op::Is, Op::Is, false};
  }
  return {Op::Is, Op::Is, Op::Is, Op::Is, Op::Is, false};
}

bool is_none_literal(ast::Expr* node) {
  return node->kind == ast::Kind::Constant && node->as<ast::Constant>()->value.kind == ast::ConstantValue::Kind::None;
}

}  // namespace

// A list or set of literals that is only searched may be a tuple or frozenset made once.
bool Unit::constant_to_search(ast::CompareOperator op, ast::Expr* node, Ref<>* result) {
  if (op != ast::CompareOperator::In && op != ast::CompareOperator::NotIn) return false;
  const bool is_set = node->kind == ast::Kind::Set;
  if (!is_set && node->kind != ast::Kind::ListDisplay) return false;
  auto& items = is_set ? node->as<ast::Set>()->elts : node->as<ast::ListDisplay>()->elts;
  ast::Tuple same = {};
  same.kind = ast::Kind::Tuple;
  same.elts = items;
  if (!constant_value(&same, result) || !is_set) return is<Tuple>(*result);
  Ref<Set> set = MUST(Set::make_set(state_.thread, *types.frozenset, items.size));
  for (isize i = 0; i < as<Tuple>(*result).length; ++i) MUST(set->add(state_.thread, as<Tuple>(*result)[i]));
  make_deferred(set.get());
  *result = Ref<>::adopt(set.release()->value());
  return true;
}

// The right side of a comparison.
Operand Unit::compared(ast::CompareOperator op, ast::Expr* node) {
  Ref<> constant;
  if (!constant_to_search(op, node, &constant)) return expression(node);
  const u32 target = push_temp();
  load_constant(constant, target);
  return {target, true};
}

void Unit::compare_to(ast::Compare* node, u32 target) {
  if (node->ops.size > 1) return compare_chain(node, target);
  Operand left = left_operand(node->left, node->comparators[0]);
  Operand right = compared(node->ops[0], node->comparators[0]);
  locate(node);
  asm_.emit(opcodes_of(node->ops[0]).value, drop_b(left) | drop_c(right), target, left.reg, right.reg);
}

void Unit::compare_chain(ast::Compare* node, u32 target) {
  // The middle operands are evaluated once and used twice.
  Label end;
  const u32 mark = next_temp_;
  u32 left = expression_to_temp(node->left);
  Assigned certain;  // the third operand and those after it may not be evaluated
  for (u32 i = 0; i < node->ops.size; ++i) {
    const u32 right = expression_to_temp(node->comparators[i]);
    if (i == 0) certain = assigned_;
    locate(node);
    const bool last = i + 1 == node->ops.size;
    asm_.emit(opcodes_of(node->ops[i]).value, last ? kDropB | kDropC : kDropB, target, left, right);
    if (last) break;
    Label go_on;
    asm_.jump(Op::JumpIfTrue, 0, target, go_on);
    asm_.emit(Op::Clear, 0, right);
    asm_.jump(Op::Jump, 0, 0, end);
    asm_.place(go_on);
    asm_.emit(Op::Clear, 0, target);
    asm_.emit(Op::Move, kDropB, left, right);
    pop_to(left + 1);
  }
  intersect(certain);
  asm_.place(end);
  pop_to(mark);
}

void Unit::jump_compare(ast::Compare* node, bool when, Label& label) {
  const u32 mark = next_temp_;
  const ast::CompareOperator op = node->ops[0];
  ast::Expr* other = node->comparators[0];
  if ((op == ast::CompareOperator::Is || op == ast::CompareOperator::IsNot) && is_none_literal(other)) {
    Operand value = expression(node->left);
    locate(node);
    const bool jump_on_none = (op == ast::CompareOperator::Is) == when;
    asm_.jump(jump_on_none ? Op::JumpIfNone : Op::JumpIfNotNone, drop_a(value), value.reg, label);
    return pop_to(mark);
  }
  const CompareOpcodes ops = opcodes_of(op);
  Operand left = left_operand(node->left, other);
  i32 small;
  if (ops.fused && !long_jumps_ && small_int(other, &small)) {
    locate(node);
    asm_.compare_jump(when ? ops.jump_if_int : ops.jump_unless_int, drop_a(left), left.reg, static_cast<u16>(small), label);
    return pop_to(mark);
  }
  Operand right = compared(op, other);
  locate(node);
  if (ops.fused && !long_jumps_) {
    asm_.compare_jump(when ? ops.jump_if : ops.jump_unless, drop_a(left) | drop_b(right), left.reg, right.reg, label);
  } else {
    pop_to(mark);
    const u32 result = push_temp();
    asm_.emit(ops.value, drop_b(left) | drop_c(right), result, left.reg, right.reg);
    asm_.jump(when ? Op::JumpIfTrue : Op::JumpIfFalse, kDropA, result, label);
  }
  pop_to(mark);
}

void Unit::jump_if(ast::Expr* node, bool when, Label& label) {
  if (failed()) return;
  const u32 mark = next_temp_;
  if (node->kind == ast::Kind::UnaryOp && node->as<ast::UnaryOp>()->op == ast::UnaryOperator::Not) {
    return jump_if(node->as<ast::UnaryOp>()->operand, !when, label);
  }
  if (node->kind == ast::Kind::BoolOp) {
    auto* op = node->as<ast::BoolOp>();
    const bool stops_on = op->op == ast::BoolOperator::Or;
    Label decided;
    const u32 count = op->values.size;
    Assigned certain;  // only the first operand is always evaluated
    for (u32 i = 0; i + 1 < count; ++i) {
      jump_if(op->values[i], stops_on, stops_on == when ? label : decided);
      if (i == 0) certain = assigned_;
    }
    jump_if(op->values[count - 1], when, label);
    intersect(certain);
    asm_.place(decided);
    return;
  }
  if (node->kind == ast::Kind::Compare && node->as<ast::Compare>()->ops.size == 1) {
    return jump_compare(node->as<ast::Compare>(), when, label);
  }
  Ref<> constant;
  if ((node->kind == ast::Kind::Constant || node->kind == ast::Kind::Name) && constant_value(node, &constant)) {
    if (MUST(is_true(state_.thread, constant)) == when) asm_.jump(Op::Jump, 0, 0, label);
    return;
  }
  Operand value = expression(node);
  locate(node);
  asm_.jump(when ? Op::JumpIfTrue : Op::JumpIfFalse, drop_a(value), value.reg, label);
  pop_to(mark);
}

void Unit::conditional_to(ast::IfExp* node, u32 target) {
  Label otherwise, end;
  jump_if(node->test, false, otherwise);
  const Assigned before = assigned_;
  expression_to(node->body, target);
  asm_.jump(Op::Jump, 0, 0, end);
  const Assigned after_body = assigned_;
  assigned_ = before;
  asm_.place(otherwise);
  expression_to(node->orelse, target);
  intersect(after_body);
  asm_.place(end);
}

}  // namespace py
