// Canaries: run with --no-skip, under a sanitizer, in a child that must fail. They show that the sanitizer sees weft's
// memory.
#include "tests/unit/doctest.h"
#include "tests/unit/memory/threads.h"

namespace py {

TEST_CASE("canary: a race" * doctest::skip()) {
  u64 plain = 0;
  run_os_threads(2, [&](usize) {
    for (int step = 0; step < 1000; ++step) ++plain;
  });
  CHECK(plain > 0);
}

TEST_CASE("canary: a freed object is read" * doctest::skip()) {
  Thread& thread = main_thread();
  Node* node = nullptr;
  {
    Ref<Node> owned = new_node(thread);
    node = owned.get();
  }
  CHECK(node->number != 1);
}

#if defined(WEFT_TSAN)
TEST_CASE("the race canary is caught") { CHECK(fails_with(TestFault::None, "canary: a race")); }
#elif defined(WEFT_ASAN)
TEST_CASE("the freed object canary is caught") { CHECK(fails_with(TestFault::None, "canary: a freed object*")); }
#endif

}  // namespace py
