// WeakReference: weakref.ref and the proxies. The node in the table of weak references stands in the object.
// Threads: the target is read through the table; `hash` is computed once from the target.
#pragma once
#include "core/bind/define.h"
#include "memory/weak.h"

namespace py {

class WeakReference final : public Object {
 public:
  Field callback;
  std::atomic<i64> hash;  // of the target, -1: not asked yet
  WeakNode node;
  static const ObjectOps kOps;
};

Result<Ref<>> make_weak_reference(Thread& thread, Type& type, Value target, Value callback);
// Installs the hook that runs callbacks.
void initialize_weak_references();

}  // namespace py
