// ThreadSlot: what other threads may see of a thread; slots are numbered, the number is the owner word of objects.
//
// Invariant: slot 0 is no thread (merged objects), 0xFFFF is immortal; a live thread holds exactly one slot.
// Threads: `state`, `epoch` and `breaker` are the handshake words (see safepoint.h); the rest is under `mutex`.
#pragma once
#include "core/base/types.h"

#include <atomic>

namespace py {

// Constant-initialised thread locals: one fs-relative load each in a static executable.
inline thread_local constinit u16 current_slot = 0;

// Bits of ThreadSlot::breaker: why the thread should leave its fast path at the next poll.
enum class Breaker : u32 {
  Stop = 1,         // someone stops the world
  Merge = 2,        // objects wait in the merge queue
  Collect = 4,      // a collection is due
  Signal = 8,       // a signal arrived (main thread)
  AsyncException = 16,
  Expedite = 32,    // limbo is large: pass a safepoint soon
  Calls = 64,       // handshake closures wait in the inbox
  Finalizers = 128, // finalisers or weak reference callbacks wait in the thread
  Trace = 256,      // a trace or profile function is set
};

}  // namespace py
