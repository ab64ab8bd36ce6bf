// groupby and tee.
#include "core/modules/itertools/itertools.h"
#include "core/object/quick_next.h"
#include "core/object/type_system.h"

namespace py::itertools {

namespace {

Type* groupby_type;
Type* grouper_type;
Type* tee_type;
Type* tee_chunk_type;

// groupby. An Empty field: nothing there yet.

class GroupBy final : public Object {
 public:
  Field iterator, key_function;
  Field target_key, current_key, current_value;
  std::atomic<i64> current_group;  // the number of the one group that may still take items; 0: none
  std::atomic<i64> groups;         // made so far
  u64 reserved;
  static const ObjectOps kOps;
};
const ObjectOps GroupBy::kOps = {"itertools.groupby",
                                 visit_fields<GroupBy, &GroupBy::iterator, &GroupBy::key_function, &GroupBy::target_key,
                                              &GroupBy::current_key, &GroupBy::current_value>,
                                 release_attributes, fixed_size};

class Grouper final : public Object {
 public:
  Field parent, target_key;
  i64 number;  // the group is over when the parent's current one has another
  u64 reserved;
  static const ObjectOps kOps;
  bool is_over() const {
    const auto& groups = *static_cast<GroupBy*>(parent.peek().object());
    return groups.current_group.load(std::memory_order_relaxed) != number;
  }
};
const ObjectOps Grouper::kOps = {"itertools._grouper", visit_fields<Grouper, &Grouper::parent, &Grouper::target_key>, nullptr,
                                 fixed_size};

Result<Ref<>> groupby_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "groupby(iterable, key=None)", arguments);
  Ref<> iterator = TRY(iterate(thread, bound[0]));
  Ref<GroupBy> self = TRY(new_object<GroupBy>(thread, type));
  set_fresh(*self, self->iterator, std::move(iterator));
  set_fresh(*self, self->key_function, bound[1]);
  self->current_group.store(0, std::memory_order_relaxed);
  self->groups.store(0, std::memory_order_relaxed);
  return Ref<>(std::move(self));
}

// Takes the next item. False at the end.
Result<bool> advance(Thread& thread, GroupBy& self) {
  Ref<> item = TRY(next_quickly(thread, self.iterator.peek()));
  if (item.value() == Done) return false;
  const Value function = self.key_function.peek();
  Ref<> key = function.is_none() ? item.share() : TRY(call(thread, function, {item}));
  self.current_value.store(self, std::move(item));
  self.current_key.store(self, std::move(key));
  return true;
}

Result<Ref<>> make_grouper(Thread& thread, GroupBy& parent, Value key) {
  Ref<Grouper> group = TRY(new_object<Grouper>(thread, *grouper_type));
  group->number = step_cursor<i64>(parent, parent.groups, 1) + 1;
  set_fresh(*group, group->parent, parent.value());
  set_fresh(*group, group->target_key, key);
  parent.current_group.store(group->number, std::memory_order_relaxed);
  return Ref<>(std::move(group));
}

// Whether the target key equals another one. Another thread may have begun a new group meanwhile: then it does not.
Result<bool> same_key(Thread& thread, const Field& target, Value key) {
  const Value wanted = target.peek();
  if (wanted == key) return true;
  if ((wanted.is_int() && key.is_int()) || wanted.is_empty()) return false;
  const Ref<> keep = Ref<>::share(wanted);
  return equal(thread, keep, key);
}
// What the field holds, which is Empty afterwards.
Ref<> take(GroupBy& self, Field& field) {
  if (LIKELY(!self.is_shared())) return Ref<>::adopt(field.exchange(self, Ref<>()));
  Ref<> value = field.load();
  field.store(self, Empty);
  return value;
}

Result<Ref<>> groupby_next(Thread& thread, Value value) {
  auto& self = self_as<GroupBy>(value);
  self.current_group.store(0, std::memory_order_relaxed);
  Ref<> key = self.current_key.load();
  while (key.is_empty() || TRY(same_key(thread, self.target_key, key))) {
    if (!TRY(advance(thread, self))) return done();
    key = self.current_key.load();
  }
  self.target_key.store(self, key.value());
  Ref<> group = TRY(make_grouper(thread, self, key));
  return Tuple::from(thread, {key, group});
}

Result<Ref<>> grouper_next(Thread& thread, Value value) {
  auto& self = self_as<Grouper>(value);
  GroupBy& parent = self_as<GroupBy>(self.parent.peek());
  if (self.is_over()) return done();
  if (parent.current_value.peek().is_empty() && !TRY(advance(thread, parent))) return done();
  const Ref<> key = parent.current_key.load();
  if (key.is_empty() || !TRY(same_key(thread, self.target_key, key))) return done();
  Ref<> item = take(parent, parent.current_value);
  (void)take(parent, parent.current_key);
  if (item.is_empty()) return done();
  return item;
}

