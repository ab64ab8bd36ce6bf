// CycleSearch: finds the objects that only cycles keep alive, by trial subtraction (Christopher, 1984; Lins, 1992;
// sound for any subset S of the heap). Internal to memory.
//
//   count     every o in S gets its exact count, in a side array of its page; a deferred object gets 0
//   subtract  every counted edge between members of S takes one off: what is left comes from outside
//   mark      what has a positive rest, or is a root, and all that these reach, is alive; the rest of S is garbage
//
// Invariant: headers are not written. Local scopes hold only unshared objects of the calling thread, which no shared
// object points to, so nobody needs to stop. Scope::Heap takes the world stopped, limbo and merge queues empty.
// Threads: the collecting one; oneTBB workers during a search of a large heap.
#pragma once
#include "memory/object_stack.h"
#include "memory/pages.h"
#include "memory/publish.h"
#include "memory/thread.h"

namespace py {

enum class Scope : u8 {
  Young,   // this thread's unshared objects that no collection has seen
  Local,   // all unshared objects of this thread
  Heap,    // everything
  Subset,  // given objects, unshared or with the world stopped
};

class CycleSearch {
 public:
  CycleSearch(Thread& thread, Scope scope) : thread_(thread), scope_(scope) {}
  ~CycleSearch();
  CycleSearch(const CycleSearch&) = delete;
  CycleSearch& operator=(const CycleSearch&) = delete;

  // Each of the given objects is held by one reference of the collector, which does not count. For Scope::Subset and
  // Heap.
  void set_guarded(ObjectStack* guarded) { guarded_ = guarded; }
  // False when memory is exhausted: nothing is known then.
  [[nodiscard]] bool run();
  bool is_garbage(const Object& object) const;
  [[nodiscard]] bool list_garbage(ObjectStack& garbage);
  // What survived is old from now on.
  void age_survivors();
  usize examined() const { return examined_; }

 private:
  struct Subtractor;
  class Marker;

  bool find_pages();
  bool add_page(Page& page);
  i32* take_counts(u32 count);
  void count_page(Page& page);
  bool is_member(const Page& page, u32 index, const Object& object) const;
  void subtract_page(Page& page);
  void count_all();
  void subtract_all();
  bool mark_all();
  i32* entry(const Object* object) const;
  bool is_large() const { return examined_ > kParallelObjects; }

  static constexpr usize kParallelObjects = 500'000;

  // Counts of many pages stand in one buffer, so that what a search of a large heap took is given back whole.
  struct CountChunk;

  Thread& thread_;
  Scope scope_;
  ObjectStack* guarded_ = nullptr;
  Page** pages_ = nullptr;
  usize page_count_ = 0;
  usize page_capacity_ = 0;
  CountChunk* chunks_ = nullptr;
  usize chunk_used_ = 0;
  usize examined_ = 0;
};

}  // namespace py
