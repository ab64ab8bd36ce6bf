#include "core/vm/still_frame.h"

#include "core/vm/generator.h"

namespace py {

namespace {

// The frame object of registers that another thread may run, which stands still. One that is there already is that thread's
// own: it is published before anybody here counts it.
Result<Ref<>> shared_frame_object(Thread& thread, Value* registers) {
  publish(registers[kFrameObject]);
  Ref<FrameObject> found = TRY(frame_object(thread, registers));
  publish(found->value());
  return Ref<>(std::move(found));
}

}  // namespace

Result<Ref<>> caller_frame(Thread& thread, FrameObject& frame) {
  StillFrame still(thread, frame);
  if (!still.registers()) return frame.back.load();
  Value* caller = frame_caller(still.registers());
  if (!caller) return Ref<>::adopt(None);
  if (still.is_foreign()) return shared_frame_object(thread, caller);
  return Ref<>(TRY(frame_object(thread, caller)));
}

Result<Ref<>> generator_frame(Thread& thread, Generator& generator) {
  std::optional<StopTheWorld> stop;
  if (generator.is_shared()) stop.emplace(thread);
  if (generator.load_state() == GeneratorState::Finished) return Ref<>::adopt(None);
  if (generator.is_shared()) return shared_frame_object(thread, generator.registers());
  return Ref<>(TRY(frame_object(thread, generator.registers())));
}

}  // namespace py
