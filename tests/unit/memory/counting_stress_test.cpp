#include "memory/lock.h"
#include "tests/unit/doctest.h"
#include "tests/unit/memory/threads.h"

namespace py {

namespace {

constexpr usize kSlots = 24;

// A shared object whose fields the threads fill, read and empty.
Ref<Vector> new_exchange(Thread& thread) {
  Ref<Vector> exchange = new_vector(thread, kSlots);
  publish(exchange.value());
  return exchange;
}

// The way every container stores into a shared slot.
void replace(Vector& exchange, usize slot, Ref<> value) {
  Value old;
  {
    ObjectLock lock(exchange);
    old = exchange.items[slot].exchange(exchange, std::move(value));
  }
  drop_removed(exchange, old);
}

// Borrowed reads within one section; aborts if one of the values dies meanwhile.
void read_section(Vector& exchange, Random& random) {
  Value seen[4];
  for (Value& value : seen) value = exchange.items[random() % kSlots].peek();
  for (int look = 0; look < 8; ++look) {
    if (is_faulty_run() && look == 4) usleep(1);  // a long section, so that the fault shows
    for (Value value : seen) {
      if (value.is_object()) check_alive(value);
    }
  }
}

void act(Thread& thread, Vector& exchange, std::vector<Ref<>>& held, Random& random) {
  const usize slot = random() % kSlots;
  switch (random() % 8) {
    case 0:
    case 1: replace(exchange, slot, new_mortal(thread)); break;
    case 2: replace(exchange, slot, Ref<>()); break;
    case 3:
    case 4: {
      Ref<> value = exchange.items[slot].load();
      if (value.value().is_object()) held.push_back(std::move(value));
      break;
    }
    case 5:
      if (!held.empty()) {
        check_alive(held.back());
        held.pop_back();
      }
      break;
    case 6: read_section(exchange, random); break;
    case 7:
      if (!held.empty()) replace(exchange, slot, held[random() % held.size()].share());
      break;
  }
  if (held.size() > 32) held.clear();
}

void rest(Thread& thread, Random& random) {
  if (!poll(thread)) std::abort();
  if (random() % 64 == 0) {
    Detached detached(thread);
    if (random() % 8 == 0) usleep(random() % 100);
  }
}

}  // namespace

TEST_CASE("counting: shared objects live while they are held, and die once") {
  Thread& self = main_thread();
  StressClock clock;
  const i64 alive_before = mortal_births - mortal_deaths;
  Ref<Vector> exchange = new_exchange(self);
  run_threads(self, 6, [&](Thread& thread, usize index) {
    Random random(stress_seed() + index);
    std::vector<Ref<>> held;
    while (!clock.is_over()) {
      act(thread, *exchange, held, random);
      if (random() % 4 == 0) rest(thread, random);
    }
  });
  for (usize slot = 0; slot < kSlots; ++slot) replace(*exchange, slot, Ref<>());
  settle(self);
  CHECK(mortal_births - mortal_deaths == alive_before);
  CHECK(mortal_births > 1000);
}

TEST_CASE("counting: threads that come and go leave nothing behind") {
  Thread& self = main_thread();
  StressClock clock;
  const i64 alive_before = mortal_births - mortal_deaths;
  Ref<Vector> exchange = new_exchange(self);
  {
    Detached waiting(self);
    run_os_threads(6, [&](usize index) {
      Random random(stress_seed() + index);
      while (!clock.is_over()) {
        Thread* thread = enter_thread();
        std::vector<Ref<>> held;
        for (u32 step = random() % 400; step > 0; --step) {
          act(*thread, *exchange, held, random);
          if (step % 4 == 0) rest(*thread, random);
        }
        held.clear();
        leave_thread(thread);
      }
    });
  }
  for (usize slot = 0; slot < kSlots; ++slot) replace(*exchange, slot, Ref<>());
  settle(self);
  CHECK(mortal_births - mortal_deaths == alive_before);
}

TEST_CASE("fault: removed references are dropped at once") {
  CHECK(fails_with(TestFault::DropAtOnce, "counting: shared objects*"));
}
TEST_CASE("fault: reclamation ignores readers") {
  CHECK(fails_with(TestFault::IgnoreReaders, "counting: shared objects*"));
}
TEST_CASE("an object dies at once though its owner is blocked") {
  Thread& self = main_thread();
  Ref<Vector> exchange = new_exchange(self);
  replace(*exchange, 0, new_mortal(self));  // counted by this thread, which now blocks
  const i64 deaths = mortal_deaths;
  i64 seen = 0;
  run_threads(self, 1, [&](Thread& thread, usize) {
    replace(*exchange, 0, Ref<>());
    flush_limbo(thread);
    seen = mortal_deaths;
  });
  CHECK(seen == deaths + 1);
}

TEST_CASE("fault: nobody merges for a blocked owner") {
  CHECK(fails_with(TestFault::NoStealMerge, "an object dies at once*"));
}

TEST_CASE("weak references race with the last drop") {
  Thread& self = main_thread();
  StressClock clock;
  const i64 alive_before = mortal_births - mortal_deaths;
  Ref<Vector> exchange = new_exchange(self);  // weak references
  Ref<Vector> targets = new_exchange(self);   // some of their targets, strongly
  std::atomic<u64> hits{0};
  std::atomic<u64> misses{0};
  run_threads(self, 5, [&](Thread& thread, usize index) {
    Random random(stress_seed() + index);
    while (!clock.is_over()) {
      const usize slot = random() % kSlots;
      if (random() % 3 == 0) {
        Ref<Mortal> target = new_mortal(thread);
        replace(*exchange, slot, new_weak(thread, *target, random() % 2));
        if (random() % 2) replace(*targets, random() % kSlots, target.share());
      } else {
        Ref<> weak = exchange->items[slot].load();
        if (!weak.value().is_object()) continue;
        Ref<> loaded = load_weak(static_cast<WeakReference*>(weak.value().object())->node);
        if (loaded.is_empty()) {
          misses.fetch_add(1);
        } else {
          check_alive(loaded);
          hits.fetch_add(1);
        }
      }
      if (random() % 8 == 0) rest(thread, random);
    }
  });
  for (usize slot = 0; slot < kSlots; ++slot) {
    replace(*exchange, slot, Ref<>());
    replace(*targets, slot, Ref<>());
  }
  settle(self);
  CHECK(mortal_births - mortal_deaths == alive_before);
  CHECK(hits > 0);
  CHECK(misses > 0);
}

TEST_CASE("fault: try_incref revives the dying") { CHECK(fails_with(TestFault::IncrefDying, "weak references race*")); }
TEST_CASE("fault: weak references outlive their target") {
  CHECK(fails_with(TestFault::LateWeakClear, "weak references"));
}

TEST_CASE("collections beside mutating threads free cycles and nothing else") {
  Thread& self = main_thread();
  StressClock clock;
  verify_at_collections = true;
  const i64 alive_before = mortal_births - mortal_deaths;
  Ref<Vector> exchange = new_exchange(self);
  run_threads(self, 4, [&](Thread& thread, usize index) {
    Random random(stress_seed() + index);
    std::vector<Ref<>> held;
    while (!clock.is_over()) {
      // A small ring, perhaps stored where others find it.
      Ref<Mortal> first = new_mortal(thread);
      Ref<Mortal> second = new_mortal(thread);
      first->other.store(*first, second.value());
      second->other.store(*second, first.value());
      if (random() % 2) replace(*exchange, random() % kSlots, first.share());
      act(thread, *exchange, held, random);
      if (!held.empty()) {
        auto* mortal = static_cast<Mortal*>(held.back().value().object());
        check_alive(held.back());
        if (mortal->other.peek().is_object()) check_alive(mortal->other.peek());
        if (random() % 4 == 0) {
          Value old;
          {
            ObjectLock lock(*mortal);
            old = mortal->other.exchange(*mortal, first.share());
          }
          drop_removed(*mortal, old);
        }
      }
      if (random() % 4 == 0) rest(thread, random);
      if (random() % 512 == 0) collect(thread, random() % 3);
    }
  });
  for (usize slot = 0; slot < kSlots; ++slot) replace(*exchange, slot, Ref<>());
  settle(self);
  CHECK(mortal_births - mortal_deaths == alive_before);
  verify_at_collections = false;
}

#ifndef WEFT_SHARE
TEST_CASE("fault: publishing does not follow fields") {
  CHECK(fails_with(TestFault::PublishRootOnly, "collections beside*"));
}
#endif
TEST_CASE("fault: one edge too many is subtracted") {
  CHECK(fails_with(TestFault::CollectorForgetsEdges, "random graphs*"));
}
TEST_CASE("fault: root visitors are not asked") { CHECK(fails_with(TestFault::CollectorForgetsRoots, "roots hold*")); }
TEST_CASE("fault: native stacks are not scanned") {
  CHECK(fails_with(TestFault::CollectorForgetsStacks, "deferred objects live*"));
}

}  // namespace py
