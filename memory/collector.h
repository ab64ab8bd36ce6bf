// The cycle collector.
//
// Threads: see each function.
#pragma once
#include "memory/thread.h"

namespace py {

// The safepoint hook: does what the counters ask for. Never raises.
void collect_if_due(Thread& thread);
// Sets the heap's first threshold.
void begin_allocating(Thread& thread);
// gc.collect(generation): the number of unreachable objects found. A safepoint.
usize collect(Thread& thread, int generation);

}  // namespace py
