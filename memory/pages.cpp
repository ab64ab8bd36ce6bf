#include "memory/pages.h"

#include <sys/mman.h>

#include "core/base/check.h"
#include "threading/sync/mutex.h"

#if defined(WEFT_ASAN)
#include <sanitizer/asan_interface.h>
#endif

namespace py {

namespace {

constexpr usize kChunkUnits = 32;  // mapped at a time: 2 MiB
constexpr usize kKeptPages = 64;   // empty single units that keep their memory: 4 MiB

Mutex mutex{Rank::Pages};
u64 first_free_unit = 0;  // linked through the table, with bit 0 set
usize free_units = 0;

void enter(Page* page, usize units, u64 entry) {
  for (usize unit = 0; unit < units; ++unit) {
    unit_entry(reinterpret_cast<u64>(page) + unit * kUnitBytes)->store(entry, std::memory_order_release);
  }
}

void push_free_unit_locked(u64 address) {
  unit_entry(address)->store(first_free_unit | 1, std::memory_order_relaxed);
  first_free_unit = address;
  ++free_units;
}

char* take_unit() {
  MutexGuard guard(mutex);
  if (!first_free_unit) {
    usize units = kChunkUnits;
    char* chunk = map_units(units);
    if (!chunk) chunk = map_units(units = 1);
    if (!chunk) return nullptr;
    for (usize unit = units; unit-- > 0;) push_free_unit_locked(reinterpret_cast<u64>(chunk) + unit * kUnitBytes);
  }
  const u64 unit = first_free_unit;
  first_free_unit = unit_entry(unit)->load(std::memory_order_relaxed) & ~u64{1};
  --free_units;
  return reinterpret_cast<char*>(unit);
}

void unpoison(void* memory, usize bytes) {
#if defined(WEFT_ASAN)
  ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
#endif
}

}  // namespace

Page* find_page(u64 address) {
  if (address >> 48) return nullptr;
  std::atomic<u64>* entry = unit_entry(address);
  const u64 word = entry ? entry->load(std::memory_order_acquire) : 0;
  return word & (1 | kBufferUnit) ? nullptr : reinterpret_cast<Page*>(word);
}

Page* acquire_units(usize units) {
  char* memory = units == 1 ? take_unit() : map_units(units);
  if (!memory) return nullptr;
  unpoison(memory, units * kUnitBytes);
  auto* page = reinterpret_cast<Page*>(memory);
  enter(page, units, reinterpret_cast<u64>(page));
  return page;
}

void release_units(Page* page) {
  const usize units = page->units;
  unpoison(page, units * kUnitBytes);
  if (units > 1) return unmap_units(reinterpret_cast<char*>(page), units);
  MutexGuard guard(mutex);
  if (free_units >= kKeptPages) madvise(page, kUnitBytes, MADV_DONTNEED);
  push_free_unit_locked(reinterpret_cast<u64>(page));
}

void pages_after_fork_in_child() {
  mutex.reset();
  units_after_fork_in_child();
}

}  // namespace py
