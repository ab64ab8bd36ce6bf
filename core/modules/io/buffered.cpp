#include "core/modules/io/buffered.h"

#include "core/modules/io/file_io.h"
#include "core/object/bytearray.h"
#include "core/object/memoryview.h"

#include <cerrno>
#include <cstring>

namespace py::io {

namespace {

FileIO* plain_file(Value raw) {
  return raw.is_object() && &type_of_object(*raw.object()) == io_types.file_io ? static_cast<FileIO*>(raw.object()) : nullptr;
}

// A raw stream written in Python gets memory of its own: it may keep what it is given.
Result<isize> read_by_method(Thread& thread, Buffered& self, u8* data, isize size) {
  Ref<> array = TRY(call(thread, types.bytearray->value(), {TRY(make_int(thread, size))}));
  Ref<MemoryView> view = TRY(make_memoryview(thread, array));
  Ref<> raw = self.raw.load();
  Ref<> result;
  for (;;) {
    Result<Ref<>> outcome = call_method(thread, raw, *io_names.readinto, {view.value()});
    if (!outcome.failed()) {
      result = outcome.take();
      break;
    }
    if (!pending_is(thread, *types.InterruptedError)) return failure;
    clear_pending(thread);
    if (!poll(thread)) return failure;
  }
  if (result.value().is_none()) return kWouldBlock;
  Result<isize> count = to_isize(thread, result);
  if (count.failed()) {
    Ref<> cause = take_pending(thread);
    (void)raise(thread, types.OSError, "raw readinto() failed");
    as<Exception>(thread.pending).set_cause(thread, cause);
    return failure;
  }
  const isize got = count.take();
  if (got < 0 || got > size) {
    return raise(thread, types.OSError, "raw readinto() returned invalid length {} (should have been between 0 and {})", got, size);
  }
  Buffer content = TRY(get_buffer(thread, array));
  if (got > content.size) return raise(thread, types.OSError, "raw readinto() returned invalid length {}", got);
  std::memcpy(data, content.data, static_cast<usize>(got));
  return got;
}

Result<isize> write_by_method(Thread& thread, Buffered& self, const u8* data, isize size) {
  Ref<Bytes> bytes = TRY(Bytes::from(thread, {reinterpret_cast<const char*>(data), static_cast<usize>(size)}));
  Ref<MemoryView> view = TRY(make_memoryview(thread, bytes.value()));
  Ref<> raw = self.raw.load();
  Ref<> result;
  for (;;) {
    Result<Ref<>> outcome = call_method(thread, raw, names::write(), {view.value()});
    if (!outcome.failed()) {
      result = outcome.take();
      break;
    }
    if (!pending_is(thread, *types.InterruptedError)) return failure;
    clear_pending(thread);
    if (!poll(thread)) return failure;
  }
  (void)release_memoryview(*view);
  if (result.value().is_none()) return kWouldBlock;
  const isize written = TRY(to_isize(thread, result));
  if (written < 0 || written > size) {
    return raise(thread, types.OSError, "raw write() returned invalid length {} (should have been between 0 and {})", written, size);
  }
  return written;
}

Result<i64> checked_offset(Thread& thread, Buffered& self, Value result) {
  const i64 offset = TRY(to_i64(thread, result));
  if (offset < 0) return raise(thread, types.OSError, "Raw stream returned invalid position {}", offset);
  self.raw_offset = offset;
  return offset;
}

}  // namespace

Result<void> check_ready(Thread& thread, Buffered& self) {
  if (LIKELY(self.ok)) return {};
  return raise(thread, types.ValueError, self.detached ? "raw stream has been detached" : "I/O operation on uninitialized object");
}

Result<Ref<>> ready_raw(Thread& thread, Buffered& self) {
  TRY(check_ready(thread, self));
  Ref<> raw = self.raw.load();
  if (raw.is_empty()) return raise(thread, types.ValueError, "raw stream has been detached");
  return raw;
}

Result<bool> buffered_closed(Thread& thread, Buffered& self) {
  TRY(check_ready(thread, self));
  if (FileIO* file = plain_file(self.raw.peek())) return file->fd.load(std::memory_order_relaxed) < 0;
  return is_closed(thread, TRY(ready_raw(thread, self)));
}

Result<void> check_open(Thread& thread, Buffered& self, const char* message) {
  // A subclass may have a `closed` of its own.
  const bool closed = self.exact ? TRY(buffered_closed(thread, self)) : (TRY(check_ready(thread, self)), TRY(is_closed(thread, self.value())));
  if (closed) return raise(thread, types.ValueError, message);
  return {};
}

Result<void> enter(Thread& thread, Buffered& self, CallGuard& guard) {
  TRY(guard.enter(thread, self, self.lock));
  return check_ready(thread, self);
}

Result<isize> raw_read(Thread& thread, Buffered& self, u8* data, isize size) {
  FileIO* file = plain_file(self.raw.peek());
  isize count;
  if (file && file->readable) {
    count = TRY(file_read_into(thread, *file, data, size));
    if (count < 0) return kWouldBlock;
  } else {
    count = TRY(read_by_method(thread, self, data, size));
  }
  if (count > 0 && self.raw_offset != -1) self.raw_offset += count;
  return count;
}

Result<isize> raw_write(Thread& thread, Buffered& self, const u8* data, isize size) {
  FileIO* file = plain_file(self.raw.peek());
  isize count;
  if (file && file->writable) {
    count = TRY(file_write_from(thread, *file, data, size));
    if (count < 0) return kWouldBlock;
  } else {
    count = TRY(write_by_method(thread, self, data, size));
  }
  if (count > 0 && self.raw_offset != -1) self.raw_offset += count;
  return count;
}

Result<i64> raw_tell(Thread& thread, Buffered& self) {
  Ref<> raw = self.raw.load();
  return checked_offset(thread, self, TRY(call_method(thread, raw, *io_names.tell)));
}

Result<i64> raw_seek(Thread& thread, Buffered& self, i64 target, int whence) {
  Ref<> raw = self.raw.load();
  Ref<> offset = TRY(make_int(thread, target));
  return checked_offset(thread, self, TRY(call_method(thread, raw, names::seek(), {offset, Value::integer(whence)})));
}

Result<isize> fill_buffer(Thread& thread, Buffered& self) {
  const isize start = self.has_read_buffer() ? self.read_end : 0;
  const isize count = TRY(raw_read(thread, self, self.buffer + start, self.buffer_size - start));
  if (count <= 0) return count;
  self.read_end = start + count;
  self.raw_pos = start + count;
  return count;
}

Result<void> flush_writes(Thread& thread, Buffered& self) {
  if (self.has_write_buffer() && self.write_pos != self.write_end) {
    const i64 rewind = self.ahead() + (self.pos - self.write_pos);
    if (rewind != 0) {
      TRY(raw_seek(thread, self, -rewind, 1));
      self.raw_pos -= rewind;
    }
    while (self.write_pos < self.write_end) {
      const isize count = TRY(raw_write(thread, self, self.buffer + self.write_pos, self.write_end - self.write_pos));
      if (count == kWouldBlock) {
        return raise_would_block(thread, 0);
      }
      self.write_pos += count;
      self.raw_pos = self.write_pos;
      // A partial write may be a signal's doing: the handler runs before the rest is written.
      if (self.write_pos < self.write_end && !poll(thread)) return failure;
    }
  }
  // However this ends, nothing is left to write.
  self.reset_write();
  return {};
}

Result<void> flush_and_rewind(Thread& thread, Buffered& self) {
  TRY(flush_writes(thread, self));
  if (!self.readable) return {};
  // Rewinding lets the raw stream continue where the program is.
  Result<i64> sought = raw_seek(thread, self, -self.ahead(), 1);
  self.reset_read();
  if (sought.failed()) return failure;
  return {};
}

}  // namespace py::io
