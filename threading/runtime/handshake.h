// Handshakes: run a closure on another thread at its next safepoint, or on its behalf while it is detached.
//
// Invariant: a closure runs exactly once, and while it runs its thread does not. It must be short, raise nothing, reach
// no safepoint and take no lock of rank Slot or below.
// Threads: the caller is attached. A thread that leaves runs what is left in its inbox.
#pragma once
#include "threading/runtime/safepoint.h"

namespace py {

// Returns after `run` did, or false if no thread holds the slot. A safepoint for the caller.
bool handshake(ThreadBase& self, ThreadSlot& slot, void (*run)(void*, ThreadSlot&), void* argument);
// The same without waiting; false as well when memory is exhausted.
bool post(ThreadSlot& slot, void (*run)(void*, ThreadSlot&), void* argument);

// Keeps a detached thread from attaching. Only with slot.mutex held, until resume_proxied.
bool suspend_detached(ThreadSlot& slot);
void resume_proxied(ThreadSlot& slot);
// Runs the slot's inbox. The slot's thread is the caller, or does not run.
void run_inbox(ThreadSlot& slot);

}  // namespace py
