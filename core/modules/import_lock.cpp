#include "core/modules/import_lock.h"

#include "threading/sync/parking_lot.h"

namespace py {

namespace {

enum : u32 { kFree = 0, kHeld = 1, kAwaited = 3 };
std::atomic<u32> word{kFree};
std::atomic<u64> holder{0};  // native id
u32 depth = 0;               // the holder's

bool is_holder(const Thread& thread) { return holder.load(std::memory_order_relaxed) == thread.native_id; }

void wait_until_free(Thread& thread) {
  for (;;) {
    u32 state = word.load(std::memory_order_relaxed);
    if (state == kFree) {
      if (word.compare_exchange_weak(state, kHeld, std::memory_order_acquire)) return;
      continue;
    }
    if (state == kHeld && !word.compare_exchange_weak(state, kAwaited, std::memory_order_relaxed)) continue;
    Detached waiting(thread);
    park_if(&word, [] { return word.load() == kAwaited; });
  }
}

}  // namespace

void acquire_import_lock(Thread& thread) {
  if (is_holder(thread)) {
    ++depth;
    return;
  }
  wait_until_free(thread);
  holder.store(thread.native_id, std::memory_order_relaxed);
  depth = 1;
}

bool release_import_lock(Thread& thread) {
  if (!is_holder(thread)) return false;
  if (--depth > 0) return true;
  holder.store(0, std::memory_order_relaxed);
  // Release: pairs with the acquire of the next holder. Who waits tries again, all of them: this is rare.
  if (word.exchange(kFree, std::memory_order_release) == kAwaited) unpark_all(&word);
  return true;
}

bool is_import_lock_held() { return word.load(std::memory_order_relaxed) != kFree; }

}  // namespace py
