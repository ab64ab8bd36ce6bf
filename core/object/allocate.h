// new_object<T>: allocates an instance of a layout with its fields empty.
#pragma once
#include "core/object/error.h"
#include "memory/heap.h"

#include <cstring>

namespace py {

// The shape of a fresh instance of the type (no attributes).
INLINE u32 root_shape(const Type& type) { return type.root_shape.load(std::memory_order_acquire); }

// Fields after the header are not initialised; `bytes` is the whole size. MemoryError.
template <class T>
Result<Ref<T>> allocate(Thread& thread, const Type& type, usize bytes) {
  Object* object = allocate_object(thread, bytes, root_shape(type));
  if (UNLIKELY(!object)) return raise_memory_error(thread);
  return Ref<T>::adopt(static_cast<T*>(object));
}

// A fixed-size layout: everything after the header is zeroed, then Fields set to Empty by the constructor of T's members
// must be done by the caller; attribute slots of subclasses are made Empty here.
template <class T>
Result<Ref<T>> new_object(Thread& thread, const Type& type) {
  const usize bytes = type.allocation_size();
  Ref<T> object = TRY(allocate<T>(thread, type, bytes));
  Value* words = reinterpret_cast<Value*>(object.get());
  for (usize word = 2; word < bytes / 8; ++word) words[word] = Empty;
  return object;
}

}  // namespace py
