// Reading through the buffer.
#include "core/base/text/byte_builder.h"
#include "core/modules/writable_buffer.h"
#include "core/modules/io/buffered.h"

#include <cstring>

namespace py::io {

namespace {

Buffered& buffered_of(Value self) { return *static_cast<Buffered*>(self.object()); }

Result<Ref<>> take_bytes(Thread& thread, Buffered& self, isize count) {
  Ref<Bytes> bytes = TRY(Bytes::from(thread, {reinterpret_cast<const char*>(self.buffer + self.pos), static_cast<usize>(count)}));
  self.pos += count;
  return Ref<>(std::move(bytes));
}

// Everything read past the buffer's bounds: what was to be written goes first.
Result<void> leave_buffer(Thread& thread, Buffered& self) {
  if (self.writable) TRY(flush_and_rewind(thread, self));
  self.reset_read();
  return {};
}

Result<Ref<>> read_all(Thread& thread, Buffered& self) {
  ByteBuilder all;
  const isize have = self.read_ahead();
  if (have && !all.append(self.buffer + self.pos, static_cast<usize>(have))) return raise_memory_error(thread);
  self.pos += have;
  TRY(leave_buffer(thread, self));
  Ref<> raw = self.raw.load();
  Ref<> readall = TRY(get_attribute_or_empty(thread, raw, *io_names.readall));
  if (!readall.is_empty()) {
    Ref<> rest = TRY(call(thread, readall));
    if (!rest.value().is_none() && !is<Bytes>(rest)) return raise(thread, types.TypeError, "readall() should return bytes");
    if (have == 0) return rest;
    if (!rest.value().is_none() && !all.append(as<Bytes>(rest).data(), static_cast<usize>(as<Bytes>(rest).length))) return raise_memory_error(thread);
    return Ref<>(TRY(Bytes::from(thread, {all.data(), all.size()})));
  }
  for (;;) {
    Ref<> part = TRY(call_method(thread, raw, names::read()));
    if (!part.value().is_none() && !is<Bytes>(part)) return raise(thread, types.TypeError, "read() should return bytes");
    if (part.value().is_none() && all.size() == 0) return part;
    if (part.value().is_none() || as<Bytes>(part).length == 0) break;
    if (!all.append(as<Bytes>(part).data(), static_cast<usize>(as<Bytes>(part).length))) return raise_memory_error(thread);
    if (self.raw_offset != -1) self.raw_offset += as<Bytes>(part).length;
  }
  return Ref<>(TRY(Bytes::from(thread, {all.data(), all.size()})));
}

// Reads exactly `count` bytes unless the stream ends or would block. Yields how many, or kWouldBlock when there were none.
Result<isize> read_exactly(Thread& thread, Buffered& self, u8* out, isize count) {
  isize written = self.read_ahead();
  std::memcpy(out, self.buffer + self.pos, static_cast<usize>(written));
  self.pos += written;
  TRY(leave_buffer(thread, self));
  // Whole blocks go straight to the result.
  while (count - written >= self.buffer_size) {
    const isize wanted = (count - written) / self.buffer_size * self.buffer_size;
    const isize got = TRY(raw_read(thread, self, out + written, wanted));
    if (got <= 0) return got == 0 || written > 0 ? written : kWouldBlock;
    written += got;
  }
  self.pos = self.raw_pos = self.read_end = 0;
  while (written < count && self.read_end < self.buffer_size) {
    const isize got = TRY(fill_buffer(thread, self));
    if (got <= 0) return got == 0 || written > 0 ? written : kWouldBlock;
    const isize used = got < count - written ? got : count - written;
    std::memcpy(out + written, self.buffer + self.pos, static_cast<usize>(used));
    written += used;
    self.pos += used;
  }
  return written;
}

Result<Ref<>> reader_read(Thread& thread, Value value, Value size) {
  Buffered& self = buffered_of(value);
  const isize count = TRY(to_size(thread, size));
  if (count < -1) return raise(thread, types.ValueError, "read length must be non-negative or -1");
  TRY(check_open(thread, self, "read of closed file"));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  if (count == -1) return read_all(thread, self);
  if (count <= self.read_ahead()) return take_bytes(thread, self, count);
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, count));
  const isize got = TRY(read_exactly(thread, self, bytes->data(), count));
  if (got == kWouldBlock) return Ref<>::adopt(None);
  if (got == count) return Ref<>(std::move(bytes));
  return Ref<>(TRY(Bytes::from(thread, bytes->view().substr(0, static_cast<usize>(got)))));
}

Result<Ref<>> reader_peek(Thread& thread, Value value, Value size) {
  Buffered& self = buffered_of(value);
  (void)TRY(to_isize(thread, size));
  TRY(check_open(thread, self, "peek of closed file"));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  if (self.writable) TRY(flush_and_rewind(thread, self));
  isize have = self.read_ahead();
  if (have <= 0) {
    self.reset_read();
    have = TRY(fill_buffer(thread, self));
    if (have < 0) have = 0;
    self.pos = 0;
  }
  return Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<const char*>(self.buffer + self.pos), static_cast<usize>(have)})));
}

