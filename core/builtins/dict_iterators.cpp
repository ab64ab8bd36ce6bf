// The six iterators of dicts: keys, values, items, each forwards and backwards.
#include "core/builtins/builtin_types.h"
#include "core/builtins/dict_views.h"
#include "core/builtins/sequence_operations.h"
#include "core/builtins/pair_iterators.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py {

namespace {

// Threads: a shared one moves under its lock, so that each entry is given out once; `expected` notices changes of size.
class DictIterator final : public Object {
 public:
  Field dict;  // None at the end
  Field last;  // Tuple::recycle, for items
  std::atomic<isize> position;
  std::atomic<isize> expected;  // the length of the dict at the start; -1 after a failure
  std::atomic<isize> left;
  static const ObjectOps kOps;
};
const ObjectOps DictIterator::kOps = {"dict_iterator", visit_fields<DictIterator, &DictIterator::dict, &DictIterator::last>, nullptr, fixed_size};

DictIterator& iterator_of(Value self) { return *static_cast<DictIterator*>(self.object()); }

enum class Order : u8 { Forward, Backward };

enum class Step : u8 { Found, AtEnd, KeysChanged };

// Moves to the next entry. More of them than there were at the start are a sign of changed keys.
INLINE Step step_forward(DictIterator& iterator, const Dict& dict, Value& key, Value& value) {
  DictBlock* block = dict.block.load(std::memory_order_acquire);
  isize position = iterator.position.load(std::memory_order_relaxed);
  const isize count = block ? block->count.load(std::memory_order_acquire) : 0;
  for (; position < count; ++position) {
    DictEntry& entry = block->entries()[position];
    key = entry.key.peek();
    value = entry.value.peek();
    if (UNLIKELY(key.is_empty() || value.is_empty())) continue;
    iterator.position.store(position + 1, std::memory_order_relaxed);
    const isize left = iterator.left.load(std::memory_order_relaxed);
    iterator.left.store(left - 1, std::memory_order_relaxed);
    return LIKELY(left > 0) ? Step::Found : Step::KeysChanged;
  }
  iterator.position.store(position, std::memory_order_relaxed);
  return Step::AtEnd;
}
Step step(DictIterator& iterator, const Dict& dict, Order order, Value& key, Value& value) {
  if (LIKELY(order == Order::Forward && !iterator.is_shared())) return step_forward(iterator, dict, key, value);
  ObjectLock lock(iterator);
  isize position = iterator.position.load(std::memory_order_relaxed);
  const bool found = order == Order::Forward ? dict.next_entry(position, key, value)
                                             : dict.previous_entry(position, key, value);
  iterator.position.store(position, std::memory_order_relaxed);
  if (!found) return Step::AtEnd;
  const isize left = iterator.left.load(std::memory_order_relaxed);
  iterator.left.store(left - 1, std::memory_order_relaxed);
  return LIKELY(left > 0) ? Step::Found : Step::KeysChanged;
}

// The next entry, borrowed.
INLINE PairStep next_entry(Thread& thread, DictIterator& iterator, Order order, Value& key, Value& value) {
  const Value target = iterator.dict.peek();
  if (UNLIKELY(target.is_none())) return PairStep::Ended;
  const Dict& dict = *static_cast<Dict*>(target.object());
  if (UNLIKELY(dict.length() != iterator.expected.load(std::memory_order_relaxed))) {
    iterator.expected.store(-1, std::memory_order_relaxed);
    (void)raise(thread, types.RuntimeError, "dictionary changed size during iteration");
    return PairStep::Failed;
  }
  const Step outcome = step(iterator, dict, order, key, value);
  if (LIKELY(outcome == Step::Found)) return PairStep::Found;
  iterator.dict.store(iterator, None);
  if (outcome == Step::AtEnd) return PairStep::Ended;
  (void)raise(thread, types.RuntimeError, "dictionary keys changed during iteration");
  return PairStep::Failed;
}

template <DictPart part, Order order>
Result<Ref<>> dict_iterator_next(Thread& thread, Value self) {
  DictIterator& iterator = iterator_of(self);
  Value key, value;
  const PairStep outcome = next_entry(thread, iterator, order, key, value);
  if (UNLIKELY(outcome == PairStep::Failed)) return failure;
  if (UNLIKELY(outcome == PairStep::Ended)) return Ref<>::adopt(Done);
  if constexpr (part == DictPart::Keys) return Ref<>::share(key);
  if constexpr (part == DictPart::Values) return Ref<>::share(value);
  Value pair[] = {Ref<>::share(key).release(), Ref<>::share(value).release()};
  return Tuple::recycle(thread, iterator, iterator.last, pair, 2);
}

Result<isize> length_hint(Thread&, Value self) {
  DictIterator& iterator = iterator_of(self);
  const Value target = iterator.dict.peek();
  if (target.is_none()) return isize{0};
  const isize expected = iterator.expected.load(std::memory_order_relaxed);
  const isize left = iterator.left.load(std::memory_order_relaxed);
  return static_cast<Dict*>(target.object())->length() == expected && left > 0 ? left : 0;
}

// iter(the items that are left); the iterator itself does not move.
template <DictPart part, Order order>
Result<Ref<>> dict_iterator_reduce(Thread& thread, Value self) {
  DictIterator& iterator = iterator_of(self);
  Ref<> iter = TRY(builtin_named(thread, "iter"));
  Ref<List> items = TRY(List::make(thread));
  Ref<> target = iterator.dict.load();
  if (!target.value().is_none()) {
    Ref<DictIterator> copy = TRY(new_object<DictIterator>(thread, type_of(self)));
    set_fresh(*copy, copy->dict, target.value());
    copy->position.store(iterator.position.load(std::memory_order_relaxed), std::memory_order_relaxed);
    copy->expected.store(iterator.expected.load(std::memory_order_relaxed), std::memory_order_relaxed);
    copy->left.store(iterator.left.load(std::memory_order_relaxed), std::memory_order_relaxed);
    TRY(items->extend(thread, copy.value()));
  }
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {items.value()}));
  return Tuple::from(thread, {iter, arguments.value()});
}

