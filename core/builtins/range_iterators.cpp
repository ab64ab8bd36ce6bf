// range_iterator for ranges of immediate ints, longrange_iterator for all others.
#include "core/builtins/builtin_types.h"
#include "core/builtins/range_object.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/int_math.h"
#include "core/object/iterators.h"
#include "core/object/layout.h"

namespace py {

namespace {

// range_iterator

RangeIterator& small_iterator(Value self) { return *static_cast<RangeIterator*>(self.object()); }

Result<Ref<>> small_next(Thread&, Value self) {
  RangeIterator& iterator = small_iterator(self);
  if (LIKELY(!iterator.is_shared())) {
    const i64 remaining = iterator.remaining.load(std::memory_order_relaxed);
    if (remaining <= 0) return Ref<>::adopt(Done);
    iterator.remaining.store(remaining - 1, std::memory_order_relaxed);
    const i64 value = iterator.next.load(std::memory_order_relaxed);
    iterator.next.store(value + iterator.step, std::memory_order_relaxed);
    return Ref<>::adopt(Value::integer(value));
  }
  if (iterator.remaining.fetch_sub(1, std::memory_order_relaxed) <= 0) {
    iterator.remaining.store(0, std::memory_order_relaxed);
    return Ref<>::adopt(Done);
  }
  return Ref<>::adopt(Value::integer(iterator.next.fetch_add(iterator.step, std::memory_order_relaxed)));
}

Result<isize> small_length_hint(Thread&, Value self) {
  const i64 remaining = small_iterator(self).remaining.load(std::memory_order_relaxed);
  return remaining < 0 ? 0 : remaining;
}

Result<Ref<>> reduced(Thread& thread, Value start, Value stop, Value step, Value state) {
  Ref<> iter = TRY(builtin_named(thread, "iter"));
  Ref<Range> range = TRY(make_range(thread, start, stop, step));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {range.value()}));
  return Tuple::from(thread, {iter, arguments.value(), state});
}
Result<Ref<>> small_reduce(Thread& thread, Value self) {
  RangeIterator& iterator = small_iterator(self);
  const i64 total = iterator.total;
  const i64 index = total - std::max<i64>(iterator.remaining.load(std::memory_order_relaxed), 0);
  const i64 start = iterator.next.load(std::memory_order_relaxed) - index * iterator.step;
  Ref<> stop = TRY(make_int(thread, start + total * iterator.step));
  return reduced(thread, Value::integer(start), stop, Value::integer(iterator.step), Value::integer(index));
}
// Moves to an index counted from where the iterator began.
Result<void> small_setstate(Thread& thread, Value self, Value state) {
  RangeIterator& iterator = small_iterator(self);
  const i64 total = iterator.total;
  i64 index = TRY(to_isize(thread, state));
  index = std::min(std::max<i64>(index, 0), total);
  const i64 now = total - iterator.remaining.load(std::memory_order_relaxed);
  iterator.next.fetch_add((index - now) * iterator.step, std::memory_order_relaxed);
  iterator.remaining.store(total - index, std::memory_order_relaxed);
  return {};
}

// longrange_iterator. Threads: racing steps may repeat an item.

class LongRangeIterator final : public Object {
 public:
  Field start, step, length, index;  // ints
  static const ObjectOps kOps;
};
const ObjectOps LongRangeIterator::kOps = {
    "longrange_iterator",
    visit_fields<LongRangeIterator, &LongRangeIterator::start, &LongRangeIterator::step, &LongRangeIterator::length,
                 &LongRangeIterator::index>,
    nullptr, fixed_size};
LongRangeIterator& long_iterator(Value self) { return *static_cast<LongRangeIterator*>(self.object()); }

Result<Ref<>> make_long_iterator(Thread& thread, Value start, Value step, Value length) {
  Ref<LongRangeIterator> iterator = TRY(new_object<LongRangeIterator>(thread, *types.long_range_iterator));
  set_fresh(*iterator, iterator->start, start);
  set_fresh(*iterator, iterator->step, step);
  set_fresh(*iterator, iterator->length, length);
  set_fresh(*iterator, iterator->index, Value::integer(0));
  return Ref<>(std::move(iterator));
}

