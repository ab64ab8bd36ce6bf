// MemoTable: which objects a pickler has seen, and the numbers they have in the pickle. The table compares identities;
// whoever owns it keeps the objects alive. Threads: owner only, or under the pickler's lock.
#pragma once
#include <memory>

#include "memory/value.h"

namespace py::pickle {

class MemoTable {
 public:
  static constexpr i64 kAbsent = -1;
  struct Cell {
    Value object;
    i64 index;
  };

  i64 find(Value object) const {
    if (!cells_) return kAbsent;
    const Cell& cell = cells_[place_of(object)];
    return cell.object.is_empty() ? kAbsent : cell.index;
  }
  // False: no memory.
  bool insert(Value object, i64 index);
  usize size() const { return size_; }
  void clear();
  template <class Body>
  void for_each(Body&& body) const {
    for (usize i = 0; cells_ && i <= mask_; ++i) {
      if (!cells_[i].object.is_empty()) body(cells_[i]);
    }
  }

 private:
  usize place_of(Value object) const {
    usize place = (object.bits >> 4) * 0x9E3779B97F4A7C15u >> 20;
    for (;; ++place) {
      const Cell& cell = cells_[place & mask_];
      if (cell.object.is_empty() || cell.object == object) return place & mask_;
    }
  }
  bool grow();

  std::unique_ptr<Cell[]> cells_;
  usize mask_ = 0;
  usize size_ = 0;
};

}  // namespace py::pickle
