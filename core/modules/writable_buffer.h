// Buffers that a function writes to. Threads: no state.
#pragma once
#include "core/object/buffer.h"

namespace py {

// TypeError "<what> must be read-write bytes-like object, not T" for what has no writable memory.
inline Result<Buffer> get_writable_buffer(Thread& thread, Value value, const char* what) {
  Result<Buffer> buffer = get_buffer(thread, value, true);
  if (!buffer.failed() || (!pending_is(thread, *types.TypeError) && !pending_is(thread, *types.BufferError)))
    return buffer;
  clear_pending(thread);
  return raise(thread, types.TypeError, "{} must be read-write bytes-like object, not {}", what, type_of(value));
}

}  // namespace py
