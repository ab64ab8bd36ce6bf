// What sys lets a thread watch about coroutines: the hooks of asynchronous generators (sys.set_asyncgen_hooks) and how
// much of a coroutine's origin is kept (sys.set_coroutine_origin_tracking_depth).
// Threads: every thread has its own.
#pragma once
#include "core/vm/generator.h"

namespace py {

struct CoroutineHooks {
  Value first_iteration = None, finalizer = None;  // owned
  int origin_depth = 0;
};
CoroutineHooks& coroutine_hooks(Thread& thread);  // made on demand
void set_async_generator_hooks(Thread& thread, Value first_iteration, Value finalizer);

// Before the first step of an asynchronous generator: it gets its finaliser, and the hook is told.
Result<void> begin_async_generator(Thread& thread, Generator& generator);
// ((file, line, function), ...) of the innermost frames, for a coroutine being made; None when nobody asked.
Result<Ref<>> coroutine_origin(Thread& thread);

}  // namespace py
