#include "core/object/sort.h"

#include "core/base/text/search.h"
#include "core/object/casts.h"
#include "core/object/number.h"
#include "core/object/powersort.h"
#include "core/object/radix_sort.h"
#include "core/object/str.h"
#include "memory/destroy.h"

#include <bit>

namespace py {

namespace {

// What is sorted: keys alone, or keys that carry their items along.
struct Bare {
  Value key;
};
struct Keyed {
  Value key, item;
};

// The comparisons, by what all keys have in common. Only the last two can raise.
struct IntegerLess {
  int operator()(const auto& a, const auto& b) const {
    return static_cast<i64>(a.key.bits) < static_cast<i64>(b.key.bits);
  }
};
struct FloatLess {
  int operator()(const auto& a, const auto& b) const { return float_value(a.key) < float_value(b.key); }
};
struct NumberLess {
  int operator()(const auto& a, const auto& b) const { return numbers_compare(a.key, b.key, CompareOp::Less); }
};

int compare_text(const Str& a, const Str& b) {
  if (a.width() != 1 || b.width() != 1) return text::compare(a.view(), b.view());
  const isize common = std::min(a.length(), b.length());
  if (LIKELY(common > 0)) {
    const int first = *static_cast<const u8*>(a.data()) - *static_cast<const u8*>(b.data());
    if (first) return first;
  }
  const int order = std::memcmp(a.data(), b.data(), static_cast<usize>(common));
  return order ? order : a.length() < b.length() ? -1 : a.length() > b.length();
}

struct StrLess {
  int operator()(const auto& a, const auto& b) const {
    return compare_text(*static_cast<Str*>(a.key.object()), *static_cast<Str*>(b.key.object())) < 0;
  }
};
struct AnyLess {
  Thread* thread;
  int compare_items(Value a, Value b) const {
    Result<bool> less = compare_bool(*thread, a, b, CompareOp::Less);
    return less.failed() ? -1 : less.take();
  }
  int operator()(const auto& a, const auto& b) const { return compare_items(a.key, b.key); }
};
// Tuples of whatever: the first difference decides, mostly without a call.
struct TupleLess {
  AnyLess any;
  int operator()(const auto& left, const auto& right) const {
    const Tuple& a = *static_cast<Tuple*>(left.key.object());
    const Tuple& b = *static_cast<Tuple*>(right.key.object());
    const isize common = std::min(a.length, b.length);
    for (isize i = 0; i < common; ++i) {
      const Value x = a[i], y = b[i];
      if (x == y) continue;
      if (x.is_int() && y.is_int()) return static_cast<i64>(x.bits) < static_cast<i64>(y.bits);
      Result<bool> same = equal(*any.thread, x, y);
      if (same.failed()) return -1;
      if (!same.take()) return any.compare_items(x, y);
    }
    return a.length < b.length;
  }
};

enum class Keys : u8 { Integers, Floats, Numbers, Strings, Tuples, Any };

Keys kind_of(Value key) {
  if (key.is_int()) return Keys::Integers;
  if (key.is_float() || is_exact<BoxedFloat>(key)) return Keys::Floats;
  if (is_exact<Str>(key)) return Keys::Strings;
  if (key.is_bool() || (key.is_object() && &type_of_object(*key.object()) == types.int_)) return Keys::Numbers;
  return is_exact<Tuple>(key) ? Keys::Tuples : Keys::Any;
}

template <class Item>
Keys common_kind(const Item* items, isize count) {
  Keys common = kind_of(items[0].key);
  for (isize i = 1; i < count && common != Keys::Any; ++i) {
    const Keys kind = kind_of(items[i].key);
    if (kind == common) continue;
    const bool numbers = common <= Keys::Numbers && kind <= Keys::Numbers;
    common = numbers ? Keys::Numbers : Keys::Any;
  }
  return common;
}

template <class Item>
SortOutcome sort_by_comparing(Thread& thread, Item* items, isize count, Keys kind) {
  switch (kind) {
    case Keys::Integers: return PowerSort(items, count, IntegerLess()).sort();
    case Keys::Floats: return PowerSort(items, count, FloatLess()).sort();
    case Keys::Numbers: return PowerSort(items, count, NumberLess()).sort();
    case Keys::Strings: return PowerSort(items, count, StrLess()).sort();
    case Keys::Tuples: return PowerSort(items, count, TupleLess{{&thread}}).sort();
    case Keys::Any: return PowerSort(items, count, AnyLess{&thread}).sort();
  }
  return SortOutcome::Sorted;
}

// An item with a number that orders it before or after others as its key does; equal ranks say what RankSort::tie knows.
template <class Item>
struct Ranked {
  u64 rank;
  Item item;
};

// Sorts by ranks of the keys, or of what tuples have at one place, and only equal ranks by comparing.
template <class Item>
class RankSort {
 public:
  using Entry = Ranked<Item>;
  RankSort(Thread& thread, Entry* entries, Entry* room) : thread_(thread), entries_(entries), room_(room) {}

