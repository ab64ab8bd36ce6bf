// StillFrame: a frame object's registers while somebody looks at them. Those of a frame that another thread may be running
// are looked at with the world stopped.
//
// Invariant: while it lives the frame neither runs nor ends. What is taken out of foreign registers is published first.
// Threads: any. A safepoint; between its making and its end no Python code runs.
#pragma once
#include "core/vm/frame.h"
#include "memory/publish.h"
#include "threading/runtime/world.h"

#include <optional>

namespace py {

class [[nodiscard]] StillFrame {
 public:
  StillFrame(Thread& thread, const FrameObject& frame) {
    if (frame.is_shared() && !is_own(thread, frame.registers.load(std::memory_order_acquire))) stop_.emplace(thread);
    registers_ = frame.registers.load(std::memory_order_acquire);
  }
  // Null: the frame has ended.
  Value* registers() const { return registers_; }
  bool is_foreign() const { return stop_.has_value(); }

 private:
  static bool is_own(const Thread& thread, const Value* registers) {
    return !registers || (registers >= thread.stack_begin && registers < thread.stack_end);
  }

  std::optional<StopTheWorld> stop_;
  Value* registers_;
};

// The frame object of whoever called the frame; None: nobody did.
Result<Ref<>> caller_frame(Thread& thread, FrameObject& frame);
// The iterator that a suspended generator delegates to, or Empty.
Ref<> generator_delegate(Thread& thread, Generator& generator);
// The frame object of a generator that may be running in another thread; None: it has finished.
Result<Ref<>> generator_frame(Thread& thread, Generator& generator);

}  // namespace py
