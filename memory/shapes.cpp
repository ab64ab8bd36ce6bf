#include "core/base/check.h"
#include "memory/object.h"
#include "threading/runtime/world.h"

namespace py {

constinit ShapeArena shape_arena;

namespace {

std::atomic<u32> shapes_in_use{1};

}  // namespace

u32 allocate_shape() {
  u32 number = shapes_in_use.load(std::memory_order_relaxed);
  if (!has_multiple_threads()) {
    if (number == kMaxShapes) return 0;
    shapes_in_use.store(number + 1, std::memory_order_relaxed);
    return number;
  }
  do {
    if (number == kMaxShapes) return 0;
  } while (!shapes_in_use.compare_exchange_weak(number, number + 1, std::memory_order_relaxed));
  return number;
}

u32 count_shapes() { return shapes_in_use.load(std::memory_order_relaxed) - 1; }

}  // namespace py
