// enumerate, filter and reversed.
#include "core/bind/subclass_arguments.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/pair_iterators.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/int_math.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/quick_next.h"

namespace py {

namespace {

// enumerate. Threads: racing steps may give two items the same number.

class Enumerate final : public Object {
 public:
  Field iterator;
  Field count;  // the next number, an int
  Field last;   // Tuple::recycle
  static const ObjectOps kOps;
};
const ObjectOps Enumerate::kOps = {"enumerate", visit_fields<Enumerate, &Enumerate::iterator, &Enumerate::count, &Enumerate::last>,
                                   release_attributes, fixed_size};
Enumerate& enumerate_of(Value self) { return *static_cast<Enumerate*>(self.object()); }

// What enumerate says in its own words; the rest is said for it.
Result<void> check_enumerate(Thread& thread, const Arguments& arguments) {
  const u32 named = arguments.keyword_count(), given = arguments.positional + named;
  if (arguments.positional == 0 && (given == 0 || given > 2)) return raise(thread, types.TypeError, "enumerate() missing required argument 'iterable'");
  if (given > 2) return raise(thread, types.TypeError, "enumerate() takes at most 2 arguments ({} given)", given);
  for (u32 i = 0; i < named; ++i) {
    const Str& name = as<Str>((*arguments.keywords)[i]);
    if (name.equals(given == 2 && named == 1 ? "start" : "iterable")) continue;
    if (named == 2 && name.equals("start")) continue;
    return raise(thread, types.TypeError, "'{}' is an invalid keyword argument for enumerate()", name);
  }
  return {};
}

Result<Ref<>> enumerate_new(Thread& thread, Type& type, const Arguments& arguments) {
  TRY(check_enumerate(thread, arguments));
  BIND_ARGUMENTS(bound, "enumerate(iterable, start=0)", arguments);
  Ref<> start = TRY(to_index(thread, bound[1]));
  Ref<> iterator = TRY(iterate(thread, bound[0]));
  Ref<Enumerate> self = TRY(new_object<Enumerate>(thread, type));
  set_fresh(*self, self->iterator, std::move(iterator));
  set_fresh(*self, self->count, std::move(start));
  return Ref<>(std::move(self));
}
// The number of the item at hand, owned; counts on.
Result<Ref<>> next_number(Thread& thread, Enumerate& state) {
  const Value now = state.count.peek();
  if (LIKELY(now.is_int() && now.as_int() < Value::kIntMax)) {
    state.count.word().store(Value::integer(now.as_int() + 1).bits, std::memory_order_relaxed);
    return Ref<>::adopt(now);
  }
  Ref<> number = Ref<>::share(now);
  state.count.store(state, TRY(int_add(thread, number, Value::integer(1))));
  return number;
}
Result<Ref<>> enumerate_next(Thread& thread, Value self) {
  Enumerate& state = enumerate_of(self);
  Ref<> item = TRY(next_quickly(thread, state.iterator.peek()));
  if (item.value() == Done) return item;
  Ref<> number = TRY(next_number(thread, state));
  Value pair[] = {number.release(), item.release()};
  return Tuple::recycle(thread, state, state.last, pair, 2);
}
Result<Ref<>> enumerate_reduce(Thread& thread, Value self) {
  Enumerate& state = enumerate_of(self);
  Ref<> count = state.count.load();
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {state.iterator.peek(), count}));
  return Tuple::from(thread, {type_of(self).value(), arguments.value()});
}

// filter

class Filter final : public Object {
 public:
  Field function, iterator;
  static const ObjectOps kOps;
};
const ObjectOps Filter::kOps = {"filter", visit_fields<Filter, &Filter::function, &Filter::iterator>, release_attributes,
                                fixed_size};
Filter& filter_of(Value self) { return *static_cast<Filter*>(self.object()); }

Result<Ref<>> filter_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments_for_new(type, *types.filter, arguments).keyword_count()) {
    return raise(thread, types.TypeError, "filter() takes no keyword arguments");
  }
  if (arguments.positional != 2) {
    return raise(thread, types.TypeError, "filter expected 2 arguments, got {}", arguments.positional);
  }
  Ref<> iterator = TRY(iterate(thread, arguments[1]));
  Ref<Filter> self = TRY(new_object<Filter>(thread, type));
  set_fresh(*self, self->function, arguments[0]);
  set_fresh(*self, self->iterator, std::move(iterator));
  return Ref<>(std::move(self));
}
Result<Ref<>> filter_next(Thread& thread, Value self) {
  Filter& state = filter_of(self);
  const Value function = state.function.peek();  // never changes
  const bool by_truth = function.is_none() || function == types.bool_->value();
  for (;;) {
    Ref<> item = TRY(next_quickly(thread, state.iterator.peek()));
    if (item.value() == Done) return item;
    if (by_truth) {
      if (TRY(is_true(thread, item))) return item;
    } else {
      Ref<> verdict = TRY(call(thread, function, {item}));
      if (TRY(is_true(thread, verdict))) return item;
    }
  }
}
Result<Ref<>> filter_reduce(Thread& thread, Value self) {
  Filter& state = filter_of(self);
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {state.function.peek(), state.iterator.peek()}));
  return Tuple::from(thread, {type_of(self).value(), arguments.value()});
}

// reversed, for what has __len__ and __getitem__ but no __reversed__: an IndexIterator that runs down.

IndexIterator& reversed_of(Value self) { return *static_cast<IndexIterator*>(self.object()); }