  // The items at [begin, end), whose tuples agree up to `place`; place -1: the keys themselves. False: cannot be ranked.
  bool rank(isize begin, isize end, isize place) {
    const Value first = key_at(begin, place);
    exact_ = kind_of(first) != Keys::Strings;
    if (!exact_) return rank_all(begin, end, place, rank_text);
    return rank_all(begin, end, place, rank_integer) || rank_all(begin, end, place, rank_number);
  }

  // After rank() of the same.
  SortOutcome sort(isize begin, isize end, isize place, Keys kind) {
    const bool exact = exact_;
    Entry* sorted = radix_sort(entries_ + begin, room_ + begin, end - begin);
    if (sorted != entries_ + begin) std::copy(sorted, sorted + (end - begin), entries_ + begin);
    for (isize i = begin; i < end;) {
      isize same = i + 1;
      while (same < end && entries_[same].rank == entries_[i].rank) ++same;
      const bool equal = exact || (entries_[i].rank & 255) <= kWholeText;
      if (same - i > 1 && !(equal && place < 0)) {
        const SortOutcome outcome = break_tie(i, same, equal ? place + 1 : -1, kind);
        if (outcome != SortOutcome::Sorted) return outcome;
      }
      i = same;
    }
    return SortOutcome::Sorted;
  }

 private:
  static constexpr u64 kWholeText = 7;  // so many characters of a text stand in its rank

  // Empty: the tuple ends before.
  Value key_at(isize number, isize place) const {
    const Value key = entries_[number].item.key;
    if (place < 0) return key;
    const Tuple& tuple = *static_cast<Tuple*>(key.object());
    return place < tuple.length ? tuple[place] : Empty;
  }
  template <class Rank>
  INLINE bool rank_all(isize begin, isize end, isize place, Rank&& rank_key) {
    for (isize i = begin; i < end; ++i) {
      if (!rank_key(key_at(i, place), entries_[i].rank)) return false;
    }
    return true;
  }

  static bool rank_integer(Value key, u64& rank) {
    rank = key.bits ^ u64{1} << 63;
    return key.is_int();
  }
  // Exact for ints and floats up to 2**53 in size; a nan has no place in any order.
  static bool rank_number(Value key, u64& rank) {
    double number;
    if (key.is_int()) {
      constexpr i64 kExact = i64{1} << 53;
      if (key.as_int() > kExact || key.as_int() < -kExact) return false;
      number = static_cast<double>(key.as_int());
    } else if (key.is_bool()) {
      number = key == True;
    } else if (key.is_float() || is_exact<BoxedFloat>(key)) {
      number = float_value(key) + 0.0;  // no minus zero
      if (number != number) return false;
    } else {
      return false;
    }
    const u64 bits = std::bit_cast<u64>(number);
    rank = bits ^ (bits >> 63 ? ~u64{0} : u64{1} << 63);
    return true;
  }

  // The first seven characters and, in the last byte, how many there are, 8 for more.
  static bool rank_text(Value key, u64& rank) {
    if (!is_exact<Str>(key)) return false;
    const Str& text = *static_cast<Str*>(key.object());
    if (text.width() != 1) return false;
    const isize length = text.length();
    u64 bytes = 0;
    if (length > 0) std::memcpy(&bytes, text.data(), 8);  // texts end at a multiple of eight bytes
    bytes = __builtin_bswap64(bytes);
    const u64 shown = length < 7 ? static_cast<u64>(length) : 7;
    rank = (shown ? bytes & ~u64{0} << (64 - 8 * shown) : 0) | (length <= 7 ? static_cast<u64>(length) : 8);
    return true;
  }

