#include "core/base/text/byte_builder.h"

#include <cstdlib>

#include "core/base/machine_memory.h"

namespace py {

bool ByteBuilder::grow(usize extra) {
  if (failed_) return false;
  usize wanted;
  if (__builtin_add_overflow(size_, extra, &wanted) || wanted > PTRDIFF_MAX / 2) {
    failed_ = true;
    return false;
  }
  usize capacity = wanted + wanted / 2 + 64;
  if (exceeds_machine(capacity)) capacity = wanted;
  void* old = data_ == inline_ ? nullptr : data_;
  char* bigger = exceeds_machine(capacity) ? nullptr : static_cast<char*>(std::realloc(old, capacity));
  if (!bigger) {
    failed_ = true;
    return false;
  }
  if (!old) std::memcpy(bigger, inline_, size_);
  data_ = bigger;
  capacity_ = capacity;
  return true;
}

void ByteBuilder::release_heap() {
  if (data_ != inline_) std::free(data_);
}

void ByteBuilder::take(ByteBuilder& other) {
  size_ = other.size_;
  capacity_ = other.capacity_;
  failed_ = other.failed_;
  if (other.data_ == other.inline_) {
    data_ = inline_;
    std::memcpy(inline_, other.inline_, size_);
  } else {
    data_ = other.data_;
  }
  other.data_ = other.inline_;
  other.size_ = 0;
  other.capacity_ = sizeof other.inline_;
}

}  // namespace py
