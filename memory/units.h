// Units: 64 KiB of address space, aligned, of which object pages, large objects and large buffers are made; and the table
// that says what stands in each. Runs of a few units are kept for a while when they are given back, because a fresh one
// costs a fault for every 4 KiB.
//
// Invariant: a unit's entry belongs to who holds the unit: zero, a Page* (memory/pages.h), kBufferUnit, or a link of
// free pages, which is odd. Threads: any; mapping and giving back lock.
#pragma once
#include <atomic>

#include "core/base/types.h"

namespace py {

inline constexpr usize kUnitBytes = 64 * 1024;
inline constexpr u64 kBufferUnit = 2;  // the first unit of a large buffer (memory/buffer.h)

// The entry of the unit that covers the address; null when none was ever mapped near it.
std::atomic<u64>* unit_entry(u64 address);
// The content is arbitrary, the entries are zero. Null: memory is exhausted.
char* map_units(usize units);
void unmap_units(char* memory, usize units);
// The same run with another number of units, moved if need be without touching its content; of its entries only the first
// may be used. Null: memory is exhausted, and nothing changed.
char* resize_units(char* memory, usize units, usize wanted);
void units_after_fork_in_child();

}  // namespace py
