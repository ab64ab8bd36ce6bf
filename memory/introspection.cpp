#include <cstdio>
#include <utility>

#include "core/base/check.h"
#include "memory/collector.h"
#include "memory/field.h"
#include "memory/object_stack.h"
#include "memory/slot_heap.h"
#include "threading/runtime/world.h"

namespace py {

ObjectList::ObjectList(ObjectList&& other) noexcept
    : items(std::exchange(other.items, nullptr)), size(std::exchange(other.size, 0)), complete(other.complete) {}

ObjectList::~ObjectList() {
  for (usize index = 0; index < size; ++index) decref(items[index]->value());
  buffer_free(items);
}

namespace {

// While the world is stopped, or for an object that the thread may reach.
void take(Object& object) {
  if (object.owner.load(std::memory_order_relaxed) != current_slot) publish(object.value());
  incref(object.value());
}

ObjectList take_all(ObjectStack& objects, bool complete) {
  ObjectList list;
  list.complete = complete;
  for (Object* object : objects) take(*object);
  list.size = objects.size();
  list.items = objects.release();
  return list;
}

bool is_young(const Object& object) {
  const Page& page = *page_of(&object);
  return !page.has_old || !page.is_old(page.index_of(&object));
}

struct ReferrerSearch : Visitor {
  ReferrerSearch(Object** targets, usize count)
      : Visitor([](Visitor& self, Field& field) { static_cast<ReferrerSearch&>(self).compare(field.peek()); }),
        targets(targets),
        count(count) {}

  void compare(Value value) {
    for (usize index = 0; value.is_object() && index < count; ++index) found |= value.object() == targets[index];
  }
  Object** targets;
  usize count;
  bool found = false;
};

struct ReferentList : Visitor {
  ReferentList() : Visitor([](Visitor& self, Field& field) { static_cast<ReferentList&>(self).add(field.peek()); }) {}
  void add(Value value) { complete = (!value.is_object() || objects.push(value.object())) && complete; }
  ObjectStack objects;
  bool complete = true;
};

}  // namespace

ObjectList list_objects(Thread& thread, int generation) {
  ObjectStack objects;
  bool complete = true;
  StopTheWorld stop(thread);
  for_each_object([&](Object& object) {
    if (!is_tracked(object) || (generation >= 0 && (generation == 0) != is_young(object))) return;
    complete = objects.push(&object) && complete;
  });
  return take_all(objects, complete);
}

ObjectList find_referrers(Thread& thread, Object** targets, usize count) {
  ObjectStack objects;
  bool complete = true;
  StopTheWorld stop(thread);
  for_each_object([&](Object& object) {
    ReferrerSearch search(targets, count);
    if (is_tracked(object)) object.shape_record().ops->visit(object, search);
    if (search.found) complete = objects.push(&object) && complete;
  });
  return take_all(objects, complete);
}

ObjectList find_referents(Thread&, Object& object) {
  ReferentList referents;
  if (is_tracked(object)) object.shape_record().ops->visit(object, referents);
  return take_all(referents.objects, referents.complete);
}

void freeze_heap(Thread& thread) {
  StopTheWorld stop(thread);
  for_each_object([](Object& object) { object.set(ObjectFlag::Frozen); });
}

void unfreeze_heap(Thread& thread) {
  StopTheWorld stop(thread);
  for_each_object(
      [](Object& object) { object.flags.fetch_and(static_cast<u8>(~static_cast<u8>(ObjectFlag::Frozen))); });
}

usize count_frozen(Thread& thread) {
  usize count = 0;
  StopTheWorld stop(thread);
  for_each_object([&count](Object& object) { count += object.has(ObjectFlag::Frozen); });
  return count;
}

namespace {

struct SharedEdges : Visitor {
  explicit SharedEdges(Object& from)
      : Visitor([](Visitor& self, Field& field) { static_cast<SharedEdges&>(self).check(field.peek()); }), from(from) {}

  void check(Value value) const {
    if (value.is_object()) check(value.object(), "field");
  }
  void check(const Object* target, const char* edge) const {
    if (!target || target->is_shared()) return;
    std::fprintf(stderr, "invariant S: shared %s %p refers by its %s to unshared %s %p\n",
                 from.shape_record().ops->name, static_cast<void*>(&from), edge, target->shape_record().ops->name,
                 static_cast<const void*>(target));
    CHECK(target->is_shared());
  }
  Object& from;
};

}  // namespace

void verify_invariant_s(Thread& thread) {
  StopTheWorld stop(thread);
  for_each_object([](Object& object) {
    if (!object.is_shared()) return;
    SharedEdges edges(object);
    const ShapeRecord& shape = object.shape_record();
    edges.check(shape.type, "type");
    if (shape.ops->visit) shape.ops->visit(object, edges);
  });
}

}  // namespace py
