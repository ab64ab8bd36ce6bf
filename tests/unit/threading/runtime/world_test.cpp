#include "threading/runtime/world.h"

#include <signal.h>

#include "tests/unit/stress.h"
#include "threading/runtime/handshake.h"

#include "tests/unit/doctest.h"

namespace py {

namespace {

// Threads of weft, while the test's own thread waits detached.
void run_threads(ThreadBase& self, usize count, const std::function<void(ThreadBase&, usize)>& body) {
  Detached waiting(self);
  run_os_threads(count, [&](usize index) {
    ThreadBase thread;
    if (!enter_world(thread)) std::abort();
    body(thread, index);
    leave_world(thread);
  });
}

ThreadBase& main_base() {
  static ThreadBase thread;
  static const bool entered = enter_world(thread);
  (void)entered;
  return thread;
}

}  // namespace

TEST_CASE("stopping the world excludes everybody") {
  ThreadBase& self = main_base();
  StressClock clock;
  constexpr usize kThreads = 5;
  u64 owned[kThreads][8] = {};  // plain: written by its thread between polls, by stoppers while stopped
  u64 stops = 0;                // plain: written while stopped
  std::atomic<u64> expected_stops{0};
  std::atomic<u64> expected_sum{0};
  std::atomic<u64> failures{0};
  run_threads(self, kThreads, [&](ThreadBase& thread, usize index) {
    Random random(stress_seed() + index);
    while (!clock.is_over()) {
      if (!poll(thread)) failures.fetch_add(1);
      owned[index][0] += 1;
      expected_sum.fetch_add(1);
      const u32 choice = random() % 256;
      if (choice < 3) {
        StopTheWorld stop(thread);
        ++stops;
        for (auto& counter : owned) {
          counter[1] = counter[0];
          if (counter[1] != counter[0]) failures.fetch_add(1);
        }
        expected_stops.fetch_add(1);
      } else if (choice < 20) {
        Detached detached(thread);
        if (choice < 5) usleep(50);
      }
    }
  });
  u64 sum = 0;
  for (auto& counter : owned) sum += counter[0];
  CHECK(stops == expected_stops);
  CHECK(stops > 10);
  CHECK(sum == expected_sum);
  CHECK(failures == 0);
}

TEST_CASE("fault: detach does not look again") {
  CHECK(fails_with(TestFault::SkipDetachRecheck, "stopping the world excludes*"));
}

TEST_CASE("handshakes run exactly once, and not beside their thread") {
  ThreadBase& self = main_base();
  StressClock clock;
  constexpr usize kThreads = 5;
  struct Target {
    ThreadSlot* slot = nullptr;
    u64 value = 0;  // plain: the thread's own, or a handshake's
    std::atomic<u64> sent{0};
  };
  Target targets[kThreads];
  std::atomic<usize> ready{0};
  std::atomic<usize> finished{0};
  std::atomic<u64> own{0};
  run_threads(self, kThreads, [&](ThreadBase& thread, usize index) {
    targets[index].slot = thread.slot;
    ready.fetch_add(1);
    while (ready < kThreads) poll_quiet(thread);
    Random random(stress_seed() + index);
    const auto bump = [](void* target, ThreadSlot&) { ++static_cast<Target*>(target)->value; };
    while (!clock.is_over()) {
      poll_quiet(thread);
      ++targets[index].value;
      own.fetch_add(1);
      Target& target = targets[random() % kThreads];
      const u32 choice = random() % 64;
      if (choice == 0) {
        if (handshake(thread, *target.slot, bump, &target)) target.sent.fetch_add(1);
      } else if (choice == 1) {
        if (&target != &targets[index] && post(*target.slot, bump, &target)) target.sent.fetch_add(1);
      } else if (choice == 2) {
        StopTheWorld stop(thread);
        for (Target& each : targets) ++each.value;
        own.fetch_add(kThreads);
      } else if (choice < 6) {
        Detached detached(thread);
        usleep(20);
      }
    }
    finished.fetch_add(1);
    while (finished < kThreads) poll_quiet(thread);
  });
  u64 total = 0;
  u64 sent = 0;
  for (Target& target : targets) {
    total += target.value;
    sent += target.sent;
  }
  CHECK(sent > 10);
  CHECK(total == sent + own);
}

TEST_CASE("threads come and go while others stop the world") {
  ThreadBase& self = main_base();
  StressClock clock;
  std::atomic<u64> entered{0};
  {
    Detached waiting(self);
    run_os_threads(6, [&](usize index) {
      Random random(stress_seed() + index);
      while (!clock.is_over()) {
        ThreadBase thread;
        if (!enter_world(thread)) std::abort();
        entered.fetch_add(1);
        for (u32 step = random() % 50; step > 0; --step) poll_quiet(thread);
        if (random() % 3 == 0) StopTheWorld stop(thread);
        leave_world(thread);
      }
    });
  }
  CHECK(entered > 50);
  CHECK(live_threads == 1);
  CHECK(slot_limit.load() < 20);
}

TEST_CASE("an interruptible wait ends by wake") {
  ThreadBase& self = main_base();
  int address = 0;
  ThreadSlot* slot = self.slot;
  run_os_threads(1, [&](usize) {});
  std::atomic<bool> stop{false};
  pthread_t waker;
  struct Context {
    ThreadSlot* slot;
    std::atomic<bool>* stop;
  } context{slot, &stop};
  pthread_create(
      &waker, nullptr,
      [](void* memory) -> void* {
        usleep(10'000);
        interrupt_thread(*static_cast<Context*>(memory)->slot, Breaker::Signal);
        return nullptr;
      },
      &context);
  const auto always = [](void*) { return true; };
  CHECK(park_detached(self, &address, always, nullptr) == ParkResult::Interrupted);
  // While the reason stands, no wait begins.
  CHECK(park_detached(self, &address, always, nullptr) == ParkResult::Interrupted);
  CHECK(poll(self));
  CHECK(park_detached(self, &address, always, nullptr, monotonic_ns() + 1'000'000) == ParkResult::TimedOut);
  pthread_join(waker, nullptr);
}

TEST_CASE("fork leaves a working child") {
  ThreadBase& self = main_base();
  StressClock clock;
  std::atomic<bool> over{false};
  std::atomic<usize> failures{0};
  run_threads(self, 4, [&](ThreadBase& thread, usize index) {
    Random random(stress_seed() + index);
    if (index == 0) {
      for (int round = 0; round < 20 && !clock.is_over(); ++round) {
        const int child = fork_world(thread);
        if (child == 0) {
          bool fine = live_threads == 1;
          {
            StopTheWorld stop(thread);
          }
          ThreadBase* base = &thread;
          pthread_t other;  // a new thread can enter, stop the world and leave
          pthread_create(
              &other, nullptr,
              [](void*) -> void* {
                ThreadBase thread;
                if (!enter_world(thread)) _exit(1);
                {
                  StopTheWorld stop(thread);
                }
                leave_world(thread);
                return nullptr;
              },
              nullptr);
          {
            Detached detached(*base);
            pthread_join(other, nullptr);
          }
          _exit(fine && live_threads == 1 ? 0 : 1);
        }
        int status = 1;
        {
          Detached detached(thread);
          waitpid(child, &status, 0);
        }
        if (status != 0) failures.fetch_add(1);
      }
      over = true;
      return;
    }
    while (!over) {
      poll_quiet(thread);
      if (random() % 16 == 0) StopTheWorld stop(thread);
      if (random() % 16 == 1) {
        Detached detached(thread);
        usleep(10);
      }
    }
  });
  CHECK(failures == 0);
}

}  // namespace py
