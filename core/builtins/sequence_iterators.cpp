// The iterators over lists and tuples, over whatever has __getitem__, and over the results of a callable.
#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py {

namespace {

IndexIterator& iterator_of(Value self) { return *static_cast<IndexIterator*>(self.object()); }

template <class S>
Result<Ref<>> item_or_done(Thread&, Value sequence, isize index) {
  Ref<> item = item_of(as<S>(sequence), index);
  if (item.is_empty()) return Ref<>::adopt(Done);
  return item;
}

// The pair (callable, arguments) or triple that __reduce__ gives.
Result<Ref<>> reduced(Thread& thread, const char* builtin, Value argument, Value state) {
  Ref<> callable = TRY(builtin_named(thread, builtin));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {argument}));
  if (state.is_empty()) return Tuple::from(thread, {callable, arguments.value()});
  return Tuple::from(thread, {callable, arguments.value(), state});
}

// list_reverseiterator: the index runs down to 0.

Result<Ref<>> reverse_next(Thread&, Value self) {
  IndexIterator& iterator = iterator_of(self);
  const Value list = iterator.source.peek();
  if (list.is_none()) return Ref<>::adopt(Done);
  const isize index = step_cursor<isize>(iterator, iterator.index, -1);
  if (LIKELY(!iterator.is_shared())) {
    const Value item = static_cast<List*>(list.object())->peek(index);
    if (LIKELY(!item.is_empty())) return Ref<>::share(item);
  }
  Ref<> item = index < 0 ? Ref<>() : item_of(*static_cast<List*>(list.object()), index);
  if (!item.is_empty()) return item;
  iterator.index.store(-1, std::memory_order_relaxed);
  iterator.source.store(iterator, None);
  return Ref<>::adopt(Done);
}
Result<isize> reverse_length_hint(Thread&, Value self) {
  IndexIterator& iterator = iterator_of(self);
  Ref<> list = iterator.source.load();
  const isize left = iterator.index.load(std::memory_order_relaxed) + 1;
  return list.value().is_none() || as<List>(list).length() < left || left < 0 ? 0 : left;
}
Result<Ref<>> reverse_reduce(Thread& thread, Value self) {
  IndexIterator& iterator = iterator_of(self);
  Ref<> list = iterator.source.load();
  if (!list.value().is_none()) {
    return reduced(thread, "reversed", list, Value::integer(iterator.index.load(std::memory_order_relaxed)));
  }
  Ref<List> empty = TRY(List::make(thread));
  return reduced(thread, "iter", empty.value(), Empty);
}
Result<void> reverse_setstate(Thread& thread, Value self, Value state) {
  isize index = TRY(to_isize(thread, state));
  IndexIterator& iterator = iterator_of(self);
  Ref<> list = iterator.source.load();
  if (list.value().is_none()) return {};
  index = std::min(std::max(index, isize{-1}), as<List>(list).length() - 1);
  iterator.index.store(index, std::memory_order_relaxed);
  return {};
}

// iterator: s[0], s[1], ... until IndexError.

Result<Ref<>> sequence_next(Thread& thread, Value self) {
  IndexIterator& iterator = iterator_of(self);
  Ref<> sequence = iterator.source.load();
  if (sequence.value().is_none()) return Ref<>::adopt(Done);
  const isize index = step_cursor<isize>(iterator, iterator.index, 1);
  if (index == PTRDIFF_MAX) {
    iterator.index.store(PTRDIFF_MAX, std::memory_order_relaxed);
    return raise(thread, types.OverflowError, "iter index too large");
  }
  Ref<> number = TRY(make_int(thread, index));
  Result<Ref<>> item = get_item(thread, sequence, number);
  if (!item.failed()) return item;
  iterator.index.store(index, std::memory_order_relaxed);
  if (!pending_is(thread, *types.IndexError) && !pending_is(thread, *types.StopIteration)) return failure;
  clear_pending(thread);
  iterator.source.store(iterator, None);
  return Ref<>::adopt(Done);
}
Result<Ref<>> sequence_length_hint(Thread& thread, Value self) {
  IndexIterator& iterator = iterator_of(self);
  Ref<> sequence = iterator.source.load();
  if (sequence.value().is_none()) return Ref<>::adopt(Value::integer(0));
  if (!type_of(sequence).slots.length) return Ref<>::adopt(NotImplemented);
  const isize left = TRY(length(thread, sequence)) - iterator.index.load(std::memory_order_relaxed);
  return make_int(thread, left < 0 ? 0 : left);
}
Result<Ref<>> sequence_reduce(Thread& thread, Value self) {
  IndexIterator& iterator = iterator_of(self);
  Ref<> sequence = iterator.source.load();
  if (sequence.value().is_none()) return reduced(thread, "iter", Tuple::empty().value(), Empty);
  Ref<> index = TRY(make_int(thread, iterator.index.load(std::memory_order_relaxed)));
  return reduced(thread, "iter", sequence, index);
}
Result<void> sequence_setstate(Thread& thread, Value self, Value state) {
  const isize index = TRY(to_isize(thread, state));
  if (!iterator_of(self).source.peek().is_none()) {
    iterator_of(self).index.store(index < 0 ? 0 : index, std::memory_order_relaxed);
  }
  return {};
}

