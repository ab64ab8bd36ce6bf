// Parking lot: any address can be waited on, so that a lock needs one byte only (the idea is WebKit's WTF::ParkingLot).
// Every wait in weft ends here.
//
// Invariant: a Parker is in at most one bucket's queue, and only while its thread is inside park(). The validation runs
// under the bucket's lock, as does the callback of unpark_one, so a wake-up between check and sleep cannot be lost.
// Threads: any. interrupt() is async-signal-safe and takes no lock.
#pragma once
#include <atomic>

#include "core/base/types.h"

namespace py {

enum class ParkResult : u8 { Unparked, TimedOut, Invalid, Interrupted };
enum class Interruptible : u8 { No, Yes };

inline constexpr i64 kNoDeadline = -1;
i64 monotonic_ns();

// Where one thread sleeps. A runtime thread's stands in its slot, so that others can interrupt it at any time.
struct Parker {
  std::atomic<u32> word{0};
  Parker* next = nullptr;
  const void* address = nullptr;
};
// The calling thread's; null means a thread-local default.
inline thread_local constinit Parker* current_parker = nullptr;

// Sleeps until unparked, while `validate(context)` holds at the start. The deadline is absolute, in monotonic_ns.
// An interruptible wait may return Interrupted without reason: the caller looks at its own reasons and parks again.
ParkResult park(const void* address, bool (*validate)(void*), void* context, i64 deadline_ns = kNoDeadline,
                Interruptible interruptible = Interruptible::No);

template <class Validate>
ParkResult park_if(const void* address, Validate validate, i64 deadline_ns = kNoDeadline,
                   Interruptible interruptible = Interruptible::No) {
  return park(
      address, [](void* context) { return (*static_cast<Validate*>(context))(); }, &validate, deadline_ns,
      interruptible);
}

// Wakes the waiter that came first. `before` runs under the bucket's lock and learns whether one was found and whether
// more wait for this address.
bool unpark_one(const void* address, void (*before)(void*, bool found, bool more) = nullptr, void* context = nullptr);
usize unpark_all(const void* address);
// Makes the parker's current or next interruptible wait return Interrupted.
void interrupt(Parker& parker);

// fork: prepare takes every bucket lock; the parent releases them; the child forgets all waiters, which do not exist
// there.
void parking_lot_before_fork();
void parking_lot_after_fork_in_parent();
void parking_lot_after_fork_in_child();

}  // namespace py
