// BufferedReader, BufferedWriter and BufferedRandom: one block between the program and a raw stream.
//
//   buffer:  [ 0 ... write_pos ... pos ... write_end / read_end ... buffer_size )
//
// `pos` is the program's position in the buffer, `raw_pos` the raw stream's; both relate to the same file offsets. read_end
// is -1 when the buffer holds nothing read, write_end is -1 when it holds nothing to write.
// Threads: everything is used under `lock`, which spans whole calls, those of the raw stream included; `raw` and the flags
// are changed under it, and read without.
#pragma once
#include "core/modules/io/io_objects.h"

namespace py::io {

class Buffered final : public Object {
 public:
  Field raw;  // Empty: not initialised, or detached
  CallLock lock;
  std::atomic<bool> ok, detached, readable, writable, finalizing, exact;  // exact: a builtin type over a FileIO
  u8* buffer;
  isize buffer_size;
  i64 raw_offset;  // the raw stream's file offset; -1: not known
  i64 pos, raw_pos, read_end, write_pos, write_end;

  bool has_read_buffer() const { return readable && read_end != -1; }
  bool has_write_buffer() const { return writable && write_end != -1; }
  i64 read_ahead() const { return has_read_buffer() ? read_end - pos : 0; }
  // How far the raw stream is beyond the program's position.
  i64 ahead() const { return (has_read_buffer() || has_write_buffer()) && raw_pos >= 0 ? raw_pos - pos : 0; }
  void reset_read() { read_end = -1; }
  void reset_write() {
    write_pos = 0;
    write_end = -1;
  }
  void adjust_position(i64 to) {
    pos = to;
    if (has_read_buffer() && read_end < pos) read_end = pos;
  }
};

// What a raw stream's read and write may answer besides a count.
inline constexpr isize kWouldBlock = -2;

Result<void> check_ready(Thread& thread, Buffered& self);
Result<Ref<>> ready_raw(Thread& thread, Buffered& self);
Result<bool> buffered_closed(Thread& thread, Buffered& self);
// ready, and not closed.
Result<void> check_open(Thread& thread, Buffered& self, const char* message);
Result<void> enter(Thread& thread, Buffered& self, CallGuard& guard);

// Under the lock.
Result<isize> raw_read(Thread& thread, Buffered& self, u8* data, isize size);
Result<isize> raw_write(Thread& thread, Buffered& self, const u8* data, isize size);
Result<i64> raw_tell(Thread& thread, Buffered& self);
Result<i64> raw_seek(Thread& thread, Buffered& self, i64 target, int whence);
Result<isize> fill_buffer(Thread& thread, Buffered& self);
Result<void> flush_writes(Thread& thread, Buffered& self);
Result<void> flush_and_rewind(Thread& thread, Buffered& self);

// For text: a chunk of read1() without a method call.
Result<Ref<>> buffered_read1(Thread& thread, Buffered& self, isize size);
Result<Ref<>> buffered_readline(Thread& thread, Buffered& self, isize limit);
Result<isize> buffered_write(Thread& thread, Buffered& self, Value source);

extern const std::span<const MethodSpec> kReaderMethods;
extern const std::span<const MethodSpec> kWriterMethods;

// BlockingIOError: the raw stream takes no more now.
Failure raise_would_block(Thread& thread, isize written);

}  // namespace py::io

namespace py::detail {
// All three types have this layout, and none is the base of another: a method's table says which types may call it.
template <>
struct TypeInfo<py::io::Buffered> {
  static Type& type() { return *py::io::io_types.buffered_io_base; }
  static constexpr u32 kFlag = 0;
};
}  // namespace py::detail