Result<Ref<>> item_at(Thread& thread, LongRangeIterator& iterator, Value index) {
  Ref<> offset = TRY(int_multiply(thread, index, iterator.step.peek()));
  return int_add(thread, iterator.start.peek(), offset);
}
Result<Ref<>> long_next(Thread& thread, Value self) {
  LongRangeIterator& iterator = long_iterator(self);
  Ref<> index = iterator.index.load();
  if (!int_less(index, iterator.length.peek())) return Ref<>::adopt(Done);
  Ref<> item = TRY(item_at(thread, iterator, index));
  iterator.index.store(iterator, TRY(int_add(thread, index, Value::integer(1))));
  return item;
}
Result<Ref<>> long_length_hint(Thread& thread, Value self) {
  LongRangeIterator& iterator = long_iterator(self);
  Ref<> index = iterator.index.load();
  return int_subtract(thread, iterator.length.peek(), index);
}
Result<Ref<>> long_reduce(Thread& thread, Value self) {
  LongRangeIterator& iterator = long_iterator(self);
  Ref<> index = iterator.index.load();
  Ref<> stop = TRY(item_at(thread, iterator, iterator.length.peek()));
  return reduced(thread, iterator.start.peek(), stop, iterator.step.peek(), index);
}
Result<void> long_setstate(Thread& thread, Value self, Value state) {
  LongRangeIterator& iterator = long_iterator(self);
  if (!is_integer(state)) return raise(thread, types.TypeError, "state must be an int, not {}", type_of(state));
  Ref<> index = TRY(to_index(thread, state));
  if (int_sign(index) < 0) index = Ref<>::adopt(Value::integer(0));
  if (int_less(iterator.length.peek(), index)) index = iterator.length.load();
  iterator.index.store(iterator, std::move(index));
  return {};
}

#define ITERATOR_ROWS(prefix)                                                                                 \
  def<prefix##_length_hint>("__length_hint__()", "About how many items are left."),   \
      def<prefix##_reduce>("__reduce__()", "Return state information for pickling."),                         \
      def<prefix##_setstate>("__setstate__(state, /)", "Set state information for unpickling.")
constexpr MethodSpec kSmallMethods[] = {ITERATOR_ROWS(small)};
constexpr MethodSpec kLongMethods[] = {ITERATOR_ROWS(long)};
#undef ITERATOR_ROWS

bool is_small(Range& range) {
  return range.start.peek().is_int() && range.stop.peek().is_int() && range.step.peek().is_int();
}

}  // namespace

const TypeSpec range_iterator_spec = {
    .name = "range_iterator",
    .doc = nullptr,
    .methods = kSmallMethods,
    .method_count = std::size(kSmallMethods),
    .slots = {.iter = iterate_self, .next = small_next},
    .ops = &RangeIterator::kOps,
    .size = sizeof(RangeIterator),
};
const TypeSpec long_range_iterator_spec = {
    .name = "longrange_iterator",
    .doc = nullptr,
    .methods = kLongMethods,
    .method_count = std::size(kLongMethods),
    .slots = {.iter = iterate_self, .next = long_next},
    .ops = &LongRangeIterator::kOps,
    .size = sizeof(LongRangeIterator),
};

Result<Ref<>> iterate_range(Thread& thread, Range& range) {
  const Value start = range.start.peek(), step = range.step.peek(), length = range.length.peek();
  if (is_small(range) && length.is_int()) {
    return make_range_iterator(thread, start.as_int(), length.as_int(), step.as_int());
  }
  return make_long_iterator(thread, start, step, length);
}

Result<Ref<>> iterate_range_backwards(Thread& thread, Range& range) {
  const Value start = range.start.peek(), step = range.step.peek(), length = range.length.peek();
  Ref<> back = TRY(negative(thread, step));
  Ref<> last_index = TRY(int_add(thread, length, Value::integer(-1)));
  Ref<> offset = TRY(int_multiply(thread, last_index, step));
  Ref<> last = TRY(int_add(thread, start, offset));
  if (is_small(range) && length.is_int() && last.value().is_int() && back.value().is_int()) {
    return make_range_iterator(thread, last.value().as_int(), length.as_int(), back.value().as_int());
  }
  return make_long_iterator(thread, last, back, length);
}

}  // namespace py
