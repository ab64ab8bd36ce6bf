// _thread._local: attributes of which every thread has its own.
// Threads: any thread uses the object; each sees the dict kept under its ident alone.
#pragma once
#include "core/bind/define.h"

namespace py {

extern const TypeSpec kLocalSpec;
// The calling thread ends: what it kept in such objects goes. False: it kept nothing.
bool forget_thread_locals(Thread& thread);
// The thread has ended: what its last finalisers kept all the same stays. The OS thread may come again.
void abandon_thread_locals();

}  // namespace py
