#include "memory/publish.h"

#include "core/base/check.h"
#include "memory/field.h"
#include "memory/object_stack.h"
#include "memory/roots.h"
#include "memory/weak.h"
#include "threading/sync/test_fault.h"

namespace py {

void Visitor::visit(Field* fields, usize count) {
  if (LIKELY(!on_field_)) {
    for (usize index = 0; index < count; ++index) {
      const Value value{fields[index].word().load(std::memory_order_relaxed)};
      if (!try_quick_decref(value)) decref_by_call(value.object());
    }
    return;
  }
  for (usize index = 0; index < count; ++index) visit(fields[index]);
}

namespace {

class Publisher : public Visitor {
 public:
  Publisher() : Visitor([](Visitor& self, Field& field) { static_cast<Publisher&>(self).reach(field.peek()); }) {}

  void reach(Value value) {
    if (value.is_object()) reach(value.object());
  }
  void reach(Object* object) {
    if (!object || object->is_shared()) return;
    DCHECK(object->owner.load(std::memory_order_relaxed) == current_slot ||
           object->owner.load(std::memory_order_relaxed) == kImmortalOwner || !is_running_owner(*object));
    // Nobody else can reach it yet, so this is no read-modify-write. The store that makes it reachable is a release.
    const u8 flags = object->flags.load(std::memory_order_relaxed);
    object->flags.store(flags | static_cast<u8>(ObjectFlag::Shared), std::memory_order_relaxed);
    CHECK(pending_.push(object));
  }
  void run() {
    if (has_fault(TestFault::PublishRootOnly)) return;
    while (!pending_.is_empty()) follow(*pending_.pop());
  }

 private:
  static bool is_running_owner(const Object& object) {
    return thread_slots[object.owner.load(std::memory_order_relaxed)].state.load() == ThreadState::Attached;
  }

  void follow(Object& object) {
    ShapeRecord& shape = object.shape_record();
    reach(shape.type);
    if (shape.ops->visit) shape.ops->visit(object, *this);
    if (UNLIKELY(shape.ops->weak_node != nullptr)) {
      reach(shape.ops->weak_node(object)->target.load(std::memory_order_relaxed));
    }
    if (UNLIKELY(object.has(ObjectFlag::HasWeakReference))) {
      // weakref.getweakrefs finds them, and a callback may run in any thread that drops the last reference.
      for_each_weak(
          &object,
          [](void* self, Object& holder) {
            static_cast<Publisher*>(self)->reach(&holder);
            return true;
          },
          this);
    }
  }

  ObjectStack pending_;
};

}  // namespace

void publish_object(Object* object) {
  Publisher publisher;
  publisher.reach(object);
  publisher.run();
}

void publish_roots() {
  Publisher publisher;
  visit_roots(publisher);
  publisher.run();
}

}  // namespace py
