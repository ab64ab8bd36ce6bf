#include "core/vm/still_frame.h"

#include "core/vm/generator.h"

namespace py {

Result<Ref<>> caller_frame(Thread& thread, FrameObject& frame) {
  StillFrame still(thread, frame);
  if (!still.registers()) return frame.back.load();
  Value* caller = frame_caller(still.registers());
  if (!caller) return Ref<>::adopt(None);
  Ref<FrameObject> found = TRY(frame_object(thread, caller));
  if (still.is_foreign()) publish(found->value());
  return Ref<>(std::move(found));
}

Result<Ref<>> generator_frame(Thread& thread, Generator& generator) {
  std::optional<StopTheWorld> stop;
  if (generator.is_shared()) stop.emplace(thread);
  if (generator.load_state() == GeneratorState::Finished) return Ref<>::adopt(None);
  Ref<FrameObject> found = TRY(frame_object(thread, generator.registers()));
  if (generator.is_shared()) publish(found->value());
  return Ref<>(std::move(found));
}

}  // namespace py