template <DictPart part, Order order>
constexpr MethodSpec kRows[] = {
    def<length_hint>("__length_hint__()", "About how many items are left."),
    def<dict_iterator_reduce<part, order>>("__reduce__()", "Return state information for pickling."),
};

template <DictPart part, Order order>
TypeSpec iterator_spec(const char* name) {
  return {.name = name,
          .doc = nullptr,
          .methods = kRows<part, order>,
          .method_count = std::size(kRows<part, order>),
          .slots = {.iter = iterate_self, .next = dict_iterator_next<part, order>},
          .ops = &DictIterator::kOps,
          .size = sizeof(DictIterator)};
}

}  // namespace

const TypeSpec dict_key_iterator_spec = iterator_spec<DictPart::Keys, Order::Forward>("dict_keyiterator");
const TypeSpec dict_value_iterator_spec = iterator_spec<DictPart::Values, Order::Forward>("dict_valueiterator");
const TypeSpec dict_item_iterator_spec = iterator_spec<DictPart::Pairs, Order::Forward>("dict_itemiterator");
const TypeSpec dict_reverse_key_iterator_spec = iterator_spec<DictPart::Keys, Order::Backward>("dict_reversekeyiterator");
const TypeSpec dict_reverse_value_iterator_spec =
    iterator_spec<DictPart::Values, Order::Backward>("dict_reversevalueiterator");
const TypeSpec dict_reverse_item_iterator_spec = iterator_spec<DictPart::Pairs, Order::Backward>("dict_reverseitemiterator");

PairStep dict_items_next_pair(Thread& thread, Value self, Value* pair) {
  const PairStep outcome = next_entry(thread, iterator_of(self), Order::Forward, pair[0], pair[1]);
  if (LIKELY(outcome == PairStep::Found)) {
    incref(pair[0]);
    incref(pair[1]);
  }
  return outcome;
}

Result<Ref<>> make_dict_iterator(Thread& thread, Type& type, Dict& dict) {
  const bool backward = &type == types.dict_reverse_key_iterator || &type == types.dict_reverse_value_iterator ||
                        &type == types.dict_reverse_item_iterator;
  Ref<DictIterator> iterator = TRY(new_object<DictIterator>(thread, type));
  set_fresh(*iterator, iterator->dict, dict.value());
  const isize length = dict.length();
  iterator->position.store(backward ? PTRDIFF_MAX : 0, std::memory_order_relaxed);
  iterator->expected.store(length, std::memory_order_relaxed);
  iterator->left.store(length, std::memory_order_relaxed);
  return Ref<>(std::move(iterator));
}

}  // namespace py
