// Comparison, membership, and the jumps on them.
#include "core/object/dict.h"
#include "core/vm/dispatch.h"
#include "core/vm/quick_arithmetic.h"

namespace py {

namespace {

// Equality of two exact strings runs no code.
template <CompareOp op>
INLINE bool quick_text_equality(Value left, Value right, bool& result) {
  if constexpr (op == CompareOp::Equal || op == CompareOp::NotEqual) {
    if (is_exact<Str>(left) && is_exact<Str>(right)) {
      result = as<Str>(left).equals(as<Str>(right)) == (op == CompareOp::Equal);
      return true;
    }
  }
  return false;
}

template <CompareOp op>
SLOW(slow_compare) {
  SAVE_PC();
  bool same;
  if (quick_text_equality<op>(fp[OP_B], fp[OP_C], same)) FINISH_SLOW(1, Value::boolean(same));
  const Value value = compare(*thread, fp[OP_B], fp[OP_C], op).release();
  if (UNLIKELY(value.is_error())) RAISE();
  FINISH_SLOW(1, value);
}

template <CompareOp op, bool when, bool immediate>
SLOW(slow_compare_jump) {
  SAVE_PC();
  const Value right = immediate ? Value::integer(OP_SB) : fp[OP_B];
  bool answer;
  if (immediate || !quick_text_equality<op>(fp[OP_A], right, answer)) {
    Result<bool> result = compare_bool(*thread, fp[OP_A], right, op);
    if (UNLIKELY(result.failed())) RAISE();
    answer = result.take();
  }
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  if (!immediate && (OP_FLAGS & kDropB)) drop(fp[OP_B]);
  if (UNLIKELY(!poll(*thread))) RAISE();
  if (answer == when) {
    pc += OP_SC;
  }
  NEXT(1);
}

}  // namespace

#define COMPARE(name, operation)                                                                       \
  OPCODE(name) {                                                                                       \
    const Value left = fp[OP_B], right = fp[OP_C];                                                     \
    if (LIKELY(both_ints(left, right))) {                                                              \
      FINISH(1, Value::boolean(ordered<operation>(static_cast<i64>(left.bits), static_cast<i64>(right.bits)))); \
    }                                                                                                  \
    if (both_floats(left, right)) {                                                                    \
      FINISH(1, Value::boolean(ordered<operation>(left.as_float(), right.as_float())));                \
    }                                                                                                  \
    GO((slow_compare<operation>));                                                                     \
  }
COMPARE(Less, CompareOp::Less)
COMPARE(LessEqual, CompareOp::LessEqual)
COMPARE(Equal, CompareOp::Equal)
COMPARE(NotEqual, CompareOp::NotEqual)
COMPARE(Greater, CompareOp::Greater)
COMPARE(GreaterEqual, CompareOp::GreaterEqual)

#define COMPARE_JUMP(name, operation, when, immediate)                                                  \
  OPCODE(name) {                                                                                        \
    const Value left = fp[OP_A];                                                                        \
    const Value right = immediate ? Value::integer(OP_SB) : fp[OP_B];                                   \
    if (LIKELY(both_ints(left, right))) {                                                               \
      if (ordered<operation>(static_cast<i64>(left.bits), static_cast<i64>(right.bits)) == when) NEXT(1 + OP_SC); \
      NEXT(1);                                                                                          \
    }                                                                                                   \
    if (!immediate && both_floats(left, right)) {                                                       \
      if (ordered<operation>(left.as_float(), right.as_float()) == when) NEXT(1 + OP_SC);               \
      NEXT(1);                                                                                          \
    }                                                                                                   \
    GO((slow_compare_jump<operation, when, immediate>));                                                \
  }
#define COMPARE_JUMPS(suffix, operation)                                \
  COMPARE_JUMP(JumpIf##suffix, operation, true, false)                  \
  COMPARE_JUMP(JumpUnless##suffix, operation, false, false)             \
  COMPARE_JUMP(JumpIf##suffix##Int, operation, true, true)              \
  COMPARE_JUMP(JumpUnless##suffix##Int, operation, false, true)
COMPARE_JUMPS(Less, CompareOp::Less)
COMPARE_JUMPS(LessEqual, CompareOp::LessEqual)
COMPARE_JUMPS(Equal, CompareOp::Equal)
COMPARE_JUMPS(NotEqual, CompareOp::NotEqual)
COMPARE_JUMPS(Greater, CompareOp::Greater)
COMPARE_JUMPS(GreaterEqual, CompareOp::GreaterEqual)

#define IDENTITY(name, test)                        \
  OPCODE(name) {                                    \
    const Value left = fp[OP_B], right = fp[OP_C];  \
    const Value result = Value::boolean(test);      \
    FINISH_SLOW(1, result);                         \
  }
IDENTITY(Is, left == right)
IDENTITY(IsNot, left != right)

namespace {

// A str or a small int in a dict or set of exact types needs nobody's __hash__ or __eq__.
INLINE Result<bool> quick_contains(Thread& thread, Value container, Value item) {
  if (container.is_object()) {
    const BuiltinShape shape{container.object()->shape.load(std::memory_order_relaxed)};
    if (shape == BuiltinShape::frozenset) {
      const isize contained = static_cast<Set*>(container.object())->quick_membership(item);
      if (LIKELY(contained != Dict::kAskPython)) return contained != 0;
    } else if (shape == BuiltinShape::dict || shape == BuiltinShape::set) {
      const isize entry = static_cast<Dict*>(container.object())->quick_entry(item);
      if (LIKELY(entry != Dict::kAskPython)) return entry >= 0;
    }
  }
  return contains(thread, container, item);
}

}  // namespace

#define MEMBERSHIP(name, expected)                                 \
  OPCODE(name) {                                                   \
    SAVE_PC();                                                     \
    Result<bool> found = quick_contains(*thread, fp[OP_C], fp[OP_B]); \
    if (UNLIKELY(found.failed())) RAISE();                         \
    FINISH_SLOW(1, Value::boolean(found.take() == expected));      \
  }
MEMBERSHIP(In, true)
MEMBERSHIP(NotIn, false)

#define MEMBERSHIP_THEN_JUMP(name, expected, when)                    \
  OPCODE(name) {                                                      \
    SAVE_PC();                                                        \
    Result<bool> found = quick_contains(*thread, fp[OP_C], fp[OP_B]); \
    if (UNLIKELY(found.failed())) RAISE();                            \
    drop_dying(pc, fp);                                               \
    if (UNLIKELY(!poll(*thread))) RAISE();                            \
    pc += 1;                                                          \
    if ((found.take() == expected) == when) NEXT(1 + OP_D);           \
    NEXT(1);                                                          \
  }
MEMBERSHIP_THEN_JUMP(InThenJumpIfTrue, true, true)
MEMBERSHIP_THEN_JUMP(InThenJumpIfFalse, true, false)
MEMBERSHIP_THEN_JUMP(NotInThenJumpIfTrue, false, true)
MEMBERSHIP_THEN_JUMP(NotInThenJumpIfFalse, false, false)

// `x % 3 == 0`, `x & 1` as conditions
#define INT_THEN_JUMP(name, plain, operation, test)                                                             \
  OPCODE(name) {                                                                                                \
    const Value left = fp[OP_B], right = Value::integer(OP_SC);                                                 \
    Value result;                                                                                               \
    if (UNLIKELY(!left.is_int() || !int_operation<operation>(left, right, result))) GO(plain);                  \
    pc += 1;                                                                                                    \
    test;                                                                                                       \
    NEXT(1);                                                                                                    \
  }
#define TRUTH_THEN_JUMP(first, operation)                                                                         \
  INT_THEN_JUMP(first##ThenJumpIfTrue, op_##first, operation, if (result.bits != 0) NEXT(1 + OP_D))               \
  INT_THEN_JUMP(first##ThenJumpIfFalse, op_##first, operation, if (result.bits == 0) NEXT(1 + OP_D))
TRUTH_THEN_JUMP(BitAndInt, BinaryOp::bit_and)
TRUTH_THEN_JUMP(RemainderInt, BinaryOp::remainder)
#define REMAINDER_THEN_JUMP(name, equal)                          \
  INT_THEN_JUMP(RemainderIntThenJump##name, op_RemainderInt, BinaryOp::remainder, \
                if ((result == Value::integer(OP_SB)) == equal) NEXT(1 + OP_SC))
REMAINDER_THEN_JUMP(IfEqual, true)
REMAINDER_THEN_JUMP(UnlessEqual, false)
REMAINDER_THEN_JUMP(IfNotEqual, false)
REMAINDER_THEN_JUMP(UnlessNotEqual, true)

// Comparison with a constant that needs no Python code, and nothing dies: the constant stays where it is.
template <CompareOp op>
INLINE bool compare_quickly(Value left, Value right, bool& result) {
  if (both_floats(left, right)) {
    result = ordered<op>(left.as_float(), right.as_float());
  } else if (both_ints(left, right)) {
    result = ordered<op>(static_cast<i64>(left.bits), static_cast<i64>(right.bits));
  } else {
    return quick_text_equality<op>(left, right, result);
  }
  return true;
}
#define CONSTANT_THEN_JUMP(name, operation, when)                                            \
  OPCODE(name) {                                                                             \
    const InstructionParts& then = instruction_at(pc + 1);                                   \
    const Value left = fp[then.a];                                                           \
    if (UNLIKELY((then.flags & kDropA) && left.is_counted())) GO(op_LoadConstant);           \
    bool answer;                                                                             \
    if (UNLIKELY(!compare_quickly<operation>(left, frame_code(fp).constant_values()[OP_D], answer))) GO(op_LoadConstant); \
    pc += 1;                                                                                 \
    if (answer == when) NEXT(1 + OP_SC);                                                     \
    NEXT(1);                                                                                 \
  }
#define CONSTANT_THEN_JUMPS(order)                                             \
  CONSTANT_THEN_JUMP(ConstantThenJumpIf##order, CompareOp::order, true)        \
  CONSTANT_THEN_JUMP(ConstantThenJumpUnless##order, CompareOp::order, false)
CONSTANT_THEN_JUMPS(Less)
CONSTANT_THEN_JUMPS(LessEqual)
CONSTANT_THEN_JUMPS(Equal)
CONSTANT_THEN_JUMPS(NotEqual)
CONSTANT_THEN_JUMPS(Greater)
CONSTANT_THEN_JUMPS(GreaterEqual)

}  // namespace py
