// A mapping as a file: reading, writing, seeking, searching.
#include <cstring>

#include "core/base/text/search.h"
#include "core/builtins/bytes_like.h"
#include "core/builtins/sequence_operations.h"
#include "core/modules/mmap/mapping.h"

namespace py::mappings {

namespace {

Result<Ref<>> take(Thread& thread, Mapping& self, isize count) {
  const isize left = self.position < self.size ? self.size - self.position : 0;
  if (count < 0 || count > left) count = left;
  Ref<Bytes> result = TRY(Bytes::from(
      thread, self.view().substr(static_cast<usize>(count ? self.position : 0), static_cast<usize>(count))));
  self.position += count;
  return Ref<>(std::move(result));
}

Result<Ref<>> mapping_read(Thread& thread, Value value, Value count_value) {
  const isize count = count_value.is_none() ? -1 : TRY(to_isize(thread, count_value));
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  return take(thread, self, count);
}
Result<Ref<>> mapping_read_byte(Thread& thread, Value value) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  if (self.position >= self.size) return raise(thread, types.ValueError, "read byte out of range");
  return Ref<>::adopt(Value::integer(self.data[self.position++]));
}
Result<Ref<>> mapping_readline(Thread& thread, Value value) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  if (self.position >= self.size) return take(thread, self, 0);
  const void* end = std::memchr(self.data + self.position, '\n', static_cast<usize>(self.size - self.position));
  return take(thread, self, end ? static_cast<const u8*>(end) - self.data - self.position + 1 : -1);
}

Result<isize> mapping_write(Thread& thread, Value value, Buffer& bytes) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter_to_write(thread, self, guard));
  if (self.position > self.size || self.size - self.position < bytes.size)
    return raise(thread, types.ValueError, "data out of range");
  std::memmove(self.data + self.position, bytes.data, static_cast<usize>(bytes.size));
  self.position += bytes.size;
  return bytes.size;
}
Result<void> mapping_write_byte(Thread& thread, Value value, Value byte) {
  const u8 written = TRY(to_byte(thread, byte));
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter_to_write(thread, self, guard));
  if (self.position >= self.size) return raise(thread, types.ValueError, "write byte out of range");
  self.data[self.position++] = written;
  return {};
}

Result<isize> mapping_tell(Thread& thread, Value value) {
  io::CallGuard guard;
  TRY(enter(thread, mapping_of(value), guard));
  return mapping_of(value).position;
}
Result<void> mapping_seek(Thread& thread, Value value, isize distance, int whence) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  if (whence < 0 || whence > 2) return raise(thread, types.ValueError, "unknown seek type");
  const isize base = whence == 0 ? 0 : whence == 1 ? self.position : self.size;
  isize position;
  if (__builtin_add_overflow(base, distance, &position) || position < 0 || position > self.size) {
    return raise(thread, types.ValueError, "seek out of range");
  }
  self.position = position;
  return {};
}

enum class From : u8 { Start, End };
template <From from>
Result<isize> mapping_find(Thread& thread, Value value, Buffer& sub, Value start_value, Value end_value) {
  Mapping& self = mapping_of(value);
  isize start = start_value == Unbound ? PTRDIFF_MIN : TRY(to_isize_clamped(thread, start_value));
  isize end = end_value == Unbound ? PTRDIFF_MAX : TRY(to_isize_clamped(thread, end_value));
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  if (start_value == Unbound) start = self.position;
  auto clip = [&](isize at) {
    return at < 0 ? (at + self.size < 0 ? 0 : at + self.size) : at > self.size ? self.size : at;
  };
  start = clip(start), end = clip(end);
  if (end < start || sub.size > end - start) return isize{-1};
  const TextView part = bytes_view(self.data + start, end - start);
  const TextView needle = bytes_view(sub.data, sub.size);
  const isize found = from == From::Start ? text::find(part, needle) : text::find_last(part, needle);
  return found < 0 ? isize{-1} : found + start;
}

Result<void> mapping_move(Thread& thread, Value value, isize to, isize at, isize count) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter_to_write(thread, self, guard));
  const bool inside = to >= 0 && at >= 0 && count >= 0 && to <= self.size && at <= self.size &&
                      self.size - to >= count && self.size - at >= count;
  if (!inside) return raise(thread, types.ValueError, "source, destination, or count out of range");
  std::memmove(self.data + to, self.data + at, static_cast<usize>(count));
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<mapping_read>("read(n=None, /)", "Read up to n bytes from the current position."),
    def<mapping_read_byte>("read_byte()", "The byte at the current position, as an int."),
    def<mapping_readline>("readline()", "The bytes up to the end of the line, which is included."),
    def<mapping_write>("write(bytes, /)", "Write the bytes at the current position; returns their number."),
    def<mapping_write_byte>("write_byte(byte, /)", "Write one byte, given as an int, at the current position."),
    def<mapping_tell>("tell()", "The current position."),
    def<mapping_seek>("seek(pos, whence=0, /)", "Set the current position."),
    def<mapping_find<From::Start>>("find(sub, start=unset, end=unset, /)",
                                   "The lowest index at which sub is found, or -1."),
    def<mapping_find<From::End>>("rfind(sub, start=unset, end=unset, /)",
                                 "The highest index at which sub is found, or -1."),
    def<mapping_move>("move(dest, src, count, /)", "Copy count bytes from src to dest."),
};

}  // namespace

const std::span<const MethodSpec> kStreamMethods = kMethods;

}  // namespace py::mappings
