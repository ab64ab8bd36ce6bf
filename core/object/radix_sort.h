// Sorting by a 64-bit rank without a comparison: least significant byte first, stable, passing over bytes that all ranks
// share. Threads: works on private memory.
#pragma once
#include "core/base/types.h"

#include <utility>

namespace py {

// Sorts `items` by their `rank` with `room` for as many; the result may end up in either, and is returned.
template <class Item>
Item* radix_sort(Item* items, Item* room, isize count) {
  constexpr int kBytes = 8, kValues = 256;
  isize counts[kBytes][kValues] = {};
  for (isize i = 0; i < count; ++i) {
    u64 rank = items[i].rank;
    for (int byte = 0; byte < kBytes; ++byte, rank >>= 8) ++counts[byte][rank & 255];
  }
  for (int byte = 0; byte < kBytes; ++byte) {
    const int shift = byte * 8;
    isize* const places = counts[byte];
    if (places[items[0].rank >> shift & 255] == count) continue;
    isize next = 0;
    for (int value = 0; value < kValues; ++value) next += std::exchange(places[value], next);
    for (isize i = 0; i < count; ++i) room[places[items[i].rank >> shift & 255]++] = items[i];
    std::swap(items, room);
  }
  return items;
}

}  // namespace py
