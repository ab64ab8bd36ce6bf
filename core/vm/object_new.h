// object.__new__, and making plain instances.
#pragma once
#include "core/object/type.h"

namespace py {

Result<Ref<>> object_new(Thread& thread, Type& type, const Arguments& arguments);
Result<void> object_init(Thread& thread, Value self, const Arguments& arguments);
// A fresh instance without attributes: owned, or Error.
Value new_instance(Thread& thread, Type& type);

}  // namespace py
