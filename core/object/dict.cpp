#include "core/object/dict.h"

#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict_table.h"

namespace py {

using namespace dict_table;

namespace {

std::atomic<u32> last_version{0};

usize dict_size(const Object& object) { return type_of_object(object).allocation_size(); }

void dict_visit(Object& object, Visitor& visitor) {
  Dict& dict = static_cast<Dict&>(object);
  if (DictBlock* block = dict.block.load(std::memory_order_acquire)) {
    const u32 count = block->count.load(std::memory_order_acquire);
    for (u32 i = 0; i < count; ++i) {
      visitor.visit(block->entries()[i].key);
      visitor.visit(block->entries()[i].value);
    }
  }
  const BuiltinShape shape{object.shape.load(std::memory_order_relaxed)};
  const bool plain = shape == BuiltinShape::dict || shape == BuiltinShape::set || shape == BuiltinShape::frozenset;
  if (!plain) visit_attributes(object, visitor);
}

void dict_release(Object& object) { buffer_free(static_cast<Dict&>(object).block.load(std::memory_order_relaxed)); }
void set_release(Object& object) {
  static_cast<Set&>(object).forget_characters();
  dict_release(object);
}

}  // namespace

const ObjectOps Dict::kOps = {"dict", dict_visit, dict_release, dict_size};
const ObjectOps Set::kOps = {"set", dict_visit, set_release, dict_size};

Result<Ref<Dict>> Dict::make(Thread& thread, isize expected) {
  Ref<Dict> dict = TRY(allocate<Dict>(thread, *types.dict, sizeof(Dict)));
  dict->block.store(nullptr, std::memory_order_relaxed);
  dict->used.store(0, std::memory_order_relaxed);
  if (expected > 0) {
    DictBlock* block = make_block(expected);
    if (!block) return raise_memory_error(thread);
    dict->block.store(block, std::memory_order_relaxed);
  }
  return dict;
}

Result<Ref<Set>> Set::make_set(Thread& thread, Type& type, isize expected) {
  Ref<Set> set;
  if (LIKELY(type.allocation_size() == sizeof(Set))) {
    set = TRY(allocate<Set>(thread, type, sizeof(Set)));
  } else {
    set = TRY(new_object<Set>(thread, type));
  }
  set->block.store(expected > 0 ? make_block(expected) : nullptr, std::memory_order_relaxed);
  set->used.store(0, std::memory_order_relaxed);
  set->frozen_hash.store(-1, std::memory_order_relaxed);
  set->characters.store(nullptr, std::memory_order_relaxed);
  return set;
}

namespace {

constexpr CharacterBits kNoCharacterBits = {};  // of frozensets that have other members too, or too many
constexpr isize kMostForBits = 1024;

const CharacterBits* make_character_bits(const Set& set) {
  const DictBlock* block = set.block.load(std::memory_order_acquire);
  if (block && (set.length() > kMostForBits || !block->only_strings.load(std::memory_order_relaxed))) return &kNoCharacterBits;
  auto* bits = static_cast<CharacterBits*>(buffer_allocate(sizeof(CharacterBits)));
  if (!bits) return &kNoCharacterBits;
  *bits = {};
  isize position = 0;
  Value key, value;
  while (set.next_entry(position, key, value)) {
    const Str& text = as<Str>(key);
    if (text.is_latin1_character()) bits->words[text[0] >> 6] |= u64{1} << (text[0] & 63);
  }
  return bits;
}

}  // namespace

void Set::forget_characters() {
  const CharacterBits* bits = characters.load(std::memory_order_relaxed);
  characters.store(nullptr, std::memory_order_relaxed);
  if (bits != &kNoCharacterBits) buffer_free(const_cast<CharacterBits*>(bits));
}

isize Set::quick_membership(Value key) {
  if (is_exact<Str>(key) && as<Str>(key).is_latin1_character()) {
    const CharacterBits* bits = characters.load(std::memory_order_acquire);
    if (UNLIKELY(!bits)) {
      const CharacterBits* made = make_character_bits(*this);
      if (characters.compare_exchange_strong(bits, made)) {
        bits = made;
      } else if (made != &kNoCharacterBits) {
        buffer_free(const_cast<CharacterBits*>(made));
      }
    }
    const u32 c = *static_cast<const u8*>(as<Str>(key).data());
    if (LIKELY(bits != &kNoCharacterBits)) return bits->words[c >> 6] >> (c & 63) & 1;
  }
  const isize entry = quick_entry(key);
  return entry == kAskPython ? kAskPython : entry >= 0;
}

namespace {

// Calls body(number) for the entries whose keys `by` contains, or does not, until it returns false. False: a key can only
// be compared by running __eq__.
template <class Body>
bool for_each_selected(DictBlock* source, const Dict& by, bool present, Body&& body) {
  DictBlock* table = by.block.load(std::memory_order_acquire);
  const u32 count = source ? source->count.load(std::memory_order_acquire) : 0;
  for (u32 i = 0; i < count; ++i) {
    DictEntry& entry = source->entries()[i];
    const Value key = entry.key.peek();
    if (key.is_empty() || entry.value.peek().is_empty()) continue;
    const isize found = table ? search_simple(*table, key, entry.hash) : kAbsent;
    if (found == kNeedsPython) return false;
    if ((found >= 0) == present && !body(i)) return true;
  }
  return true;
}

}  // namespace

Result<Ref<>> Set::select(Thread& thread, Type& type, const Dict& from, const Dict& by, bool present) {
  constexpr isize kFew = 64;
  u32 few[kFew];
  const isize most = present ? std::min(from.length(), by.length()) : from.length();
  // Others may add to a shared one meanwhile: what does not fit came later.
  u32* selected = most <= kFew ? few : static_cast<u32*>(buffer_allocate(4 * static_cast<usize>(most)));
  if (!selected) return raise_memory_error(thread);
  DictBlock* source = from.block.load(std::memory_order_acquire);
  isize count = 0;
  const bool certain = for_each_selected(source, by, present, [&](u32 number) {
    if (count < most) selected[count++] = number;
    return count < most;
  });
  Result<Ref<>> result = Ref<>();
  if (certain) result = make_set(thread, type, count);
  if (certain && !result.failed()) {
    Ref<> made = result.take();
    Set* set = static_cast<Set*>(made.value().object());
    DictBlock* block = set->block.load(std::memory_order_relaxed);
    isize used = 0;
    for (isize i = 0; i < count; ++i) {
      const DictEntry& entry = source->entries()[selected[i]];
      const Value key = entry.key.peek();
      if (key.is_empty()) continue;
      incref(key);
      if (UNLIKELY(set->is_shared())) publish(key);
      append_entry(*block, key, entry.hash, None);
      ++used;
    }
    set->used.store(used, std::memory_order_release);
    result = std::move(made);
  }
  if (selected != few) buffer_free(selected);
  return result;
}

isize Set::selects_any(const Dict& from, const Dict& by, bool present) {
  isize any = 0;
  const bool certain = for_each_selected(from.block.load(std::memory_order_acquire), by, present, [&](u32) {
    any = 1;
    return false;
  });
  return certain ? any : kAskPython;
}

Value Dict::find_str(const Str& key) const {
  DictBlock* table = block.load(std::memory_order_acquire);
  if (!table) return Empty;
  const isize entry = search_str(*table, key, static_cast<i64>(key.hash()));
  if (LIKELY(entry >= 0)) return table->entries()[entry].value.peek();
  return Empty;  // a str key equals no candidate whose __eq__ would have to be asked, in a namespace
}

isize Dict::entry_index(const Str& key) const {
  DictBlock* table = block.load(std::memory_order_acquire);
  return table ? search_str(*table, key, static_cast<i64>(key.hash())) : kAbsent;
}

namespace {

// The entry of an exact str or a small int in this block; kNeedsPython for other keys.
isize search_quickly(const DictBlock* table, Value key) {
  if (is_exact<Str>(key)) {
    const Str& text = as<Str>(key);
    return table ? search_str(*table, text, static_cast<i64>(text.hash())) : kAbsent;
  }
  if (!key.is_int() || !hashes_to_itself(key.as_int())) return kNeedsPython;
  return table ? search_int(*table, key, key.as_int()) : kAbsent;
}

}  // namespace

isize Dict::quick_entry(Value key) const { return search_quickly(block.load(std::memory_order_acquire), key); }

Value Dict::quick_find(Value key) const {
  DictBlock* table = block.load(std::memory_order_acquire);  // once: entry numbers mean something in their block alone
  const isize entry = search_quickly(table, key);
  return entry >= 0 ? table->entries()[entry].value.peek() : Empty;
}

u32 Dict::keys_version() {
  DictBlock* table = block.load(std::memory_order_acquire);
  if (table) {
    const u32 version = table->version.load(std::memory_order_acquire);
    if (version != DictBlock::kNoVersion) return version;
  }
  ObjectLock lock(*this);
  table = block.load(std::memory_order_relaxed);
  if (!table) {
    table = make_block(1);
    CHECK(table != nullptr);
    block.store(table, std::memory_order_release);
  }
  const u32 version = last_version.fetch_add(1, std::memory_order_relaxed) + 1;
  table->version.store(version, std::memory_order_release);
  return version;
}

Result<Value> Dict::find(Thread& thread, Value key) {
  if (!block.load(std::memory_order_acquire)) {
    TRY(hash_of(thread, key));
    return Empty;
  }
  return find(thread, key, TRY(hash_of(thread, key)));
}

Result<Value> Dict::find(Thread& thread, Value key, i64 hash) {
  DictBlock* table = block.load(std::memory_order_acquire);
  if (!table) return Empty;
  isize entry = search_simple(*table, key, hash);
  if (UNLIKELY(entry == kNeedsPython)) {
    const Found found = TRY(search_general(thread, *this, key, hash));
    entry = found.entry;
    table = found.block;
  }
  return entry >= 0 ? table->entries()[entry].value.peek() : Empty;
}

Result<Ref<>> Dict::get(Thread& thread, Value key) {
  const Value value = TRY(find(thread, key));
  return Ref<>::share(value);
}

Result<void> Dict::set(Thread& thread, Value key, Value value) {
  return set(thread, key, TRY(hash_of(thread, key)), value);
}

Result<void> Dict::set(Thread& thread, Value key, i64 hash, Value value) {
  Value old = Empty;
  if (LIKELY(set_quickly(*this, key, hash, value, old) != Quick::Unknown)) {
    decref(old);
    return {};
  }
  DictBlock* retired = nullptr;
  bool no_memory = false;
  TRY(with_entry(thread, *this, key, hash, [&](isize entry) {
    if (entry >= 0) {
      old = block.load(std::memory_order_relaxed)->entries()[entry].value.exchange(*this, Ref<>::share(value));
      return;
    }
    no_memory = !insert_locked(*this, key, hash, value, &retired);
    if (!no_memory) {
      incref(key);
      incref(value);
    }
  }));
  drop_removed(*this, old);
  dispose(*this, retired);
  if (no_memory) return raise_memory_error(thread);
  return {};
}

Result<void> Dict::set_str(Thread& thread, std::string_view ascii_name, Value value) {
  return set(thread, intern(thread, ascii_name).value(), value);
}

Result<Ref<>> Dict::set_default(Thread& thread, Value key, Value value) {
  const i64 hash = TRY(hash_of(thread, key));
  Value result = value;
  DictBlock* retired = nullptr;
  bool no_memory = false;
  TRY(with_entry(thread, *this, key, hash, [&](isize entry) {
    if (entry >= 0) {
      result = block.load(std::memory_order_relaxed)->entries()[entry].value.peek();
    } else {
      no_memory = !insert_locked(*this, key, hash, value, &retired);
      if (!no_memory) {
        incref(key);
        incref(value);
      }
    }
    incref(result);
  }));
  dispose(*this, retired);
  Ref<> owned = Ref<>::adopt(result);
  if (no_memory) return raise_memory_error(thread);
  return owned;
}

Result<Ref<>> Dict::remove(Thread& thread, Value key) { return remove(thread, key, TRY(hash_of(thread, key))); }

Result<Ref<>> Dict::remove(Thread& thread, Value key, i64 hash) {
  Removed removed;
  TRY(with_entry(thread, *this, key, hash, [&](isize entry) {
    if (entry >= 0) removed = remove_locked(*this, entry);
  }));
  return hand_out(*this, removed);
}

Result<Ref<Tuple>> Dict::pop_item(Thread& thread) {
  Removed removed;
  {
    ObjectLock lock(*this);
    DictBlock* table = block.load(std::memory_order_relaxed);
    isize number = table ? table->count.load(std::memory_order_relaxed) : 0;
    while (--number >= 0 && table->entries()[number].value.peek().is_empty()) {
    }
    if (number >= 0) removed = remove_locked(*this, number, Last::Reuse);
  }
  if (removed.value.is_empty()) return raise(thread, types.KeyError, "popitem(): dictionary is empty");
  Ref<> key = Ref<>::share(removed.key);
  Ref<> value = hand_out(*this, removed);
  return Tuple::from(thread, {key, value});
}

void Dict::clear() {
  DictBlock* old;
  {
    ObjectLock lock(*this);
    old = take_table_locked(*this);
  }
  drop_table(*this, old);
}

Result<Ref<Dict>> Dict::copy(Thread& thread) {
  Ref<Dict> result = TRY(make(thread));
  TRY(copy_into(thread, *result));
  return result;
}

Result<void> Dict::copy_into(Thread& thread, Dict& target, isize extra) {
  bool no_memory = false;
  {
    ObjectLock lock(*this);
    DictBlock* table = block.load(std::memory_order_relaxed);
    const isize live = used.load(std::memory_order_relaxed);
    if (table && live) {
      const u32 version = table->version.load(std::memory_order_relaxed);
      const u32 mutations = table->mutations.load(std::memory_order_relaxed);
      const bool dense = table->count.load(std::memory_order_relaxed) == live && table->dropped == 0;
      DictBlock* clone = dense && live + extra <= table->capacity ? cloned(*table) : rebuilt(table, live + extra);
      table->version.store(version, std::memory_order_relaxed);  // copying changed nothing here
      table->mutations.store(mutations, std::memory_order_relaxed);
      no_memory = clone == nullptr;
      if (clone) {
        for (u32 i = 0; i < clone->count.load(std::memory_order_relaxed); ++i) {
          incref(clone->entries()[i].key.peek());
          incref(clone->entries()[i].value.peek());
        }
        target.block.store(clone, std::memory_order_relaxed);
        target.used.store(live, std::memory_order_relaxed);
      }
    }
  }
  if (no_memory) return raise_memory_error(thread);
  DictBlock* clone = target.block.load(std::memory_order_relaxed);
  for (u32 i = 0; clone && target.is_shared() && i < clone->count.load(std::memory_order_relaxed); ++i) {
    publish(clone->entries()[i].key.peek());
    publish(clone->entries()[i].value.peek());
  }
  return {};
}

Result<Ref<Tuple>> Dict::snapshot(Thread& thread, DictPart part) {
  for (;;) {
    const isize expected = length();
    Ref<Tuple> result = TRY(Tuple::allocate(thread, part == DictPart::Pairs ? expected * 2 : expected));
    bool consistent;
    {
      ObjectLock lock(*this);
      consistent = used.load(std::memory_order_relaxed) == expected;
      isize position = 0, at = 0;
      Value key, value;
      while (consistent && next_entry(position, key, value)) {
        for (Value word : {part != DictPart::Values ? key : Empty, part != DictPart::Keys ? value : Empty}) {
          if (word.is_empty()) continue;
          incref(word);
          result->items()[at++].initialize(word);
        }
      }
    }
    if (!consistent) continue;
    for (isize i = 0; result->is_shared() && i < result->length; ++i) publish((*result)[i]);
    return result;
  }
}

namespace {

// What a change made under the lock leaves to be dropped afterwards.
struct Leftovers {
  Value* values = nullptr;
  isize value_count = 0;
  DictBlock* blocks[64];
  u32 block_count = 0;
};

enum class Merge : u8 { Done, NeedsPython, NoMemory };

// Copies entries of `from`, beginning with the one at `position`, as long as no key needs a Python __eq__.
Merge merge_locked(Dict& to, const Dict& from, bool override_existing, isize& position, Leftovers& leftovers) {
  Value key, value;
  i64 hash;
  for (isize before = position; from.next_entry(position, key, value, &hash); before = position) {
    DictBlock* table = to.block.load(std::memory_order_relaxed);
    const isize entry = table ? search_simple(*table, key, hash) : kAbsent;
    if (entry == kNeedsPython) {
      position = before;
      return Merge::NeedsPython;
    }
    if (entry >= 0) {
      if (!override_existing) continue;
      Field& field = table->entries()[entry].value;
      leftovers.values[leftovers.value_count++] = field.exchange(to, Ref<>::share(value));
      continue;
    }
    DictBlock* retired = nullptr;
    if (!insert_locked(to, key, hash, value, &retired)) return Merge::NoMemory;
    incref(key);
    incref(value);
    if (retired) leftovers.blocks[leftovers.block_count++] = retired;
  }
  return Merge::Done;
}

}  // namespace

Result<void> Dict::update_from_dict(Thread& thread, Dict& other, bool override_existing) {
  if (&other == this || other.length() == 0) return {};
  if (!block.load(std::memory_order_acquire) && !is_shared()) return other.copy_into(thread, *this);
  const isize expected = other.length();
  Leftovers leftovers;
  Value few[8];
  const bool many = override_existing && expected > 8;
  leftovers.values = many ? static_cast<Value*>(buffer_allocate(8 * static_cast<usize>(expected))) : few;
  if (!leftovers.values) return raise_memory_error(thread);
  isize position = 0;
  Merge outcome = Merge::NeedsPython;
  {
    ObjectLockBoth lock(*this, other);
    if (other.used.load(std::memory_order_relaxed) <= expected) {
      outcome = merge_locked(*this, other, override_existing, position, leftovers);
    }
  }
  for (isize i = 0; i < leftovers.value_count; ++i) drop_removed(*this, leftovers.values[i]);
  for (u32 i = 0; i < leftovers.block_count; ++i) dispose(*this, leftovers.blocks[i]);
  if (many) buffer_free(leftovers.values);
  if (outcome == Merge::Done) return {};
  if (outcome == Merge::NoMemory) return raise_memory_error(thread);
  Value key, value;
  i64 hash;
  const isize length_before = other.length();
  while (other.next_entry(position, key, value, &hash)) {
    Ref<> keep_key = Ref<>::share(key);
    Ref<> keep_value = Ref<>::share(value);
    if (override_existing || TRY(find(thread, key, hash)).is_empty()) TRY(set(thread, key, hash, value));
    if (override_existing && other.length() != length_before) return raise(thread, types.RuntimeError, "dict mutated during update");
  }
  return {};
}

bool Dict::next_entry(isize& position, Value& key, Value& value, i64* hash) const {
  DictBlock* table = block.load(std::memory_order_acquire);
  if (!table) return false;
  const isize count = table->count.load(std::memory_order_acquire);
  for (; position < count; ++position) {
    DictEntry& entry = table->entries()[position];
    value = entry.value.peek();
    key = entry.key.peek();
    if (value.is_empty() || key.is_empty()) continue;
    if (hash) *hash = entry.hash;
    ++position;
    return true;
  }
  return false;
}

bool Dict::previous_entry(isize& position, Value& key, Value& value) const {
  DictBlock* table = block.load(std::memory_order_acquire);
  if (!table) return false;
  const isize count = table->count.load(std::memory_order_acquire);
  if (position > count) position = count;
  while (--position >= 0) {
    DictEntry& entry = table->entries()[position];
    value = entry.value.peek();
    key = entry.key.peek();
    if (!value.is_empty() && !key.is_empty()) return true;
  }
  return false;
}

}  // namespace py
