// product, permutations, combinations and combinations_with_replacement: odometers over index arrays.
#include "core/modules/itertools/itertools.h"
#include "core/object/gathered_items.h"
#include "memory/buffer.h"
#include "memory/lock.h"

#include <algorithm>
#include <vector>

namespace py::itertools {

namespace {

enum class Progress : u8 { Fresh, Running, Exhausted };

// Threads: indices and progress are stepped under the object lock, so that threads never share a result.
class Selection final : public Object {
 public:
  Field pool;  // Tuple of items; for product: Tuple of such tuples
  Field last;  // Tuple::recycle
  isize* indices;
  isize count;  // of items in a result
  Progress progress;
  static const ObjectOps kOps;
  Tuple& items() const { return *static_cast<Tuple*>(pool.peek().object()); }
};
void release(Object& object) {
  buffer_free(static_cast<Selection&>(object).indices);
  release_attributes(object);
}
const ObjectOps Selection::kOps = {"itertools.selection",
                                   visit_fields<Selection, &Selection::pool, &Selection::last>, release, fixed_size};

// `extra` indices more than the result has items.
Result<Ref<Selection>> make(Thread& thread, Type& type, Tuple& pool, isize count, isize extra, bool exhausted) {
  isize bytes;
  if (__builtin_mul_overflow(count + extra + 1, isize{8}, &bytes)) return raise_memory_error(thread);
  Ref<Selection> self = TRY(new_object<Selection>(thread, type));
  self->indices = nullptr;
  self->count = count;
  self->progress = exhausted ? Progress::Exhausted : Progress::Fresh;
  set_fresh(*self, self->pool, pool.value());
  self->indices = static_cast<isize*>(buffer_allocate(static_cast<usize>(bytes)));
  if (!self->indices) return raise_memory_error(thread);
  for (isize i = 0; i < count + extra; ++i) self->indices[i] = i;
  return self;
}

// Moves on to the next result; false at the end. Lock held.
template <auto step>
bool advance(Selection& self) {
  if (self.progress == Progress::Fresh) {
    self.progress = Progress::Running;
  } else if (self.progress != Progress::Running || !step(self)) {
    self.progress = Progress::Exhausted;
  }
  return self.progress == Progress::Running;
}

// The next result: `step(self)` moves the indices, false at the end; `item(self, i)` is the i-th item.
template <auto step, auto item>
Result<Ref<>> selection_next(Thread& thread, Value value) {
  auto& self = self_as<Selection>(value);
  GatheredItems items(self.count);
  if (!items.allocated()) return raise_memory_error(thread);
  {
    ObjectLock lock(self);
    if (!advance<step>(self)) return done();
    for (isize i = 0; i < self.count; ++i) items.add(Ref<>::share(item(self, i)));
  }
  if (self.count == 0) return Ref<>::share(Tuple::empty().value());
  return items.recycle(thread, self, self.last);
}
Value pool_item(const Selection& self, isize i) { return self.items()[self.indices[i]]; }

// Where a selection stood at one moment.
struct Moment {
  Progress progress;
  std::vector<isize> indices;
};
Moment moment_of(Selection& self, isize index_count) {
  Moment moment{Progress::Exhausted, std::vector<isize>(static_cast<usize>(index_count))};
  ObjectLock lock(self);
  moment.progress = self.progress;
  std::copy_n(self.indices, index_count, moment.indices.data());
  return moment;
}
void set_moment(Selection& self, const Moment& moment) {
  ObjectLock lock(self);
  self.progress = moment.progress;
  std::copy(moment.indices.begin(), moment.indices.end(), self.indices);
}

Result<Ref<Tuple>> index_tuple(Thread& thread, const isize* indices, isize count) {
  Ref<Tuple> result = TRY(Tuple::allocate(thread, count));
  for (isize i = 0; i < count; ++i) result->items()[i].initialize(Value::integer(indices[i]));
  return result;
}
// The indices out of a pickle, each clipped to 0..limit(i).
template <class Limit>
Result<void> read_indices(Thread& thread, Value state, isize count, isize* indices, Limit&& limit) {
  if (!is<Tuple>(state) || as<Tuple>(state).length != count) return raise(thread, types.ValueError, "invalid arguments");
  for (isize i = 0; i < count; ++i) {
    const isize index = TRY(to_isize(thread, as<Tuple>(state)[i]));
    indices[i] = std::max(isize{0}, std::min(index, limit(i)));
  }
  return {};
}
template <class Limit>
Result<void> set_state(Thread& thread, Selection& self, Value state, Limit&& limit) {
  Moment moment{Progress::Running, std::vector<isize>(static_cast<usize>(self.count))};
  TRY(read_indices(thread, state, self.count, moment.indices.data(), limit));
  set_moment(self, moment);
  return {};
}
// (type, (pool, count)), with the indices as state once they moved.
Result<Ref<>> reduce_chosen(Thread& thread, Value value) {
  auto& self = self_as<Selection>(value);
  const Value count = Value::integer(self.count);
  const Moment now = moment_of(self, self.count);
  if (now.progress == Progress::Exhausted) return reduced(thread, value, {Tuple::empty().value(), count});
  if (now.progress == Progress::Fresh) return reduced(thread, value, {self.pool.peek(), count});
  Ref<Tuple> state = TRY(index_tuple(thread, now.indices.data(), self.count));
  return reduced(thread, value, {self.pool.peek(), count}, state.value());
}

TypeSpec selection_spec(const char* name, const char* doc, std::span<const MethodSpec> methods, NewSlot new_, NextSlot next) {
  return {.name = name,
          .doc = doc,
          .methods = methods.data(),
          .method_count = methods.size(),
          .slots = {.iter = iterate_self, .next = next, .new_ = new_},
          .ops = &Selection::kOps,
          .size = sizeof(Selection),
          .flags = static_cast<u32>(TypeFlag::Subclassable)};
}

// product

Tuple& pool_of(const Selection& self, isize i) { return *static_cast<Tuple*>(self.items()[i].object()); }
Value product_item(const Selection& self, isize i) { return pool_of(self, i)[self.indices[i]]; }
bool product_step(Selection& self) {
  for (isize i = self.count - 1; i >= 0; --i) {
    if (++self.indices[i] < pool_of(self, i).length) return true;
    self.indices[i] = 0;
  }
  return false;
}

Result<Ref<>> product_new(Thread& thread, Type& type, const Arguments& arguments) {
  isize repeat = 1;
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    const Str& name = as<Str>((*arguments.keywords)[i]);
    if (!name.equals("repeat")) {
      return raise(thread, types.TypeError, "'{}' is an invalid keyword argument for product()", name);
    }
    repeat = TRY(to_isize(thread, arguments[arguments.positional + i]));
  }
  if (repeat < 0) return raise(thread, types.ValueError, "repeat argument cannot be negative");
  const isize given = arguments.positional;
  isize count;
  if (__builtin_mul_overflow(given, repeat, &count) || count > (isize{1} << 50)) {
    return raise(thread, types.OverflowError, "repeat argument too large");
  }
  if (repeat == 0) count = 0;
  Ref<Tuple> pools = TRY(Tuple::allocate(thread, count));
  bool exhausted = false;
  for (isize i = 0; count && i < given; ++i) {
    Ref<Tuple> pool = TRY(to_tuple(thread, arguments[static_cast<u32>(i)]));
    exhausted |= pool->length == 0;
    for (isize round = 0; round < repeat; ++round) set_fresh(*pools, pools->items()[round * given + i], pool.value());
  }
  Ref<Selection> self = TRY(make(thread, type, *pools, count, 0, exhausted));
  for (isize i = 0; i < count; ++i) self->indices[i] = 0;
  return Ref<>(std::move(self));
}
Result<Ref<>> product_reduce(Thread& thread, Value value) {
  auto& self = self_as<Selection>(value);
  const Moment now = moment_of(self, self.count);
  if (now.progress == Progress::Exhausted) return reduced(thread, value, {Tuple::empty().value()});
  if (now.progress == Progress::Fresh) return Tuple::from(thread, {type_of(value).value(), self.pool.peek()});
  Ref<Tuple> state = TRY(index_tuple(thread, now.indices.data(), self.count));
  return Tuple::from(thread, {type_of(value).value(), self.pool.peek(), state.value()});
}
Result<void> product_setstate(Thread& thread, Value value, Value state) {
  auto& self = self_as<Selection>(value);
  for (isize i = 0; i < self.count; ++i) {
    if (pool_of(self, i).length == 0) {
      set_moment(self, {Progress::Exhausted, {}});
      return {};
    }
  }
  return set_state(thread, self, state, [&](isize i) { return pool_of(self, i).length - 1; });
}
constexpr MethodSpec kProductMethods[] = {def<product_reduce>("__reduce__()", kReduceDoc),
                                          def<product_setstate>("__setstate__(state, /)", kSetstateDoc)};
const TypeSpec kProduct = selection_spec(
    "itertools.product",
    "product(*iterables, repeat=1) --> product object\n\n"
    "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\n"
    "For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\n"
    "The leftmost iterators are in the outermost for-loop, so the output tuples\n"
    "cycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).",
    kProductMethods, product_new, selection_next<product_step, product_item>);

// combinations

bool combinations_step(Selection& self) {
  const isize slack = self.items().length - self.count;
  isize i = self.count - 1;
  while (i >= 0 && self.indices[i] == i + slack) --i;
  if (i < 0) return false;
  ++self.indices[i];
  for (isize j = i + 1; j < self.count; ++j) self.indices[j] = self.indices[j - 1] + 1;
  return true;
}
Result<isize> checked_count(Thread& thread, Value r) {
  const isize count = TRY(to_isize(thread, r));
  if (count < 0) return raise(thread, types.ValueError, "r must be non-negative");
  return count;
}
Result<Ref<>> combinations_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "combinations(iterable, r)", arguments);
  const isize count = TRY(checked_count(thread, bound[1]));
  Ref<Tuple> pool = TRY(to_tuple(thread, bound[0]));
  return make(thread, type, *pool, count, 0, count > pool->length);
}
Result<void> combinations_setstate(Thread& thread, Value value, Value state) {
  auto& self = self_as<Selection>(value);
  const isize slack = self.items().length - self.count;
  if (slack < 0) return raise(thread, types.ValueError, "invalid arguments");
  return set_state(thread, self, state, [&](isize i) { return i + slack; });
}
constexpr MethodSpec kCombinationsMethods[] = {def<reduce_chosen>("__reduce__()", kReduceDoc),
                                               def<combinations_setstate>("__setstate__(state, /)", kSetstateDoc)};
