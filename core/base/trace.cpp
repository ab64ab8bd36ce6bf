#include "core/base/trace.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace py {

std::atomic<u32> traced_channels{0};

namespace {

constexpr const char* kNames[] = {"gc", "share", "import", "compile", "thread", "shapes"};

i64 nanoseconds(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

}  // namespace

i64 TraceTimer::now() { return nanoseconds(CLOCK_MONOTONIC); }

void trace(TraceChannel channel, const char* format, ...) {
  static const i64 start = nanoseconds(CLOCK_MONOTONIC);
  char line[512];
  const double seconds = static_cast<double>(nanoseconds(CLOCK_MONOTONIC) - start) / 1e9;
  int size = std::snprintf(line, sizeof line, "[%.6f %d] %s: ", seconds, static_cast<int>(gettid()), kNames[static_cast<u8>(channel)]);
  va_list arguments;
  va_start(arguments, format);
  size += std::vsnprintf(line + size, sizeof line - static_cast<usize>(size) - 1, format, arguments);
  va_end(arguments);
  if (size > static_cast<int>(sizeof line) - 2) size = static_cast<int>(sizeof line) - 2;
  line[size] = '\n';
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line, static_cast<usize>(size) + 1);
}

bool trace_channels(std::string_view names) {
  u32 channels = 0;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    u32 found = name == "all" ? ~0u : 0;
    for (u32 number = 0; const char* known : kNames) {
      if (name == known) found = 1u << number;
      ++number;
    }
    if (!found) return false;
    channels |= found;
  }
  traced_channels.store(channels, std::memory_order_relaxed);
  return true;
}

}  // namespace py
