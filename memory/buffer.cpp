#include "memory/buffer.h"

#include <malloc.h>
#include <mimalloc.h>

#include <cstdlib>
#include <cstring>

#include "memory/units.h"

namespace py {

#if defined(WEFT_ASAN) || defined(WEFT_TSAN)
// The sanitizers can only see what goes through their own allocator.
void* buffer_allocate(usize bytes) { return std::malloc(bytes); }
void* buffer_allocate_zeroed(usize bytes) { return std::calloc(1, bytes); }
void* buffer_reallocate(void* buffer, usize bytes) { return std::realloc(buffer, bytes); }
void buffer_free(void* buffer) { std::free(buffer); }
usize buffer_usable(const void* buffer) { return malloc_usable_size(const_cast<void*>(buffer)); }
#else

namespace {

// The start of a large buffer's first unit. 64 bytes, so that the content is aligned to cache lines.
struct alignas(64) LargeHeader {
  usize units;
  char* content() { return reinterpret_cast<char*>(this + 1); }
};

// No other buffer stands at such a place in a unit with such an entry.
LargeHeader* large_header(const void* buffer) {
  const u64 address = reinterpret_cast<u64>(buffer);
  if (LIKELY(address % kUnitBytes != sizeof(LargeHeader))) return nullptr;
  const std::atomic<u64>* entry = unit_entry(address);
  if (!entry || entry->load(std::memory_order_relaxed) != kBufferUnit) return nullptr;
  return reinterpret_cast<LargeHeader*>(address - sizeof(LargeHeader));
}

// 0: more than there can be.
usize units_for(usize bytes) {
  return bytes > usize{1} << 46 ? 0 : (bytes + sizeof(LargeHeader) + kUnitBytes - 1) / kUnitBytes;
}

void* allocate_large(usize bytes) {
  const usize units = units_for(bytes);
  char* memory = units ? map_units(units) : nullptr;
  if (!memory) return nullptr;
  unit_entry(reinterpret_cast<u64>(memory))->store(kBufferUnit, std::memory_order_relaxed);
  auto* header = reinterpret_cast<LargeHeader*>(memory);
  header->units = units;
  return header->content();
}

usize usable(const LargeHeader& header) { return header.units * kUnitBytes - sizeof(LargeHeader); }

void* resize_large(LargeHeader* header, usize bytes) {
  const usize units = units_for(bytes);
  if (units == header->units) return header->content();
  char* memory = units ? resize_units(reinterpret_cast<char*>(header), header->units, units) : nullptr;
  if (!memory) return nullptr;
  auto* moved = reinterpret_cast<LargeHeader*>(memory);
  moved->units = units;
  return moved->content();
}

// Between the two kinds.
void* move_buffer(void* buffer, usize old_bytes, usize bytes) {
  void* moved = buffer_allocate(bytes);
  if (!moved) return nullptr;
  std::memcpy(moved, buffer, old_bytes < bytes ? old_bytes : bytes);
  buffer_free(buffer);
  return moved;
}

}  // namespace

void* buffer_allocate(usize bytes) { return LIKELY(bytes < kLargeBuffer) ? mi_malloc(bytes) : allocate_large(bytes); }

void* buffer_allocate_zeroed(usize bytes) {
  if (LIKELY(bytes < kLargeBuffer)) return mi_zalloc(bytes);
  void* buffer = allocate_large(bytes);
  return buffer ? std::memset(buffer, 0, bytes) : nullptr;
}

void* buffer_reallocate(void* buffer, usize bytes) {
  if (LargeHeader* header = large_header(buffer)) {
    return bytes < kLargeBuffer ? move_buffer(buffer, usable(*header), bytes) : resize_large(header, bytes);
  }
  if (bytes < kLargeBuffer) return mi_realloc(buffer, bytes);
  return buffer ? move_buffer(buffer, mi_usable_size(buffer), bytes) : allocate_large(bytes);
}

void buffer_free(void* buffer) {
  LargeHeader* header = large_header(buffer);
  if (LIKELY(!header)) return mi_free(buffer);
  unmap_units(reinterpret_cast<char*>(header), header->units);
}

usize buffer_usable(const void* buffer) {
  const LargeHeader* header = large_header(buffer);
  return header ? usable(*header) : mi_usable_size(buffer);
}
#endif

}  // namespace py
