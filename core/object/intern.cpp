// The table of interned strings: open addressing over string pointers, sharded by hash. Lookups are lock-free (a shard's
// array is replaced, never changed in place except from null to a string); insertions hold the shard's mutex.
#include "core/base/text/text_view.h"
#include "core/object/allocate.h"
#include "core/object/str.h"
#include "threading/sync/mutex.h"

#include <cstdlib>

namespace py {

namespace {

struct InternArray {
  u64 mask;
  std::atomic<Str*> cells[];
};

struct InternShard {
  Mutex mutex;
  std::atomic<InternArray*> array{nullptr};
  u64 count = 0;
};

constexpr u64 kShards = 16;
InternShard shards[kShards];

InternArray* make_array(u64 size) {
  auto* array = static_cast<InternArray*>(std::calloc(1, sizeof(InternArray) + size * sizeof(std::atomic<Str*>)));
  CHECK(array != nullptr);
  array->mask = size - 1;
  return array;
}

Str* probe(const InternArray* array, const Str& text, u64 hash) {
  if (!array) return nullptr;
  for (u64 at = hash >> 4;; ++at) {
    Str* candidate = array->cells[at & array->mask].load(std::memory_order_acquire);
    if (!candidate || candidate->equals(text)) return candidate;
  }
}

void place(InternArray* array, Str* text) {
  for (u64 at = text->hash() >> 4;; ++at) {
    std::atomic<Str*>& cell = array->cells[at & array->mask];
    if (!cell.load(std::memory_order_relaxed)) {
      cell.store(text, std::memory_order_release);  // pairs with the acquire in probe
      return;
    }
  }
}

void grow(InternShard& shard) {
  InternArray* old = shard.array.load(std::memory_order_relaxed);
  InternArray* bigger = make_array(old ? (old->mask + 1) * 2 : 256);
  if (old) {
    for (u64 i = 0; i <= old->mask; ++i) {
      if (Str* text = old->cells[i].load(std::memory_order_relaxed)) place(bigger, text);
    }
  }
  shard.array.store(bigger, std::memory_order_release);
  if (old) retire_buffer(old, std::free, (old->mask + 1) * 8);
}

// An immortal copy, since C++ code keeps names without being a root; the Interned bit is set once it is in the table.
Str* interned_copy(Thread& thread, Str& text) {
  Ref<Str> copy = MUST(Str::allocate(thread, text.length(), text.width(), text.is_ascii()));
  std::memcpy(copy->data(), text.data(), static_cast<usize>(text.length()) * text.width());
  make_immortal(copy.get());
  copy->set(ObjectFlag::Shared);
  copy->hash_cache.store(text.hash(), std::memory_order_relaxed);
  return copy.release();
}

}  // namespace

Str* find_interned(Str& text) {
  if (text.is_interned()) return &text;
  if (text.length() == 0) return &Str::empty();
  if (text.length() == 1 && text.width() == 1) return static_cast<Str*>(Str::character(text[0]).object());
  const u64 hash = text.hash();
  return probe(shards[hash % kShards].array.load(std::memory_order_acquire), text, hash);
}

Str& intern(Thread& thread, Str& text) {
  if (Str* found = find_interned(text)) return *found;
  Str* copy = interned_copy(thread, text);
  InternShard& shard = shards[text.hash() % kShards];
  shard.mutex.lock();
  Str* winner = probe(shard.array.load(std::memory_order_relaxed), text, text.hash());
  if (!winner) {
    InternArray* array = shard.array.load(std::memory_order_relaxed);
    if (!array || shard.count * 3 >= (array->mask + 1) * 2) grow(shard);
    copy->length_and_form |= 16;
    place(shard.array.load(std::memory_order_relaxed), copy);
    ++shard.count;
    winner = copy;
  }
  shard.mutex.unlock();
  return *winner;
}

Str& intern(Thread& thread, std::string_view utf8) {
  Ref<Str> text = MUST(Str::from_utf8(thread, utf8));
  return intern(thread, *text);
}

void visit_interned(Visitor& visitor) {
  for (InternShard& shard : shards) {
    InternArray* array = shard.array.load(std::memory_order_acquire);
    for (u64 i = 0; array && i <= array->mask; ++i) {
      if (Str* text = array->cells[i].load(std::memory_order_acquire)) {
        Field field(Value::uncounted(text));
        visitor.visit(field);
      }
    }
  }
}

}  // namespace py
