// count, repeat, cycle and accumulate.
#include "core/modules/itertools/itertools.h"
#include "core/object/number.h"
#include "core/object/quick_next.h"

namespace py::itertools {

namespace {

// The sum of two machine ints; Empty: not of this kind, or too large.
INLINE Value quick_sum(Value left, Value right) {
  if (!left.is_int() || !right.is_int()) return Empty;
  const i64 sum = left.as_int() + right.as_int();
  return Value::fits_integer(sum) ? Value::integer(sum) : Empty;
}

// count

class Count final : public Object {
 public:
  Field current, step;
  static const ObjectOps kOps;
};
const ObjectOps Count::kOps = {"itertools.count", visit_fields<Count, &Count::current, &Count::step>, release_attributes,
                               fixed_size};

bool is_number(Value value) {
  const TypeSlots& slots = type_of(value).slots;
  return slots.index || slots.integer || slots.floating || is<Complex>(value);
}
Result<Ref<>> count_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "count(start=0, step=1)", arguments);
  if (!is_number(bound[0]) || !is_number(bound[1])) return raise(thread, types.TypeError, "a number is required");
  Ref<Count> self = TRY(new_object<Count>(thread, type));
  set_fresh(*self, self->current, bound[0]);
  set_fresh(*self, self->step, bound[1]);
  return Ref<>(std::move(self));
}
Result<Ref<>> count_next(Thread& thread, Value value) {
  auto& self = self_as<Count>(value);
  const Value now = self.current.peek();
  const Value sum = quick_sum(now, self.step.peek());
  if (LIKELY(!sum.is_empty() && !self.is_shared())) {
    self.current.initialize(sum);
    return Ref<>::adopt(now);
  }
  Ref<> current = self.current.load();
  self.current.store(self, TRY(binary(thread, BinaryOp::add, current, self.step.peek())));
  return current;
}
bool steps_by_one(Value step) { return step == Value::integer(1); }
Result<Ref<>> count_repr(Thread& thread, Value value) {
  auto& self = self_as<Count>(value);
  Ref<> current = self.current.load();
  if (steps_by_one(self.step.peek())) return format_str(thread, "{}({!r})", type_of(value).name_str(), current.value());
  return format_str(thread, "{}({!r}, {!r})", type_of(value).name_str(), current.value(), self.step.peek());
}
Result<Ref<>> count_reduce(Thread& thread, Value value) {
  auto& self = self_as<Count>(value);
  Ref<> current = self.current.load();
  if (steps_by_one(self.step.peek())) return reduced(thread, value, {current});
  return reduced(thread, value, {current, self.step.peek()});
}
constexpr MethodSpec kCountMethods[] = {def<count_reduce>("__reduce__()", kReduceDoc)};
const TypeSpec kCount = {
    .name = "itertools.count",
    .doc = "Yields start, start + step, start + 2 * step and so on, without an end.",
    .methods = kCountMethods,
    .method_count = std::size(kCountMethods),
    .slots = {.repr = count_repr, .iter = iterate_self, .next = count_next, .new_ = count_new},
    .ops = &Count::kOps,
    .size = sizeof(Count),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

// repeat

class Repeat final : public Object {
 public:
  Field item;
  std::atomic<isize> left;  // -1: for ever
  static const ObjectOps kOps;
};
const ObjectOps Repeat::kOps = {"itertools.repeat", visit_fields<Repeat, &Repeat::item>, release_attributes, fixed_size};

Result<Ref<>> repeat_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "repeat(object, times=<unrepresentable>)", arguments);
  isize times = -1;
  if (bound[1] != Unbound) {
    times = TRY(to_isize(thread, bound[1]));
    if (times < 0) times = 0;
  }
  Ref<Repeat> self = TRY(new_object<Repeat>(thread, type));
  set_fresh(*self, self->item, bound[0]);
  self->left.store(times, std::memory_order_relaxed);
  return Ref<>(std::move(self));
}
Result<Ref<>> repeat_next(Thread&, Value value) {
  auto& self = self_as<Repeat>(value);
  isize left = self.left.load(std::memory_order_relaxed);
  if (LIKELY(!self.is_shared())) {
    if (left == 0) return done();
    if (left > 0) self.left.store(left - 1, std::memory_order_relaxed);
    return self.item.load();
  }
  while (left > 0 && !self.left.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) {
  }
  return left == 0 ? done() : self.item.load();
}
Result<Ref<>> repeat_repr(Thread& thread, Value value) {
  auto& self = self_as<Repeat>(value);
  const isize left = self.left.load(std::memory_order_relaxed);
  if (left < 0) return format_str(thread, "{}({!r})", type_of(value).name_str(), self.item.peek());
  return format_str(thread, "{}({!r}, {})", type_of(value).name_str(), self.item.peek(), left);
}
Result<Ref<>> repeat_reduce(Thread& thread, Value value) {
  auto& self = self_as<Repeat>(value);
  const isize left = self.left.load(std::memory_order_relaxed);
  if (left < 0) return reduced(thread, value, {self.item.peek()});
  return reduced(thread, value, {self.item.peek(), Value::integer(left)});
}
Result<isize> repeat_length_hint(Thread& thread, Value value) {
  const isize left = self_as<Repeat>(value).left.load(std::memory_order_relaxed);
  if (left < 0) return raise(thread, types.TypeError, "len() of unsized object");
  return left;
}
constexpr MethodSpec kRepeatMethods[] = {
    def<repeat_length_hint>("__length_hint__()", "About how many items are left."),
    def<repeat_reduce>("__reduce__()", kReduceDoc)};
