#include "core/modules/collections/ordered_dict.h"

#include "core/object/allocate.h"
#include "core/object/dict_table.h"
#include "core/object/layout.h"

namespace py {

using namespace dict_table;

namespace {

constexpr u32 kAtCount = 0xFFFFFFFF;  // `last_end`: the last entry in use may be live

void count_change(OrderedDict& dict, i32 added) {
  dict.changes.store(dict.changes.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  dict.known.store(dict.known.load(std::memory_order_relaxed) + added, std::memory_order_relaxed);
}

}  // namespace

const ObjectOps OrderedDict::kOps = {"OrderedDict", Dict::kOps.visit, Dict::kOps.release, fixed_size};

// Keeps what is known of the ends true across one change. Lock held all the while.
class OrderedDict::Change {
 public:
  explicit Change(OrderedDict& dict) : dict_(dict) {
    DictBlock* block = dict.block.load(std::memory_order_relaxed);
    if (block != dict.table || (block && block->mutations.load(std::memory_order_relaxed) != dict.mutations)) forget();
  }
  ~Change() {
    DictBlock* block = dict_.block.load(std::memory_order_relaxed);
    if (block != dict_.table) forget();
    dict_.mutations = block ? block->mutations.load(std::memory_order_relaxed) : 0;
  }
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

