// pickle.PickleBuffer: memory that a pickler may leave to somebody else. It holds a memoryview.
// Threads: the view is set once; `released` may be set by anyone.
#pragma once
#include "core/object/memoryview.h"

namespace py::pickle {

class PickleBuffer final : public Object {
 public:
  Field view;  // MemoryView of the wrapped object
  std::atomic<u64> released;
  static const ObjectOps kOps;
};
extern Type* pickle_buffer_type;

// In C or Fortran order.
bool is_contiguous(const Buffer& buffer);

}  // namespace py::pickle
