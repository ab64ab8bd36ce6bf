// What the types of native functions and of slot wrappers have in common.
#pragma once
#include "memory/ref.h"

namespace py {

struct Thread;

// (getattr, (holder, name)), which finds the method again: what __reduce__ of native methods returns.
Result<Ref<>> reduce_to_attribute(Thread& thread, Value holder, Value name);

}  // namespace py
