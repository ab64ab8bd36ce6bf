#include "core/object/bytearray.h"

#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/operations.h"
#include "memory/buffer.h"
#include "memory/reclamation.h"

namespace py {

namespace {

usize size_of(const Object& object) { return type_of_object(object).allocation_size(); }

void release(Object& object) {
  buffer_free(static_cast<ByteArray&>(object).block);
  release_attributes(object);
}

enum class Resize : u8 { Done, Exported, NoMemory };

// Makes the gap [from, to) of the old content `count` bytes wide. Lock held; all bounds are within the content.
Resize open_gap_locked(ByteArray& array, isize from, isize to, isize count) {
  const isize old_size = array.size.load(std::memory_order_relaxed);
  const isize new_size = old_size - (to - from) + count;
  if (new_size == old_size) return Resize::Done;
  if (array.exports.load(std::memory_order_relaxed) != 0) return Resize::Exported;
  const isize tail = old_size - to;
  if (from == 0 && new_size < old_size && new_size > array.capacity / 2) {
    array.start += old_size - new_size;
  } else if (array.block && array.start + new_size <= array.block + array.capacity && new_size >= array.capacity / 4) {
    if (tail) std::memmove(array.start + from + count, array.start + to, static_cast<usize>(tail));
  } else {
    const isize capacity = new_size == 0 ? 0 : new_size > old_size ? new_size + (new_size >> 3) + 16 : new_size + 1;
    // Nobody else looks at the block: no export is open.
    const bool grows_in_place = array.block && array.start == array.block && tail == 0 && new_size > old_size;
    u8* block = nullptr;
    if (grows_in_place) {
      block = static_cast<u8*>(buffer_reallocate(array.block, static_cast<usize>(capacity)));
    } else if (capacity) {
      block = static_cast<u8*>(buffer_allocate(static_cast<usize>(capacity)));
    }
    if (!block && capacity) return Resize::NoMemory;
    if (!grows_in_place) {
      if (from) std::memcpy(block, array.start, static_cast<usize>(from));
      if (tail) std::memcpy(block + from + count, array.start + to, static_cast<usize>(tail));
      buffer_free(array.block);
    }
    array.block = array.start = block;
    array.capacity = capacity;
  }
  array.size.store(new_size, std::memory_order_release);
  return Resize::Done;
}

Resize try_splice(ByteArray& array, isize from, isize to, std::string_view bytes) {
  ObjectLock lock(array);
  const isize old_size = array.size.load(std::memory_order_relaxed);
  if (to > old_size) to = old_size;
  if (from > to) from = to;
  const Resize outcome = open_gap_locked(array, from, to, static_cast<isize>(bytes.size()));
  if (outcome == Resize::Done && !bytes.empty()) std::memcpy(array.start + from, bytes.data(), bytes.size());
  return outcome;
}

}  // namespace

const ObjectOps ByteArray::kOps = {"bytearray", visit_attributes, release, size_of};

Result<Ref<ByteArray>> ByteArray::make(Thread& thread, Type& type, std::string_view bytes) {
  Ref<ByteArray> array = TRY(new_object<ByteArray>(thread, type));
  array->size.store(0, std::memory_order_relaxed);
  array->exports.store(0, std::memory_order_relaxed);
  array->block = array->start = nullptr;
  array->capacity = 0;
  if (bytes.empty()) return array;
  array->block = array->start = static_cast<u8*>(buffer_allocate(bytes.size() + 1));
  if (!array->block) return raise_memory_error(thread);
  array->capacity = static_cast<isize>(bytes.size()) + 1;
  std::memcpy(array->block, bytes.data(), bytes.size());
  array->size.store(static_cast<isize>(bytes.size()), std::memory_order_release);
  return array;
}

Result<void> ByteArray::splice(Thread& thread, isize from, isize to, std::string_view bytes) {
  Resize outcome = try_splice(*this, from, to, bytes);
  if (outcome == Resize::Exported && is_shared()) {
    flush_limbo(thread);  // a view that was just dropped may wait for its end there
    outcome = try_splice(*this, from, to, bytes);
  }
  if (outcome == Resize::Done) return {};
  if (outcome == Resize::NoMemory) return raise_memory_error(thread);
  return raise(thread, types.BufferError, "Existing exports of data: object cannot be re-sized");
}

bool ByteArray::copy_out(isize from, isize step, isize count, u8* bytes) {
  if (count == 0) return true;
  ObjectLock lock(*this);
  const isize last = from + (count - 1) * step;
  const isize limit = size.load(std::memory_order_relaxed);
  if (from < 0 || from >= limit || last < 0 || last >= limit) return false;
  if (step == 1) {
    std::memcpy(bytes, start + from, static_cast<usize>(count));
  } else {
    for (isize i = 0; i < count; ++i) bytes[i] = start[from + i * step];
  }
  return true;
}

bool ByteArray::copy_in(isize from, isize step, isize count, const u8* bytes) {
  if (count == 0) return true;
  ObjectLock lock(*this);
  const isize last = from + (count - 1) * step;
  const isize limit = size.load(std::memory_order_relaxed);
  if (from < 0 || from >= limit || last < 0 || last >= limit) return false;
  for (isize i = 0; i < count; ++i) start[from + i * step] = bytes[i];
  return true;
}

bool ByteArray::copy_to(ByteBuilder& out) {
  for (;;) {
    const isize count = length();
    char* place = out.reserve(static_cast<usize>(count));
    if (!place) return false;
    ObjectLock lock(*this);
    if (size.load(std::memory_order_relaxed) != count) continue;
    if (count) std::memcpy(place, start, static_cast<usize>(count));
    out.commit(static_cast<usize>(count));
    return true;
  }
}

}  // namespace py
