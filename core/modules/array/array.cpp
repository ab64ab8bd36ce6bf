#include "core/modules/array/array.h"

#include <cstring>

#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "memory/buffer.h"
#include "memory/reclamation.h"

namespace py::arrays {

namespace {

void release(Object& object) {
  buffer_free(static_cast<Array&>(object).block);
  release_attributes(object);
}

enum class Resize : u8 { Done, Exported, NoMemory };

// Makes the gap [from, to) of the old content `count` items wide. Lock held; all bounds are within the content.
Resize open_gap_locked(Array& array, isize from, isize to, isize count) {
  const isize width = array.kind->size;
  const isize old_size = array.size.load(std::memory_order_relaxed);
  isize new_size;
  if (__builtin_add_overflow(old_size - (to - from), count, &new_size)) return Resize::NoMemory;
  if (new_size == old_size) return Resize::Done;
  if (array.exports.load(std::memory_order_relaxed) != 0) return Resize::Exported;
  if (new_size > array.capacity) {
    const isize wanted = new_size + (new_size >> 4) + (old_size < 8 ? 3 : 7);
    isize bytes;
    if (__builtin_mul_overflow(wanted, width, &bytes)) return Resize::NoMemory;
    auto* block = static_cast<u8*>(buffer_reallocate(array.block, static_cast<usize>(bytes)));
    if (!block) return Resize::NoMemory;
    array.block = block;
    array.capacity = wanted;
  }
  const isize tail = old_size - to;
  if (tail)
    std::memmove(array.block + (from + count) * width, array.block + to * width, static_cast<usize>(tail * width));
  array.size.store(new_size, std::memory_order_release);
  if (new_size == 0) {
    buffer_free(array.block);
    array.block = nullptr;
    array.capacity = 0;
  }
  return Resize::Done;
}

Resize try_splice(Array& array, isize from, isize to, const void* items, isize count) {
  ObjectLock lock(array);
  const isize old_size = array.size.load(std::memory_order_relaxed);
  if (to > old_size) to = old_size;
  if (from > to) from = to;
  const Resize outcome = open_gap_locked(array, from, to, count);
  const usize width = array.kind->size;
  if (outcome == Resize::Done && count) {
    std::memcpy(array.block + static_cast<usize>(from) * width, items, static_cast<usize>(count) * width);
  }
  return outcome;
}

template <class T, T (*swap)(T)>
void swap_items(u8* block, isize count) {
  for (isize i = 0; i < count; ++i) {
    T item;
    std::memcpy(&item, block + i * static_cast<isize>(sizeof item), sizeof item);
    item = swap(item);
    std::memcpy(block + i * static_cast<isize>(sizeof item), &item, sizeof item);
  }
}
u16 swap16(u16 x) { return __builtin_bswap16(x); }
u32 swap32(u32 x) { return __builtin_bswap32(x); }
u64 swap64(u64 x) { return __builtin_bswap64(x); }

}  // namespace

const ObjectOps Array::kOps = {"array", visit_attributes, release, fixed_size};

Result<Ref<Array>> make_array(Thread& thread, Type& type, const ItemKind& kind, std::string_view bytes) {
  Ref<Array> array = TRY(new_object<Array>(thread, type));
  array->kind = &kind;
  array->size.store(0, std::memory_order_relaxed);
  array->exports.store(0, std::memory_order_relaxed);
  array->block = nullptr;
  array->capacity = 0;
  if (bytes.empty()) return array;
  array->block = static_cast<u8*>(buffer_allocate(bytes.size()));
  if (!array->block) return raise_memory_error(thread);
  std::memcpy(array->block, bytes.data(), bytes.size());
  array->capacity = static_cast<isize>(bytes.size()) / kind.size;
  array->size.store(array->capacity, std::memory_order_release);
  return array;
}

bool Array::read(isize index, Item& item) {
  ObjectLock lock(*this);
  if (static_cast<usize>(index) >= static_cast<usize>(size.load(std::memory_order_relaxed))) return false;
  std::memcpy(&item, block + index * kind->size, kind->size);
  return true;
}
bool Array::write(isize index, const Item& item) {
  ObjectLock lock(*this);
  if (static_cast<usize>(index) >= static_cast<usize>(size.load(std::memory_order_relaxed))) return false;
  std::memcpy(block + index * kind->size, &item, kind->size);
  return true;
}

Result<void> Array::splice(Thread& thread, isize from, isize to, const void* items, isize count) {
  Resize outcome = try_splice(*this, from, to, items, count);
  if (outcome == Resize::Exported && is_shared()) {
    flush_limbo(thread);  // a view that was just dropped may wait for its end there
    outcome = try_splice(*this, from, to, items, count);
  }
  if (outcome == Resize::Done) return {};
  if (outcome == Resize::NoMemory) return raise_memory_error(thread);
  return raise(thread, types.BufferError, "cannot resize an array that is exporting buffers");
}

bool Array::copy_out(isize from, isize step, isize count, u8* items) {
  if (count == 0) return true;
  ObjectLock lock(*this);
  const isize last = from + (count - 1) * step, limit = size.load(std::memory_order_relaxed);
  if (from < 0 || from >= limit || last < 0 || last >= limit) return false;
  const usize width = kind->size;
  if (step == 1) {
    std::memcpy(items, block + from * kind->size, static_cast<usize>(count) * width);
  } else {
    for (isize i = 0; i < count; ++i)
      std::memcpy(items + i * kind->size, block + (from + i * step) * kind->size, width);
  }
  return true;
}
bool Array::copy_in(isize from, isize step, isize count, const u8* items) {
  if (count == 0) return true;
  ObjectLock lock(*this);
  const isize last = from + (count - 1) * step, limit = size.load(std::memory_order_relaxed);
  if (from < 0 || from >= limit || last < 0 || last >= limit) return false;
  for (isize i = 0; i < count; ++i)
    std::memcpy(block + (from + i * step) * kind->size, items + i * kind->size, kind->size);
  return true;
}

Result<void> Array::copy_to(Thread& thread, ByteBuilder& out) {
  for (;;) {
    const isize count = length();
    char* place = out.reserve(static_cast<usize>(count * kind->size));
    if (!place) return raise_memory_error(thread);
    ObjectLock lock(*this);
    if (size.load(std::memory_order_relaxed) != count) continue;
    if (count) std::memcpy(place, block, static_cast<usize>(count * kind->size));
    out.commit(static_cast<usize>(count * kind->size));
    return {};
  }
}

Array::Taken Array::take(isize index, Item& item) {
  ObjectLock lock(*this);
  const isize count = size.load(std::memory_order_relaxed);
  if (count == 0) return Taken::Empty;
  if (index < 0) index += count;
  if (index < 0 || index >= count) return Taken::OutOfRange;
  if (exports.load(std::memory_order_relaxed)) return Taken::Exported;
  std::memcpy(&item, block + index * kind->size, kind->size);
  (void)open_gap_locked(*this, index, index + 1, 0);
  return Taken::Done;
}

void Array::reverse() {
  ObjectLock lock(*this);
  const usize width = kind->size;
  Item item;
  for (isize low = 0, high = size.load(std::memory_order_relaxed) - 1; low < high; ++low, --high) {
    u8 *left = block + low * kind->size, *right = block + high * kind->size;
    std::memcpy(&item, left, width);
    std::memcpy(left, right, width);
    std::memcpy(right, &item, width);
  }
}

void Array::byteswap() {
  ObjectLock lock(*this);
  const isize count = size.load(std::memory_order_relaxed);
  switch (kind->size) {
    case 2: return swap_items<u16, swap16>(block, count);
    case 4: return swap_items<u32, swap32>(block, count);
    case 8: return swap_items<u64, swap64>(block, count);
  }
}

}  // namespace py::arrays
