#include "core/object/buffer.h"

namespace py {

void Buffer::close_open() {
  if (auto release = type_of(owner.value()).slots.release_buffer) release(owner.value(), *this);
  owner = Ref<>();
}

namespace {

Result<void> open(Thread& thread, Value value, bool writable, Buffer& buffer) {
  auto slot = type_of(value).slots.get_buffer;
  if (!slot) return raise(thread, types.TypeError, "a bytes-like object is required, not '{}'", type_of(value));
  TRY(slot(thread, value, buffer, writable));
  if (buffer.owner.is_empty()) buffer.owner = Ref<>::share(value);
  return {};
}

}  // namespace

Result<Buffer> get_strided_buffer(Thread& thread, Value value, bool writable) {
  Buffer buffer;
  TRY(open(thread, value, writable, buffer));
  return buffer;
}

Result<Buffer> get_buffer(Thread& thread, Value value, bool writable) {
  Buffer buffer;
  TRY(open(thread, value, writable, buffer));
  if (buffer.strides) return raise(thread, types.BufferError, "memoryview: underlying buffer is not C-contiguous");
  return buffer;
}

}  // namespace py
