// collections.deque as Python sees it.
#include "core/builtins/sequence_operations.h"
#include "core/modules/collections/collections.h"
#include "core/modules/collections/deque.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/quick_next.h"
#include "core/object/repr_guard.h"
#include "memory/buffer.h"

namespace py {

namespace {

Type* deque_type;
bool is_deque(Value value) { return value.is_object() && layout_extends(type_of(value), *deque_type); }
Deque& deque_of(Value self) { return *static_cast<Deque*>(self.object()); }

// Construction

Result<Ref<Deque>> make_deque(Thread& thread, Type& type, isize maxlen) {
  Ref<Deque> deque = TRY(new_object<Deque>(thread, type));
  deque->ring = nullptr;
  deque->capacity = deque->head = deque->size = 0;
  deque->maxlen = maxlen;
  deque->changes = 0;
  return deque;
}
Result<Ref<>> deque_new(Thread& thread, Type& type, const Arguments&) { return make_deque(thread, type, -1); }

// What extending a deque does that keeps nothing.
Result<void> exhaust(Thread& thread, Value iterable) {
  Ref<> iterator = TRY(iterate(thread, iterable));
  while (TRY(next_quickly(thread, iterator.value())).value() != Done) {
  }
  return {};
}
Result<void> deque_extend(Thread& thread, Value self, Value iterable) {
  Deque& deque = deque_of(self);
  if (deque.bound() == 0) return exhaust(thread, iterable);
  Ref<> source = Ref<>::share(iterable);
  if (self == iterable) source = Ref<>(TRY(deque.to_tuple(thread)));
  return for_each(thread, source, [&](Value item) { return deque.append(thread, item); });
}
Result<void> deque_extendleft(Thread& thread, Value self, Value iterable) {
  Deque& deque = deque_of(self);
  Ref<> source = Ref<>::share(iterable);
  if (self == iterable) source = Ref<>(TRY(deque.to_tuple(thread)));
  return for_each(thread, source, [&](Value item) { return deque.append_left(thread, item); });
}
Result<void> deque_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "deque(iterable=<unrepresentable>, maxlen=None)", arguments);
  isize maxlen = -1;
  if (!bound[1].is_none()) {
    if (!is_integer(bound[1])) return raise(thread, types.TypeError, "an integer is required");
    maxlen = TRY(to_isize(thread, bound[1]));
    if (maxlen < 0) return raise(thread, types.ValueError, "maxlen must be non-negative");
  }
  Deque& deque = deque_of(self);
  deque.restart(maxlen);
  if (bound[0] == Unbound) return {};
  return deque_extend(thread, self, bound[0]);
}

Result<Ref<>> deque_copy(Thread& thread, Value self) {
  Deque& deque = deque_of(self);
  Ref<Tuple> items = TRY(deque.to_tuple(thread));
  const isize maxlen = deque.bound();
  if (&type_of(self) == deque_type) {
    Ref<Deque> copy = TRY(make_deque(thread, *deque_type, maxlen));
    for (isize i = 0; i < items->length; ++i) TRY(copy->append(thread, (*items)[i]));
    return Ref<>(std::move(copy));
  }
  Ref<> copy = maxlen < 0 ? TRY(call(thread, type_of(self).value(), {self}))
                          : TRY(call(thread, type_of(self).value(), {self, Value::integer(maxlen)}));
  if (!is_deque(copy)) {
    return raise(thread, types.TypeError, "{}() must return a deque, not {}", type_of(self), type_of(copy));
  }
  return copy;
}

// Methods

Result<void> deque_append(Thread& thread, Value self, Value item) { return deque_of(self).append(thread, item); }
Result<void> deque_appendleft(Thread& thread, Value self, Value item) { return deque_of(self).append_left(thread, item); }
Result<Ref<>> deque_pop(Thread& thread, Value self) { return deque_of(self).pop(thread); }
Result<Ref<>> deque_popleft(Thread& thread, Value self) { return deque_of(self).pop_left(thread); }
Result<void> deque_clear(Thread&, Value self) {
  deque_of(self).clear();
  return {};
}
Result<void> deque_rotate(Thread&, Value self, isize n) {
  deque_of(self).rotate(n);
  return {};
}
Result<void> deque_reverse(Thread&, Value self) {
  deque_of(self).reverse();
  return {};
}
Result<void> deque_insert(Thread& thread, Value self, isize index, Value item) {
  return deque_of(self).insert(thread, index, item);
}

Failure mutated(Thread& thread) { return raise(thread, types.RuntimeError, "deque mutated during iteration"); }

