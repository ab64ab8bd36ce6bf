#include "core/builtins/list_items.h"

#include "core/builtins/sequence_operations.h"
#include "core/object/function.h"
#include "memory/buffer.h"

namespace py {

namespace {

Failure wrong_key(Thread& thread, Value key) {
  return raise(thread, types.TypeError, "list indices must be integers or slices, not {}", type_of(key));
}

Result<Ref<>> get_slice(Thread& thread, List& list, Slice& slice) {
  const SliceBounds bounds = TRY(slice_bounds(thread, slice, list.length()));
  if (bounds.step == 1) return list.copy(thread, bounds.start, bounds.start + bounds.count);
  if (LIKELY(!list.is_shared())) return list.strided_copy(thread, bounds.start, bounds.step, bounds.count);
  Ref<Tuple> items = TRY(list.to_tuple(thread));
  Ref<List> result = TRY(List::make(thread, bounds.count));
  for (isize i = 0, at = bounds.start; i < bounds.count && at < items->length; ++i, at += bounds.step) {
    TRY(result->append(thread, (*items)[at]));
  }
  return Ref<>(std::move(result));
}

// Replaces every step-th item; the number of values is right unless the list was resized meanwhile.
Result<void> set_stepped(Thread& thread, List& list, const SliceBounds& bounds, Tuple& values) {
  if (values.length != bounds.count) {
    return raise(thread, types.ValueError, "attempt to assign sequence of size {} to extended slice of size {}",
                 values.length, bounds.count);
  }
  for (isize i = 0, at = bounds.start; i < bounds.count; ++i, at += bounds.step) {
    if (!list.set(at, values[i])) break;
  }
  return {};
}

// Deletes every step-th item, closing the gaps in one pass.
Result<void> delete_stepped(Thread& thread, List& list, SliceBounds bounds) {
  if (bounds.count == 0) return {};
  if (bounds.step < 0) {
    bounds.start += bounds.step * (bounds.count - 1);
    bounds.step = -bounds.step;
  }
  auto* removed = static_cast<Value*>(buffer_allocate(8 * static_cast<usize>(bounds.count)));
  if (!removed) return raise_memory_error(thread);
  isize count = 0;
  {
    ObjectLock lock(list);
    const isize size = list.size.load(std::memory_order_relaxed);
    Field* slots = size ? list.block.load(std::memory_order_relaxed)->slots : nullptr;
    isize to = bounds.start;
    for (isize from = bounds.start; from < size; ++from) {
      if (count < bounds.count && from == bounds.start + count * bounds.step) {
        removed[count++] = slots[from].peek();
      } else {
        slots[to++].word().store(slots[from].peek().bits, std::memory_order_release);
      }
    }
    if (count) list.size.store(size - count, std::memory_order_release);
    for (isize i = size - count; list.is_shared() && i < size; ++i) slots[i].initialize(Empty);
  }
  for (isize i = 0; i < count; ++i) drop_removed(list, removed[i]);
  buffer_free(removed);
  return {};
}

bool is_plain_bound(Value bound) { return bound.is_none() || bound.is_int(); }

Result<void> set_slice(Thread& thread, List& list, Slice& slice, Value value) {
  if (value == Unbound) {
    const SliceBounds bounds = TRY(slice_bounds(thread, slice, list.length()));
    if (bounds.step == 1) return list.splice(thread, bounds.start, bounds.start + bounds.count, nullptr, 0);
    return delete_stepped(thread, list, bounds);
  }
  const bool no_code_runs =
      slice.step.peek().is_none() && is_plain_bound(slice.start.peek()) && is_plain_bound(slice.stop.peek());
  if (no_code_runs && is_exact<List>(value) && !value.object()->is_shared() && value.object() != &list) {
    List& source = as<List>(value);
    const SliceBounds bounds = TRY(slice_bounds(thread, slice, list.length()));
    const isize end = bounds.stop < bounds.start ? bounds.start : bounds.stop;
    const ListItems* items = source.block.load(std::memory_order_relaxed);
    return list.splice(thread, bounds.start, end, items ? reinterpret_cast<const Value*>(items->slots) : nullptr, source.length());
  }
  const bool simple = slice.step.peek().is_none() || slice.step.peek() == Value::integer(1);
  Ref<> fast = TRY(to_fast_sequence(thread, value, simple ? "can only assign an iterable" : "must assign iterable to extended slice"));
  Ref<Tuple> values = TRY(to_tuple(thread, fast));  // a snapshot: `value` may be this very list
  const SliceBounds bounds = TRY(slice_bounds(thread, slice, list.length()));
  if (bounds.step != 1) return set_stepped(thread, list, bounds, *values);
  const isize end = bounds.stop < bounds.start ? bounds.start : bounds.stop;
  return list.splice(thread, bounds.start, end, values->values(), values->length);
}

}  // namespace

Result<Ref<>> list_get_item(Thread& thread, Value self, Value key) {
  List& list = as<List>(self);
  if (is<Slice>(key)) return get_slice(thread, list, as<Slice>(key));
  if (!type_of(key).slots.index) return wrong_key(thread, key);
  isize index = TRY(item_index(thread, key));
  if (index < 0) index += list.length();
  Ref<> item = item_of(list, index);
  if (item.is_empty()) return raise(thread, types.IndexError, "list index out of range");
  return item;
}

Result<void> list_set_item(Thread& thread, Value self, Value key, Value value) {
  List& list = as<List>(self);
  if (is<Slice>(key)) return set_slice(thread, list, as<Slice>(key), value);
  if (!type_of(key).slots.index) return wrong_key(thread, key);
  isize index = TRY(item_index(thread, key));
  const isize length = list.length();
  if (index < 0) index += length;
  if (value == Unbound) {
    if (index >= 0 && index < length) return list.splice(thread, index, index + 1, nullptr, 0);
  } else if (list.set(index, value)) {
    return {};
  }
  return raise(thread, types.IndexError, "list assignment index out of range");
}

bool remove_found(List& list, isize index, Value item) {
  Value removed;
  {
    ObjectLock lock(list);
    const isize size = list.size.load(std::memory_order_relaxed);
    if (index >= size) return !list.is_shared();
    Field* slots = list.block.load(std::memory_order_relaxed)->slots;
    removed = slots[index].peek();
    if (list.is_shared() && removed != item) return false;
    for (isize i = index; i + 1 < size; ++i) {
      slots[i].word().store(slots[i + 1].peek().bits, std::memory_order_release);
    }
    list.size.store(size - 1, std::memory_order_release);
    if (list.is_shared()) slots[size - 1].initialize(Empty);
  }
  drop_removed(list, removed);
  return true;
}

Result<Ref<List>> repeated_list(Thread& thread, std::span<const Value> items, isize count) {
  const isize length = static_cast<isize>(items.size());
  isize total;
  if (__builtin_mul_overflow(length, count, &total) || total > (isize{1} << 58)) return raise_memory_error(thread);
  Ref<List> result = TRY(List::make(thread, total));
  Field* slots = total ? result->block.load(std::memory_order_relaxed)->slots : nullptr;
  if (UNLIKELY(result->is_shared())) {
    for (const Value item : items) publish(item);
  }
  if (length == 1) {
    for (isize at = 0; at < total; ++at) {
      incref(items[0]);
      slots[at].initialize(items[0]);
    }
  } else {
    for (isize start = 0; start < total; start += length) {
      for (isize i = 0; i < length; ++i) {
        incref(items[static_cast<usize>(i)]);
        slots[start + i].initialize(items[static_cast<usize>(i)]);
      }
    }
  }
  result->size.store(total, std::memory_order_release);
  return result;
}

}  // namespace py