Result<Ref<>> reversed_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments_for_new(type, *types.reversed, arguments).keyword_count()) {
    return raise(thread, types.TypeError, "reversed() takes no keyword arguments");
  }
  if (arguments.positional != 1) {
    return raise(thread, types.TypeError, "reversed expected 1 argument, got {}", arguments.positional);
  }
  const Value sequence = arguments[0];
  const Value found = type_of(sequence).lookup(names::__reversed__());
  Ref<> method = found.is_none() ? Ref<>() : TRY(lookup_special(thread, sequence, names::__reversed__()));
  if (!method.is_empty()) return call(thread, method);
  if (found.is_none() || !type_of(sequence).slots.get_item || is<Dict>(sequence)) {
    return raise(thread, types.TypeError, "'{}' object is not reversible", type_of(sequence));
  }
  const isize count = TRY(length(thread, sequence));
  Ref<IndexIterator> self = TRY(new_object<IndexIterator>(thread, type));
  set_fresh(*self, self->source, sequence);
  self->index.store(count - 1, std::memory_order_relaxed);
  return Ref<>(std::move(self));
}
Result<Ref<>> reversed_next(Thread& thread, Value self) {
  IndexIterator& state = reversed_of(self);
  Ref<> sequence = state.source.load();
  const isize index = state.index.load(std::memory_order_relaxed);
  if (sequence.value().is_none()) return Ref<>::adopt(Done);
  if (index >= 0) {
    state.index.store(index - 1, std::memory_order_relaxed);
    if (is_exact<List>(sequence)) {
      const Value item = as<List>(sequence).peek(index);
      if (LIKELY(!item.is_empty())) return Ref<>::share(item);
    }
    Ref<> key = TRY(make_int(thread, index));
    Result<Ref<>> item = get_item(thread, sequence, key);
    if (!item.failed()) return item;
    if (!pending_is(thread, *types.IndexError) && !pending_is(thread, *types.StopIteration)) return failure;
    clear_pending(thread);
  }
  state.index.store(-1, std::memory_order_relaxed);
  state.source.store(state, None);
  return Ref<>::adopt(Done);
}
Result<isize> reversed_length_hint(Thread& thread, Value self) {
  IndexIterator& state = reversed_of(self);
  Ref<> sequence = state.source.load();
  if (sequence.value().is_none()) return isize{0};
  const isize left = state.index.load(std::memory_order_relaxed) + 1;
  const isize now = TRY(length(thread, sequence));
  return now < left ? 0 : left;
}
Result<Ref<>> reversed_reduce(Thread& thread, Value self) {
  IndexIterator& state = reversed_of(self);
  Ref<> sequence = state.source.load();
  const bool ended = sequence.value().is_none();
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {ended ? Tuple::empty().value() : sequence.value()}));
  if (ended) return Tuple::from(thread, {type_of(self).value(), arguments.value()});
  Ref<> index = TRY(make_int(thread, state.index.load(std::memory_order_relaxed)));
  return Tuple::from(thread, {type_of(self).value(), arguments.value(), index});
}
Result<void> reversed_setstate(Thread& thread, Value self, Value value) {
  IndexIterator& state = reversed_of(self);
  isize index = TRY(to_isize(thread, value));
  Ref<> sequence = state.source.load();
  if (sequence.value().is_none()) return {};
  index = std::min(std::max(index, isize{-1}), TRY(length(thread, sequence)) - 1);
  state.index.store(index, std::memory_order_relaxed);
  return {};
}

constexpr const char* kReduceDoc = "Return state information for pickling.";
constexpr MethodSpec kEnumerateMethods[] = {
    def<enumerate_reduce>("__reduce__()", kReduceDoc),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};
constexpr MethodSpec kFilterMethods[] = {def<filter_reduce>("__reduce__()", kReduceDoc)};
constexpr MethodSpec kReversedMethods[] = {
    def<reversed_length_hint>("__length_hint__()", "About how many items are left."),
    def<reversed_reduce>("__reduce__()", kReduceDoc),
    def<reversed_setstate>("__setstate__(state, /)", "Set state information for unpickling."),
};

}  // namespace

const TypeSpec enumerate_spec = {
    .name = "enumerate",
    .doc = "Count along an iterable: yields pairs of a number and an item.\n\n"
           "  iterable\n"
           "    what is counted\n\n"
           "The numbers begin at `start`, which is 0 unless given.",
    .methods = kEnumerateMethods,
    .method_count = std::size(kEnumerateMethods),
    .slots = {.iter = iterate_self, .next = enumerate_next, .new_ = enumerate_new},
    .ops = &Enumerate::kOps,
    .size = sizeof(Enumerate),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};
const TypeSpec filter_spec = {
    .name = "filter",
    .doc = "filter(function or None, iterable) --> filter object\n\n"
           "The items for which the function returns something true; with None, the true items themselves.",
    .methods = kFilterMethods,
    .method_count = std::size(kFilterMethods),
    .slots = {.iter = iterate_self, .next = filter_next, .new_ = filter_new},
    .ops = &Filter::kOps,
    .size = sizeof(Filter),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};
const TypeSpec reversed_spec = {
    .name = "reversed",
    .doc = "An iterator over a sequence from its end.",
    .methods = kReversedMethods,
    .method_count = std::size(kReversedMethods),
    .slots = {.iter = iterate_self, .next = reversed_next, .new_ = reversed_new},
    .ops = &IndexIterator::kOps,
    .size = sizeof(IndexIterator),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

PairStep enumerate_next_pair(Thread& thread, Value self, Value* pair) {
  Enumerate& state = enumerate_of(self);
  Ref<> item = Ref<>::adopt(next_quickly(thread, state.iterator.peek()).release());
  if (UNLIKELY(item.value().is_error())) return PairStep::Failed;
  if (UNLIKELY(item.value() == Done)) return PairStep::Ended;
  pair[0] = next_number(thread, state).release();
  if (UNLIKELY(pair[0].is_error())) return PairStep::Failed;
  pair[1] = item.release();
  return PairStep::Found;
}

}  // namespace py
