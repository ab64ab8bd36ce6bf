#include "threading/runtime/safepoint.h"

#include <cstdlib>

#include "threading/runtime/handshake.h"
#include "threading/runtime/stop_protocol.h"
#include "threading/sync/test_fault.h"

namespace py {

constinit ThreadSlots thread_slots;
std::atomic<u32> slot_limit{1};
std::atomic<u64> global_epoch{1};
std::atomic<i32> stop_pending{0};
RuntimeHooks runtime_hooks;

bool MergeQueue::push(void* item) {
  if (size == capacity) {
    const u32 larger = capacity ? capacity * 2 : 16;
    void** grown = static_cast<void**>(std::realloc(items, larger * sizeof(void*)));
    if (!grown) return false;
    items = grown;
    capacity = larger;
  }
  items[size++] = item;
  return true;
}

void pass_epoch(ThreadSlot& slot) {
  // seq_cst: of two threads that pass at the same time, at least one sees the other's new epoch (reclamation.cpp).
  slot.epoch.store(global_epoch.load());
}

u64 oldest_reader_epoch() {
  u64 oldest = ~u64{0};
  if (has_fault(TestFault::IgnoreReaders)) return oldest;
  const u32 limit = slot_limit.load();
  for (u32 number = 1; number < limit; ++number) {
    const u64 epoch = thread_slots[number].epoch.load();
    if (epoch && epoch < oldest) oldest = epoch;
  }
  return oldest;
}

void count_stopped() {
  if (stop_pending.fetch_sub(1) == 1) unpark_all(&stop_pending);
}

void suspend_if_stopping(ThreadSlot& slot) {
  // First the bit, then the state: whoever comes late, when the stop is over, finds no bit and leaves the slot alone.
  while (slot.has(Breaker::Stop) && slot.take(Breaker::Stop)) {
    ThreadState seen = ThreadState::Detached;
    if (slot.state.compare_exchange_strong(seen, ThreadState::Suspended)) return count_stopped();
    // It runs, or someone acts for it: they have to find the bit.
    slot.raise_ordered(Breaker::Stop);
    if (slot.state.load() != ThreadState::Detached) return;
  }
}

void release_slot(ThreadSlot& slot) {
  slot.state.store(slot.wants_attach.load() ? ThreadState::Attached : ThreadState::Detached);
  suspend_if_stopping(slot);
  unpark_all(&slot.state);
}

// A bit that is not visible yet is taken next time; only one that is costs a read-modify-write.
bool take_visible(ThreadSlot& slot, Breaker bit) {
  return slot.breaker.load(std::memory_order_relaxed) & static_cast<u32>(bit) && slot.take(bit);
}

void serve_slot(ThreadSlot& slot) {
  if (take_visible(slot, Breaker::Merge) && runtime_hooks.merge) runtime_hooks.merge(slot);
  if (take_visible(slot, Breaker::Calls)) run_inbox(slot);
}

void become_attached(ThreadSlot& slot) {
  while (true) {
    ThreadState seen = ThreadState::Detached;
    if (slot.state.compare_exchange_strong(seen, ThreadState::Attached)) break;
    if (seen == ThreadState::Attached) break;  // release_slot did it for us
    slot.wants_attach.store(true);
    park_if(&slot.state, [&slot] {
      const ThreadState state = slot.state.load();
      return state == ThreadState::Suspended || state == ThreadState::Proxied;
    });
  }
  slot.wants_attach.store(false);
  pass_epoch(slot);
  // A closer that found our epoch 0 advanced the global epoch before it looked. Reading it once more after the store
  // synchronises with that closer, so that none of our later loads sees what it had removed.
  (void)global_epoch.load();
}

void attach(ThreadBase& thread) {
  become_attached(*thread.slot);
  current_slot = slot_number(*thread.slot);
}

void detach_saved(ThreadBase& thread) {
  ThreadSlot& slot = *thread.slot;
  if (runtime_hooks.before_detach) runtime_hooks.before_detach(thread);
  const u32 duties = static_cast<u32>(Breaker::Merge) | static_cast<u32>(Breaker::Calls);
  while (true) {
    if (slot.breaker.load() & duties) serve_slot(slot);
    slot.epoch.store(0);
    slot.state.store(ThreadState::Detached);
    if (has_fault(TestFault::SkipDetachRecheck)) return;
    if (LIKELY(slot.breaker.load() == 0)) return;
    suspend_if_stopping(slot);
    if (!(slot.breaker.load() & duties)) return;
    // Whoever holds us suspended now serves these bits itself.
    ThreadState seen = ThreadState::Detached;
    if (!slot.state.compare_exchange_strong(seen, ThreadState::Attached)) return;
    pass_epoch(slot);
  }
}

namespace {

void stop_here(ThreadBase& thread) {
  ThreadSlot& slot = *thread.slot;
  save_native_state(thread);
  slot.epoch.store(0);
  slot.wants_attach.store(true);
  slot.state.store(ThreadState::Suspended);
  count_stopped();
  become_attached(slot);
}

// Everything that runs no Python code.
void pass_safepoint(ThreadBase& thread) {
  ThreadSlot& slot = *thread.slot;
  if (take_visible(slot, Breaker::Stop)) stop_here(thread);
  serve_slot(slot);
  const bool expedited = take_visible(slot, Breaker::Expedite);
  pass_epoch(slot);
  if (expedited && runtime_hooks.quiescent) runtime_hooks.quiescent(thread);
}

bool is_due(ThreadBase& thread, Breaker bit) { return thread.slot->has(bit) && thread.slot->take(bit); }

}  // namespace

void poll_quiet(ThreadBase& thread) {
  if (poll_needed(thread)) pass_safepoint(thread);
}

void poll_without_raising(ThreadBase& thread) {
  if (!poll_needed(thread)) return;
  pass_safepoint(thread);
  if (is_due(thread, Breaker::Collect) && runtime_hooks.collect) runtime_hooks.collect(thread);
  if (is_due(thread, Breaker::Finalizers) && runtime_hooks.run_finalizers) runtime_hooks.run_finalizers(thread);
}

bool poll_slow(ThreadBase& thread) {
  poll_without_raising(thread);
  if (is_due(thread, Breaker::Signal) && runtime_hooks.run_signals && !runtime_hooks.run_signals(thread)) return false;
  if (!is_due(thread, Breaker::AsyncException) || !runtime_hooks.raise_async_exception) return true;
  return runtime_hooks.raise_async_exception(thread);
}

ParkResult park_detached(ThreadBase& thread, const void* address, bool (*validate)(void*), void* context,
                         i64 deadline_ns) {
  const u32 reasons = static_cast<u32>(Breaker::Signal) | static_cast<u32>(Breaker::AsyncException);
  if (thread.slot->breaker.load() & reasons) return ParkResult::Interrupted;
  Detached detached(thread);
  return park(address, validate, context, deadline_ns, Interruptible::Yes);
}

}  // namespace py
