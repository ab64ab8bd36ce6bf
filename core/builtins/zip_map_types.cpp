// zip and map: iterators over several iterators in step.
#include "core/builtins/builtin_types.h"
#include "core/builtins/pair_iterators.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/gathered_items.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/quick_next.h"

namespace py {

namespace {

// Both classes: `iterators` never changes. Threads: items of a shared one may go to different threads.
class Zip final : public Object {
 public:
  Field iterators;  // Tuple
  Field last;       // Tuple::recycle
  std::atomic<bool> strict;
  static const ObjectOps kOps;
};
const ObjectOps Zip::kOps = {"zip", visit_fields<Zip, &Zip::iterators, &Zip::last>, release_attributes, fixed_size};

class Map final : public Object {
 public:
  Field function;
  Field iterators;  // Tuple
  static const ObjectOps kOps;
};
const ObjectOps Map::kOps = {"map", visit_fields<Map, &Map::function, &Map::iterators>, release_attributes, fixed_size};

Zip& zip_of(Value self) { return *static_cast<Zip*>(self.object()); }
Map& map_of(Value self) { return *static_cast<Map*>(self.object()); }
Tuple& iterators_of(const Field& field) { return *static_cast<Tuple*>(field.peek().object()); }

Result<Ref<Tuple>> iterate_all(Thread& thread, const Value* iterables, isize count) {
  Ref<List> list = TRY(List::make(thread, count));
  for (isize i = 0; i < count; ++i) {
    Ref<> iterator = TRY(iterate(thread, iterables[i]));
    TRY(list->append(thread, std::move(iterator)));
  }
  return list->to_tuple(thread);
}

// zip

Result<Ref<>> zip_new(Thread& thread, Type& type, const Arguments& arguments) {
  bool strict = false;
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    const Str& name = as<Str>((*arguments.keywords)[i]);
    if (name.equals("strict")) {
      strict = TRY(is_true(thread, arguments[arguments.positional + i]));
    } else if (&type == types.zip || type.slots.init == types.zip->slots.init) {
      return raise(thread, types.TypeError, "'{}' is an invalid keyword argument for zip()", name);
    }
  }
  Ref<Tuple> iterators = TRY(iterate_all(thread, arguments.values, arguments.positional));
  Ref<Zip> self = TRY(new_object<Zip>(thread, type));
  set_fresh(*self, self->iterators, iterators.value());
  self->strict.store(strict, std::memory_order_relaxed);
  return Ref<>(std::move(self));
}

Failure uneven(Thread& thread, isize number, const char* how) {
  return raise(thread, types.ValueError, "zip() argument {} is {} than argument{}{}", number, how,
               number == 2 ? " 1" : "s 1-", number == 2 ? "" : std::to_string(number - 1).c_str());
}

// Iterator `ended` gave nothing: all others must be at their end too.
Result<Ref<>> check_even(Thread& thread, Tuple& iterators, isize ended) {
  if (ended) return uneven(thread, ended + 1, "shorter");
  for (isize i = 1; i < iterators.length; ++i) {
    Ref<> item = TRY(next(thread, iterators[i]));
    if (item.value() != Done) return uneven(thread, i + 1, "longer");
  }
  return Ref<>::adopt(Done);
}

// The usual zip, of two. True: a pair; false: at the end.
Result<bool> step_two(Thread& thread, Zip& self, Tuple& iterators, Value* pair) {
  Ref<> first = TRY(next_quickly(thread, iterators[0]));
  const bool first_ended = first.value() == Done;
  Ref<> second;
  if (!first_ended) second = TRY(next_quickly(thread, iterators[1]));
  if (UNLIKELY(first_ended || second.value() == Done)) {
    if (self.strict.load(std::memory_order_relaxed)) TRY(check_even(thread, iterators, first_ended ? 0 : 1));
    return false;
  }
  pair[0] = first.release();
  pair[1] = second.release();
  return true;
}

Result<Ref<>> zip_pair(Thread& thread, Zip& self, Tuple& iterators) {
  Value pair[2];
  if (!TRY(step_two(thread, self, iterators, pair))) return Ref<>::adopt(Done);
  return Tuple::recycle(thread, self, self.last, pair, 2);
}

Result<Ref<>> zip_next(Thread& thread, Value self) {
  Tuple& iterators = iterators_of(zip_of(self).iterators);
  if (iterators.length == 0) return Ref<>::adopt(Done);
  if (iterators.length == 2) return zip_pair(thread, zip_of(self), iterators);
  GatheredItems items(iterators.length);
  if (!items.allocated()) return raise_memory_error(thread);
  for (isize i = 0; i < iterators.length; ++i) {
    Ref<> item = TRY(next_quickly(thread, iterators[i]));
    if (UNLIKELY(item.value() == Done)) {
      if (zip_of(self).strict.load(std::memory_order_relaxed)) return check_even(thread, iterators, i);
      return item;
    }
    items.add(std::move(item));
  }
  return items.recycle(thread, zip_of(self), zip_of(self).last);
}

Result<Ref<>> zip_reduce(Thread& thread, Value self) {
  Value iterators = zip_of(self).iterators.peek();
  if (zip_of(self).strict.load(std::memory_order_relaxed)) {
    return Tuple::from(thread, {type_of(self).value(), iterators, True});
  }
  return Tuple::from(thread, {type_of(self).value(), iterators});
}
Result<void> zip_setstate(Thread& thread, Value self, Value state) {
  zip_of(self).strict.store(TRY(is_true(thread, state)), std::memory_order_relaxed);
  return {};
}

// map

Result<Ref<>> map_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.keyword_count() && (&type == types.map || type.slots.init == types.map->slots.init)) {
    return raise(thread, types.TypeError, "map() takes no keyword arguments");
  }
  if (arguments.positional < 2) return raise(thread, types.TypeError, "map() must have at least two arguments.");
  Ref<Tuple> iterators = TRY(iterate_all(thread, arguments.values + 1, arguments.positional - 1));
  Ref<Map> self = TRY(new_object<Map>(thread, type));
  set_fresh(*self, self->function, arguments[0]);
  set_fresh(*self, self->iterators, iterators.value());
  return Ref<>(std::move(self));
}