Result<Ref<>> groupby_reduce(Thread& thread, Value value) {
  auto& self = self_as<GroupBy>(value);
  Ref<> current = self.current_value.load(), target = self.target_key.load(), key = self.current_key.load();
  if (current.is_empty() || target.is_empty() || key.is_empty()) {
    return reduced(thread, value, {self.iterator.peek(), self.key_function.peek()});
  }
  Ref<Tuple> state = TRY(Tuple::from(thread, {key, current, target}));
  return reduced(thread, value, {self.iterator.peek(), self.key_function.peek()}, state.value());
}
Result<void> groupby_setstate(Thread& thread, Value value, Value state) {
  auto& self = self_as<GroupBy>(value);
  if (!is<Tuple>(state)) return raise(thread, types.TypeError, "state is not a tuple");
  Tuple& parts = as<Tuple>(state);
  if (parts.length != 3) return raise(thread, types.TypeError, "function takes exactly 3 arguments ({} given)", parts.length);
  self.current_key.store(self, parts[0]);
  self.current_value.store(self, parts[1]);
  self.target_key.store(self, parts[2]);
  return {};
}
Result<Ref<>> grouper_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "_grouper(parent, tgtkey, /)", arguments);
  if (!type_of(bound[0]).is_subtype_of(*groupby_type)) {
    return raise(thread, types.TypeError, "_grouper() argument 1 must be itertools.groupby, not {}", type_of(bound[0]));
  }
  return make_grouper(thread, self_as<GroupBy>(bound[0]), bound[1]);
}
Result<Ref<>> grouper_reduce(Thread& thread, Value value) {
  auto& self = self_as<Grouper>(value);
  if (self.is_over()) {
    Ref<> iter = TRY(builtin_named(thread, "iter"));
    Ref<Tuple> arguments = TRY(Tuple::from(thread, {Tuple::empty().value()}));
    return Tuple::from(thread, {iter, arguments.value()});
  }
  return reduced(thread, value, {self.parent.peek(), self.target_key.peek()});
}

constexpr MethodSpec kGroupByMethods[] = {def<groupby_reduce>("__reduce__()", kReduceDoc),
                                          def<groupby_setstate>("__setstate__(state, /)", kSetstateDoc)};
constexpr MethodSpec kGrouperMethods[] = {def<grouper_reduce>("__reduce__()", kReduceDoc)};
const TypeSpec kGroupBy = {
    .name = "itertools.groupby",
    .doc = "Divides an iterable where the key changes: yields pairs of a key and an iterator over the items that "
           "have it.\n\n"
           "  iterable\n"
           "    What is divided.\n"
           "  key\n"
           "    Computes the key of an item; without it the item is its own key.",
    .methods = kGroupByMethods,
    .method_count = std::size(kGroupByMethods),
    .slots = {.iter = iterate_self, .next = groupby_next, .new_ = groupby_new},
    .ops = &GroupBy::kOps,
    .size = sizeof(GroupBy),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};
const TypeSpec kGrouper = {
    .name = "itertools._grouper",
    .doc = nullptr,
    .methods = kGrouperMethods,
    .method_count = std::size(kGrouperMethods),
    .slots = {.iter = iterate_self, .next = grouper_next, .new_ = grouper_new},
    .ops = &Grouper::kOps,
    .size = sizeof(Grouper),
};

// tee: a linked list of chunks of items; each iterator of the family stands at an item of some chunk.

constexpr isize kChunk = 57;  // as in CPython, where a chunk then fills a round number of bytes

class TeeChunk final : public Object {
 public:
  Field iterator;
  Field items;  // List, at most kChunk long
  Field next;   // TeeChunk or Empty
  std::atomic<bool> running;
  static const ObjectOps kOps;
};
const ObjectOps TeeChunk::kOps = {"itertools._tee_dataobject",
                                  visit_fields<TeeChunk, &TeeChunk::iterator, &TeeChunk::items, &TeeChunk::next>, nullptr,
                                  fixed_size};
class Tee final : public Object {
 public:
  Field chunk;
  std::atomic<isize> index;
  static const ObjectOps kOps;
};
const ObjectOps Tee::kOps = {"itertools._tee", visit_fields<Tee, &Tee::chunk>, nullptr, fixed_size};

