#include "threading/modules/lock.h"

#include "core/bind/define.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "threading/runtime/os_threads.h"
#include "threading/sync/parking_lot.h"

#include <cmath>

namespace py {

Type* lock_type;
Type* recursive_lock_type;

namespace {

usize lock_size(const Object& object) { return type_of_object(object).allocation_size(); }
constexpr u32 kHeld = 1, kParked = 2;
constexpr double kTimeoutMax = 9223372036.0;

bool take_free(std::atomic<u32>& word) {
  u32 state = word.load(std::memory_order_relaxed);
  return !(state & kHeld) && word.compare_exchange_strong(state, state | kHeld, std::memory_order_acquire);
}

// Who has just started a thread sleeps for its next few locks at once: programs expect that the new thread gets some way
// before they go on, as it does where threads take turns.
constexpr u32 kPatientWaits = 4;
thread_local constinit u32 patient_waits = 0;

// A few microseconds, about what sleeping and waking take: most locks are held for less. Not when others sleep already.
constexpr int kSpins = 100;
bool spin_until_free(Thread& thread, std::atomic<u32>& word) {
  if (patient_waits) {
    --patient_waits;
    return false;
  }
  for (int spins = 0; spins < kSpins && !poll_needed(thread); ++spins) {
    const u32 state = word.load(std::memory_order_relaxed);
    if (!(state & kHeld)) return take_free(word);
    if (state & kParked) return false;
    __builtin_ia32_pause();
  }
  return false;
}

// acquire(blocking=True, timeout=-1) as a deadline.
Result<i64> deadline_from(Thread& thread, bool blocking, Value timeout) {
  const double seconds = timeout == Unbound ? -1 : TRY(to_double(thread, timeout));
  if (!blocking && seconds != -1) return raise(thread, types.ValueError, "can't specify a timeout for a non-blocking call");
  if (seconds < 0 && seconds != -1) return raise(thread, types.ValueError, "timeout value must be a non-negative number");
  if (seconds > kTimeoutMax) return raise(thread, types.OverflowError, "timeout value is too large");
  if (!blocking) return i64{0};
  if (seconds == -1) return kNoDeadline;
  return monotonic_ns() + static_cast<i64>(std::ceil(seconds * 1e9));
}

}  // namespace

const ObjectOps Lock::kOps = {"lock", nullptr, nullptr, lock_size};
const ObjectOps RecursiveLock::kOps = {"RLock", nullptr, nullptr, lock_size};

void be_patient_with_new_thread() { patient_waits = kPatientWaits; }

Result<bool> acquire_word(Thread& thread, std::atomic<u32>& word, i64 deadline_ns, Wait wait) {
  u32 free = 0;
  if (word.compare_exchange_strong(free, kHeld, std::memory_order_acquire)) return true;
  if (deadline_ns == 0) return take_free(word);
  if (wait == Wait::Short && spin_until_free(thread, word)) return true;
  for (;;) {
    u32 state = word.load(std::memory_order_relaxed);
    if (!(state & kHeld)) {
      if (word.compare_exchange_weak(state, state | kHeld, std::memory_order_acquire)) return true;
      continue;
    }
    if (!(state & kParked) && !word.compare_exchange_weak(state, state | kParked, std::memory_order_relaxed)) continue;
    const ParkResult result = park_detached(
        thread, &word, [](void* word) { return static_cast<std::atomic<u32>*>(word)->load() == (kHeld | kParked); }, &word, deadline_ns);
    if (!poll(thread)) {
      // The wake-up was for whoever takes the lock: the next one in the queue has to hear of it.
      if (result == ParkResult::Unparked && take_free(word)) release_word(word);
      return failure;
    }
    if (result == ParkResult::TimedOut) return false;
  }
}

void release_word(std::atomic<u32>& word) {
  u32 held = kHeld;
  if (word.compare_exchange_strong(held, 0, std::memory_order_release)) return;
  unpark_one(
      &word,
      [](void* context, bool, bool more) {
        static_cast<std::atomic<u32>*>(context)->store(more ? kParked : 0, std::memory_order_release);
      },
      &word);
}

Result<Ref<Lock>> make_lock(Thread& thread, Sentinel sentinel) {
  Ref<Lock> lock = TRY(allocate<Lock>(thread, *lock_type, sizeof(Lock)));
  lock->word.store(0, std::memory_order_relaxed);
  lock->sentinel.store(sentinel, std::memory_order_relaxed);
  lock->holder.store(0, std::memory_order_relaxed);
  lock->ticket.store(0, std::memory_order_relaxed);
  return lock;
}

void open_sentinel(Lock& lock, u64 ticket) {
  lock.ticket.store(ticket, std::memory_order_relaxed);
  if (lock.sentinel.exchange(Sentinel::Open) != Sentinel::Closed) return;
  lock.holder.store(0, std::memory_order_relaxed);
  release_word(lock.word);
}

// Lock
namespace {

Lock& lock_of(Value self) { return *static_cast<Lock*>(self.object()); }

Result<bool> take(Thread& thread, Lock& lock, i64 deadline_ns) {
  // Who waits for a lock of its own waits for an event, as a Condition does.
  const bool is_mine = lock.holder.load(std::memory_order_relaxed) == thread.native_id;
  if (!TRY(acquire_word(thread, lock.word, deadline_ns, is_mine ? Wait::Long : Wait::Short))) return false;
  lock.holder.store(thread.native_id, std::memory_order_relaxed);
  if (lock.sentinel.load() == Sentinel::Open) {
    if (const u64 ticket = lock.ticket.exchange(0, std::memory_order_relaxed)) os_thread_was_joined(ticket);
  }
  return true;
}
Result<bool> lock_acquire(Thread& thread, Value self, bool blocking, Value timeout) {
  const i64 deadline = TRY(deadline_from(thread, blocking, timeout));
  Ref<> keep = Ref<>::share(self);
  return take(thread, lock_of(self), deadline);
}
Result<void> lock_release(Thread& thread, Value self) {
  Lock& lock = lock_of(self);
  if (!(lock.word.load(std::memory_order_relaxed) & kHeld)) return raise(thread, types.RuntimeError, "release unlocked lock");
  if (lock.sentinel.load() == Sentinel::Closed) {
    open_sentinel(lock);
    return {};
  }
  lock.holder.store(0, std::memory_order_relaxed);
  release_word(lock.word);
  return {};
}
Result<bool> lock_locked(Thread& thread, Value self) {
  const Lock& lock = lock_of(self);
  if (lock.sentinel.load() == Sentinel::Open) return lock.holder.load(std::memory_order_relaxed) == thread.native_id;
  return (lock.word.load(std::memory_order_relaxed) & kHeld) != 0;
}
Result<bool> lock_enter(Thread& thread, Value self) { return take(thread, lock_of(self), kNoDeadline); }
Result<void> lock_exit(Thread& thread, Value self, Rest) { return lock_release(thread, self); }
Result<void> lock_reinit(Thread&, Value self) {
  Lock& lock = lock_of(self);
  if (lock.sentinel.load() == Sentinel::Open) lock.sentinel.store(Sentinel::Closed);
  lock.holder.store(0);
  lock.word.store(0);
  return {};
}
Result<Ref<>> lock_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<{} _thread.lock object at {}>", TRY(lock_locked(thread, self)) ? "locked" : "unlocked", address)));
}

constexpr MethodSpec kLockMethods[] = {
    def<lock_acquire>("acquire(blocking=True, timeout=-1.0)", "Lock the lock; returns whether it was acquired."),
    def<lock_acquire>("acquire_lock(blocking=True, timeout=-1.0)", "An obsolete synonym of acquire()."),
    def<lock_release>("release()", "Release the lock, allowing another thread that is blocked waiting for it to go on."),
    def<lock_release>("release_lock()", "An obsolete synonym of release()."),
    def<lock_locked>("locked()", "Return whether the lock is in the locked state."),
    def<lock_locked>("locked_lock()", "An obsolete synonym of locked()."),
    def<lock_enter>("__enter__()", "Lock the lock."),
    def<lock_exit>("__exit__(*args)", "Release the lock."),
    def<lock_reinit>("_at_fork_reinit()", nullptr),
};

// RLock

RecursiveLock& rlock_of(Value self) { return *static_cast<RecursiveLock*>(self.object()); }

Result<Ref<>> rlock_new(Thread& thread, Type& type, const Arguments&) {
  Ref<RecursiveLock> lock = TRY(new_object<RecursiveLock>(thread, type));
  lock->word.store(0);
  lock->count.store(0);
  lock->owner_thread.store(0);
  return Ref<>(std::move(lock));
}
bool owned_by(RecursiveLock& lock, Thread& thread) { return lock.owner_thread.load(std::memory_order_relaxed) == thread.native_id; }

Result<bool> rlock_take(Thread& thread, RecursiveLock& lock, i64 deadline) {
  if (owned_by(lock, thread)) {
    lock.count.store(lock.count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return true;
  }
  if (!TRY(acquire_word(thread, lock.word, deadline, Wait::Short))) return false;
  lock.owner_thread.store(thread.native_id, std::memory_order_relaxed);
  lock.count.store(1, std::memory_order_relaxed);
  return true;
}
Result<bool> rlock_acquire(Thread& thread, Value self, bool blocking, Value timeout) {
  const i64 deadline = TRY(deadline_from(thread, blocking, timeout));
  return rlock_take(thread, rlock_of(self), deadline);
}
Result<void> rlock_release(Thread& thread, Value self) {
  RecursiveLock& lock = rlock_of(self);
  if (!owned_by(lock, thread)) return raise(thread, types.RuntimeError, "cannot release un-acquired lock");
  const u32 count = lock.count.load(std::memory_order_relaxed) - 1;
  lock.count.store(count, std::memory_order_relaxed);
  if (count == 0) {
    lock.owner_thread.store(0, std::memory_order_relaxed);
    release_word(lock.word);
  }
  return {};
}
Result<bool> rlock_enter(Thread& thread, Value self) { return rlock_take(thread, rlock_of(self), kNoDeadline); }
Result<void> rlock_exit(Thread& thread, Value self, Rest) { return rlock_release(thread, self); }
Result<bool> rlock_is_owned(Thread& thread, Value self) { return owned_by(rlock_of(self), thread); }
Result<isize> rlock_recursion_count(Thread& thread, Value self) {
  return owned_by(rlock_of(self), thread) ? static_cast<isize>(rlock_of(self).count.load()) : isize{0};
}
// For Condition.wait: gives the lock up whatever its depth, and takes it back.
Result<Ref<>> rlock_release_save(Thread& thread, Value self) {
  RecursiveLock& lock = rlock_of(self);
  if (!owned_by(lock, thread)) return raise(thread, types.RuntimeError, "cannot release un-acquired lock");
  Ref<> owner = TRY(make_int_unsigned(thread, lock.owner_thread.load()));
  Ref<Tuple> state = TRY(Tuple::from(thread, {Value::integer(lock.count.load()), owner}));
  lock.count.store(0);
  lock.owner_thread.store(0);
  release_word(lock.word);
  return Ref<>(std::move(state));
}
Result<void> rlock_acquire_restore(Thread& thread, Value self, Tuple& state) {
  if (state.length != 2) return raise(thread, types.TypeError, "_acquire_restore() takes a 2-tuple");
  const i64 count = TRY(to_i64(thread, state[0]));
  for (;;) {
    Result<bool> taken = acquire_word(thread, rlock_of(self).word, kNoDeadline, Wait::Short);
    if (!taken.failed()) break;
    return failure;
  }
  rlock_of(self).owner_thread.store(thread.native_id);
  rlock_of(self).count.store(static_cast<u32>(count));
  return {};
}
Result<void> rlock_reinit(Thread&, Value self) {
  rlock_of(self).word.store(0);
  rlock_of(self).count.store(0);
  rlock_of(self).owner_thread.store(0);
  return {};
}
Result<Ref<>> rlock_repr(Thread& thread, Value self) {
  RecursiveLock& lock = rlock_of(self);
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  const u64 owner = lock.owner_thread.load();
  return Ref<>(TRY(format_str(thread, "<{} {} object owner={} count={} at {}>", owner ? "locked" : "unlocked", "_thread.RLock", owner,
                              lock.count.load(), address)));
}

constexpr MethodSpec kRecursiveLockMethods[] = {
    def<rlock_acquire>("acquire(blocking=True, timeout=-1.0)", "Lock the lock; returns whether it was acquired."),
    def<rlock_release>("release()", "Release the lock, allowing another thread that is blocked waiting for it to go on."),
    def<rlock_enter>("__enter__()", "Lock the lock."),
    def<rlock_exit>("__exit__(*args)", "Release the lock."),
    def<rlock_is_owned>("_is_owned()", "For internal use by `threading.Condition`."),
    def<rlock_recursion_count>("_recursion_count()", "For internal use by reentrancy checks."),
    def<rlock_release_save>("_release_save()", "For internal use by `threading.Condition`."),
    def<rlock_acquire_restore>("_acquire_restore(state, /)", "For internal use by `threading.Condition`."),
    def<rlock_reinit>("_at_fork_reinit()", nullptr),
};

}  // namespace

const TypeSpec kLockSpec = {.name = "_thread.lock", .doc = "A lock object is a synchronization primitive.",
                            .methods = kLockMethods, .method_count = std::size(kLockMethods), .slots = {.repr = lock_repr},
                            .ops = &Lock::kOps, .size = sizeof(Lock), .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec kRecursiveLockSpec = {.name = "_thread.RLock", .doc = "A reentrant lock.",
                                     .methods = kRecursiveLockMethods, .method_count = std::size(kRecursiveLockMethods),
                                     .slots = {.repr = rlock_repr, .new_ = rlock_new}, .ops = &RecursiveLock::kOps, .size = sizeof(RecursiveLock),
                                     .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace py
