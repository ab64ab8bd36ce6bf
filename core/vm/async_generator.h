// Asynchronous generators: the awaitables that asend(), athrow() and aclose() return, and the wrapper that tells a yielded
// value from an awaited one.
#pragma once
#include "core/vm/generator.h"

namespace py {

// What an asynchronous generator's frame yields for `yield value` (as opposed to what an await inside it yields).
class AsyncWrappedValue final : public Object {
 public:
  Field content;
  u64 reserved;
  static const ObjectOps kOps;
};

}  // namespace py