Result<Ref<>> make_chunk(Thread& thread, Value iterator) {
  Ref<List> items = TRY(List::make(thread, kChunk));
  Ref<TeeChunk> chunk = TRY(new_object<TeeChunk>(thread, *tee_chunk_type));
  set_fresh(*chunk, chunk->iterator, iterator);
  set_fresh(*chunk, chunk->items, items.value());
  chunk->running.store(false, std::memory_order_relaxed);
  return Ref<>(std::move(chunk));
}
Result<Ref<>> make_tee(Thread& thread, Value chunk, isize index) {
  Ref<Tee> tee = TRY(new_object<Tee>(thread, *tee_type));
  set_fresh(*tee, tee->chunk, chunk);
  tee->index.store(index, std::memory_order_relaxed);
  return Ref<>(std::move(tee));
}

// False: a fetch is going on already.
bool begin_fetch(TeeChunk& chunk) {
  if (UNLIKELY(chunk.is_shared())) return !chunk.running.exchange(true, std::memory_order_acquire);
  if (chunk.running.load(std::memory_order_relaxed)) return false;
  chunk.running.store(true, std::memory_order_relaxed);
  return true;
}
// Item `index` of a chunk, fetched if it is the first not known yet; Done at the end.
Result<Ref<>> chunk_item(Thread& thread, TeeChunk& chunk, isize index) {
  List& items = as<List>(chunk.items.peek());
  Ref<> item = Ref<>::share(items.peek(index));
  if (!item.is_empty()) return item;
  if (!begin_fetch(chunk)) {
    return raise(thread, types.RuntimeError, "cannot re-enter the tee iterator");
  }
  Result<Ref<>> fetched = next_quickly(thread, chunk.iterator.peek());
  if (!fetched.failed()) {
    item = fetched.take();
    Result<void> added = item.value() == Done ? Result<void>() : items.append(thread, item.value());
    fetched = added.failed() ? Result<Ref<>>(failure) : Result<Ref<>>(std::move(item));
  }
  chunk.running.store(false, std::memory_order_release);
  return fetched;
}
Result<Ref<>> next_chunk(Thread& thread, TeeChunk& chunk) {
  Ref<> following = chunk.next.load();
  if (!following.is_empty()) return following;
  following = TRY(make_chunk(thread, chunk.iterator.peek()));
  {
    if (chunk.is_shared()) publish(following.value());
    ObjectLock lock(chunk);
    if (chunk.next.peek().is_empty()) {
      (void)chunk.next.exchange(chunk, following.share());
      return following;
    }
  }
  return chunk.next.load();  // another thread was faster
}
// Borrowed; Empty where the item has yet to be fetched.
Value known_item(Tee& self, isize index) {
  TeeChunk& chunk = *static_cast<TeeChunk*>(self.chunk.peek().object());
  return static_cast<List*>(chunk.items.peek().object())->peek(index);
}
Result<Ref<>> tee_next(Thread& thread, Value value) {
  auto& self = self_as<Tee>(value);
  isize index = self.index.load(std::memory_order_relaxed);
  const Value known = known_item(self, index);
  if (!known.is_empty()) {
    self.index.store(index + 1, std::memory_order_relaxed);
    return Ref<>::share(known);
  }
  Ref<> chunk = self.chunk.load();
  if (index >= kChunk) {
    chunk = TRY(next_chunk(thread, self_as<TeeChunk>(chunk)));
    self.chunk.store(self, chunk.value());
    index = 0;
  }
  Ref<> item = TRY(chunk_item(thread, self_as<TeeChunk>(chunk), index));
  self.index.store(item.value() == Done ? index : index + 1, std::memory_order_relaxed);
  return item;
}
Result<Ref<>> tee_copy(Thread& thread, Value value) {
  auto& self = self_as<Tee>(value);
  Ref<> chunk = self.chunk.load();
  return make_tee(thread, chunk, self.index.load(std::memory_order_relaxed));
}
Result<Ref<>> tee_of(Thread& thread, Value iterable) {
  Ref<> iterator = TRY(iterate(thread, iterable));
  if (&type_of(iterator) == tee_type) return tee_copy(thread, iterator);
  Ref<> chunk = TRY(make_chunk(thread, iterator));
  return make_tee(thread, chunk, 0);
}
Result<Ref<>> tee_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "_tee(iterable, /)", arguments);
  return tee_of(thread, bound[0]);
}
Result<Ref<>> tee_reduce(Thread& thread, Value value) {
  auto& self = self_as<Tee>(value);
  Ref<> chunk = self.chunk.load();
  Ref<Tuple> state = TRY(Tuple::from(thread, {chunk, Value::integer(self.index.load(std::memory_order_relaxed))}));
  return reduced(thread, value, {Tuple::empty().value()}, state.value());
}
Result<void> tee_setstate(Thread& thread, Value value, Value state) {
  auto& self = self_as<Tee>(value);
  if (!is<Tuple>(state)) return raise(thread, types.TypeError, "state is not a tuple");
  Tuple& parts = as<Tuple>(state);
  if (parts.length != 2 || &type_of(parts[0]) != tee_chunk_type) {
    return raise(thread, types.TypeError, "state must be a _tee_dataobject and an index");
  }
  const isize index = TRY(to_isize(thread, parts[1]));
  if (index < 0 || index > kChunk) return raise(thread, types.ValueError, "Index out of range");
  self.chunk.store(self, parts[0]);
  self.index.store(index, std::memory_order_relaxed);
  return {};
}

