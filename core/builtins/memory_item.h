// Items of a memoryview: native formats of one character ("@i", "d"), as struct has them. Threads: no state.
#pragma once
#include "core/object/memoryview.h"

namespace py {

// The character of a native format, without '@'; 0: another format. `size` becomes the item's.
char native_format(std::string_view format, isize& size);
// The item at an address within the view, which is in use and of a native format.
Result<Ref<>> unpack_item(Thread& thread, MemoryView& view, const u8* at);
Result<void> pack_item(Thread& thread, MemoryView& view, u8* at, Value item);

}  // namespace py
