// Raising, handling, with.
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/calls.h"
#include "core/vm/dispatch.h"
#include "core/vm/exceptions.h"
#include "core/vm/generator.h"
#include "core/vm/tracing.h"

namespace py {

PRESERVE_NONE u64 drop_and_go(Pc pc, Value* fp, Thread* thread, u64 word) {
  SAVE_PC();
  decref_object(Value{word}.object());
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

// The end of an instruction whose result is the borrowed value in `word`; it drops no operands.
SLOW(finish_copy) {
  const Value value{word};
  incref(value);
  const u32 count = 1u + op_info[static_cast<u8>(op_at(pc))].cache_words;
  FINISH(count, value);
}

SLOW(finish_part) {
  incref(Value{word});
  GO(finish_counted_part);
}
SLOW(finish_counted_part) {
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, Value{word});
  pc += 1 + op_info[static_cast<u8>(op_at(pc))].cache_words;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}

// What a handler of a signal raises belongs to the instruction that has ended: to its line and its protected region.
SLOW(poll_and_go) {
  const Pc next = pc;
  if (pc != frame_code(fp).words) pc -= 1;
  SAVE_PC();
  if (UNLIKELY(!poll_slow(*thread))) RAISE();
  pc = next;
  DISPATCH();
}

namespace {

const ExceptionRange* find_handler(Value* fp, Pc pc) {
  Code& code = frame_code(fp);
  const u32 index = static_cast<u32>(pc - code.words);
  for (u32 i = 0; i < code.range_count; ++i) {
    if (index >= code.ranges[i].start && index < code.ranges[i].end) return &code.ranges[i];
  }
  return nullptr;
}

}  // namespace

// The pending exception looks for a handler; this frame is in its traceback already.
SLOW(unwind_traced) {
  const ExceptionRange* range = find_handler(fp, pc);
  if (range) {
    Code& code = frame_code(fp);
    const Value exception = thread->pending;
    thread->pending = Empty;
    for (u32 i = range->live; i < code.register_count; ++i) drop(fp[i]);
    fp[range->live] = exception;
    pc = code.words + range->handler;
    // Nothing may come between an exception and its handler: a with statement must get to its __exit__.
    SAVE_PC();
    poll_without_raising(*thread);
    DISPATCH();
  }
  if (is_tracing(*thread)) trace_unwound_frame(*thread, fp);
  const u64 flags = frame_flags(fp);
  Value* caller = frame_caller(fp);
  if (flags & kGeneratorFrame) {
    fail_generator(*thread, fp);
  } else {
    clear_frame(*thread, fp);
  }
  --thread->recursion_depth;
  thread->frame_registers = caller;
  if (flags & kEntry) return Error.bits;
  fp = caller;
  pc = frame_pc(fp);
  RAISE();
}

SLOW(unwind) {
  SAVE_PC();
  add_traceback(*thread, fp);
  if (is_tracing(*thread)) trace_exception(*thread, fp);
  GO(unwind_traced);
}

OPCODE(Raise) {
  SAVE_PC();
  raise_statement(*thread, OP_FLAGS & kFlag8 ? fp[OP_A] : Empty, OP_FLAGS & 16 ? fp[OP_B] : Empty);
  // What is raised again is in the traceback already.
  if (!(OP_FLAGS & kFlag8) && thread->pending == handled_exception(*thread)) GO(unwind_traced);
  RAISE();
}

OPCODE(PushHandled) {
  const Value exception = fp[OP_A];
  set_register(fp, OP_A + 1u, thread->handled);
  incref(exception);
  thread->handled = exception;
  NEXT(1);
}
OPCODE(PopHandled) {
  const Value old = thread->handled;
  thread->handled = fp[OP_A];
  fp[OP_A] = Empty;
  pc += 1;
  if (old.is_counted()) {
    word = old.bits;
    GO(drop_and_go);
  }
  DISPATCH();
}
namespace {

// What a handler only cleaned up after is still raised where it was raised first.
void rewind_to_origin(Value* fp, Value exception) {
  const Value traceback = as<Exception>(exception).traceback.peek();
  if (!traceback.is_object() || as<Traceback>(traceback).frame.peek() != frame_extra(fp, kFrameObject)) return;
  set_frame_pointer(fp, kPc, frame_code(fp).words + as<Traceback>(traceback).instruction);
}

}  // namespace

OPCODE(Reraise) {
  SAVE_PC();
  if (OP_FLAGS & kFlag8) {
    const Value old = thread->handled;
    thread->handled = fp[OP_B];
    fp[OP_B] = Empty;
    decref(old);
  }
  if (!(OP_FLAGS & kFlag8) || OP_FLAGS & 16) rewind_to_origin(fp, fp[OP_A]);
  thread->pending = fp[OP_A];
  fp[OP_A] = Empty;
  GO(unwind_traced);
}
OPCODE(MatchException) {
  SAVE_PC();
  Result<bool> matches = exception_matches(*thread, fp[OP_B], fp[OP_C]);
  if (UNLIKELY(matches.failed())) RAISE();
  if (OP_FLAGS & kDropC) drop(fp[OP_C]);
  set_register(fp, OP_A, Value::boolean(matches.take()));
  NEXT(1);
}
OPCODE(MatchExceptionGroup) {
  SAVE_PC();
  if (UNLIKELY(!match_exception_group(*thread, fp[OP_B], fp[OP_C], fp + OP_A))) RAISE();
  if (OP_FLAGS & kDropC) drop(fp[OP_C]);
  NEXT(1);
}
OPCODE(CombineGroups) {
  SAVE_PC();
  const Value combined = combine_groups(*thread, fp[OP_B], fp[OP_C]);
  if (UNLIKELY(combined.is_error())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  set_register(fp, OP_A, combined);
  NEXT(1);
}

// with

namespace {

Failure not_a_manager(Thread& thread, Value manager, bool is_async, const char* missed) {
  return raise(thread, types.TypeError,
               is_async ? "'{}' object does not support the asynchronous context manager protocol{}"
                        : "'{}' object does not support the context manager protocol{}",
               type_of(manager), missed);
}

// The bound __exit__ and the result of __enter__.
Result<void> enter_manager(Thread& thread, Value manager, Value* window, bool is_async) {
  Str& enter_name = is_async ? names::__aenter__() : names::__enter__();
  if (type_of(manager).lookup(enter_name).is_empty()) return not_a_manager(thread, manager, is_async, "");
  Ref<> exit = TRY(lookup_special(thread, manager, is_async ? names::__aexit__() : names::__exit__()));
  if (exit.is_empty()) {
    return not_a_manager(thread, manager, is_async, is_async ? " (missed __aexit__ method)" : " (missed __exit__ method)");
  }
  set_register(window, 0, exit.release());
  Ref<> entered = TRY(call_special(thread, manager, enter_name, {}));
  set_register(window, 1, entered.release());
  return {};
}

}  // namespace

OPCODE(EnterWith) {
  SAVE_PC();
  if (UNLIKELY(enter_manager(*thread, fp[OP_B], fp + OP_A, false).failed())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  NEXT(1);
}
OPCODE(EnterAsyncWith) {
  SAVE_PC();
  if (UNLIKELY(enter_manager(*thread, fp[OP_B], fp + OP_A, true).failed())) RAISE();
  if (OP_FLAGS & kDropB) drop(fp[OP_B]);
  NEXT(1);
}
// An __exit__ in Python gets a frame of its own.
INLINE Value* push_exit(Thread& thread, Value* fp, Value exit) {
  if (!is_exact<BoundMethod>(exit)) return nullptr;
  const BoundMethod& method = *static_cast<BoundMethod*>(exit.object());
  if (!is_exact<Function>(method.function.peek())) return nullptr;
  const Value arguments[] = {method.self.peek(), None, None, None};
  return push_for_instruction(thread, fp, *static_cast<Function*>(method.function.peek().object()), arguments, 4);
}
OPCODE(ExitWith) {
  SAVE_PC();
  if (Value* frame = push_exit(*thread, fp, fp[OP_B])) {
    drop(fp[OP_B]);
    fp = frame;
    pc = frame_code(fp).words;
    DISPATCH();
  }
  const Value result = call(*thread, fp[OP_B], {None, None, None}).release();
  if (UNLIKELY(result.is_error())) RAISE();
  drop(fp[OP_B]);
  set_register(fp, OP_A, result);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(ExitWithException) {
  SAVE_PC();
  const Value exception = fp[OP_C];
  const Value traceback = as<Exception>(exception).traceback.peek();
  const Value result = call(*thread, fp[OP_B], {type_of(exception).value(), exception, traceback}).release();
  if (UNLIKELY(result.is_error())) RAISE();
  drop(fp[OP_B]);
  set_register(fp, OP_A, result);
  pc += 1;
  if (poll_needed(*thread)) GO(poll_and_go);
  DISPATCH();
}
OPCODE(PrintExpression) {
  SAVE_PC();
  if (UNLIKELY(!print_expression(*thread, fp[OP_A]))) RAISE();
  drop(fp[OP_A]);
  NEXT(1);
}

}  // namespace py
