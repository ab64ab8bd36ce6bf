// Iterators that choose among the items of another one: filterfalse, takewhile, dropwhile, compress, islice; and starmap.
#include "core/modules/itertools/itertools.h"
#include "core/object/quick_next.h"

namespace py::itertools {

namespace {

// A function and an iterator, and whether the switch of takewhile or dropwhile was thrown.
class FunctionIterator final : public Object {
 public:
  Field function, iterator;
  std::atomic<bool> switched;
  u64 reserved;
  static const ObjectOps kOps;
};
const ObjectOps FunctionIterator::kOps = {
    "itertools.function_iterator", visit_fields<FunctionIterator, &FunctionIterator::function, &FunctionIterator::iterator>,
    release_attributes, fixed_size};

Result<Ref<>> make(Thread& thread, Type& type, Value function, Value iterable) {
  Ref<> iterator = TRY(iterate(thread, iterable));
  Ref<FunctionIterator> self = TRY(new_object<FunctionIterator>(thread, type));
  set_fresh(*self, self->function, function);
  set_fresh(*self, self->iterator, std::move(iterator));
  self->switched.store(false, std::memory_order_relaxed);
  return Ref<>(std::move(self));
}

Result<bool> verdict(Thread& thread, FunctionIterator& self, Value item) {
  const Value function = self.function.peek();  // never changes
  if (function.is_none() || function == types.bool_->value()) return is_true(thread, item);
  Ref<> answer = TRY(call(thread, function, {item}));
  return is_true(thread, answer);
}

Result<Ref<>> filterfalse_next(Thread& thread, Value value) {
  auto& self = self_as<FunctionIterator>(value);
  for (;;) {
    Ref<> item = TRY(next_quickly(thread, self.iterator.peek()));
    if (item.value() == Done || !TRY(verdict(thread, self, item))) return item;
  }
}
Result<Ref<>> takewhile_next(Thread& thread, Value value) {
  auto& self = self_as<FunctionIterator>(value);
  if (self.switched.load(std::memory_order_relaxed)) return done();
  Ref<> item = TRY(next_quickly(thread, self.iterator.peek()));
  if (item.value() == Done) return item;
  Ref<> answer = TRY(call(thread, self.function.peek(), {item}));
  if (TRY(is_true(thread, answer))) return item;
  self.switched.store(true, std::memory_order_relaxed);
  return done();
}
Result<Ref<>> dropwhile_next(Thread& thread, Value value) {
  auto& self = self_as<FunctionIterator>(value);
  for (;;) {
    Ref<> item = TRY(next_quickly(thread, self.iterator.peek()));
    if (item.value() == Done || self.switched.load(std::memory_order_relaxed)) return item;
    Ref<> answer = TRY(call(thread, self.function.peek(), {item}));
    if (TRY(is_true(thread, answer))) continue;
    self.switched.store(true, std::memory_order_relaxed);
    return item;
  }
}
Result<Ref<>> call_with(Thread& thread, Value function, const Tuple& arguments) {
  return call(thread, function, Arguments{arguments.values(), static_cast<u32>(arguments.length)});
}
Result<Ref<>> starmap_next(Thread& thread, Value value) {
  auto& self = self_as<FunctionIterator>(value);
  Ref<> item = TRY(next_quickly(thread, self.iterator.peek()));
  if (item.value() == Done) return item;
  if (is_exact<Tuple>(item)) return call_with(thread, self.function.peek(), as<Tuple>(item));
  Ref<Tuple> arguments = TRY(to_tuple(thread, item));
  return call_with(thread, self.function.peek(), *arguments);
}

Result<Ref<>> reduce(Thread& thread, Value value) {
  auto& self = self_as<FunctionIterator>(value);
  return reduced(thread, value, {self.function.peek(), self.iterator.peek()});
}
Result<Ref<>> reduce_switch(Thread& thread, Value value) {
  auto& self = self_as<FunctionIterator>(value);
  const Value state = Value::integer(self.switched.load(std::memory_order_relaxed));
  return reduced(thread, value, {self.function.peek(), self.iterator.peek()}, state);
}
Result<void> set_switch(Thread& thread, Value value, Value state) {
  self_as<FunctionIterator>(value).switched.store(TRY(is_true(thread, state)), std::memory_order_relaxed);
  return {};
}

constexpr MethodSpec kPlainMethods[] = {def<reduce>("__reduce__()", kReduceDoc)};
constexpr MethodSpec kSwitchMethods[] = {def<reduce_switch>("__reduce__()", kReduceDoc),
                                         def<set_switch>("__setstate__(state, /)", kSetstateDoc)};

extern const TypeSpec kFilterFalse, kTakeWhile, kDropWhile, kStarMap, kCompress, kIslice;

#define NEW_FROM_FUNCTION(name, spec, signature)                                   \
  Result<Ref<>> name(Thread& thread, Type& type, const Arguments& given) {         \
    const Arguments arguments = new_arguments(type, spec, given);                  \
    BIND_ARGUMENTS(bound, signature, arguments);                                   \
    return make(thread, type, bound[0], bound[1]);                                 \
  }
NEW_FROM_FUNCTION(filterfalse_new, kFilterFalse, "filterfalse(function, iterable, /)")
NEW_FROM_FUNCTION(takewhile_new, kTakeWhile, "takewhile(predicate, iterable, /)")
NEW_FROM_FUNCTION(dropwhile_new, kDropWhile, "dropwhile(predicate, iterable, /)")
NEW_FROM_FUNCTION(starmap_new, kStarMap, "starmap(function, iterable, /)")
#undef NEW_FROM_FUNCTION

TypeSpec function_spec(const char* name, const char* doc, std::span<const MethodSpec> methods, NewSlot new_, NextSlot next) {
  return {.name = name,
          .doc = doc,
          .methods = methods.data(),
          .method_count = methods.size(),
          .slots = {.iter = iterate_self, .next = next, .new_ = new_},
          .ops = &FunctionIterator::kOps,
          .size = sizeof(FunctionIterator),
          .flags = static_cast<u32>(TypeFlag::Subclassable)};
}
const TypeSpec kFilterFalse = function_spec(
    "itertools.filterfalse",
    "Yields the items for which the function returns something false; with None, the false items themselves.",
    kPlainMethods, filterfalse_new, filterfalse_next);
const TypeSpec kTakeWhile = function_spec(
    "itertools.takewhile", "Yields the items up to the first one for which the predicate is false.",
    kSwitchMethods, takewhile_new, takewhile_next);
const TypeSpec kDropWhile = function_spec(
    "itertools.dropwhile",
    "Yields everything from the first item on for which the predicate is false.",
    kSwitchMethods, dropwhile_new, dropwhile_next);
const TypeSpec kStarMap = function_spec(
    "itertools.starmap",
    "Yields what the function returns for each tuple of arguments that the sequence has.",
    kPlainMethods, starmap_new, starmap_next);

// compress

class Compress final : public Object {
 public:
  Field data, selectors;
  static const ObjectOps kOps;
};
const ObjectOps Compress::kOps = {"itertools.compress", visit_fields<Compress, &Compress::data, &Compress::selectors>,
                                  release_attributes, fixed_size};

Result<Ref<>> compress_new(Thread& thread, Type& type, const Arguments& given) {
  BIND_ARGUMENTS(bound, "compress(data, selectors)", given);
  Ref<> data = TRY(iterate(thread, bound[0]));
  Ref<> selectors = TRY(iterate(thread, bound[1]));
  Ref<Compress> self = TRY(new_object<Compress>(thread, type));
  set_fresh(*self, self->data, std::move(data));
  set_fresh(*self, self->selectors, std::move(selectors));
  return Ref<>(std::move(self));
}
Result<Ref<>> compress_next(Thread& thread, Value value) {
  auto& self = self_as<Compress>(value);
  for (;;) {
    Ref<> item = TRY(next_quickly(thread, self.data.peek()));
    if (item.value() == Done) return item;
    Ref<> selector = TRY(next_quickly(thread, self.selectors.peek()));
    if (selector.value() == Done) return selector;
    if (TRY(is_true(thread, selector))) return item;
  }
}
Result<Ref<>> compress_reduce(Thread& thread, Value value) {
  auto& self = self_as<Compress>(value);
  return reduced(thread, value, {self.data.peek(), self.selectors.peek()});
}
constexpr MethodSpec kCompressMethods[] = {def<compress_reduce>("__reduce__()", kReduceDoc)};
const TypeSpec kCompress = {
    .name = "itertools.compress",
    .doc = "Yields those items of data whose selector is true.",
    .methods = kCompressMethods,
    .method_count = std::size(kCompressMethods),
    .slots = {.iter = iterate_self, .next = compress_next, .new_ = compress_new},
    .ops = &Compress::kOps,
    .size = sizeof(Compress),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

// islice

class Islice final : public Object {
 public:
  Field iterator;             // None at the end
  std::atomic<isize> wanted;  // the index of the next item to give
  std::atomic<isize> stop;    // -1: none
  std::atomic<isize> seen;    // items taken from the iterator
  std::atomic<isize> step;
  u64 reserved;
  static const ObjectOps kOps;
};
const ObjectOps Islice::kOps = {"itertools.islice", visit_fields<Islice, &Islice::iterator>, release_attributes, fixed_size};

// An index of islice(); `otherwise` for None, -2 for what is out of range or no int.
isize slice_index(Thread& thread, Value value, isize otherwise) {
  if (value.is_none()) return otherwise;
  Result<isize> index = to_isize(thread, value);
  if (index.failed()) {
    clear_pending(thread);
    return -2;
  }
  const isize number = index.take();
  return number < 0 ? -2 : number;
}

Result<Ref<>> islice_new(Thread& thread, Type& type, const Arguments& given) {
  const Arguments arguments = new_arguments(type, kIslice, given);
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "islice() takes no keyword arguments");
  const u32 count = arguments.positional;
  if (count < 2) return raise(thread, types.TypeError, "islice expected at least 2 arguments, got {}", count);
  if (count > 4) return raise(thread, types.TypeError, "islice expected at most 4 arguments, got {}", count);
  const isize start = count == 2 ? 0 : slice_index(thread, arguments[1], 0);
  const isize stop = slice_index(thread, arguments[count == 2 ? 1 : 2], -1);
  const isize step = count == 4 ? slice_index(thread, arguments[3], 1) : 1;
  if (stop == -2) {
    return raise(thread, types.ValueError,
                 "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
  }
  if (start == -2) {
    return raise(thread, types.ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
  }
  if (step < 1) return raise(thread, types.ValueError, "Step for islice() must be a positive integer or None.");
  Ref<> iterator = TRY(iterate(thread, arguments[0]));
  Ref<Islice> self = TRY(new_object<Islice>(thread, type));
  set_fresh(*self, self->iterator, std::move(iterator));
  self->wanted.store(start, std::memory_order_relaxed);
  self->stop.store(stop, std::memory_order_relaxed);
  self->seen.store(0, std::memory_order_relaxed);
  self->step.store(step, std::memory_order_relaxed);
  return Ref<>(std::move(self));
}
Result<Ref<>> islice_end(Islice& self) {
  self.iterator.store(self, None);
  return done();
}
Result<Ref<>> islice_next(Thread& thread, Value value) {
  auto& self = self_as<Islice>(value);
  if (self.iterator.peek().is_none()) return done();
  const isize stop = self.stop.load(std::memory_order_relaxed);
  const isize wanted = self.wanted.load(std::memory_order_relaxed);
  // An end before the next index still takes what stands before the end, as slicing by hand would.
  const isize target = stop >= 0 && stop < wanted ? stop : wanted;
  while (self.seen.load(std::memory_order_relaxed) < target) {
    Ref<> skipped = TRY(next_quickly(thread, self.iterator));
    if (skipped.value() == Done) return islice_end(self);
    step_cursor<isize>(self, self.seen, 1);
  }
  if (stop >= 0 && self.seen.load(std::memory_order_relaxed) >= stop) return islice_end(self);
  Ref<> item = TRY(next_quickly(thread, self.iterator));
  if (item.value() == Done) return islice_end(self);
  step_cursor<isize>(self, self.seen, 1);
  isize following;
  const isize step = self.step.load(std::memory_order_relaxed);
  if (__builtin_add_overflow(wanted, step, &following) || (stop >= 0 && following > stop)) {
    following = stop >= 0 ? stop : PTRDIFF_MAX;
  }
  self.wanted.store(following, std::memory_order_relaxed);
  return item;
}
Result<Ref<>> islice_reduce(Thread& thread, Value value) {
  auto& self = self_as<Islice>(value);
  Ref<> iterator = self.iterator.load();
  if (iterator.value().is_none()) {
    Ref<List> empty = TRY(List::make(thread));
    iterator = TRY(iterate(thread, empty.value()));
    return reduced(thread, value, {iterator, Value::integer(0)}, Value::integer(0));
  }
  const isize stop = self.stop.load(std::memory_order_relaxed);
  Ref<> wanted = TRY(make_int(thread, self.wanted.load(std::memory_order_relaxed)));
  Ref<> end = stop < 0 ? Ref<>::adopt(None) : TRY(make_int(thread, stop));
  Ref<> step = TRY(make_int(thread, self.step.load(std::memory_order_relaxed)));
  Ref<> seen = TRY(make_int(thread, self.seen.load(std::memory_order_relaxed)));
  return reduced(thread, value, {iterator, wanted, end, step}, seen);
}
Result<void> islice_setstate(Thread& thread, Value value, Value state) {
  self_as<Islice>(value).seen.store(TRY(to_isize(thread, state)), std::memory_order_relaxed);
  return {};
}
constexpr MethodSpec kIsliceMethods[] = {def<islice_reduce>("__reduce__()", kReduceDoc),
                                         def<islice_setstate>("__setstate__(state, /)", kSetstateDoc)};
const TypeSpec kIslice = {
    .name = "itertools.islice",
    .doc = "islice(iterable, stop) --> islice object\n"
           "islice(iterable, start, stop[, step]) --> islice object\n\n"
           "Yields the items that a slice with these bounds would select, without making a list. The bounds cannot "
           "be\n"
           "negative.",
    .methods = kIsliceMethods,
    .method_count = std::size(kIsliceMethods),
    .slots = {.iter = iterate_self, .next = islice_next, .new_ = islice_new},
    .ops = &Islice::kOps,
    .size = sizeof(Islice),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_selecting(Thread& thread, Module& module) {
  for (const TypeSpec* spec : {&kFilterFalse, &kTakeWhile, &kDropWhile, &kStarMap, &kCompress, &kIslice}) {
    TRY(add_type_to_module(thread, module, *spec));
  }
  return {};
}

}  // namespace py::itertools
