// ReprGuard: notices that repr() came back to a container whose repr() is under way, which then shows as "[...]".
// Threads: the chain of guards is the thread's own.
#pragma once
#include "memory/object.h"

namespace py {

class [[nodiscard]] ReprGuard {
 public:
  explicit ReprGuard(const Object& object) : object_(&object), outer_(innermost_) {
    for (const ReprGuard* guard = outer_; guard && !recursive_; guard = guard->outer_) {
      recursive_ = guard->object_ == object_;
    }
    innermost_ = this;
  }
  ~ReprGuard() { innermost_ = outer_; }
  ReprGuard(const ReprGuard&) = delete;
  ReprGuard& operator=(const ReprGuard&) = delete;
  bool is_recursive() const { return recursive_; }

 private:
  static inline thread_local constinit ReprGuard* innermost_ = nullptr;
  const Object* object_;
  ReprGuard* outer_;
  bool recursive_ = false;
};

}  // namespace py
