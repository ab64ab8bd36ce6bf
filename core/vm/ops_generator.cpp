// Generators, coroutines, asynchronous generators: switching to their frames and back.
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"
#include "core/vm/generator_switch.h"
#include "core/vm/awaitable.h"

namespace py {

OPCODE(MakeGenerator) {
  SAVE_PC();
  // The frame that was pushed for the call moves into the object; the call returns the object.
  const Value generator = make_generator(*thread, fp, pc + 1, OP_FLAGS & kFlag8);
  if (UNLIKELY(generator.is_error())) RAISE();
  word = generator.bits;
  GO(leave_frame);
}

namespace {

// Marks the generator as running and links its frame under the current one. Null with an exception pending.
Value* start_generator(Thread& thread, Generator& generator, Value* fp, Pc pc) {
  if (!claim_generator(thread, generator)) return nullptr;
  if (UNLIKELY(thread.recursion_depth >= thread.recursion_limit)) {
    generator.state.store(static_cast<u8>(GeneratorState::Suspended), std::memory_order_release);
    (void)raise(thread, types.RecursionError, "maximum recursion depth exceeded");
    return nullptr;
  }
  ++thread.recursion_depth;
  Value* frame = generator.registers();
  link_generator(thread, generator, fp, 0);
  set_frame_pointer(frame, kReturn, pc + 1);
  return frame;
}

}  // namespace

// Goes on in a generator's frame; what is sent stands in the register of its last Yield.
#define ENTER_GENERATOR(frame)                       \
  do {                                               \
    fp = (frame);                                    \
    pc = frame_pc(fp);                               \
    if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go); \
    DISPATCH();                                      \
  } while (0)

SLOW(resume_any_for_iterator) {
  Generator& generator = *static_cast<Generator*>(fp[OP_A].object());
  if (generator.load_state() == GeneratorState::Finished) {
    drop(fp[OP_A]);
    NEXT(1 + OP_SC);
  }
  Value* frame = start_generator(*thread, generator, fp, pc);
  if (UNLIKELY(!frame)) RAISE();
  (void)put_sent_value(frame, None);
  ENTER_GENERATOR(frame);
}
SLOW(resume_for_iterator) {
  SAVE_PC();
  Value* frame = start_quickly(*thread, *static_cast<Generator*>(fp[OP_A].object()), fp, pc);
  if (UNLIKELY(!frame)) GO(resume_any_for_iterator);
  (void)put_sent_value(frame, None);
  ENTER_GENERATOR(frame);
}

SLOW(send_to_any) {
  const Value iterator = fp[OP_A];
  const Value sent = fp[OP_A + 1];
  Type& type = type_of(iterator);
  const bool native = &type == types.generator || &type == types.coroutine;
  if (native && static_cast<Generator*>(iterator.object())->load_state() != GeneratorState::Finished) {
    Generator& generator = *static_cast<Generator*>(iterator.object());
    Value* frame = start_generator(*thread, generator, fp, pc);
    if (UNLIKELY(!frame)) RAISE();
    fp[OP_A + 1] = Empty;
    set_sent_value(generator, sent);
    if (sent.is_counted()) decref(sent);
    ENTER_GENERATOR(frame);
  }
  bool returned = false;
  const Value value = send_to_iterator(*thread, iterator, sent, &returned);
  if (UNLIKELY(value.is_error())) RAISE();
  if (returned) {
    drop(fp[OP_A + 1]);
    set_register(fp, OP_A, value);
    NEXT(1 + OP_D);
  }
  set_register(fp, OP_A + 1u, value);
  NEXT(1);
}

OPCODE(Send) {
  SAVE_PC();
  const Value iterator = fp[OP_A];
  if (LIKELY(iterator.is_object())) {
    const BuiltinShape shape{iterator.object()->shape.load(std::memory_order_relaxed)};
    if (LIKELY(shape == BuiltinShape::generator || shape == BuiltinShape::coroutine)) {
      Value* frame = start_quickly(*thread, *static_cast<Generator*>(iterator.object()), fp, pc);
      if (LIKELY(frame != nullptr)) {
        const Value sent = take(fp[OP_A + 1]);
        fp = frame;
        pc = frame_pc(frame);
        if (UNLIKELY(!put_sent_value(frame, sent))) {
          word = sent.bits;
          GO(drop_and_go);
        }
        if (UNLIKELY(poll_needed(*thread))) GO(poll_and_go);
        DISPATCH();
      }
    }
  }
  GO(send_to_any);
}

// The end of a Yield whose generator native code runs: `word` is what it gets.
SLOW(yield_to_native) {
  --thread->recursion_depth;
  thread->frame_registers = frame_caller(fp);
  note_outcome(*thread, Outcome::Yielded);
  return word;
}

