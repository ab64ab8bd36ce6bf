// Memory that runs out, threads that stop for ever, forks, and what a single thread costs.
#include <sys/resource.h>

#include "tests/unit/doctest.h"
#include "tests/unit/memory/threads.h"
#include "threading/runtime/os_threads.h"
#include "threading/sync/count.h"

namespace py {

namespace {

// Runs the function in a child; its exit status, or -1 when it crashed or hung.
int run_in_child(Thread& thread, int (*function)(Thread&)) {
  std::fflush(nullptr);
  const int child = fork_world(thread);
  if (child == 0) _exit(function(thread));
  for (int tick = 0; tick < 500; ++tick) {
    int status;
    if (waitpid(child, &status, WNOHANG) == child) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    usleep(20'000);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return -1;
}

}  // namespace

#ifdef WEFT_COUNT_ATOMICS
TEST_CASE("a single thread uses no atomic operation and no lock for local objects") {
  Thread& thread = main_thread();
  CHECK(!has_multiple_threads());
  collect(thread);
  const AtomicCounts before = atomic_counts;
  Ref<Node> root = new_node(thread);
  for (int step = 0; step < 5000; ++step) {
    Ref<Node> node = new_node(thread);
    node->left.store(*node, root.value());
    root->left.store(*root, node.value());
    Ref<WeakReference> weak = new_weak(thread, *node);
    Ref<> loaded = load_weak(weak->node);
    if (!poll(thread)) std::abort();
  }
  root->left.store(*root, None);
  CHECK(atomic_counts.operations - before.operations <= 8);  // new pages are taken under a lock
}
#endif

#if !defined(WEFT_ASAN) && !defined(WEFT_TSAN)
// A stack that has to grow when memory is exhausted is a crash, in any program.
[[gnu::noinline]] void grow_stack() {
  volatile char stack[256 * 1024];
  for (usize at = 0; at < sizeof(stack); at += 1024) stack[at] = 0;
}

TEST_CASE("exhausted memory is a null, never an abort") {
  CHECK(run_in_child(main_thread(), [](Thread& thread) {
          grow_stack();
          rlimit limit{400u << 20, 400u << 20};
          setrlimit(RLIMIT_AS, &limit);
          Ref<Vector> head;
          for (usize count = 0;; ++count) {
            auto* vector = static_cast<Vector*>(allocate_object(thread, 16 + 8 + 8 * 40, shapes().vector));
            if (!vector) return count > 10'000 && !allocate_object(thread, 1 << 30, shapes().vector) ? 0 : 1;
            vector->count = 40;
            for (usize index = 0; index < 40; ++index) vector->items[index].initialize(Empty);
            vector->items[0].initialize(std::move(head));
            head = Ref<Vector>::adopt(vector);
            if (!poll(thread)) return 2;
          }
        }) == 0);
}
#endif

TEST_CASE("a child process frees what the parent's threads owned") {
  Thread& self = main_thread();
  Ref<Vector> exchange = new_vector(self, 8);
  publish(exchange.value());
  int status = -1;
  std::atomic<usize> ready{0};
  std::atomic<bool> over{false};
  run_threads(self, 3, [&](Thread& thread, usize index) {
    exchange->items[index].store(*exchange, new_mortal(thread));
    ready.fetch_add(1);
    while (ready < 3) poll_quiet(thread);
    if (index == 0) {
      static Vector* shared;
      shared = exchange.get();
      status = run_in_child(thread, [](Thread& child) {
        const i64 deaths = mortal_deaths;
        for (usize slot = 0; slot < 3; ++slot) shared->items[slot].store(*shared, Ref<>());
        collect(child);
        return mortal_deaths == deaths + 3 ? 0 : 1;
      });
      over = true;
    }
    while (!over) {
      poll_quiet(thread);
      if (index == 1) {
        Detached detached(thread);
        usleep(100);
      }
    }
  });
  CHECK(status == 0);
}

TEST_CASE("after shutdown no other thread runs, and the last one can still collect") {
  CHECK(run_in_child(main_thread(), [](Thread& thread) {
          static std::atomic<u64> steps{0};
          for (int index = 0; index < 3; ++index) {
            spawn_os_thread(
                0,
                [](void*) {
                  Thread* other = enter_thread();
                  while (true) {
                    poll_quiet(*other);
                    steps.fetch_add(1);
                    if (steps % 7 == 0) Detached detached(*other);
                  }
                },
                nullptr);
          }
          while (steps < 1000) poll_quiet(thread);
          stop_world_for_shutdown(thread);
          const u64 seen = steps;
          usleep(20'000);
          collect(thread);
          {
            Detached detached(thread);
          }
          const bool still = steps == seen;
          leave_thread(&thread);
          return still ? 0 : 1;
        }) == 0);
}

TEST_CASE("blocks freed by other threads come back") {
  Thread& self = main_thread();
  StressClock clock;
  collect(self);
  Ref<Vector> belt = new_vector(self, 64);
  publish(belt.value());
  std::atomic<u64> moved{0};
  run_threads(self, 4, [&](Thread& thread, usize index) {
    Random random(stress_seed() + index);
    while (!clock.is_over()) {
      const usize slot = random() % 64;
      Ref<> value = index % 2 ? Ref<>() : Ref<>(new_vector(thread, random() % 200));
      Value old;
      {
        ObjectLock lock(*belt);
        old = belt->items[slot].exchange(*belt, std::move(value));
      }
      drop_removed(*belt, old);
      moved.fetch_add(1);
      if (!poll(thread)) std::abort();
    }
  });
  for (usize slot = 0; slot < 64; ++slot) belt->items[slot].store(*belt, Ref<>());
  settle(self);
  usize vectors = 0;
  for_each_object([&](Object& object) { vectors += object.shape_number() == shapes().vector; });
  CHECK(vectors == 1);
  CHECK(moved > 1000);
}

}  // namespace py
