// A bump allocator: many small allocations, one release. Nothing allocated here is ever destroyed one by one, so only
// trivially destructible types may live in it. Blocks grow geometrically and never move.
// Threads: one owner at a time.
#pragma once
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/types.h"

namespace py {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  void* allocate(usize size, usize alignment = 8) {
    usize start = (cursor_ + alignment - 1) & ~(alignment - 1);
    if (LIKELY(start + size <= limit_ && start >= cursor_)) {
      cursor_ = start + size;
      return reinterpret_cast<void*>(start);
    }
    return allocate_slow(size, alignment);
  }

  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  // Uninitialised storage for `count` values.
  template <class T>
  T* make_array(usize count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate(sizeof(T) * count, alignof(T)));
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* data = make_array<char>(text.size());
    std::memcpy(data, text.data(), text.size());
    return {data, text.size()};
  }

  usize bytes_reserved() const { return reserved_; }

 private:
  struct Block {
    Block* previous;
  };

  void* allocate_slow(usize size, usize alignment);

  usize cursor_ = 0;
  usize limit_ = 0;
  usize reserved_ = 0;
  Block* last_ = nullptr;
};

}  // namespace py
