// Expressions: operators, attributes, subscripts, displays, names and conditions.
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/number.h"
#include "core/object/sequence.h"

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

struct BinaryOpcodes {
  Op plain, with_int, with_constant;
};

constexpr Op kNoOp = Op::Move;

BinaryOpcodes opcodes_of(ast::Operator op) {
  switch (op) {
    case ast::Operator::Add: return {Op::Add, Op::AddInt, Op::AddConstant};
    case ast::Operator::Sub: return {Op::Subtract, Op::SubtractInt, Op::SubtractConstant};
    case ast::Operator::Mult: return {Op::Multiply, Op::MultiplyInt, Op::MultiplyConstant};
    case ast::Operator::MatMult: return {Op::MatrixMultiply, kNoOp, kNoOp};
    case ast::Operator::Div: return {Op::TrueDivide, kNoOp, Op::TrueDivideConstant};
    case ast::Operator::FloorDiv: return {Op::FloorDivide, Op::FloorDivideInt, kNoOp};
    case ast::Operator::Mod: return {Op::Remainder, Op::RemainderInt, kNoOp};
    case ast::Operator::Pow: return {Op::Power, Op::PowerInt, kNoOp};
    case ast::Operator::LShift: return {Op::LeftShift, Op::LeftShiftInt, kNoOp};
    case ast::Operator::RShift: return {Op::RightShift, Op::RightShiftInt, kNoOp};
    case ast::Operator::BitAnd: return {Op::BitAnd, Op::BitAndInt, kNoOp};
    case ast::Operator::BitOr: return {Op::BitOr, kNoOp, kNoOp};
    case ast::Operator::BitXor: return {Op::BitXor, kNoOp, kNoOp};
  }
  return {Op::Add, kNoOp, kNoOp};
}

// Whether a constant left operand may stand on the right: the machine result is the same, the slow path turns it round.
bool commutes(ast::Operator op) { return op == ast::Operator::Add || op == ast::Operator::Mult; }

BinaryOp binary_op_of(ast::Operator op) {
  constexpr BinaryOp kOps[] = {BinaryOp::add, BinaryOp::subtract, BinaryOp::multiply, BinaryOp::matrix_multiply,
                               BinaryOp::true_divide, BinaryOp::remainder, BinaryOp::power, BinaryOp::left_shift,
                               BinaryOp::right_shift, BinaryOp::bit_or, BinaryOp::bit_xor, BinaryOp::bit_and,
                               BinaryOp::floor_divide};
  return kOps[static_cast<u8>(op)];
}

isize sequence_length(Value value) {
  if (is_exact<Str>(value)) return as<Str>(value).length();
  if (is_exact<Bytes>(value)) return as<Bytes>(value).length;
  return is_exact<Tuple>(value) ? as<Tuple>(value).length : -1;
}

// "ab" + "c", "-" * 20, (0,) * 3
bool cheap_to_build(ast::Operator op, Value left, Value right) {
  constexpr isize kMostCharacters = 4096, kMostItems = 256;
  if (left.is_int()) std::swap(left, right);
  const isize length = sequence_length(left);
  const isize most = is_exact<Tuple>(left) ? kMostItems : kMostCharacters;
  if (length < 0) return false;
  if (op == ast::Operator::Mult) {
    return right.is_int() && right.as_int() >= 0 && right.as_int() <= most && length * right.as_int() <= most;
  }
  return op == ast::Operator::Add && sequence_length(right) >= 0 && &type_of(left) == &type_of(right) &&
         length + sequence_length(right) <= most;
}

