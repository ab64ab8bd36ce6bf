#include "memory/units.h"

#include <sys/mman.h>

#include "core/base/check.h"
#include "core/base/machine_memory.h"
#include "threading/sync/mutex.h"

namespace py {

namespace {

constexpr usize kLeafEntries = 1u << 16;  // one leaf covers 4 GiB of address space
constexpr usize kKeptRuns = 16;
constexpr usize kKeptUnits = 64;     // of all kept runs together: 4 MiB
constexpr usize kKeptRunUnits = 32;  // of one

// Runs from this size on ask the system for huge pages: fewer faults, and fewer misses of the processor's address cache when
// they are read here and there. Smaller ones would show the untouched rest of their last huge page as memory in use.
constexpr usize kHugeRunUnits = 256;
constexpr usize kHugePage = usize{2} << 20;

struct Leaf {
  std::atomic<u64> entries[kLeafEntries];
};

struct Run {
  char* memory;
  usize units;
};

std::atomic<Leaf*> table[1u << 16];
Mutex mutex{Rank::Units};
Run kept[kKeptRuns];  // oldest first
usize kept_count = 0;
usize kept_units = 0;

void* map_memory(usize bytes) {
  if (exceeds_machine(bytes)) return nullptr;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void ask_for_huge_pages([[maybe_unused]] char* memory, [[maybe_unused]] usize bytes) {
#ifdef MADV_HUGEPAGE
  if (bytes >= kHugeRunUnits * kUnitBytes) madvise(memory, bytes, MADV_HUGEPAGE);  // if there are any
#endif
}

char* map_aligned(usize bytes) {
  const usize alignment = bytes >= kHugeRunUnits * kUnitBytes ? kHugePage : kUnitBytes;
  char* memory = static_cast<char*>(map_memory(bytes + alignment));
  if (!memory) return nullptr;
  char* aligned = reinterpret_cast<char*>((reinterpret_cast<u64>(memory) + alignment - 1) & ~u64{alignment - 1});
  if (aligned != memory) munmap(memory, aligned - memory);
  char* end = memory + bytes + alignment;
  if (aligned + bytes != end) munmap(aligned + bytes, end - (aligned + bytes));
  ask_for_huge_pages(aligned, bytes);
  return aligned;
}

// Makes sure that the units have entries.
bool register_units(char* memory, usize units) {
  MutexGuard guard(mutex);
  for (usize unit = 0; unit < units; ++unit) {
    const u64 at = reinterpret_cast<u64>(memory) + unit * kUnitBytes;
    if (unit_entry(at)) continue;
    auto* leaf = static_cast<Leaf*>(map_memory(sizeof(Leaf)));
    if (!leaf) return false;
    table[at >> 32 & 0xFFFF].store(leaf, std::memory_order_release);  // pairs with the acquire in unit_entry
  }
  return true;
}

char* map_registered(usize units) {
  char* memory = map_aligned(units * kUnitBytes);
  if (!memory || register_units(memory, units)) return memory;
  munmap(memory, units * kUnitBytes);
  return nullptr;
}

Run take_kept_locked(usize index) {
  const Run run = kept[index];
  --kept_count;
  kept_units -= run.units;
  for (usize at = index; at < kept_count; ++at) kept[at] = kept[at + 1];
  return run;
}

char* take_kept(usize units) {
  MutexGuard guard(mutex);
  for (usize index = kept_count; index-- > 0;) {
    if (kept[index].units == units) return take_kept_locked(index).memory;
  }
  return nullptr;
}

}  // namespace

std::atomic<u64>* unit_entry(u64 address) {
  Leaf* leaf = table[address >> 32 & 0xFFFF].load(std::memory_order_acquire);
  return leaf ? &leaf->entries[address >> 16 & 0xFFFF] : nullptr;
}

char* map_units(usize units) {
  char* memory = units <= kKeptRunUnits ? take_kept(units) : nullptr;
  return memory ? memory : map_registered(units);
}

void unmap_units(char* memory, usize units) {
  for (usize unit = 0; unit < units; ++unit) {
    unit_entry(reinterpret_cast<u64>(memory) + unit * kUnitBytes)->store(0, std::memory_order_release);
  }
  if (units > kKeptRunUnits) {
    munmap(memory, units * kUnitBytes);
    return;
  }
  Run unwanted[kKeptRuns];
  usize unwanted_count = 0;
  mutex.lock();
  while (kept_count == kKeptRuns || kept_units + units > kKeptUnits) unwanted[unwanted_count++] = take_kept_locked(0);
  kept[kept_count++] = {memory, units};
  kept_units += units;
  mutex.unlock();
  for (usize index = 0; index < unwanted_count; ++index) {
    munmap(unwanted[index].memory, unwanted[index].units * kUnitBytes);
  }
}

char* resize_units(char* memory, usize units, usize wanted) {
  if (wanted <= units) {
    if (wanted < units) munmap(memory + wanted * kUnitBytes, (units - wanted) * kUnitBytes);
    return memory;
  }
  if (exceeds_machine(wanted * kUnitBytes)) return nullptr;
  if (mremap(memory, units * kUnitBytes, wanted * kUnitBytes, 0) != MAP_FAILED) {
    ask_for_huge_pages(memory, wanted * kUnitBytes);
    if (register_units(memory, wanted)) return memory;
    munmap(memory + units * kUnitBytes, (wanted - units) * kUnitBytes);
    return nullptr;
  }
  char* place = map_registered(wanted);
  if (!place) return nullptr;
  // Nobody may find the old entry once its address is free for others.
  std::atomic<u64>& entry = *unit_entry(reinterpret_cast<u64>(memory));
  const u64 word = entry.exchange(0);
  constexpr int kMove = MREMAP_MAYMOVE | MREMAP_FIXED;
  if (mremap(memory, units * kUnitBytes, wanted * kUnitBytes, kMove, place) == MAP_FAILED) {
    entry.store(word);
    munmap(place, wanted * kUnitBytes);
    return nullptr;
  }
  ask_for_huge_pages(place, wanted * kUnitBytes);  // again: what came here brought its own rules
  unit_entry(reinterpret_cast<u64>(place))->store(word);
  return place;
}

void units_after_fork_in_child() { mutex.reset(); }

}  // namespace py
