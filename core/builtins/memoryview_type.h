// What the files of the type memoryview share. Threads: see core/object/memoryview.h.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/bind/define.h"
#include "core/object/memoryview.h"

#include <span>

namespace py {

// All items in C order. The view is in use.
Result<void> copy_view(Thread& thread, MemoryView& view, ByteBuilder& out);

extern const std::span<const MethodSpec> kMemoryViewMethods;
extern const std::span<const PropertySpec> kMemoryViewProperties;

}  // namespace py
