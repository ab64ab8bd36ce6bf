// ByteBuilder: a growing run of bytes, with room for short results inside itself.
// Invariant: data() is valid for size() bytes; once an allocation failed, failed() stays true and appends do nothing.
// Threads: owner only.
#pragma once
#include <cstring>

#include "core/base/types.h"

namespace py {

class ByteBuilder {
 public:
  ByteBuilder() = default;
  ~ByteBuilder() { release_heap(); }
  ByteBuilder(ByteBuilder&& other) noexcept { take(other); }
  ByteBuilder& operator=(ByteBuilder&& other) noexcept {
    if (this != &other) {
      release_heap();
      take(other);
    }
    return *this;
  }
  ByteBuilder(const ByteBuilder&) = delete;
  ByteBuilder& operator=(const ByteBuilder&) = delete;

  const char* data() const { return data_; }
  char* data() { return data_; }
  usize size() const { return size_; }
  bool failed() const { return failed_; }
  void clear() { size_ = 0; }
  void truncate(usize size) { size_ = size; }

  // Room for `extra` bytes past the end, or nullptr. commit() makes them part of the content.
  char* reserve(usize extra) {
    if (UNLIKELY(extra > capacity_ - size_) && !grow(extra)) return nullptr;
    return data_ + size_;
  }
  void commit(usize added) { size_ += added; }

  bool append(char byte) {
    if (UNLIKELY(size_ == capacity_) && !grow(1)) return false;
    data_[size_++] = byte;
    return true;
  }
  bool append(const void* bytes, usize count) {
    char* place = reserve(count);
    if (UNLIKELY(!place)) return false;
    if (count) std::memcpy(place, bytes, count);
    size_ += count;
    return true;
  }
  bool append(const char* text) { return append(text, std::strlen(text)); }
  bool append_repeated(char byte, usize count) {
    char* place = reserve(count);
    if (UNLIKELY(!place)) return false;
    std::memset(place, byte, count);
    size_ += count;
    return true;
  }

 private:
  bool grow(usize extra);
  void release_heap();
  void take(ByteBuilder& other);

  char* data_ = inline_;
  usize size_ = 0;
  usize capacity_ = sizeof inline_;
  bool failed_ = false;
  char inline_[63];
};

}  // namespace py
