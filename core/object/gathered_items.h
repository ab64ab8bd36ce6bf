// The items of an iterator's next tuple while they come in one by one; dropped unless the tuple takes them.
// Threads: a local variable of one.
#pragma once
#include "core/object/error.h"
#include "core/object/sequence.h"
#include "memory/buffer.h"

namespace py {

class GatheredItems {
 public:
  // Room for `length` items; allocated() tells whether there is.
  explicit GatheredItems(isize length)
      : items_(LIKELY(length <= kFew) ? few_ : static_cast<Value*>(buffer_allocate(static_cast<usize>(length) * sizeof(Value)))) {}
  ~GatheredItems() {
    for (isize i = 0; i < count_; ++i) decref(items_[i]);
    if (UNLIKELY(items_ != few_)) buffer_free(items_);
  }
  GatheredItems(const GatheredItems&) = delete;
  GatheredItems& operator=(const GatheredItems&) = delete;

  bool allocated() const { return items_ != nullptr; }
  void add(Ref<>&& item) { items_[count_++] = item.release(); }
  // All items as a tuple; see Tuple::recycle.
  Result<Ref<Tuple>> recycle(Thread& thread, const Object& owner, Field& last) {
    return Tuple::recycle(thread, owner, last, items_, std::exchange(count_, 0));
  }

 private:
  static constexpr isize kFew = 8;
  Value few_[kFew];
  Value* items_;
  isize count_ = 0;
};

}  // namespace py
