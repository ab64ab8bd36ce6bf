// ThreadSlot: what other threads may see of a thread; slots are numbered, the number is the owner word of objects.
//
// Invariant: slot 0 is no thread (merged objects), 0xFFFF is immortal; a live thread holds exactly one slot. Slots are
// static memory and never go away, so any thread may look at any slot at any time. A thread that reuses a slot inherits
// the objects biased to it: leaving and entering take the slot's mutex, which orders the two.
// Threads: `state`, `epoch` and `breaker` are the handshake words (see safepoint.h); the rest is under `mutex`.
#pragma once
#include <atomic>

#include "core/base/types.h"
#include "threading/sync/mutex.h"
#include "threading/sync/parking_lot.h"

namespace py {

struct ThreadBase;
struct ThreadSlot;

// Constant-initialised thread locals: one fs-relative load each in a static executable.
inline thread_local constinit u16 current_slot = 0;
inline thread_local constinit ThreadBase* current_thread_base = nullptr;

// Bits of ThreadSlot::breaker: why the thread should leave its fast path at the next poll.
enum class Breaker : u32 {
  Stop = 1,     // someone stops the world
  Merge = 2,    // objects wait in the merge queue
  Collect = 4,  // a collection is due
  Signal = 8,   // a signal arrived (main thread)
  AsyncException = 16,
  Expedite = 32,     // limbo has work, here or elsewhere: pass a safepoint soon
  Calls = 64,        // handshake closures wait in the inbox
  Finalizers = 128,  // finalisers or weak reference callbacks wait in the thread
  Trace = 256,       // a trace or profile function is set; stays set, the interpreter looks at it
};

enum class ThreadState : u32 {
  Off,        // no thread holds the slot
  Detached,   // touches no object, may block; others may act on its behalf
  Attached,   // runs
  Suspended,  // stopped by the world's stopper
  Proxied,    // detached, and another thread acts on its behalf right now; lasts as long as that one holds `mutex`
};

// One request to run `run(argument, slot)` on a thread, or for it while it is detached.
struct HandshakeCall {
  void (*run)(void* argument, ThreadSlot& slot);
  void* argument;
  HandshakeCall* next = nullptr;
  std::atomic<u32> done{0};
  bool heap_allocated = false;  // nobody waits: freed once run
};

// References that others dropped from objects of this slot's thread; each entry owns one reference.
struct MergeQueue {
  void** items = nullptr;
  u32 size = 0;
  u32 capacity = 0;

  bool push(void* item);  // false when memory is exhausted
};

struct alignas(128) ThreadSlot {
  std::atomic<u32> breaker{0};
  std::atomic<ThreadState> state{ThreadState::Off};
  std::atomic<u64> epoch{0};       // of the last safepoint; 0 while it touches nothing
  std::atomic<u64> limbo_goal{0};  // the oldest epoch its limbo waits for; 0: none
  std::atomic<bool> wants_attach{false};
  Mutex mutex{Rank::Slot};
  ThreadBase* thread = nullptr;
  MergeQueue merge_queue;
  HandshakeCall* inbox = nullptr;  // newest first
  Parker parker;

  void raise(Breaker bit) {
    if (breaker.load(std::memory_order_relaxed) & static_cast<u32>(bit)) return;
    breaker.fetch_or(static_cast<u32>(bit));
  }
  // Raises even if the bit seems to be set: needed where the caller then looks at `state`.
  void raise_ordered(Breaker bit) { breaker.fetch_or(static_cast<u32>(bit)); }
  // True if the bit was set; exactly one caller gets true.
  bool take(Breaker bit) {
    return breaker.fetch_and(~static_cast<u32>(bit)) & static_cast<u32>(bit);
  }
  bool has(Breaker bit) const { return breaker.load() & static_cast<u32>(bit); }
};

inline constexpr u32 kMaxSlots = 65535;  // numbers 1 to 65534
// Zero pages, which read as slots that are Off; a slot is constructed when its number comes into use.
struct ThreadSlots {
  constexpr ThreadSlots() {}
  ~ThreadSlots() = default;
  ThreadSlot& operator[](usize number) { return slots[number]; }
  union {
    ThreadSlot slots[kMaxSlots];
  };
};
extern ThreadSlots thread_slots;
// Every slot ever used is below this number.
extern std::atomic<u32> slot_limit;
inline u16 slot_number(const ThreadSlot& slot) { return static_cast<u16>(&slot - thread_slots.slots); }

}  // namespace py
