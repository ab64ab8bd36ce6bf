#include "memory/parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

namespace py {

namespace {

#if defined(WEFT_TSAN)
bool has_workers = false;  // the library is not instrumented: its hand-over of work would look like a race
#else
bool has_workers = true;
#endif

}  // namespace

void for_each_parallel(Page** pages, usize count, bool parallel, void (*function)(void*, Page&), void* context) {
  const auto run = [=](usize begin, usize end) {
    for (usize index = begin; index < end; ++index) function(context, *pages[index]);
  };
  if (!parallel || !has_workers) return run(0, count);
  tbb::parallel_for(tbb::blocked_range<usize>(0, count, 4),
                    [&](const tbb::blocked_range<usize>& range) { run(range.begin(), range.end()); });
}

void parallel_after_fork_in_child() { has_workers = false; }

}  // namespace py