const TypeSpec kCombinations =
    selection_spec("itertools.combinations",
                   "Yields all choices of r items of the iterable, in the order of their positions.\n\n"
                   "combinations(range(3), 2) --> (0,1), (0,2), (1,2)",
                   kCombinationsMethods, combinations_new, selection_next<combinations_step, pool_item>);

// combinations_with_replacement

bool replacement_step(Selection& self) {
  const isize last = self.items().length - 1;
  isize i = self.count - 1;
  while (i >= 0 && self.indices[i] == last) --i;
  if (i < 0) return false;
  const isize index = self.indices[i] + 1;
  for (isize j = i; j < self.count; ++j) self.indices[j] = index;
  return true;
}
Result<Ref<>> replacement_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "combinations_with_replacement(iterable, r)", arguments);
  const isize count = TRY(checked_count(thread, bound[1]));
  Ref<Tuple> pool = TRY(to_tuple(thread, bound[0]));
  Ref<Selection> self = TRY(make(thread, type, *pool, count, 0, count > 0 && pool->length == 0));
  for (isize i = 0; i < count; ++i) self->indices[i] = 0;
  return Ref<>(std::move(self));
}
Result<void> replacement_setstate(Thread& thread, Value value, Value state) {
  auto& self = self_as<Selection>(value);
  const isize last = self.items().length - 1;
  TRY(set_state(thread, self, state, [&](isize) { return std::max(last, isize{0}); }));
  if (last < 0 && self.count) set_moment(self, {Progress::Exhausted, {}});
  return {};
}
constexpr MethodSpec kReplacementMethods[] = {def<reduce_chosen>("__reduce__()", kReduceDoc),
                                              def<replacement_setstate>("__setstate__(state, /)", kSetstateDoc)};
