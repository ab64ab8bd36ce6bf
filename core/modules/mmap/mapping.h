// Mapping: memory mapped by mmap(2), as mmap.mmap shows it.
//
// Invariant: while `exports` is not 0 a buffer is open, and the mapping may not be closed or resized (BufferError).
// Threads: every call holds the CallLock, so that nobody unmaps what another thread reads; users of open buffers read
// and write the bytes as they like.
#pragma once
#include <span>

#include "core/bind/define.h"
#include "core/modules/io/call_lock.h"

namespace py::mappings {

enum class Access : u8 { Default = 0, Read = 1, Write = 2, Copy = 3 };

class Mapping final : public Object {
 public:
  u8* data;  // null: closed
  isize size;
  isize position;
  i64 offset;  // of the file
  int fd;      // our own duplicate, or -1
  int flags;
  Access access;
  io::CallLock lock;
  std::atomic<isize> exports;
  static const ObjectOps kOps;

  std::string_view view() const { return {reinterpret_cast<const char*>(data), static_cast<usize>(size)}; }
};
inline Mapping& mapping_of(Value self) { return *static_cast<Mapping*>(self.object()); }

// The lock, and an open mapping.
Result<void> enter(Thread& thread, Mapping& self, io::CallGuard& guard);
Result<void> enter_to_write(Thread& thread, Mapping& self, io::CallGuard& guard);
// Checks for what moves the memory.
Result<void> check_movable(Thread& thread, Mapping& self, const char* message);

extern const std::span<const MethodSpec> kStreamMethods;  // read, write, seek, find

}  // namespace py::mappings
