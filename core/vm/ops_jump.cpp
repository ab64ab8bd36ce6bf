// Truth and jumps.
#include "core/vm/dispatch.h"

namespace py {

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

// A jump passes its safepoint before it jumps: what is raised there belongs to it, not to where it leads.
SLOW(poll_and_loop) {
  SAVE_PC();
  if (UNLIKELY(!poll_slow(*thread))) RAISE();
  NEXT(1 + OP_D);
}
OPCODE(Loop) {
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_loop);
  NEXT(1 + OP_D);
}

template <bool when>
SLOW(slow_jump_truth) {
  SAVE_PC();
  Result<bool> truth = is_true(*thread, fp[OP_A]);
  if (UNLIKELY(truth.failed())) RAISE();
  if (OP_FLAGS & kDropA) drop(fp[OP_A]);
  if (UNLIKELY(!poll(*thread))) RAISE();
  if (truth.take() == when) {
    pc += OP_D;
  }
  NEXT(1);
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

// With a value that dies here, which is counted and so not None.
template <bool when>
SLOW(slow_jump_none) {
  SAVE_PC();
  drop(fp[OP_A]);
  if (UNLIKELY(!poll(*thread))) RAISE();
  if (!when) {
    pc += OP_D;
  }
  NEXT(1);
}
#define JUMP_NONE(name, when)                                                         \
  OPCODE(name) {                                                                      \
    const Value value = fp[OP_A];                                                     \
    if (OP_FLAGS & kDropA) {                                                          \
      if (UNLIKELY(value.is_counted())) GO(slow_jump_none<when>);                     \
      fp[OP_A] = Empty;                                                               \
    }                                                                                 \
    if (value.is_none() == when) NEXT(1 + OP_D);                                      \
    NEXT(1);                                                                          \
  }
JUMP_NONE(JumpIfNone, true)
JUMP_NONE(JumpIfNotNone, false)

}  // namespace py
