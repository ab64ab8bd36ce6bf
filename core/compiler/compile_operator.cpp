// Constants, what is computed from them at once, and operators.
#include "core/compiler/unit.h"
#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/number.h"

namespace py {

namespace {

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

}  // namespace py
