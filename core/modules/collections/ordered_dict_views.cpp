// odict_keys, odict_values, odict_items, and the iterator that all of them share.
#include "core/builtins/dict_views.h"
#include "core/builtins/index_iterator.h"
#include "core/builtins/sequence_operations.h"
#include "core/modules/collections/collections.h"
#include "core/modules/collections/ordered_dict.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/type_system.h"

namespace py {

namespace {

Type* iterator_type;
Type* view_types[3];  // by DictPart

OrderedDict& ordered(Value value) { return *static_cast<OrderedDict*>(value.object()); }

// Threads: a shared one moves under its lock.
class OrderedIterator final : public Object {
 public:
  Field dict;  // None at the end
  Field pair;  // Tuple::recycle
  std::atomic<isize> position;
  std::atomic<isize> expected;  // the length of the dict at the start; -1 after a failure
  std::atomic<isize> left;
  u32 changes;  // of the dict at the start
  DictPart part;
  OrderedWalk walk;
  u64 reserved;
  static const ObjectOps kOps;
};
const ObjectOps OrderedIterator::kOps = {"odict_iterator",
                                         visit_fields<OrderedIterator, &OrderedIterator::dict, &OrderedIterator::pair>,
                                         nullptr, fixed_size};
OrderedIterator& iterator_of(Value self) { return *static_cast<OrderedIterator*>(self.object()); }

// False at the end.
bool step(OrderedIterator& iterator, const Dict& dict, Value& key, Value& value) {
  ObjectLock lock(iterator);
  isize position = iterator.position.load(std::memory_order_relaxed);
  const bool found = iterator.walk == OrderedWalk::Forward ? dict.next_entry(position, key, value)
                                                           : dict.previous_entry(position, key, value);
  iterator.position.store(position, std::memory_order_relaxed);
  iterator.left.store(found ? iterator.left.load(std::memory_order_relaxed) - 1 : 0, std::memory_order_relaxed);
  return found;
}

// A value is asked for by its key, as Python programs can tell: the hash of a key may have changed.
Result<Ref<>> value_of(Thread& thread, OrderedDict& dict, Value key, Value value) {
  if (LIKELY(is_exact<Str>(key) || key.is_int())) return Ref<>::share(value);
  Ref<> found = Ref<>::share(TRY(dict.look_up(thread, key)));
  if (found.is_empty()) return raise_key_error(thread, key);
  return found;
}

Result<Ref<>> iterator_next(Thread& thread, Value self) {
  OrderedIterator& iterator = iterator_of(self);
  Ref<> target = iterator.dict.load();
  if (target.value().is_none()) return Ref<>::adopt(Done);
  OrderedDict& dict = ordered(target);
  Value key, value;
  if (iterator.left.load(std::memory_order_relaxed) <= 0) {
    iterator.dict.store(iterator, None);
    return Ref<>::adopt(Done);
  }
  if (dict.changes.load(std::memory_order_acquire) != iterator.changes) {
    iterator.dict.store(iterator, None);
    return raise(thread, types.RuntimeError, "OrderedDict mutated during iteration");
  }
  if (dict.length() != iterator.expected.load(std::memory_order_relaxed)) {
    iterator.expected.store(-1, std::memory_order_relaxed);
    return raise(thread, types.RuntimeError, "OrderedDict changed size during iteration");
  }
  if (!step(iterator, dict, key, value)) {
    iterator.dict.store(iterator, None);
    return Ref<>::adopt(Done);
  }
  Ref<> kept_key = Ref<>::share(key);
  if (iterator.part == DictPart::Keys) return kept_key;
  Ref<> kept_value = TRY(value_of(thread, dict, kept_key, value));
  if (iterator.part == DictPart::Values) return kept_value;
  Value pair[] = {kept_key.release(), kept_value.release()};
  return Tuple::recycle(thread, iterator, iterator.pair, pair, 2);
}

// iter(a list of what is left); the iterator itself does not move.
Result<Ref<>> iterator_reduce(Thread& thread, Value self) {
  OrderedIterator& iterator = iterator_of(self);
  Ref<> iter = TRY(builtin_named(thread, "iter"));
  Ref<List> items = TRY(List::make(thread));
  Ref<> target = iterator.dict.load();
  if (!target.value().is_none()) {
    Ref<> rest = TRY(make_ordered_iterator(thread, ordered(target), iterator.part, iterator.walk));
    OrderedIterator& copy = iterator_of(rest);
    copy.position.store(iterator.position.load(std::memory_order_relaxed), std::memory_order_relaxed);
    copy.expected.store(iterator.expected.load(std::memory_order_relaxed), std::memory_order_relaxed);
    copy.left.store(iterator.left.load(std::memory_order_relaxed), std::memory_order_relaxed);
    copy.changes = iterator.changes;
    TRY(items->extend(thread, rest));
  }
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {items.value()}));
  return Tuple::from(thread, {iter, arguments.value()});
}

