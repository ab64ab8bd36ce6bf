// OS threads for the runtime. One that has offered itself waits a moment for another entry to run: starting an OS thread costs
// far more than waking one, most of it the set-up and the clearing away of the allocator's part of it.
//
// Invariant: an idle thread is in the list; who takes it out gives it work. It is taken only after somebody has seen the end of
// what it ran (joined it), so that the kernel's numbers of threads that a program has not joined yet all differ. What a program
// may change of a thread and a new one would not have (its scheduling) ends the reuse.
// Threads: any.
#pragma once
#include "core/base/types.h"

namespace py {

// Has a detached-by-pthread OS thread call entry(argument), with the caller's signal mask; it has not entered the world.
// `stack_bytes` 0: the system's default. 0 or an errno.
int spawn_os_thread(usize stack_bytes, void (*entry)(void*), void* argument, u64* native_id = nullptr);
// The calling thread will have nothing to do when its entry returns. A ticket for who learns of its end; 0: it was not needed.
u64 offer_os_thread();
void os_thread_was_joined(u64 ticket);
// From now on each thread is a new one.
void stop_reusing_os_threads();
void os_threads_after_fork_in_child();

}  // namespace py
