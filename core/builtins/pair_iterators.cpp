#include "core/builtins/pair_iterators.h"

#include "core/object/casts.h"

namespace py {

PairStep next_pair(Thread& thread, Value iterator, Value* pair) {
  switch (BuiltinShape{iterator.object()->shape.load(std::memory_order_relaxed)}) {
    case BuiltinShape::dict_item_iterator: return dict_items_next_pair(thread, iterator, pair);
    case BuiltinShape::enumerate: return enumerate_next_pair(thread, iterator, pair);
    case BuiltinShape::zip: return zip_next_pair(thread, iterator, pair);
    default: return PairStep::NoPairs;
  }
}

}  // namespace py
