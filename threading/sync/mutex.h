// Mutex: a one-byte lock for runtime-internal state. Debug builds check that locks nest in rank order.
//
// Invariant: a thread takes mutexes in strictly ascending rank, so they cannot deadlock; sections are leaf sections.
// Threads: any.
#pragma once
#include "core/base/check.h"
#include "threading/sync/byte_lock.h"

namespace py {

enum class Rank : u8 { Types = 0, World = 1, Slot = 2, Heap = 3, WeakTable = 4, Orphans = 5, Shapes = 6, Pages = 7, Leaf = 8, Units = 9 };

#ifndef NDEBUG
inline thread_local constinit u16 held_ranks = 0;
#endif

class Mutex {
 public:
  constexpr explicit Mutex(Rank rank = Rank::Leaf) : rank_(rank) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() {
#ifndef NDEBUG
    CHECK((held_ranks >> static_cast<u8>(rank_)) == 0);
    held_ranks |= 1u << static_cast<u8>(rank_);
#endif
    ByteLock(byte_).lock();
  }
  void unlock() {
#ifndef NDEBUG
    held_ranks &= ~(1u << static_cast<u8>(rank_));
#endif
    ByteLock(byte_).unlock();
  }
  // After fork, in the child: the holder may not exist any more.
  void reset() { byte_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<u8> byte_{0};
  [[maybe_unused]] Rank rank_;
};

class [[nodiscard]] MutexGuard {
 public:
  explicit MutexGuard(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexGuard() { mutex_.unlock(); }
  MutexGuard(const MutexGuard&) = delete;
  MutexGuard& operator=(const MutexGuard&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace py
