// The steps that safepoints, stops and handshakes share. Internal to threading/runtime.
//
// A stop counts, in `stop_pending`, the Stop bits it has set. Whoever takes a bit has made sure that its thread is
// suspended, and subtracts one.
#pragma once
#include "threading/runtime/safepoint.h"

namespace py {

extern std::atomic<i32> stop_pending;

// One Stop bit was taken and its thread is suspended.
void count_stopped();
// If the slot is detached and should stop, suspends it in place. Threads: any.
void suspend_if_stopping(ThreadSlot& slot);
// Waits until the slot may run, and attaches it.
void become_attached(ThreadSlot& slot);
// Lets a Suspended or Proxied slot go on: attached if its thread waits for that, else detached.
void release_slot(ThreadSlot& slot);
// Empties the merge queue and the inbox. The slot's thread is the caller, or does not run.
void serve_slot(ThreadSlot& slot);

}  // namespace py
