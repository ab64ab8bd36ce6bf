#include "memory/root_vector.h"

#include "memory/field.h"
#include "threading/sync/mutex.h"

namespace py {

namespace {

Mutex mutex{Rank::Leaf};
RootVector* first = nullptr;

}  // namespace

RootVector::RootVector() {
  MutexGuard guard(mutex);
  next_ = first;
  place_ = &first;
  if (next_) next_->place_ = &next_;
  first = this;
}

RootVector::~RootVector() {
  {
    MutexGuard guard(mutex);
    *place_ = next_;
    if (next_) next_->place_ = place_;
  }
  for (Value value : values_) decref(value);
}

void visit_root_vectors(Visitor& visitor) {
  static_assert(sizeof(Field) == sizeof(Value));
  for (RootVector* vector = first; vector; vector = vector->next_) {
    visitor.visit(reinterpret_cast<Field*>(vector->values_.data()), vector->values_.size());
  }
}

void root_vectors_after_fork_in_child() { mutex.reset(); }

}  // namespace py
