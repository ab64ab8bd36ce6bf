// Threads of weft for the stress tests, and objects that notice when they are used after their death.
#pragma once
#include "memory/collector.h"
#include "memory/lock.h"
#include "memory/reclamation.h"
#include "tests/unit/memory/objects.h"
#include "tests/unit/stress.h"
#include "threading/runtime/world.h"

namespace py {

// Runs threads of weft while the calling thread of weft waits detached.
inline void run_threads(Thread& self, usize count, const std::function<void(Thread&, usize)>& body) {
  Detached waiting(self);
  run_os_threads(count, [&](usize index) {
    Thread* thread = enter_thread();
    if (!thread) std::abort();
    body(*thread, index);
    leave_thread(thread);
  });
}

inline constexpr u64 kAlive = 0xA11FEA11FEA11FE0;
inline std::atomic<i64> mortal_births{0};
inline std::atomic<i64> mortal_deaths{0};

// Wears a mark while it is alive.
struct Mortal : Object {
  std::atomic<u64> mark;
  Field other;
};
inline constexpr ObjectOps kMortalOps = {
    "mortal",
    [](Object& object, Visitor& visitor) { visitor.visit(static_cast<Mortal&>(object).other); },
    [](Object& object) {
      // A second death, or the death of something else, is a defect.
      if (static_cast<Mortal&>(object).mark.exchange(0) != kAlive) std::abort();
      mortal_deaths.fetch_add(1);
    },
    [](const Object&) { return sizeof(Mortal); },
};
inline u32 mortal_shape() {
  static const u32 shape = make_shape(kMortalOps);
  return shape;
}

inline Ref<Mortal> new_mortal(Thread& thread) {
  auto* mortal = static_cast<Mortal*>(allocate_object(thread, sizeof(Mortal), mortal_shape()));
  if (!mortal) std::abort();
  mortal->mark.store(kAlive);
  mortal->other.initialize(Empty);
  mortal_births.fetch_add(1);
  return Ref<Mortal>::adopt(mortal);
}

// Aborts when the value is no living Mortal.
inline void check_alive(Value value) {
  if (static_cast<Mortal*>(value.object())->mark.load(std::memory_order_relaxed) != kAlive) std::abort();
}

// All that died has died: limbo, queues and cycles of threads that are gone.
inline void settle(Thread& self) {
  collect(self, 2);
  flush_limbo(self);
  collect(self, 2);
}

}  // namespace py