// The index of an equal item in [start, stop), or -1.
Result<isize> find(Thread& thread, Deque& deque, Value value, isize start, isize stop) {
  const u64 version = deque.version();
  for (isize i = start; i < stop; ++i) {
    Ref<> item = deque.item(i);
    if (item.is_empty()) return isize{-1};
    const bool same = TRY(equal(thread, item, value));
    if (same) return i;
    if (deque.version() != version) return mutated(thread);
  }
  return isize{-1};
}
Result<isize> deque_count(Thread& thread, Value self, Value value) {
  Deque& deque = deque_of(self);
  const u64 version = deque.version();
  isize count = 0;
  for (isize i = 0;; ++i) {
    Ref<> item = deque.item(i);
    if (item.is_empty()) return count;
    count += TRY(equal(thread, item, value));
    if (deque.version() != version) return mutated(thread);
  }
}
Result<isize> deque_index(Thread& thread, Value self, Value value, Value start, Value stop) {
  Deque& deque = deque_of(self);
  const isize low = position_from(TRY(search_bound(thread, start, 0)), deque.length());
  const isize high = position_from(TRY(search_bound(thread, stop, PTRDIFF_MAX)), deque.length());
  const isize found = TRY(find(thread, deque, value, low, high));
  if (found < 0) return raise(thread, types.ValueError, "{!r} is not in deque", value);
  return found;
}
Result<void> deque_remove(Thread& thread, Value self, Value value) {
  Deque& deque = deque_of(self);
  const isize length = deque.length();
  for (isize i = 0; i < length; ++i) {
    Ref<> item = deque.item(i);
    const bool same = !item.is_empty() && TRY(equal(thread, item, value));
    if (deque.length() != length) return raise(thread, types.IndexError, "deque mutated during remove().");
    if (same && deque.remove(i, item)) return {};
  }
  return raise(thread, types.ValueError, "deque.remove(x): x not in deque");
}

Result<Ref<>> deque_reduce(Thread& thread, Value self) {
  Deque& deque = deque_of(self);
  Ref<> state = TRY(call_method(thread, self, names::__getstate__()));
  Ref<> iterator = TRY(iterate(thread, self));
  const isize maxlen = deque.bound();
  Ref<Tuple> arguments = maxlen < 0 ? TRY(Tuple::allocate(thread, 0))
                                    : TRY(Tuple::from(thread, {Tuple::empty().value(), Value::integer(maxlen)}));
  return Tuple::from(thread, {type_of(self).value(), arguments.value(), state, iterator});
}
Result<isize> deque_sizeof(Thread&, Value self) {
  Deque& deque = deque_of(self);
  ObjectLock lock(deque);
  return static_cast<isize>(type_of(self).allocation_size()) + 8 * deque.capacity;
}
Result<Ref<>> get_maxlen(Thread& thread, Value self) {
  const isize maxlen = deque_of(self).bound();
  if (maxlen < 0) return Ref<>::adopt(None);
  return make_int(thread, maxlen);
}

// Slots

