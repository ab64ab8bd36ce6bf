// Returns: frames end.
#include "core/object/casts.h"
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"
#include "core/vm/leave_frame.h"

namespace py {

PRESERVE_NONE u64 leave_frame(Pc pc, Value* fp, Thread* thread, u64 word) { LEAVE_FRAME(); }

SLOW(drop_and_leave) {
  const u32 count = frame_code(fp).local_count;
  for (u32 i = 0; i < count; ++i) drop(fp[i]);
  drop(fp[kFunction]);
  GO(leave_frame);
}

namespace {

// What __init__ returned, and the instance instead. Error when it returned something.
Value constructed(Thread& thread, Value* fp, Value returned) {
  if (!returned.is_none()) {
    (void)raise(thread, types.TypeError, "__init__() should return None, not '{}'", type_of(returned));
    decref(returned);
    return Error;
  }
  const Value instance = fp[kLocals];
  fp[kLocals] = Empty;
  return instance;
}

}  // namespace

// What push_for_instruction began.
SLOW(leave_frame_of_instruction) {
  const Value value{word};
  if (UNLIKELY(fp[kFrameObject].is_object())) detach_frame_object(*thread, fp);
  const u32 count = frame_code(fp).local_count;
  for (u32 i = 0; i < count; ++i) drop(fp[i]);
  drop(fp[kFunction]);
  --thread->recursion_depth;
  fp = frame_caller(fp);
  thread->frame_registers = fp;
  pc = frame_pc(fp);
  FINISH_SLOW(1 + op_info[static_cast<u8>(op_at(pc))].cache_words, value);
}

SLOW(leave_special_frame) {
  SAVE_PC();  // a frame object remembers where it ended
  Value value{word};
  const u64 flags = frame_flags(fp);
  if (LIKELY(flags == kConstructor && value.is_none())) {
    word = fp[kLocals].bits;
    fp[kLocals] = Empty;
    fp[kFlags].bits = 0;
    GO(leave_frame);
  }
  if (LIKELY(flags == kEntry && !fp[kFrameObject].is_object())) {
    const u32 count = frame_code(fp).local_count;
    for (u32 i = 0; i < count; ++i) drop(fp[i]);
    drop(fp[kLocals]);
    drop(fp[kFunction]);
    --thread->recursion_depth;
    thread->frame_registers = frame_caller(fp);
    return word;
  }
  if (flags & kGeneratorFrame) GO(leave_generator_frame);
  if (flags & kOfInstruction) GO(leave_frame_of_instruction);
  if (flags & kConstructor) value = constructed(*thread, fp, value);
  clear_frame(*thread, fp);
  --thread->recursion_depth;
  Value* caller = frame_caller(fp);
  thread->frame_registers = caller;
  if (flags & kEntry) return value.bits;
  fp = caller;
  pc = frame_pc(fp);
  if (UNLIKELY(value.is_error())) RAISE();
  set_register(fp, OP_A, value);
  pc += kCallWords;
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
  DISPATCH();
}

OPCODE(Return) {
  Value value = fp[OP_A];
  if (value.is_counted()) fp[OP_A] = Empty;
  word = value.bits;
  LEAVE_FRAME();
}
OPCODE(LoadImmediateThenReturn) {
  word = static_cast<u64>(i64{OP_D});
  pc += 1;
  LEAVE_FRAME();
}
// Mostly a call as a statement: what would clear its result has nothing to do.
OPCODE(ReturnNone) {
  word = None.bits;
  END_FRAME(target);
  if (op_at(pc) == Op::Clear && instruction_at(pc).a == target && instruction_at(pc).b == 0) pc += 1;
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
  DISPATCH();
}

}  // namespace py
