// sys.unraisablehook: exceptions that nobody can catch.
// Threads: any.
#pragma once
#include "memory/thread.h"

namespace py {

// Once, before the first exception: the type of the hook's argument.
void make_unraisable_type(Thread& thread);
bool is_unraisable_report(Value value);

// Gives the pending exception to the hook, with what it came from and what to call that; null: "Exception ignored in".
void report_unraisable_as(Thread& thread, Value context, const char* message);

}  // namespace py
