// FileIO: a file descriptor as a raw stream.
// Threads: everything is atomic, and written by __init__ and close. System calls are made detached, by any number of
// threads at once: the kernel orders them.
#pragma once
#include "core/modules/io/io_objects.h"

namespace py::io {

class FileIO final : public Object {
 public:
  std::atomic<i32> fd;  // -1: closed
  std::atomic<bool> created, readable, writable, appending, closefd, finalizing;
  std::atomic<i8> seekable;  // -1: not known yet
  std::atomic<u32> block_size;
};

// Straight to the system call: the number of bytes, or -1 when it would block.
Result<isize> file_read_into(Thread& thread, FileIO& file, void* data, isize size);
Result<isize> file_write_from(Thread& thread, FileIO& file, const void* data, isize size);

}  // namespace py::io

namespace py::detail {
template <>
struct TypeInfo<py::io::FileIO> {
  static Type& type() { return *py::io::io_types.file_io; }
  static constexpr u32 kFlag = 0;
};
}  // namespace py::detail
