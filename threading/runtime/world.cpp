#include "threading/runtime/world.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <new>

#include "core/base/check.h"
#include "threading/runtime/handshake.h"
#include "threading/runtime/os_threads.h"
#include "threading/runtime/stop_protocol.h"

namespace py {

std::atomic<bool> multiple_threads{false};
std::atomic<u32> live_threads{0};

namespace {

// First come, first served; a waiter is detached or unknown to the world.
class TicketLock {
 public:
  bool try_lock() {
    u32 ticket = serving_.load();
    return next_.compare_exchange_strong(ticket, ticket + 1);
  }
  void lock() {
    const u32 ticket = next_.fetch_add(1);
    while (serving_.load() != ticket) {
      park_if(&serving_, [this, ticket] { return serving_.load() != ticket; });
    }
  }
  void unlock() {
    serving_.fetch_add(1);
    unpark_all(&serving_);
  }
  // After fork in the child, by the holder: nobody else waits.
  void forget_waiters() { next_.store(serving_.load() + 1); }

 private:
  std::atomic<u32> next_{0};
  std::atomic<u32> serving_{0};
};

TicketLock world_lock;
// Who stopped the world, and how often nested. Written by the holder of world_lock.
std::atomic<ThreadBase*> stopper{nullptr};
u32 stop_depth = 0;
bool holds_world_lock = false;  // a stop before the second thread needs none
u32 lowest_free_slot = 1;       // under world_lock: no slot below is free

ThreadSlot* find_free_slot() {
  for (u32 number = lowest_free_slot; number < kMaxSlots; ++number) {
    if (thread_slots[number].state.load() != ThreadState::Off) continue;
    lowest_free_slot = number + 1;
    if (number >= slot_limit.load()) {
      new (&thread_slots[number]) ThreadSlot;
      slot_limit.store(number + 1);
    }
    return &thread_slots[number];
  }
  return nullptr;
}

void find_native_stack(ThreadBase& thread) {
  static thread_local constinit void* low = nullptr;  // asking takes some system calls, and the OS thread may come again
  static thread_local constinit usize bytes = 0;
  pthread_attr_t attributes;
  if (!low && pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &low, &bytes);
    pthread_attr_destroy(&attributes);
  }
#if defined(WEFT_TSAN)
  // ThreadSanitizer has room for 65536 frames of a thread, and writes unchecked past it.
  constexpr usize kMostBytes = usize{3} << 20;
  if (bytes > kMostBytes) {
    low = static_cast<char*>(low) + (bytes - kMostBytes);
    bytes = kMostBytes;
  }
#endif
  thread.native_stack_low = static_cast<char*>(low);
  thread.native_stack_high = thread.native_stack_low + bytes;
}

void suspend_or_ask(ThreadSlot& slot) {
  ThreadState seen = ThreadState::Detached;
  if (slot.state.compare_exchange_strong(seen, ThreadState::Suspended)) return;
  stop_pending.fetch_add(1);
  slot.raise_ordered(Breaker::Stop);
  suspend_if_stopping(slot);  // it may have detached before it could see the bit
}

void stop_others(ThreadBase& thread) {
  const u32 limit = slot_limit.load();
  for (u32 number = 1; number < limit; ++number) {
    ThreadSlot& slot = thread_slots[number];
    if (&slot != thread.slot && slot.state.load() != ThreadState::Off) suspend_or_ask(slot);
  }
  while (stop_pending.load() != 0) {
    park_if(&stop_pending, [] { return stop_pending.load() != 0; });
  }
}

void start_others(ThreadBase& thread) {
  const u32 limit = slot_limit.load();
  for (u32 number = 1; number < limit; ++number) {
    ThreadSlot& slot = thread_slots[number];
    if (&slot == thread.slot || slot.state.load() == ThreadState::Off) continue;
    // Its thread may sleep for long: do now what was asked of it while it was suspended.
    if (!slot.wants_attach.load()) serve_slot(slot);
    release_slot(slot);
  }
}

}  // namespace

bool enter_world(ThreadBase& thread) {
  save_native_state(thread);  // a stop may come before we first run
  find_native_stack(thread);
  thread.native_id = pthread_self();
  thread.kernel_id = static_cast<u64>(syscall(SYS_gettid));
  world_lock.lock();
  ThreadSlot* slot = find_free_slot();
  if (!slot) {
    world_lock.unlock();
    return false;
  }
  if (live_threads.fetch_add(1) != 0) multiple_threads.store(true, std::memory_order_relaxed);
  slot->mutex.lock();  // orders us after the thread that had the slot, and after merges on its behalf
  slot->thread = &thread;
  slot->breaker.store(slot->merge_queue.size ? static_cast<u32>(Breaker::Merge) : 0);
  slot->state.store(ThreadState::Detached);
  slot->mutex.unlock();
  thread.slot = slot;
  world_lock.unlock();
  current_thread_base = &thread;
  current_parker = &slot->parker;
  attach(thread);
  return true;
}

