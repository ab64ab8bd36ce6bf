// What the stress tests share: threads, seeds, durations, and running a test case in a child process with a fault.
//
// WEFT_TEST_SEED and WEFT_TEST_MS (milliseconds per stress case) in the environment override the defaults.
#pragma once
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "threading/sync/parking_lot.h"
#include "threading/sync/test_fault.h"

namespace py {

inline u64 environment_number(const char* name, u64 otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

inline u64 stress_seed() {
  static const u64 seed = environment_number("WEFT_TEST_SEED", std::random_device()());
  return seed;
}

// Time is up for this case.
class StressClock {
 public:
  StressClock() : end_(monotonic_ns() + static_cast<i64>(environment_number("WEFT_TEST_MS", 500)) * 1'000'000) {
    std::printf("seed %llu\n", static_cast<unsigned long long>(stress_seed()));
  }
  bool is_over() const { return monotonic_ns() > end_; }

 private:
  i64 end_;
};

using Random = std::minstd_rand;

// OS threads that know nothing of weft.
inline void run_os_threads(usize count, const std::function<void(usize)>& body) {
  struct Start {
    const std::function<void(usize)>* body;
    usize index;
  };
  std::vector<pthread_t> threads(count);
  for (usize index = 0; index < count; ++index) {
    pthread_create(
        &threads[index], nullptr,
        [](void* memory) -> void* {
          auto* start = static_cast<Start*>(memory);
          (*start->body)(start->index);
          delete start;
          return nullptr;
        },
        new Start{&body, index});
  }
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
}

inline const bool fault_from_environment = [] {
  test_fault.store(static_cast<TestFault>(environment_number("WEFT_TEST_FAULT", 0)));
  return true;
}();
inline bool is_faulty_run() { return test_fault.load() != TestFault::None; }

// Runs one test case of this binary with the fault. True if the case failed, crashed or hung, as it should.
inline bool fails_once(TestFault fault, const char* test_case, int milliseconds, int seconds) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    setenv("WEFT_TEST_FAULT", std::to_string(static_cast<u32>(fault)).c_str(), 1);
    setenv("WEFT_TEST_MS", std::to_string(milliseconds).c_str(), 1);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 0);
    if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) _exit(0);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const std::string filter = std::string("--test-case=") + test_case;
    execl("/proc/self/exe", "/proc/self/exe", filter.c_str(), "--no-breaks=true", "--no-skip=true", nullptr);
    _exit(0);
  }
  for (int tick = 0; tick < seconds * 50; ++tick) {
    int status;
    if (waitpid(child, &status, WNOHANG) == child) return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    usleep(20'000);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return true;
}

// A race needs its chance: on a busy machine it gets longer ones.
inline bool fails_with(TestFault fault, const char* test_case, int seconds = 5) {
  for (int milliseconds = 1500; milliseconds <= 12'000; milliseconds *= 2) {
    if (fails_once(fault, test_case, milliseconds, seconds + milliseconds / 1000)) return true;
  }
  return false;
}

}  // namespace py
