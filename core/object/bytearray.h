// ByteArray: mutable bytes in one growing block. Bytes removed at the front only move `start`.
//
// Invariant: while `exports` is not 0 a buffer is open, and neither block nor size may change (BufferError).
// Threads: every access to a shared bytearray's content holds its lock, but for open buffers, whose users read and write
// the bytes as they like. `size` may be read without the lock.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/object/type.h"
#include "memory/lock.h"

namespace py {

class ByteArray final : public Object {
 public:
  std::atomic<isize> size;
  std::atomic<isize> exports;
  u8* block;       // of buffer_allocate; null: none
  u8* start;       // the first byte, within block
  isize capacity;  // bytes of block

  isize length() const { return size.load(std::memory_order_acquire); }
  // The content of a local bytearray, until it changes.
  std::string_view local_view() const { return {reinterpret_cast<const char*>(start), static_cast<usize>(length())}; }

  static Result<Ref<ByteArray>> make(Thread& thread, Type& type, std::string_view bytes);
  // Replaces bytes [from, to), clipped, by others that do not belong to this object.
  Result<void> splice(Thread& thread, isize from, isize to, std::string_view bytes);
  // `count` bytes from `from` on in steps; false when they are no longer there.
  bool copy_out(isize from, isize step, isize count, u8* bytes);
  bool copy_in(isize from, isize step, isize count, const u8* bytes);
  // The whole content; false: no memory.
  bool copy_to(ByteBuilder& out);
  static const ObjectOps kOps;
};

}  // namespace py
