// Items of a memoryview of a native kind (ViewLayout::kind), as struct has them. Threads: no state.
#pragma once
#include "core/object/memoryview.h"

namespace py {

isize native_size(char kind);
// The item at an address within the view, which is in use.
Result<Ref<>> unpack_item(Thread& thread, MemoryView& view, const u8* at);
Result<void> pack_item(Thread& thread, MemoryView& view, u8* at, Value item);

}  // namespace py
