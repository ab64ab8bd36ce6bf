// Safepoints: the moments at which a thread can be stopped, passes an epoch, and does what others asked of it.
//
// A thread is attached while it may touch objects. poll() costs one load and one branch; poll_slow() does what the
// breaker bits say. Around anything that may block stands a Detached; meanwhile the thread touches no object.
// Invariant: whoever sets a breaker bit sees the thread detached afterwards, or the thread sees the bit before it stays
// detached (both words are seq_cst). Borrowed values do not survive a safepoint.
// Threads: each function is called by the thread it is given, unless said otherwise. See also world.h and handshake.h.
#pragma once
#include "threading/runtime/slot.h"

namespace py {

struct ThreadBase {
  ThreadSlot* slot = nullptr;
  char* native_stack_low = nullptr;   // the lowest usable address
  char* native_stack_high = nullptr;  // the base, which the stack grows down from
  // While not attached: what a conservative scan of this thread has to look at.
  void* stack_pointer = nullptr;
  u64 saved_registers[8] = {};
  u64 native_id = 0;  // the pthread_t
  u64 kernel_id = 0;  // gettid
  bool is_main = false;
};

// The upper layers' part of a safepoint. Installed once at start-up. The bool functions return false when an exception
// is pending; void ones raise nothing. Null: nothing to do.
struct RuntimeHooks {
  void (*merge)(ThreadSlot& slot) = nullptr;     // empties the merge queue; slot is mine or kept from running
  void (*quiescent)(ThreadBase&) = nullptr;      // at an attached safepoint: limbo
  void (*before_detach)(ThreadBase&) = nullptr;  // hands the limbo over
  void (*collect)(ThreadBase&) = nullptr;
  void (*run_finalizers)(ThreadBase&) = nullptr;
  bool (*run_signals)(ThreadBase&) = nullptr;
  bool (*raise_async_exception)(ThreadBase&) = nullptr;
  void (*before_fork)(ThreadBase&) = nullptr;          // world stopped: limbo of all threads
  void (*after_fork_in_child)(ThreadBase&) = nullptr;  // memory: locks, limbo
};
extern RuntimeHooks runtime_hooks;

INLINE bool poll_needed(const ThreadBase& thread) {
  return UNLIKELY(thread.slot->breaker.load(std::memory_order_relaxed) != 0);
}
// False: a hook left an exception pending.
[[nodiscard]] COLD bool poll_slow(ThreadBase& thread);
[[nodiscard]] INLINE bool poll(ThreadBase& thread) { return !poll_needed(thread) || poll_slow(thread); }
// The same where an exception would come at the wrong moment: signals and asynchronous exceptions wait for the next poll.
COLD void poll_without_raising(ThreadBase& thread);
// For native loops that cannot raise: stops, merges, handshakes and epochs only. Still ends all borrowing.
COLD void poll_quiet(ThreadBase& thread);

// What the caller's frame keeps in registers, for a conservative scan. Inlined: the frame must outlive the detachment.
INLINE void save_native_state(ThreadBase& thread) {
#if defined(__x86_64__)
  asm volatile(
      "movq %%rbx, 0(%0)\n movq %%rbp, 8(%0)\n movq %%r12, 16(%0)\n movq %%r13, 24(%0)\n movq %%r14, 32(%0)\n"
      "movq %%r15, 40(%0)\n movq %%rsp, 48(%0)"
      :
      : "r"(thread.saved_registers)
      : "memory");
  thread.stack_pointer = reinterpret_cast<void*>(thread.saved_registers[6]);
#else
  __builtin_unwind_init();
  thread.stack_pointer = __builtin_frame_address(0);
#endif
}

// Not for nesting. Between the two the thread touches no object.
COLD void detach_saved(ThreadBase& thread);
INLINE void detach(ThreadBase& thread) {
  save_native_state(thread);
  detach_saved(thread);
}
COLD void attach(ThreadBase& thread);

// Detached while in scope: around every system call that can block.
class [[nodiscard]] Detached {
 public:
  [[gnu::always_inline]] explicit Detached(ThreadBase& thread) : thread_(thread) { detach(thread_); }
  ~Detached() { attach(thread_); }
  Detached(const Detached&) = delete;
  Detached& operator=(const Detached&) = delete;

 private:
  ThreadBase& thread_;
};

// A detached, interruptible park: returns Interrupted when wake() is called or a breaker bit that wants to run Python
// code is set. The caller polls and decides whether to wait again.
ParkResult park_detached(ThreadBase& thread, const void* address, bool (*validate)(void*), void* context,
                         i64 deadline_ns = kNoDeadline);

// Ends the slot's interruptible wait, after its breaker bit was raised. Async-signal-safe. Threads: any.
inline void wake(ThreadSlot& slot) { interrupt(slot.parker); }
// Raises a bit in another thread, or in a signal handler, and ends the thread's wait. Threads: any.
inline void interrupt_thread(ThreadSlot& slot, Breaker bit) {
  slot.raise_ordered(bit);
  wake(slot);
}

// The epoch (rule R). Advanced by whoever closes a limbo batch; passed by threads at safepoints.
extern std::atomic<u64> global_epoch;
// Notes that the thread holds nothing borrowed now.
void pass_epoch(ThreadSlot& slot);
// The oldest epoch that a thread may still read in; ~0 when nobody reads.
u64 oldest_reader_epoch();

}  // namespace py
