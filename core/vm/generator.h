// Generator: generators, coroutines and asynchronous generators. The frame stands at the end of the object, so resuming
// moves no registers.
//
// A generator in which closing would run no code, as most have no try statement, counts as finalized from the beginning: it dies
// like any object. Not so if it has a frame object, which then gets its locals.
//
// Invariant: whoever runs the generator moved `state` from Suspended (or Created) to Running; everyone else gets "already
// executing". A shared generator publishes what its frame holds each time it suspends.
#pragma once
#include "core/vm/frame.h"

namespace py {

enum class GeneratorState : u8 { Created, Suspended, Running, Finished };

class Generator final : public Object {
 public:
  Field code, function, name, qualified_name, weak_origin;  // weak_origin: cr_origin
  Field handled;           // the exception being handled inside, while suspended; Empty: none
  Value outer_handled;     // while running: what the thread handled outside, owned
  Value* stack_base;       // while running: where frames that it calls may start
  std::atomic<u8> state;
  std::atomic<bool> hooks_called;  // asynchronous generators: sys.set_asyncgen_hooks
  std::atomic<bool> closed;
  std::atomic<bool> running_async;
  u32 register_count;
  Field frame[];           // kFrameHeader words, then registers
  Value* registers() { return reinterpret_cast<Value*>(frame) + kFrameHeader; }
  bool closes_silently() const { return has(ObjectFlag::User1); }
  void must_be_closed();
  GeneratorState load_state() const { return static_cast<GeneratorState>(state.load(std::memory_order_acquire)); }
  static const ObjectOps kOps;
};

// Steps of switching, shared by the opcodes and resume_generator. Whoever resumes a generator holds a reference to it until it
// is suspended again.
Value make_generator(Thread& thread, Value* fp, Pc pc, bool closes_silently);  // owned or Error
[[nodiscard]] bool claim_generator(Thread& thread, Generator& generator);
void link_generator(Thread& thread, Generator& generator, Value* caller, u64 flags);
void set_sent_value(Generator& generator, Value sent);              // into the register of the last Yield
void suspend_generator(Thread& thread, Generator& generator);
void finish_generator(Thread& thread, Value* fp);                   // clears the frame

// What is handled outside the innermost running generator that handles something, borrowed, or None.
Value handled_outside_generators(Thread& thread);

// How a resumed generator came back.
enum class Outcome : u8 { Yielded, Returned, Raised };
struct Resumption {
  Outcome outcome;
  Ref<> value;
};
void note_outcome(Thread& thread, Outcome outcome);
Resumption resume_generator(Thread& thread, Generator& generator, Value sent);
// The exception that throw(type, value, traceback) stands for, value and traceback possibly None or Unbound. Where making it
// fails, that failure is what is thrown; a TypeError of throw() itself fails.
Result<Ref<>> thrown_exception(Thread& thread, Value type, Value value, Value traceback);
// Raises the pending exception at the place where the generator is suspended.
Resumption throw_into_generator(Thread& thread, Generator& generator);
// The same, but a delegate of `yield from` or `await` gets it first: what generator.throw() does.
Resumption throw_with_delegation(Thread& thread, Generator& generator);
Result<void> close_generator(Thread& thread, Generator& generator);
// RuntimeWarning: a coroutine dies that nobody awaited.
void warn_never_awaited(Thread& thread, Generator& coroutine);
const char* generator_kind(const Generator& generator);  // "generator", "coroutine", "async_generator"

}  // namespace py
