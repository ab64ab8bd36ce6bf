// Roots: where the collector and publishing start, besides the threads.
//
// A root visitor shows Fields that live outside the heap. GlobalRef is such a field for one object held by a C++
// static. Threads: registering from any thread; visitors are called while the world is stopped, or by the only thread.
#pragma once
#include "memory/field.h"

namespace py {

using RootVisitor = void (*)(Visitor&);
void register_roots(RootVisitor visitor);
void visit_roots(Visitor& visitor);

// Ranges of memory to be scanned conservatively, for example suspended fibers' stacks. `enumerate` calls the given
// function for each range.
using RangeEnumerator = void (*)(void (*range)(void* context, const void* low, const void* high), void* context);
void register_conservative_ranges(RangeEnumerator enumerate);
void enumerate_conservative_ranges(void (*range)(void*, const void*, const void*), void* context);

// A global variable that holds a reference; constant-initialised, entered in a list on first use. Never destroyed.
class GlobalRef {
 public:
  constexpr GlobalRef() = default;
  Value peek() const { return {word_.load(std::memory_order_acquire)}; }
  // Takes the reference, publishes it when other threads run; the old value is dropped under rule R.
  void set(Ref<> value);
  void clear() { set(Ref<>()); }

 private:
  friend void visit_roots(Visitor&);
  std::atomic<u64> word_{Empty.bits};
  GlobalRef* next_ = nullptr;
  std::atomic<bool> listed_{false};
};

// Publishes all that the roots reach. Before the first second thread starts.
void publish_roots();
void roots_after_fork_in_child();

}  // namespace py
