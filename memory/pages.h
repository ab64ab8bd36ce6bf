// Pages: 64 KiB of address space with blocks of one size, or the first 64 KiB of a large object's span; and the table
// that finds the page of any address.
//
// Invariant: `live` blocks are told from free ones by bytes 8-15 of their header, which are zero in free blocks; blocks
// from `fresh` up were never used. A page belongs to the heap of one slot, which alone touches the fields that are not
// atomic. Threads: page table lookups from any thread; acquire_units and release_units lock.
#pragma once
#include "memory/object.h"
#include "memory/units.h"

namespace py {

inline constexpr usize kPageHeaderBytes = 704;
inline constexpr usize kMaxBlocksPerPage = (kUnitBytes - kPageHeaderBytes) / 16;

struct Page {
  u32 block_bytes;
  u32 block_reciprocal;  // ceil(2^32 / block_bytes): index = offset * reciprocal >> 32
  u16 size_class;
  std::atomic<u16> slot;  // the heap it belongs to; changes only while the world is stopped
  bool current;           // its free blocks are in the cache of its slot
  bool listed;            // in the heap's list of pages with free blocks
  bool has_old;           // some bit of `old` may be set
  bool touched;           // allocated from since the last collection
  u32 capacity;
  u32 fresh;
  u32 used;  // blocks not on `free`, for a page that is not current
  u32 units;
  void* free;
  std::atomic<void*> remote;  // blocks freed by other threads
  std::atomic<bool> remote_listed;
  Page* next;  // all pages of the heap
  Page* previous;
  Page* next_listed;
  Page* previous_listed;
  Page* next_remote;
  i32* collector_counts;                   // one per block, during a collection
  u64 old[(kMaxBlocksPerPage + 63) / 64];  // survived a collection

  char* block(u32 index) { return reinterpret_cast<char*>(this) + kPageHeaderBytes + usize{index} * block_bytes; }
  u32 index_of(const void* address) const {
    const u64 offset = reinterpret_cast<u64>(address) - reinterpret_cast<u64>(this) - kPageHeaderBytes;
    return units == 1 ? static_cast<u32>(offset * block_reciprocal >> 32) : 0;
  }
  bool is_old(u32 index) const { return old[index / 64] >> (index % 64) & 1; }
  void clear_old(u32 index) { old[index / 64] &= ~(u64{1} << (index % 64)); }
  void set_old(u32 index) { old[index / 64] |= u64{1} << (index % 64); }
};
static_assert(sizeof(Page) <= kPageHeaderBytes);

inline Page* page_of(const void* object) {
  return reinterpret_cast<Page*>(reinterpret_cast<u64>(object) & ~u64{kUnitBytes - 1});
}
inline bool is_live_block(const Object& object) {
  return object.shared.load(std::memory_order_relaxed) != 0 || object.owner.load(std::memory_order_relaxed) != 0;
}

// The page whose span covers the address, or null.
Page* find_page(u64 address);
// Address space for a page, entered into the table; null when memory is exhausted. The content is arbitrary.
Page* acquire_units(usize units);
void release_units(Page* page);
void pages_after_fork_in_child();

}  // namespace py
