// The module _functools, one class or function to a file.
#pragma once
#include "core/bind/define.h"

namespace py {

Result<void> add_partial(Thread& thread, Module& module);
Result<void> add_lru_cache(Thread& thread, Module& module);

}  // namespace py
