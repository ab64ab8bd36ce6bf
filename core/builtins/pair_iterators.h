// The iterators whose items are pairs, stepped without making the pair (core/object/iterators.h, next_pair).
#pragma once
#include "core/object/iterators.h"

namespace py {

PairStep dict_items_next_pair(Thread& thread, Value self, Value* pair);
PairStep enumerate_next_pair(Thread& thread, Value self, Value* pair);
PairStep zip_next_pair(Thread& thread, Value self, Value* pair);  // NoPairs: not a zip of two

}  // namespace py
