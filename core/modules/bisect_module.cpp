// _bisect: binary search in any sorted sequence.
#include "core/builtins/sequence_operations.h"
#include "core/modules/registry.h"

namespace py {

namespace {

enum class Side : u8 { Left, Right };

Result<Ref<>> sequence_item(Thread& thread, Value sequence, isize index) {
  if (is_exact<List>(sequence)) {
    Ref<> item = item_of(as<List>(sequence), index);
    if (!item.is_empty()) return item;
    return raise(thread, types.IndexError, "list index out of range");
  }
  Ref<> key = TRY(make_int(thread, index));
  return get_item(thread, sequence, key);
}

Result<isize> bisect(Thread& thread, Side side, Value sequence, Value x, isize low, Value hi, Value key) {
  if (low < 0) return raise(thread, types.ValueError, "lo must be non-negative");
  isize high = hi.is_none() ? -1 : TRY(to_isize(thread, hi));
  if (high == -1) high = TRY(length(thread, sequence));
  while (low < high) {
    const isize middle = low + (high - low) / 2;
    Ref<> item = TRY(sequence_item(thread, sequence, middle));
    if (!key.is_none()) item = TRY(call(thread, key, {item}));
    if (side == Side::Right) {
      if (TRY(compare_bool(thread, x, item, CompareOp::Less))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    } else if (TRY(compare_bool(thread, item, x, CompareOp::Less))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

template <Side side>
Result<isize> bisect_function(Thread& thread, Value a, Value x, isize lo, Value hi, Value key) {
  return bisect(thread, side, a, x, lo, hi, key);
}
template <Side side>
Result<void> insort_function(Thread& thread, Value a, Value x, isize lo, Value hi, Value key) {
  Ref<> wanted = key.is_none() ? Ref<>::share(x) : TRY(call(thread, key, {x}));
  const isize index = TRY(bisect(thread, side, a, wanted, lo, hi, key));
  if (is_exact<List>(a)) return as<List>(a).insert(thread, index, x);
  Ref<> place = TRY(make_int(thread, index));
  TRY(call_method(thread, a, "insert", {place, x}));
  return {};
}

constexpr const char* kRight =
    "Return the index where to insert item x in list a, assuming a is sorted.\n\n"
    "The return value i is such that all e in a[:i] have e <= x, and all e in\n"
    "a[i:] have e > x.  So if x already appears in the list, i points just\n"
    "beyond the rightmost x already there\n\n"
    "Optional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.";
constexpr const char* kLeft =
    "Return the index where to insert item x in list a, assuming a is sorted.\n\n"
    "The return value i is such that all e in a[:i] have e < x, and all e in\n"
    "a[i:] have e >= x.  So if x already appears in the list, i points just\n"
    "before the leftmost x already there.\n\n"
    "Optional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.";
constexpr const char* kInsert =
    "Insert item x in list a, and keep it sorted assuming a is sorted.\n\n"
    "Optional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.";

constexpr MethodSpec kFunctions[] = {
    function<bisect_function<Side::Right>>("bisect_right(a, x, lo=0, hi=None, *, key=None)", kRight),
    function<bisect_function<Side::Right>>("bisect(a, x, lo=0, hi=None, *, key=None)", kRight),
    function<bisect_function<Side::Left>>("bisect_left(a, x, lo=0, hi=None, *, key=None)", kLeft),
    function<insort_function<Side::Right>>("insort_right(a, x, lo=0, hi=None, *, key=None)", kInsert),
    function<insort_function<Side::Right>>("insort(a, x, lo=0, hi=None, *, key=None)", kInsert),
    function<insort_function<Side::Left>>("insort_left(a, x, lo=0, hi=None, *, key=None)", kInsert),
};

}  // namespace

const ModuleSpec kBisectModule = {
    "_bisect",
    "Bisection algorithms.\n\n"
    "This module provides support for maintaining a list in sorted order without\n"
    "having to sort the list after each insertion.",
    kFunctions, std::size(kFunctions)};

}  // namespace py
