// tuple: immutable, so nothing here locks.
#include "core/bind/subclass_arguments.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/repr_guard.h"

namespace py {

namespace {

Result<Ref<>> tuple_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "tuple(iterable=(), /)", arguments_for_new(type, *types.tuple, arguments));
  const Value source = bound[0];
  Ref<Tuple> items = source == Unbound ? Ref<Tuple>::share(&Tuple::empty()) : TRY(to_tuple(thread, source));
  if (&type == types.tuple) return Ref<>(std::move(items));
  const usize words = static_cast<usize>(items->length) + (type.has(TypeFlag::HasDict) ? 1 : 0);
  Ref<Tuple> tuple = TRY(allocate<Tuple>(thread, type, sizeof(Tuple) + 8 * words));
  tuple->length = items->length;
  tuple->reserved = 0;
  if (type.has(TypeFlag::HasDict)) tuple->items()[items->length].initialize(Empty);
  for (isize i = 0; i < items->length; ++i) {
    incref((*items)[i]);
    if (UNLIKELY(tuple->is_shared())) publish((*items)[i]);
    tuple->items()[i].initialize((*items)[i]);
  }
  return Ref<>(std::move(tuple));
}

Result<isize> tuple_count(Thread& thread, Tuple& self, Value value) { return count_items(thread, self, value); }
Result<isize> tuple_index(Thread& thread, Tuple& self, Value value, Value start, Value stop) {
  const isize low = position_from(TRY(search_bound(thread, start, 0)), self.length);
  const isize high = position_from(TRY(search_bound(thread, stop, PTRDIFF_MAX)), self.length);
  const isize found = TRY(find_item(thread, self, value, low, high));
  if (found < 0) return raise(thread, types.ValueError, "tuple.index(x): x not in tuple");
  return found;
}
Result<Ref<>> tuple_getnewargs(Thread& thread, Tuple& self) {
  Ref<Tuple> plain = TRY(Tuple::from(thread, self.values(), self.length));
  return Tuple::from(thread, {plain.value()});
}

Result<Ref<>> tuple_repr(Thread& thread, Value self) {
  Tuple& tuple = as<Tuple>(self);
  if (tuple.length == 0) return ascii_text(thread, "()");
  ReprGuard guard(tuple);
  if (guard.is_recursive()) return ascii_text(thread, "(...)");
  TextBuilder text;
  text.append('(');
  TRY(append_reprs(thread, tuple, text));
  if (tuple.length == 1) text.append(',');
  text.append(')');
  return finish_text(thread, text);
}

// xxHash's mixing of the items' hashes, as CPython has it.
Result<i64> tuple_hash(Thread& thread, Value self) {
  constexpr u64 kPrime1 = 11400714785074694791u;
  constexpr u64 kPrime2 = 14029467366897019727u;
  constexpr u64 kPrime5 = 2870177450012600261u;
  Tuple& tuple = as<Tuple>(self);
  u64 sum = kPrime5;
  for (isize i = 0; i < tuple.length; ++i) {
    const Value item = tuple[i];
    const bool is_own_hash = item.is_int() && hashes_to_itself(item.as_int());
    sum += static_cast<u64>(is_own_hash ? item.as_int() : TRY(hash_of(thread, item))) * kPrime2;
    sum = std::rotl(sum, 31) * kPrime1;
  }
  sum += static_cast<u64>(tuple.length) ^ (kPrime5 ^ 3527539u);
  return sum == ~u64{0} ? 1546275796 : static_cast<i64>(sum);
}

Result<Ref<>> tuple_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<Tuple>(left) || !is<Tuple>(right)) return Ref<>::adopt(NotImplemented);
  return compare_sequences(thread, as<Tuple>(left), as<Tuple>(right), op);
}
Result<isize> tuple_length(Thread&, Value self) { return as<Tuple>(self).length; }
Result<Ref<>> tuple_iter(Thread& thread, Value self) { return make_index_iterator(thread, *types.tuple_iterator, self); }
Result<bool> tuple_contains(Thread& thread, Value self, Value item) {
  return TRY(find_item(thread, as<Tuple>(self), item, 0, PTRDIFF_MAX)) >= 0;
}

