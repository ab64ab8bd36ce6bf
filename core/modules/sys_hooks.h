// sys.settrace, sys.setprofile, the hooks of coroutines and asynchronous generators, sys.breakpointhook.
#pragma once
#include "core/object/function.h"
#include "memory/ref.h"

namespace py {

Result<void> add_sys_hooks(Thread& thread, Module& module);
// _current_frames and _current_exceptions (thread_snapshots.cpp).
Result<void> add_thread_snapshots(Thread& thread, Module& module);

}  // namespace py