Result<Ref<>> reader_read1(Thread& thread, Value value, Value size) {
  const isize count = TRY(to_isize(thread, size));
  return buffered_read1(thread, buffered_of(value), count);
}

Result<Ref<>> read_into(Thread& thread, Buffered& self, Value target, bool at_most_once) {
  TRY(check_open(thread, self, "readinto of closed file"));
  Buffer buffer = TRY(get_writable_buffer(thread, target, "readinto() argument"));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  isize written = self.read_ahead() < buffer.size ? self.read_ahead() : buffer.size;
  if (written) std::memcpy(buffer.data, self.buffer + self.pos, static_cast<usize>(written));
  self.pos += written;
  if (written == buffer.size) return make_int(thread, written);
  TRY(leave_buffer(thread, self));
  self.pos = 0;
  while (written < buffer.size) {
    const isize left = buffer.size - written;
    isize got = 0;
    if (left > self.buffer_size) {
      got = TRY(raw_read(thread, self, buffer.data + written, left));
    } else if (!(at_most_once && written)) {
      got = TRY(fill_buffer(thread, self));
      if (got > 0) {
        got = got < left ? got : left;
        std::memcpy(buffer.data + written, self.buffer + self.pos, static_cast<usize>(got));
        self.pos += got;
        written += got;
        continue;
      }
    }
    if (got == kWouldBlock && written == 0) return Ref<>::adopt(None);
    if (got <= 0) break;
    written += got;
    if (at_most_once) break;
  }
  return make_int(thread, written);
}
Result<Ref<>> reader_readinto(Thread& thread, Value self, Value target) { return read_into(thread, buffered_of(self), target, false); }
Result<Ref<>> reader_readinto1(Thread& thread, Value self, Value target) { return read_into(thread, buffered_of(self), target, true); }

Result<Ref<>> reader_readline(Thread& thread, Value value, Value size) {
  const isize limit = TRY(to_size(thread, size));
  return buffered_readline(thread, buffered_of(value), limit);
}

constexpr MethodSpec kMethods[] = {
    def<reader_read>("read(size=-1, /)", "Read and return up to size bytes."),
    def<reader_peek>("peek(size=0, /)", "Return buffered bytes without advancing the position."),
    def<reader_read1>("read1(size=-1, /)", "Read up to size bytes with at most one read() call to the raw stream."),
    def<reader_readinto>("readinto(buffer, /)", nullptr),
    def<reader_readinto1>("readinto1(buffer, /)", nullptr),
    def<reader_readline>("readline(size=-1, /)", "Read and return a line."),
};

}  // namespace

const std::span<const MethodSpec> kReaderMethods = kMethods;

Result<Ref<>> buffered_read1(Thread& thread, Buffered& self, isize size) {
  TRY(check_open(thread, self, "read of closed file"));
  if (size < 0) size = self.buffer_size;
  if (size == 0) return Ref<>(TRY(Bytes::from(thread, "")));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  const isize have = self.read_ahead();
  if (have > 0) return take_bytes(thread, self, size < have ? size : have);
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, size));
  self.reset_read();
  isize got = TRY(raw_read(thread, self, bytes->data(), size));
  if (got < 0) got = 0;
  if (got == size) return Ref<>(std::move(bytes));
  return Ref<>(TRY(Bytes::from(thread, bytes->view().substr(0, static_cast<usize>(got)))));
}

Result<Ref<>> buffered_readline(Thread& thread, Buffered& self, isize limit) {
  TRY(check_open(thread, self, "readline of closed file"));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  isize have = self.read_ahead();
  if (limit >= 0 && have > limit) have = limit;
  const void* newline = have ? std::memchr(self.buffer + self.pos, '\n', static_cast<usize>(have)) : nullptr;
  if (newline) return take_bytes(thread, self, static_cast<const u8*>(newline) - (self.buffer + self.pos) + 1);
  if (have == limit) return take_bytes(thread, self, have);
  ByteBuilder line;
  if (have) line.append(self.buffer + self.pos, static_cast<usize>(have));
  self.pos += have;
  if (limit >= 0) limit -= have;
  if (self.writable) TRY(flush_and_rewind(thread, self));
  for (;;) {
    self.reset_read();
    isize got = TRY(fill_buffer(thread, self));
    if (got <= 0) break;
    if (limit >= 0 && got > limit) got = limit;
    newline = std::memchr(self.buffer, '\n', static_cast<usize>(got));
    if (newline) got = static_cast<const u8*>(newline) - self.buffer + 1;
    if (!line.append(self.buffer, static_cast<usize>(got))) return raise_memory_error(thread);
    self.pos = got;
    if (limit >= 0) limit -= got;
    if (newline || limit == 0) break;
  }
  return Ref<>(TRY(Bytes::from(thread, {line.data(), line.size()})));
}

}  // namespace py::io
