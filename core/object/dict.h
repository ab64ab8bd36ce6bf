// Dict: insertion-ordered hash table. An index of entry numbers (1, 2 or 4 bytes each) and the entries stand in one block.
//
// Invariant: within a block an entry's key never changes but to Empty; deletion leaves a hole that is not reused; growth
// makes a new block. So a lock-free reader that loaded a block may use whatever it finds in it (rule R). `version` in the
// block names the set of its keys for inline caches: it is lost when a key is added or removed.
// Threads: a shared dict is read lock-free; writers hold its lock and retire replaced blocks. What must call a Python
// __eq__ does so unlocked, and starts again if the set of keys changed meanwhile.
#pragma once
#include "core/object/type.h"
#include "memory/lock.h"

namespace py {

struct DictEntry {
  Field key;
  i64 hash;
  Field value;
};

struct DictBlock {
  static constexpr u32 kNoVersion = 0xFFFFFFFF;  // no cache word holds it, not even an empty one
  std::atomic<u32> version;      // kNoVersion: none assigned
  u8 log2_index;                 // the index has 1 << log2_index cells
  u8 index_width;                // bytes of a cell
  std::atomic<u8> only_strings;  // every key is an exact str
  u32 capacity;                  // entries that fit
  std::atomic<u32> count;        // entries in use, holes included
  std::atomic<u32> mutations;    // counts added and removed keys, to notice them after a Python __eq__
  u32 dropped;                   // index cells that stand for no entry any more; count + dropped stays within capacity
  DictEntry* entries() { return reinterpret_cast<DictEntry*>(this + 1); }
  void* index() { return entries() + capacity; }
};

enum class DictPart : u8 { Keys, Values, Pairs };

class Dict : public Object {
 public:
  std::atomic<DictBlock*> block;
  std::atomic<isize> used;       // live entries
  isize length() const { return used.load(std::memory_order_acquire); }

  static Result<Ref<Dict>> make(Thread& thread, isize expected = 0);

  // Values come back borrowed until the next safepoint (shared) or the next change (local), so share them before running
  // any Python code; Empty: absent.
  Value find_str(const Str& key) const;                      // the key is an exact str: never runs Python
  Result<Value> find(Thread& thread, Value key);               // may run __hash__ and __eq__
  Result<Value> find(Thread& thread, Value key, i64 hash);
  Result<Ref<>> get(Thread& thread, Value key);              // owned; Empty when absent

  Result<void> set(Thread& thread, Value key, Value value);
  Result<void> set(Thread& thread, Value key, i64 hash, Value value);
  Result<void> set_str(Thread& thread, std::string_view ascii_name, Value value);  // interns the name
  // The value that is in the dict afterwards.
  Result<Ref<>> set_default(Thread& thread, Value key, Value value);
  // The removed value, owned; Empty when the key was absent.
  Result<Ref<>> remove(Thread& thread, Value key);
  Result<Ref<>> remove(Thread& thread, Value key, i64 hash);
  Result<Ref<Tuple>> pop_item(Thread& thread);
  void clear();
  Result<Ref<Dict>> copy(Thread& thread);
  // Makes `target`, fresh and empty, a copy, with room for `extra` more entries if there are any; atomic.
  Result<void> copy_into(Thread& thread, Dict& target, isize extra = 0);
  // All keys, all values, or key, value, key, value and so on, at one moment.
  Result<Ref<Tuple>> snapshot(Thread& thread, DictPart part);
  // Atomic as long as no key has to be compared by a Python __eq__.
  Result<void> update_from_dict(Thread& thread, Dict& other, bool override_existing = true);

  // Iteration by position: the next live entry at or after `position`, which is moved past it. False at the end.
  // The values are borrowed as above.
  bool next_entry(isize& position, Value& key, Value& value, i64* hash = nullptr) const;
  // The previous live entry below `position`.
  bool previous_entry(isize& position, Value& key, Value& value) const;

  // The entry number of an exact-str key in the current block, -1 when it is absent, or kAskPython when only a Python
  // __eq__ can tell.
  static constexpr isize kAskPython = -2;
  // The same for any key: kAskPython for all but an exact str and a small int.
  isize quick_entry(Value key) const;
  // The value of such a key, borrowed; Empty when it is absent or the general search must be asked.
  Value quick_find(Value key) const;
  isize entry_index(const Str& key) const;
  // A version naming the current key set, assigned now if there was none. Never 0.
  u32 keys_version();

  static const ObjectOps kOps;
};

// The one-character members of a frozenset of strings, by code point.
struct CharacterBits {
  u64 words[4];
};

// set and frozenset: the same table with None as every value.
class Set final : public Dict {
 public:
  std::atomic<i64> frozen_hash;  // frozenset: cached, -1 when not computed
  std::atomic<const CharacterBits*> characters;  // frozenset: made at the first question for a Latin-1 character
  static Result<Ref<Set>> make_set(Thread& thread, Type& type, isize expected = 0);
  Result<void> add(Thread& thread, Value item) { return set(thread, item, None); }
  // A new set of those members of `from` that `by` contains, or of those that it does not. Empty: a key has an __eq__ that
  // would have to be asked.
  static Result<Ref<>> select(Thread& thread, Type& type, const Dict& from, const Dict& by, bool present);
  // Whether there is such a member at all: 1, 0, or kAskPython.
  static isize selects_any(const Dict& from, const Dict& by, bool present);
  // Of a frozenset: whether it contains the key; kAskPython as quick_entry.
  isize quick_membership(Value key);
  // What was learned of an unfinished frozenset is forgotten.
  void forget_characters();
  static const ObjectOps kOps;
};

// Whether hash(number) == number: the modulus of numeric hashes is beyond it.
constexpr bool hashes_to_itself(i64 number) { return number > -(i64{1} << 60) && number < (i64{1} << 60) && number != -1; }
// The hash of any value as Python's hash(); may run __hash__.
Result<i64> hash_of(Thread& thread, Value value);

}  // namespace py
