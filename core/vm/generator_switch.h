// Switching to a generator that waits, in line: the common case of generator.h's steps. For ops_generator.cpp and
// generator.cpp only.
#pragma once
#include "core/vm/dispatch.h"
#include "core/vm/generator.h"

namespace py {

// Marks an unshared generator that waits as running and links its frame under the current one; null: anything else, and then
// nothing was done.
INLINE Value* start_quickly(Thread& thread, Generator& generator, Value* fp, Pc pc, u64 flags = 0) {
  if (UNLIKELY(generator.is_shared() || generator.load_state() > GeneratorState::Suspended)) return nullptr;
  if (UNLIKELY(thread.recursion_depth >= thread.recursion_limit)) return nullptr;
  generator.state.store(static_cast<u8>(GeneratorState::Running), std::memory_order_relaxed);
  ++thread.recursion_depth;
  Value* frame = generator.registers();
  set_frame_pointer(frame, kCaller, fp);
  set_frame_pointer(frame, kReturn, pc + 1);
  frame[kFlags].bits = kGeneratorFrame | flags;
  generator.stack_base = (frame_flags(fp) & kGeneratorFrame) ? frame_generator(fp).stack_base : fp + frame_code(fp).register_count;
  generator.outer_handled = thread.handled;
  thread.handled = generator.handled.peek();
  generator.handled.initialize(Empty);
  thread.frame_registers = frame;
  return frame;
}

// Hands a value that is not counted, or whose reference comes along, to the Yield that the frame waits at, if any. False: the
// value is to be dropped.
INLINE bool put_sent_value(Value* frame, Value owned) {
  const Pc last = frame_pc(frame) - 1;
  if (UNLIKELY(op_at(last) != Op::Yield || (owned.is_counted() && (instruction_at(last).flags & kUnasked)))) return !owned.is_counted();
  frame[instruction_at(last).a] = owned;
  return true;
}

}  // namespace py
