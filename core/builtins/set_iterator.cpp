#include "core/builtins/set_iterator.h"

#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py {

namespace {

// Threads: a shared one moves under its lock, so that each member is given out once.
class SetIterator final : public Object {
 public:
  Field set;  // None at the end
  std::atomic<isize> position;
  std::atomic<isize> expected;  // the length of the set at the start; -1 after a failure
  std::atomic<isize> left;
  static const ObjectOps kOps;
};
const ObjectOps SetIterator::kOps = {"set_iterator", visit_fields<SetIterator, &SetIterator::set>, nullptr, fixed_size};

SetIterator& iterator_of(Value self) { return *static_cast<SetIterator*>(self.object()); }

// The next member, borrowed; Empty at the end.
Value step(SetIterator& iterator, const Set& set) {
  ObjectLock lock(iterator);
  isize position = iterator.position.load(std::memory_order_relaxed);
  Value key, value;
  const bool found = set.next_entry(position, key, value);
  iterator.position.store(position, std::memory_order_relaxed);
  if (!found) return Empty;
  iterator.left.store(iterator.left.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  return key;
}

Result<Ref<>> set_iterator_next(Thread& thread, Value self) {
  SetIterator& iterator = iterator_of(self);
  const Value target = iterator.set.peek();
  if (UNLIKELY(target.is_none())) return Ref<>::adopt(Done);
  const Set& set = *static_cast<Set*>(target.object());
  if (UNLIKELY(set.length() != iterator.expected.load(std::memory_order_relaxed))) {
    iterator.expected.store(-1, std::memory_order_relaxed);
    return raise(thread, types.RuntimeError, "Set changed size during iteration");
  }
  const Value member = step(iterator, set);
  if (LIKELY(!member.is_empty())) return Ref<>::share(member);
  iterator.set.store(iterator, None);
  return Ref<>::adopt(Done);
}

Result<isize> set_iterator_length_hint(Thread&, Value self) {
  SetIterator& iterator = iterator_of(self);
  const Value target = iterator.set.peek();
  if (target.is_none()) return isize{0};
  const isize left = iterator.left.load(std::memory_order_relaxed);
  const bool unchanged = static_cast<Set*>(target.object())->length() == iterator.expected.load(std::memory_order_relaxed);
  return unchanged && left > 0 ? left : 0;
}

// iter(the members that are left); the iterator itself does not move.
Result<Ref<>> set_iterator_reduce(Thread& thread, Value self) {
  SetIterator& iterator = iterator_of(self);
  Ref<> iter = TRY(builtin_named(thread, "iter"));
  Ref<List> members = TRY(List::make(thread));
  Ref<> target = iterator.set.load();
  if (!target.value().is_none()) {
    Ref<SetIterator> copy = TRY(new_object<SetIterator>(thread, *types.set_iterator));
    set_fresh(*copy, copy->set, target.value());
    copy->position.store(iterator.position.load(std::memory_order_relaxed), std::memory_order_relaxed);
    copy->expected.store(iterator.expected.load(std::memory_order_relaxed), std::memory_order_relaxed);
    copy->left.store(iterator.left.load(std::memory_order_relaxed), std::memory_order_relaxed);
    TRY(members->extend(thread, copy.value()));
  }
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {members.value()}));
  return Tuple::from(thread, {iter, arguments.value()});
}

constexpr MethodSpec kMethods[] = {
    def<set_iterator_length_hint>("__length_hint__()", "About how many items are left."),
    def<set_iterator_reduce>("__reduce__()", "Return state information for pickling."),
};

}  // namespace

const TypeSpec set_iterator_spec = {
    .name = "set_iterator",
    .doc = nullptr,
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .slots = {.iter = iterate_self, .next = set_iterator_next},
    .ops = &SetIterator::kOps,
    .size = sizeof(SetIterator),
};

Result<Ref<>> make_set_iterator(Thread& thread, Set& set) {
  Ref<SetIterator> iterator = TRY(new_object<SetIterator>(thread, *types.set_iterator));
  set_fresh(*iterator, iterator->set, set.value());
  iterator->position.store(0, std::memory_order_relaxed);
  iterator->expected.store(set.length(), std::memory_order_relaxed);
  iterator->left.store(set.length(), std::memory_order_relaxed);
  return Ref<>(std::move(iterator));
}

}  // namespace py