Result<Ref<>> map_next(Thread& thread, Value self) {
  Map& map = map_of(self);
  Tuple& iterators = iterators_of(map.iterators);
  if (LIKELY(iterators.length == 1)) {
    Ref<> item = TRY(next_quickly(thread, iterators[0]));
    if (item.value() == Done) return item;
    return call(thread, map.function.peek(), {item});
  }
  Ref<Tuple> items = TRY(Tuple::allocate(thread, iterators.length));
  for (isize i = 0; i < iterators.length; ++i) {
    Ref<> item = TRY(next_quickly(thread, iterators[i]));
    if (item.value() == Done) return item;
    if (UNLIKELY(items->is_shared())) publish(item.value());
    items->items()[i].initialize(std::move(item));
  }
  return call(thread, map.function.peek(), Arguments{items->values(), static_cast<u32>(items->length)});
}

Result<Ref<>> map_reduce(Thread& thread, Value self) {
  Map& map = map_of(self);
  Tuple& iterators = iterators_of(map.iterators);
  Ref<Tuple> arguments = TRY(Tuple::allocate(thread, iterators.length + 1));
  set_fresh(*arguments, arguments->items()[0], map.function.peek());
  for (isize i = 0; i < iterators.length; ++i) set_fresh(*arguments, arguments->items()[i + 1], iterators[i]);
  return Tuple::from(thread, {type_of(self).value(), arguments.value()});
}

constexpr const char* kReduceDoc = "Return state information for pickling.";
constexpr MethodSpec kZipMethods[] = {
    def<zip_reduce>("__reduce__()", kReduceDoc),
    def<zip_setstate>("__setstate__(state, /)", "Set state information for unpickling."),
};
constexpr MethodSpec kMapMethods[] = {def<map_reduce>("__reduce__()", kReduceDoc)};

}  // namespace

const TypeSpec zip_spec = {
    .name = "zip",
    .doc = "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n"
           "   >>> list(zip('ab', range(5)))\n"
           "   [('a', 0), ('b', 1)]\n\n"
           "The n-th tuple has the n-th item of each iterable. The shortest one ends it, unless `strict` is true: "
           "then it\n"
           "is a ValueError if they are not equally long.",
    .methods = kZipMethods,
    .method_count = std::size(kZipMethods),
    .slots = {.iter = iterate_self, .next = zip_next, .new_ = zip_new},
    .ops = &Zip::kOps,
    .size = sizeof(Zip),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};
const TypeSpec map_spec = {
    .name = "map",
    .doc = "map(func, *iterables) --> map object\n\n"
           "Calls the function with one item of each iterable, until one of them ends; yields the results.",
    .methods = kMapMethods,
    .method_count = std::size(kMapMethods),
    .slots = {.iter = iterate_self, .next = map_next, .new_ = map_new},
    .ops = &Map::kOps,
    .size = sizeof(Map),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

PairStep zip_next_pair(Thread& thread, Value self, Value* pair) {
  Tuple& iterators = iterators_of(zip_of(self).iterators);
  if (iterators.length != 2) return PairStep::NoPairs;
  Result<bool> found = step_two(thread, zip_of(self), iterators, pair);
  if (UNLIKELY(found.failed())) return PairStep::Failed;
  return found.take() ? PairStep::Found : PairStep::Ended;
}

}  // namespace py
