// What a profiler counts: the calls of one thread, by callee and by caller, and the time they took.
//
// Invariant: every call that has begun and not ended is counted in the `depth` of its tallies.
// Threads: no state of its own; whoever keeps an Activity guards it.
#pragma once
#include <unordered_map>
#include <vector>

#include "core/base/types.h"

namespace py::profiler {

using Identity = u64;  // the address of a Code or of a MethodSpec

struct CallCount {
  i64 calls = 0, recursive = 0;
  i64 total = 0, own = 0;  // in ticks of the clock; total without recursive calls
  i64 depth = 0;           // calls going on

  void finish(i64 spent, i64 spent_here) {
    ++calls;
    own += spent_here;
    if (--depth == 0) {
      total += spent;
    } else {
      ++recursive;
    }
  }
  void add(const CallCount& other) {
    calls += other.calls;
    recursive += other.recursive;
    total += other.total;
    own += other.own;
  }
};

struct Entry {
  CallCount tally;
  std::unordered_map<Identity, CallCount> callees;
};
using Entries = std::unordered_map<Identity, Entry>;

// What one thread does. References into unordered maps stay valid while they grow.
class Activity {
 public:
  bool knows(Identity identity) const { return entries_.contains(identity); }
  void enter(Identity identity, i64 now, bool by_caller) {
    Entry& entry = entries_[identity];
    ++entry.tally.depth;
    CallCount* in_caller = by_caller && !calls_.empty() ? &calls_.back().entry->callees[identity] : nullptr;
    if (in_caller) ++in_caller->depth;
    calls_.push_back({&entry, in_caller, now, 0});
  }
  bool is_in_call() const { return !calls_.empty(); }
  void leave(i64 now) {
    const Call call = calls_.back();
    calls_.pop_back();
    const i64 spent = now - call.start, here = spent - call.in_callees;
    call.entry->tally.finish(spent, here);
    if (call.in_caller) call.in_caller->finish(spent, here);
    if (!calls_.empty()) calls_.back().in_callees += spent;
  }
  void add_to(Entries& sum) const {
    for (const auto& [identity, entry] : entries_) {
      Entry& all = sum[identity];
      all.tally.add(entry.tally);
      for (const auto& [callee, tally] : entry.callees) all.callees[callee].add(tally);
    }
  }

 private:
  struct Call {
    Entry* entry;
    CallCount* in_caller;
    i64 start, in_callees;
  };
  Entries entries_;
  std::vector<Call> calls_;
};

}  // namespace py::profiler
