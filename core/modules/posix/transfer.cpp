// Moving bytes through descriptors: read and write in all their forms.
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"
#include "memory/buffer.h"

#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include <vector>

namespace py::posix {

namespace {

constexpr isize kMaxTransfer = 0x7ffff000;  // what one Linux system call moves at most

// Bytes that a read call filled: allocated at full size, cut to what arrived.
Result<Ref<>> cut_to(Thread& thread, Ref<Bytes>&& bytes, i64 count) {
  if (count == bytes->length) return Ref<>(std::move(bytes));
  return Ref<>(TRY(Bytes::from(thread, bytes->view().substr(0, static_cast<usize>(count)))));
}

Result<Ref<>> os_read(Thread& thread, int fd, isize length) {
  if (length < 0) return raise_os_error(thread, EINVAL);
  if (length > kMaxTransfer) length = kMaxTransfer;
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, length));
  u8* data = bytes->data();
  const i64 count = TRY(call_or_raise(thread, [&] { return read(fd, data, static_cast<usize>(length)); }));
  return cut_to(thread, std::move(bytes), count);
}
Result<Ref<>> os_pread(Thread& thread, int fd, int length, isize offset) {
  if (length < 0) return raise_os_error(thread, EINVAL);
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, length));
  u8* data = bytes->data();
  const i64 count = TRY(call_or_raise(thread, [&] { return pread(fd, data, static_cast<usize>(length), offset); }));
  return cut_to(thread, std::move(bytes), count);
}
Result<isize> os_write(Thread& thread, int fd, Buffer& data) {
  const isize length = data.size > kMaxTransfer ? kMaxTransfer : data.size;
  return call_or_raise(thread, [&] { return write(fd, data.data, static_cast<usize>(length)); });
}
Result<isize> os_pwrite(Thread& thread, int fd, Buffer& data, isize offset) {
  return call_or_raise(thread, [&] { return pwrite(fd, data.data, static_cast<usize>(data.size), offset); });
}

// A sequence of buffers, held open.
struct BufferVector {
  std::vector<Buffer> buffers;
  std::vector<iovec> parts;
};
Result<void> open_all(Thread& thread, Value sequence, bool writable, BufferVector& out) {
  Ref<> items = TRY(to_fast_sequence(thread, sequence, "readv() arg 2 must be a sequence"));
  Ref<Tuple> list = TRY(to_tuple(thread, items));
  for (isize i = 0; i < list->length; ++i) {
    out.buffers.push_back(TRY(get_buffer(thread, (*list)[i], writable)));
    out.parts.push_back({out.buffers.back().data, static_cast<usize>(out.buffers.back().size)});
  }
  return {};
}
bool is_sequence(Value value) {
  return type_of(value).slots.get_item && !is<Dict>(value);
}

Result<isize> os_readv(Thread& thread, int fd, Value buffers) {
  if (!is_sequence(buffers)) return raise(thread, types.TypeError, "readv() arg 2 must be a sequence");
  BufferVector vector;
  TRY(open_all(thread, buffers, true, vector));
  return call_or_raise(thread, [&] { return readv(fd, vector.parts.data(), static_cast<int>(vector.parts.size())); });
}
Result<isize> os_writev(Thread& thread, int fd, Value buffers) {
  if (!is_sequence(buffers)) return raise(thread, types.TypeError, "writev() arg 2 must be a sequence");
  BufferVector vector;
  TRY(open_all(thread, buffers, false, vector));
  return call_or_raise(thread, [&] { return writev(fd, vector.parts.data(), static_cast<int>(vector.parts.size())); });
}
Result<isize> os_preadv(Thread& thread, int fd, Value buffers, isize offset, int flags) {
  if (!is_sequence(buffers)) return raise(thread, types.TypeError, "preadv2() arg 2 must be a sequence");
  BufferVector vector;
  TRY(open_all(thread, buffers, true, vector));
  return call_or_raise(thread, [&] { return preadv2(fd, vector.parts.data(), static_cast<int>(vector.parts.size()), offset, flags); });
}
Result<isize> os_pwritev(Thread& thread, int fd, Value buffers, isize offset, int flags) {
  if (!is_sequence(buffers)) return raise(thread, types.TypeError, "pwritev2() arg 2 must be a sequence");
  BufferVector vector;
  TRY(open_all(thread, buffers, false, vector));
  return call_or_raise(thread, [&] { return pwritev2(fd, vector.parts.data(), static_cast<int>(vector.parts.size()), offset, flags); });
}

