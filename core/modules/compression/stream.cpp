#include "core/modules/compression/stream.h"

#include "core/builtins/bytes_like.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "threading/runtime/safepoint.h"

namespace py::compression {

namespace {

constexpr usize kFirstBlock = 8 * 1024, kLargestBlock = 64 * 1024 * 1024;

void release(Object& object) {
  Stream& self = static_cast<Stream&>(object);
  delete self.engine;
  delete self.rest;
  release_attributes(object);
}

// Until the input is used up, the output has `limit` bytes, or the end is there. A failed `out`: no memory.
Outcome run_detached(Engine& engine, std::string_view& input, Action action, usize limit, ByteBuilder& out, bool& full) {
  usize block = kFirstBlock;
  for (;;) {
    const usize room = limit - out.size() < block ? limit - out.size() : block;
    char* place = out.reserve(room);
    if (!place) return Outcome::More;
    Window window{reinterpret_cast<const u8*>(input.data()), input.size(), reinterpret_cast<u8*>(place), room};
    const Outcome outcome = engine.step(window, action);
    input.remove_prefix(input.size() - window.input_size);
    out.commit(room - window.output_size);
    full = window.output_size == 0;
    if (outcome != Outcome::More) return outcome;
    const bool starved = input.empty() && !full && action == Action::Run;
    if (starved || out.size() >= limit) return outcome;
    if (full && block < kLargestBlock) block *= 2;
  }
}

struct Step {
  Outcome outcome;
  bool full = false;
};
Result<Step> run(Thread& thread, Stream& self, std::string_view& input, Action action, usize limit, ByteBuilder& out) {
  Step step;
  {
    Detached detached(thread);
    step.outcome = run_detached(*self.engine, input, action, limit, out, step.full);
  }
  if (out.failed()) return raise_memory_error(thread);
  if (step.outcome != Outcome::Failed) return step;
  if (!self.engine->survives_errors()) {
    self.unusable = true;
    self.needs_input.store(false, std::memory_order_relaxed);
  }
  return self.engine->raise(thread);
}

Result<Ref<>> finish(Thread& thread, const ByteBuilder& out) {
  return make_bytes(thread, bytes_view(out.data(), static_cast<isize>(out.size())));
}

}  // namespace

const ObjectOps Stream::kOps = {"compression stream", visit_fields<Stream, &Stream::unused_data>, release, fixed_size};

Result<Ref<>> new_stream(Thread& thread, Type& type, std::unique_ptr<Engine> engine) {
  Ref<Stream> self = TRY(new_object<Stream>(thread, type));
  self->engine = engine.release();
  self->rest = new std::string;
  self->lock.reset();
  self->at_end.store(false, std::memory_order_relaxed);
  self->needs_input.store(true, std::memory_order_relaxed);
  self->unusable = false;
  Ref<Bytes> nothing = TRY(Bytes::from(thread, {}));
  set_fresh(*self, self->unused_data, nothing.value());
  return Ref<>(std::move(self));
}

Result<Ref<>> compress(Thread& thread, Value value, Buffer& data) {
  Stream& self = stream_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (self.at_end.load(std::memory_order_relaxed)) return raise(thread, types.ValueError, "Compressor has been flushed");
  ByteBuilder out;
  std::string_view input = data.view();
  if (!input.empty()) TRY(run(thread, self, input, Action::Run, SIZE_MAX, out));
  return finish(thread, out);
}

Result<Ref<>> flush(Thread& thread, Value value) {
  Stream& self = stream_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (self.at_end.exchange(true, std::memory_order_relaxed)) return raise(thread, types.ValueError, "Repeated call to flush()");
  ByteBuilder out;
  std::string_view nothing;
  TRY(run(thread, self, nothing, Action::Finish, SIZE_MAX, out));
  return finish(thread, out);
}

Result<Ref<>> decompress(Thread& thread, Value value, Buffer& data, isize max_length) {
  Stream& self = stream_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (self.at_end.load(std::memory_order_relaxed)) return raise(thread, types.EOFError, self.engine->at_end_message());
  if (self.unusable) return raise(thread, types.ValueError, "Decompressor is unusable after a previous error");
  const bool joined = !self.rest->empty();
  if (joined) self.rest->append(data.view());
  std::string_view input = joined ? std::string_view(*self.rest) : data.view();
  ByteBuilder out;
  Step step = TRY(run(thread, self, input, Action::Run, max_length < 0 ? SIZE_MAX : static_cast<usize>(max_length), out));
  if (step.outcome == Outcome::End) {
    self.at_end.store(true, std::memory_order_relaxed);
    if (!input.empty()) self.unused_data.store(self, TRY(Bytes::from(thread, input)));
    input = {};
  }
  const bool pending = step.full && self.engine->may_hold_output();
  self.needs_input.store(step.outcome == Outcome::More && input.empty() && !pending, std::memory_order_relaxed);
  *self.rest = std::string(input);
  return finish(thread, out);
}

Result<Ref<>> get_eof(Thread&, Value self) {
  return Ref<>::adopt(Value::boolean(stream_of(self).at_end.load(std::memory_order_relaxed)));
}
Result<Ref<>> get_needs_input(Thread&, Value self) {
  return Ref<>::adopt(Value::boolean(stream_of(self).needs_input.load(std::memory_order_relaxed)));
}
Result<Ref<>> get_unused_data(Thread&, Value self) { return stream_of(self).unused_data.load(); }

}  // namespace py::compression
