// Finds the roots of a search of the whole heap: root visitors, every thread's registers and waiting work, and, for
// deferred objects only, words on native stacks that look like addresses. Counted objects need no stack scan: their
// counts say it. Threads: the collecting one, with the world stopped.
#pragma once
#include "memory/publish.h"
#include "memory/thread.h"

namespace py {

void scan_roots(Thread& collector, Visitor& visitor, void (*reach)(void* context, Object* object), void* context);

}  // namespace py
