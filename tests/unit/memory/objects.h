// Small object classes for the tests of memory/, and the fixture that enters the test's thread.
#pragma once
#include "memory/destroy.h"
#include "memory/field.h"
#include "memory/heap.h"
#include "memory/thread.h"
#include "memory/weak.h"

namespace py {

// Two fields and a number.
struct Node : Object {
  Field left;
  Field right;
  u64 number;
};

struct Leaf : Object {
  u64 number;
};

struct WeakReference : Object {
  WeakNode node;
};

// Any number of fields, possibly none.
struct Vector : Object {
  u64 count;
  Field items[1];
};

inline std::atomic<i64> released_nodes{0};

inline constexpr ObjectOps kNodeOps = {
    "node",
    [](Object& object, Visitor& visitor) {
      auto& node = static_cast<Node&>(object);
      visitor.visit(node.left);
      visitor.visit(node.right);
    },
    [](Object&) { released_nodes.fetch_add(1, std::memory_order_relaxed); },
    [](const Object&) { return sizeof(Node); },
};
inline constexpr ObjectOps kLeafOps = {"leaf", nullptr, nullptr, [](const Object&) { return sizeof(Leaf); }};
inline constexpr ObjectOps kWeakOps = {
    "weak",
    nullptr,
    nullptr,
    [](const Object&) { return sizeof(WeakReference); },
    [](Object& object) { return &static_cast<WeakReference&>(object).node; },
};
inline constexpr ObjectOps kVectorOps = {
    "vector",
    [](Object& object, Visitor& visitor) {
      auto& vector = static_cast<Vector&>(object);
      visitor.visit(vector.items, vector.count);
    },
    nullptr,
    [](const Object& object) { return sizeof(Object) + 8 + static_cast<const Vector&>(object).count * sizeof(Field); },
};

inline u32 make_shape(const ObjectOps& ops, Object* type = nullptr, u32 flags = 0) {
  const u32 number = allocate_shape();
  shape_arena[number].ops = &ops;
  shape_arena[number].type = type;
  shape_arena[number].flags.store(flags);
  return number;
}

struct TestShapes {
  u32 node = make_shape(kNodeOps);
  u32 leaf = make_shape(kLeafOps);
  u32 weak = make_shape(kWeakOps);
  u32 vector = make_shape(kVectorOps);
  u32 finalized = make_shape(kNodeOps, nullptr, static_cast<u32>(ShapeFlag::HasFinalizer));
};
inline TestShapes& shapes() {
  static TestShapes instance;
  return instance;
}

inline Ref<Node> new_node(Thread& thread, u64 number = 0, u32 shape = 0) {
  auto* node = static_cast<Node*>(allocate_object(thread, sizeof(Node), shape ? shape : shapes().node));
  if (!(node)) std::abort();
  node->left.initialize(Empty);
  node->right.initialize(Empty);
  node->number = number;
  return Ref<Node>::adopt(node);
}

inline Ref<Vector> new_vector(Thread& thread, usize count) {
  auto* vector = static_cast<Vector*>(allocate_object(thread, sizeof(Object) + 8 + count * 8, shapes().vector));
  if (!(vector)) std::abort();
  vector->count = count;
  for (usize index = 0; index < count; ++index) vector->items[index].initialize(Empty);
  return Ref<Vector>::adopt(vector);
}

inline Ref<WeakReference> new_weak(Thread& thread, Object& target, bool has_callback = false) {
  auto* weak = static_cast<WeakReference*>(allocate_object(thread, sizeof(WeakReference), shapes().weak));
  if (!(weak)) std::abort();
  new (&weak->node) WeakNode;
  if (!(register_weak(weak->node, &target, weak, has_callback))) std::abort();
  return Ref<WeakReference>::adopt(weak);
}

inline usize count_objects() {
  usize count = 0;
  for_each_object([&count](Object&) { ++count; });
  return count;
}

// The main thread of the test binary is entered once and stays.
inline Thread& main_thread() {
  static Thread* thread = enter_thread();
  return *thread;
}

}  // namespace py
