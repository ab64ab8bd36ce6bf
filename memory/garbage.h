// Garbage: what the collector does with the unreachable objects it found. Internal to memory.
//
// Order: weak references to the garbage are cleared in the same stop as the search; then the world runs, callbacks of
// weak references that are alive are made, finalisers run; if any ran, a second look keeps what they brought back to
// life; the rest has its fields cleared, so that the counts take it apart, and deferred objects are freed last.
// Invariant: every counted object of the list is held by one reference of the collector from `hold` to its release.
// Threads: the collecting one.
#pragma once
#include "memory/cycle_search.h"

namespace py {

// Set once: takes a deferred object that turned out to be garbage out of the tables that refer to it weakly. Nobody else
// can reach it, or the world is stopped. Runs nothing and drops nothing.
extern void (*deferred_garbage_hook)(Object& object);

class Garbage {
 public:
  explicit Garbage(Thread& thread) : thread_(thread) {}
  // Takes over what the search found. In the same stop as the search. False when memory is exhausted.
  [[nodiscard]] bool hold(CycleSearch& search);
  // Callbacks, finalisers, second look. With the world running.
  void finalize();
  // Clears and frees; returns how many. Or, for gc.DEBUG_SAVEALL, gives each to the function and keeps it.
  usize dispose(void (*save)(Thread&, Object&) = nullptr);
  usize size() const { return objects_.size(); }

 private:
  bool run_finalizers();
  void keep_resurrected();
  usize move_deferred_to_end();  // returns where they begin
  void release(Object* object);

  Thread& thread_;
  ObjectStack objects_;
};

// Brings all counts up to date: merge queues and limbo of all threads. While the world is stopped.
void settle_counts(Thread& thread);

}  // namespace py
