#include "core/builtins/import_timer.h"

#include <cstdio>
#include <string>
#include <utility>

#include "threading/sync/parking_lot.h"

namespace py {

std::atomic<bool> imports_are_timed{false};

namespace {

thread_local constinit i64 inside = 0;  // nanoseconds spent in imports within the current one
thread_local constinit int depth = 0;
std::atomic<bool> has_header{false};

long microseconds(i64 nanoseconds) { return static_cast<long>((nanoseconds + 999) / 1000); }

}  // namespace

ImportTimer::ImportTimer(const Str& name) : name_(name), begin_(0), outer_inside_(0) {
  if (!imports_are_timed.load(std::memory_order_relaxed)) return;
  if (!has_header.exchange(true)) std::fputs("import time: self [us] | cumulative | imported package\n", stderr);
  begin_ = monotonic_ns();
  outer_inside_ = std::exchange(inside, 0);
  ++depth;
}

ImportTimer::~ImportTimer() {
  if (!begin_) return;
  --depth;
  const i64 all = monotonic_ns() - begin_;
  const std::string name = std::string(static_cast<usize>(2 * depth), ' ') + name_.utf8();
  std::fprintf(stderr, "import time: %9ld | %10ld | %s\n", microseconds(all - inside), microseconds(all), name.c_str());
  inside = outer_inside_ + all;
}

}  // namespace py
