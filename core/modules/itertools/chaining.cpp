// chain, zip_longest and pairwise.
#include "core/builtins/sequence_operations.h"
#include "core/modules/itertools/itertools.h"
#include "core/object/gathered_items.h"
#include "core/object/quick_next.h"

namespace py::itertools {

namespace {

// chain

class Chain final : public Object {
 public:
  Field source;  // iterator over iterables; None at the end
  Field active;  // iterator over the current one, or None
  static const ObjectOps kOps;
};
const ObjectOps Chain::kOps = {"itertools.chain", visit_fields<Chain, &Chain::source, &Chain::active>, release_attributes,
                               fixed_size};
extern const TypeSpec kChain;

Result<Ref<>> make_chain(Thread& thread, Type& type, Value iterables) {
  Ref<> source = TRY(iterate(thread, iterables));
  Ref<Chain> self = TRY(new_object<Chain>(thread, type));
  set_fresh(*self, self->source, std::move(source));
  set_fresh(*self, self->active, None);
  return Ref<>(std::move(self));
}
Result<Ref<>> chain_new(Thread& thread, Type& type, const Arguments& given) {
  const Arguments arguments = new_arguments(type, kChain, given);
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "chain() takes no keyword arguments");
  Ref<Tuple> iterables = TRY(Tuple::from(thread, arguments.values, arguments.positional));
  return make_chain(thread, type, iterables.value());
}
Result<Ref<>> from_iterable(Thread& thread, Type& type, Value iterables) { return make_chain(thread, type, iterables); }

Result<Ref<>> chain_next(Thread& thread, Value value) {
  auto& self = self_as<Chain>(value);
  if (LIKELY(!self.is_shared())) {
    const Value quick = quick_next(self.active.peek());
    if (LIKELY(!quick.is_empty())) return Ref<>::adopt(quick);
  }
  for (;;) {
    Ref<> source = self.source.load();
    if (source.value().is_none()) return done();
    Ref<> active = self.active.load();
    if (active.value().is_none()) {
      Result<Ref<>> found = next(thread, source);
      Ref<> iterable = found.failed() ? Ref<>() : found.take();
      Result<Ref<>> iterator = failure;
      if (!iterable.is_empty() && iterable.value() != Done) iterator = iterate(thread, iterable);
      if (iterator.failed()) {
        self.source.store(self, None);  // an error ends the chain too
        if (iterable.value() == Done) return iterable;
        return failure;
      }
      active = iterator.take();
      self.active.store(self, active.value());
    }
    Ref<> item = TRY(next_quickly(thread, active.value()));
    if (item.value() != Done) return item;
    self.active.store(self, None);
  }
}
Result<Ref<>> chain_reduce(Thread& thread, Value value) {
  auto& self = self_as<Chain>(value);
  Ref<> source = self.source.load();
  Ref<> active = self.active.load();
  if (source.value().is_none()) return reduced(thread, value, {});
  Ref<Tuple> state = active.value().is_none() ? TRY(Tuple::from(thread, {source})) : TRY(Tuple::from(thread, {source, active}));
  return reduced(thread, value, {}, state.value());
}
Result<void> chain_setstate(Thread& thread, Value value, Value state) {
  auto& self = self_as<Chain>(value);
  if (!is<Tuple>(state)) return raise(thread, types.TypeError, "state is not a tuple");
  Tuple& parts = as<Tuple>(state);
  if (parts.length < 1 || parts.length > 2) {
    return raise(thread, types.TypeError, "function takes at {} 1 argument ({} given)", parts.length < 1 ? "least" : "most",
                 parts.length);
  }
  for (isize i = 0; i < parts.length; ++i) {
    if (!type_of(parts[i]).slots.next) return raise(thread, types.TypeError, "Arguments must be iterators.");
  }
  self.source.store(self, parts[0]);
  self.active.store(self, parts.length == 2 ? parts[1] : None);
  return {};
}
constexpr MethodSpec kChainMethods[] = {
    class_method<from_iterable>("from_iterable(iterable, /)",
                                "The same as chain(), for iterables that come from an iterable themselves."),
    def<chain_reduce>("__reduce__()", kReduceDoc),
    def<chain_setstate>("__setstate__(state, /)", kSetstateDoc),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};
const TypeSpec kChain = {
    .name = "itertools.chain",
    .doc = "chain(*iterables) --> chain object\n\n"
           "Yields all items of the first iterable, then those of the second, and so on.",
    .methods = kChainMethods,
    .method_count = std::size(kChainMethods),
    .slots = {.iter = iterate_self, .next = chain_next, .new_ = chain_new},
    .ops = &Chain::kOps,
    .size = sizeof(Chain),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

// zip_longest

class ZipLongest final : public Object {
 public:
  Field iterators;  // List; an exhausted iterator is replaced by None
  Field fill;
  Field last;  // the tuple that is used again; see Tuple::recycle
  static const ObjectOps kOps;
};
const ObjectOps ZipLongest::kOps = {
    "itertools.zip_longest", visit_fields<ZipLongest, &ZipLongest::iterators, &ZipLongest::fill, &ZipLongest::last>,
    release_attributes, fixed_size};

Result<Ref<>> zip_longest_new(Thread& thread, Type& type, const Arguments& arguments) {
  Value fill = None;
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    if (!as<Str>((*arguments.keywords)[i]).equals("fillvalue")) {
      return raise(thread, types.TypeError, "zip_longest() got an unexpected keyword argument");
    }
    fill = arguments[arguments.positional + i];
  }
  Ref<List> iterators = TRY(List::make(thread, arguments.positional));
  for (u32 i = 0; i < arguments.positional; ++i) TRY(iterators->append(thread, TRY(iterate(thread, arguments[i]))));
  Ref<ZipLongest> self = TRY(new_object<ZipLongest>(thread, type));
  set_fresh(*self, self->iterators, iterators.value());
  set_fresh(*self, self->fill, fill);
  return Ref<>(std::move(self));
}
// Steps the iterator that the list holds at `index`.
INLINE Result<Ref<>> next_of_item(Thread& thread, const List& iterators, isize index) {
  const Value iterator = iterators.peek(index);
  const Value quick = quick_next(iterator);
  if (LIKELY(!quick.is_empty())) return Ref<>::adopt(quick);
  const Ref<> kept = Ref<>::share(iterator);
  if (UNLIKELY(kept.value().is_none())) return done();
  return next_by_slot(thread, kept);
}
Result<Ref<>> zip_longest_next(Thread& thread, Value value) {
  auto& self = self_as<ZipLongest>(value);
  List& iterators = as<List>(self.iterators.peek());
  const isize count = iterators.length();
  GatheredItems items(count);
  if (!items.allocated()) return raise_memory_error(thread);
  bool any = false;
  for (isize i = 0; i < count; ++i) {
    Ref<> item = done();
    if (!iterators.peek(i).is_none()) {
      Result<Ref<>> found = next_of_item(thread, iterators, i);
      if (found.failed()) {
        for (isize j = 0; j < count; ++j) iterators.set(j, None);
        return failure;
      }
      item = found.take();
      if (item.value() == Done) iterators.set(i, None);
    }
    const bool ended = item.value() == Done;
    any |= !ended;
    items.add(ended ? self.fill.load() : std::move(item));
  }
  if (!any) return done();
  return items.recycle(thread, self, self.last);
}
Result<Ref<>> zip_longest_reduce(Thread& thread, Value value) {
  auto& self = self_as<ZipLongest>(value);
  Ref<List> iterators = TRY(as<List>(self.iterators.peek()).copy(thread, 0, PTRDIFF_MAX));
  for (isize i = 0; i < iterators->length(); ++i) {
    if (iterators->peek(i).is_none()) iterators->set(i, Tuple::empty().value());
  }
  Ref<Tuple> arguments = TRY(iterators->to_tuple(thread));
  return Tuple::from(thread, {type_of(value).value(), arguments.value(), self.fill.peek()});
}
Result<void> zip_longest_setstate(Thread&, Value value, Value state) {
  auto& self = self_as<ZipLongest>(value);
  self.fill.store(self, state);
  return {};
}
constexpr MethodSpec kZipLongestMethods[] = {def<zip_longest_reduce>("__reduce__()", kReduceDoc),
                                             def<zip_longest_setstate>("__setstate__(state, /)", kSetstateDoc)};
const TypeSpec kZipLongest = {
    .name = "itertools.zip_longest",
    .doc = "zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\n"
           "Like zip(), but goes on to the end of the longest iterable; fillvalue stands in for the items that the "
           "others\n"
           "do not have any more.",
    .methods = kZipLongestMethods,
    .method_count = std::size(kZipLongestMethods),
    .slots = {.iter = iterate_self, .next = zip_longest_next, .new_ = zip_longest_new},
    .ops = &ZipLongest::kOps,
    .size = sizeof(ZipLongest),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

// pairwise

class Pairwise final : public Object {
 public:
  Field iterator;  // None at the end
  Field old;       // Empty before the first item
  Field last;      // Tuple::recycle
  static const ObjectOps kOps;
};
const ObjectOps Pairwise::kOps = {"itertools.pairwise", visit_fields<Pairwise, &Pairwise::iterator, &Pairwise::old, &Pairwise::last>,
                                  release_attributes, fixed_size};
extern const TypeSpec kPairwise;

Result<Ref<>> pairwise_new(Thread& thread, Type& type, const Arguments& given) {
  const Arguments arguments = new_arguments(type, kPairwise, given);
  BIND_ARGUMENTS(bound, "pairwise(iterable, /)", arguments);
  Ref<> iterator = TRY(iterate(thread, bound[0]));
  Ref<Pairwise> self = TRY(new_object<Pairwise>(thread, type));
  set_fresh(*self, self->iterator, std::move(iterator));
  return Ref<>(std::move(self));
}
Result<Ref<>> pairwise_end(Pairwise& self) {
  self.iterator.store(self, None);
  self.old.store(self, Empty);
  self.last.store(self, Empty);
  return done();
}
Result<Ref<>> pairwise_next(Thread& thread, Value value) {
  auto& self = self_as<Pairwise>(value);
  if (self.iterator.peek().is_none()) return done();
  Ref<> old = self.old.load();
  if (old.is_empty()) {
    Result<Ref<>> first = next_quickly(thread, self.iterator);
    if (first.failed()) {
      (void)pairwise_end(self);
      return failure;
    }
    old = first.take();
    if (old.value() == Done) return pairwise_end(self);
    self.old.store(self, old.value());
    if (self.iterator.peek().is_none()) return pairwise_end(self);
  }
  Result<Ref<>> found = next_quickly(thread, self.iterator);
  if (found.failed()) {
    (void)pairwise_end(self);
    return failure;
  }
  Ref<> item = found.take();
  if (item.value() == Done) return pairwise_end(self);
  self.old.store(self, item.value());
  Value pair[] = {old.release(), item.release()};
  return Tuple::recycle(thread, self, self.last, pair, 2);
}
const TypeSpec kPairwise = {
    .name = "itertools.pairwise",
    .doc = "Yields each item together with the one after it.\n\n"
           "    s -> (s0,s1), (s1,s2), (s2, s3), ...",
    .slots = {.iter = iterate_self, .next = pairwise_next, .new_ = pairwise_new},
    .ops = &Pairwise::kOps,
    .size = sizeof(Pairwise),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_chaining(Thread& thread, Module& module) {
  for (const TypeSpec* spec : {&kChain, &kZipLongest, &kPairwise}) TRY(add_type_to_module(thread, module, *spec));
  return {};
}

}  // namespace py::itertools
