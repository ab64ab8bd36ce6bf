#include <vector>

#include "tests/unit/doctest.h"
#include "tests/unit/memory/objects.h"
#include "threading/runtime/world.h"

namespace py {

TEST_CASE("an object dies with its last reference") {
  Thread& thread = main_thread();
  const i64 before = released_nodes;
  const usize objects = count_objects();
  {
    Ref<Node> parent = new_node(thread);
    parent->left.store(*parent, new_node(thread));
    parent->right.store(*parent, parent->left.peek());
    CHECK(count_objects() == objects + 2);
  }
  CHECK(released_nodes == before + 2);
  CHECK(count_objects() == objects);
}

TEST_CASE("a chain of ten million objects is dropped without recursion") {
  Thread& thread = main_thread();
  const i64 before = released_nodes;
  const u64 length = 10'000'000;
  {
    Ref<Node> head = new_node(thread);
    for (u64 index = 1; index < length; ++index) {
      Ref<Node> next = new_node(thread);
      next->left.initialize(std::move(head));
      head = std::move(next);
    }
  }
  CHECK(released_nodes == before + static_cast<i64>(length));
}

TEST_CASE("a finaliser runs when pending work is drained, once, and may resurrect") {
  Thread& thread = main_thread();
  static Ref<> saved;
  static int calls;
  calls = 0;
  finalize_hook = [](Thread&, Object& object) {
    ++calls;
    saved = Ref<>::share(object.value());
  };
  const i64 before = released_nodes;
  {
    Ref<Node> node = new_node(thread, 7, shapes().finalized);
  }
  CHECK(calls == 0);
  CHECK(poll_needed(thread));
  CHECK(poll(thread));
  CHECK(calls == 1);
  CHECK(released_nodes == before);
  CHECK(static_cast<Node*>(saved.value().object())->number == 7);
  saved = Ref<>();
  CHECK(poll(thread));
  CHECK(calls == 1);
  CHECK(released_nodes == before + 1);
  finalize_hook = nullptr;
}

TEST_CASE("weak references") {
  Thread& thread = main_thread();
  static std::vector<Object*> called;
  called.clear();
  weak_callback_hook = [](Thread&, Object& holder) { called.push_back(&holder); };
  Ref<Node> target = new_node(thread, 5);
  Ref<WeakReference> plain = new_weak(thread, *target);
  Ref<WeakReference> calling = new_weak(thread, *target, true);
  {
    Ref<WeakReference> short_lived = new_weak(thread, *target, true);
  }
  CHECK(count_weak(target.get()) == 2);
  CHECK(find_plain_weak(target.get(), nullptr).value() == plain.value());
  {
    Ref<> loaded = load_weak(plain->node);
    CHECK(loaded.value() == target.value());
    target = Ref<Node>();
    CHECK(!load_weak(plain->node).is_empty());
  }
  CHECK(load_weak(plain->node).is_empty());
  CHECK(is_weak_dead(calling->node));
  CHECK(called.empty());
  CHECK(poll(thread));
  CHECK(called == std::vector<Object*>{calling.get()});
  weak_callback_hook = nullptr;
}

#ifndef WEFT_SHARE
TEST_CASE("publishing follows fields, types and weak references") {
  Thread& thread = main_thread();
  Ref<Node> type = new_node(thread);
  const u32 shape = make_shape(kNodeOps, type.get());
  Ref<Node> root = new_node(thread, 0, shape);
  Ref<Node> child = new_node(thread);
  Ref<Node> target = new_node(thread);
  child->left.store(*child, root.value());
  root->left.store(*root, child.value());
  root->right.store(*root, new_weak(thread, *target));
  CHECK(!root->is_shared());
  publish(root.value());
  CHECK(root->is_shared());
  CHECK(child->is_shared());
  CHECK(type->is_shared());
  CHECK(target->is_shared());
  // Now a store is a publication, and a removal waits for the next safepoint.
  Ref<Node> late = new_node(thread);
  child->right.store(*child, late.value());
  CHECK(late->is_shared());
  const i64 before = released_nodes;
  late = Ref<Node>();
  child->right.store(*child, None);
  CHECK(released_nodes == before);
  CHECK(poll(thread));
  CHECK(released_nodes == before + 1);
  child->left.store(*child, None);
  CHECK(poll(thread));
}

#endif

TEST_CASE("blocks of all sizes come and go") {
  Thread& thread = main_thread();
  std::vector<Ref<Vector>> vectors;
  for (u64 round = 0; round < 3; ++round) {
    for (usize count = 0; count < 3000; count += 7) vectors.push_back(new_vector(thread, count));
    vectors.push_back(new_vector(thread, 1'000'000));
    for (Ref<Vector>& vector : vectors) {
      CHECK(heap_contains(vector.get()));
      CHECK(heap_find(reinterpret_cast<u64>(vector.get()) + 9) == vector.get());
      if (vector->count) {
        CHECK(heap_find(reinterpret_cast<u64>(&vector->items[vector->count - 1]) + 7) == vector.get());
      }
    }
    const Object* gone = vectors.back().get();
    vectors.clear();
    CHECK(!heap_contains(gone));
  }
  CHECK(!heap_contains(&thread));
  CHECK(allocate_object(thread, usize{1} << 50, 1) == nullptr);
}

}  // namespace py
