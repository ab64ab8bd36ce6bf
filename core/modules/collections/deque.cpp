#include "core/modules/collections/deque.h"

#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/sequence.h"
#include "memory/buffer.h"

namespace py {

namespace {

void visit(Object& object, Visitor& visitor) {
  Deque& deque = static_cast<Deque&>(object);
  for (isize i = 0; i < deque.size; ++i) visitor.visit(deque.slot(i));
  visit_attributes(object, visitor);
}
void release(Object& object) {
  buffer_free(static_cast<Deque&>(object).ring);
  release_attributes(object);
}

}  // namespace

const ObjectOps Deque::kOps = {"collections.deque", visit, release, fixed_size};

// Makes room for `wanted` items. False: no memory. The replaced ring goes to *old: freed after unlocking.
bool Deque::reserve_locked(isize wanted, Field** old) {
  if (wanted <= capacity) return true;
  isize bigger = capacity ? capacity : 8;
  while (bigger < wanted) bigger *= 2;
  auto* fresh = static_cast<Field*>(buffer_allocate(8 * static_cast<usize>(bigger)));
  if (!fresh) return false;
  for (isize i = 0; i < size; ++i) fresh[i].initialize(slot(i).peek());
  *old = std::exchange(ring, fresh);
  capacity = bigger;
  head = 0;
  return true;
}

Result<void> Deque::append(Thread& thread, Value item) {
  Value dropped = Empty;
  Field* old = nullptr;
  bool done = false;
  if (UNLIKELY(is_shared())) publish(item);
  {
    ObjectLock lock(*this);
    if (maxlen == 0) return {};
    if (size == maxlen) {
      dropped = slot(0).peek();
      head = (head + 1) & (capacity - 1);
      --size;
    }
    done = reserve_locked(size + 1, &old);
    if (done) {
      incref(item);
      slot(size).initialize(item);
      ++size;
    }
    ++changes;
  }
  buffer_free(old);
  drop_removed(*this, dropped);
  if (!done) return raise_memory_error(thread);
  return {};
}

Result<void> Deque::append_left(Thread& thread, Value item) {
  Value dropped = Empty;
  Field* old = nullptr;
  bool done = false;
  if (UNLIKELY(is_shared())) publish(item);
  {
    ObjectLock lock(*this);
    if (maxlen == 0) return {};
    if (size == maxlen) dropped = slot(--size).peek();
    done = reserve_locked(size + 1, &old);
    if (done) {
      incref(item);
      head = (head - 1) & (capacity - 1);
      slot(0).initialize(item);
      ++size;
    }
    ++changes;
  }
  buffer_free(old);
  drop_removed(*this, dropped);
  if (!done) return raise_memory_error(thread);
  return {};
}

Result<Ref<>> Deque::pop(Thread& thread) {
  Value item = Empty;
  {
    ObjectLock lock(*this);
    if (size) {
      item = slot(--size).peek();
      ++changes;
    }
  }
  if (item.is_empty()) return raise(thread, types.IndexError, "pop from an empty deque");
  return Ref<>::adopt(item);
}

Result<Ref<>> Deque::pop_left(Thread& thread) {
  Value item = Empty;
  {
    ObjectLock lock(*this);
    if (size) {
      item = slot(0).peek();
      head = (head + 1) & (capacity - 1);
      --size;
      ++changes;
    }
  }
  if (item.is_empty()) return raise(thread, types.IndexError, "pop from an empty deque");
  return Ref<>::adopt(item);
}

Deque::Removed Deque::empty_locked() {
  ++changes;
  return {std::exchange(ring, nullptr), std::exchange(capacity, 0), std::exchange(head, 0), std::exchange(size, 0)};
}

void Deque::drop_all(const Removed& removed) {
  for (isize i = 0; i < removed.size; ++i) {
    drop_removed(*this, removed.ring[(removed.head + i) & (removed.capacity - 1)].peek());
  }
  buffer_free(removed.ring);
}

void Deque::clear() {
  Removed removed;
  {
    ObjectLock lock(*this);
    removed = empty_locked();
  }
  drop_all(removed);
}

void Deque::restart(isize bound) {
  Removed removed;
  {
    ObjectLock lock(*this);
    maxlen = bound;
    removed = empty_locked();
  }
  drop_all(removed);
}

void Deque::rotate(isize steps) {
  ObjectLock lock(*this);
  if (size < 2) return;
  steps %= size;
  if (steps > size / 2) steps -= size;
  if (steps < -(size / 2)) steps += size;
  if (steps == 0) return;
  ++changes;
  for (; steps > 0; --steps) {
    const Value last = slot(size - 1).peek();
    head = (head - 1) & (capacity - 1);
    slot(0).initialize(last);
  }
  for (; steps < 0; ++steps) {
    const Value first = slot(0).peek();
    head = (head + 1) & (capacity - 1);
    slot(size - 1).initialize(first);
  }
}

void Deque::reverse() {
  ObjectLock lock(*this);
  for (isize low = 0, high = size - 1; low < high; ++low, --high) {
    const Value word = slot(low).peek();
    slot(low).initialize(slot(high).peek());
    slot(high).initialize(word);
  }
}

Result<void> Deque::insert(Thread& thread, isize index, Value item) {
  Field* old = nullptr;
  enum { Done, Full, NoMemory } outcome = Done;
  if (UNLIKELY(is_shared())) publish(item);
  {
    ObjectLock lock(*this);
    if (size == maxlen) {
      outcome = Full;
    } else if (!reserve_locked(size + 1, &old)) {
      outcome = NoMemory;
    } else {
      if (index < 0) index = index + size < 0 ? 0 : index + size;
      if (index > size) index = size;
      incref(item);
      ++size;
      ++changes;
      for (isize i = size - 1; i > index; --i) slot(i).initialize(slot(i - 1).peek());
      slot(index).initialize(item);
    }
  }
  buffer_free(old);
  if (outcome == Full) return raise(thread, types.IndexError, "deque already at its maximum size");
  if (outcome == NoMemory) return raise_memory_error(thread);
  return {};
}

void Deque::close_gap_locked(isize index) {
  if (index < size / 2) {
    for (isize i = index; i > 0; --i) slot(i).initialize(slot(i - 1).peek());
    head = (head + 1) & (capacity - 1);
  } else {
    for (isize i = index; i + 1 < size; ++i) slot(i).initialize(slot(i + 1).peek());
  }
  --size;
  ++changes;
}

bool Deque::remove(isize index, Value expected) {
  Value removed;
  {
    ObjectLock lock(*this);
    if (index < 0 || index >= size) return false;
    removed = slot(index).peek();
    if (!expected.is_empty() && removed != expected) return false;
    close_gap_locked(index);
  }
  drop_removed(*this, removed);
  return true;
}

Result<void> Deque::replace(Thread& thread, isize index, Value item) {
  Value old = Empty;
  {
    ObjectLock lock(*this);
    if (index >= 0 && index < size) old = slot(index).exchange(*this, Ref<>::share(item));
  }
  if (old.is_empty()) return raise(thread, types.IndexError, "deque index out of range");
  drop_removed(*this, old);
  return {};
}

Result<Ref<Tuple>> Deque::to_tuple(Thread& thread) {
  for (;;) {
    const isize expected = length();
    Ref<Tuple> result = TRY(Tuple::allocate(thread, expected));
    bool consistent;
    {
      ObjectLock lock(*this);
      consistent = size == expected;
      for (isize i = 0; consistent && i < size; ++i) {
        incref(slot(i).peek());
        result->items()[i].initialize(slot(i).peek());
      }
    }
    if (!consistent) continue;
    for (isize i = 0; result->is_shared() && i < expected; ++i) publish((*result)[i]);
    return result;
  }
}

}  // namespace py
