// -X importtime: a line on stderr for each module that an import had to load, when it is done: how long its own part took and
// how long all of it, in microseconds. What it imported stands before it, further in.
// Threads: each counts its own imports.
#pragma once
#include "core/object/str.h"

namespace py {

extern std::atomic<bool> imports_are_timed;  // set at start-up

class ImportTimer {
 public:
  explicit ImportTimer(const Str& name);
  ~ImportTimer();
  ImportTimer(const ImportTimer&) = delete;

 private:
  const Str& name_;
  i64 begin_;         // in nanoseconds; 0: imports are not timed
  i64 outer_inside_;  // what the import around this one has spent in others so far
};

}  // namespace py
