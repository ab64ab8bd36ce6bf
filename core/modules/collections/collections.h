// The module _collections, one class to a file.
#pragma once
#include "core/bind/define.h"

namespace py {

Result<void> add_deque(Thread& thread, Module& module);
Result<void> add_defaultdict(Thread& thread, Module& module);
Result<void> add_ordered_dict(Thread& thread, Module& module);

}  // namespace py
