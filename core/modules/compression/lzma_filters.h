// Filter chains of liblzma from and to Python: dicts with an "id" and the filter's options. Threads: no state.
#pragma once
#include <lzma.h>

#include "core/modules/exception_class.h"

namespace py::compression {

extern ModuleException lzma_error;
// Raises what a code of liblzma stands for.
COLD Failure raise_lzma(Thread& thread, lzma_ret code);

// Owns its options.
class FilterChain {
 public:
  FilterChain() { clear(); }
  ~FilterChain() { release(); }
  FilterChain(FilterChain&& other) noexcept { take(other); }
  FilterChain& operator=(FilterChain&& other) noexcept {
    release();
    take(other);
    return *this;
  }
  static Result<FilterChain> from(Thread& thread, Value specifiers);
  Result<void> add(Thread& thread, usize index, Value specifier);
  const lzma_filter* filters() const { return filters_; }

 private:
  void clear();
  void release();
  void take(FilterChain& other);
  lzma_filter filters_[LZMA_FILTERS_MAX + 1];
};

Result<Ref<>> encode_filter_properties(Thread& thread, Value filter);
Result<Ref<>> decode_filter_properties(Thread& thread, u64 filter_id, Buffer& encoded);
Result<u32> to_u32(Thread& thread, Value value);

}  // namespace py::compression
