// RepeatedNext: next() for whoever takes all items of an iterator. What cannot change meanwhile is looked up once.
// Threads: a local variable of one; the iterator may be shared.
#pragma once
#include "core/object/quick_next.h"
#include "core/object/recursion_guard.h"

namespace py {

class RepeatedNext {
 public:
  // Borrowed: the caller keeps the iterator.
  explicit RepeatedNext(Value iterator) : iterator_(iterator), slot_(lasting_slot(iterator)) {}

  // The next item; Done at the end.
  INLINE Result<Ref<>> operator()(Thread& thread) {
    if (!slot_ || UNLIKELY(poll_needed(thread) || stack_is_used_up(thread))) return next(thread, iterator_);
    Result<Ref<>> item = slot_(thread, iterator_);
    if (LIKELY(!item.failed()) || !pending_is(thread, *types.StopIteration)) return item;
    clear_pending(thread);
    return Ref<>::adopt(Done);
  }

 private:
  // The slot of a type that no instance can leave. Null for the iterators that quick_next steps.
  static NextSlot lasting_slot(Value iterator) {
    if (!iterator.is_object()) return nullptr;
    for (BuiltinShape quick : {BuiltinShape::range_iterator, BuiltinShape::list_iterator, BuiltinShape::tuple_iterator,
                               BuiltinShape::str_iterator, BuiltinShape::bytes_iterator}) {
      if (has_shape(*iterator.object(), quick)) return nullptr;
    }
    const Type& type = type_of_object(*iterator.object());
    return type.has(TypeFlag::Heap) ? nullptr : type.slots.next;
  }

  const Value iterator_;
  const NextSlot slot_;
};

}  // namespace py