Result<isize> os_lseek(Thread& thread, int fd, isize position, int how) {
  return call_or_raise(thread, [&] { return lseek(fd, position, how); });
}

Result<isize> os_sendfile(Thread& thread, int out, int in, Value offset, isize count) {
  if (offset.is_none()) return call_or_raise(thread, [&] { return sendfile(out, in, nullptr, static_cast<usize>(count)); });
  off_t position = TRY(to_isize(thread, offset));
  return call_or_raise(thread, [&] { return sendfile(out, in, &position, static_cast<usize>(count)); });
}

struct Offset {
  off_t value = 0;
  bool given = false;
  off_t* pointer() { return given ? &value : nullptr; }
};
Result<Offset> to_offset(Thread& thread, Value value) {
  if (value.is_none()) return Offset{};
  return Offset{TRY(to_isize(thread, value)), true};
}
Result<isize> os_copy_file_range(Thread& thread, int source, int target, isize count, Value source_offset, Value target_offset) {
  if (count < 0) return raise(thread, types.ValueError, "negative value for 'count' not allowed");
  Offset from = TRY(to_offset(thread, source_offset)), to = TRY(to_offset(thread, target_offset));
  return call_or_raise(thread, [&] { return copy_file_range(source, from.pointer(), target, to.pointer(), static_cast<usize>(count), 0); });
}
Result<isize> os_splice(Thread& thread, int source, int target, isize count, Value source_offset, Value target_offset, int flags) {
  if (count < 0) return raise(thread, types.ValueError, "negative value for 'count' not allowed");
  Offset from = TRY(to_offset(thread, source_offset)), to = TRY(to_offset(thread, target_offset));
  return call_or_raise(
      thread, [&] { return splice(source, from.pointer(), target, to.pointer(), static_cast<usize>(count), static_cast<unsigned>(flags)); });
}

constexpr MethodSpec kFunctions[] = {
    function<os_read>("read(fd, length, /)", "Read from a file descriptor.  Returns a bytes object."),
    function<os_pread>("pread(fd, length, offset, /)", "Read a number of bytes from a file descriptor starting at a particular offset."),
    function<os_write>("write(fd, data, /)", "Write a bytes object to a file descriptor."),
    function<os_pwrite>("pwrite(fd, buffer, offset, /)", "Write bytes to a file descriptor starting at a particular offset."),
    function<os_readv>("readv(fd, buffers, /)", "Read from a file descriptor fd into an iterable of buffers."),
    function<os_writev>("writev(fd, buffers, /)", "Iterate over buffers, and write the contents of each to a file descriptor."),
    function<os_preadv>("preadv(fd, buffers, offset, flags=0, /)", "Reads from a file descriptor into a number of mutable bytes-like objects."),
    function<os_pwritev>("pwritev(fd, buffers, offset, flags=0, /)", "Writes the contents of bytes-like objects to a file descriptor at a given offset."),
    function<os_lseek>("lseek(fd, position, how, /)", "Set the position of a file descriptor.  Return the new position."),
    function<os_sendfile>("sendfile(out_fd, in_fd, offset, count)", "Copy count bytes from file descriptor in_fd to file descriptor out_fd."),
    function<os_copy_file_range>("copy_file_range(src, dst, count, offset_src=None, offset_dst=None)", "Copy count bytes from one file descriptor to another."),
    function<os_splice>("splice(src, dst, count, offset_src=None, offset_dst=None, flags=0)", "Transfer count bytes from one pipe to a descriptor or vice versa."),
};

}  // namespace

const std::span<const MethodSpec> kTransferFunctions = kFunctions;

}  // namespace py::posix
