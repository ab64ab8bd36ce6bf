#include "threading/sync/byte_lock.h"

#include "threading/sync/parking_lot.h"
#include "threading/sync/test_fault.h"

namespace py {

namespace {

constexpr int kSpins = 50;  // about a microsecond: longer than any leaf section that does not allocate

}  // namespace

void ByteLock::lock_slow() {
  int spins = 0;
  while (true) {
    u8 seen = byte_.load(std::memory_order_relaxed);
    if (!(seen & kHeld)) {
      if (byte_.compare_exchange_weak(seen, seen | kHeld, std::memory_order_acquire)) return;
      continue;
    }
    if (!(seen & kParked) && spins < kSpins) {
      ++spins;
      __builtin_ia32_pause();
      continue;
    }
    if (!(seen & kParked) && !byte_.compare_exchange_weak(seen, seen | kParked, std::memory_order_relaxed)) continue;
    park_if(&byte_, [this] { return byte_.load(std::memory_order_relaxed) == (kHeld | kParked); });
  }
}

void ByteLock::unlock_slow() {
  if (has_fault(TestFault::ForgetUnpark)) return;
  unpark_one(
      &byte_,
      [](void* byte, bool, bool more) {
        if (more) static_cast<std::atomic<u8>*>(byte)->fetch_or(kParked, std::memory_order_relaxed);
      },
      &byte_);
}

}  // namespace py
