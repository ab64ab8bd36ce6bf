// CallLock: one call at a time on an input/output object. It is held over whole calls, Python code of a raw stream
// included, so whoever waits for it is detached.
//
// Invariant: the word is 0 when free; else it holds the owner's slot, whether somebody waits, and the fork generation in
// which it was taken: in a forked child, locks of the threads that were left behind are free.
// Threads: any. Not recursive for CallGuard::enter (RuntimeError); CallGuard::enter_again lets its owner in again.
#pragma once
#include "core/object/error.h"

namespace py::io {

struct CallLock {
  std::atomic<u32> word;  // owner | waiters << 16 | generation << 17
  void reset() { word.store(0, std::memory_order_relaxed); }
};

extern std::atomic<u32> fork_generation;

class [[nodiscard]] CallGuard {
 public:
  CallGuard() = default;
  ~CallGuard() { leave(); }
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;

  // RuntimeError "reentrant call inside ..." when this thread is inside already.
  Result<void> enter(Thread& thread, Object& owner, CallLock& lock) {
    if (LIKELY(try_enter(owner, lock))) return {};
    return enter_slow(thread, owner, lock, false);
  }
  Result<void> enter_again(Thread& thread, Object& owner, CallLock& lock) {
    if (LIKELY(try_enter(owner, lock))) return {};
    return enter_slow(thread, owner, lock, true);
  }
  void leave() {
    if (!lock_) return;
    // Nobody waits for an object that no other thread knows.
    if (LIKELY(!owner_->is_shared())) {
      lock_->word.store(0, std::memory_order_relaxed);
    } else {
      leave_slow();
    }
    lock_ = nullptr;
  }

 private:
  bool try_enter(Object& owner, CallLock& lock) {
    const u32 mine = current_slot | fork_generation.load(std::memory_order_relaxed) << 17;
    if (!owner.is_shared()) {
      if (lock.word.load(std::memory_order_relaxed) != 0) return false;
      lock.word.store(mine, std::memory_order_relaxed);
    } else {
      u32 free = 0;
      if (!lock.word.compare_exchange_strong(free, mine, std::memory_order_acquire)) return false;
    }
    lock_ = &lock;
    owner_ = &owner;
    return true;
  }
  COLD Result<void> enter_slow(Thread& thread, Object& owner, CallLock& lock, bool again);
  void leave_slow();

  Object* owner_ = nullptr;
  CallLock* lock_ = nullptr;  // null: not entered, or entered again
};

// Installs what keeps the generation; once, by the module's initialisation.
void install_fork_generation();

}  // namespace py::io
