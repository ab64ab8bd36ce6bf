#include "core/modules/io/call_lock.h"

#include "core/modules/posix/fork.h"

namespace py::io {

std::atomic<u32> fork_generation{0};

namespace {

constexpr u32 kWaiters = 1u << 16;
constexpr u32 kGenerationShift = 17;

}  // namespace

void install_fork_generation() {
  posix::add_after_fork_in_child([](Thread&) {
    const u32 next = (fork_generation.load() + 1) & 0x7FFF;
    fork_generation.store(next);
  });
}

Result<void> CallGuard::enter_slow(Thread& thread, Object& owner, CallLock& lock, bool again) {
  const u32 mine = current_slot | fork_generation.load() << kGenerationShift;
  for (;;) {
    u32 seen = lock.word.load();
    if (seen == 0 || seen >> kGenerationShift != mine >> kGenerationShift) {
      if (!lock.word.compare_exchange_strong(seen, mine, std::memory_order_acquire)) continue;
      lock_ = &lock;
      owner_ = &owner;
      return {};
    }
    if ((seen & 0xFFFF) == current_slot) {
      if (again) return {};
      return raise(thread, types.RuntimeError, "reentrant call inside {!r}", owner.value());
    }
    if (!(seen & kWaiters)) {
      if (!lock.word.compare_exchange_strong(seen, seen | kWaiters)) continue;
      seen |= kWaiters;
    }
    {
      Detached detached(thread);
      park_if(&lock, [&] { return lock.word.load() == seen; });
    }
  }
}

void CallGuard::leave_slow() {
  // Everybody wakes and competes: contended files are rare, and a waiter that gave up leaves no debt.
  if (lock_->word.exchange(0, std::memory_order_release) & kWaiters) unpark_all(lock_);
}

}  // namespace py::io
