// Buffer: a view of the memory of a bytes-like object, held open for as long as it lives. An exporter that can be resized
// (bytearray, array) refuses to while a buffer is open.
// Threads: a Buffer belongs to one thread; the exporter counts its buffers atomically.
#pragma once
#include "core/object/operations.h"

namespace py {

inline constexpr u32 kMaxDimensions = 64;

struct Buffer {
  u8* data = nullptr;
  isize size = 0;              // bytes
  bool read_only = true;
  isize item_size = 1;
  const char* format = "B";    // of one item, as struct has it
  u32 dimensions = 1;
  const isize* shape = nullptr;    // null: one dimension of size / item_size
  const isize* strides = nullptr;  // null: contiguous, in C order
  void* internal = nullptr;        // the exporter's
  Ref<> owner;                     // Empty: not open

  Buffer() = default;
  Buffer(Buffer&& other) noexcept
      : data(other.data), size(other.size), read_only(other.read_only), item_size(other.item_size), format(other.format),
        dimensions(other.dimensions), shape(other.shape), strides(other.strides), internal(other.internal),
        owner(std::move(other.owner)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    close();
    data = other.data, size = other.size, read_only = other.read_only, item_size = other.item_size;
    format = other.format, dimensions = other.dimensions, shape = other.shape, strides = other.strides;
    internal = other.internal;
    owner = std::move(other.owner);
    return *this;
  }
  ~Buffer() { close(); }
  void close() {
    if (!owner.is_empty()) close_open();
  }
  std::string_view view() const { return {reinterpret_cast<const char*>(data), static_cast<usize>(size)}; }

 private:
  void close_open();
};

inline bool has_buffer(Value value) { return type_of(value).slots.get_buffer != nullptr; }
// TypeError "a bytes-like object is required, not 'T'" when the value has no buffer, BufferError when it is read-only
// and a writable one is wanted.
Result<Buffer> get_buffer(Thread& thread, Value value, bool writable = false);
// The same for who understands strides: get_buffer refuses memory that is not contiguous.
Result<Buffer> get_strided_buffer(Thread& thread, Value value, bool writable = false);

}  // namespace py
