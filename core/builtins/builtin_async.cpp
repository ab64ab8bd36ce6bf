// aiter and anext, and the awaitable behind anext(iterator, default).
#include "core/builtins/builtin_functions.h"
#include "core/builtins/index_iterator.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/type_system.h"
#include "core/vm/awaitable.h"

namespace py {

namespace {

// Awaits `wrapped`, and gives `otherwise` where that raises StopAsyncIteration. Threads: used by one at a time.
class AnextAwaitable final : public Object {
 public:
  Field wrapped;
  Field otherwise;
  Field iterator;  // of `wrapped`; None before the first step
  u64 reserved;
  static const ObjectOps kOps;
};
const ObjectOps AnextAwaitable::kOps = {
    "anext_awaitable",
    visit_fields<AnextAwaitable, &AnextAwaitable::wrapped, &AnextAwaitable::otherwise, &AnextAwaitable::iterator>, nullptr,
    fixed_size};
AnextAwaitable& awaitable_of(Value self) { return *static_cast<AnextAwaitable*>(self.object()); }

Result<Ref<>> iterator_of(Thread& thread, Value self) {
  AnextAwaitable& awaitable = awaitable_of(self);
  Ref<> iterator = awaitable.iterator.load();
  if (!iterator.value().is_none()) return iterator;
  Ref<> wrapped = awaitable.wrapped.load();
  const Value made = awaitable_iterator(thread, wrapped, 0);
  if (made.is_error()) return failure;
  iterator = Ref<>::adopt(made);
  awaitable.iterator.store(awaitable, iterator.value());
  return iterator;
}

// What a step raised, with StopAsyncIteration turned into the default as the result.
Result<Ref<>> stopped(Thread& thread, Value self) {
  if (!pending_is(thread, *types.StopAsyncIteration)) return failure;
  clear_pending(thread);
  Ref<> otherwise = awaitable_of(self).otherwise.load();
  return raise_stop_iteration(thread, otherwise);
}

Result<Ref<>> awaitable_next(Thread& thread, Value self) {
  Ref<> iterator = TRY(iterator_of(thread, self));
  bool returned = false;
  const Value word = send_to_iterator(thread, iterator, None, &returned);
  if (word.is_error()) return stopped(thread, self);
  Ref<> value = Ref<>::adopt(word);
  if (returned) return raise_stop_iteration(thread, value);
  return value;
}
Result<Ref<>> send(Thread& thread, Value self, Value value) {
  Ref<> iterator = TRY(iterator_of(thread, self));
  Result<Ref<>> result = call_method(thread, iterator, "send", {value});
  return result.failed() ? stopped(thread, self) : std::move(result);
}
Result<Ref<>> throw_(Thread& thread, Value self, Rest args) {
  Ref<> iterator = TRY(iterator_of(thread, self));
  Ref<> method = TRY(get_attribute(thread, iterator, "throw"));
  Result<Ref<>> result = call(thread, method, Arguments{args.values, args.count});
  return result.failed() ? stopped(thread, self) : std::move(result);
}
Result<Ref<>> close(Thread& thread, Value self) {
  Ref<> iterator = TRY(iterator_of(thread, self));
  Result<Ref<>> result = call_method(thread, iterator, "close");
  return result.failed() ? stopped(thread, self) : std::move(result);
}

constexpr MethodSpec kAwaitableMethods[] = {
    def<send>("send(arg, /)", "send(arg) -> send 'arg' into the wrapped iterator,\nreturn next yielded value or raise StopIteration."),
    def<throw_>("throw(*args)",
                "throw(typ,val,tb) -> raise exception in the wrapped iterator,\n"
                "return next yielded value or raise StopIteration."),
    def<close>("close()", "close() -> raise GeneratorExit inside generator."),
};

const TypeSpec kAwaitableSpec = {
    .name = "anext_awaitable",
    .doc = nullptr,
    .methods = kAwaitableMethods,
    .method_count = std::size(kAwaitableMethods),
    .slots = {.iter = iterate_self, .next = awaitable_next, .await = iterate_self},
    .ops = &AnextAwaitable::kOps,
    .size = sizeof(AnextAwaitable),
};

Type& awaitable_type(Thread& thread) {
  static Type* type = [&] {
    Type& made = make_builtin_type(thread, kAwaitableSpec);
    finish_builtin_type(thread, made);
    return &made;
  }();
  return *type;
}

Result<Ref<>> builtin_aiter(Thread& thread, Value iterable) {
  UnarySlot slot = type_of(iterable).slots.async_iter;
  if (!slot) return raise(thread, types.TypeError, "'{}' object is not an async iterable", type_of(iterable));
  Ref<> iterator = TRY(slot(thread, iterable));
  if (type_of(iterator).slots.async_next) return iterator;
  return raise(thread, types.TypeError, "aiter() returned not an async iterator of type '{}'", type_of(iterator));
}

Result<Ref<>> builtin_anext(Thread& thread, Value iterator, Value otherwise) {
  UnarySlot slot = type_of(iterator).slots.async_next;
  if (!slot) return raise(thread, types.TypeError, "'{}' object is not an async iterator", type_of(iterator));
  Ref<> step = TRY(slot(thread, iterator));
  if (otherwise == Unbound) return step;
  Ref<AnextAwaitable> awaitable = TRY(new_object<AnextAwaitable>(thread, awaitable_type(thread)));
  set_fresh(*awaitable, awaitable->wrapped, std::move(step));
  set_fresh(*awaitable, awaitable->otherwise, otherwise);
  set_fresh(*awaitable, awaitable->iterator, None);
  return Ref<>(std::move(awaitable));
}

constexpr MethodSpec kFunctions[] = {
    function<builtin_aiter>("aiter(async_iterable, /)", "The asynchronous iterator of an asynchronous iterable."),
    function<builtin_anext>("anext(aiterator, default=<unrepresentable>, /)",
                            "Return the next item from the async iterator.\n\n"
                            "If default is given and the async iterator is exhausted,\n"
                            "it is returned instead of raising StopAsyncIteration."),
};

}  // namespace

std::span<const MethodSpec> async_functions() { return kFunctions; }

}  // namespace py
