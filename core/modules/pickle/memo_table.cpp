#include "core/modules/pickle/memo_table.h"

#include <new>
#include <utility>

namespace py::pickle {

bool MemoTable::grow() {
  const usize count = cells_ ? (mask_ + 1) * 4 : 64;
  std::unique_ptr<Cell[]> cells(new (std::nothrow) Cell[count]);
  if (!cells) return false;
  for (usize i = 0; i < count; ++i) cells[i].object = Empty;
  std::unique_ptr<Cell[]> old = std::exchange(cells_, std::move(cells));
  const usize old_mask = std::exchange(mask_, count - 1);
  for (usize i = 0; old && i <= old_mask; ++i) {
    if (!old[i].object.is_empty()) cells_[place_of(old[i].object)] = old[i];
  }
  return true;
}

bool MemoTable::insert(Value object, i64 index) {
  // At most two thirds full.
  if ((!cells_ || (size_ + 1) * 3 > (mask_ + 1) * 2) && !grow()) return false;
  Cell& cell = cells_[place_of(object)];
  size_ += cell.object.is_empty();
  cell = {object, index};
  return true;
}

void MemoTable::clear() {
  cells_.reset();
  mask_ = size_ = 0;
}

}  // namespace py::pickle
