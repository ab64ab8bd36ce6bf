// TestFault: deliberate defects, compiled in for unit tests only. A stress test that does not fail while its protocol
// is broken proves nothing, so every protocol has a fault here and a test that expects it to be caught. Threads: set
// once, before the threads of a test start.
#pragma once
#include <atomic>

#include "core/base/types.h"

namespace py {

enum class TestFault : u32 {
  None,
  ForgetUnpark,            // ByteLock::unlock leaves the waiter asleep
  SkipParkValidation,      // park sleeps without looking at the condition again
  SkipDetachRecheck,       // detach does not look at the breaker after giving up its state
  DropAtOnce,              // retire drops without a grace period
  IgnoreReaders,           // reclamation takes every thread for quiescent
  IncrefDying,             // try_incref accepts an object that may be dying
  PublishRootOnly,         // publish does not follow fields
  CollectorForgetsStacks,  // deferred objects on native stacks are no roots
  CollectorForgetsRoots,   // root visitors are not asked
  CollectorForgetsEdges,   // one internal edge too many is subtracted
  NoStealMerge,            // nobody merges on behalf of a detached owner
  LateWeakClear,           // weak references are cleared after the block was freed
};

#ifdef WEFT_TEST_FAULTS
extern std::atomic<TestFault> test_fault;
inline bool has_fault(TestFault fault) { return test_fault.load(std::memory_order_relaxed) == fault; }
#else
constexpr bool has_fault(TestFault) { return false; }
#endif

}  // namespace py