// callable_iterator: iter(callable, sentinel).

class CallableIterator final : public Object {
 public:
  Field callable;  // None at the end
  Field sentinel;
  static const ObjectOps kOps;
};
const ObjectOps CallableIterator::kOps = {
    "callable_iterator", visit_fields<CallableIterator, &CallableIterator::callable, &CallableIterator::sentinel>, nullptr,
    fixed_size};
CallableIterator& callable_iterator(Value self) { return *static_cast<CallableIterator*>(self.object()); }

Result<Ref<>> callable_next(Thread& thread, Value self) {
  CallableIterator& iterator = callable_iterator(self);
  Ref<> callable = iterator.callable.load();
  Ref<> sentinel = iterator.sentinel.load();
  if (callable.value().is_none()) return Ref<>::adopt(Done);
  Result<Ref<>> result = call(thread, callable);
  if (result.failed()) {
    if (!pending_is(thread, *types.StopIteration)) return failure;
    clear_pending(thread);
  } else {
    Ref<> item = result.take();
    // Exhausted by the call itself: the item does not count any more.
    if (iterator.callable.peek().is_none()) return Ref<>::adopt(Done);
    if (!TRY(equal(thread, sentinel, item))) return item;
  }
  iterator.callable.store(iterator, None);
  iterator.sentinel.store(iterator, None);
  return Ref<>::adopt(Done);
}
Result<Ref<>> callable_reduce(Thread& thread, Value self) {
  CallableIterator& iterator = callable_iterator(self);
  Ref<> callable = iterator.callable.load();
  if (callable.value().is_none()) return reduced(thread, "iter", Tuple::empty().value(), Empty);
  Ref<> iter = TRY(builtin_named(thread, "iter"));
  Ref<> sentinel = iterator.sentinel.load();
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {callable, sentinel}));
  return Tuple::from(thread, {iter, arguments.value()});
}

#define ITERATOR_ROWS(prefix)                                                                                       \
  def<prefix##_length_hint>("__length_hint__()", "About how many items are left."),         \
      def<prefix##_reduce>("__reduce__()", "Return state information for pickling."),                               \
      def<prefix##_setstate>("__setstate__(state, /)", "Set state information for unpickling.")
constexpr MethodSpec kReverseMethods[] = {ITERATOR_ROWS(reverse)};
constexpr MethodSpec kSequenceMethods[] = {ITERATOR_ROWS(sequence)};
#undef ITERATOR_ROWS
constexpr MethodSpec kCallableMethods[] = {
    def<callable_reduce>("__reduce__()", "Return state information for pickling."),
};

TypeSpec index_iterator_spec(const char* name, std::span<const MethodSpec> methods, NextSlot next) {
  return {.name = name,
          .doc = nullptr,
          .methods = methods.data(),
          .method_count = methods.size(),
          .slots = {.iter = iterate_self, .next = next},
          .ops = &IndexIterator::kOps,
          .size = sizeof(IndexIterator)};
}

}  // namespace

const TypeSpec list_iterator_spec =
    index_iterator_spec("list_iterator", kIndexIteratorMethods, index_iterator_next<item_or_done<List>>);
const TypeSpec tuple_iterator_spec =
    index_iterator_spec("tuple_iterator", kIndexIteratorMethods, index_iterator_next<item_or_done<Tuple>>);
const TypeSpec list_reverse_iterator_spec = index_iterator_spec("list_reverseiterator", kReverseMethods, reverse_next);
const TypeSpec sequence_iterator_spec = index_iterator_spec("iterator", kSequenceMethods, sequence_next);
const TypeSpec callable_iterator_spec = {
    .name = "callable_iterator",
    .doc = nullptr,
    .methods = kCallableMethods,
    .method_count = std::size(kCallableMethods),
    .slots = {.iter = iterate_self, .next = callable_next},
    .ops = &CallableIterator::kOps,
    .size = sizeof(CallableIterator),
};

Result<Ref<>> make_sequence_iterator(Thread& thread, Value sequence) {
  return make_index_iterator(thread, *types.sequence_iterator, sequence);
}

Result<Ref<>> make_callable_iterator(Thread& thread, Value callable, Value sentinel) {
  Ref<CallableIterator> iterator = TRY(new_object<CallableIterator>(thread, *types.callable_iterator));
  set_fresh(*iterator, iterator->callable, callable);
  set_fresh(*iterator, iterator->sentinel, sentinel);
  return Ref<>(std::move(iterator));
}

}  // namespace py
