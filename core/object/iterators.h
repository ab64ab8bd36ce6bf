// The layouts of the iterators that the interpreter steps without a call.
// Threads: an iterator may be shared; its cursor is atomic, so a racing step may repeat or skip an item but never invents
// one.
#pragma once
#include "core/object/type.h"

namespace py {

// list, tuple, str, bytes and sequence iterators: `source` becomes None at the end.
class IndexIterator final : public Object {
 public:
  Field source;
  std::atomic<isize> index;
  static const ObjectOps kOps;
};

// range over immediate ints.
class RangeIterator final : public Object {
 public:
  std::atomic<i64> next;
  std::atomic<i64> remaining;
  i64 step;
  i64 total;  // how many there were at the start
  static const ObjectOps kOps;
};

// Adds to a cursor of `owner` and returns what it was; atomic only where other threads may step it too.
template <class T>
INLINE T step_cursor(const Object& owner, std::atomic<T>& cursor, T by) {
  if (UNLIKELY(owner.is_shared())) return cursor.fetch_add(by, std::memory_order_relaxed);
  const T now = cursor.load(std::memory_order_relaxed);
  cursor.store(now + by, std::memory_order_relaxed);
  return now;
}

// Steps an iterator whose items are pairs (of dict items, enumerate, zip of two) without making the pair. Found: two owned
// values. NoPairs: the iterator is of another kind, and was not stepped. Failed: an exception is pending.
enum class PairStep : u8 { Found, Ended, Failed, NoPairs };
PairStep next_pair(Thread& thread, Value iterator, Value* pair);

Result<Ref<>> make_index_iterator(Thread& thread, Type& type, Value source);
Result<Ref<>> make_callable_iterator(Thread& thread, Value callable, Value sentinel);  // iter(callable, sentinel)
Result<Ref<>> make_range_iterator(Thread& thread, i64 start, i64 count, i64 step);
// The count of start, start + step, ... before stop.
i64 range_length(i64 start, i64 stop, i64 step);

}  // namespace py