Result<Ref<>> deque_repr(Thread& thread, Value self) {
  Deque& deque = deque_of(self);
  ReprGuard guard(deque);
  if (guard.is_recursive()) return ascii_text(thread, "[...]");
  Ref<Tuple> items = TRY(deque.to_tuple(thread));
  Ref<List> list = TRY(List::from(thread, items->values(), items->length));
  Ref<Str> shown = TRY(repr(thread, list.value()));
  const isize maxlen = deque.bound();
  if (maxlen < 0) return format_str(thread, "{}({})", type_of(self).name_str(), *shown);
  return format_str(thread, "{}({}, maxlen={})", type_of(self).name_str(), *shown, maxlen);
}
Result<Ref<>> deque_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_deque(left) || !is_deque(right)) return Ref<>::adopt(NotImplemented);
  Ref<Tuple> mine = TRY(deque_of(left).to_tuple(thread));
  Ref<Tuple> theirs = TRY(deque_of(right).to_tuple(thread));
  return compare_sequences(thread, *mine, *theirs, op);
}
Result<isize> deque_length(Thread&, Value self) { return deque_of(self).length(); }
Result<bool> deque_contains(Thread& thread, Value self, Value item) {
  return TRY(find(thread, deque_of(self), item, 0, PTRDIFF_MAX)) >= 0;
}
Result<isize> checked_index(Thread& thread, Deque& deque, Value key) {
  if (!type_of(key).slots.index) {
    return raise(thread, types.TypeError, "sequence index must be integer, not '{}'", type_of(key));
  }
  const isize index = TRY(item_index(thread, key));
  return index < 0 ? index + deque.length() : index;
}
Result<Ref<>> deque_get_item(Thread& thread, Value self, Value key) {
  Deque& deque = deque_of(self);
  Ref<> item = deque.item(TRY(checked_index(thread, deque, key)));
  if (item.is_empty()) return raise(thread, types.IndexError, "deque index out of range");
  return item;
}
Result<void> deque_set_item(Thread& thread, Value self, Value key, Value value) {
  Deque& deque = deque_of(self);
  const isize index = TRY(checked_index(thread, deque, key));
  if (value != Unbound) return deque.replace(thread, index, value);
  if (deque.remove(index, Empty)) return {};
  return raise(thread, types.IndexError, "deque index out of range");
}
Result<Ref<>> deque_add(Thread& thread, Value left, Value right) {
  if (!is_deque(left)) return Ref<>::adopt(NotImplemented);
  if (!is_deque(right)) return concatenate_foreign(thread, left, right, "deque");
  Ref<> result = TRY(deque_copy(thread, left));
  TRY(deque_extend(thread, result, right));
  return result;
}
Result<Ref<>> deque_add_in_place(Thread& thread, Value self, Value other) {
  TRY(deque_extend(thread, self, other));
  return Ref<>::share(self);
}
// Appends the items again until they are there `count` times.
Result<void> repeat_items(Thread& thread, Deque& deque, isize count) {
  if (count == 0) {
    deque.clear();
    return {};
  }
  Ref<Tuple> items = TRY(deque.to_tuple(thread));
  isize total;
  if (__builtin_mul_overflow(items->length, count, &total) || total > (isize{1} << 58)) return raise_memory_error(thread);
  // With a bound, only the last rounds can leave a trace.
  const isize maxlen = deque.bound();
  if (maxlen >= 0 && items->length) count = std::min(count, maxlen / items->length + 2);
  for (isize round = 1; round < count; ++round) {
    for (isize i = 0; i < items->length; ++i) TRY(deque.append(thread, (*items)[i]));
  }
  return {};
}
Result<Ref<>> deque_multiply(Thread& thread, Value left, Value right) {
  const bool deque_is_left = is_deque(left);
  Repetition times = TRY(repetition(thread, left, right, deque_is_left));
  if (!times.answer.is_empty()) return std::move(times.answer);
  Ref<> result = TRY(deque_copy(thread, deque_is_left ? left : right));
  TRY(repeat_items(thread, deque_of(result), times.count));
  return result;
}
Result<Ref<>> deque_multiply_in_place(Thread& thread, Value self, Value other) {
  Repetition times = TRY(repetition(thread, self, other, true));
  if (!times.answer.is_empty()) return std::move(times.answer);
  TRY(repeat_items(thread, deque_of(self), times.count));
  return Ref<>::share(self);
}

// Iterators

Type* iterator_type;
Type* reverse_iterator_type;

class DequeIterator final : public Object {
 public:
  Field deque;  // None at the end
  std::atomic<isize> done;
  u64 version;  // of the deque at the start
  isize total;
  static const ObjectOps kOps;
};
const ObjectOps DequeIterator::kOps = {"_collections._deque_iterator", visit_fields<DequeIterator, &DequeIterator::deque>,
                                       nullptr, fixed_size};
DequeIterator& iterator_of(Value self) { return *static_cast<DequeIterator*>(self.object()); }

Result<Ref<>> make_iterator(Thread& thread, Type& type, Value deque, isize done) {
  Ref<DequeIterator> iterator = TRY(new_object<DequeIterator>(thread, type));
  set_fresh(*iterator, iterator->deque, deque);
  iterator->done.store(done, std::memory_order_relaxed);
  iterator->version = deque_of(deque).version();
  iterator->total = deque_of(deque).length();
  return Ref<>(std::move(iterator));
}
Result<Ref<>> deque_iter(Thread& thread, Value self) { return make_iterator(thread, *iterator_type, self, 0); }
Result<Ref<>> deque_reversed(Thread& thread, Value self) { return make_iterator(thread, *reverse_iterator_type, self, 0); }

template <bool backwards>
Result<Ref<>> iterator_next(Thread& thread, Value self) {
  DequeIterator& iterator = iterator_of(self);
  Ref<> target = iterator.deque.load();
  if (target.value().is_none()) return Ref<>::adopt(Done);
  Deque& deque = deque_of(target);
  const isize done = iterator.done.load(std::memory_order_relaxed);
  if (deque.version() != iterator.version) {
    iterator.done.store(iterator.total, std::memory_order_relaxed);
    return mutated(thread);
  }
  Ref<> item = done < iterator.total ? deque.item(backwards ? iterator.total - 1 - done : done) : Ref<>();
  if (item.is_empty()) return Ref<>::adopt(Done);
  iterator.done.store(done + 1, std::memory_order_relaxed);
  return item;
}
template <Type** type>
Result<Ref<>> iterator_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "_deque_iterator(deque, index=0, /)", arguments);
  if (!is_deque(bound[0])) {
    return raise(thread, types.TypeError, "argument 1 must be collections.deque, not {}", type_of(bound[0]));
  }
  const isize done = std::min(std::max(TRY(to_isize(thread, bound[1])), isize{0}), deque_of(bound[0]).length());
  return make_iterator(thread, **type, bound[0], done);
}
Result<isize> iterator_length_hint(Thread&, Value self) {
  return std::max(isize{0}, iterator_of(self).total - iterator_of(self).done.load(std::memory_order_relaxed));
}
Result<Ref<>> iterator_reduce(Thread& thread, Value self) {
  DequeIterator& iterator = iterator_of(self);
  const Value done = Value::integer(iterator.done.load(std::memory_order_relaxed));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {iterator.deque.peek(), done}));
  return Tuple::from(thread, {type_of(self).value(), arguments.value()});
}