Result<Ref<>> tuple_get_slice(Thread& thread, Tuple& tuple, Slice& slice) {
  const SliceBounds bounds = TRY(slice_bounds(thread, slice, tuple.length));
  if (bounds.step == 1) {
    if (bounds.count == tuple.length && is_exact<Tuple>(tuple.value())) return Ref<>::share(tuple.value());
    return Tuple::from(thread, tuple.values() + bounds.start, bounds.count);
  }
  Ref<Tuple> result = TRY(Tuple::allocate(thread, bounds.count));
  for (isize i = 0, at = bounds.start; i < bounds.count; ++i, at += bounds.step) {
    const Value item = tuple[at];
    incref(item);
    if (UNLIKELY(result->is_shared())) publish(item);
    result->items()[i].initialize(item);
  }
  return Ref<>(std::move(result));
}

Result<Ref<>> tuple_get_item(Thread& thread, Value self, Value key) {
  Tuple& tuple = as<Tuple>(self);
  if (is<Slice>(key)) return tuple_get_slice(thread, tuple, as<Slice>(key));
  if (!type_of(key).slots.index) {
    return raise(thread, types.TypeError, "tuple indices must be integers or slices, not {}", type_of(key));
  }
  isize index = TRY(item_index(thread, key));
  if (index < 0) index += tuple.length;
  if (index < 0 || index >= tuple.length) return raise(thread, types.IndexError, "tuple index out of range");
  return Ref<>::share(tuple[index]);
}

// Copies `count` times the items of a tuple to `to`, which is inside a fresh tuple.
void fill_repeated(Tuple& result, isize to, const Tuple& items, isize count) {
  for (isize i = 0; i < items.length; ++i) {
    if (UNLIKELY(result.is_shared())) publish(items[i]);
    for (isize round = 0; round < count; ++round) {
      incref(items[i]);
      result.items()[to + round * items.length + i].initialize(items[i]);
    }
  }
}

Result<Ref<>> tuple_add(Thread& thread, Value left, Value right) {
  if (!is<Tuple>(left)) return Ref<>::adopt(NotImplemented);
  if (!is<Tuple>(right)) return concatenate_foreign(thread, left, right, "tuple");
  Tuple& head = as<Tuple>(left);
  Tuple& tail = as<Tuple>(right);
  if (head.length == 0 && is_exact<Tuple>(right)) return Ref<>::share(right);
  if (tail.length == 0 && is_exact<Tuple>(left)) return Ref<>::share(left);
  Ref<Tuple> result = TRY(Tuple::allocate(thread, head.length + tail.length));
  fill_repeated(*result, 0, head, 1);
  fill_repeated(*result, head.length, tail, 1);
  return Ref<>(std::move(result));
}

Result<Ref<>> tuple_multiply(Thread& thread, Value left, Value right) {
  const bool tuple_is_left = is<Tuple>(left);
  Repetition times = TRY(repetition(thread, left, right, tuple_is_left));
  if (!times.answer.is_empty()) return std::move(times.answer);
  const Value self = tuple_is_left ? left : right;
  Tuple& items = as<Tuple>(self);
  if (is_exact<Tuple>(self) && (times.count == 1 || items.length == 0)) return Ref<>::share(self);
  isize total;
  if (__builtin_mul_overflow(items.length, times.count, &total)) return raise_memory_error(thread);
  Ref<Tuple> result = TRY(Tuple::allocate(thread, total));
  fill_repeated(*result, 0, items, times.count);
  return Ref<>(std::move(result));
}

constexpr MethodSpec kMethods[] = {
    def<tuple_count>("count(value, /)", "Return number of occurrences of value."),
    def<tuple_index>("index(value, start=0, stop=sys.maxsize, /)",
                     "The lowest index at which the value stands.\n\n"
                     "ValueError if it stands nowhere in the part that is searched."),
    def<tuple_getnewargs>("__getnewargs__()", nullptr),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};

}  // namespace

const TypeSpec tuple_spec = {
    .name = "tuple",
    .doc = "A sequence that never changes.\n\n"
           "Without an argument it is empty; otherwise it has the items of the iterable.\n\n"
           "A tuple given as the argument is the result itself.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.repr = tuple_repr,
              .hash = tuple_hash,
              .compare = tuple_compare,
              .iter = tuple_iter,
              .new_ = tuple_new,
              .length = tuple_length,
              .get_item = tuple_get_item,
              .contains = tuple_contains,
              .binary = {tuple_add, nullptr, tuple_multiply}},
    .ops = &Tuple::kOps,
    .size = ~0u,
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsTuple) |
             static_cast<u32>(TypeFlag::Sequence),
};

}  // namespace py
