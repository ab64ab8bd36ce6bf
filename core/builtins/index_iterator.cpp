#include "core/builtins/index_iterator.h"

#include "core/builtins/builtin_types.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/names.h"

namespace py {

namespace {

void visit(Object& object, Visitor& visitor) { visitor.visit(static_cast<IndexIterator&>(object).sequence); }
usize size_of(const Object&) { return sizeof(IndexIterator); }

IndexIterator& iterator_of(Value self) { return *static_cast<IndexIterator*>(self.object()); }

Result<isize> length_hint(Thread& thread, Value self) {
  Ref<> sequence = iterator_of(self).sequence.load();
  if (sequence.is_empty()) return isize{0};
  const isize left = TRY(length(thread, sequence)) - iterator_of(self).index.load(std::memory_order_relaxed);
  return left < 0 ? 0 : left;
}

Result<Ref<>> reduce(Thread& thread, Value self) {
  Ref<> iter = TRY(builtin_named(thread, "iter"));
  Ref<> sequence = iterator_of(self).sequence.load();
  if (sequence.is_empty()) {
    Ref<> arguments = TRY(Tuple::from(thread, {Tuple::empty().value()}));
    return Tuple::from(thread, {iter, arguments});
  }
  Ref<> arguments = TRY(Tuple::from(thread, {sequence}));
  return Tuple::from(thread,
                     {iter, arguments, Value::integer(iterator_of(self).index.load(std::memory_order_relaxed))});
}

Result<void> setstate(Thread& thread, Value self, Value state) {
  const isize index = TRY(to_isize(thread, state));
  Ref<> sequence = iterator_of(self).sequence.load();
  if (sequence.is_empty()) return {};
  const isize limit = TRY(length(thread, sequence));
  iterator_of(self).index.store(index < 0 ? 0 : index > limit ? limit : index, std::memory_order_relaxed);
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<length_hint>("__length_hint__()", "Private method returning an estimate of len(list(it))."),
    def<reduce>("__reduce__()", "Return state information for pickling."),
    def<setstate>("__setstate__(state, /)", "Set state information for unpickling."),
};

}  // namespace

const ObjectOps IndexIterator::kOps = {"index_iterator", visit, nullptr, size_of};
constinit const std::span<const MethodSpec> kIndexIteratorMethods = kMethods;

Result<Ref<>> make_index_iterator(Thread& thread, Type& type, Value sequence) {
  Ref<IndexIterator> iterator = TRY(allocate<IndexIterator>(thread, type, sizeof(IndexIterator)));
  iterator->sequence.initialize(Empty);
  iterator->index.store(0, std::memory_order_relaxed);
  iterator->sequence.store(*iterator, sequence);
  return Ref<>(std::move(iterator));
}

Result<Ref<>> builtin_named(Thread& thread, std::string_view name) {
  const Value globals = current_globals ? current_globals(thread) : Empty;
  Ref<> builtins = globals.is_object() ? Ref<>::share(as<Dict>(globals).find_str(names::__builtins__())) : Ref<>();
  if (builtins.is_empty()) return raise(thread, types.RuntimeError, "no builtins");
  if (is<Module>(builtins)) return get_attribute(thread, builtins, name);
  return TRY(as<Dict>(builtins).get(thread, intern(thread, name).value()));
}

}  // namespace py