// Folding must neither fail nor make something large.
bool cheap_to_fold(ast::Operator op, Value left, Value right) {
  const bool numbers = (is_integer(left) || is_float(left)) && (is_integer(right) || is_float(right));
  if (left.is_bool() || right.is_bool()) return false;
  if (!numbers) return cheap_to_build(op, left, right);
  if (op == ast::Operator::Pow || op == ast::Operator::LShift) {
    if (!left.is_int() || !right.is_int() || right.as_int() < 0) return is_float(left) && is_float(right);
    const IntegerView view(left);
    return static_cast<i64>(big::bit_length(view)) * right.as_int() < 128 && right.as_int() < 128;
  }
  return true;
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

void Unit::constant_to(ast::Expr* node, u32 target) {
  Ref<> value = constant_of(node->as<ast::Constant>()->value);
  load_constant(value, target);
}

// Constant folding: literals, __debug__, tuples of literals, and what operators make of them.
bool Unit::constant_value(ast::Expr* node, Ref<>* result) {
  Thread& thread = state_.thread;
  // What an operation made becomes deferred; it may also answer one of its operands.
  auto keep = [&](Ref<> value, Value left = Empty, Value right = Empty) {
    const bool fresh = value.value() != left && value.value() != right;
    if (fresh && value.value().is_counted()) make_deferred(value.value().object());
    *result = value.value().is_object() ? Ref<>::adopt(value.release().object()->value()) : std::move(value);
    return true;
  };
  switch (node->kind) {
    case ast::Kind::Constant: *result = constant_of(node->as<ast::Constant>()->value); return true;
    case ast::Kind::Name:
      if (node->as<ast::Name>()->id->text != "__debug__") return false;
      *result = Ref<>::adopt(Value::boolean(state_.options.optimize == 0));
      return true;
    case ast::Kind::Tuple: {
      const auto& items = node->as<ast::Tuple>()->elts;
      if (items.size > 256) return false;
      std::vector<Value> values;
      for (ast::Expr* item : items) {
        Ref<> value;
        if (!constant_value(item, &value)) return false;
        values.push_back(value.release());
      }
      return keep(Ref<>(MUST(Tuple::adopt(thread, values.data(), static_cast<isize>(values.size())))));
    }
    case ast::Kind::UnaryOp: {
      auto* unary = node->as<ast::UnaryOp>();
      Ref<> value;
      if (unary->op == ast::UnaryOperator::Not || !constant_value(unary->operand, &value)) return false;
      if (!is_integer(value) && !is_float(value) && !is<Complex>(value)) return false;
      if (value.value().is_bool() || (unary->op == ast::UnaryOperator::Invert && !is_integer(value))) return false;
      Result<Ref<>> folded = unary->op == ast::UnaryOperator::USub   ? negative(thread, value)
                             : unary->op == ast::UnaryOperator::UAdd ? positive(thread, value)
                                                                     : invert(thread, value);
      return keep(MUST(std::move(folded)), value);
    }
    case ast::Kind::BinOp: {
      auto* bin = node->as<ast::BinOp>();
      const bool leaves = bin->left->kind != ast::Kind::Name && bin->right->kind != ast::Kind::Name;
      Ref<> left, right;
      if (!leaves || !constant_value(bin->right, &right) || !constant_value(bin->left, &left)) return false;
      if (!cheap_to_fold(bin->op, left, right)) return false;
      Result<Ref<>> folded = binary(thread, binary_op_of(bin->op), left, right);
      if (folded.failed()) {
        clear_pending(thread);
        return false;
      }
      return keep(folded.take(), left, right);
    }
    default: return false;
  }
}

bool Unit::small_int(ast::Expr* node, i32* value) {
  if (node->kind != ast::Kind::Constant && node->kind != ast::Kind::UnaryOp) return false;
  Ref<> constant;
  if (!constant_value(node, &constant) || !constant.value().is_int()) return false;
  const i64 number = constant.value().as_int();
  *value = static_cast<i32>(number);
  return number >= -32768 && number <= 32767;
}

void Unit::binary_to(ast::BinOp* node, u32 target) {
  Ref<> folded;
  if (constant_value(node, &folded)) return load_constant(folded, target);
  // Long chains a + b + c lean left: walk down instead of recursing.
  std::vector<ast::BinOp*> chain;
  ast::Expr* leftmost = node;
  while (leftmost->kind == ast::Kind::BinOp) {
    chain.push_back(leftmost->as<ast::BinOp>());
    leftmost = chain.back()->left;
    if (constant_value(leftmost, &folded)) break;
  }
  const u32 mark = next_temp_;
  ast::BinOp* first = chain.back();
  const bool constant_first = commutes(first->op) && constant_value(leftmost, &folded) && is_float(folded);
  // The constant is no operand of its own: the first step takes it from the instruction.
  Operand left = constant_first ? Operand{next_temp_, false} : left_operand(leftmost, first->right);
  for (usize i = chain.size(); i-- > 0;) {
    ast::BinOp* step = chain[i];
    const BinaryOpcodes ops = opcodes_of(step->op);
    const u32 into = i == 0 ? target : (left.temp ? left.reg : push_temp());
    i32 small;
    Ref<> constant;
    if (constant_first && step == first) {
      Operand right = expression(step->right);
      locate(step);
      asm_.emit(ops.with_constant, drop_b(right) | kFlag8, into, right.reg, asm_.constant(std::move(folded)));
      release(right);
    } else if (ops.with_int != kNoOp && small_int(step->right, &small)) {
      locate(step);
      asm_.emit(ops.with_int, drop_b(left), into, left.reg, static_cast<u16>(small));
    } else if (ops.with_constant != kNoOp && constant_value(step->right, &constant) && is_float(constant)) {
      locate(step);
      asm_.emit(ops.with_constant, drop_b(left), into, left.reg, asm_.constant(std::move(constant)));
    } else {
      Operand right = expression(step->right);
      locate(step);
      asm_.emit(ops.plain, drop_b(left) | drop_c(right), into, left.reg, right.reg);
      release(right);
    }
    left = {into, true};
    if (i > 0) pop_to(into + 1 > mark ? into + 1 : mark);
  }
  pop_to(mark);
}

void Unit::unary_to(ast::UnaryOp* node, u32 target) {
  Ref<> folded;
  if (constant_value(node, &folded)) return load_constant(folded, target);
  Operand operand = expression(node->operand);
  locate(node);
  constexpr Op kOps[] = {Op::Invert, Op::Not, Op::Positive, Op::Negative};
  asm_.emit(kOps[static_cast<u8>(node->op)], drop_b(operand), target, operand.reg);
}

void Unit::bool_op_to(ast::BoolOp* node, u32 target) {
  const Op jump = node->op == ast::BoolOperator::And ? Op::JumpIfFalse : Op::JumpIfTrue;
  Label end;
  const u32 last = node->values.size - 1;
  expression_to(node->values[0], target);
  const Assigned before = assigned_;
  for (u32 i = 0; i < last; ++i) {
    asm_.jump(jump, 0, target, end);
    asm_.emit(Op::Clear, 0, target);
    expression_to(node->values[i + 1], target);
  }
  intersect(before);
  asm_.place(end);
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

void Unit::named_to(ast::NamedExpr* node, u32 target) {
  expression_to(node->value, target);
  const u32 copy = push_temp();
  asm_.emit(Op::Move, 0, copy, target);
  store_name(node->target->as<ast::Name>()->id, {copy, true});
}

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

namespace {
bool has_starred(const ast::List<ast::Expr*>& items) {
  for (ast::Expr* item : items) {
    if (item->kind == ast::Kind::Starred) return true;
  }
  return false;
}
constexpr u32 kMaxWindow = 64;
}  // namespace

void Unit::display_to(Op op, const ast::List<ast::Expr*>& items, u32 target) {
  const u32 window = next_temp_;
  if (items.size <= kMaxWindow && !has_starred(items)) {
    for (ast::Expr* item : items) expression_to_temp(item);
    asm_.emit(op, 0, target, window, items.size);
    return;
  }
  // Long or with stars: filled piece by piece.
  const u32 collection = push_temp();
  if (op == Op::BuildSet) {
    asm_.emit(Op::BuildSet, 0, collection, collection, 0);
    for (ast::Expr* item : items) {
      const bool starred = item->kind == ast::Kind::Starred;
      Operand value = expression(starred ? item->as<ast::Starred>()->value : item);
      asm_.emit(starred ? Op::SetUpdate : Op::SetAdd, drop_b(value), collection, value.reg);
      pop_to(collection + 1);
    }
  } else {
    list_into_window(items, collection);
  }
  asm_.emit(op == Op::BuildTuple ? Op::ListToTuple : Op::Move, kDropB, target, collection);
}

void Unit::list_into_window(const ast::List<ast::Expr*>& items, u32 list) {
  asm_.emit(Op::BuildList, 0, list, list, 0);
  for (ast::Expr* item : items) {
    const bool starred = item->kind == ast::Kind::Starred;
    Operand value = expression(starred ? item->as<ast::Starred>()->value : item);
    if (starred) locate(item);
    asm_.emit(starred ? Op::ListExtend : Op::ListAppend, drop_b(value), list, value.reg);
    pop_to(list + 1);
  }
}

void Unit::dict_to(ast::Dict* node, u32 target) {
  const u32 count = node->keys.size;
  bool plain = count <= kMaxWindow / 2;
  for (ast::Expr* key : node->keys) plain &= key != nullptr;
  const u32 window = next_temp_;
  if (plain) {
    for (u32 i = 0; i < count; ++i) {
      expression_to_temp(node->keys[i]);
      expression_to_temp(node->values[i]);
    }
    asm_.emit(Op::BuildDict, 0, target, window, count);
    return;
  }
  const u32 dict = push_temp();
  asm_.emit(Op::BuildDict, 0, dict, dict, 0);
  for (u32 i = 0; i < count; ++i) {
    if (node->keys[i]) {
      const u32 key = expression_to_temp(node->keys[i]);
      const u32 value = expression_to_temp(node->values[i]);
      asm_.emit(Op::DictInsert, kDropB | kDropC, dict, key, value);
    } else {
      Operand other = expression(node->values[i]);
      asm_.emit(Op::DictUpdate, drop_b(other), dict, other.reg);
    }
    pop_to(dict + 1);
  }
  asm_.emit(Op::Move, kDropB, target, dict);
}

void Unit::joined_string_to(ast::JoinedStr* node, u32 target) {
  const u32 window = next_temp_;
  if (node->values.size == 0) {
    load_constant(intern(state_.thread, "").value(), target);
    return;
  }
  u32 count = 0;
  for (ast::Expr* part : node->values) {
    string_part_ = part;
    expression_to_temp(part);
    if (++count == kMaxWindow) {
      asm_.emit(Op::BuildString, 0, window, window, count);
      pop_to(window + 1);
      count = 1;
    }
  }
  asm_.emit(Op::BuildString, 0, target, window, count);
}

void Unit::formatted_value_to(ast::FormattedValue* node, u32 target) {
  u8 flags = node == string_part_ ? kNumberStays : 0;
  const u32 value = expression_to_temp(node->value);
  u32 conversion = 0;
  if (node->conversion == 's') conversion = 1;
  if (node->conversion == 'r') conversion = 2;
  if (node->conversion == 'a') conversion = 3;
  u32 spec = 0;
  flags |= static_cast<u8>(conversion << 4);
  if (node->format_spec) {
    spec = expression_to_temp(node->format_spec);
    flags |= kFlag8 | kDropC;
  }
  locate(node);
  asm_.emit(Op::FormatValue, flags | kDropB, target, value, spec);
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
  asm_.emit(Op::Yield, 0, temp);
  if (temp != target) asm_.emit(Op::Move, kDropB, target, temp);
}

// Drives the iterator in `reg` until it returns: `yield from` and `await`.
void Unit::yield_from(u32 reg, bool is_await, u32 target) {
  pop_to(reg + 1);
  const u32 value = push_temp();
  load_none(value);
  Label again, done;
  asm_.place(again);
  asm_.jump(Op::Send, is_await ? kFlag8 : 0, reg, done);
  asm_.emit(Op::Yield, kFlag8, value);
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
