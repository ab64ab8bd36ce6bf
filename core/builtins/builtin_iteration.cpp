// Builtin functions over iterables.
#include "core/builtins/builtin_functions.h"
#include "core/object/bytearray.h"
#include "core/object/iterators.h"
#include "core/object/names.h"
#include "core/object/quick_compare.h"
#include "core/object/repeated_next.h"
#include "core/object/sort.h"

namespace py {

namespace {

// Whether an item with this truth occurs.
Result<bool> has_truth(Thread& thread, Value iterable, bool truth) {
  Ref<> iterator = TRY(iterate(thread, iterable));
  for (RepeatedNext next_item(iterator);;) {
    Ref<> item = TRY(next_item(thread));
    if (item.value() == Done) return false;
    if (TRY(is_true(thread, item)) == truth) return true;
  }
}
Result<bool> builtin_all(Thread& thread, Value iterable) { return !TRY(has_truth(thread, iterable, false)); }
Result<bool> builtin_any(Thread& thread, Value iterable) { return has_truth(thread, iterable, true); }

Result<Ref<>> builtin_iter(Thread& thread, Value object, Value sentinel) {
  if (sentinel == Unbound) return iterate(thread, object);
  if (!is_callable(object)) return raise(thread, types.TypeError, "iter(v, w): v must be callable");
  return make_callable_iterator(thread, object, sentinel);
}

Result<Ref<>> builtin_next(Thread& thread, Value iterator, Value otherwise) {
  NextSlot slot = type_of(iterator).slots.next;
  if (!slot) return raise(thread, types.TypeError, "'{}' object is not an iterator", type_of(iterator));
  Result<Ref<>> result = slot(thread, iterator);
  if (result.failed()) {
    if (otherwise == Unbound || !pending_is(thread, *types.StopIteration)) return failure;
    clear_pending(thread);
    return Ref<>::share(otherwise);
  }
  Ref<> item = result.take();
  if (item.value() != Done) return item;
  if (otherwise == Unbound) return raise_stop_iteration(thread, None);
  return Ref<>::share(otherwise);
}

// min and max: keeps the first of the best.
struct Extreme {
  const char* name;
  CompareOp better;
};

struct Best {
  Ref<> item, key;
};

Result<void> consider(Thread& thread, const Extreme& kind, Value key_function, Ref<> item, Best& best) {
  if (key_function.is_none()) {
    if (best.item.is_empty() || TRY(compare_bool(thread, item, best.item, kind.better))) best.item = std::move(item);
    return {};
  }
  Ref<> key = TRY(call(thread, key_function, {item}));
  if (best.item.is_empty() || TRY(compare_bool(thread, key, best.key, kind.better))) {
    best.item = std::move(item);
    best.key = std::move(key);
  }
  return {};
}

Result<Ref<>> find_extreme(Thread& thread, const Extreme& kind, Value key, Value otherwise, Rest items) {
  if (items.count == 0) return raise(thread, types.TypeError, "{} expected at least 1 argument, got 0", kind.name);
  Best best;
  if (items.count > 1) {
    if (otherwise != Unbound) {
      return raise(thread, types.TypeError, "Cannot specify a default for {}() with multiple positional arguments", kind.name);
    }
    for (u32 i = 0; i < items.count; ++i) TRY(consider(thread, kind, key, Ref<>::share(items.values[i]), best));
    return std::move(best.item);
  }
  Ref<> iterator = TRY(iterate(thread, items.values[0]));
  for (RepeatedNext next_item(iterator);;) {
    Ref<> item = TRY(next_item(thread));
    if (item.value() == Done) break;
    bool better;
    if (key.is_none() && compare_quickly(item, best.item, kind.better, better)) {
      if (better) best.item = std::move(item);
      continue;
    }
    TRY(consider(thread, kind, key, std::move(item), best));
  }
  if (!best.item.is_empty()) return std::move(best.item);
  if (otherwise == Unbound) return raise(thread, types.ValueError, "{}() arg is an empty sequence", kind.name);
  return Ref<>::share(otherwise);
}
Result<Ref<>> builtin_max(Thread& thread, Value key, Value otherwise, Rest items) {
  return find_extreme(thread, {"max", CompareOp::Greater}, key, otherwise, items);
}
Result<Ref<>> builtin_min(Thread& thread, Value key, Value otherwise, Rest items) {
  return find_extreme(thread, {"min", CompareOp::Less}, key, otherwise, items);
}

Result<Ref<>> builtin_sorted(Thread& thread, Value iterable, Value key, Value reverse) {
  Ref<List> list = TRY(to_list(thread, iterable));
  TRY(sort_list(thread, *list, key, TRY(is_true(thread, reverse)) ? Reverse::Yes : Reverse::No));
  return Ref<>(std::move(list));
}

Result<void> check_sum_start(Thread& thread, Value start) {
  if (is<Str>(start)) return raise(thread, types.TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
  if (is<Bytes>(start)) return raise(thread, types.TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
  if (is<ByteArray>(start)) return raise(thread, types.TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
  return {};
}

// total += item for small numbers; false for the general way.
INLINE bool add_quickly(Ref<>& total, Value item) {
  const Value left = total;
  if (left.is_int() && (item.is_int() || item.is_bool())) {
    const i64 sum = left.as_int() + (item.is_int() ? item.as_int() : item == True);
    if (UNLIKELY(!Value::fits_integer(sum))) return false;
    total = Ref<>::adopt(Value::integer(sum));
    return true;
  }
  if (left.is_float() && item.is_float()) {
    const double sum = left.as_float() + item.as_float();
    if (UNLIKELY(!Value::fits_float(sum))) return false;
    total = Ref<>::adopt(Value::floating_unchecked(sum));
    return true;
  }
  return false;
}

Result<Ref<>> builtin_sum(Thread& thread, Value iterable, Value start) {
  TRY(check_sum_start(thread, start));
  Ref<> total = Ref<>::share(start);
  if (is_exact<List>(iterable) && !iterable.object()->is_shared()) {
    List& list = as<List>(iterable);
    isize i = 0;
    if (total.value().is_float() || total.value() == Value::integer(0)) {
      // The floats at the front: nothing but the sum changes.
      double sum = total.value().is_float() ? total.value().as_float() : 0.0;
      for (Value item = list.peek(i); item.is_float(); item = list.peek(++i)) sum += item.as_float();
      if (i) total = TRY(make_float(thread, sum));
    }
    for (; i < list.length(); ++i) {
      if (LIKELY(add_quickly(total, list.peek(i)))) continue;
      Ref<> item = Ref<>::share(list.peek(i));
      total = TRY(binary(thread, BinaryOp::add, total, item));
    }
    return total;
  }
  Ref<> iterator = TRY(iterate(thread, iterable));
  for (RepeatedNext next_item(iterator);;) {
    Ref<> item = TRY(next_item(thread));
    if (item.value() == Done) return total;
    if (UNLIKELY(!add_quickly(total, item))) total = TRY(binary(thread, BinaryOp::add, total, item));
  }
}

constexpr MethodSpec kFunctions[] = {
    function<builtin_all>("all(iterable, /)",
                          "False as soon as the iterable yields something false, else True; so True for an empty one."),
    function<builtin_any>("any(iterable, /)",
                          "True as soon as the iterable yields something true, else False; so False for an empty one."),
    function<builtin_iter>("iter(object, sentinel=<unrepresentable>, /)",
                           "Get an iterator from an object.\n\n"
                           "In the first form, the argument must supply its own iterator, or be a sequence.\n"
                           "In the second form, the callable is called until it returns the sentinel."),
    function<builtin_max>("max(*args, key=None, default=<unrepresentable>)",
                          "max(iterable, *[, default=obj, key=func]) -> value\n"
                          "max(arg1, arg2, *args, *[, key=func]) -> value\n\n"
                          "The greatest of the arguments, or of the items of a single iterable argument. `key` "
                          "computes what is\n"
                          "compared; `default` is the answer for an iterable without items, which is an error "
                          "otherwise."),
    function<builtin_min>("min(*args, key=None, default=<unrepresentable>)",
                          "min(iterable, *[, default=obj, key=func]) -> value\n"
                          "min(arg1, arg2, *args, *[, key=func]) -> value\n\n"
                          "The least of the arguments, or of the items of a single iterable argument. `key` computes "
                          "what is\n"
                          "compared; `default` is the answer for an iterable without items, which is an error "
                          "otherwise."),
    function<builtin_next>("next(iterator, default=<unrepresentable>, /)",
                           "Return the next item from the iterator.\n\n"
                           "If default is given and the iterator is exhausted,\n"
                           "it is returned instead of raising StopIteration."),
    function<builtin_sorted>("sorted(iterable, /, *, key=None, reverse=False)",
                             "The items of the iterable as a new list, smallest first.\n\n"
                             "`key` computes what is compared instead of the items themselves; `reverse` puts the "
                             "greatest first."),
    function<builtin_sum>("sum(iterable, /, start=0)",
                          "Add the items of an iterable to `start`, from left to right.\n\n"
                          "Meant for numbers; text and bytes are refused."),
};

}  // namespace

std::span<const MethodSpec> iteration_functions() { return kFunctions; }

}  // namespace py
