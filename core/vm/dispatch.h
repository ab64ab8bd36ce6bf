// How opcodes are written: one function per opcode, chained by tail calls. For the ops_*.cpp files only.
//
//   OPCODE(Negative) { ... NEXT(1); }
//
// The four arguments live in registers that survive calls (preserve_none). pc points at the running instruction. A slow
// path saves the pc, does its work in ordinary C++, and ends in NEXT or RAISE. Conditional advances are written as
// branches, never as arithmetic on pc: a cmov there doubles the cost of a loop.
#pragma once
#include "core/object/casts.h"
#include "core/object/operations.h"
#include "core/object/str.h"
#include "core/vm/frame.h"
#include "threading/sync/count.h"

namespace py {

#ifdef WEFT_ASAN
#define PRESERVE_NONE  // the address sanitizer's frames need the base register that preserve_none gives away
#else
#define PRESERVE_NONE __attribute__((preserve_none))
#endif

using HandlerFunction = PRESERVE_NONE u64(Pc pc, Value* fp, Thread* thread, u64 word);
using Handler = HandlerFunction*;
extern std::atomic<Handler> op_table[256];
// What the instructions are dispatched through: their handlers, or op_traced for all of them (core/vm/tracing.h).
void switch_op_table(bool traced);

#define OPCODE(name) PRESERVE_NONE u64 op_##name(Pc pc, Value* fp, Thread* thread, u64 word)
#define SLOW(name) NOINLINE PRESERVE_NONE u64 name(Pc pc, Value* fp, Thread* thread, u64 word)
#define MUSTTAIL [[clang::musttail]]
#define DISPATCH()                                                        \
  do {                                                                    \
    count_instruction();                                                  \
    word = pc->load(std::memory_order_relaxed);                           \
    MUSTTAIL return op_table[word & 0xFF].load(std::memory_order_relaxed)(pc, fp, thread, word); \
  } while (0)
#define NEXT(count)   \
  do {                \
    pc += (count);    \
    DISPATCH();       \
  } while (0)
#define GO(function) MUSTTAIL return function(pc, fp, thread, word)
#define RAISE() GO(unwind)
#define SAVE_PC() set_frame_pointer(fp, kPc, pc)

// Operands
#define OP_FLAGS (static_cast<u8>(word >> 8))
#define OP_A (static_cast<u16>(word >> 16))
#define OP_B (static_cast<u16>(word >> 32))
#define OP_C (static_cast<u16>(word >> 48))
#define OP_SB (static_cast<i16>(word >> 32))
#define OP_SC (static_cast<i16>(word >> 48))
#define OP_D (static_cast<i32>(word >> 32))

// Finds the handler for the pending exception, in this frame or a caller's.
SLOW(unwind);
// The same for a frame that is in the traceback already.
SLOW(unwind_traced);
// Drops the value in `word`, passes a safepoint if one is due, and goes on at pc.
HandlerFunction drop_and_go;
// The frame ends with the owned value in `word`.
HandlerFunction leave_frame;
SLOW(leave_generator_frame);
// ForIterator on a generator: resumes its frame.
SLOW(resume_for_iterator);
// A safepoint, then on at pc.
SLOW(poll_and_go);

#define OP(name, cache_words, format) OPCODE(name);
#include "core/compiler/opcodes.def"
#undef OP

// Stores an owned value into A and goes on `count` words further. The old value is dropped, last.
#define FINISH(count, value)                                                  \
  do {                                                                        \
    const Value finished_ = (value);                                          \
    const Value replaced_ = fp[OP_A];                                         \
    fp[OP_A] = finished_;                                                     \
    pc += (count);                                                            \
    if (UNLIKELY(replaced_.is_counted())) {                                   \
      word = replaced_.bits;                                                  \
      GO(drop_and_go);                                                        \
    }                                                                         \
    DISPATCH();                                                               \
  } while (0)

// Stores the value of a register, which dies there or not, into a field of an unshared object: no barrier, no lock.
// Returns the owned old word.
INLINE Value store_unshared(Field& field, Value& source, bool dies) {
  const Value old = field.peek();
  const Value value = source;
  if (dies) {
    source = Empty;
  } else if (value.is_counted()) {
    incref_object(value.object());
  }
  field.word().store(value.bits, std::memory_order_relaxed);
  return old;
}
// Goes on `count` words further, after dropping `old_value`.
#define GO_ON_DROPPING(count, old_value)     \
  do {                                       \
    const Value dropped_ = (old_value);      \
    pc += (count);                           \
    if (UNLIKELY(dropped_.is_counted())) {   \
      word = dropped_.bits;                  \
      GO(drop_and_go);                       \
    }                                        \
    DISPATCH();                              \
  } while (0)

// In slow paths: drops the operands whose flags say that they die here.
INLINE void drop_dying(Value* fp, u64 word) {
  if (word & (u64{kDropB} << 8)) drop(fp[OP_B]);
  if (word & (u64{kDropC} << 8)) drop(fp[OP_C]);
}
INLINE void set_register(Value* fp, u32 number, Value owned) {
  const Value old = fp[number];
  fp[number] = owned;
  if (old.is_counted()) decref_object(old.object());
}
// End of a slow path: result into A, dying operands dropped, safepoint if due. The operands go first: A may be one of them.
#define FINISH_SLOW(count, value)                    \
  do {                                               \
    const Value result_ = (value);                   \
    drop_dying(fp, word);                            \
    set_register(fp, OP_A, result_);                 \
    pc += (count);                                   \
    if (poll_needed(*thread)) GO(poll_and_go);       \
    DISPATCH();                                      \
  } while (0)
#define TRY_OP(expression)                      \
  ({                                            \
    auto result_ = (expression);                \
    if (UNLIKELY(result_.failed())) RAISE();    \
    result_.take();                             \
  })

INLINE Str& constant_name(Value* fp, u32 index) {
  return *static_cast<Str*>(frame_code(fp).constant_values()[index].object());
}
INLINE Value counted_copy(Value value) {
  if (value.is_counted()) incref_object(value.object());
  return value;
}

}  // namespace py
