// How a frame ends. For the ops_*.cpp files only.
#pragma once
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"

namespace py {

SLOW(leave_special_frame);
// What dies with the frame, then the rest of leave_frame.
SLOW(drop_and_leave);

// The running frame ends with the owned value in `word`: from here on pc and fp are the caller's, whose register `target`
// holds the value.
#define END_FRAME(target)                                                                   \
  if (UNLIKELY(frame_flags(fp) != 0)) GO(leave_special_frame); \
  for (u32 i_ = 0, count_ = frame_code(fp).local_count; i_ < count_; ++i_) {                \
    const Value local_ = fp[i_];                                                            \
    if (!local_.is_object()) continue;                                                      \
    if (UNLIKELY(!try_quick_decref(local_))) GO(drop_and_leave);                            \
    fp[i_] = Empty;                                                                         \
  }                                                                                         \
  if (UNLIKELY(!try_quick_decref(fp[kFunction]))) GO(drop_and_leave);                       \
  fp[kFunction] = Empty;                                                                    \
  pc = frame_pointer<std::atomic<u64>>(fp, kReturn);                                        \
  fp = frame_caller(fp);                                                                    \
  --thread->recursion_depth;                                                                \
  thread->frame_registers = fp;                                                             \
  const u32 target = instruction_at(pc - kCallWords).a;                                     \
  fp[target] = Value{word}
#define LEAVE_FRAME()                                    \
  do {                                                   \
    END_FRAME(target_);                                  \
    if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go); \
    DISPATCH();                                          \
  } while (0)

}  // namespace py