  SortOutcome break_tie(isize begin, isize end, isize place, Keys kind) {
    constexpr isize kFew = 24, kMostPlaces = 8;
    if (kind == Keys::Tuples && place > 0 && place < kMostPlaces && end - begin > kFew && rank(begin, end, place)) return sort(begin, end, place, kind);
    const isize count = end - begin;
    Item* items = reinterpret_cast<Item*>(room_ + begin);
    for (isize i = 0; i < count; ++i) items[i] = entries_[begin + i].item;
    const SortOutcome outcome = sort_by_comparing(thread_, items, count, kind);
    for (isize i = 0; i < count; ++i) entries_[begin + i].item = items[i];
    return outcome;
  }

  Thread& thread_;
  Entry* entries_;
  Entry* room_;
  bool exact_ = false;
};

// False: the keys have no ranks, or there is no memory for them.
template <class Item>
bool sort_by_rank(Thread& thread, Item* items, isize count, Keys kind, SortOutcome& outcome) {
  using Entry = Ranked<Item>;
  auto* entries = static_cast<Entry*>(buffer_allocate(2 * sizeof(Entry) * static_cast<usize>(count)));
  if (!entries) return false;
  for (isize i = 0; i < count; ++i) entries[i].item = items[i];
  RankSort<Item> sort(thread, entries, entries + count);
  const isize place = kind == Keys::Tuples ? 0 : -1;
  const bool ranked = sort.rank(0, count, place);
  if (ranked) {
    outcome = sort.sort(0, count, place, kind);
    for (isize i = 0; i < count; ++i) items[i] = entries[i].item;
  }
  buffer_free(entries);
  return ranked;
}

// Whether sorting in runs is at its best: the beginning goes up or down for long.
template <class Item>
bool begins_in_order(Thread& thread, const Item* items, isize count, Keys kind) {
  constexpr isize kLong = 32;
  if (kind != Keys::Integers && kind != Keys::Floats && kind != Keys::Numbers) return false;
  const isize end = count < kLong ? count : kLong;
  bool up = true, down = true;
  for (isize i = 1; i < end && (up || down); ++i) {
    const bool less = numbers_compare(items[i].key, items[i - 1].key, CompareOp::Less);
    up = up && !less;
    down = down && less;
  }
  return up || down;
}

template <class Item>
SortOutcome sort_items(Thread& thread, Item* items, isize count, Keys kind) {
  constexpr isize kWorthRanking = 100;
  SortOutcome outcome;
  if (count >= kWorthRanking && kind != Keys::Any && !begins_in_order(thread, items, count, kind) &&
      sort_by_rank(thread, items, count, kind, outcome)) {
    return outcome;
  }
  return sort_by_comparing(thread, items, count, kind);
}

// A stable descending sort: equal items keep their order when the ascending sort works on the mirror image.
template <class Item>
SortOutcome sort_directed(Thread& thread, Item* items, isize count, Keys kind, Reverse reverse) {
  if (reverse == Reverse::No) return sort_items(thread, items, count, kind);
  std::reverse(items, items + count);
  const SortOutcome outcome = sort_items(thread, items, count, kind);
  std::reverse(items, items + count);
  return outcome;
}

// The items of a list while they are sorted.
class DetachedItems {
 public:
  explicit DetachedItems(List& list) : list_(list) {
    ObjectLock lock(list);
    block_ = list.block.load(std::memory_order_relaxed);
    count_ = list.size.load(std::memory_order_relaxed);
    list.size.store(0, std::memory_order_release);
    list.block.store(nullptr, std::memory_order_release);
    was_shared_ = list.is_shared();
  }
  isize count() const { return count_; }
  Value* values() { return reinterpret_cast<Value*>(block_->slots); }

