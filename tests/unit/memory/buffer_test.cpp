// Buffers of all sizes keep their content while they grow and shrink, whichever kind they are.
#include <cstring>
#include <thread>
#include <vector>

#include "memory/buffer.h"
#include "memory/pages.h"
#include "tests/unit/doctest.h"

namespace py {

namespace {

u8 pattern(usize at) { return static_cast<u8>(at * 7 + (at >> 8)); }

void fill(void* buffer, usize from, usize to) {
  for (usize at = from; at < to; ++at) static_cast<u8*>(buffer)[at] = pattern(at);
}

bool holds_pattern(const void* buffer, usize bytes) {
  for (usize at = 0; at < bytes; ++at) {
    if (static_cast<const u8*>(buffer)[at] != pattern(at)) return false;
  }
  return true;
}

bool survives_resizing() {
  void* buffer = buffer_allocate(100);
  fill(buffer, 0, 100);
  usize size = 100;
  for (usize wanted : {1000u, 65535u, 65536u, 65537u, 200'000u, 3'000'000u, 9'000'000u, 500'000u, 70'000u, 900u, 130'000u}) {
    buffer = buffer_reallocate(buffer, wanted);
    if (!buffer || buffer_usable(buffer) < wanted || !holds_pattern(buffer, size < wanted ? size : wanted)) return false;
    fill(buffer, size < wanted ? size : wanted, wanted);
    size = wanted;
  }
  const bool kept = holds_pattern(buffer, size);
  buffer_free(buffer);
  return kept;
}

}  // namespace

TEST_CASE("a buffer keeps its content while it is resized") { CHECK(survives_resizing()); }

TEST_CASE("buffers that live at the same time do not overlap, and memory that comes back is used again") {
  std::vector<void*> buffers;
  for (int round = 0; round < 3; ++round) {
    for (usize count = 0; count < 300; ++count) {
      const usize bytes = 30'000 + count * 1000;
      buffers.push_back(buffer_allocate(bytes));
      REQUIRE(buffers.back());
      std::memset(buffers.back(), static_cast<int>(count & 255), bytes);
    }
    for (usize count = 0; count < 300; ++count) {
      CHECK(static_cast<u8*>(buffers[count])[29'999] == (count & 255));
      buffer_free(buffers[count]);
    }
    buffers.clear();
  }
}

TEST_CASE("a zeroed buffer is zero, used before or not") {
  for (int round = 0; round < 4; ++round) {
    auto* bytes = static_cast<u8*>(buffer_allocate_zeroed(150'000));
    REQUIRE(bytes);
    for (usize at = 0; at < 150'000; at += 999) CHECK(bytes[at] == 0);
    std::memset(bytes, 1, 150'000);
    buffer_free(bytes);
  }
}

TEST_CASE("more than there can be is refused, and the buffer stays") {
  CHECK(buffer_allocate(usize{1} << 60) == nullptr);
  void* buffer = buffer_allocate(100'000);
  fill(buffer, 0, 100'000);
  CHECK(buffer_reallocate(buffer, usize{1} << 60) == nullptr);
  CHECK(holds_pattern(buffer, 100'000));
  buffer_free(buffer);
}

TEST_CASE("a large buffer is no page of objects") {
  void* buffer = buffer_allocate(1'000'000);
  CHECK(find_page(reinterpret_cast<u64>(buffer)) == nullptr);
  CHECK(find_page(reinterpret_cast<u64>(buffer) + 500'000) == nullptr);
  buffer_free(buffer);
}

TEST_CASE("threads resize buffers at the same time") {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&] {
      bool all = true;
      for (int round = 0; round < 5; ++round) all = survives_resizing() && all;
      good += all;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 4);
}

}  // namespace py
