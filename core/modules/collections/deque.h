// Deque: a ring buffer. Its methods are in deque_type.cpp.
// Threads: everything, reads too, happens under the object lock; items are handed out as owned references.
#pragma once
#include "core/bind/define.h"
#include "memory/lock.h"

namespace py {

class Deque final : public Object {
 public:
  Field* ring;        // `capacity` fields, a power of two, or null
  isize capacity;
  isize head;         // where item 0 stands
  isize size;
  isize maxlen;       // -1: unlimited
  u64 changes;        // counts additions and removals, for iterators
  static const ObjectOps kOps;

  Field& slot(isize index) const { return ring[(head + index) & (capacity - 1)]; }

  isize length() {
    ObjectLock lock(*this);
    return size;
  }
  isize bound() {
    ObjectLock lock(*this);
    return maxlen;
  }
  u64 version() {
    ObjectLock lock(*this);
    return changes;
  }
  // Item `index`, or Empty.
  Ref<> item(isize index) {
    ObjectLock lock(*this);
    return index >= 0 && index < size ? Ref<>::share(slot(index).peek()) : Ref<>();
  }
  Result<void> append(Thread& thread, Value item);       // drops the first item when there are maxlen
  Result<void> append_left(Thread& thread, Value item);  // drops the last one
  Result<Ref<>> pop(Thread& thread);
  Result<Ref<>> pop_left(Thread& thread);
  void clear();
  void restart(isize bound);  // empty, with another maxlen
  void rotate(isize steps);  // to the right
  void reverse();
  Result<void> insert(Thread& thread, isize index, Value item);
  // Removes item `index` if it is still `expected` (Empty: whatever it is).
  bool remove(isize index, Value expected);
  Result<void> replace(Thread& thread, isize index, Value item);  // IndexError
  Result<Ref<Tuple>> to_tuple(Thread& thread);

 private:
  struct Removed {
    Field* ring;
    isize capacity, head, size;
  };
  Removed empty_locked();
  void drop_all(const Removed& removed);
  bool reserve_locked(isize wanted, Field** old);
  void close_gap_locked(isize index);
};

}  // namespace py
