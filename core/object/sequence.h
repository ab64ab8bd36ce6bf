// Tuple and List.
//
// Tuple: immutable once published; items follow the object.
// List: items stand in a ListItems block that carries its own capacity, so that a lock-free reader that loaded the block
// can bound its index by it. Writers of a shared list hold its lock, publish items before the size, and retire replaced
// blocks (rule R). A hole (Empty) tells a reader to retry under the lock.
#pragma once
#include "core/object/type.h"
#include "memory/lock.h"

namespace py {

class Tuple final : public Object {
 public:
  isize length;
  u64 reserved;  // keeps items at 32 bytes, where subclasses put theirs too
  Field* items() { return reinterpret_cast<Field*>(this + 1); }
  const Field* items() const { return reinterpret_cast<const Field*>(this + 1); }
  Value operator[](isize index) const { return items()[index].peek(); }
  const Value* values() const { return reinterpret_cast<const Value*>(this + 1); }

  // Items start as None; fill them with initialize before anyone else sees the tuple.
  static Result<Ref<Tuple>> allocate(Thread& thread, isize length);
  static Result<Ref<Tuple>> from(Thread& thread, const Value* borrowed, isize length);
  static Result<Ref<Tuple>> from(Thread& thread, std::initializer_list<Value> borrowed) {
    return from(thread, borrowed.begin(), static_cast<isize>(borrowed.size()));
  }
  // Takes the references.
  static Result<Ref<Tuple>> adopt(Thread& thread, Value* owned, isize length);
  // The next tuple of an iterator that keeps its first one in `last`: that one again while nobody else holds it. Takes the
  // references; length > 0.
  static Result<Ref<Tuple>> recycle(Thread& thread, const Object& owner, Field& last, Value* owned, isize length);
  static Tuple& empty();
  static const ObjectOps kOps;
};

struct ListItems {
  isize capacity;
  Field slots[];
};

class List final : public Object {
 public:
  std::atomic<isize> size;
  std::atomic<ListItems*> block;

  isize length() const { return size.load(std::memory_order_acquire); }
  // Item or Empty when the index is out of range: borrowed until the next safepoint if shared, until a change if local.
  Value peek(isize index) const {
    if (static_cast<usize>(index) >= static_cast<usize>(length())) return Empty;
    ListItems* items = block.load(std::memory_order_acquire);
    if (!items || index >= items->capacity) return Empty;
    return items->slots[index].peek();
  }

  static Result<Ref<List>> make(Thread& thread, isize capacity = 0);
  static Result<Ref<List>> from(Thread& thread, const Value* borrowed, isize length);
  INLINE Result<void> append(Thread& thread, Ref<>&& item) {
    ListItems* items = block.load(std::memory_order_relaxed);
    const isize count = size.load(std::memory_order_relaxed);
    if (UNLIKELY(is_shared() || !items || count >= items->capacity)) return append_slow(thread, std::move(item));
    items->slots[count].initialize(item.release());
    size.store(count + 1, std::memory_order_release);
    return {};
  }
  INLINE Result<void> append(Thread& thread, Value borrowed) { return append(thread, Ref<>::share(borrowed)); }
  Result<void> insert(Thread& thread, isize index, Value item);
  // Replaces items [start, end) by `count` borrowed values.
  Result<void> splice(Thread& thread, isize start, isize end, const Value* values, isize count);
  Result<Ref<>> pop(Thread& thread, isize index);  // IndexError when out of range
  // Replaces item `index`; false when it is out of range.
  bool set(isize index, Value item);
  void clear();
  Result<void> extend(Thread& thread, Value iterable);
  Result<void> reserve(Thread& thread, isize more);  // room for so many more items
  Result<Ref<Tuple>> to_tuple(Thread& thread);
  Result<Ref<List>> copy(Thread& thread, isize start, isize end);
  // Every step-th item of an unshared list; all of them exist.
  Result<Ref<List>> strided_copy(Thread& thread, isize start, isize step, isize count);
  static const ObjectOps kOps;

 private:
  Result<void> append_slow(Thread& thread, Ref<>&& item);
};

}  // namespace py
