// What happens when a count reaches zero.
//
// An object with a finaliser that did not run yet comes back to life in its thread's death row, and the breaker bit
// Finalizers makes the interpreter finalise it at its next poll. Otherwise it is destroyed: weak references cleared and
// their callbacks queued, fields dropped, buffers released, block freed. Iterative, so any depth of nesting is fine.
// Threads: the calling thread owns the last moment of the object: nobody else reaches it.
#pragma once
#include "memory/thread.h"

namespace py {

// Set once by core/vm. They may run Python code; what it raises is theirs to report.
extern void (*finalize_hook)(Thread& thread, Object& object);
extern void (*weak_callback_hook)(Thread& thread, Object& weak_reference);

// The object's count is zero and nobody can reach it.
void object_died(Object* object);
bool wants_finalizer(const Object& object);
// Skips the finaliser. For the collector.
void destroy_object(Object* object);
// The same for an object without weak_node whose flags are all clear.
void destroy_plain_object(Object* object);

// Calls the hooks for all that waits in the thread's death row, and for what these calls add. A safepoint.
void drain_finalizers(Thread& thread);
enum class LastRite : u8 { Finalize, CallBack };
// Takes a reference to an object to be finalised, or to a weak reference whose callback is due.
void add_pending(Thread& thread, Object* owned, LastRite rite);

}  // namespace py
