// The world: which threads exist, stopping them all, entering and leaving.
//
// Invariant: the stopper holds the world's ticket lock from before the first thread is stopped until all run again, so
// stops are served first come, first served, and no thread enters or leaves meanwhile. A thread that was kept from
// attaching by a stop is attached before the next stop can begin.
// Threads: StopTheWorld by an attached thread; it is a safepoint for that thread.
#pragma once
#include "threading/runtime/safepoint.h"

namespace py {

// True from the moment a second thread enters, for ever. Before that, nothing is shared and no lock is needed.
extern std::atomic<bool> multiple_threads;
INLINE bool has_multiple_threads() { return UNLIKELY(multiple_threads.load(std::memory_order_relaxed)); }
// Threads that hold a slot now.
extern std::atomic<u32> live_threads;

// Gives the calling OS thread a slot and attaches it. False when all slots are in use.
[[nodiscard]] bool enter_world(ThreadBase& thread);
// Detaches for good, after the merge queue and the inbox are empty.
void leave_world(ThreadBase& thread);
// Puts an entry into the merge queue of the slot that the calling thread has left: the slot's next thread serves it, or
// whoever stops the world.
void leave_behind(ThreadSlot& slot, void* item);

class [[nodiscard]] StopTheWorld {
 public:
  explicit StopTheWorld(ThreadBase& thread);  // a stopper may nest
  ~StopTheWorld() { start(); }
  // Lets the others run before the end of the scope.
  void start();
  StopTheWorld(const StopTheWorld&) = delete;
  StopTheWorld& operator=(const StopTheWorld&) = delete;

 private:
  ThreadBase* thread_;
};

// The calling thread stopped the world.
bool is_world_stopped(const ThreadBase& thread);
// Calls f(ThreadBase&) for every thread; only under StopTheWorld.
template <class Function>
void for_each_thread(Function function) {
  const u32 limit = slot_limit.load();
  for (u32 number = 1; number < limit; ++number) {
    if (ThreadBase* thread = thread_slots[number].thread) function(*thread);
  }
}

// From now on no other thread runs: attaching blocks for ever, without any lock held.
void stop_world_for_shutdown(ThreadBase& thread);

// fork() with the world stopped and every lock of the runtime held. In the child only the caller is left.
int fork_world(ThreadBase& thread);

}  // namespace py
