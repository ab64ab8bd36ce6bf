// Writing through the buffer.
#include "core/modules/io/buffered.h"

#include <cerrno>
#include <cstring>

namespace py::io {

Failure raise_would_block(Thread& thread, isize written) {
  Result<Ref<Str>> text = Str::from_ascii(thread, "write could not complete without blocking");
  if (text.failed()) return failure;
  // Through the constructor: it takes the third argument for characters_written.
  Result<Ref<>> made = call(thread, types.BlockingIOError->value(), {Value::integer(EAGAIN), text.take().value(), Value::integer(written)});
  if (made.failed()) return failure;
  return raise_value(thread, made.take());
}

namespace {

// Flushing was refused: takes as much as still fits.
Result<isize> buffer_what_fits(Thread& thread, Buffered& self, const u8* data, isize size) {
  if (self.readable) self.reset_read();
  const i64 pending = self.write_end - self.write_pos;
  std::memmove(self.buffer, self.buffer + self.write_pos, static_cast<usize>(pending));
  self.raw_pos -= self.write_pos;
  self.pos -= self.write_pos;
  self.write_end = pending;
  self.write_pos = 0;
  const isize room = self.buffer_size - self.write_end;
  const isize taken = size <= room ? size : room;
  std::memcpy(self.buffer + self.write_end, data, static_cast<usize>(taken));
  self.write_end += taken;
  self.pos += taken;
  clear_pending(thread);
  if (taken == size) return taken;
  return raise_would_block(thread, taken);
}

// The buffer is empty: all but the last block goes to the raw stream directly.
Result<isize> write_past_buffer(Thread& thread, Buffered& self, const u8* data, isize size) {
  isize written = 0;
  while (size - written > self.buffer_size) {
    const isize count = TRY(raw_write(thread, self, data + written, size - written));
    if (count == kWouldBlock) {
      std::memcpy(self.buffer, data + written, static_cast<usize>(self.buffer_size));
      self.raw_pos = 0;
      self.write_pos = 0;
      self.adjust_position(self.buffer_size);
      self.write_end = self.buffer_size;
      return raise_would_block(thread, written + self.buffer_size);
    }
    written += count;
    if (!poll(thread)) return failure;
  }
  if (self.readable) self.reset_read();
  const isize left = size - written;
  std::memcpy(self.buffer, data + written, static_cast<usize>(left));
  self.write_pos = 0;
  self.write_end = left;
  self.adjust_position(left);
  self.raw_pos = 0;
  return size;
}

Result<isize> writer_write(Thread& thread, Value self, Value source) { return buffered_write(thread, *static_cast<Buffered*>(self.object()), source); }

constexpr MethodSpec kMethods[] = {def<writer_write>("write(buffer, /)", "Write the given bytes-like object.")};

}  // namespace

const std::span<const MethodSpec> kWriterMethods = kMethods;

Result<isize> buffered_write(Thread& thread, Buffered& self, Value source) {
  TRY(check_ready(thread, self));
  Buffer data = TRY(get_buffer(thread, source));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  // Tested under the lock: a closed file's buffer is gone.
  if (TRY(buffered_closed(thread, self))) return raise(thread, types.ValueError, "write to closed file");
  if (!self.has_read_buffer() && !self.has_write_buffer()) self.pos = self.raw_pos = 0;
  if (data.size <= self.buffer_size - self.pos && data.size < self.buffer_size) {
    std::memcpy(self.buffer + self.pos, data.data, static_cast<usize>(data.size));
    if (!self.has_write_buffer() || self.write_pos > self.pos) self.write_pos = self.pos;
    self.adjust_position(self.pos + data.size);
    if (self.write_end < self.pos) self.write_end = self.pos;
    return data.size;
  }
  if (flush_writes(thread, self).failed()) {
    if (!is_blocking_error(thread) || !self.has_write_buffer()) return failure;
    return buffer_what_fits(thread, self, data.data, data.size);
  }
  if (const i64 ahead = self.ahead()) {
    TRY(raw_seek(thread, self, -ahead, 1));
    self.raw_pos -= ahead;
  }
  return write_past_buffer(thread, self, data.data, data.size);
}

}  // namespace py::io
