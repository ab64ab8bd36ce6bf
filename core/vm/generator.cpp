#include "core/vm/generator.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/awaitable.h"
#include "core/vm/calls.h"
#include "core/vm/coroutine_hooks.h"
#include "core/vm/dispatch.h"
#include "core/vm/generator_switch.h"
#include "core/vm/tracing.h"

namespace py {

namespace {

usize generator_bytes(u32 register_count) { return sizeof(Generator) + 8 * (usize{kFrameHeader} + register_count); }

usize generator_size(const Object& object) { return generator_bytes(static_cast<const Generator&>(object).register_count); }

void generator_visit(Object& object, Visitor& visitor) {
  Generator& generator = static_cast<Generator&>(object);
  for (Field* field : {&generator.code, &generator.function, &generator.name, &generator.qualified_name, &generator.weak_origin,
                       &generator.handled}) {
    visitor.visit(*field);
  }
  // A running frame is its thread's business; the words of a finished one are empty.
  const GeneratorState state = generator.load_state();
  if (state == GeneratorState::Running) return;
  Field* registers = generator.frame + kFrameHeader;
  visitor.visit(registers[kFunction]);
  visitor.visit(registers[kFrameObject]);
  visitor.visit(registers, generator.register_count);
}

// A frame object that outlives the generator looks into its registers no more.
void generator_close(Object& object) {
  Generator& generator = static_cast<Generator&>(object);
  if (generator.load_state() == GeneratorState::Finished) return;
  Value* registers = generator.registers();
  if (!registers[kFrameObject].is_object()) return;
  FrameObject& frame = *static_cast<FrameObject*>(registers[kFrameObject].object());
  frame.line = frame.reported_line;
  frame.last_instruction = static_cast<i32>(frame_instruction(registers));
  frame.registers.store(nullptr, std::memory_order_release);
}

thread_local Outcome last_outcome;

}  // namespace

const ObjectOps Generator::kOps = {"generator", generator_visit, nullptr, generator_size, nullptr, generator_close};

Value handled_outside_generators(Thread& thread) {
  for (Value* fp = thread.frame_registers; fp; fp = frame_caller(fp)) {
    if (!(frame_flags(fp) & kGeneratorFrame)) continue;
    const Value handled = frame_generator(fp).outer_handled;
    if (!handled.is_empty()) return handled;
  }
  return None;
}

void note_outcome(Thread&, Outcome outcome) { last_outcome = outcome; }

const char* generator_kind(const Generator& generator) {
  const Code& code = *static_cast<Code*>(generator.code.peek().object());
  return code.has(CodeFlag::Coroutine) ? "coroutine" : code.has(CodeFlag::AsyncGenerator) ? "async generator" : "generator";
}

void Generator::must_be_closed() {
  constexpr u8 others = static_cast<u8>(~(static_cast<u8>(ObjectFlag::Finalized) | static_cast<u8>(ObjectFlag::User1)));
  if (is_shared()) {
    flags.fetch_and(others, std::memory_order_relaxed);
  } else {
    flags.store(flags.load(std::memory_order_relaxed) & others, std::memory_order_relaxed);
  }
}

Value make_generator(Thread& thread, Value* fp, Pc pc, bool closes_silently) {
  Code& code = frame_code(fp);
  Type& type = code.has(CodeFlag::Coroutine) ? *types.coroutine : code.has(CodeFlag::AsyncGenerator) ? *types.async_generator : *types.generator;
  Ref<> origin = Ref<>::adopt(None);
  if (UNLIKELY(thread.vm != nullptr) && code.has(CodeFlag::Coroutine)) origin = Ref<>::adopt(coroutine_origin(thread).release());
  if (origin.value().is_error()) return Error;
  Result<Ref<Generator>> made = allocate<Generator>(thread, type, generator_bytes(code.register_count));
  if (made.failed()) return Error;
  Ref<Generator> generator = made.take();
  const bool shared = generator->is_shared();
  Function& function = *static_cast<Function*>(fp[kFunction].object());
  generator->code.initialize(code.value());
  generator->function.initialize(counted_copy(function.value()));
  generator->name.initialize(counted_copy(function.name.peek()));
  generator->qualified_name.initialize(counted_copy(function.qualified_name.peek()));
  generator->weak_origin.initialize(origin.release());
  generator->handled.initialize(Empty);
  generator->outer_handled = None;
  generator->stack_base = nullptr;
  generator->hooks_called = generator->closed = generator->running_async = false;
  generator->register_count = code.register_count;
  Value* registers = generator->registers();
  for (i32 i = -static_cast<i32>(kFrameHeader); i < static_cast<i32>(code.register_count); ++i) registers[i] = Empty;
  for (u32 i = 0; i < code.local_count; ++i) {
    registers[i] = fp[i];
    fp[i] = Unbound;
    if (shared) publish(registers[i]);
  }
  registers[kFunction] = counted_copy(function.value());
  set_frame_pointer(registers, kCode, &code);
  set_frame_pointer(registers, kPc, pc);
  set_frame_pointer(registers, kCaller, nullptr);
  registers[kGlobals] = fp[kGlobals];
  registers[kLocals].bits = reinterpret_cast<u64>(generator.get());
  registers[kFrameObject] = Empty;
  registers[kFlags].bits = kGeneratorFrame;
  generator->state.store(static_cast<u8>(GeneratorState::Created), std::memory_order_release);
  if (closes_silently && &type == types.generator) {
    generator->set(ObjectFlag::User1);
    generator->set(ObjectFlag::Finalized);
  }
  return Ref<>(std::move(generator)).release();
}

namespace {

// The caller of the last time is gone. Until the generator is linked to another one, as one that throws into what it delegates
// to is not, it has none.
bool has_claimed(Generator& generator) {
  set_frame_pointer(generator.registers(), kCaller, nullptr);
  return true;
}

}  // namespace

bool claim_generator(Thread& thread, Generator& generator) {
  for (;;) {
    u8 state = generator.state.load(std::memory_order_acquire);
    const auto now = static_cast<GeneratorState>(state);
    if (now == GeneratorState::Running || now == GeneratorState::Finished) {  // finished: by another thread, just now
      (void)raise(thread, types.ValueError, "{} already executing", generator_kind(generator));
      return false;
    }
    if (LIKELY(!generator.is_shared())) {
      generator.state.store(static_cast<u8>(GeneratorState::Running), std::memory_order_relaxed);
      return has_claimed(generator);
    }
    if (generator.state.compare_exchange_strong(state, static_cast<u8>(GeneratorState::Running), std::memory_order_acq_rel)) {
      return has_claimed(generator);
    }
  }
}

void link_generator(Thread& thread, Generator& generator, Value* caller, u64 flags) {
  Value* frame = generator.registers();
  set_frame_pointer(frame, kCaller, caller);
  frame[kFlags].bits = kGeneratorFrame | flags;
  generator.stack_base = caller ? frame_end(caller) : thread.stack_begin;
  // What the generator was handling becomes current; the resumer's waits.
  generator.outer_handled = thread.handled;
  thread.handled = generator.handled.peek();
  generator.handled.initialize(Empty);
  thread.frame_registers = frame;
}

namespace {

void unlink_generator(Thread& thread, Generator& generator) {
  generator.handled.initialize(thread.handled);
  if (generator.is_shared()) publish(thread.handled);
  thread.handled = generator.outer_handled;
  generator.outer_handled = None;
}

}  // namespace

void set_sent_value(Generator& generator, Value sent) {
  Value* frame = generator.registers();
  Pc pc = frame_pc(frame);
  const Instruction previous{pc[-1].load(std::memory_order_relaxed)};
  if (previous.op() != Op::Yield || (previous.flags() & kUnasked)) return;  // not started: the value is None
  set_register(frame, previous.a(), counted_copy(sent));
}

void suspend_generator(Thread& thread, Generator& generator) {
  unlink_generator(thread, generator);
  if (UNLIKELY(generator.is_shared())) {
    Value* frame = generator.registers();
    publish(frame[kFrameObject]);
    for (u32 i = 0; i < generator.register_count; ++i) publish(frame[i]);
  }
  generator.state.store(static_cast<u8>(GeneratorState::Suspended), std::memory_order_release);
}

void finish_generator(Thread& thread, Value* fp) {
  Generator& generator = frame_generator(fp);
  unlink_generator(thread, generator);
  const Value leftover = generator.handled.peek();
  generator.handled.initialize(Empty);
  clear_frame(thread, fp);
  generator.state.store(static_cast<u8>(GeneratorState::Finished), std::memory_order_release);
  generator.set(ObjectFlag::Finalized);  // there is nothing left to close
  decref(leftover);
}

void fail_generator(Thread& thread, Value* fp) {
  Generator& generator = frame_generator(fp);
  Ref<> keep = Ref<>::share(generator.value());
  const Code& code = frame_code(fp);
  const bool stop = pending_is(thread, *types.StopIteration);
  const bool async_stop = code.has(CodeFlag::AsyncGenerator) && pending_is(thread, *types.StopAsyncIteration);
  if (stop || async_stop) {
    Ref<> cause = take_pending(thread);
    (void)raise(thread, types.RuntimeError, "{} raised {}", generator_kind(generator), stop ? "StopIteration" : "StopAsyncIteration");
    Exception& error = as<Exception>(thread.pending);
    error.set_cause(thread, cause);
    error.set_context(thread, cause);
  }
  finish_generator(thread, fp);
}

Value frame_delegate(Value* frame) {
  const Instruction last{frame_pc(frame)[-1].load(std::memory_order_relaxed)};
  if (last.op() != Op::Yield || !(last.flags() & kFlag8)) return Empty;
  return frame[last.a() - 1];
}

namespace {

Resumption finished(Thread& thread, Value value) {
  if (value.is_error()) return {Outcome::Raised, Ref<>()};
  return {last_outcome, Ref<>::adopt(value)};
}

// Enters the frame as an entry of the interpreter.
bool begin(Thread& thread, Generator& generator) {
  if (UNLIKELY(static_cast<char*>(__builtin_frame_address(0)) < thread.native_stack_limit ||
               thread.recursion_depth >= thread.recursion_limit)) {
    (void)raise(thread, types.RecursionError, "maximum recursion depth exceeded");
    return false;
  }
  if (!claim_generator(thread, generator)) return false;
  ++thread.recursion_depth;
  link_generator(thread, generator, thread.frame_registers, kEntry);
  return true;
}

}  // namespace

Resumption resume_generator(Thread& thread, Generator& generator, Value sent) {
  Value* caller = thread.frame_registers;
  const bool is_ready = sent.is_none() || generator.load_state() == GeneratorState::Suspended;
  if (LIKELY(is_ready && caller && static_cast<char*>(__builtin_frame_address(0)) >= thread.native_stack_limit)) {
    Ref<> keep = Ref<>::share(generator.value());
    if (Value* frame = start_quickly(thread, generator, caller, frame_pc(caller), kEntry)) {
      incref(sent);
      if (UNLIKELY(!put_sent_value(frame, sent))) decref(sent);
      return finished(thread, execute(thread, frame_pc(frame), frame));
    }
  }
  const GeneratorState state = generator.load_state();
  if (state == GeneratorState::Finished) return {Outcome::Returned, Ref<>::adopt(None)};
  if (state == GeneratorState::Created && !sent.is_none()) {
    (void)raise(thread, types.TypeError, "can't send non-None value to a just-started {}", generator_kind(generator));
    return {Outcome::Raised, Ref<>()};
  }
  Ref<> keep = Ref<>::share(generator.value());
  Ref<> keep_sent = Ref<>::share(sent);
  if (!begin(thread, generator)) return {Outcome::Raised, Ref<>()};
  set_sent_value(generator, sent);
  Value* frame = generator.registers();
  return finished(thread, execute(thread, frame_pc(frame), frame));
}

namespace {

Result<Ref<>> make_thrown(Thread& thread, Value type, Value value) {
  if (is<Exception>(value) && type_of(value).is_subtype_of(as<Type>(type))) return Ref<>::share(value);
  const bool bare = value == Unbound || value.is_none();
  Ref<> made = bare               ? TRY(call(thread, type))
               : is<Tuple>(value) ? TRY(call_with(thread, type, as<Tuple>(value), nullptr))
                                  : TRY(call(thread, type, {value}));
  if (is<Exception>(made)) return made;
  return raise(thread, types.TypeError, "calling {!r} should have returned an instance of BaseException, not {!r}", type,
               type_of(made).value());
}

}  // namespace

Result<Ref<>> thrown_exception(Thread& thread, Value type, Value value, Value traceback) {
  const bool has_value = value != Unbound && !value.is_none();
  if (!traceback.is_none() && traceback != Unbound && !is<Traceback>(traceback)) {
    return raise(thread, types.TypeError, "throw() third argument must be a traceback object");
  }
  if (is<Exception>(type) && has_value) {
    return raise(thread, types.TypeError, "instance exception may not have a separate value");
  }
  const bool is_class = is<Type>(type) && as<Type>(type).is_subtype_of(*types.BaseException);
  if (!is_class && !is<Exception>(type)) {
    return raise(thread, types.TypeError, "exceptions must be classes or instances deriving from BaseException, not {}", type_of(type));
  }
  Ref<> exception = Ref<>::share(type);
  if (is_class) {
    Result<Ref<>> made = make_thrown(thread, type, value);
    exception = made.failed() ? take_pending(thread) : made.take();
  }
  if (is<Traceback>(traceback)) as<Exception>(exception).traceback.store(as<Exception>(exception), traceback);
  return exception;
}

Resumption throw_into_generator(Thread& thread, Generator& generator) {
  const GeneratorState state = generator.load_state();
  Value* frame = generator.registers();
  Ref<> keep = Ref<>::share(generator.value());
  if (state == GeneratorState::Finished) return {Outcome::Raised, Ref<>()};
  Ref<> exception = take_pending(thread);
  if (!begin(thread, generator)) return {Outcome::Raised, Ref<>()};
  // What the generator was handling itself is the context.
  if (thread.handled.is_object()) chain_context(thread, exception);
  thread.pending = exception.release();
  // At the Yield itself, or at the first instruction when it never ran.
  Pc pc = frame_pc(frame) - 1;
  return finished(thread, execute_raising(thread, pc, frame));
}

namespace {

// throw() into what the generator delegates to. True when that decided what happens: *result says how.
bool throw_into_delegate(Thread& thread, Generator& generator, Resumption* result) {
  Ref<> keep = Ref<>::share(generator.value());
  if (generator.load_state() != GeneratorState::Suspended) return false;
  const bool exit = pending_is(thread, *types.GeneratorExit);
  Ref<> exception = take_pending(thread);
  if (!claim_generator(thread, generator)) {
    *result = {Outcome::Raised, Ref<>()};
    return true;
  }
  Value* frame = generator.registers();
  const Instruction last{frame_pc(frame)[-1].load(std::memory_order_relaxed)};
  Ref<> delegate = Ref<>::share(frame_delegate(frame));
  if (delegate.is_empty()) {
    generator.state.store(static_cast<u8>(GeneratorState::Suspended), std::memory_order_release);
    thread.pending = exception.release();
    return false;
  }
  Value value = Empty;
  if (exit) {
    Ref<> close = Ref<>::adopt(get_attribute_or_empty(thread, delegate, names::close()).release());
    if (!close.is_empty() && !close.value().is_error()) {
      const Value closed = call(thread, close, {}).release();
      if (closed.is_error()) close = Ref<>::adopt(Error);
      if (!closed.is_error()) decref(closed);
    }
    generator.state.store(static_cast<u8>(GeneratorState::Suspended), std::memory_order_release);
    if (!close.value().is_error()) (void)raise_value(thread, exception);
    return false;
  }
  Ref<> method = Ref<>::adopt(get_attribute_or_empty(thread, delegate, names::throw__()).release());
  if (method.is_empty()) {
    generator.state.store(static_cast<u8>(GeneratorState::Suspended), std::memory_order_release);
    thread.pending = exception.release();
    return false;
  }
  value = method.value().is_error() ? Error : call(thread, method, {exception}).release();
  generator.state.store(static_cast<u8>(GeneratorState::Suspended), std::memory_order_release);
  if (!value.is_error()) {
    *result = {Outcome::Yielded, Ref<>::adopt(value)};
    return true;
  }
  if (!pending_is(thread, *types.StopIteration)) return false;
  // The delegate returned: go on after the Send, whose result this is.
  Ref<> stopped = take_stop_value(thread);
  Pc send = frame_pc(frame) - 2;
  const Instruction send_word{send->load(std::memory_order_relaxed)};
  DCHECK(send_word.op() == Op::Send);
  if (!begin(thread, generator)) {
    *result = {Outcome::Raised, Ref<>()};
    return true;
  }
  drop(frame[last.a()]);
  set_register(frame, last.a() - 1u, stopped.release());
  *result = finished(thread, execute(thread, send + 1 + send_word.d(), frame));
  return true;
}

}  // namespace

Resumption throw_with_delegation(Thread& thread, Generator& generator) {
  Resumption result{Outcome::Raised, Ref<>()};
  if (throw_into_delegate(thread, generator, &result)) return result;
  return throw_into_generator(thread, generator);
}

Result<void> close_generator(Thread& thread, Generator& generator) {
  const GeneratorState state = generator.load_state();
  if (state == GeneratorState::Finished) return {};
  if (state == GeneratorState::Created || (state == GeneratorState::Suspended && generator.closes_silently() && !is_tracing(thread))) {
    if (!claim_generator(thread, generator)) return failure;
    const Value handled = generator.handled.peek();
    generator.handled.initialize(Empty);
    clear_frame(thread, generator.registers());
    generator.state.store(static_cast<u8>(GeneratorState::Finished), std::memory_order_release);
    decref(handled);
    return {};
  }
  (void)raise_with(thread, types.GeneratorExit, {});
  Resumption result = throw_with_delegation(thread, generator);
  if (result.outcome == Outcome::Yielded) {
    return raise(thread, types.RuntimeError, "{} ignored GeneratorExit", generator_kind(generator));
  }
  if (result.outcome == Outcome::Returned) return {};
  if (pending_is(thread, *types.GeneratorExit) || pending_is(thread, *types.StopIteration)) {
    clear_pending(thread);
    return {};
  }
  return failure;
}

}  // namespace py
