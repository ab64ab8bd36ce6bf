// RootVector: owned references that native code keeps in a buffer of its own across safepoints. Counts protect what they
// count; a deferred object has none, and the collector looks for it on stacks and in objects only. So every such buffer
// outside of both is a RootVector: while it exists, a full collection takes what it holds for alive.
// Threads: made, changed and destroyed by attached threads, one at a time; visited while the world is stopped.
#pragma once
#include <vector>

#include "memory/publish.h"
#include "memory/ref.h"

namespace py {

class RootVector {
 public:
  RootVector();
  ~RootVector();
  RootVector(const RootVector&) = delete;
  RootVector& operator=(const RootVector&) = delete;

  void push(Ref<> value) { values_.push_back(value.release()); }
  void set(usize index, Ref<> value) { Ref<>::adopt(std::exchange(values_[index], value.release())); }
  Value operator[](usize index) const { return values_[index]; }
  const Value* data() const { return values_.data(); }
  usize size() const { return values_.size(); }
  const Value* begin() const { return data(); }
  const Value* end() const { return data() + size(); }

 private:
  friend void visit_root_vectors(Visitor&);

  std::vector<Value> values_;
  RootVector* next_;
  RootVector** place_;  // the link that points here
};

void visit_root_vectors(Visitor& visitor);
void root_vectors_after_fork_in_child();

}  // namespace py
