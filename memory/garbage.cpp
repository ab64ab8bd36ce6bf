#include "memory/garbage.h"

#include <algorithm>
#include <vector>

#include "core/base/check.h"
#include "memory/destroy.h"
#include "memory/field.h"
#include "memory/merge.h"
#include "memory/reclamation.h"
#include "memory/slot_heap.h"
#include "memory/weak.h"
#include "threading/runtime/world.h"

namespace py {

void (*deferred_garbage_hook)(Object& object) = nullptr;

void settle_counts(Thread& thread) {
  bool merged = true;
  while (merged) {
    flush_all_limbo(thread);
    merged = false;
    const u32 limit = slot_limit.load();
    for (u32 number = 1; number < limit; ++number) {
      ThreadSlot& slot = thread_slots[number];
      if (slot.merge_queue.size == 0) continue;
      merge_slot_queue(slot);
      merged = true;
    }
  }
}

namespace {

// Whoever owns it, this thread may count it, and what it refers to, from now on; the world is stopped, or the object is
// ours.
void take_over(Object* object) {
  const u16 owner = object->owner.load(std::memory_order_relaxed);
  const bool foreign = owner != kNoOwner && owner != current_slot;
  if (foreign) publish(object->value());
  if (object->is_deferred()) {
    if (deferred_garbage_hook) deferred_garbage_hook(*object);
    return;
  }
  if (foreign) merge_counts(object, 0);
  incref_object(object);
}

void clear_field(Visitor&, Field& field) {
  decref(Value{field.word().exchange(Empty.bits, std::memory_order_relaxed)});
}

}  // namespace

bool Garbage::hold(CycleSearch& search) {
  if (!search.list_garbage(objects_)) {
    objects_.truncate(0);
    return false;
  }
  for (Object* object : objects_) take_over(object);
  for (Object* object : objects_) {
    if (!object->has(ObjectFlag::HasWeakReference)) continue;
    clear_weak_references(
        thread_, object,
        [](void* search, Object& holder) { return static_cast<CycleSearch*>(search)->is_garbage(holder); }, &search);
  }
  return true;
}

namespace {

// The objects with finalisers among the garbage, sorted by address, and which of them another one refers to directly.
struct FinalizableSet : Visitor {
  explicit FinalizableSet(std::vector<Object*> all)
      : Visitor(note_field), objects(std::move(all)), referenced(objects.size()) {
    std::sort(objects.begin(), objects.end());
    for (Object* object : objects) {
      owner = object;
      const ObjectOps& ops = *object->shape_record().ops;
      if (ops.visit) ops.visit(*object, *this);
    }
  }
  static void note_field(Visitor& visitor, Field& field) {
    FinalizableSet& set = static_cast<FinalizableSet&>(visitor);
    const Value target = field.peek();
    if (!target.is_object() || target.object() == set.owner) return;
    auto place = std::lower_bound(set.objects.begin(), set.objects.end(), target.object());
    if (place != set.objects.end() && *place == target.object()) {
      set.referenced[static_cast<usize>(place - set.objects.begin())] = true;
    }
  }
  std::vector<Object*> objects;
  std::vector<bool> referenced;
  Object* owner = nullptr;
};

}  // namespace

// What wraps another object goes first: a text stream writes its rest before its file is closed.
bool Garbage::run_finalizers() {
  std::vector<Object*> waiting;
  for (Object* object : objects_) {
    if (finalize_hook && wants_finalizer(*object)) waiting.push_back(object);
  }
  if (waiting.empty()) return false;
  FinalizableSet set(std::move(waiting));
  for (bool wrapped : {false, true}) {
    for (usize index = 0; index < set.objects.size(); ++index) {
      Object* object = set.objects[index];
      if (set.referenced[index] != wrapped || object->has(ObjectFlag::Finalized)) continue;
      object->set(ObjectFlag::Finalized);
      finalize_hook(thread_, *object);
    }
  }
  return true;
}

void Garbage::release(Object* object) {
  if (!object->is_deferred()) decref_object(object);
}

void Garbage::keep_resurrected() {
  bool has_deferred = false;
  for (Object* object : objects_) has_deferred |= object->is_deferred();
  ObjectStack alive;
  {
    StopTheWorld stop(thread_);
    // No count tells whether a deferred object was stored somewhere: look at everything again.
    if (has_deferred) settle_counts(thread_);
    CycleSearch search(thread_, has_deferred ? Scope::Heap : Scope::Subset);
    search.set_guarded(&objects_);
    const bool known = search.run();
    usize kept = 0;
    for (Object* object : objects_) {
      if (known && search.is_garbage(*object)) {
        objects_[kept++] = object;
      } else if (!alive.push(object)) {
        continue;  // memory is exhausted: our reference leaks
      }
    }
    objects_.truncate(kept);
  }
  for (Object* object : alive) release(object);
}

void Garbage::finalize() {
  if (objects_.is_empty()) return;
  drain_finalizers(thread_);
  if (run_finalizers()) keep_resurrected();
}

usize Garbage::move_deferred_to_end() {
  Object** middle =
      std::partition(objects_.begin(), objects_.end(), [](Object* object) { return !object->is_deferred(); });
  return static_cast<usize>(middle - objects_.begin());
}

namespace {

// How many types stand above it: its own, that one's metaclass, and so on.
usize type_depth(const Object* object) {
  usize depth = 0;
  for (const Object* type = object->shape_record().type; type && type != object; type = object->shape_record().type) {
    object = type;
    ++depth;
  }
  return depth;
}
// An object before its type, a class before its metaclass.
bool goes_before(const Object* a, const Object* b) { return type_depth(a) > type_depth(b); }

}  // namespace

usize Garbage::dispose(void (*save)(Thread&, Object&)) {
  if (save) {
    for (Object* object : objects_) save(thread_, *object);
  } else {
    // First of all: the objects that it reaches are still whole.
    for (Object* object : objects_) {
      if (auto close = object->shape_record().ops->close) close(*object);
    }
    Visitor clearer(clear_field);
    for (Object* object : objects_) {
      const ObjectOps& ops = *object->shape_record().ops;
      if (ops.visit) ops.visit(*object, clearer);
    }
  }
  const usize deferred = move_deferred_to_end();
  for (usize index = 0; index < deferred; ++index) decref_object(objects_[index]);
  // Last: types are looked at by what takes their instances apart.
  if (!save) std::sort(objects_.begin() + deferred, objects_.end(), goes_before);
  for (usize index = deferred; !save && index < objects_.size(); ++index) destroy_object(objects_[index]);
  return objects_.size();
}

}  // namespace py
