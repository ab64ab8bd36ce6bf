#include "threading/sync/parking_lot.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "threading/sync/test_fault.h"

namespace py {

#ifdef WEFT_TEST_FAULTS
std::atomic<TestFault> test_fault{TestFault::None};
#endif

i64 monotonic_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000ll + now.tv_nsec;
}

namespace {

constexpr u32 kUnparked = 1;
constexpr u32 kInterrupted = 2;

// Returns an errno. The deadline is absolute.
int futex_wait(std::atomic<u32>& word, u32 expected, i64 deadline_ns) {
  timespec deadline{deadline_ns / 1'000'000'000, deadline_ns % 1'000'000'000};
  const long result = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, expected,
                              deadline_ns == kNoDeadline ? nullptr : &deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
  return result == 0 ? 0 : errno;
}

void futex_wake(std::atomic<u32>& word) { syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }

// Three-state futex lock (Drepper, "Futexes Are Tricky"): 0 free, 1 held, 2 held with waiters.
class BucketLock {
 public:
  void lock() {
    u32 expected = 0;
    if (word_.compare_exchange_strong(expected, 1, std::memory_order_acquire)) return;
    for (int spin = 0; spin < 40; ++spin) {
      __builtin_ia32_pause();
      expected = 0;
      if (word_.compare_exchange_weak(expected, 1, std::memory_order_acquire)) return;
    }
    while (word_.exchange(2, std::memory_order_acquire) != 0) futex_wait(word_, 2, kNoDeadline);
  }
  // Pairs with the acquires in lock.
  void unlock() {
    if (word_.exchange(0, std::memory_order_release) == 2) futex_wake(word_);
  }
  void reset() { word_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<u32> word_{0};
};

struct alignas(64) Bucket {
  BucketLock lock;
  Parker* first = nullptr;
  Parker* last = nullptr;

  void append(Parker& parker) {
    parker.next = nullptr;
    (last ? last->next : first) = &parker;
    last = &parker;
  }

  // Removes the first parker that waits for the address; tells whether another one does.
  Parker* take(const void* address, bool& more) {
    Parker* previous = nullptr;
    for (Parker* parker = first; parker; previous = parker, parker = parker->next) {
      if (parker->address != address) continue;
      unlink(previous, *parker);
      more = waits(parker->next, address);
      return parker;
    }
    more = false;
    return nullptr;
  }

  bool remove(Parker& wanted) {
    Parker* previous = nullptr;
    for (Parker* parker = first; parker; previous = parker, parker = parker->next) {
      if (parker != &wanted) continue;
      unlink(previous, *parker);
      return true;
    }
    return false;
  }

 private:
  static bool waits(const Parker* parker, const void* address) {
    for (; parker; parker = parker->next) {
      if (parker->address == address) return true;
    }
    return false;
  }
  void unlink(Parker* previous, Parker& parker) {
    (previous ? previous->next : first) = parker.next;
    if (last == &parker) last = previous;
  }
};

constexpr usize kBuckets = 256;
Bucket buckets[kBuckets];
thread_local Parker default_parker;

Bucket& bucket_of(const void* address) {
  const u64 hash = reinterpret_cast<u64>(address) * 0x9E3779B97F4A7C15;
  return buckets[hash >> 56];
}

void wake(Parker& parker) {
  parker.word.fetch_or(kUnparked, std::memory_order_release);  // pairs with the acquire in sleep
  futex_wake(parker.word);
}

// Sleeps until the parker is unparked, or a reason not to wait any longer comes up.
ParkResult sleep(Parker& parker, i64 deadline_ns, Interruptible interruptible) {
  while (true) {
    const u32 word = parker.word.load(std::memory_order_acquire);
    if (word & kUnparked) return ParkResult::Unparked;
    if (word & kInterrupted && interruptible == Interruptible::Yes) return ParkResult::Interrupted;
    const int error = futex_wait(parker.word, word, deadline_ns);
    if (error == ETIMEDOUT) return ParkResult::TimedOut;
    if (error == EINTR && interruptible == Interruptible::Yes) return ParkResult::Interrupted;
  }
}

}  // namespace

ParkResult park(const void* address, bool (*validate)(void*), void* context, i64 deadline_ns,
                Interruptible interruptible) {
  Parker& parker = current_parker ? *current_parker : default_parker;
  Bucket& bucket = bucket_of(address);
  if (has_fault(TestFault::SkipParkValidation)) usleep(1);  // time for the condition to change
  bucket.lock.lock();
  if (!has_fault(TestFault::SkipParkValidation) && !validate(context)) {
    bucket.lock.unlock();
    return ParkResult::Invalid;
  }
  parker.address = address;
  parker.word.fetch_and(~kUnparked, std::memory_order_relaxed);  // only parkers in a queue get this bit
  bucket.append(parker);
  bucket.lock.unlock();

  ParkResult result = sleep(parker, deadline_ns, interruptible);
  if (result != ParkResult::Unparked) {
    bucket.lock.lock();
    const bool removed = bucket.remove(parker);
    bucket.lock.unlock();
    // Someone took us out first: the wake-up is ours and must not be lost, so wait for it to finish with the parker.
    if (!removed) result = sleep(parker, kNoDeadline, Interruptible::No);
  }
  if (result == ParkResult::Interrupted) parker.word.fetch_and(~kInterrupted, std::memory_order_relaxed);
  return result;
}

bool unpark_one(const void* address, void (*before)(void*, bool, bool), void* context) {
  Bucket& bucket = bucket_of(address);
  bucket.lock.lock();
  bool more = false;
  Parker* parker = bucket.take(address, more);
  if (before) before(context, parker != nullptr, more);
  bucket.lock.unlock();
  if (parker) wake(*parker);
  return parker != nullptr;
}

usize unpark_all(const void* address) {
  Bucket& bucket = bucket_of(address);
  bucket.lock.lock();
  Bucket taken;
  bool more = true;
  while (more) {
    if (Parker* parker = bucket.take(address, more)) taken.append(*parker);
  }
  bucket.lock.unlock();
  usize count = 0;
  for (Parker* parker = taken.first; parker; ++count) {
    Parker* next = parker->next;  // a woken thread reuses its parker at once
    wake(*parker);
    parker = next;
  }
  return count;
}

void interrupt(Parker& parker) {
  parker.word.fetch_or(kInterrupted, std::memory_order_release);
  futex_wake(parker.word);
}

void parking_lot_before_fork() {
  for (Bucket& bucket : buckets) bucket.lock.lock();
}

void parking_lot_after_fork_in_parent() {
  for (Bucket& bucket : buckets) bucket.lock.unlock();
}

void parking_lot_after_fork_in_child() {
  for (Bucket& bucket : buckets) {
    bucket.first = bucket.last = nullptr;
    bucket.lock.reset();
  }
}

}  // namespace py
