// What a failed format specification raises. Threads: no state.
#pragma once
#include "core/base/number/format_spec.h"
#include "core/object/error.h"

namespace py {

inline Failure raise_format_error(Thread& thread, const FormatError& error) {
  switch (error.kind) {
    case FormatError::Kind::Value: return raise(thread, types.ValueError, std::string_view(error.text));
    case FormatError::Kind::Overflow: return raise(thread, types.OverflowError, std::string_view(error.text));
    default: return raise_memory_error(thread);
  }
}

}  // namespace py
