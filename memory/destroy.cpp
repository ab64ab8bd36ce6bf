#include "memory/destroy.h"

#include <cstdlib>

#include "core/base/check.h"
#include "memory/field.h"
#include "memory/heap.h"
#include "memory/weak.h"

namespace py {

void (*finalize_hook)(Thread&, Object&) = nullptr;
void (*weak_callback_hook)(Thread&, Object&) = nullptr;

namespace {

// A dead object's `local` and `shared` hold the next one's address, shifted by the 4 bits that are always zero.
void push_dying(DeathRow& row, Object* object) {
  const u64 next = reinterpret_cast<u64>(row.dying) >> 4;
  object->local.store(static_cast<u32>(next), std::memory_order_relaxed);
  object->shared.store(static_cast<i32>(next >> 32), std::memory_order_relaxed);
  row.dying = object;
}

Object* pop_dying(DeathRow& row) {
  Object* object = row.dying;
  const u64 low = object->local.load(std::memory_order_relaxed);
  const u64 high = static_cast<u32>(object->shared.load(std::memory_order_relaxed));
  row.dying = reinterpret_cast<Object*>((high << 32 | low) << 4);
  return object;
}

// The common instance, without a call for each field. False: it has a buffer to be freed.
INLINE bool drop_plain_fields(Object* object, const ShapeRecord& record) {
  const Value* words = reinterpret_cast<const Value*>(object);
  const u32 overflow = record.overflow_word;
  if (overflow && UNLIKELY(words[overflow].is_immediate() && !words[overflow].is_empty())) return false;
  const u32 count = record.words;
  for (u32 word = sizeof(Object) / sizeof(Value); word < count; ++word) decref(words[word]);
  return true;
}

void take_apart(Object* object) {
  const ShapeRecord& record = object->shape_record();
  constexpr u32 kPlain = static_cast<u32>(ShapeFlag::Plain);
  if ((record.flags.load(std::memory_order_relaxed) & kPlain) && drop_plain_fields(object, record)) return free_object(object);
  const ObjectOps& ops = *record.ops;
  if (UNLIKELY(ops.close != nullptr)) ops.close(*object);
  if (ops.visit) {
    Visitor dropper{Visitor::Drop()};
    ops.visit(*object, dropper);
  }
  if (ops.release) ops.release(*object);
  free_object(object);
}

// A count of one, held by the death row.
void revive(Object* object) {
  if (object->owner.load(std::memory_order_relaxed) == current_slot) {
    object->local.store(1, std::memory_order_relaxed);
  } else {
    object->shared.store(kSharedOne | kStateMerged, std::memory_order_relaxed);
  }
}

}  // namespace

bool wants_finalizer(const Object& object) {
  const u32 flags = object.shape_record().flags.load(std::memory_order_relaxed);
  return flags & static_cast<u32>(ShapeFlag::HasFinalizer) && !object.has(ObjectFlag::Finalized);
}

void object_died(Object* object) {
  if (UNLIKELY(wants_finalizer(*object))) {
    revive(object);
    add_pending(current_thread(), object, LastRite::Finalize);
    return;
  }
  destroy_object(object);
}

void destroy_object(Object* object) {
  Thread& thread = current_thread();
  const ObjectOps& ops = *object->shape_record().ops;
  // Both before the header is used as a link: until then others may look at it.
  if (UNLIKELY(ops.weak_node != nullptr)) unregister_weak(*ops.weak_node(*object));
  if (UNLIKELY(object->has(ObjectFlag::HasWeakReference))) clear_weak_references(thread, object);
  DeathRow& row = thread.death_row;
  if (row.active) return push_dying(row, object);
  row.active = true;
  take_apart(object);
  while (row.dying) take_apart(pop_dying(row));
  row.active = false;
}

void destroy_plain_object(Object* object) {
  DeathRow& row = current_thread().death_row;
  if (row.active) return push_dying(row, object);
  row.active = true;
  take_apart(object);
  while (UNLIKELY(row.dying != nullptr)) take_apart(pop_dying(row));
  row.active = false;
}

void add_pending(Thread& thread, Object* owned, LastRite rite) {
  DeathRow& row = thread.death_row;
  if (row.size == row.capacity) {
    const u32 larger = row.capacity ? row.capacity * 2 : 16;
    auto* grown = static_cast<u64*>(std::realloc(row.pending, larger * sizeof(u64)));
    if (!grown) return;  // memory is exhausted: the object leaks
    row.pending = grown;
    row.capacity = larger;
  }
  row.pending[row.size++] = reinterpret_cast<u64>(owned) | (rite == LastRite::CallBack ? 1 : 0);
  thread.slot->raise(Breaker::Finalizers);
}

namespace {

void perform(Thread& thread, Object& object, LastRite rite) {
  if (rite == LastRite::CallBack) {
    if (weak_callback_hook) weak_callback_hook(thread, object);
    return;
  }
  object.set(ObjectFlag::Finalized);
  if (finalize_hook) finalize_hook(thread, object);
}

}  // namespace

void drain_finalizers(Thread& thread) {
  // A long chain, each of whose links dies in the finaliser of the one before, is worked off from here.
  constexpr u32 kMostNested = 16;
  static thread_local u32 nested = 0;
  if (nested >= kMostNested) return;
  ++nested;
  DeathRow& row = thread.death_row;
  while (row.size) {
    // In order of death; what dies meanwhile waits for the next round.
    const u32 count = row.size;
    u64* entries = row.pending;
    row.pending = nullptr;
    row.size = row.capacity = 0;
    for (u32 index = 0; index < count; ++index) {
      auto* object = reinterpret_cast<Object*>(entries[index] & ~u64{1});
      perform(thread, *object, entries[index] & 1 ? LastRite::CallBack : LastRite::Finalize);
      decref_object(object);
    }
    std::free(entries);
  }
  --nested;
}

}  // namespace py
