// Field: a reference stored in a heap object. Its store is the write barrier that keeps invariant S: what is stored
// into a shared object is published first, and what is removed from one is dropped only after a grace period (rule R).
//
// Threads: a local object's fields belong to its owner. A shared object's are loaded by anyone (acquire) and stored
// under the object's lock; the removed value must be dropped after unlocking, so exchange hands it out and
// `drop_removed` takes it.
#pragma once
#include "memory/publish.h"
#include "memory/ref.h"

namespace py {

// A reference taken out of `owner`. Call without locks held.
INLINE void drop_removed(const Object& owner, Value value) {
  if (!value.is_counted()) return;
  if (UNLIKELY(owner.is_shared())) {
    retire(value);
  } else {
    decref_object(value.object());
  }
}

class Field {
 public:
  Field() : word_(Empty.bits) {}
  explicit Field(Value owned) : word_(owned.bits) {}

  // Borrowed: valid until the thread's next safepoint for a shared owner; until the field changes for a local one.
  Value peek() const { return {word_.load(std::memory_order_acquire)}; }
  Ref<> load() const { return Ref<>::share(peek()); }

  // For an object under construction, which no other thread can reach. Takes the reference.
  void initialize(Value owned) { word_.store(owned.bits, std::memory_order_relaxed); }
  void initialize(Ref<>&& value) { initialize(value.release()); }
  template <class T>
    requires std::is_base_of_v<Object, T>
  void initialize(Ref<T> value) {
    initialize(Ref<>(std::move(value)));
  }

  // Stores `value` and drops what was there. Not under a lock: a shared owner's is taken for the exchange, so that of two
  // threads that replace a value only one drops it.
  void store(const Object& owner, Ref<>&& value) {
    if (UNLIKELY(owner.is_shared())) return store_shared(owner, std::move(value));
    const u64 old = word_.load(std::memory_order_relaxed);
    word_.store(value.release().bits, std::memory_order_release);
    drop_removed(owner, {old});
  }
  void store(const Object& owner, Value borrowed) { store(owner, Ref<>::share(borrowed)); }
  template <class T>
    requires std::is_base_of_v<Object, T>
  void store(const Object& owner, Ref<T> value) {
    store(owner, Ref<>(std::move(value)));
  }

  // Stores `value` and returns the owned old word, to be given to drop_removed after unlocking.
  [[nodiscard]] Value exchange(const Object& owner, Ref<> value) {
    if (UNLIKELY(owner.is_shared())) publish(value.value());
    const u64 old = word_.load(std::memory_order_relaxed);
    word_.store(value.release().bits, std::memory_order_release);
    return {old};
  }

  // For the collector and for what takes dead objects apart.
  std::atomic<u64>& word() { return word_; }

 private:
  COLD void store_shared(const Object& owner, Ref<>&& value);

  std::atomic<u64> word_;
};
static_assert(sizeof(Field) == 8);

INLINE void Visitor::visit(Field& field) {
  if (on_field_) return on_field_(*this, field);
  const Value value{field.word().load(std::memory_order_relaxed)};
  if (value.is_counted()) decref_by_call(value.object());
}

}  // namespace py
