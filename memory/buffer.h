// Buffers: variable-sized memory that an object owns outside the object pages (list items, dict blocks). Small ones are
// mimalloc's; large ones are runs of units (memory/units.h), which grow without their content being copied.
// Threads: any. Allocation returns null when memory is exhausted.
#pragma once
#include "core/base/types.h"

namespace py {

inline constexpr usize kLargeBuffer = 64 * 1024;

void* buffer_allocate(usize bytes);
void* buffer_allocate_zeroed(usize bytes);
void* buffer_reallocate(void* buffer, usize bytes);
void buffer_free(void* buffer);
usize buffer_usable(const void* buffer);  // bytes that may be used, at least what was asked for

}  // namespace py