constexpr MethodSpec kIteratorMethods[] = {
    def<iterator_length_hint>("__length_hint__()", "About how many items are left."),
    def<iterator_reduce>("__reduce__()", "Return state information for pickling."),
};
const TypeSpec kIterator = {
    .name = "_collections._deque_iterator",
    .doc = nullptr,
    .methods = kIteratorMethods,
    .method_count = std::size(kIteratorMethods),
    .slots = {.iter = iterate_self, .next = iterator_next<false>, .new_ = iterator_new<&iterator_type>},
    .ops = &DequeIterator::kOps,
    .size = sizeof(DequeIterator),
};
const TypeSpec kReverseIterator = {
    .name = "_collections._deque_reverse_iterator",
    .doc = nullptr,
    .methods = kIteratorMethods,
    .method_count = std::size(kIteratorMethods),
    .slots = {.iter = iterate_self, .next = iterator_next<true>, .new_ = iterator_new<&reverse_iterator_type>},
    .ops = &DequeIterator::kOps,
    .size = sizeof(DequeIterator),
};

constexpr MethodSpec kMethods[] = {
    def<deque_append>("append(item, /)", "Add an element to the right side of the deque."),
    def<deque_appendleft>("appendleft(item, /)", "Add an element to the left side of the deque."),
    def<deque_clear>("clear()", "Remove all elements from the deque."),
    def<deque_copy>("copy()", "Return a shallow copy of a deque."),
    def<deque_copy>("__copy__()", "Return a shallow copy of a deque."),
    def<deque_count>("count(value, /)", "D.count(value) -- return number of occurrences of value"),
    def<deque_extend>("extend(iterable, /)", "Extend the right side of the deque with elements from the iterable"),
    def<deque_extendleft>("extendleft(iterable, /)", "Extend the left side of the deque with elements from the iterable"),
    def<deque_index>("index(value, start=0, stop=sys.maxsize, /)",
                     "D.index(value, [start, [stop]]) -- return first index of value.\n"
                     "Raises ValueError if the value is not present."),
    def<deque_insert>("insert(index, object, /)", "D.insert(index, object) -- insert object before index"),
    def<deque_pop>("pop()", "Remove and return the rightmost element."),
    def<deque_popleft>("popleft()", "Remove and return the leftmost element."),
    def<deque_remove>("remove(value, /)", "D.remove(value) -- remove first occurrence of value."),
    def<deque_reverse>("reverse()", "D.reverse() -- reverse *IN PLACE*"),
    def<deque_rotate>("rotate(n=1, /)", "Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left."),
    def<deque_reversed>("__reversed__()", "D.__reversed__() -- return a reverse iterator over the deque"),
    def<deque_reduce>("__reduce__()", "Return state information for pickling."),
    def<deque_sizeof>("__sizeof__()", "D.__sizeof__() -- size of D in memory, in bytes"),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};
constexpr PropertySpec kProperties[] = {{"maxlen", "maximum size of a deque or None if unbounded", get_maxlen}};

const TypeSpec kDeque = {
    .name = "collections.deque",
    .doc = "deque([iterable[, maxlen]]) --> deque object\n\nA list-like sequence optimized for data accesses near its endpoints.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .properties = kProperties,
    .property_count = std::size(kProperties),
    .slots = {.repr = deque_repr,
              .compare = deque_compare,
              .iter = deque_iter,
              .init = deque_init,
              .new_ = deque_new,
              .length = deque_length,
              .get_item = deque_get_item,
              .set_item = deque_set_item,
              .contains = deque_contains,
              .binary = {deque_add, nullptr, deque_multiply},
              .in_place = {deque_add_in_place, nullptr, deque_multiply_in_place}},
    .ops = &Deque::kOps,
    .size = sizeof(Deque),
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::Sequence),
};

}  // namespace

Result<void> add_deque(Thread& thread, Module& module) {
  deque_type = TRY(add_type_to_module(thread, module, kDeque));
  iterator_type = TRY(add_type_to_module(thread, module, kIterator));
  reverse_iterator_type = TRY(add_type_to_module(thread, module, kReverseIterator));
  return {};
}

}  // namespace py
