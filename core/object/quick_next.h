// The step of the iterators that need no call and no Python code: over a list, tuple, str, bytes or range, when no other
// thread knows them. Threads: the iterator's own; racing steps of a shared one are left to its slot.
#pragma once
#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/iterators.h"
#include "core/object/sequence.h"
#include "core/object/str.h"

namespace py {

// The next item, owned; Empty: none of these iterators, at its end, or counting the item takes longer.
INLINE Value quick_next(Value iterator) {
  if (!iterator.is_object() || iterator.object()->is_shared()) return Empty;
  Object& object = *iterator.object();
  const BuiltinShape shape{object.shape.load(std::memory_order_relaxed)};
  if (shape == BuiltinShape::range_iterator) {
    RangeIterator& range = static_cast<RangeIterator&>(object);
    const i64 remaining = range.remaining.load(std::memory_order_relaxed);
    if (remaining <= 0) return Empty;
    const i64 number = range.next.load(std::memory_order_relaxed);
    range.next.store(number + range.step, std::memory_order_relaxed);
    range.remaining.store(remaining - 1, std::memory_order_relaxed);
    return Value::integer(number);
  }
  IndexIterator& state = static_cast<IndexIterator&>(object);
  Value item = Empty;
  if (shape == BuiltinShape::list_iterator) {
    const Value source = state.source.peek();
    if (source.is_object()) item = static_cast<List*>(source.object())->peek(state.index.load(std::memory_order_relaxed));
  } else if (shape == BuiltinShape::tuple_iterator) {
    const Value source = state.source.peek();
    const isize index = state.index.load(std::memory_order_relaxed);
    if (source.is_object() && index < static_cast<Tuple*>(source.object())->length) {
      item = (*static_cast<Tuple*>(source.object()))[index];
    }
  } else if (shape == BuiltinShape::str_iterator) {
    const Value source = state.source.peek();
    if (!source.is_object()) return Empty;
    const Str& text = *static_cast<Str*>(source.object());
    const isize index = state.index.load(std::memory_order_relaxed);
    if (index < text.length() && text[index] < 256) item = Str::character(text[index]);
  } else if (shape == BuiltinShape::bytes_iterator) {
    const Value source = state.source.peek();
    if (!source.is_object()) return Empty;
    const Bytes& bytes = *static_cast<Bytes*>(source.object());
    const isize index = state.index.load(std::memory_order_relaxed);
    if (index < bytes.length) item = Value::integer(bytes.data()[index]);
  }
  if (item.is_empty() || UNLIKELY(!try_quick_incref(item))) return Empty;
  state.index.store(state.index.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return item;
}

// next() where quick_next found nothing.
Result<Ref<>> next_by_slot(Thread& thread, Value iterator);

// next() for callers that mostly step such iterators.
INLINE Result<Ref<>> next_quickly(Thread& thread, Value iterator) {
  const Value quick = quick_next(iterator);
  if (LIKELY(!quick.is_empty())) return Ref<>::adopt(quick);
  return next_by_slot(thread, iterator);
}

// The same for an iterator in a field that may be replaced meanwhile, by None at the end. Only what may run code needs
// a reference.
INLINE Result<Ref<>> next_quickly(Thread& thread, const Field& iterator) {
  const Value quick = quick_next(iterator.peek());
  if (LIKELY(!quick.is_empty())) return Ref<>::adopt(quick);
  const Ref<> kept = iterator.load();
  if (UNLIKELY(kept.value().is_none())) return Ref<>::adopt(Done);
  return next_by_slot(thread, kept);
}

}  // namespace py
