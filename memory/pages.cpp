#include "memory/pages.h"

#include <sys/mman.h>

#include "core/base/check.h"
#include "threading/sync/mutex.h"

#if defined(WEFT_ASAN)
#include <sanitizer/asan_interface.h>
#endif

namespace py {

namespace {

constexpr usize kChunkUnits = 32;         // mapped at a time: 2 MiB
constexpr usize kKeptUnits = 64;          // empty units that keep their memory: 4 MiB
constexpr usize kLeafEntries = 1u << 16;  // one leaf covers 4 GiB of address space

// An entry is a Page*, or the next free unit's address with bit 0 set, or zero.
struct Leaf {
  std::atomic<u64> entries[kLeafEntries];
};

std::atomic<Leaf*> table[1u << 16];
Mutex mutex{Rank::Pages};
u64 first_free_unit = 0;
usize free_units = 0;

void* map_memory(usize bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

// `bytes` is a multiple of the unit.
char* map_aligned(usize bytes) {
  char* memory = static_cast<char*>(map_memory(bytes + kUnitBytes));
  if (!memory) return nullptr;
  char* aligned = reinterpret_cast<char*>((reinterpret_cast<u64>(memory) + kUnitBytes - 1) & ~u64{kUnitBytes - 1});
  if (aligned != memory) munmap(memory, aligned - memory);
  char* end = memory + bytes + kUnitBytes;
  if (aligned + bytes != end) munmap(aligned + bytes, end - (aligned + bytes));
  return aligned;
}

std::atomic<u64>* entry_of(u64 address) {
  Leaf* leaf = table[address >> 32 & 0xFFFF].load(std::memory_order_acquire);
  return leaf ? &leaf->entries[address >> 16 & 0xFFFF] : nullptr;
}

bool ensure_entries_locked(u64 address, usize units) {
  for (usize unit = 0; unit < units; ++unit) {
    const u64 at = address + unit * kUnitBytes;
    if (entry_of(at)) continue;
    auto* leaf = static_cast<Leaf*>(map_memory(sizeof(Leaf)));
    if (!leaf) return false;
    table[at >> 32 & 0xFFFF].store(leaf, std::memory_order_release);  // pairs with the acquire in entry_of
  }
  return true;
}

void enter_locked(u64 address, usize units, u64 entry) {
  for (usize unit = 0; unit < units; ++unit)
    entry_of(address + unit * kUnitBytes)->store(entry, std::memory_order_release);
}

void push_free_unit_locked(u64 address) {
  entry_of(address)->store(first_free_unit | 1, std::memory_order_relaxed);
  first_free_unit = address;
  ++free_units;
}

char* map_registered_locked(usize units) {
  char* memory = map_aligned(units * kUnitBytes);
  if (!memory) return nullptr;
  if (ensure_entries_locked(reinterpret_cast<u64>(memory), units)) return memory;
  munmap(memory, units * kUnitBytes);
  return nullptr;
}

char* take_unit_locked() {
  if (!first_free_unit) {
    usize units = kChunkUnits;
    char* chunk = map_registered_locked(units);
    if (!chunk) chunk = map_registered_locked(units = 1);
    if (!chunk) return nullptr;
    for (usize unit = units; unit-- > 0;) push_free_unit_locked(reinterpret_cast<u64>(chunk) + unit * kUnitBytes);
  }
  const u64 unit = first_free_unit;
  first_free_unit = entry_of(unit)->load(std::memory_order_relaxed) & ~u64{1};
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
  std::atomic<u64>* entry = entry_of(address);
  const u64 word = entry ? entry->load(std::memory_order_acquire) : 0;
  return word & 1 ? nullptr : reinterpret_cast<Page*>(word);
}

Page* acquire_units(usize units) {
  MutexGuard guard(mutex);
  char* memory = units == 1 ? take_unit_locked() : map_registered_locked(units);
  if (!memory) return nullptr;
  unpoison(memory, units * kUnitBytes);
  enter_locked(reinterpret_cast<u64>(memory), units, reinterpret_cast<u64>(memory));
  return reinterpret_cast<Page*>(memory);
}

void release_units(Page* page) {
  const usize units = page->units;
  unpoison(page, units * kUnitBytes);
  MutexGuard guard(mutex);
  if (units == 1) {
    if (free_units >= kKeptUnits) madvise(page, kUnitBytes, MADV_DONTNEED);
    push_free_unit_locked(reinterpret_cast<u64>(page));
    return;
  }
  enter_locked(reinterpret_cast<u64>(page), units, 0);
  munmap(page, units * kUnitBytes);
}

void pages_after_fork_in_child() { mutex.reset(); }

}  // namespace py
