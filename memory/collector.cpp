#include "memory/collector.h"

#include "memory/reclamation.h"
#include "memory/slot_heap.h"

namespace py {

void request_collection(SlotHeap& heap) { heap.collect_at = INT64_MAX; }
void collect_if_due(Thread&) {}
void begin_allocating(Thread&) {}
usize collect(Thread& thread, int) {
  flush_limbo(thread);
  return 0;
}

}  // namespace py