const TypeSpec kRepeat = {
    .name = "itertools.repeat",
    .doc = "repeat(object [,times]) -> yields the object as often as told, or without an end.",
    .methods = kRepeatMethods,
    .method_count = std::size(kRepeatMethods),
    .slots = {.repr = repeat_repr, .iter = iterate_self, .next = repeat_next, .new_ = repeat_new},
    .ops = &Repeat::kOps,
    .size = sizeof(Repeat),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

// cycle

class Cycle final : public Object {
 public:
  Field iterator;  // None once `saved` has all
  Field saved;     // List
  std::atomic<isize> index;
  std::atomic<bool> complete;  // the items of the iterator are saved already, by an earlier life
  static const ObjectOps kOps;
};
const ObjectOps Cycle::kOps = {"itertools.cycle", visit_fields<Cycle, &Cycle::iterator, &Cycle::saved>, release_attributes,
                               fixed_size};
extern const TypeSpec kCycle;

Result<Ref<>> cycle_new(Thread& thread, Type& type, const Arguments& given) {
  const Arguments arguments = new_arguments(type, kCycle, given);
  BIND_ARGUMENTS(bound, "cycle(iterable, /)", arguments);
  Ref<> iterator = TRY(iterate(thread, bound[0]));
  Ref<List> saved = TRY(List::make(thread));
  Ref<Cycle> self = TRY(new_object<Cycle>(thread, type));
  set_fresh(*self, self->iterator, std::move(iterator));
  set_fresh(*self, self->saved, saved.value());
  self->index.store(0, std::memory_order_relaxed);
  self->complete.store(false, std::memory_order_relaxed);
  return Ref<>(std::move(self));
}
Result<Ref<>> cycle_next(Thread& thread, Value value) {
  auto& self = self_as<Cycle>(value);
  if (!self.iterator.peek().is_none()) {
    Ref<> saved = self.saved.load();
    Ref<> item = TRY(next_quickly(thread, self.iterator));
    if (item.value() != Done) {
      if (!self.complete.load(std::memory_order_relaxed)) TRY(as<List>(saved).append(thread, item.value()));
      return item;
    }
    self.iterator.store(self, None);
  }
  const List& saved = *static_cast<List*>(self.saved.peek().object());
  const isize index = self.index.load(std::memory_order_relaxed);
  const Value item = saved.peek(index);
  if (item.is_empty()) return done();
  self.index.store(index + 1 >= saved.length() ? 0 : index + 1, std::memory_order_relaxed);
  return Ref<>::share(item);
}
Result<Ref<>> cycle_reduce(Thread& thread, Value value) {
  auto& self = self_as<Cycle>(value);
  Ref<> iterator = self.iterator.load();
  Ref<> saved = self.saved.load();
  if (!iterator.value().is_none()) {
    const Value complete = Value::boolean(self.complete.load(std::memory_order_relaxed));
    Ref<Tuple> state = TRY(Tuple::from(thread, {saved, complete}));
    return reduced(thread, value, {iterator}, state.value());
  }
  iterator = TRY(iterate(thread, saved));
  const isize index = self.index.load(std::memory_order_relaxed);
  if (index) TRY(call_method(thread, iterator, "__setstate__", {Value::integer(index)}));
  Ref<Tuple> state = TRY(Tuple::from(thread, {saved, True}));
  return reduced(thread, value, {iterator}, state.value());
}
Result<void> cycle_setstate(Thread& thread, Value value, Value state) {
  auto& self = self_as<Cycle>(value);
  if (!is<Tuple>(state)) return raise(thread, types.TypeError, "state is not a tuple");
  Tuple& pair = as<Tuple>(state);
  if (pair.length != 2) return raise(thread, types.TypeError, "function takes exactly 2 arguments ({} given)", pair.length);
  if (!is<List>(pair[0])) return raise(thread, types.TypeError, "argument 1 must be list, not {}", type_of(pair[0]));
  const bool complete = TRY(to_int(thread, pair[1])) != 0;
  self.saved.store(self, pair[0]);
  self.index.store(0, std::memory_order_relaxed);
  self.complete.store(complete, std::memory_order_relaxed);
  return {};
}
constexpr MethodSpec kCycleMethods[] = {def<cycle_reduce>("__reduce__()", kReduceDoc),
                                        def<cycle_setstate>("__setstate__(state, /)", kSetstateDoc)};
const TypeSpec kCycle = {
    .name = "itertools.cycle",
    .doc = "Yields the items of the iterable again and again, without an end.",
    .methods = kCycleMethods,
    .method_count = std::size(kCycleMethods),
    .slots = {.iter = iterate_self, .next = cycle_next, .new_ = cycle_new},
    .ops = &Cycle::kOps,
    .size = sizeof(Cycle),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

// accumulate

class Accumulate final : public Object {
 public:
  Field iterator, function;
  Field total;    // Empty before the first item
  Field initial;  // None once it was given out
  static const ObjectOps kOps;
};
const ObjectOps Accumulate::kOps = {
    "itertools.accumulate",
    visit_fields<Accumulate, &Accumulate::iterator, &Accumulate::function, &Accumulate::total, &Accumulate::initial>,
    release_attributes, fixed_size};

Result<Ref<>> accumulate_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "accumulate(iterable, func=None, *, initial=None)", arguments);
  Ref<> iterator = TRY(iterate(thread, bound[0]));
  Ref<Accumulate> self = TRY(new_object<Accumulate>(thread, type));
  set_fresh(*self, self->iterator, std::move(iterator));
  set_fresh(*self, self->function, bound[1]);
  set_fresh(*self, self->initial, bound[2]);
  return Ref<>(std::move(self));
}
Result<Ref<>> accumulate_next(Thread& thread, Value value) {
  auto& self = self_as<Accumulate>(value);
  if (UNLIKELY(!self.initial.peek().is_none())) {
    Ref<> initial = self.initial.load();
    self.initial.store(self, None);
    self.total.store(self, initial.value());
    return initial;
  }
  Ref<> item = TRY(next_quickly(thread, self.iterator.peek()));
  if (item.value() == Done) return item;
  const Value function = self.function.peek();
  const Value sum = quick_sum(self.total.peek(), item);
  if (LIKELY(function.is_none() && !sum.is_empty() && !self.is_shared())) {
    self.total.initialize(sum);
    return Ref<>::adopt(sum);
  }
  Ref<> total = self.total.load();
  if (total.is_empty()) {
    total = std::move(item);
  } else {
    total = function.is_none() ? TRY(binary(thread, BinaryOp::add, total, item)) : TRY(call(thread, function, {total, item}));
  }
  self.total.store(self, total.value());
  return total;
}
Result<Ref<>> own_function(Thread& thread, std::string_view name) {
  Ref<> module = TRY(call(thread, TRY(builtin_named(thread, "__import__")), {intern(thread, "itertools").value()}));
  return get_attribute(thread, module, name);
}
// chain((first,), iterator)
Result<Ref<>> chained(Thread& thread, Value first, Value iterator) {
  Ref<> chain = TRY(own_function(thread, "chain"));
  Ref<Tuple> single = TRY(Tuple::from(thread, {first}));
  return call(thread, chain, {single.value(), iterator});
}
// None as a state says that there is none: islice(accumulate(chain((None,), iterator), function), 1, None)
Result<Ref<>> reduced_with_none(Thread& thread, Value value) {
  auto& self = self_as<Accumulate>(value);
  Ref<> iterator = TRY(chained(thread, None, self.iterator.peek()));
  Ref<> again = TRY(call(thread, type_of(value).value(), {iterator, self.function.peek()}));
  Ref<> islice = TRY(own_function(thread, "islice"));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {again.value(), Value::integer(1), None}));
  return Tuple::from(thread, {islice, arguments.value()});
}
Result<Ref<>> accumulate_reduce(Thread& thread, Value value) {
  auto& self = self_as<Accumulate>(value);
  Ref<> initial = self.initial.load();
  Ref<> total = self.total.load();
  if (!initial.value().is_none()) {
    Ref<> iterator = TRY(chained(thread, initial, self.iterator.peek()));
    return reduced(thread, value, {iterator, self.function.peek()}, None);
  }
  if (total.is_empty()) return reduced(thread, value, {self.iterator.peek(), self.function.peek()}, None);
  if (total.value().is_none()) return reduced_with_none(thread, value);
  return reduced(thread, value, {self.iterator.peek(), self.function.peek()}, total);
}
Result<void> accumulate_setstate(Thread&, Value value, Value state) {
  auto& self = self_as<Accumulate>(value);
  self.total.store(self, state.is_none() ? Empty : state);
  return {};
}
constexpr MethodSpec kAccumulateMethods[] = {def<accumulate_reduce>("__reduce__()", kReduceDoc),
                                             def<accumulate_setstate>("__setstate__(state, /)", kSetstateDoc)};
const TypeSpec kAccumulate = {
    .name = "itertools.accumulate",
    .doc = "Return series of accumulated sums (or other binary function results).",
    .methods = kAccumulateMethods,
    .method_count = std::size(kAccumulateMethods),
    .slots = {.iter = iterate_self, .next = accumulate_next, .new_ = accumulate_new},
    .ops = &Accumulate::kOps,
    .size = sizeof(Accumulate),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_counting(Thread& thread, Module& module) {
  for (const TypeSpec* spec : {&kCount, &kRepeat, &kCycle, &kAccumulate}) {
    TRY(add_type_to_module(thread, module, *spec));
  }
  return {};
}

}  // namespace py::itertools
