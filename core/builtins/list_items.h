// Items and slices of lists, and what list methods share with other files.
#pragma once
#include "core/object/sequence.h"

#include <span>

namespace py {

Result<Ref<>> list_get_item(Thread& thread, Value self, Value key);
Result<void> list_set_item(Thread& thread, Value self, Value key, Value value);
// Removes item `index`. False when it is not `item` any more because another thread moved it.
bool remove_found(List& list, isize index, Value item);
Result<Ref<List>> repeated_list(Thread& thread, std::span<const Value> items, isize count);

}  // namespace py