OrderedDict& target_of(Value view) {
  return static_cast<OrderedDict&>(static_cast<DictView*>(view.object())->target());
}

template <DictPart part>
Result<Ref<>> view_iter(Thread& thread, Value self) {
  return make_ordered_iterator(thread, target_of(self), part, OrderedWalk::Forward);
}
template <DictPart part>
Result<Ref<>> view_reversed(Thread& thread, Value self) {
  return make_ordered_iterator(thread, target_of(self), part, OrderedWalk::Backward);
}
Result<bool> keys_contains(Thread& thread, Value self, Value key) {
  return !TRY(target_of(self).look_up(thread, key)).is_empty();
}
Result<bool> items_contains(Thread& thread, Value self, Value item) {
  if (!is<Tuple>(item) || as<Tuple>(item).length != 2) return false;
  Ref<> value = Ref<>::share(TRY(target_of(self).look_up(thread, as<Tuple>(item)[0])));
  return !value.is_empty() && TRY(equal(thread, value, as<Tuple>(item)[1]));
}

constexpr MethodSpec kIteratorMethods[] = {
    def<iterator_reduce>("__reduce__()", "Return state information for pickling")};
const TypeSpec kIterator = {
    .name = "odict_iterator",
    .doc = nullptr,
    .methods = kIteratorMethods,
    .method_count = std::size(kIteratorMethods),
    .slots = {.iter = iterate_self, .next = iterator_next},
    .ops = &OrderedIterator::kOps,
    .size = sizeof(OrderedIterator),
};

template <DictPart part>
constexpr MethodSpec kViewMethods[] = {
    def<view_reversed<part>>("__reversed__()", "An iterator from the last to the first.")};

TypeSpec view_spec(const char* name, const MethodSpec* methods, UnarySlot iter, ContainsSlot contains_slot) {
  return {.name = name,
          .doc = nullptr,
          .methods = methods,
          .method_count = 1,
          .slots = {.iter = iter, .contains = contains_slot}};
}
const TypeSpec kKeys = view_spec("odict_keys", kViewMethods<DictPart::Keys>, view_iter<DictPart::Keys>, keys_contains);
const TypeSpec kValues =
    view_spec("odict_values", kViewMethods<DictPart::Values>, view_iter<DictPart::Values>, nullptr);
const TypeSpec kItems =
    view_spec("odict_items", kViewMethods<DictPart::Pairs>, view_iter<DictPart::Pairs>, items_contains);

Type* make_type(Thread& thread, const TypeSpec& spec, Type* base = nullptr) {
  Type& type = make_builtin_type(thread, spec, base);
  finish_builtin_type(thread, type);
  return &type;
}

}  // namespace

void make_ordered_view_types(Thread& thread) {
  iterator_type = make_type(thread, kIterator);
  view_types[static_cast<u8>(DictPart::Keys)] = make_type(thread, kKeys, types.dict_keys);
  view_types[static_cast<u8>(DictPart::Values)] = make_type(thread, kValues, types.dict_values);
  view_types[static_cast<u8>(DictPart::Pairs)] = make_type(thread, kItems, types.dict_items);
}

Result<Ref<>> make_ordered_view(Thread& thread, OrderedDict& dict, DictPart part) {
  return make_dict_view(thread, *view_types[static_cast<u8>(part)], dict.value());
}

Failure raise_lost_key(Thread& thread) {
  return raise(thread, types.KeyError, "a key was removed by a method of dict");
}

Result<Ref<>> make_ordered_iterator(Thread& thread, OrderedDict& dict, DictPart part, OrderedWalk walk) {
  if (part != DictPart::Keys && dict.has_lost_keys()) return raise_lost_key(thread);
  Ref<OrderedIterator> iterator = TRY(new_object<OrderedIterator>(thread, *iterator_type));
  set_fresh(*iterator, iterator->dict, dict.value());
  iterator->changes = dict.changes.load(std::memory_order_acquire);
  const isize length = dict.length();
  const auto end = walk == OrderedWalk::Backward ? OrderedDict::End::Last : OrderedDict::End::First;
  iterator->position.store(dict.start_position(end), std::memory_order_relaxed);
  iterator->expected.store(length, std::memory_order_relaxed);
  iterator->left.store(length, std::memory_order_relaxed);
  iterator->part = part;
  iterator->walk = walk;
  return Ref<>(std::move(iterator));
}

}  // namespace py
