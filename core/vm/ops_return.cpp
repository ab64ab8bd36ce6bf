// Returns: frames end.
#include "core/object/casts.h"
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"

namespace py {

SLOW(leave_special_frame);
SLOW(drop_and_leave);

// The frame ends with the owned value in `word`.
PRESERVE_NONE u64 leave_frame(Pc pc, Value* fp, Thread* thread, u64 word) {
  if (UNLIKELY((frame_flags(fp) | (fp[kFrameObject].bits ^ Empty.bits)) != 0)) GO(leave_special_frame);
  const u32 count = frame_code(fp).local_count;
  for (u32 i = 0; i < count; ++i) {
    const Value value = fp[i];
    if (!value.is_object()) continue;
    if (UNLIKELY(!try_quick_decref(value))) GO(drop_and_leave);
    fp[i] = Empty;
  }
  if (UNLIKELY(!try_quick_decref(fp[kFunction]))) GO(drop_and_leave);
  fp[kFunction] = Empty;
  pc = frame_pointer<std::atomic<u64>>(fp, kReturn);
  fp = frame_caller(fp);
  --thread->recursion_depth;
  thread->frame_registers = fp;
  fp[instruction_at(pc - kCallWords).a] = Value{word};
  if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
  DISPATCH();
}

// What dies with the frame, then the rest of leave_frame.
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
  GO(leave_frame);
}
OPCODE(LoadImmediateThenReturn) {
  word = static_cast<u64>(i64{OP_D});
  pc += 1;
  GO(leave_frame);
}
OPCODE(ReturnNone) {
  word = None.bits;
  GO(leave_frame);
}

}  // namespace py
