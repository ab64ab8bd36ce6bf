// Limbo: references and buffers removed from shared containers, until every thread has passed a safepoint (rule R).
//
// A batch is closed at a safepoint, when it is full or has waited; closing advances the global epoch, and the batch is
// dropped once no thread reads in an older epoch. A thread that detaches hands its limbo to a global list, which
// whoever passes a safepoint last empties. While one thread lives, limbo is emptied at its next safepoint. Threads: a
// Limbo belongs to its thread; the global list is locked.
#pragma once
#include "memory/thread.h"

namespace py {

inline constexpr usize kLimboExpediteBytes = 1 << 20;  // beyond: laggards are told at once
inline constexpr usize kLimboBlockBytes = 16 << 20;    // beyond: the thread waits for them at its next safepoint

Limbo* new_limbo();
void free_limbo(Limbo* limbo);  // empty

// Waits (detached) until all that this thread and dead threads retired before is dropped. A safepoint.
void flush_limbo(Thread& thread);
// Drops everything at once, of all threads. While the world is stopped.
void flush_all_limbo(Thread& thread);
usize limbo_bytes(const Thread& thread);

// Safepoint hooks.
void limbo_at_safepoint(Thread& thread);
void limbo_before_detach(Thread& thread);
void limbo_after_fork_in_child();

}  // namespace py