void leave_world(ThreadBase& thread) {
  ThreadSlot& slot = *thread.slot;
  // The last thread after a shutdown holds the lock for ever.
  const bool stopped = is_world_stopped(thread) && holds_world_lock;
  while (true) {
    serve_slot(slot);
    if (slot.take(Breaker::Finalizers) && runtime_hooks.run_finalizers) runtime_hooks.run_finalizers(thread);
    detach(thread);
    if (!stopped) world_lock.lock();
    slot.mutex.lock();
    if (slot.merge_queue.size == 0 && !slot.inbox && !slot.has(Breaker::Finalizers)) break;
    slot.mutex.unlock();
    if (!stopped) world_lock.unlock();
    attach(thread);
  }
  slot.state.store(ThreadState::Off);
  slot.thread = nullptr;
  slot.limbo_goal.store(0);
  slot.mutex.unlock();
  const u32 number = slot_number(slot);
  if (number < lowest_free_slot) lowest_free_slot = number;
  current_parker = nullptr;
  current_thread_base = nullptr;
  current_slot = 0;
  live_threads.fetch_sub(1);
  if (!stopped) world_lock.unlock();
}

void leave_behind(ThreadSlot& slot, void* item) {
  world_lock.lock();
  slot.mutex.lock();
  (void)slot.merge_queue.push(item);  // when memory is exhausted, it leaks
  slot.raise_ordered(Breaker::Merge);
  slot.mutex.unlock();
  world_lock.unlock();
}

StopTheWorld::StopTheWorld(ThreadBase& thread) : thread_(&thread) {
  if (stopper.load() == &thread) {
    ++stop_depth;
    return;
  }
  if (has_multiple_threads()) {
    if (!world_lock.try_lock()) {
      Detached waiting(thread);
      world_lock.lock();
    }
    holds_world_lock = true;
    stop_others(thread);
  }
  pass_epoch(*thread.slot);
  stopper.store(&thread);
  stop_depth = 1;
}

void StopTheWorld::start() {
  if (!thread_) return;
  ThreadBase& thread = *thread_;
  thread_ = nullptr;
  if (--stop_depth != 0) return;
  stopper.store(nullptr);
  if (!holds_world_lock) return;
  holds_world_lock = false;
  start_others(thread);
  world_lock.unlock();
}

bool is_world_stopped(const ThreadBase& thread) { return stopper.load() == &thread; }

void stop_world_for_shutdown(ThreadBase& thread) {
  alignas(StopTheWorld) char forever[sizeof(StopTheWorld)];
  new (forever) StopTheWorld(thread);
}

namespace {

// Nobody but the caller exists here any more.
void forget_other_threads(ThreadBase& thread) {
  const u32 limit = slot_limit.load();
  for (u32 number = 1; number < limit; ++number) {
    ThreadSlot& slot = thread_slots[number];
    if (&slot == thread.slot || slot.state.load() == ThreadState::Off) continue;
    slot.inbox = nullptr;  // its closures belong to waiting threads, which are gone
    slot.take(Breaker::Merge);
    if (runtime_hooks.merge) runtime_hooks.merge(slot);
    slot.state.store(ThreadState::Off);
    slot.thread = nullptr;
    slot.epoch.store(0);
    slot.limbo_goal.store(0);
    slot.breaker.store(0);
    slot.wants_attach.store(false);
    if (number < lowest_free_slot) lowest_free_slot = number;
  }
  live_threads.store(1);
  os_threads_after_fork_in_child();
}

}  // namespace

int fork_world(ThreadBase& thread) {
  StopTheWorld stop(thread);
  if (runtime_hooks.before_fork) runtime_hooks.before_fork(thread);
  parking_lot_before_fork();
  const int child = fork();
  if (child != 0) {
    parking_lot_after_fork_in_parent();
    return child;
  }
  parking_lot_after_fork_in_child();
  if (holds_world_lock) world_lock.forget_waiters();
  thread.kernel_id = static_cast<u64>(syscall(SYS_gettid));
  if (runtime_hooks.after_fork_in_child) runtime_hooks.after_fork_in_child(thread);
  forget_other_threads(thread);
  return 0;
}

}  // namespace py
