// -X trace=CHANNELS: lines on stderr about what the runtime does, for whoever works on weft. Costs one load and one branch
// where it is off; stands in cold paths only.
// Threads: any; a line is written at once.
#pragma once
#include <atomic>
#include <string_view>

#include "core/base/types.h"

namespace py {

enum class TraceChannel : u8 {
  Gc,       // collections: generation, what they looked at and found, how long
  Share,    // objects that are published, with all that they reach
  Import,   // imports that reach the import system, and how long
  Compile,  // sources compiled
  Thread,   // threads that begin and end
  Shapes,   // new shapes of instances
};

extern std::atomic<u32> traced_channels;  // a bit for each
INLINE bool is_traced(TraceChannel channel) {
  return UNLIKELY(traced_channels.load(std::memory_order_relaxed) & 1u << static_cast<u8>(channel));
}
COLD void trace(TraceChannel channel, const char* format, ...) __attribute__((format(printf, 2, 3)));

// Switches on channels named in a list with commas, "all" for all; false when one is unknown.
bool trace_channels(std::string_view names);

// How long something took that is traced.
class TraceTimer {
 public:
  explicit TraceTimer(TraceChannel channel) : begin_(is_traced(channel) ? now() : 0) {}
  bool is_on() const { return begin_ != 0; }
  double milliseconds() const { return static_cast<double>(now() - begin_) / 1e6; }

 private:
  static i64 now();
  i64 begin_;
};

}  // namespace py
