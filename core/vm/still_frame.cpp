#include "core/vm/still_frame.h"

#include "core/vm/generator.h"

namespace py {

namespace {

// What frame_object takes out of the registers of another thread. The function has the code, the globals and the builtins.
void publish_frame(Value* fp) {
  for (Value word : {fp[kFunction], frame_extra(fp, kFrameObject), frame_own_locals(fp)}) {
    if (word.is_object()) publish(word);
  }
}

}  // namespace

Result<Ref<>> caller_frame(Thread& thread, FrameObject& frame) {
  StillFrame still(thread, frame);
  if (!still.registers()) return frame.back.load();
  // A generator that is not running has no caller, whoever its last one was.
  const bool in_generator = frame_flags(still.registers()) & kGeneratorFrame;
  const bool waits = in_generator && frame_generator(still.registers()).load_state() != GeneratorState::Running;
  Value* caller = waits ? nullptr : frame_caller(still.registers());
  if (!caller) return Ref<>::adopt(None);
  if (still.is_foreign()) publish_frame(caller);
  Ref<FrameObject> found = TRY(frame_object(thread, caller));
  if (still.is_foreign()) publish(found->value());
  return Ref<>(std::move(found));
}

Ref<> generator_delegate(Thread& thread, Generator& generator) {
  if (generator.load_state() != GeneratorState::Suspended) return {};
  std::optional<StopTheWorld> stop;
  if (generator.is_shared()) stop.emplace(thread);
  if (generator.load_state() != GeneratorState::Suspended) return {};
  return Ref<>::share(frame_delegate(generator.registers()));
}

Result<Ref<>> generator_frame(Thread& thread, Generator& generator) {
  std::optional<StopTheWorld> stop;
  if (generator.is_shared()) stop.emplace(thread);
  if (generator.load_state() == GeneratorState::Finished) return Ref<>::adopt(None);
  if (generator.is_shared()) publish_frame(generator.registers());
  Ref<FrameObject> found = TRY(frame_object(thread, generator.registers()));
  if (generator.is_shared()) publish(found->value());
  return Ref<>(std::move(found));
}

}  // namespace py
