#include <signal.h>

#include "tests/unit/stress.h"
#include "threading/sync/byte_lock.h"
#include "threading/sync/mutex.h"

#include "tests/unit/doctest.h"

namespace py {

TEST_CASE("byte lock: exclusion and progress") {
  StressClock clock;
  std::atomic<u8> byte{0};
  u64 counter = 0;  // under the lock
  std::atomic<u64> expected{0};
  run_os_threads(6, [&](usize index) {
    Random random(stress_seed() + index);
    while (!clock.is_over()) {
      ByteLock(byte).lock();
      ++counter;
      if (random() % 64 == 0) usleep(20);  // long enough for others to park
      ByteLock(byte).unlock();
      expected.fetch_add(1);
    }
  });
  CHECK(counter == expected);
  CHECK(byte == 0);
}

TEST_CASE("fault: unlock forgets the waiter") { CHECK(fails_with(TestFault::ForgetUnpark, "byte lock: exclusion*")); }

TEST_CASE("parking: no wake-up is lost") {
  StressClock clock;
  // A baton goes round: whoever has it wakes the next.
  constexpr u32 kThreads = 4;
  std::atomic<u32> baton{0};
  std::atomic<bool> over{false};
  std::atomic<u64> rounds{0};
  run_os_threads(kThreads, [&](usize index) {
    while (true) {
      while (baton.load() % kThreads != index && !over) {
        park_if(&baton, [&] { return baton.load() % kThreads != index && !over; });
      }
      if (clock.is_over()) over = true;
      baton.fetch_add(1);
      rounds.fetch_add(1);
      unpark_all(&baton);
      if (over) return;
    }
  });
  CHECK(rounds > 100);
}

TEST_CASE("fault: park does not validate") { CHECK(fails_with(TestFault::SkipParkValidation, "parking: no wake-up*")); }

TEST_CASE("parking: deadlines, interrupts, order") {
  int address = 0;
  CHECK(park_if(&address, [] { return false; }) == ParkResult::Invalid);
  const i64 begin = monotonic_ns();
  CHECK(park_if(&address, [] { return true; }, begin + 20'000'000) == ParkResult::TimedOut);
  CHECK(monotonic_ns() - begin >= 20'000'000);
  Parker parker;
  current_parker = &parker;
  interrupt(parker);
  CHECK(park_if(&address, [] { return true; }, kNoDeadline, Interruptible::Yes) == ParkResult::Interrupted);
  interrupt(parker);  // does not disturb this one
  CHECK(park_if(&address, [] { return true; }, monotonic_ns() + 5'000'000) == ParkResult::TimedOut);
  current_parker = nullptr;
  CHECK(!unpark_one(&address));

  std::vector<usize> order;
  Mutex mutex;
  std::atomic<usize> parked{0};
  run_os_threads(5, [&](usize index) {
    if (index == 4) {
      while (parked < 4) usleep(1000);
      usleep(2000);
      for (usize woken = 0; woken < 4; ++woken) {
        unpark_one(&address);
        while (true) {
          MutexGuard guard(mutex);
          if (order.size() > woken) break;
        }
      }
      return;
    }
    while (parked != index) usleep(100);
    const ParkResult result = park_if(&address, [&] {
      parked.fetch_add(1);
      return true;
    });
    MutexGuard guard(mutex);
    if (result == ParkResult::Unparked) order.push_back(index);
  });
  CHECK(order == std::vector<usize>{0, 1, 2, 3});
}

}  // namespace py
