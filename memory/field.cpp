#include "memory/field.h"

#include "memory/lock.h"

namespace py {

void Field::store_shared(const Object& owner, Ref<>&& value) {
  publish(value.value());
  Value old;
  {
    ObjectLock lock(const_cast<Object&>(owner));
    old = {word_.load(std::memory_order_relaxed)};
    word_.store(value.release().bits, std::memory_order_release);
  }
  drop_removed(owner, old);
}

}  // namespace py
