// The steps that operations on a dict's table are made of: searching, adding and removing entries, making blocks.
// Only the files that implement dicts include this; the invariants are in dict.h.
#pragma once
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/operations.h"
#include "core/object/quick_compare.h"
#include "core/object/sequence.h"
#include "core/object/str.h"
#include "memory/buffer.h"

#include <cstring>

namespace py::dict_table {

constexpr isize kAbsent = -1;
constexpr isize kNeedsPython = Dict::kAskPython;  // a candidate can only be compared by running __eq__

// The index: cells of 1, 2 or 4 bytes. All ones means free, one less means that the entry was dropped again.

template <class Cell>
struct Index {
  static constexpr u32 kFree = static_cast<Cell>(-1);
  static constexpr u32 kDropped = kFree - 1;
  static u32 load(const void* cells, u64 at) {
    return __atomic_load_n(static_cast<const Cell*>(cells) + at, __ATOMIC_ACQUIRE);
  }
  static void store(void* cells, u64 at, u32 entry) {
    __atomic_store_n(static_cast<Cell*>(cells) + at, static_cast<Cell>(entry), __ATOMIC_RELEASE);
  }
};

template <class Body>
INLINE auto with_index(const DictBlock& block, Body&& body) {
  if (LIKELY(block.index_width == 1)) return body(Index<u8>{});
  if (block.index_width == 2) return body(Index<u16>{});
  return body(Index<u32>{});
}

struct Probe {
  u64 mask, at, perturb;
  Probe(const DictBlock& block, i64 hash)
      : mask((u64{1} << block.log2_index) - 1), at(static_cast<u64>(hash) & mask), perturb(static_cast<u64>(hash)) {}
  void advance() {
    perturb >>= 5;
    at = (at * 5 + perturb + 1) & mask;
  }
};

// The entry for which match(entry) says yes, or kAbsent. A match of kNeedsPython stops the search.
template <class Match>
INLINE isize search(const DictBlock& block, i64 hash, Match&& match) {
  DictBlock& table = const_cast<DictBlock&>(block);
  return with_index(block, [&](auto index) __attribute__((always_inline)) -> isize {
    using I = decltype(index);
    const void* cells = table.index();
    DictEntry* entries = table.entries();
    for (Probe probe(block, hash);; probe.advance()) {
      const u32 number = I::load(cells, probe.at);
      if (UNLIKELY(number >= I::kDropped)) {
        if (number == I::kFree) return kAbsent;
        continue;
      }
      const isize verdict = match(entries[number]);
      if (verdict == 1) return number;
      if (verdict == kNeedsPython) return kNeedsPython;
    }
  });
}

inline isize search_str(const DictBlock& block, const Str& key, i64 hash) {
  const Str* const text = &key;
  return search(block, hash, [text, hash](DictEntry& entry) __attribute__((always_inline)) -> isize {
    if (LIKELY(entry.hash != hash)) return 0;
    const Value candidate = entry.key.peek();
    if (!candidate.is_object()) return 0;  // a hole, or a number
    if (candidate.object() == text) return 1;
    return is_exact<Str>(candidate) ? as<Str>(candidate).equals(*text) : kNeedsPython;
  });
}
inline isize search_int(const DictBlock& block, Value key, i64 hash) {
  return search(block, hash, [key, hash](DictEntry& entry) __attribute__((always_inline)) -> isize {
    const Value candidate = entry.key.peek();
    if (candidate == key) return 1;
    if (LIKELY(candidate.is_int() || entry.hash != hash)) return 0;
    return candidate.is_empty() || is_exact<Str>(candidate) ? 0 : kNeedsPython;
  });
}

inline bool is_simple_number(Value value) { return value.is_int() || value.is_float() || value.is_immediate(); }

// Compares without running Python where that is possible.
inline isize search_simple(const DictBlock& block, Value key, i64 hash) {
  if (is_exact<Str>(key)) return search_str(block, as<Str>(key), hash);
  if (key.is_int()) return search_int(block, key, hash);
  return search(block, hash, [&](DictEntry& entry) -> isize {
    if (LIKELY(entry.hash != hash)) return 0;
    const Value candidate = entry.key.peek();
    if (candidate == key) return 1;
    if (candidate.is_empty() || (is_exact<Str>(candidate) && is_simple_number(key))) return 0;
    bool same;
    return compare_quickly(candidate, key, CompareOp::Equal, same) ? same : kNeedsPython;
  });
}

struct Found {
  isize entry;
  DictBlock* block;
  u32 mutations;
};

// Searches with __eq__ where needed; starts again when the set of keys changed meanwhile.
inline Result<Found> search_general(Thread& thread, const Dict& dict, Value key, i64 hash) {
  for (;;) {
    DictBlock* block = dict.block.load(std::memory_order_acquire);
    if (!block) return Found{kAbsent, nullptr, 0};
    const u32 mutations = block->mutations.load(std::memory_order_acquire);
    bool restart = false;
    bool failed = false;
    const isize entry = search(*block, hash, [&](DictEntry& candidate_entry) -> isize {
      const Value candidate = candidate_entry.key.peek();
      if (candidate == key) return 1;
      if (candidate_entry.hash != hash || candidate.is_empty()) return 0;
      Ref<> keep = Ref<>::share(candidate);
      Result<bool> same = equal(thread, keep, key);
      if (same.failed()) {
        failed = true;
        return kNeedsPython;
      }
      if (dict.block.load(std::memory_order_acquire) != block ||
          block->mutations.load(std::memory_order_acquire) != mutations) {
        restart = true;
        return kNeedsPython;
      }
      return same.take() ? 1 : 0;
    });
    if (failed) return failure;
    if (!restart) return Found{entry, block, mutations};
  }
}

inline usize block_bytes(u8 log2_index, u8 width, u32 capacity) {
  return sizeof(DictBlock) + capacity * sizeof(DictEntry) + (usize{width} << log2_index);
}

inline DictBlock* make_block(isize wanted) {
  u8 log2_index = 3;
  while (((isize{1} << log2_index) * 2) / 3 < wanted) ++log2_index;
  if (log2_index > 31) return nullptr;
  const u8 width = log2_index <= 7 ? 1 : log2_index <= 15 ? 2 : 4;
  const u32 capacity = static_cast<u32>(((u64{1} << log2_index) * 2) / 3);
  auto* block = static_cast<DictBlock*>(buffer_allocate(block_bytes(log2_index, width, capacity)));
  if (!block) return nullptr;
  block->version.store(DictBlock::kNoVersion, std::memory_order_relaxed);
  block->log2_index = log2_index;
  block->index_width = width;
  block->only_strings.store(1, std::memory_order_relaxed);
  block->capacity = capacity;
  block->count.store(0, std::memory_order_relaxed);
  block->mutations.store(0, std::memory_order_relaxed);
  block->dropped = 0;
  if (LIKELY(log2_index == 3)) {
    std::memset(block->index(), 0xFF, 8);  // no call for the smallest
  } else {
    std::memset(block->index(), 0xFF, usize{width} << log2_index);
  }
  return block;
}

inline void link_entry(DictBlock& block, u32 number, i64 hash) {
  with_index(block, [&](auto index) __attribute__((always_inline)) {
    using I = decltype(index);
    Probe probe(block, hash);
    while (I::load(block.index(), probe.at) < I::kDropped) probe.advance();
    if (I::load(block.index(), probe.at) == I::kDropped && block.dropped) --block.dropped;
    I::store(block.index(), probe.at, number);
  });
}

// The cell of a removed entry can be used again. Local dicts only. Not counted in `dropped`: the entry still counts.
inline void unlink_entry(DictBlock& block, u32 number) {
  with_index(block, [&](auto index) __attribute__((always_inline)) {
    using I = decltype(index);
    Probe probe(block, block.entries()[number].hash);
    while (I::load(block.index(), probe.at) != number) probe.advance();
    I::store(block.index(), probe.at, I::kDropped);
  });
}

// Appends an entry; takes the references. There is room.
inline void append_entry(DictBlock& block, Value key, i64 hash, Value value) {
  const u32 number = block.count.load(std::memory_order_relaxed);
  DictEntry& entry = block.entries()[number];
  entry.hash = hash;
  entry.key.initialize(key);
  entry.value.initialize(value);
  if (!is_exact<Str>(key)) block.only_strings.store(0, std::memory_order_relaxed);
  block.count.store(number + 1, std::memory_order_release);
  block.mutations.store(block.mutations.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  block.version.store(DictBlock::kNoVersion, std::memory_order_release);
  link_entry(block, number, hash);  // last: now readers can find it
}

inline void dispose(const Dict& dict, DictBlock* block) {
  if (!block) return;
  if (dict.is_shared()) {
    retire_buffer(block, buffer_free, block_bytes(block->log2_index, block->index_width, block->capacity));
  } else {
    buffer_free(block);
  }
}

// A block without holes, byte for byte. The references are not counted yet.
inline DictBlock* cloned(const DictBlock& from) {
  const usize bytes = block_bytes(from.log2_index, from.index_width, from.capacity);
  auto* block = static_cast<DictBlock*>(buffer_allocate(bytes));
  if (!block) return nullptr;
  std::memcpy(static_cast<void*>(block), &from, bytes);
  block->version.store(DictBlock::kNoVersion, std::memory_order_relaxed);
  return block;
}

// How many entries a full block makes room for in its successor.
inline isize room_for(isize used) { return used < 50000 ? used * 2 + 2 : used + used / 2; }

// A block with the live entries of `from` and room for more; `from` keeps its (now stale) copy for readers. `gap`
// entries at the front are left empty.
inline DictBlock* rebuilt(DictBlock* from, isize wanted, u32 gap = 0) {
  DictBlock* block = make_block(wanted + gap);
  if (!block || !from) return block;
  const u32 count = from->count.load(std::memory_order_relaxed);
  for (u32 i = 0; i < gap; ++i) {
    block->entries()[i].key.initialize(Empty);
    block->entries()[i].value.initialize(Empty);
    block->entries()[i].hash = 0;
  }
  u32 number = gap;
  with_index(*block, [&](auto index) {
    using I = decltype(index);
    for (u32 i = 0; i < count; ++i) {
      const DictEntry& entry = from->entries()[i];
      if (entry.value.peek().is_empty()) continue;
      std::memcpy(static_cast<void*>(&block->entries()[number]), &entry, sizeof entry);
      Probe probe(*block, entry.hash);
      while (I::load(block->index(), probe.at) != I::kFree) probe.advance();
      I::store(block->index(), probe.at, number++);
    }
  });
  block->count.store(number, std::memory_order_relaxed);
  block->only_strings.store(from->only_strings.load(std::memory_order_relaxed), std::memory_order_relaxed);
  from->version.store(DictBlock::kNoVersion, std::memory_order_release);
  from->mutations.store(from->mutations.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  return block;
}

// Adds a key known to be absent. Takes the references on success. Lock held. False: no memory.
inline bool insert_locked(Dict& dict, Value key, i64 hash, Value value, DictBlock** retired) {
  DictBlock* block = dict.block.load(std::memory_order_relaxed);
  if (!block || block->count.load(std::memory_order_relaxed) + block->dropped >= block->capacity) {
    const isize used = dict.used.load(std::memory_order_relaxed);
    DictBlock* bigger = rebuilt(block, room_for(used));
    if (!bigger) return false;
    *retired = block;
    dict.block.store(bigger, std::memory_order_release);  // pairs with the acquire of readers
    block = bigger;
  }
  if (UNLIKELY(dict.is_shared())) {
    publish(key);
    publish(value);
  }
  append_entry(*block, key, hash, value);
  dict.used.store(dict.used.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  return true;
}

enum class Quick : u8 { Added, Replaced, Unknown };

// Sets an item of a local dict with one search, for keys that no __eq__ has to be asked about, where there is room.
// Takes its own references; the replaced value goes to `old`.
INLINE Quick set_quickly(Dict& dict, Value key, i64 hash, Value value, Value& old) {
  DictBlock* const block = dict.block.load(std::memory_order_relaxed);
  if (UNLIKELY(dict.is_shared() || !block)) return Quick::Unknown;
  const bool text = is_exact<Str>(key);
  if (text ? !block->only_strings.load(std::memory_order_relaxed) : !key.is_int()) return Quick::Unknown;
  return with_index(*block, [&](auto index) __attribute__((always_inline)) {
    using I = decltype(index);
    void* const cells = block->index();
    Probe probe(*block, hash);
    for (;; probe.advance()) {
      const u32 number = I::load(cells, probe.at);
      if (number >= I::kDropped) {
        if (number == I::kFree) break;
        return Quick::Unknown;  // a cell to be used again
      }
      DictEntry& entry = block->entries()[number];
      if (entry.hash != hash) continue;
      const Value candidate = entry.key.peek();
      if (candidate != key) {
        if (candidate.is_empty()) continue;
        if (text ? !as<Str>(candidate).equals(as<Str>(key)) : candidate.is_int()) continue;
        if (!text) return Quick::Unknown;
      }
      incref(value);
      old = entry.value.peek();
      entry.value.word().store(value.bits, std::memory_order_relaxed);
      return Quick::Replaced;
    }
    const u32 number = block->count.load(std::memory_order_relaxed);
    if (UNLIKELY(number + block->dropped >= block->capacity)) return Quick::Unknown;
    DictEntry& entry = block->entries()[number];
    incref(key);
    incref(value);
    entry.hash = hash;
    entry.key.initialize(key);
    entry.value.initialize(value);
    if (!text) block->only_strings.store(0, std::memory_order_relaxed);
    block->count.store(number + 1, std::memory_order_relaxed);
    block->mutations.store(block->mutations.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    block->version.store(DictBlock::kNoVersion, std::memory_order_relaxed);
    I::store(cells, probe.at, number);
    dict.used.store(dict.used.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return Quick::Added;
  });
}

struct Removed {
  Value key = Empty, value = Empty;
};

// Gives the number of the removed last entry free again, so that popitem() in a loop is not quadratic. Local dicts
// only: a lock-free reader counts on an entry not changing its key.
inline void drop_last_entry(DictBlock& block, u32 number) {
  with_index(block, [&](auto index) __attribute__((always_inline)) {
    using I = decltype(index);
    Probe probe(block, block.entries()[number].hash);
    while (I::load(block.index(), probe.at) != number) probe.advance();
    I::store(block.index(), probe.at, I::kDropped);
    ++block.dropped;
  });
  block.count.store(number, std::memory_order_relaxed);
}

enum class Last : u8 { Keep, Reuse };

inline Removed remove_locked(Dict& dict, isize number, Last last = Last::Keep) {
  DictBlock* block = dict.block.load(std::memory_order_relaxed);
  DictEntry& entry = block->entries()[number];
  Removed removed{entry.key.peek(), entry.value.peek()};
  entry.value.word().store(Empty.bits, std::memory_order_release);
  entry.key.word().store(Empty.bits, std::memory_order_release);
  block->mutations.store(block->mutations.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  block->version.store(DictBlock::kNoVersion, std::memory_order_release);
  dict.used.store(dict.used.load(std::memory_order_relaxed) - 1, std::memory_order_release);
  if (LIKELY(!dict.is_shared())) {
    if (last == Last::Reuse && number + 1 == block->count.load(std::memory_order_relaxed)) {
      drop_last_entry(*block, static_cast<u32>(number));
    } else {
      unlink_entry(*block, static_cast<u32>(number));
    }
  }
  return removed;
}

// The value handed to the caller must be owned by it, and the dict's own reference retired, when the dict is shared.
inline Ref<> hand_out(const Dict& dict, Removed removed) {
  Ref<> result = dict.is_shared() ? Ref<>::share(removed.value) : Ref<>::adopt(removed.value);
  if (dict.is_shared()) retire(removed.value);
  drop_removed(dict, removed.key);
  return result;
}

// Takes the whole table away; what it holds is to be given to drop_table after unlocking. Lock held.
inline DictBlock* take_table_locked(Dict& dict) {
  DictBlock* old = dict.block.load(std::memory_order_relaxed);
  dict.block.store(nullptr, std::memory_order_release);
  dict.used.store(0, std::memory_order_release);
  if (old) {
    old->version.store(DictBlock::kNoVersion, std::memory_order_release);
    old->mutations.store(old->mutations.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  return old;
}
inline void drop_table(const Dict& dict, DictBlock* old) {
  if (!old) return;
  const u32 count = old->count.load(std::memory_order_relaxed);
  for (u32 i = 0; i < count; ++i) {
    drop_removed(dict, old->entries()[i].key.peek());
    drop_removed(dict, old->entries()[i].value.peek());
  }
  dispose(dict, old);
}

// Runs `body(entry number or kAbsent)` with the lock held and the search result certain.
template <class Body>
Result<void> with_entry(Thread& thread, Dict& dict, Value key, i64 hash, Body&& body) {
  {
    ObjectLock lock(dict);
    DictBlock* block = dict.block.load(std::memory_order_relaxed);
    const isize entry = block ? search_simple(*block, key, hash) : kAbsent;
    if (LIKELY(entry != kNeedsPython)) {
      body(entry);
      return {};
    }
  }
  for (;;) {
    const Found found = TRY(search_general(thread, dict, key, hash));
    ObjectLock lock(dict);
    DictBlock* block = dict.block.load(std::memory_order_relaxed);
    if (block == found.block && (!block || block->mutations.load(std::memory_order_relaxed) == found.mutations)) {
      body(found.entry);
      return {};
    }
  }
}

}  // namespace py::dict_table
