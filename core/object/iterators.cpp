#include "core/object/iterators.h"

#include "core/object/allocate.h"
#include "core/object/operations.h"

namespace py {

namespace {

usize fixed_size(const Object& object) { return type_of_object(object).allocation_size(); }
void visit_source(Object& object, Visitor& visitor) { visitor.visit(static_cast<IndexIterator&>(object).source); }

}  // namespace

const ObjectOps IndexIterator::kOps = {"iterator", visit_source, nullptr, fixed_size};
const ObjectOps RangeIterator::kOps = {"range_iterator", nullptr, nullptr, fixed_size};

Result<Ref<>> make_index_iterator(Thread& thread, Type& type, Value source) {
  Ref<IndexIterator> iterator = TRY(allocate<IndexIterator>(thread, type, sizeof(IndexIterator)));
  incref(source);
  if (UNLIKELY(iterator->is_shared())) publish(source);
  iterator->source.initialize(source);
  iterator->index.store(0, std::memory_order_relaxed);
  return Ref<>(std::move(iterator));
}

Result<Ref<>> make_range_iterator(Thread& thread, i64 start, i64 count, i64 step) {
  Ref<RangeIterator> iterator = TRY(allocate<RangeIterator>(thread, *types.range_iterator, sizeof(RangeIterator)));
  iterator->next.store(start, std::memory_order_relaxed);
  iterator->remaining.store(count, std::memory_order_relaxed);
  iterator->step = step;
  iterator->total = count;
  return Ref<>(std::move(iterator));
}

i64 range_length(i64 start, i64 stop, i64 step) {
  if (step > 0) return start < stop ? (stop - start - 1) / step + 1 : 0;
  return stop < start ? (start - stop - 1) / -step + 1 : 0;
}

}  // namespace py
