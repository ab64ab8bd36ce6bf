#include "memory/buffer.h"

#include <malloc.h>
#include <mimalloc.h>

#include <cstdlib>

namespace py {

#if defined(WEFT_ASAN) || defined(WEFT_TSAN)
// The sanitizers can only see what goes through their own allocator.
void* buffer_allocate(usize bytes) { return std::malloc(bytes); }
void* buffer_allocate_zeroed(usize bytes) { return std::calloc(1, bytes); }
void* buffer_reallocate(void* buffer, usize bytes) { return std::realloc(buffer, bytes); }
void buffer_free(void* buffer) { std::free(buffer); }
usize buffer_usable(const void* buffer) { return malloc_usable_size(const_cast<void*>(buffer)); }
#else
void* buffer_allocate(usize bytes) { return mi_malloc(bytes); }
void* buffer_allocate_zeroed(usize bytes) { return mi_zalloc(bytes); }
void* buffer_reallocate(void* buffer, usize bytes) { return mi_realloc(buffer, bytes); }
void buffer_free(void* buffer) { mi_free(buffer); }
usize buffer_usable(const void* buffer) { return mi_usable_size(buffer); }
#endif

}  // namespace py
