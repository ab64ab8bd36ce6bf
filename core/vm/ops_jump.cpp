// Truth and jumps.
#include "core/vm/dispatch.h"

namespace py {

namespace {
// 1, 0, or -1 for "not known without running code".
INLINE int quick_truth(Value value) {
  if (value.is_bool()) return value == True;
  if (value.is_int()) return value.bits != 0;
  if (value.is_none()) return 0;
  return -1;
}
}  // namespace

SLOW(slow_Not) {
  SAVE_PC();
  Result<bool> truth = is_true(*thread, fp[OP_B]);
  if (truth.failed()) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, Value::boolean(!truth.take()));
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(Not) {
  const int truth = quick_truth(fp[OP_B]);
  if (truth < 0) GO(slow_Not);
  FINISH(1, Value::boolean(!truth));
}

OPCODE(Jump) { NEXT(1 + OP_D); }
OPCODE(Loop) {
  if (UNLIKELY(poll_needed(*thread))) {
    SAVE_PC();
    pc += 1 + OP_D;
    GO(poll_and_go);
  }
  NEXT(1 + OP_D);
}

OPCODE(LoopFor) {
  if (UNLIKELY(poll_needed(*thread))) {
    SAVE_PC();
    pc += 1 + OP_D;
    GO(poll_and_go);
  }
  pc += 1 + OP_D;
  GO(op_ForIterator);
}

template <bool when>
SLOW(slow_jump_truth) {
  SAVE_PC();
  Result<bool> truth = is_true(*thread, fp[OP_A]);
  if (UNLIKELY(truth.failed())) RAISE();
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  if (truth.take() == when) {
    pc += OP_D;
  }
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
#define JUMP_TRUTH(name, when)                       \
  OPCODE(name) {                                     \
    const int truth = quick_truth(fp[OP_A]);         \
    if (UNLIKELY(truth < 0)) GO(slow_jump_truth<when>); \
    if (truth == when) NEXT(1 + OP_D);               \
    NEXT(1);                                         \
  }
JUMP_TRUTH(JumpIfTrue, true)
JUMP_TRUTH(JumpIfFalse, false)

#define JUMP_NONE(name, when)                                  \
  OPCODE(name) {                                               \
    const Value value = fp[OP_A];                              \
    const bool dies = OP_FLAGS & kDropA;                       \
    if (dies) fp[OP_A] = Empty;                                \
    if (value.is_none() == when) {                             \
      pc += OP_D;                                              \
    }                                                          \
    pc += 1;                                                   \
    if (UNLIKELY(value.is_counted()) && dies) {                \
      word = value.bits;                                       \
      GO(drop_and_go);                                         \
    }                                                          \
    DISPATCH();                                                \
  }
JUMP_NONE(JumpIfNone, true)
JUMP_NONE(JumpIfNotNone, false)

}  // namespace py
