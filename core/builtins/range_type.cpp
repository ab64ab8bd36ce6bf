// range. All arithmetic is on ints of any size; its iterators are in range_iterators.cpp.
#include "core/builtins/builtin_types.h"
#include "core/builtins/range_object.h"
#include "core/builtins/sequence_operations.h"
#include "core/builtins/slice_indices.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/int_math.h"
#include "core/object/iterators.h"
#include "core/object/layout.h"

namespace py {

namespace {

Result<Ref<>> count_of(Thread& thread, Value start, Value stop, Value step) {
  if (start.is_int() && stop.is_int() && step.is_int()) {
    return make_int(thread, range_length(start.as_int(), stop.as_int(), step.as_int()));
  }
  const bool up = int_sign(step) > 0;
  const Value low = up ? start : stop;
  const Value high = up ? stop : start;
  if (!int_less(low, high)) return Ref<>::adopt(Value::integer(0));
  Ref<> distance = TRY(int_subtract(thread, high, low));
  distance = TRY(int_subtract(thread, distance, Value::integer(1)));
  Ref<> width = up ? Ref<>::share(step) : TRY(negative(thread, step));
  Ref<> steps = TRY(int_floor_divide(thread, distance, width));
  return int_add(thread, steps, Value::integer(1));
}

// start + index * step
Result<Ref<>> item_at(Thread& thread, Range& range, Value index) {
  Ref<> offset = TRY(int_multiply(thread, index, range.step.peek()));
  return int_add(thread, range.start.peek(), offset);
}

}  // namespace

Result<Ref<Range>> make_range(Thread& thread, Value start, Value stop, Value step) {
  Ref<> length = TRY(count_of(thread, start, stop, step));
  Ref<Range> range = TRY(new_object<Range>(thread, *types.range));
  set_fresh(*range, range->start, start);
  set_fresh(*range, range->stop, stop);
  set_fresh(*range, range->step, step);
  set_fresh(*range, range->length, std::move(length));
  return range;
}

namespace {

Result<Ref<>> range_new(Thread& thread, Type&, const Arguments& arguments) {
  const u32 count = arguments.positional;
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "range() takes no keyword arguments");
  if (count == 0) return raise(thread, types.TypeError, "range expected at least 1 argument, got 0");
  if (count > 3) return raise(thread, types.TypeError, "range expected at most 3 arguments, got {}", count);
  if (count == 1) {
    Ref<> stop = TRY(to_index(thread, arguments[0]));
    return make_range(thread, Value::integer(0), stop, Value::integer(1));
  }
  Ref<> start = TRY(to_index(thread, arguments[0]));
  Ref<> stop = TRY(to_index(thread, arguments[1]));
  Ref<> step = count == 3 ? TRY(to_index(thread, arguments[2])) : Ref<>::adopt(Value::integer(1));
  if (int_sign(step) == 0) return raise(thread, types.ValueError, "range() arg 3 must not be zero");
  return make_range(thread, start, stop, step);
}

Result<bool> has_int(Thread& thread, Range& range, Value value) {
  const Value start = range.start.peek(), stop = range.stop.peek(), step = range.step.peek();
  const bool inside = int_sign(step) > 0 ? !int_less(value, start) && int_less(value, stop)
                                         : !int_less(start, value) && int_less(stop, value);
  if (!inside) return false;
  Ref<> distance = TRY(int_subtract(thread, value, start));
  Ref<> rest = TRY(integer_binary(thread, BinaryOp::remainder, distance, step));
  return int_sign(rest) == 0;
}
bool is_plain_int(Value value) { return value.is_bool() || &type_of(value) == types.int_; }

// Calls body(index) for each item that equals the value, until it returns false.
template <class Body>
Result<void> search(Thread& thread, Range& range, Value value, Body&& body) {
  Ref<> iterator = TRY(iterate_range(thread, range));
  for (isize index = 0;; ++index) {
    Ref<> item = TRY(next(thread, iterator));
    if (item.value() == Done) return {};
    if (TRY(equal(thread, item, value)) && !body(index)) return {};
  }
}

Result<bool> range_contains(Thread& thread, Value self, Value value) {
  Range& range = as<Range>(self);
  if (is_plain_int(value)) return has_int(thread, range, value);
  bool found = false;
  TRY(search(thread, range, value, [&](isize) {
    found = true;
    return false;
  }));
  return found;
}

Result<isize> count(Thread& thread, Range& self, Value value) {
  if (is_plain_int(value)) return TRY(has_int(thread, self, value)) ? isize{1} : isize{0};
  isize total = 0;
  TRY(search(thread, self, value, [&](isize) { return ++total > 0; }));
  return total;
}

Result<Ref<>> index(Thread& thread, Range& self, Value value) {
  if (is_plain_int(value)) {
    if (!TRY(has_int(thread, self, value))) return raise(thread, types.ValueError, "{!r} is not in range", value);
    Ref<> distance = TRY(int_subtract(thread, value, self.start.peek()));
    return int_floor_divide(thread, distance, self.step.peek());
  }
  isize found = -1;
  TRY(search(thread, self, value, [&](isize at) {
    found = at;
    return false;
  }));
  if (found < 0) return raise(thread, types.ValueError, "sequence.index(x): x not in sequence");
  return make_int(thread, found);
}

Result<Ref<>> reversed(Thread& thread, Range& self) { return iterate_range_backwards(thread, self); }
Result<Ref<Tuple>> reduce(Thread& thread, Range& self) {
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {self.start.peek(), self.stop.peek(), self.step.peek()}));
  return Tuple::from(thread, {types.range->value(), arguments.value()});
}