Result<Ref<>> chunk_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "teedataobject(iterable, values, next, /)", arguments);
  Ref<> made = TRY(make_chunk(thread, bound[0]));
  auto& chunk = self_as<TeeChunk>(made);
  if (!is<List>(bound[1])) return raise(thread, types.TypeError, "teedataobject() argument 2 must be list, not {}", type_of(bound[1]));
  Ref<List> items = TRY(as<List>(bound[1]).copy(thread, 0, PTRDIFF_MAX));
  const isize count = items->length();
  if (count > kChunk || (count < kChunk && !bound[2].is_none())) {
    return raise(thread, types.ValueError, "Invalid arguments");
  }
  if (!bound[2].is_none() && &type_of(bound[2]) != tee_chunk_type) {
    return raise(thread, types.ValueError, "Invalid arguments");
  }
  chunk.items.store(chunk, items.value());
  if (!bound[2].is_none()) chunk.next.store(chunk, bound[2]);
  return made;
}
Result<Ref<>> chunk_reduce(Thread& thread, Value value) {
  auto& self = self_as<TeeChunk>(value);
  Ref<List> items = TRY(as<List>(self.items.peek()).copy(thread, 0, PTRDIFF_MAX));
  Ref<> following = self.next.load();
  return reduced(thread, value, {self.iterator.peek(), items.value(), following.is_empty() ? None : following.value()});
}

constexpr MethodSpec kTeeMethods[] = {def<tee_copy>("__copy__()", "Returns an independent iterator."),
                                      def<tee_reduce>("__reduce__()", kReduceDoc),
                                      def<tee_setstate>("__setstate__(state, /)", kSetstateDoc)};
constexpr MethodSpec kChunkMethods[] = {def<chunk_reduce>("__reduce__()", kReduceDoc)};
const TypeSpec kTee = {
    .name = "itertools._tee",
    .doc = "Iterator wrapped to make it copyable.",
    .methods = kTeeMethods,
    .method_count = std::size(kTeeMethods),
    .slots = {.iter = iterate_self, .next = tee_next, .new_ = tee_new},
    .ops = &Tee::kOps,
    .size = sizeof(Tee),
};
const TypeSpec kTeeChunk = {
    .name = "itertools._tee_dataobject",
    .doc = "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
    .methods = kChunkMethods,
    .method_count = std::size(kChunkMethods),
    .slots = {.new_ = chunk_new},
    .ops = &TeeChunk::kOps,
    .size = sizeof(TeeChunk),
};

Result<Ref<Tuple>> tee(Thread& thread, Value iterable, isize n) {
  if (n < 0) return raise(thread, types.ValueError, "n must be >= 0");
  if (n == 0) return Tuple::allocate(thread, 0);
  Ref<> iterator = TRY(iterate(thread, iterable));
  Ref<> copyable = std::move(iterator);
  Ref<> copy = TRY(get_attribute_or_empty(thread, copyable, "__copy__"));
  if (copy.is_empty()) {
    copyable = TRY(tee_of(thread, copyable));
    copy = TRY(get_attribute(thread, copyable, "__copy__"));
  }
  Ref<List> result = TRY(List::make(thread, n));
  TRY(result->append(thread, copyable.value()));
  for (isize i = 1; i < n; ++i) TRY(result->append(thread, TRY(call(thread, copy))));
  return result->to_tuple(thread);
}
constexpr MethodSpec kFunctions[] = {function<tee>("tee(iterable, n=2, /)", "Returns a tuple of n independent iterators.")};

}  // namespace

Result<void> add_grouping(Thread& thread, Module& module) {
  groupby_type = TRY(add_type_to_module(thread, module, kGroupBy));
  grouper_type = TRY(add_type_to_module(thread, module, kGrouper));
  tee_type = TRY(add_type_to_module(thread, module, kTee));
  tee_chunk_type = TRY(add_type_to_module(thread, module, kTeeChunk));
  return add_functions_to_module(thread, module, kFunctions, std::size(kFunctions));
}

}  // namespace py::itertools
