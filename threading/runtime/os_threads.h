// OS threads for the runtime. One that has run its entry waits a moment for the next one: starting an OS thread costs far more
// than waking one, most of it the set-up and the clearing away of the allocator's part of it.
//
// Invariant: an idle thread is in the list, blocks all signals and has left the world; who takes it out of the list gives it
// work. What a program may change of a thread and a new one would not have (its scheduling) ends the reuse.
// Threads: any.
#pragma once
#include "core/base/types.h"

namespace py {

// Has a detached-by-pthread OS thread call entry(argument), with the caller's signal mask; it has not entered the world.
// `stack_bytes` 0: the system's default. 0 or an errno.
int spawn_os_thread(usize stack_bytes, void (*entry)(void*), void* argument, u64* native_id = nullptr);
// From now on each thread is a new one.
void stop_reusing_os_threads();
void os_threads_after_fork_in_child();

}  // namespace py