// Slots

Result<Ref<>> range_repr(Thread& thread, Value self) {
  Range& range = as<Range>(self);
  const Value step = range.step.peek();
  if (step == Value::integer(1)) return format_str(thread, "range({!r}, {!r})", range.start.peek(), range.stop.peek());
  return format_str(thread, "range({!r}, {!r}, {!r})", range.start.peek(), range.stop.peek(), step);
}

// Two ranges are equal when they give the same ints.
bool same_items(Range& left, Range& right) {
  const Value length = left.length.peek();
  if (!int_equal(length, right.length.peek())) return false;
  if (int_sign(length) == 0) return true;
  if (!int_equal(left.start.peek(), right.start.peek())) return false;
  return length == Value::integer(1) || int_equal(left.step.peek(), right.step.peek());
}
Result<Ref<>> range_compare(Thread&, Value left, Value right, CompareOp op) {
  const bool known = is<Range>(left) && is<Range>(right) && (op == CompareOp::Equal || op == CompareOp::NotEqual);
  if (!known) return Ref<>::adopt(NotImplemented);
  const bool same = same_items(as<Range>(left), as<Range>(right));
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}
Result<i64> range_hash(Thread& thread, Value self) {
  Range& range = as<Range>(self);
  const Value length = range.length.peek();
  const bool empty = int_sign(length) == 0;
  const bool single = length == Value::integer(1);
  Ref<Tuple> key = TRY(Tuple::from(
      thread, {length, empty ? None : range.start.peek(), empty || single ? None : range.step.peek()}));
  return hash_of(thread, key.value());
}

Result<isize> range_length_slot(Thread& thread, Value self) {
  return to_i64(thread, as<Range>(self).length.peek(), "Python int too large to convert to C ssize_t");
}
Result<bool> range_truth(Thread&, Value self) { return int_sign(as<Range>(self).length.peek()) != 0; }
Result<Ref<>> range_iter(Thread& thread, Value self) { return iterate_range(thread, as<Range>(self)); }

Result<Ref<>> slice_of(Thread& thread, Range& range, Slice& slice) {
  SliceIndices part = TRY(slice_indices(thread, slice, range.length.peek()));
  Ref<> step = TRY(int_multiply(thread, range.step.peek(), part.step));
  Ref<> start = TRY(item_at(thread, range, part.start));
  Ref<> stop = TRY(item_at(thread, range, part.stop));
  return make_range(thread, start, stop, step);
}

Result<Ref<>> range_get_item(Thread& thread, Value self, Value key) {
  Range& range = as<Range>(self);
  if (is<Slice>(key)) return slice_of(thread, range, as<Slice>(key));
  if (!type_of(key).slots.index) {
    return raise(thread, types.TypeError, "range indices must be integers or slices, not {}", type_of(key));
  }
  Ref<> index = TRY(to_index(thread, key));
  if (int_sign(index) < 0) index = TRY(int_add(thread, index, range.length.peek()));
  if (int_sign(index) < 0 || !int_less(index, range.length.peek())) {
    return raise(thread, types.IndexError, "range object index out of range");
  }
  return item_at(thread, range, index);
}

constexpr MethodSpec kMethods[] = {
    def<count>("count(value, /)", "rangeobject.count(value) -> how many items are equal to the value"),
    def<index>("index(value, /)",
               "rangeobject.index(value) -> the index of the value.\n"
               "ValueError if it is none of the items."),
    def<reversed>("__reversed__()", "Return a reverse iterator."),
    def<reduce>("__reduce__()", nullptr),
};
constexpr u32 kFirstField = sizeof(Object) / 8;
constexpr MemberSpec kMembers[] = {
    {"start", nullptr, kFirstField},
    {"stop", nullptr, kFirstField + 1},
    {"step", nullptr, kFirstField + 2},
};

}  // namespace

const TypeSpec range_spec = {
    .name = "range",
    .doc = "range(stop) -> range object\n"
           "range(start, stop[, step]) -> range object\n\n"
           "The integers from start, 0 by default, up to but without stop, in steps of 1 or of the given step, "
           "which\n"
           "may be negative. A sequence that takes no room for its items.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .members = kMembers,
    .member_count = std::size(kMembers),
    .slots = {.repr = range_repr,
              .hash = range_hash,
              .compare = range_compare,
              .iter = range_iter,
              .new_ = range_new,
              .length = range_length_slot,
              .get_item = range_get_item,
              .contains = range_contains,
              .truth = range_truth},
    .ops = &Range::kOps,
    .size = sizeof(Range),
    .flags = static_cast<u32>(TypeFlag::Sequence),
};

}  // namespace py
