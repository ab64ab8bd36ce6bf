// The methods of iterators by index (core/object/iterators.h): str, bytes, bytearray and memoryview.
// Threads: each index of a shared iterator goes to one thread only.
#pragma once
#include "core/bind/define.h"
#include "core/object/iterators.h"

#include <span>

namespace py {

inline Result<Ref<>> iterate_self(Thread&, Value self) { return Ref<>::share(self); }

// `item` yields the item at an index of the sequence, or Done past its end.
template <auto item>
Result<Ref<>> index_iterator_next(Thread& thread, Value self) {
  IndexIterator& iterator = *static_cast<IndexIterator*>(self.object());
  Ref<> sequence = iterator.source.load();
  if (sequence.value().is_none()) return Ref<>::adopt(Done);
  const isize index = step_cursor<isize>(iterator, iterator.index, 1);
  Result<Ref<>> result = item(thread, sequence.value(), index);
  if (result.failed()) return result;
  Ref<> value = result.take();
  if (value.value() == Done) iterator.source.store(iterator, None);
  return value;
}

// __length_hint__, __reduce__ and __setstate__.
extern const std::span<const MethodSpec> kIndexIteratorMethods;

// A name of the `builtins` module.
Result<Ref<>> builtin_named(Thread& thread, std::string_view name);

}  // namespace py
