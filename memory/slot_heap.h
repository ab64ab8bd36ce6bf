// SlotHeap: the pages of one slot's thread, and how blocks travel between them and the lists. Internal to memory.
//
// Threads: the slot's thread; anybody while the world is stopped. `remote_pages` is pushed to by any thread.
#pragma once
#include "memory/heap.h"
#include "memory/pages.h"

namespace py {

inline constexpr usize kMediumClasses = 16;
inline constexpr usize kAllClasses = kSizeClasses + kMediumClasses;
inline constexpr usize kMaxMediumObject = 16384;
inline constexpr u16 kLargeClass = kAllClasses;

struct SlotHeap : AllocationCache {
  void* medium_free[kMediumClasses];
  Page* current[kAllClasses];
  Page* partial[kAllClasses];       // pages with free blocks, not current
  Page* pages;                      // all of them, but for large spans
  std::atomic<Page*> remote_pages;  // pages that may have remote blocks
  i64 live_at_collection;
  i64 collect_at;  // live_objects at which a collection is asked for

  void*& list(u16 size_class) {
    return size_class < kSizeClasses ? free[size_class] : medium_free[size_class - kSizeClasses];
  }
};

extern std::atomic<SlotHeap*> slot_heaps[];
extern Page* large_spans;  // under the heap mutex, or while the world is stopped
// Asks the present thread for a collection; the collector decides what it does.
void request_collection(SlotHeap& heap);
// A page became empty: thresholds that stem from a larger heap come down.
void heap_shrank(SlotHeap& heap);

// Calls function(Page&) for every page. While the world is stopped.
template <class Function>
void for_each_page(Function function) {
  const u32 limit = slot_limit.load();
  for (u32 slot = 1; slot < limit; ++slot) {
    SlotHeap* heap = slot_heaps[slot].load();
    for (Page* page = heap ? heap->pages : nullptr; page; page = page->next) function(*page);
  }
  for (Page* page = large_spans; page; page = page->next) function(*page);
}

}  // namespace py
