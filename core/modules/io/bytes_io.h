// BytesIO: a growing byte array read and written at a position.
//
// Invariant: while `exports` is not 0 (getbuffer) the block is neither moved nor resized. data() is null until something
// is written. Threads: every method holds `lock`, which it takes after all Python code of its arguments ran.
#pragma once
#include "core/modules/io/io_objects.h"

namespace py::io {

class BytesIO final : public Object {
 public:
  CallLock lock;
  std::atomic<bool> closed;  // read without the lock
  std::atomic<isize> exports;
  u8* block;
  isize size, capacity, position;
};

}  // namespace py::io

namespace py::detail {
template <>
struct TypeInfo<py::io::BytesIO> {
  static Type& type() { return *py::io::io_types.bytes_io; }
  static constexpr u32 kFlag = 0;
};
}  // namespace py::detail
