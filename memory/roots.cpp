#include "memory/roots.h"

#include "core/base/check.h"
#include "memory/root_vector.h"
#include "threading/runtime/world.h"

namespace py {

namespace {

constexpr usize kMaxRegistrations = 64;
Mutex mutex{Rank::Leaf};
RootVisitor visitors[kMaxRegistrations];
std::atomic<usize> visitor_count{0};
RangeEnumerator enumerators[kMaxRegistrations];
std::atomic<usize> enumerator_count{0};
std::atomic<GlobalRef*> first_global{nullptr};

}  // namespace

void register_roots(RootVisitor visitor) {
  MutexGuard guard(mutex);
  const usize count = visitor_count.load();
  CHECK(count < kMaxRegistrations);
  visitors[count] = visitor;
  visitor_count.store(count + 1);
}

void register_conservative_ranges(RangeEnumerator enumerate) {
  MutexGuard guard(mutex);
  const usize count = enumerator_count.load();
  CHECK(count < kMaxRegistrations);
  enumerators[count] = enumerate;
  enumerator_count.store(count + 1);
}

void visit_roots(Visitor& visitor) {
  const usize count = visitor_count.load();
  for (usize index = 0; index < count; ++index) visitors[index](visitor);
  static_assert(sizeof(Field) == sizeof(std::atomic<u64>));
  for (GlobalRef* global = first_global.load(); global; global = global->next_) {
    visitor.visit(*reinterpret_cast<Field*>(&global->word_));
  }
  visit_root_vectors(visitor);
}

void enumerate_conservative_ranges(void (*range)(void*, const void*, const void*), void* context) {
  const usize count = enumerator_count.load();
  for (usize index = 0; index < count; ++index) enumerators[index](range, context);
}

void GlobalRef::set(Ref<> value) {
  if (!listed_.load(std::memory_order_acquire)) {
    MutexGuard guard(mutex);
    if (!listed_.load(std::memory_order_relaxed)) {
      next_ = first_global.load();
      first_global.store(this);
      listed_.store(true, std::memory_order_release);  // pairs with the acquire above
    }
  }
  if (has_multiple_threads()) publish(value.value());
  const Value old{word_.exchange(value.release().bits)};
  if (!old.is_counted()) return;
  if (has_multiple_threads()) {
    retire(old);
  } else {
    decref(old);
  }
}

void roots_after_fork_in_child() {
  mutex.reset();
  root_vectors_after_fork_in_child();
}

}  // namespace py