 private:
  void forget() {
    dict_.table = dict_.block.load(std::memory_order_relaxed);
    dict_.unused = dict_.first = 0;
    dict_.last_end = kAtCount;
  }
  OrderedDict& dict_;
};

Result<Ref<OrderedDict>> OrderedDict::make(Thread& thread, Type& type) {
  Ref<OrderedDict> dict = TRY(new_object<OrderedDict>(thread, type));
  dict->block.store(nullptr, std::memory_order_relaxed);
  dict->used.store(0, std::memory_order_relaxed);
  dict->changes.store(0, std::memory_order_relaxed);
  dict->known.store(0, std::memory_order_relaxed);
  dict->table = nullptr;
  dict->mutations = dict->unused = dict->first = 0;
  dict->last_end = kAtCount;
  return dict;
}

Result<Value> OrderedDict::look_up(Thread& thread, Value key) {
  const i64 hash = TRY(hash_of(thread, key));
  Value value = TRY(find(thread, key, hash));
  if (LIKELY(!value.is_empty() || !is_shared())) return value;
  TRY(with_entry(thread, *this, key, hash, [&](isize entry) {
    if (entry >= 0) value = block.load(std::memory_order_relaxed)->entries()[entry].value.peek();
  }));
  return value;
}

bool OrderedDict::insert_at_end_locked(Value key, i64 hash, Value value, DictBlock** retired) {
  Change change(*this);
  if (!insert_locked(*this, key, hash, value, retired)) return false;
  incref(key);
  incref(value);
  last_end = kAtCount;
  count_change(*this, 1);
  return true;
}

Result<void> OrderedDict::put(Thread& thread, Value key, Value value) {
  const i64 hash = TRY(hash_of(thread, key));
  Value old = Empty;
  DictBlock* retired = nullptr;
  bool no_memory = false;
  TRY(with_entry(thread, *this, key, hash, [&](isize entry) {
    if (entry < 0) {
      no_memory = !insert_at_end_locked(key, hash, value, &retired);
    } else {
      old = block.load(std::memory_order_relaxed)->entries()[entry].value.exchange(*this, Ref<>::share(value));
    }
  }));
  drop_removed(*this, old);
  dispose(*this, retired);
  if (no_memory) return raise_memory_error(thread);
  return {};
}

Result<Ref<>> OrderedDict::put_default(Thread& thread, Value key, Value value) {
  const i64 hash = TRY(hash_of(thread, key));
  Value result = value;
  DictBlock* retired = nullptr;
  bool no_memory = false;
  TRY(with_entry(thread, *this, key, hash, [&](isize entry) {
    if (entry < 0) {
      no_memory = !insert_at_end_locked(key, hash, value, &retired);
    } else {
      result = block.load(std::memory_order_relaxed)->entries()[entry].value.peek();
    }
    incref(result);
  }));
  dispose(*this, retired);
  Ref<> owned = Ref<>::adopt(result);
  if (no_memory) return raise_memory_error(thread);
  return owned;
}

Result<Ref<>> OrderedDict::take(Thread& thread, Value key) {
  Removed removed;
  TRY(with_entry(thread, *this, key, TRY(hash_of(thread, key)), [&](isize entry) {
    if (entry < 0) return;
    Change change(*this);
    removed = remove_locked(*this, entry);
    count_change(*this, -1);
  }));
  return hand_out(*this, removed);
}

// The entry number of the first or last live entry, or -1.
isize OrderedDict::first_live_locked() {
  DictBlock* block_now = block.load(std::memory_order_relaxed);
  const u32 count = block_now ? block_now->count.load(std::memory_order_relaxed) : 0;
  while (first < count && block_now->entries()[first].value.peek().is_empty()) ++first;
  return first < count ? static_cast<isize>(first) : kAbsent;
}
isize OrderedDict::last_live_locked() {
  DictBlock* block_now = block.load(std::memory_order_relaxed);
  const u32 count = block_now ? block_now->count.load(std::memory_order_relaxed) : 0;
  last_end = std::min(last_end, count);
  while (last_end > 0 && block_now->entries()[last_end - 1].value.peek().is_empty()) --last_end;
  return static_cast<isize>(last_end) - 1;
}

Result<Ref<Tuple>> OrderedDict::take_end(Thread& thread, End end) {
  Removed removed;
  {
    ObjectLock lock(*this);
    Change change(*this);
    const isize entry = end == End::Last ? last_live_locked() : first_live_locked();
    if (entry >= 0) {
      removed = remove_locked(*this, entry, end == End::Last ? Last::Reuse : Last::Keep);
      count_change(*this, -1);
    }
  }
  if (removed.value.is_empty()) return raise(thread, types.KeyError, "dictionary is empty");
  Ref<> key = Ref<>::share(removed.key);
  Ref<> value = hand_out(*this, removed);
  return Tuple::from(thread, {key, value});
}

// A new block, in which the entry may have another number. False: no memory.
bool OrderedDict::rebuild_locked(isize& entry, u32 gap, DictBlock** retired) {
  DictBlock* old = block.load(std::memory_order_relaxed);
  const Value key = old->entries()[entry].key.peek();
  const i64 hash = old->entries()[entry].hash;
  DictBlock* fresh = rebuilt(old, room_for(used.load(std::memory_order_relaxed)), gap);
  if (!fresh) return false;
  entry = search(*fresh, hash, [&](DictEntry& candidate) -> isize { return candidate.key.peek() == key; });
  *retired = old;
  block.store(fresh, std::memory_order_release);
  table = fresh;
  unused = first = gap;
  last_end = kAtCount;
  return true;
}

// The entry was given another place; its references are there now.
void OrderedDict::empty_entry_locked(isize entry) {
  DictBlock* block_now = block.load(std::memory_order_relaxed);
  block_now->entries()[entry].value.word().store(Empty.bits, std::memory_order_release);
  block_now->entries()[entry].key.word().store(Empty.bits, std::memory_order_release);
  if (!is_shared()) unlink_entry(*block_now, static_cast<u32>(entry));
  count_change(*this, 0);
}

bool OrderedDict::move_to_last_locked(isize entry, DictBlock** retired) {
  if (last_live_locked() == entry) return true;
  DictBlock* now = block.load(std::memory_order_relaxed);
  if (now->count.load(std::memory_order_relaxed) + now->dropped >= now->capacity) {
    if (!rebuild_locked(entry, 0, retired)) return false;
    now = block.load(std::memory_order_relaxed);
  }
  const DictEntry& from = now->entries()[entry];
  append_entry(*now, from.key.peek(), from.hash, from.value.peek());
  last_end = kAtCount;
  empty_entry_locked(entry);
  return true;
}

bool OrderedDict::move_to_first_locked(isize entry, DictBlock** retired) {
  if (first_live_locked() == entry) return true;
  if (unused == 0) {
    const u32 gap = static_cast<u32>(used.load(std::memory_order_relaxed) / 2 + 4);
    if (!rebuild_locked(entry, gap, retired)) return false;
  }
  DictBlock* now = block.load(std::memory_order_relaxed);
  const DictEntry& from = now->entries()[entry];
  DictEntry& to = now->entries()[--unused];
  first = unused;
  to.hash = from.hash;
  to.key.initialize(from.key.peek());
  to.value.word().store(from.value.peek().bits, std::memory_order_release);
  now->mutations.store(now->mutations.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  now->version.store(DictBlock::kNoVersion, std::memory_order_release);
  link_entry(*now, first, to.hash);
  empty_entry_locked(entry);
  return true;
}

Result<bool> OrderedDict::move(Thread& thread, Value key, End end) {
  if (length() == 0) return false;
  bool found = false, moved = false;
  DictBlock* retired = nullptr;
  TRY(with_entry(thread, *this, key, TRY(hash_of(thread, key)), [&](isize entry) {
    found = entry >= 0;
    if (!found) return;
    Change change(*this);
    moved = end == End::Last ? move_to_last_locked(entry, &retired) : move_to_first_locked(entry, &retired);
  }));
  dispose(*this, retired);
  if (found && !moved) return raise_memory_error(thread);
  return found;
}

void OrderedDict::clear_all() {
  DictBlock* old;
  {
    ObjectLock lock(*this);
    Change change(*this);
    old = take_table_locked(*this);
    known.store(0, std::memory_order_relaxed);
  }
  drop_table(*this, old);
}

isize OrderedDict::start_position(End end) {
  ObjectLock lock(*this);
  Change change(*this);
  return end == End::Last ? last_live_locked() + 1 : std::max(first_live_locked(), isize{0});
}

bool OrderedDict::has_lost_keys() {
  ObjectLock lock(*this);
  return used.load(std::memory_order_relaxed) < known.load(std::memory_order_relaxed);
}

}  // namespace py
