// How opcodes are written: one function per opcode, chained by tail calls. For the ops_*.cpp files only.
//
//   OPCODE(Negative) { ... NEXT(1); }
//
// The four arguments live in registers that survive calls (preserve_none). pc points at the running instruction, and the
// operands are read from there: one load each, where taking a word apart costs two or three instructions. `word` is what
// one handler hands to the next (drop_and_go, leave_frame). A slow path saves the pc, does its work in ordinary C++, and
// ends in NEXT or RAISE. Conditional advances are written as branches, never as arithmetic on pc: a cmov there doubles the
// cost of a loop.
#pragma once
#include "core/object/casts.h"
#include "core/object/operations.h"
#include "core/object/str.h"
#include "core/vm/frame.h"
#include "threading/sync/count.h"

namespace py {

// The parts of an instruction word as they lie in memory (core/object/code.h); immutable but for `op`, so plain loads will do.
struct [[gnu::may_alias]] InstructionParts {
  u8 op;  // read by op_at
  u8 flags;
  u16 a;
  union {
    struct {
      u16 b, c;
    };
    i32 d;
  };
};
static_assert(sizeof(InstructionParts) == 8 && std::endian::native == std::endian::little);
INLINE const InstructionParts& instruction_at(Pc pc) { return *reinterpret_cast<const InstructionParts*>(pc); }
// The opcode, which is read atomically. The assembly says what the compiler should make of that: it would widen the byte
// once more, in every instruction.
INLINE u64 op_number_at(Pc pc) {
#if defined(__x86_64__) && !defined(WEFT_TSAN) && !defined(WEFT_ASAN)
  u64 number;
  asm("movzbl %1, %k0" : "=r"(number) : "m"(instruction_at(pc).op));
  return number;
#else
  return __atomic_load_n(&instruction_at(pc).op, __ATOMIC_RELAXED);
#endif
}
INLINE Op op_at(Pc pc) { return static_cast<Op>(op_number_at(pc)); }
// From now on the instruction runs in this form, unless it has another one. Any thread may do this at any time: all forms of
// an instruction give the same results.
INLINE void quicken(Pc pc, Op form) {
  if (op_at(pc) == plain_op(form)) __atomic_store_n(reinterpret_cast<u8*>(pc), static_cast<u8>(form), __ATOMIC_RELAXED);
}

#ifdef WEFT_ASAN
#define PRESERVE_NONE  // the address sanitizer's frames need the base register that preserve_none gives away
#else
#define PRESERVE_NONE __attribute__((preserve_none))
#endif

using HandlerFunction = PRESERVE_NONE u64(Pc pc, Value* fp, Thread* thread, u64 word);
using Handler = HandlerFunction*;
// What the instructions are dispatched through: their handlers, or op_traced for all of them (core/vm/tracing.h).
extern Handler op_table[256];
// With the world stopped.
void switch_op_table(bool traced);

#define OPCODE(name) PRESERVE_NONE u64 op_##name(Pc pc, Value* fp, Thread* thread, u64 word)
#define SLOW(name) NOINLINE PRESERVE_NONE u64 name(Pc pc, Value* fp, Thread* thread, u64 word)
#define MUSTTAIL [[clang::musttail]]
#define DISPATCH()                                                         \
  do {                                                                     \
    count_instruction();                                                   \
    MUSTTAIL return op_table[op_number_at(pc)](pc, fp, thread, word); \
  } while (0)
#define NEXT(count)   \
  do {                \
    pc += (count);    \
    DISPATCH();       \
  } while (0)
#define GO(function) MUSTTAIL return function(pc, fp, thread, word)
#define RAISE() GO(unwind)
#define SAVE_PC() set_frame_pointer(fp, kPc, pc)

// Operands, of the instruction at pc
#define OP_FLAGS (instruction_at(pc).flags)
#define OP_A (instruction_at(pc).a)
#define OP_B (instruction_at(pc).b)
#define OP_C (instruction_at(pc).c)
#define OP_SB (i64{static_cast<i16>(instruction_at(pc).b)})
#define OP_SC (i64{static_cast<i16>(instruction_at(pc).c)})
#define OP_D (i64{instruction_at(pc).d})

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
// Of a jump backwards: a safepoint, then the jump.
SLOW(poll_and_loop);

#define OP(name, cache_words, format) OPCODE(name);
#include "core/compiler/opcodes.def"
#undef OP

// Stores an owned value into A and goes on `count` words further. The old value is dropped, last.
#define FINISH(count, value)                                                  \
  do {                                                                        \
    const Value finished_ = (value);                                          \
    if (LIKELY(OP_FLAGS & kPlainTarget)) {                                    \
      DCHECK(!fp[OP_A].is_counted());                                         \
      fp[OP_A] = finished_;                                                   \
      NEXT(count);                                                            \
    }                                                                         \
    const Value replaced_ = fp[OP_A];                                         \
    fp[OP_A] = finished_;                                                     \
    pc += (count);                                                            \
    if (UNLIKELY(replaced_.is_counted())) {                                   \
      word = replaced_.bits;                                                  \
      GO(drop_and_go);                                                        \
    }                                                                         \
    DISPATCH();                                                               \
  } while (0)

// The same for a borrowed value. What takes long happens in finish_copy, so that the fast path calls nothing.
SLOW(finish_copy);
#define FINISH_COPY(count, value)                   \
  do {                                              \
    const Value copied_ = (value);                  \
    if (UNLIKELY(!try_quick_incref(copied_))) {     \
      word = copied_.bits;                          \
      GO(finish_copy);                              \
    }                                               \
    FINISH(count, copied_);                         \
  } while (0)

// The same for a part of the object in B (an attribute, an item), which may die here.
SLOW(finish_part);
SLOW(finish_counted_part);
#define FINISH_PART(count, value)                          \
  do {                                                     \
    const Value part_ = (value);                           \
    word = part_.bits;                                     \
    if (UNLIKELY(!try_quick_incref(part_))) GO(finish_part); \
    if (LIKELY(!(OP_FLAGS & kDropB))) FINISH(count, part_); \
    if (UNLIKELY(!(OP_FLAGS & kPlainTarget))) GO(finish_counted_part); \
    const Value dying_ = fp[OP_B];                         \
    fp[OP_B] = Empty;                                      \
    fp[OP_A] = part_;                                      \
    pc += (count);                                         \
    if (UNLIKELY(!try_quick_decref(dying_))) {             \
      word = dying_.bits;                                  \
      GO(drop_and_go);                                     \
    }                                                      \
    DISPATCH();                                            \
  } while (0)

// Stores the value of a register, which dies there or not, into a field of an unshared object: no barrier, no lock.
// `old` becomes the owned old word. Where counting takes longer it goes on at `slow`, with nothing done.
#define STORE_UNSHARED(old, field, source, dies, slow)          \
  Value old;                                                    \
  {                                                             \
    Field& field_ = (field);                                    \
    Value& source_ = (source);                                  \
    const Value stored_ = source_;                              \
    if (dies) {                                                 \
      source_ = Empty;                                          \
    } else if (UNLIKELY(!try_quick_incref(stored_))) {          \
      GO(slow);                                                 \
    }                                                           \
    (old) = field_.peek();                                      \
    field_.word().store(stored_.bits, std::memory_order_relaxed); \
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
INLINE void drop_dying(Pc pc, Value* fp) {
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  if (OP_FLAGS & kDropC) drop(fp[OP_C]);
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
    drop_dying(pc, fp);                            \
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
// Whether it is true: 1, 0, or -1 for "not known without running code".
INLINE int quick_truth(Value value) {
  if (value.is_bool()) return value == True;
  if (value.is_int()) return value.bits != 0;
  if (value.is_none()) return 0;
  return -1;
}
INLINE Value counted_copy(Value value) {
  if (value.is_counted()) incref_object(value.object());
  return value;
}

}  // namespace py
