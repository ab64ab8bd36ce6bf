// ObjectLock: guards the mutation of a shared object; free of charge for a local one.
//
// These are leaf locks: while one is held only bounded native code runs. No Python code, no safepoint, no allocation
// that may collect, no drop of a reference, no second lock except by lock_both (address order).
#pragma once
#include "memory/object.h"
#include "threading/sync/byte_lock.h"

namespace py {

class [[nodiscard]] ObjectLock {
 public:
  explicit ObjectLock(Object& object) : object_(object.is_shared() ? &object : nullptr) {
    if (UNLIKELY(object_ != nullptr)) ByteLock(object_->lock).lock();
  }
  ~ObjectLock() { unlock(); }
  ObjectLock(const ObjectLock&) = delete;
  ObjectLock& operator=(const ObjectLock&) = delete;
  void unlock() {
    if (UNLIKELY(object_ != nullptr)) ByteLock(object_->lock).unlock();
    object_ = nullptr;
  }

 private:
  Object* object_;
};

// Both locks, lower address first. The two may be the same object.
class [[nodiscard]] ObjectLockBoth {
 public:
  ObjectLockBoth(Object& a, Object& b) : first_(&a < &b ? a : b), second_(&a == &b ? none_ : (&a < &b ? b : a)) {}
  void unlock() {
    second_.unlock();
    first_.unlock();
  }

 private:
  static inline Object none_{};  // not shared: locking it does nothing
  ObjectLock first_;
  ObjectLock second_;
};

}  // namespace py
