// ByteLock: a lock in one byte, for leaf sections. 0 free, 1 held, 2 free and someone parked, 3 held and someone
// parked.
//
// Unlocking never hands the lock over: the woken thread competes again, so the lock cannot belong to a thread that is
// stopped. A leaf section reaches no safepoint, hence a holder always runs, and waiting for it is bounded: a waiter
// stays attached, taking a lock is no safepoint, and borrowed values survive it. Threads: any.
#pragma once
#include <atomic>

#include "core/base/types.h"

namespace py {

class ByteLock {
 public:
  static constexpr u8 kHeld = 1;
  static constexpr u8 kParked = 2;

  explicit ByteLock(std::atomic<u8>& byte) : byte_(byte) {}

  void lock() {
    u8 expected = 0;
    // Pairs with the release in unlock.
    if (UNLIKELY(!byte_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire))) lock_slow();
  }
  bool try_lock() {
    u8 seen = byte_.load(std::memory_order_relaxed);
    while (!(seen & kHeld)) {
      if (byte_.compare_exchange_weak(seen, seen | kHeld, std::memory_order_acquire)) return true;
    }
    return false;
  }
  void unlock() {
    if (UNLIKELY(byte_.exchange(0, std::memory_order_release) & kParked)) unlock_slow();
  }
  bool is_locked() const { return byte_.load(std::memory_order_relaxed) & kHeld; }

 private:
  COLD void lock_slow();
  COLD void unlock_slow();

  std::atomic<u8>& byte_;
};

}  // namespace py
