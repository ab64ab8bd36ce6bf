#include "core/vm/awaitable.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/names.h"
#include "core/vm/async_generator.h"
#include "core/vm/dispatch.h"
#include "core/vm/generator.h"
#include "core/vm/still_frame.h"

namespace py {

Ref<> take_stop_value(Thread& thread) {
  Ref<> exception = take_pending(thread);
  return as<Exception>(exception).details[0].load();
}

Value yield_from_iterable(Thread& thread, Value iterable, Code& code) {
  if (&type_of(iterable) == types.coroutine) {
    if (code.has(CodeFlag::Coroutine) || code.has(CodeFlag::IterableCoroutine)) return counted_copy(iterable);
    (void)raise(thread, types.TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
    return Error;
  }
  if (&type_of(iterable) == types.generator) return counted_copy(iterable);
  return iterate(thread, iterable).release();
}

Value awaitable_iterator(Thread& thread, Value awaitable, u32 context) {
  Type& type = type_of(awaitable);
  if (&type == types.coroutine) {
    Generator& coroutine = *static_cast<Generator*>(awaitable.object());
    if (!generator_delegate(thread, coroutine).is_empty()) {
      (void)raise(thread, types.RuntimeError, "coroutine is being awaited already");
      return Error;
    }
    return counted_copy(awaitable);
  }
  if (&type == types.generator &&
      static_cast<Code*>(static_cast<Generator*>(awaitable.object())->code.peek().object())->has(CodeFlag::IterableCoroutine)) {
    return counted_copy(awaitable);
  }
  if (!type.slots.await) {
    if (context) {
      (void)raise(thread, types.TypeError, "'async with' received an object from {} that does not implement __await__: {}",
                  context == 1 ? "__aenter__" : "__aexit__", type);
    } else {
      (void)raise(thread, types.TypeError, "object {} can't be used in 'await' expression", type);
    }
    return Error;
  }
  Ref<> iterator = Ref<>::adopt(type.slots.await(thread, awaitable).release());
  if (iterator.value().is_error()) return Error;
  if (&type_of(iterator) == types.coroutine) {
    (void)raise(thread, types.TypeError, "__await__() returned a coroutine");
    return Error;
  }
  if (!type_of(iterator).slots.next) {
    (void)raise(thread, types.TypeError, "__await__() returned non-iterator of type '{}'", type_of(iterator));
    return Error;
  }
  return iterator.release();
}

Value async_iterator(Thread& thread, Value iterable) {
  UnarySlot slot = type_of(iterable).slots.async_iter;
  if (!slot) {
    (void)raise(thread, types.TypeError, "'async for' requires an object with __aiter__ method, got {}", type_of(iterable));
    return Error;
  }
  Ref<> iterator = Ref<>::adopt(slot(thread, iterable).release());
  if (iterator.value().is_error()) return Error;
  if (!type_of(iterator).slots.async_next) {
    (void)raise(thread, types.TypeError, "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                type_of(iterator));
    return Error;
  }
  return iterator.release();
}

Value async_next(Thread& thread, Value iterator) {
  UnarySlot slot = type_of(iterator).slots.async_next;
  if (!slot) {
    (void)raise(thread, types.TypeError, "'async for' requires an iterator with __anext__ method, got {}", type_of(iterator));
    return Error;
  }
  Ref<> awaitable = Ref<>::adopt(slot(thread, iterator).release());
  if (awaitable.value().is_error()) return Error;
  const Value result = awaitable_iterator(thread, awaitable, 0);
  if (!result.is_error()) return result;
  Ref<> cause = take_pending(thread);
  (void)raise(thread, types.TypeError, "'async for' received an invalid object from __anext__: {}", type_of(awaitable));
  as<Exception>(thread.pending).set_cause(thread, cause);
  return Error;
}

Value send_to_iterator(Thread& thread, Value iterator, Value value, bool* returned) {
  Type& type = type_of(iterator);
  if (value.is_none() && type.slots.next) {
    const Value item = type.slots.next(thread, iterator).release();
    if (item == Done) {
      *returned = true;
      // A native iterator may end with a value in a pending StopIteration; Done alone means None.
      return None;
    }
    if (item.is_error() && pending_is(thread, *types.StopIteration)) {
      *returned = true;
      return take_stop_value(thread).release();
    }
    return item;
  }
  const Value item = call_method(thread, iterator, names::send(), {value}).release();
  if (item.is_error() && pending_is(thread, *types.StopIteration)) {
    *returned = true;
    return take_stop_value(thread).release();
  }
  return item;
}

}  // namespace py
