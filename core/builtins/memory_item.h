// Items of a memoryview: native formats of one character ("@i", "d"), as struct has them. Threads: no state.
#pragma once
#include "core/object/memoryview.h"

namespace py {

// The character of a native format, without '@'; 0: another format. `size` becomes the item's.
char native_format(std::string_view format, isize& size);
Result<Ref<>> unpack_item(Thread& thread, const u8* at, const char* format);
Result<void> pack_item(Thread& thread, u8* at, Value item, const char* format);

}  // namespace py
