// The protocols behind yield from, await, async for: finding the iterator, sending to it.
#pragma once
#include "core/vm/frame.h"

namespace py {

// All return owned values or Error.
Value yield_from_iterable(Thread& thread, Value iterable, Code& code);
Value awaitable_iterator(Thread& thread, Value awaitable, u32 context);  // 1: from __aenter__, 2: from __aexit__
Value async_iterator(Thread& thread, Value iterable);
Value async_next(Thread& thread, Value iterator);
Value wrap_async_yield(Thread& thread, Value value);
// iterator.send(value) or next(iterator). *returned: it is exhausted, the value is its result.
Value send_to_iterator(Thread& thread, Value iterator, Value value, bool* returned);
// The value of the pending StopIteration, which is cleared; owned.
Ref<> take_stop_value(Thread& thread);

}  // namespace py
