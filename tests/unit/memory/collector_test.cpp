#include "memory/collector.h"

#include <random>
#include <vector>

#include "memory/roots.h"
#include "tests/unit/doctest.h"
#include "tests/unit/memory/objects.h"
#include "threading/runtime/world.h"

namespace py {

namespace {

Ref<Node> new_cycle(Thread& thread) {
  Ref<Node> first = new_node(thread);
  Ref<Node> second = new_node(thread);
  first->left.store(*first, second.value());
  second->left.store(*second, first.value());
  return first;
}

[[gnu::noinline]] void make_garbage_cycle(Thread& thread) { Ref<Node> cycle = new_cycle(thread); }

}  // namespace

TEST_CASE("each generation finds a dead cycle and leaves a living one") {
  Thread& thread = main_thread();
  collect(thread);
  for (int generation = 0; generation < 3; ++generation) {
    Ref<Node> alive = new_cycle(thread);
    make_garbage_cycle(thread);
    CHECK(collect(thread, generation) == 2);
    CHECK(collect(thread, generation) == 0);
    CHECK(alive->left.peek().object() != nullptr);
    alive->left.store(*alive, None);
  }
}

TEST_CASE("a shared cycle is found") {
  Thread& thread = main_thread();
  collect(thread);
  {
    Ref<Node> cycle = new_cycle(thread);
    publish(cycle.value());
  }
  // By a local collection as long as this is the only thread that ever was.
  CHECK(collect(thread, 1) == (has_multiple_threads() ? 0 : 2));
  CHECK(collect(thread, 2) == (has_multiple_threads() ? 2 : 0));
}

TEST_CASE("weak references to garbage are cleared; callbacks are made for those that are alive") {
  Thread& thread = main_thread();
  collect(thread);
  static int callbacks;
  callbacks = 0;
  weak_callback_hook = [](Thread&, Object&) { ++callbacks; };
  Ref<WeakReference> alive;
  {
    Ref<Node> cycle = new_cycle(thread);
    alive = new_weak(thread, *cycle, true);
    cycle->right.store(*cycle, new_weak(thread, *cycle, true));  // dies with it
  }
  CHECK(collect(thread, 0) == 3);
  CHECK(is_weak_dead(alive->node));
  CHECK(callbacks == 1);
  weak_callback_hook = nullptr;
}

TEST_CASE("finalisers of garbage run once; what they resurrect lives") {
  Thread& thread = main_thread();
  collect(thread);
  static Ref<> saved;
  static int calls;
  calls = 0;
  finalize_hook = [](Thread&, Object& object) {
    ++calls;
    if (static_cast<Node&>(object).number == 1) saved = Ref<>::share(object.value());
  };
  for (int generation : {0, 2}) {
    for (u64 number : {1, 2}) {
      Ref<Node> node = new_node(thread, number, shapes().finalized);
      Ref<Node> other = new_node(thread);
      node->left.store(*node, other.value());
      other->left.store(*other, node.value());
    }
    const i64 before = released_nodes;
    CHECK(collect(thread, generation) == 4);
    CHECK(released_nodes == before + 2);
    auto* node = static_cast<Node*>(saved.value().object());
    CHECK(node->left.peek().is_object());
    saved = Ref<>();
    CHECK(collect(thread, 2) == 2);
    CHECK(released_nodes == before + 4);
  }
  CHECK(calls == 4);
  finalize_hook = nullptr;
}

namespace {

[[gnu::noinline]] void clear_stack() {
  volatile char area[65536];
  for (usize index = 0; index < sizeof(area); ++index) area[index] = 0;
}

// Addresses of objects as the test keeps them: no word that looks like one stays on the stack.
[[gnu::noinline]] u64 hide(const Object* object) { return ~reinterpret_cast<u64>(object); }
[[gnu::noinline]] bool is_alive(u64 hidden) { return heap_contains(reinterpret_cast<void*>(~hidden)); }

// Runs the function some way down the stack, where clear_stack reaches all that it leaves behind.
template <class Function>
[[gnu::noinline]] auto far_down(Function function) {
  volatile char gap[4096];
  gap[0] = 0;
  auto result = function();
  gap[1] = 0;
  return result;
}

[[gnu::noinline]] void collect_deeply(Thread& thread) {
  clear_stack();
  collect(thread);
}

[[gnu::noinline]] u64 make_deferred_garbage(Thread& thread) {
  Ref<Node> type = new_node(thread);
  make_deferred(type.get());
  Ref<Node> instance = new_node(thread, 0, make_shape(kNodeOps, type.get()));
  type->left.store(*type, instance.value());
  return hide(type.get());
}

[[gnu::noinline]] void keep_on_stack(Thread& thread) {
  Ref<Node> type = new_node(thread);
  make_deferred(type.get());
  CHECK(type.value().is_uncounted());
  const u64 hidden = hide(type.get());
  collect_deeply(thread);
  CHECK(far_down([&] { return is_alive(hidden); }));
  asm volatile("" : : "r"(type.get()) : "memory");
}

[[gnu::noinline]] u64 keep_by_instance(Thread& thread, GlobalRef& global) {
  Ref<Node> type = new_node(thread);
  make_deferred(type.get());
  global.set(new_node(thread, 0, make_shape(kNodeOps, type.get())));
  return hide(type.get());
}

}  // namespace

TEST_CASE("deferred objects live as long as roots, stacks or instances reach them") {
  Thread& thread = main_thread();
  static GlobalRef global;
  keep_on_stack(thread);
  const u64 kept = far_down([&] { return keep_by_instance(thread, global); });
  collect_deeply(thread);
  CHECK(far_down([&] { return is_alive(kept); }));
  global.clear();
  collect_deeply(thread);
  CHECK(!far_down([&] { return is_alive(kept); }));
  const u64 garbage = far_down([&] { return make_deferred_garbage(thread); });
  CHECK(far_down([&] { return is_alive(garbage); }));
  collect_deeply(thread);
  CHECK(!far_down([&] { return is_alive(garbage); }));
}

TEST_CASE("roots hold deferred objects that nothing else refers to") {
  Thread& thread = main_thread();
  static GlobalRef global;
  const u64 hidden = far_down([&]() __attribute__((noinline)) {
    Ref<Node> node = new_node(thread);
    make_deferred(node.get());
    const u64 address = hide(node.get());
    global.set(std::move(node));
    return address;
  });
  collect_deeply(thread);
  CHECK(far_down([&] { return is_alive(hidden); }));
  global.clear();
  collect_deeply(thread);
  CHECK(!far_down([&] { return is_alive(hidden); }));
}

TEST_CASE("random graphs: exactly what is unreachable goes") {
  Thread& thread = main_thread();
  collect(thread);
  std::mt19937_64 random(12345);
  for (int round = 0; round < 30; ++round) {
    const usize size = 1 + random() % 2000;
    std::vector<Ref<Vector>> handles;
    std::vector<Object*> objects;
    std::vector<std::vector<usize>> edges(size);
    for (usize index = 0; index < size; ++index) {
      handles.push_back(new_vector(thread, random() % 4));
      objects.push_back(handles.back().get());
    }
    for (usize index = 0; index < size; ++index) {
      for (usize field = 0; field < handles[index]->count; ++field) {
        const usize target = random() % size;
        handles[index]->items[field].store(*handles[index], handles[target].value());
        edges[index].push_back(target);
      }
    }
    if (round % 3 == 1) publish(handles[0].value());
    std::vector<bool> reached(size);
    std::vector<usize> pending;
    for (usize index = 0; index < size; ++index) {
      if (random() % 50 == 0) pending.push_back(index);
    }
    std::vector<usize> kept = pending;
    while (!pending.empty()) {
      const usize index = pending.back();
      pending.pop_back();
      if (reached[index]) continue;
      reached[index] = true;
      for (usize target : edges[index]) pending.push_back(target);
    }
    std::vector<Ref<Vector>> roots;
    for (usize index : kept) roots.push_back(Ref<Vector>::share(static_cast<Vector*>(objects[index])));
    handles.clear();
    collect(thread, round % 3 == 0 ? 0 : 2);
    for (usize index = 0; index < size; ++index) {
      if (heap_contains(objects[index]) != reached[index]) FAIL("wrong: ", index, " in round ", round);
    }
    roots.clear();
    collect(thread, 2);
  }
}

TEST_CASE("a heap that grows without garbage costs a linear amount of collection") {
  Thread& thread = main_thread();
  collect(thread);
  const u64 before = collection_stats(0).collections + collection_stats(2).collections;
  std::vector<Ref<Vector>> vectors;
  for (usize index = 0; index < 1'000'000; ++index) {
    vectors.push_back(new_vector(thread, 2));
    CHECK_FALSE(!poll(thread));
  }
  const u64 after = collection_stats(0).collections + collection_stats(2).collections;
  CHECK(after - before < 80);
  CHECK(after - before > 5);
  vectors.clear();
}

TEST_CASE("cyclic garbage does not pile up, even after a large heap went away") {
  Thread& thread = main_thread();
  {
    std::vector<Ref<Vector>> vectors;
    for (usize index = 0; index < 600'000; ++index) {
      vectors.push_back(new_vector(thread, 2));
      CHECK_FALSE(!poll(thread));
    }
  }
  usize most = 0;
  for (int step = 0; step < 300'000; ++step) {
    make_garbage_cycle(thread);
    CHECK_FALSE(!poll(thread));
    if (step % 10'000 == 0) most = std::max(most, count_objects());
  }
  CHECK(most < 60'000);
  collect(thread);
}

TEST_CASE("get_objects, referrers, freeze") {
  Thread& thread = main_thread();
  Ref<Node> holder = new_node(thread);
  Ref<Node> held = new_node(thread);
  holder->left.store(*holder, held.value());
  Object* target = held.get();
  {
    ObjectList referrers = find_referrers(thread, &target, 1);
    CHECK(referrers.size == 1);
    CHECK(referrers.items[0] == holder.get());
    ObjectList referents = find_referents(thread, *holder);
    CHECK(referents.size == 1);
    CHECK(referents.items[0] == target);
    CHECK(list_objects(thread).size >= 2);
  }
  make_garbage_cycle(thread);
  freeze_heap(thread);
  CHECK(count_frozen(thread) >= 4);
  CHECK(collect(thread) == 0);
  unfreeze_heap(thread);
  CHECK(collect(thread) == 2);
  verify_invariant_s(thread);
}

}  // namespace py