const TypeSpec kReplacement = selection_spec(
    "itertools.combinations_with_replacement",
    "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive "
    "repeats.\n\ncombinations_with_replacement('ABC', 2) --> (('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C'))",
    kReplacementMethods, replacement_new, selection_next<replacement_step, pool_item>);

// permutations: behind the indices of all items stand `count` cycle counters.

isize* cycles_of(Selection& self) { return self.indices + self.items().length; }
bool permutations_step(Selection& self) {
  const isize n = self.items().length;
  isize* cycles = cycles_of(self);
  for (isize i = self.count - 1; i >= 0; --i) {
    if (--cycles[i] > 0) {
      std::swap(self.indices[i], self.indices[n - cycles[i]]);
      return true;
    }
    const isize index = self.indices[i];
    for (isize j = i; j + 1 < n; ++j) self.indices[j] = self.indices[j + 1];
    self.indices[n - 1] = index;
    cycles[i] = n - i;
  }
  return false;
}
Result<Ref<>> permutations_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "permutations(iterable, r=None)", arguments);
  Ref<Tuple> pool = TRY(to_tuple(thread, bound[0]));
  const isize n = pool->length;
  isize count = n;
  if (!bound[1].is_none()) {
    if (!is_integer(bound[1])) return raise(thread, types.TypeError, "Expected int as r");
    count = TRY(checked_count(thread, bound[1]));
  }
  Ref<Selection> self = TRY(make(thread, type, *pool, count, n, count > n));
  if (count > n) return Ref<>(std::move(self));
  for (isize i = 0; i < count; ++i) cycles_of(*self)[i] = n - i;
  return Ref<>(std::move(self));
}
Result<Ref<>> permutations_reduce(Thread& thread, Value value) {
  auto& self = self_as<Selection>(value);
  const isize n = self.items().length;
  const Moment now = moment_of(self, n + self.count);
  if (now.progress != Progress::Running) return reduce_chosen(thread, value);
  Ref<Tuple> indices = TRY(index_tuple(thread, now.indices.data(), n));
  Ref<Tuple> cycles = TRY(index_tuple(thread, now.indices.data() + n, self.count));
  Ref<Tuple> state = TRY(Tuple::from(thread, {indices.value(), cycles.value()}));
  return reduced(thread, value, {self.pool.peek(), Value::integer(self.count)}, state.value());
}
Result<void> permutations_setstate(Thread& thread, Value value, Value state) {
  auto& self = self_as<Selection>(value);
  const isize n = self.items().length;
  if (!is<Tuple>(state) || as<Tuple>(state).length != 2 || self.count > n) {
    return raise(thread, types.ValueError, "invalid arguments");
  }
  Moment moment{Progress::Running, std::vector<isize>(static_cast<usize>(n + self.count))};
  isize* cycles = moment.indices.data() + n;
  TRY(read_indices(thread, as<Tuple>(state)[0], n, moment.indices.data(), [&](isize) { return n - 1; }));
  TRY(read_indices(thread, as<Tuple>(state)[1], self.count, cycles, [&](isize i) { return n - i; }));
  for (isize i = 0; i < self.count; ++i) cycles[i] = std::max(cycles[i], isize{1});
  set_moment(self, moment);
  return {};
}
constexpr MethodSpec kPermutationsMethods[] = {def<permutations_reduce>("__reduce__()", kReduceDoc),
                                               def<permutations_setstate>("__setstate__(state, /)", kSetstateDoc)};
const TypeSpec kPermutations =
    selection_spec("itertools.permutations",
                   "Yields all arrangements of r items of the iterable, in the order of their positions.\n\n"
                   "permutations(range(3), 1) --> (0,), (1,), (2,)",
                   kPermutationsMethods, permutations_new, selection_next<permutations_step, pool_item>);

}  // namespace

Result<void> add_combinatorics(Thread& thread, Module& module) {
  for (const TypeSpec* spec : {&kProduct, &kCombinations, &kReplacement, &kPermutations}) {
    TRY(add_type_to_module(thread, module, *spec));
  }
  return {};
}

}  // namespace py::itertools
