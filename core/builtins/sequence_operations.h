// What the sequence types have in common: indices, reprs, the errors of + and *, comparison item by item.
#pragma once
#include "core/base/text/text_builder.h"
#include "core/builtins/index_iterator.h"
#include "core/object/casts.h"
#include "core/object/sequence.h"
#include "core/object/str.h"

namespace py {

// The key of an item access as an index. IndexError when it does not fit.
Result<isize> item_index(Thread& thread, Value key);
// start and stop of index(): None is not accepted, what is too large is clamped. `otherwise` when not given.
Result<isize> search_bound(Thread& thread, Value bound, isize otherwise);

// Item `index`, owned; Empty when there is none. Sees through the holes of a list that is being changed.
Ref<> item_of(List& list, isize index);
INLINE Ref<> item_of(Tuple& tuple, isize index) {
  return index < tuple.length ? Ref<>::share(tuple[index]) : Ref<>();
}
INLINE Value peek_item(const List& list, isize index) { return list.peek(index); }
INLINE Value peek_item(const Tuple& tuple, isize index) { return tuple[index]; }
INLINE isize length_of(const List& list) { return list.length(); }
INLINE isize length_of(const Tuple& tuple) { return tuple.length; }

// left + right where left is a sequence called `name` and right is something else: its __radd__, or a TypeError.
Result<Ref<>> concatenate_foreign(Thread& thread, Value left, Value right, const char* name);
// How often sequence * count, or count * sequence, repeats. `answer` is not Empty when another type's __rmul__ has
// answered instead.
struct Repetition {
  isize count = 0;
  Ref<> answer;
};
Result<Repetition> repetition(Thread& thread, Value left, Value right, bool sequence_is_left);

// The first index at or after `from` at which the two do not hold the very same item or equal texts.
template <class S>
isize first_difference(const S& left, const S& right, isize from) {
  const isize count = std::min(length_of(left), length_of(right));
  for (; from < count; ++from) {
    const Value mine = peek_item(left, from), theirs = peek_item(right, from);
    if (LIKELY(mine == theirs)) continue;
    if (!is_exact<Str>(mine) || !is_exact<Str>(theirs) || !as<Str>(mine).equals(as<Str>(theirs))) break;
  }
  return from;
}

// Whether `a op b` follows from the first difference of two sequences.
template <class S>
Result<Ref<>> compare_sequences(Thread& thread, S& left, S& right, CompareOp op) {
  auto answer = [](bool value) { return Ref<>::adopt(Value::boolean(value)); };
  if (length_of(left) != length_of(right)) {
    if (op == CompareOp::Equal) return answer(false);
    if (op == CompareOp::NotEqual) return answer(true);
  }
  for (isize i = 0;; ++i) {
    i = first_difference(left, right, i);
    if (i < length_of(left) && i < length_of(right)) {
      const Value a = peek_item(left, i), b = peek_item(right, i);
      if (a.is_int() && b.is_int()) return answer(holds(a.as_int(), b.as_int(), op));
    }
    Ref<> mine = item_of(left, i);
    Ref<> theirs = item_of(right, i);
    if (mine.is_empty() || theirs.is_empty()) {
      const isize a = length_of(left), b = length_of(right);
      switch (op) {
        case CompareOp::Less: return answer(a < b);
        case CompareOp::LessEqual: return answer(a <= b);
        case CompareOp::Equal: return answer(a == b);
        case CompareOp::NotEqual: return answer(a != b);
        case CompareOp::Greater: return answer(a > b);
        case CompareOp::GreaterEqual: return answer(a >= b);
      }
    }
    if (mine.value() == theirs.value()) continue;
    if (TRY(equal(thread, mine, theirs))) continue;
    // An __eq__ that shortened a list leaves only the lengths to compare.
    if (i >= length_of(left) || i >= length_of(right)) continue;
    if (op == CompareOp::Equal) return answer(false);
    if (op == CompareOp::NotEqual) return answer(true);
    return compare(thread, mine, theirs, op);
  }
}

// The index of the first item in [start, stop) that equals the value, or -1.
template <class S>
Result<isize> find_item(Thread& thread, S& sequence, Value value, isize start, isize stop) {
  for (isize i = start; i < stop; ++i) {
    Ref<> item = item_of(sequence, i);
    if (item.is_empty()) break;
    if (TRY(equal(thread, item, value))) return i;
  }
  return isize{-1};
}
template <class S>
Result<isize> count_items(Thread& thread, S& sequence, Value value) {
  isize count = 0;
  for (isize i = 0;; ++i) {
    Ref<> item = item_of(sequence, i);
    if (item.is_empty()) return count;
    if (TRY(equal(thread, item, value))) ++count;
  }
}
// start and stop of index() made into positions of a sequence of this length.
INLINE isize position_from(isize bound, isize length) { return bound < 0 ? (bound + length < 0 ? 0 : bound + length) : bound; }

// Appends repr(item), repr(item), ...
template <class S>
Result<void> append_reprs(Thread& thread, S& sequence, TextBuilder& text) {
  for (isize i = 0;; ++i) {
    Ref<> item = item_of(sequence, i);
    if (item.is_empty()) return {};
    Ref<Str> shown = TRY(repr(thread, item));
    if (i) text.append_ascii(", ", 2);
    text.append(shown->view());
  }
}
Result<Ref<>> finish_text(Thread& thread, const TextBuilder& text);
// A fixed text as a str.
Result<Ref<>> ascii_text(Thread& thread, std::string_view text);

// __class_getitem__ of generic containers.
inline Result<Ref<>> generic_alias_of(Thread& thread, Type& type, Value parameters) {
  return make_generic_alias(thread, type.value(), parameters);
}

}  // namespace py
