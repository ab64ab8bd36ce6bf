#include "core/object/buffer.h"

namespace py {

Result<Buffer> get_strided_buffer(Thread& thread, Value value, bool writable) {
  auto slot = type_of(value).slots.get_buffer;
  if (!slot) return raise(thread, types.TypeError, "a bytes-like object is required, not '{}'", type_of(value));
  Buffer buffer;
  TRY(slot(thread, value, buffer, writable));
  if (buffer.owner.is_empty()) buffer.owner = Ref<>::share(value);
  return buffer;
}

Result<Buffer> get_buffer(Thread& thread, Value value, bool writable) {
  Buffer buffer = TRY(get_strided_buffer(thread, value, writable));
  if (buffer.strides) return raise(thread, types.BufferError, "memoryview: underlying buffer is not C-contiguous");
  return buffer;
}

}  // namespace py
