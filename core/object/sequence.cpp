#include "core/object/sequence.h"

#include "core/object/held_once.h"

#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/repeated_next.h"
#include "core/object/str.h"
#include "memory/buffer.h"

#include <cstring>

namespace py {

namespace {

Tuple* empty_tuple;

usize tuple_size(const Object& object) {
  const Tuple& tuple = static_cast<const Tuple&>(object);
  return sizeof(Tuple) + 8 * static_cast<usize>(tuple.length) + (type_of_object(tuple).has(TypeFlag::HasDict) ? 8 : 0);
}

void tuple_visit(Object& object, Visitor& visitor) {
  Tuple& tuple = static_cast<Tuple&>(object);
  visitor.visit(tuple.items(), (tuple_size(object) - sizeof(Tuple)) / 8);
}

usize list_size(const Object& object) {
  const Type& type = type_of_object(object);
  return type.allocation_size();
}

void list_visit(Object& object, Visitor& visitor) {
  List& list = static_cast<List&>(object);
  if (ListItems* items = list.block.load(std::memory_order_acquire)) {
    visitor.visit(items->slots, static_cast<usize>(list.length()));
  }
  visit_attributes(object, visitor);
}

void list_release(Object& object) { buffer_free(static_cast<List&>(object).block.load(std::memory_order_relaxed)); }

usize block_bytes(isize capacity) { return sizeof(ListItems) + 8 * static_cast<usize>(capacity); }

ListItems* allocate_block(isize capacity) {
  if (capacity > (isize{1} << 58)) return nullptr;
  auto* items = static_cast<ListItems*>(buffer_allocate(block_bytes(capacity)));
  if (!items) return nullptr;
  items->capacity = static_cast<isize>((buffer_usable(items) - sizeof(ListItems)) / 8);
  return items;
}

// Slots that readers may load before a value is there read as holes.
void fill_holes(ListItems* items, isize from) {
  for (isize i = from; i < items->capacity; ++i) items->slots[i].initialize(Empty);
}

// Room that the first appended item makes: a block of 32 bytes.
constexpr isize kFirstAppended = 3;
isize grown(isize needed) { return needed + (needed >> 3) + (needed < 9 ? 3 : 6); }

// Makes room for `needed` items. The caller holds the list's lock. A replaced block goes to `*retired`.
bool reserve_locked(List& list, isize needed, ListItems** retired) {
  ListItems* items = list.block.load(std::memory_order_relaxed);
  if (items && items->capacity >= needed) return true;
  const isize size = list.size.load(std::memory_order_relaxed);
  if (items && !list.is_shared()) {
    const isize capacity = grown(needed);
    auto* moved = static_cast<ListItems*>(buffer_reallocate(items, block_bytes(capacity)));
    if (!moved) return false;
    moved->capacity = static_cast<isize>((buffer_usable(moved) - sizeof(ListItems)) / 8);
    list.block.store(moved, std::memory_order_relaxed);
    return true;
  }
  ListItems* bigger = allocate_block(items ? grown(needed) : needed);
  if (!bigger) return false;
  if (items) std::memcpy(static_cast<void*>(bigger->slots), items->slots, 8 * static_cast<usize>(size));
  fill_holes(bigger, size);
  list.block.store(bigger, std::memory_order_release);  // pairs with the acquire in List::peek
  *retired = items;
  return true;
}

// A local list that lost most of its items gives back a large block's memory. Lock held.
void shrink_locked(List& list) {
  ListItems* items = list.block.load(std::memory_order_relaxed);
  const isize size = list.size.load(std::memory_order_relaxed);
  constexpr isize kWorthwhile = kLargeBuffer / 8;
  if (LIKELY(!items || items->capacity < kWorthwhile || size >= items->capacity / 2) || list.is_shared()) return;
  auto* smaller = static_cast<ListItems*>(buffer_reallocate(items, block_bytes(grown(size))));
  if (!smaller) return;
  smaller->capacity = static_cast<isize>((buffer_usable(smaller) - sizeof(ListItems)) / 8);
  list.block.store(smaller, std::memory_order_relaxed);
}

// Moves `count` items of the block. Readers of a shared list see each word whole. Lock held.
void move_items(const List& list, Field* to, Field* from, isize count) {
  if (LIKELY(!list.is_shared())) {
    std::memmove(static_cast<void*>(to), static_cast<const void*>(from), 8 * static_cast<usize>(count));
  } else if (to < from) {
    for (isize i = 0; i < count; ++i) to[i].word().store(from[i].peek().bits, std::memory_order_release);
  } else {
    for (isize i = count; i-- > 0;) to[i].word().store(from[i].peek().bits, std::memory_order_release);
  }
}

void dispose(ListItems* retired) {
  if (retired) retire_buffer(retired, buffer_free, block_bytes(retired->capacity));
}

}  // namespace

const ObjectOps Tuple::kOps = {"tuple", tuple_visit, nullptr, tuple_size};
const ObjectOps List::kOps = {"list", list_visit, list_release, list_size};

namespace {

// The items are not initialised.
INLINE Result<Ref<Tuple>> allocate_tuple(Thread& thread, isize length) {
  if (length == 0) return Ref<Tuple>::share(empty_tuple);
  if (UNLIKELY(length < 0 || length > (isize{1} << 58))) return raise_memory_error(thread);
  const usize bytes = sizeof(Tuple) + 8 * static_cast<usize>(length);
  Object* object = allocate_object(thread, bytes, static_cast<u32>(BuiltinShape::tuple));
  if (UNLIKELY(!object)) return raise_memory_error(thread);
  Tuple* tuple = static_cast<Tuple*>(object);
  tuple->length = length;
  tuple->reserved = 0;
  return Ref<Tuple>::adopt(tuple);
}

// Shares the values of a run whose owner nobody changes meanwhile.
INLINE void share_all(const Object& owner, Field* to, const Value* from, isize count) {
  for (isize i = 0; i < count; ++i) {
    const Value value = from[i];
    incref(value);
    to[i].initialize(value);
  }
  if (UNLIKELY(owner.is_shared())) {
    for (isize i = 0; i < count; ++i) publish(from[i]);
  }
}

}  // namespace

Result<Ref<Tuple>> Tuple::allocate(Thread& thread, isize length) {
  Ref<Tuple> tuple = TRY(allocate_tuple(thread, length));
  for (isize i = 0; i < length; ++i) tuple->items()[i].initialize(None);
  return tuple;
}

Result<Ref<Tuple>> Tuple::from(Thread& thread, const Value* borrowed, isize length) {
  Ref<Tuple> tuple = TRY(allocate_tuple(thread, length));
  share_all(*tuple, tuple->items(), borrowed, length);
  return tuple;
}

Result<Ref<Tuple>> Tuple::adopt(Thread& thread, Value* owned, isize length) {
  Result<Ref<Tuple>> result = allocate_tuple(thread, length);
  if (UNLIKELY(result.failed())) {
    for (isize i = 0; i < length; ++i) decref(owned[i]);
    return failure;
  }
  Ref<Tuple> tuple = result.take();
  for (isize i = 0; i < length; ++i) {
    if (UNLIKELY(tuple->is_shared())) publish(owned[i]);
    tuple->items()[i].initialize(owned[i]);
  }
  return tuple;
}

Result<Ref<Tuple>> Tuple::recycle(Thread& thread, const Object& owner, Field& last, Value* owned, isize length) {
  const Value kept = last.peek();
  if (LIKELY(!owner.is_shared() && kept.is_counted())) {
    Tuple& tuple = *static_cast<Tuple*>(kept.object());
    if (!held_once(tuple) || tuple.length != length) return adopt(thread, owned, length);
    tuple.local.store(2, std::memory_order_relaxed);
    for (isize i = 0; i < length; ++i) {
      const Value old = tuple.items()[i].peek();
      tuple.items()[i].initialize(owned[i]);
      decref(old);
    }
    return Ref<Tuple>::adopt(&tuple);
  }
  Ref<Tuple> made = TRY(adopt(thread, owned, length));
  if (!owner.is_shared()) last.store(owner, made.value());
  return made;
}

Tuple& Tuple::empty() { return *empty_tuple; }

void initialize_tuples(Thread& thread) {
  Ref<Tuple> tuple = MUST(allocate<Tuple>(thread, *types.tuple, sizeof(Tuple)));
  tuple->length = 0;
  tuple->reserved = 0;
  make_immortal(tuple.get());
  empty_tuple = tuple.release();
}

Result<Ref<List>> List::make(Thread& thread, isize capacity) {
  Object* object = allocate_object(thread, sizeof(List), static_cast<u32>(BuiltinShape::list));
  if (UNLIKELY(!object)) return raise_memory_error(thread);
  Ref<List> list = Ref<List>::adopt(static_cast<List*>(object));
  list->size.store(0, std::memory_order_relaxed);
  list->block.store(nullptr, std::memory_order_relaxed);
  if (capacity > 0) {
    ListItems* items = allocate_block(capacity);
    if (!items) return raise_memory_error(thread);
    if (list->is_shared()) fill_holes(items, 0);
    list->block.store(items, std::memory_order_relaxed);
  }
  return list;
}

Result<Ref<List>> List::from(Thread& thread, const Value* borrowed, isize length) {
  Ref<List> list = TRY(make(thread, length));
  if (length) share_all(*list, list->block.load(std::memory_order_relaxed)->slots, borrowed, length);
  list->size.store(length, std::memory_order_release);
  return list;
}

Result<void> List::append_slow(Thread& thread, Ref<>&& item) {
  ListItems* retired = nullptr;
  {
    ObjectLock lock(*this);
    const isize count = size.load(std::memory_order_relaxed);
    if (UNLIKELY(!reserve_locked(*this, count ? count + 1 : kFirstAppended, &retired))) {
      lock.unlock();
      return raise_memory_error(thread);
    }
    if (UNLIKELY(is_shared())) publish(item.value());
    block.load(std::memory_order_relaxed)->slots[count].initialize(item.release());
    size.store(count + 1, std::memory_order_release);  // pairs with the acquire in length()
  }
  dispose(retired);
  return {};
}

Result<void> List::insert(Thread& thread, isize index, Value item) {
  const isize count = length();
  if (index < 0) index = index + count < 0 ? 0 : index + count;
  if (index > count) index = count;
  return splice(thread, index, index, &item, 1);
}

Result<void> List::splice(Thread& thread, isize start, isize end, const Value* values, isize count) {
  // Removed items are dropped after unlocking; a local copy keeps them.
  ListItems* retired = nullptr;
  Value few[16];
  Value* removed = few;
  isize removed_count = 0;
  for (isize i = 0; i < count; ++i) {
    incref(values[i]);
    if (UNLIKELY(is_shared())) publish(values[i]);
  }
  bool failed = false;
  {
    ObjectLock lock(*this);
    const isize old_size = size.load(std::memory_order_relaxed);
    if (start > old_size) start = old_size;
    if (end > old_size) end = old_size;
    if (end < start) end = start;
    removed_count = end - start;
    if (removed_count > 16) removed = static_cast<Value*>(buffer_allocate(8 * static_cast<usize>(removed_count)));
    const isize new_size = old_size - removed_count + count;
    failed = !removed || !reserve_locked(*this, new_size, &retired);
    if (!failed && (new_size > 0 || old_size > 0)) {
      Field* slots = block.load(std::memory_order_relaxed)->slots;
      for (isize i = 0; i < removed_count; ++i) removed[i] = slots[start + i].peek();
      const isize tail = old_size - end;
      if (count <= removed_count) {
        for (isize i = 0; i < count; ++i) slots[start + i].initialize(values[i]);
        if (count != removed_count) move_items(*this, slots + start + count, slots + end, tail);
        size.store(new_size, std::memory_order_release);
        for (isize i = new_size; is_shared() && i < old_size; ++i) slots[i].initialize(Empty);
        shrink_locked(*this);
      } else {
        move_items(*this, slots + start + count, slots + end, tail);
        for (isize i = 0; i < count; ++i) slots[start + i].initialize(values[i]);
        size.store(new_size, std::memory_order_release);
      }
    }
  }
  dispose(retired);
  if (failed) {
    for (isize i = 0; i < count; ++i) decref(values[i]);
    if (removed != few) buffer_free(removed);
    return raise_memory_error(thread);
  }
  for (isize i = 0; i < removed_count; ++i) drop_removed(*this, removed[i]);
  if (removed != few) buffer_free(removed);
  return {};
}

Result<Ref<>> List::pop(Thread& thread, isize index) {
  Value item = Empty;
  isize count;
  {
    ObjectLock lock(*this);
    count = size.load(std::memory_order_relaxed);
    if (index < 0) index += count;
    if (index >= 0 && index < count) {
      Field* slots = block.load(std::memory_order_relaxed)->slots;
      item = slots[index].peek();
      if (is_shared()) incref(item);  // the list's own reference is retired below
      move_items(*this, slots + index, slots + index + 1, count - index - 1);
      size.store(count - 1, std::memory_order_release);
      if (is_shared()) slots[count - 1].initialize(Empty);
      shrink_locked(*this);
    }
  }
  if (item.is_empty()) {
    return raise(thread, types.IndexError, count == 0 ? "pop from empty list" : "pop index out of range");
  }
  if (is_shared()) retire(item);
  return Ref<>::adopt(item);
}

bool List::set(isize index, Value item) {
  incref(item);
  Value old;
  {
    ObjectLock lock(*this);
    if (static_cast<usize>(index) >= static_cast<usize>(size.load(std::memory_order_relaxed))) {
      lock.unlock();
      decref(item);
      return false;
    }
    old = block.load(std::memory_order_relaxed)->slots[index].exchange(*this, Ref<>::adopt(item));
  }
  drop_removed(*this, old);
  return true;
}

void List::clear() {
  ListItems* items;
  isize count;
  const bool was_shared = is_shared();
  {
    ObjectLock lock(*this);
    items = block.load(std::memory_order_relaxed);
    count = size.load(std::memory_order_relaxed);
    size.store(0, std::memory_order_release);
    block.store(nullptr, std::memory_order_release);
  }
  if (!items) return;
  for (isize i = 0; i < count; ++i) drop_removed(*this, items->slots[i].peek());
  if (was_shared) {
    dispose(items);
  } else {
    buffer_free(items);
  }
}

namespace {

// Appends item(0), item(1) and so on to an unshared list: values without a count.
template <class Item>
Result<void> append_uncounted(Thread& thread, List& list, isize count, Item&& item) {
  if (count == 0) return {};
  TRY(list.reserve(thread, count));
  const isize old_size = list.size.load(std::memory_order_relaxed);
  Field* to = list.block.load(std::memory_order_relaxed)->slots + old_size;
  for (isize i = 0; i < count; ++i) to[i].initialize(item(i));
  list.size.store(old_size + count, std::memory_order_release);
  return {};
}

}  // namespace

Result<void> List::extend(Thread& thread, Value iterable) {
  if (!is_shared() && (is_exact<Tuple>(iterable) || (is_exact<List>(iterable) && !iterable.object()->is_shared()))) {
    List* other = is_exact<List>(iterable) ? &as<List>(iterable) : nullptr;
    const isize old_size = length(), count = other ? other->length() : as<Tuple>(iterable).length;
    if (count == 0) return {};
    TRY(reserve(thread, count));
    // After the growth, which may have moved the items of the list itself.
    const Field* from = other ? other->block.load(std::memory_order_relaxed)->slots : as<Tuple>(iterable).items();
    share_all(*this, block.load(std::memory_order_relaxed)->slots + old_size, reinterpret_cast<const Value*>(from), count);
    size.store(old_size + count, std::memory_order_release);
    return {};
  }
  if (!is_shared() && is_exact<Str>(iterable) && as<Str>(iterable).width() == 1) {
    const u8* chars = static_cast<const u8*>(as<Str>(iterable).data());
    return append_uncounted(thread, *this, as<Str>(iterable).length(), [&](isize i) { return Str::character(chars[i]); });
  }
  if (!is_shared() && is_exact<Bytes>(iterable)) {
    const u8* bytes = as<Bytes>(iterable).data();
    return append_uncounted(thread, *this, as<Bytes>(iterable).length, [&](isize i) { return Value::integer(bytes[i]); });
  }
  if (!is_shared() && is_exact<Range>(iterable)) {
    const Range& range = as<Range>(iterable);
    const Value start = range.start.peek(), stop = range.stop.peek(), step = range.step.peek(), count = range.length.peek();
    if (start.is_int() && stop.is_int() && step.is_int() && count.is_int()) {
      const i64 first = start.as_int(), by = step.as_int();
      return append_uncounted(thread, *this, count.as_int(), [=](isize i) { return Value::integer(first + i * by); });
    }
  }
  if (is_exact<Str>(iterable)) {
    const Str& text = as<Str>(iterable);
    TRY(reserve(thread, text.length()));
    for (isize i = 0; i < text.length(); ++i) TRY(append(thread, TRY(Str::from_code_point(thread, text[i]))));
    return {};
  }
  if (is_exact<List>(iterable) || is_exact<Tuple>(iterable)) {
    Ref<Tuple> snapshot;
    if (is_exact<Tuple>(iterable)) {
      snapshot = Ref<Tuple>::share(&as<Tuple>(iterable));
    } else {
      snapshot = TRY(as<List>(iterable).to_tuple(thread));
    }
    const isize count = length();
    return splice(thread, count, count, snapshot->values(), snapshot->length);
  }
  if (is_exact<Set>(iterable) || is_exact<Dict>(iterable)) {
    Dict& table = *static_cast<Dict*>(iterable.object());
    if (!table.is_shared() && !is_shared()) {
      TRY(reserve(thread, table.length()));
      isize position = 0;
      Value key, value;
      while (table.next_entry(position, key, value)) TRY(append(thread, key));
      return {};
    }
    // At one moment: other threads may be changing it.
    Ref<Tuple> keys = TRY(static_cast<Dict*>(iterable.object())->snapshot(thread, DictPart::Keys));
    const isize count = length();
    return splice(thread, count, count, keys->values(), keys->length);
  }
  Ref<> iterator = TRY(iterate(thread, iterable));
  const isize expected = TRY(length_hint(thread, iterable, 0));
  // A hint of more than there can be is wrong.
  if (expected > 0 && expected <= PTRDIFF_MAX - length()) TRY(reserve(thread, expected));
  for (RepeatedNext next_item(iterator);;) {
    Ref<> item = TRY(next_item(thread));
    if (item.value() == Done) return {};
    TRY(append(thread, std::move(item)));
  }
}

Result<void> List::reserve(Thread& thread, isize more) {
  ListItems* retired = nullptr;
  bool done;
  {
    ObjectLock lock(*this);
    isize needed;
    done = !__builtin_add_overflow(size.load(std::memory_order_relaxed), more, &needed) && reserve_locked(*this, needed, &retired);
  }
  dispose(retired);
  if (!done) return raise_memory_error(thread);
  return {};
}

Result<Ref<Tuple>> List::to_tuple(Thread& thread) {
  for (;;) {
    const isize count = length();
    Ref<Tuple> tuple = TRY(Tuple::allocate(thread, count));
    bool consistent = true;
    {
      ObjectLock lock(*this);
      consistent = size.load(std::memory_order_relaxed) == count;
      for (isize i = 0; consistent && i < count; ++i) {
        const Value item = block.load(std::memory_order_relaxed)->slots[i].peek();
        incref(item);
        tuple->items()[i].initialize(item);
      }
    }
    if (consistent) {
      for (isize i = 0; tuple->is_shared() && i < count; ++i) publish((*tuple)[i]);
      return tuple;
    }
  }
}

Result<Ref<List>> List::strided_copy(Thread& thread, isize start, isize step, isize count) {
  Ref<List> result = TRY(make(thread, count));
  if (count == 0) return result;
  const Field* from = block.load(std::memory_order_relaxed)->slots;
  Field* to = result->block.load(std::memory_order_relaxed)->slots;
  for (isize i = 0; i < count; ++i) {
    const Value item = from[start + i * step].peek();
    incref(item);
    if (UNLIKELY(result->is_shared())) publish(item);
    to[i].initialize(item);
  }
  result->size.store(count, std::memory_order_release);
  return result;
}

Result<Ref<List>> List::copy(Thread& thread, isize start, isize end) {
  if (LIKELY(!is_shared())) {
    if (end > length()) end = length();
    if (start >= end) return make(thread);
    return from(thread, reinterpret_cast<const Value*>(block.load(std::memory_order_relaxed)->slots) + start, end - start);
  }
  Ref<Tuple> snapshot = TRY(to_tuple(thread));
  if (end > snapshot->length) end = snapshot->length;
  if (start > end) start = end;
  return from(thread, snapshot->values() + start, end - start);
}

}  // namespace py