// A Yield of a shared generator, or of a value whose counting takes longer.
SLOW(yield_slowly) {
  Generator& generator = frame_generator(fp);
  const Value value = OP_FLAGS & kDropB ? take(fp[OP_B]) : counted_copy(fp[OP_B]);
  const u64 flags = frame_flags(fp);
  Value* caller = frame_caller(fp);
  set_frame_pointer(fp, kPc, pc + 1);
  if (UNLIKELY(generator.is_shared())) publish(value);
  suspend_generator(*thread, generator);
  --thread->recursion_depth;
  thread->frame_registers = caller;
  if (flags & kEntry) {
    note_outcome(*thread, Outcome::Yielded);
    return value.bits;
  }
  fp = caller;
  pc = frame_pc(fp);
  set_register(fp, op_at(pc) == Op::ForIterator ? OP_B : OP_A + 1u, value);
  NEXT(1);
}

// The generator in whose frame we are hands a value to whoever resumed it.
OPCODE(Yield) {
  Generator& generator = frame_generator(fp);
  if (UNLIKELY(generator.is_shared())) GO(yield_slowly);
  const Value value = fp[OP_B];
  if (OP_FLAGS & kDropB) {
    fp[OP_B] = Empty;
  } else if (UNLIKELY(!try_quick_incref(value))) {
    GO(yield_slowly);
  }
  set_frame_pointer(fp, kPc, pc + 1);
  generator.handled.initialize(thread->handled);
  thread->handled = generator.outer_handled;
  generator.outer_handled = None;
  generator.state.store(static_cast<u8>(GeneratorState::Suspended), std::memory_order_release);
  if (UNLIKELY(frame_flags(fp) & kEntry)) {
    word = value.bits;
    GO(yield_to_native);
  }
  pc = frame_pointer<std::atomic<u64>>(fp, kReturn);
  fp = frame_caller(fp);
  --thread->recursion_depth;
  thread->frame_registers = fp;
  const InstructionParts& resumer = instruction_at(pc - 1);
  const u32 target = resumer.op == static_cast<u8>(Op::ForIterator) ? resumer.b : resumer.a + 1u;
  const Value old = fp[target];
  fp[target] = value;
  if (UNLIKELY(old.is_counted())) {
    word = old.bits;
    GO(drop_and_go);
  }
  DISPATCH();
}

SLOW(leave_generator_frame) {
  const Value value{word};
  const u64 flags = frame_flags(fp);
  Value* caller = frame_caller(fp);
  finish_generator(*thread, fp);
  --thread->recursion_depth;
  thread->frame_registers = caller;
  if (flags & kEntry) {
    note_outcome(*thread, Outcome::Returned);
    return value.bits;
  }
  fp = caller;
  pc = frame_pc(fp);
  const bool iterates = op_at(pc) == Op::ForIterator;
  if (iterates) {
    decref(value);
    drop(fp[OP_A]);
  } else {
    set_register(fp, OP_A, value);
  }
  if (UNLIKELY(!poll(*thread))) RAISE();
  if (iterates) NEXT(1 + OP_SC);
  NEXT(1 + OP_D);
}

#define AWAIT_STEP(name, expression)                        \
  OPCODE(name) {                                            \
    SAVE_PC();                                              \
    const Value value = (expression);                       \
    if (UNLIKELY(value.is_error())) RAISE();                \
    if (OP_FLAGS & kDropB) drop(fp[OP_B]);                  \
    set_register(fp, OP_A, value);                          \
    NEXT(1);                                                \
  }
AWAIT_STEP(GetYieldFromIterator, yield_from_iterable(*thread, fp[OP_B], frame_code(fp)))
AWAIT_STEP(GetAwaitable, awaitable_iterator(*thread, fp[OP_B], (OP_FLAGS >> 4) & 3))
AWAIT_STEP(GetAsyncIterator, async_iterator(*thread, fp[OP_B]))
AWAIT_STEP(GetAsyncNext, async_next(*thread, fp[OP_B]))
AWAIT_STEP(WrapAsyncYield, wrap_async_yield(*thread, fp[OP_B]))

OPCODE(EndAsyncFor) {
  SAVE_PC();
  const Value exception = fp[OP_A];
  if (!type_of(exception).is_subtype_of(*types.StopAsyncIteration)) {
    thread->pending = exception;
    fp[OP_A] = Empty;
    GO(unwind_traced);
  }
  drop(fp[OP_A]);
  drop(fp[OP_B]);
  NEXT(1);
}

}  // namespace py
