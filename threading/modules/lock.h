// Lock and RLock: what programs synchronise with. One word each on the parking lot; waiting detaches the thread and can be
// interrupted by a signal.
// Threads: any.
#pragma once
#include "core/object/type.h"

namespace py {

// A lock that threading takes for a thread's whole life is a sentinel, closed until it is first released: by the thread's
// end, or by a program. Open, it can be held still, but locked() tells only its holder so: many threads that join one
// thread take it in turn, and each asserts after its own turn that it is not locked.
enum class Sentinel : u32 { No, Closed, Open };

// Bit 0: held. Bit 1: somebody may wait.
class Lock final : public Object {
 public:
  std::atomic<u32> word;
  std::atomic<Sentinel> sentinel;
  std::atomic<u64> holder;  // native id of who took it last, 0: it was released since
  std::atomic<u64> ticket;  // of a sentinel until it is taken again: of the OS thread that opened it (os_threads.h), 0: none
  static const ObjectOps kOps;
};

class RecursiveLock final : public Object {
 public:
  std::atomic<u32> word;
  std::atomic<u32> count;       // of the owner alone
  std::atomic<u64> owner_thread;  // native id, 0: none
  static const ObjectOps kOps;
};

// How long a lock will be waited for, most likely: as long as others hold locks, or until something happens.
enum class Wait : u8 { Short, Long };
// deadline_ns: absolute; kNoDeadline waits for ever; 0 does not wait. False: not acquired in time.
Result<bool> acquire_word(Thread& thread, std::atomic<u32>& word, i64 deadline_ns, Wait wait);
void release_word(std::atomic<u32>& word);
Result<Ref<Lock>> make_lock(Thread& thread, Sentinel sentinel = Sentinel::No);
// The calling thread has just started one.
void be_patient_with_new_thread();
// Once; later calls do nothing, whoever holds the lock by then.
void open_sentinel(Lock& lock, u64 ticket = 0);

extern const TypeSpec kLockSpec;
extern const TypeSpec kRecursiveLockSpec;
extern Type* lock_type;
extern Type* recursive_lock_type;

}  // namespace py
