// ObjectStack: a growing array of object pointers, for iterative walks. Internal to memory.
// Threads: one.
#pragma once
#include "memory/buffer.h"
#include "memory/object.h"

namespace py {

class ObjectStack {
 public:
  ObjectStack() = default;
  ObjectStack(const ObjectStack&) = delete;
  ObjectStack& operator=(const ObjectStack&) = delete;
  ~ObjectStack() { buffer_free(items_); }

  // False when memory is exhausted.
  [[nodiscard]] bool push(Object* object) {
    if (UNLIKELY(size_ == capacity_) && !grow()) return false;
    items_[size_++] = object;
    return true;
  }
  Object* pop() { return items_[--size_]; }
  bool is_empty() const { return size_ == 0; }
  usize size() const { return size_; }
  Object*& operator[](usize index) { return items_[index]; }
  Object** begin() { return items_; }
  Object** end() { return items_ + size_; }
  void truncate(usize size) { size_ = size; }
  // Hands the array over, to be freed by buffer_free.
  Object** release() {
    Object** items = items_;
    items_ = nullptr;
    size_ = capacity_ = 0;
    return items;
  }

 private:
  bool grow() {
    const usize larger = capacity_ ? capacity_ * 2 : 64;
    auto* grown = static_cast<Object**>(buffer_reallocate(items_, larger * sizeof(Object*)));
    if (!grown) return false;
    items_ = grown;
    capacity_ = larger;
    return true;
  }

  Object** items_ = nullptr;
  usize size_ = 0;
  usize capacity_ = 0;
};

}  // namespace py