  // Lock-free readers may still look at the block of a shared list: work on a copy.
  bool make_private() {
    if (!was_shared_ || !block_) return true;
    const usize bytes = sizeof(ListItems) + 8 * static_cast<usize>(count_);
    auto* copy = static_cast<ListItems*>(buffer_allocate(bytes));
    if (!copy) return false;
    copy->capacity = count_;
    std::memcpy(static_cast<void*>(copy->slots), block_->slots, 8 * static_cast<usize>(count_));
    replaced_ = std::exchange(block_, copy);
    return true;
  }

  // False when the list was changed meanwhile; the changes are dropped.
  bool put_back() {
    for (isize i = 0; list_.is_shared() && i < count_; ++i) publish(values()[i]);
    ListItems* other;
    isize other_count;
    {
      ObjectLock lock(list_);
      other = list_.block.load(std::memory_order_relaxed);
      other_count = list_.size.load(std::memory_order_relaxed);
      list_.block.store(block_, std::memory_order_release);
      list_.size.store(count_, std::memory_order_release);
    }
    for (isize i = 0; i < other_count; ++i) drop_removed(list_, other->slots[i].peek());
    dispose(other);
    dispose(replaced_);
    return other == nullptr;
  }

 private:
  void dispose(ListItems* items) {
    if (items) retire_buffer(items, buffer_free, sizeof(ListItems) + 8 * static_cast<usize>(items->capacity));
  }
  List& list_;
  ListItems* block_;
  ListItems* replaced_ = nullptr;
  isize count_;
  bool was_shared_;
};

Result<void> outcome_of(Thread& thread, SortOutcome outcome) {
  if (outcome == SortOutcome::NoMemory) return raise_memory_error(thread);
  if (outcome == SortOutcome::Raised) return failure;
  return {};
}

Result<void> sort_bare(Thread& thread, DetachedItems& items, Reverse reverse) {
  auto* bare = reinterpret_cast<Bare*>(items.values());
  const Keys kind = common_kind(bare, items.count());
  // Where Python code may run, a tuple shows the items to the collector and keeps them alive.
  Ref<Tuple> keeper;
  if (kind >= Keys::Tuples) keeper = TRY(Tuple::from(thread, items.values(), items.count()));
  return outcome_of(thread, sort_directed(thread, bare, items.count(), kind, reverse));
}

Result<void> sort_keyed(Thread& thread, DetachedItems& items, Value key, Reverse reverse) {
  const isize count = items.count();
  Ref<Tuple> keeper = TRY(Tuple::from(thread, items.values(), count));
  Ref<List> keys = TRY(List::make(thread, count));
  for (isize i = 0; i < count; ++i) TRY(keys->append(thread, TRY(call(thread, key, {(*keeper)[i]}))));
  Ref<Tuple> all_keys = TRY(keys->to_tuple(thread));
  auto* keyed = static_cast<Keyed*>(buffer_allocate(sizeof(Keyed) * static_cast<usize>(count)));
  if (!keyed) return raise_memory_error(thread);
  for (isize i = 0; i < count; ++i) keyed[i] = {(*all_keys)[i], (*keeper)[i]};
  const Keys kind = common_kind(keyed, count);
  const SortOutcome outcome = sort_directed(thread, keyed, count, kind, reverse);
  for (isize i = 0; i < count; ++i) items.values()[i] = keyed[i].item;
  buffer_free(keyed);
  keys = Ref<List>();
  all_keys = Ref<Tuple>();
  // What the finalisers of the keys do to the list, they do during the sort.
  if (outcome == SortOutcome::Sorted) drain_finalizers(thread);
  return outcome_of(thread, outcome);
}

}  // namespace

Result<void> sort_list(Thread& thread, List& list, Value key, Reverse reverse) {
  DetachedItems items(list);
  Result<void> result;
  if (!items.make_private()) {
    result = raise_memory_error(thread);
  } else if (items.count() > 0) {
    result = key.is_none() ? sort_bare(thread, items, reverse) : sort_keyed(thread, items, key, reverse);
  }
  const bool unchanged = items.put_back();
  if (result.failed()) return failure;
  if (!unchanged) return raise(thread, types.ValueError, "list modified during sort");
  return {};
}

}  // namespace py
