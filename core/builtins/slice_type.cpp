#include "core/builtins/builtin_types.h"
#include "core/builtins/slice_indices.h"
#include "core/object/int_math.h"

namespace py {

namespace {

Result<Ref<>> bound_as_int(Thread& thread, Value bound) {
  if (type_of(bound).slots.index) return to_index(thread, bound);
  return raise(thread, types.TypeError, "slice indices must be integers or None or have an __index__ method");
}

// A bound counted from the front and clipped to [low, high].
Result<Ref<>> clipped(Thread& thread, Value bound, Value length, Value low, Value high) {
  Ref<> index = TRY(bound_as_int(thread, bound));
  if (int_sign(index) < 0) {
    index = TRY(int_add(thread, index, length));
    if (int_less(index, low)) return Ref<>::share(low);
  } else if (int_less(high, index)) {
    return Ref<>::share(high);
  }
  return index;
}

}  // namespace

Result<SliceIndices> slice_indices(Thread& thread, Slice& slice, Value length) {
  SliceIndices result;
  const Value step = slice.step.peek(), start = slice.start.peek(), stop = slice.stop.peek();
  result.step = step.is_none() ? Ref<>::adopt(Value::integer(1)) : TRY(bound_as_int(thread, step));
  const int direction = int_sign(result.step);
  if (direction == 0) return raise(thread, types.ValueError, "slice step cannot be zero");
  Ref<> low = Ref<>::adopt(Value::integer(direction < 0 ? -1 : 0));
  Ref<> high = direction < 0 ? TRY(int_add(thread, length, Value::integer(-1))) : Ref<>::share(length);
  const Value first = direction < 0 ? high.value() : low.value();
  const Value last = direction < 0 ? low.value() : high.value();
  result.start = start.is_none() ? Ref<>::share(first) : TRY(clipped(thread, start, length, low, high));
  result.stop = stop.is_none() ? Ref<>::share(last) : TRY(clipped(thread, stop, length, low, high));
  return result;
}

namespace {

Result<Ref<>> slice_new(Thread& thread, Type&, const Arguments& arguments) {
  const u32 count = arguments.positional;
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "slice() takes no keyword arguments");
  if (count == 0) return raise(thread, types.TypeError, "slice expected at least 1 argument, got 0");
  if (count > 3) return raise(thread, types.TypeError, "slice expected at most 3 arguments, got {}", count);
  if (count == 1) return make_slice(thread, None, arguments[0], None);
  return make_slice(thread, arguments[0], arguments[1], count == 3 ? arguments[2] : None);
}

Result<Ref<Tuple>> parts(Thread& thread, Slice& slice) {
  return Tuple::from(thread, {slice.start.peek(), slice.stop.peek(), slice.step.peek()});
}

Result<Ref<>> slice_repr(Thread& thread, Value self) {
  Slice& slice = as<Slice>(self);
  return format_str(thread, "slice({!r}, {!r}, {!r})", slice.start.peek(), slice.stop.peek(), slice.step.peek());
}
Result<Ref<>> slice_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<Slice>(left) || !is<Slice>(right)) return Ref<>::adopt(NotImplemented);
  Ref<Tuple> mine = TRY(parts(thread, as<Slice>(left)));
  Ref<Tuple> theirs = TRY(parts(thread, as<Slice>(right)));
  if (left == right) {
    const bool equal = op == CompareOp::Equal || op == CompareOp::LessEqual || op == CompareOp::GreaterEqual;
    return Ref<>::adopt(Value::boolean(equal));
  }
  return compare(thread, mine.value(), theirs.value(), op);
}

Result<Ref<Tuple>> indices(Thread& thread, Slice& self, Value length) {
  Ref<> size = TRY(to_index(thread, length));
  if (int_sign(size) < 0) return raise(thread, types.ValueError, "length should not be negative");
  SliceIndices result = TRY(slice_indices(thread, self, size));
  return Tuple::from(thread, {result.start, result.stop, result.step});
}
Result<Ref<Tuple>> reduce(Thread& thread, Slice& self) {
  Ref<Tuple> arguments = TRY(parts(thread, self));
  return Tuple::from(thread, {types.slice->value(), arguments.value()});
}

constexpr MethodSpec kMethods[] = {
    def<indices>("indices(length, /)",
                 "S.indices(len) -> (start, stop, stride)\n\n"
                 "What the slice selects from a sequence of this length: indices that lie within it, and the step."),
    def<reduce>("__reduce__()", "Return state information for pickling."),
};
constexpr u32 kFirstField = sizeof(Object) / 8;
constexpr MemberSpec kMembers[] = {
    {"start", nullptr, kFirstField},
    {"stop", nullptr, kFirstField + 1},
    {"step", nullptr, kFirstField + 2},
};

}  // namespace

const TypeSpec slice_spec = {
    .name = "slice",
    .doc = "slice(stop)\n"
           "slice(start, stop[, step])\n\n"
           "The bounds and the step of an extended slice, as in a[0:10:2].",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .members = kMembers,
    .member_count = std::size(kMembers),
    .slots = {.repr = slice_repr, .compare = slice_compare, .new_ = slice_new},
    .ops = &Slice::kOps,
    .size = sizeof(Slice),
};

}  // namespace py
