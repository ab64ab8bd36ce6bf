// for_each_parallel: a loop over pages, on oneTBB's threads when that pays. Internal to memory; the one place that
// includes oneTBB is parallel.cpp. Threads: the caller, with the world stopped, and workers that are no threads of
// weft: they may read objects, not count.
#pragma once
#include "memory/pages.h"

namespace py {

void for_each_parallel(Page** pages, usize count, bool parallel, void (*function)(void*, Page&), void* context);

template <class Function>
void for_each_parallel(Page** pages, usize count, bool parallel, Function function) {
  for_each_parallel(
      pages, count, parallel, [](void* context, Page& page) { (*static_cast<Function*>(context))(page); }, &function);
}

// oneTBB's threads do not exist in a forked child: everything is serial there.
void parallel_after_fork_in_child();

}  // namespace py
