#include "core/builtins/set_operations.h"

#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/casts.h"
#include "core/object/repeated_next.h"
#include "core/object/sequence.h"

#include <algorithm>

namespace py {

namespace {

// set, frozenset, or a plain dict: something with a table of hashed keys.
Dict* hashed_keys(Value value) {
  if (is<Set>(value)) return &as<Set>(value);
  return is_exact<Dict>(value) ? &as<Dict>(value) : nullptr;
}

// Calls body(key, hash) for each key; the keys may change meanwhile.
template <class Body>
Result<void> for_each_key(Dict& table, Body&& body) {
  isize position = 0;
  Value key, value;
  i64 hash;
  while (table.next_entry(position, key, value, &hash)) {
    Ref<> keep = Ref<>::share(key);
    TRY(body(key, hash));
  }
  return {};
}

// The same for any iterable, with hashes computed where there are none.
template <class Body>
Result<void> for_each_hashed(Thread& thread, Value iterable, Body&& body) {
  if (Dict* table = hashed_keys(iterable)) return for_each_key(*table, body);
  Ref<> iterator = TRY(iterate(thread, iterable));
  for (RepeatedNext next_item(iterator);;) {
    Ref<> item = TRY(next_item(thread));
    if (item.value() == Done) return {};
    const i64 hash = TRY(hash_of(thread, item));
    TRY(body(item.value(), hash));
  }
}

Result<bool> has(Thread& thread, Dict& table, Value key, i64 hash) {
  return !TRY(table.find(thread, key, hash)).is_empty();
}

// Whether the iterable has an item that is in the set, or one that is not; looks no further than that.
Result<bool> finds_any(Thread& thread, Set& set, Value iterable, bool inside) {
  Ref<> iterator = TRY(iterate(thread, iterable));
  for (RepeatedNext next_item(iterator);;) {
    Ref<> item = TRY(next_item(thread));
    if (item.value() == Done) return false;
    if (TRY(has(thread, set, item, TRY(hash_of(thread, item)))) == inside) return true;
  }
}

Ref<Set> as_set(Ref<> set) { return Ref<Set>::adopt(static_cast<Set*>(set.release().object())); }

void exchange_tables(Set& set, Set& other) {
  ObjectLock lock(set);
  DictBlock* block = set.block.load(std::memory_order_relaxed);
  const isize used = set.used.load(std::memory_order_relaxed);
  if (block) block->mutations.fetch_add(1, std::memory_order_release);
  set.block.store(other.block.load(std::memory_order_relaxed), std::memory_order_release);
  set.used.store(other.used.load(std::memory_order_relaxed), std::memory_order_release);
  other.block.store(block, std::memory_order_release);
  other.used.store(used, std::memory_order_release);
}

}  // namespace

Type& plain_set_type(const Type& type) { return type.is_subtype_of(*types.set) ? *types.set : *types.frozenset; }

isize expected_members(Value iterable) {
  constexpr isize kMost = 170;  // a table of 5 KiB
  const isize items = is_exact<List>(iterable)    ? as<List>(iterable).length()
                      : is_exact<Tuple>(iterable) ? as<Tuple>(iterable).length
                                                  : 0;
  return std::min(items, kMost);
}

Result<Ref<Set>> make_set_of(Thread& thread, Type& type, Value iterable) {
  Ref<Set> set = TRY(Set::make_set(thread, type, expected_members(iterable)));
  if (iterable != Unbound) TRY(set_update(thread, *set, iterable));
  set->forget_characters();
  return set;
}

Result<Ref<Set>> copy_set(Thread& thread, Type& type, Set& set, isize extra) {
  Ref<Set> result = TRY(Set::make_set(thread, type));
  TRY(set.copy_into(thread, *result, extra));
  return result;
}

namespace {

// A list may change meanwhile, by what is run for its items.
template <class S>
Result<void> add_items(Thread& thread, Set& set, const S& sequence) {
  for (isize i = 0; i < length_of(sequence); ++i) {
    const Value item = peek_item(sequence, i);
    if (item.is_int() && hashes_to_itself(item.as_int())) {
      TRY(set.set(thread, item, item.as_int(), None));
    } else {
      TRY(set.add(thread, Ref<>::share(item)));
    }
  }
  return {};
}

}  // namespace

Result<void> set_update(Thread& thread, Set& set, Value iterable) {
  if (is<Set>(iterable)) return set.update_from_dict(thread, as<Set>(iterable), false);
  if (is_exact<Dict>(iterable)) {
    return for_each_key(as<Dict>(iterable), [&](Value key, i64 hash) { return set.set(thread, key, hash, None); });
  }
  if (is_exact<List>(iterable) && !iterable.object()->is_shared()) return add_items(thread, set, as<List>(iterable));
  if (is_exact<Tuple>(iterable)) return add_items(thread, set, as<Tuple>(iterable));
  Ref<> iterator = TRY(iterate(thread, iterable));
  for (RepeatedNext next_item(iterator);;) {
    Ref<> item = TRY(next_item(thread));
    if (item.value() == Done) return {};
    TRY(set.add(thread, item));
  }
}

Result<void> set_difference_update(Thread& thread, Set& set, Value iterable) {
  if (iterable == set.value()) {
    set.clear();
    return {};
  }
  return for_each_hashed(thread, iterable, [&](Value key, i64 hash) -> Result<void> {
    TRY(set.remove(thread, key, hash));
    return {};
  });
}

Result<void> set_symmetric_difference_update(Thread& thread, Set& set, Value iterable) {
  if (iterable == set.value()) {
    set.clear();
    return {};
  }
  auto toggle = [&](Value key, i64 hash) -> Result<void> {
    Ref<> removed = TRY(set.remove(thread, key, hash));
    if (!removed.is_empty()) return {};
    return set.set(thread, key, hash, None);
  };
  if (Dict* table = hashed_keys(iterable)) return for_each_key(*table, toggle);
  Ref<Set> other = TRY(make_set_of(thread, *types.set, iterable));
  return for_each_key(*other, toggle);
}

Result<Ref<Set>> set_difference(Thread& thread, Type& type, Set& set, Value iterable) {
  Dict* table = hashed_keys(iterable);
  if (!table || (set.length() >> 2) > table->length()) {
    Ref<Set> result = TRY(copy_set(thread, type, set));
    TRY(set_difference_update(thread, *result, iterable));
    return result;
  }
  Ref<> selected = TRY(Set::select(thread, type, set, *table, false));
  if (!selected.is_empty()) return as_set(std::move(selected));
  Ref<Set> result = TRY(Set::make_set(thread, type));
  TRY(for_each_key(set, [&](Value key, i64 hash) -> Result<void> {
    if (TRY(has(thread, *table, key, hash))) return {};
    return result->set(thread, key, hash, None);
  }));
  return result;
}

Result<Ref<Set>> set_intersection(Thread& thread, Type& type, Set& set, Value iterable) {
  if (iterable == set.value()) return copy_set(thread, type, set);
  Dict* smaller = &set;
  Dict* larger = is<Set>(iterable) ? &as<Set>(iterable) : nullptr;
  if (larger) {
    if (smaller->length() >= larger->length()) std::swap(smaller, larger);
    Ref<> selected = TRY(Set::select(thread, type, *smaller, *larger, true));
    if (!selected.is_empty()) return as_set(std::move(selected));
  }
  Ref<Set> result = TRY(Set::make_set(thread, type));
  if (larger) {
    TRY(for_each_key(*smaller, [&](Value key, i64 hash) -> Result<void> {
      if (!TRY(has(thread, *larger, key, hash))) return {};
      return result->set(thread, key, hash, None);
    }));
    return result;
  }
  TRY(for_each_hashed(thread, iterable, [&](Value key, i64 hash) -> Result<void> {
    if (!TRY(has(thread, set, key, hash))) return {};
    return result->set(thread, key, hash, None);
  }));
  return result;
}

void set_take_content(Set& set, Set& other) {
  if (set.is_shared()) publish(other.value());
  exchange_tables(set, other);
  if (set.is_shared()) other.clear();  // retires the old table: others may be reading it
}

Result<bool> set_is_subset(Thread& thread, Set& set, Set& other) {
  if (set.length() > other.length()) return false;
  const isize outside = Set::selects_any(set, other, false);
  if (outside != Dict::kAskPython) return outside == 0;
  bool inside = true;
  isize position = 0;
  Value key, value;
  i64 hash;
  while (inside && set.next_entry(position, key, value, &hash)) {
    Ref<> keep = Ref<>::share(key);
    inside = TRY(has(thread, other, key, hash));
  }
  return inside;
}

Result<bool> set_is_disjoint(Thread& thread, Set& set, Value iterable) {
  if (iterable == set.value()) return set.length() == 0;
  if (is<Set>(iterable)) {
    Set* smaller = &set;
    Set* larger = &as<Set>(iterable);
    if (smaller->length() > larger->length()) std::swap(smaller, larger);
    const isize common = Set::selects_any(*smaller, *larger, true);
    if (common != Dict::kAskPython) return common == 0;
    isize position = 0;
    Value key, value;
    i64 hash;
    while (smaller->next_entry(position, key, value, &hash)) {
      Ref<> keep = Ref<>::share(key);
      if (TRY(has(thread, *larger, key, hash))) return false;
    }
    return true;
  }
  return !TRY(finds_any(thread, set, iterable, true));
}

Result<bool> set_has_all(Thread& thread, Set& set, Value iterable) {
  return !TRY(finds_any(thread, set, iterable, false));
}

}  // namespace py
