// SetTable: for each test of a single character in a pattern's code, which Latin-1 characters pass, as a bitmap. Made with
// the pattern, so that matching asks no set twice. Tests that depend on the locale have none.
// Threads: immutable once built.
#pragma once
#include <cstdlib>

#include "core/base/types.h"

namespace py::regex {

class SetTable {
 public:
  SetTable() = default;
  ~SetTable() {
    std::free(numbers_);
    std::free(bitmaps_);
  }
  SetTable(const SetTable&) = delete;

  // Before any add(). False: no memory.
  bool reserve(isize code_size) {
    numbers_ = static_cast<u32*>(std::calloc(static_cast<usize>(code_size) + 1, sizeof(u32)));
    return numbers_ != nullptr;
  }
  // The test at `pc` of the code: an operation, or the set in an INFO block. Without memory it stays without a bitmap.
  void add(const u32* code, isize pc);
  void add_set(const u32* code, isize pc);

  // The bitmap of the test at `pc`, or null.
  const u32* find(isize pc) const { return numbers_[pc] ? bitmaps_[numbers_[pc] - 1].bits : nullptr; }

 private:
  struct Bitmap {
    u32 bits[8];
  };
  Bitmap* append(isize pc);

  u32* numbers_ = nullptr;  // by place in the code, from 1; 0: none
  Bitmap* bitmaps_ = nullptr;
  u32 count_ = 0;
};

}  // namespace py::regex
