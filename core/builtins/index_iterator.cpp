#include "core/builtins/index_iterator.h"

#include "core/builtins/builtin_types.h"
#include "core/vm/imports.h"

namespace py {

namespace {

IndexIterator& iterator_of(Value self) { return *static_cast<IndexIterator*>(self.object()); }

Result<isize> length_hint(Thread& thread, Value self) {
  Ref<> sequence = iterator_of(self).source.load();
  if (sequence.value().is_none()) return isize{0};
  const isize left = TRY(length(thread, sequence)) - iterator_of(self).index.load(std::memory_order_relaxed);
  return left < 0 ? 0 : left;
}

Result<Ref<>> reduce(Thread& thread, Value self) {
  Ref<> iter = TRY(builtin_named(thread, "iter"));
  Ref<> sequence = iterator_of(self).source.load();
  if (sequence.value().is_none()) {
    Ref<> arguments = TRY(Tuple::from(thread, {Tuple::empty().value()}));
    return Tuple::from(thread, {iter, arguments});
  }
  Ref<> arguments = TRY(Tuple::from(thread, {sequence}));
  return Tuple::from(thread,
                     {iter, arguments, Value::integer(iterator_of(self).index.load(std::memory_order_relaxed))});
}

Result<void> setstate(Thread& thread, Value self, Value state) {
  const isize index = TRY(to_isize(thread, state));
  Ref<> sequence = iterator_of(self).source.load();
  if (sequence.value().is_none()) return {};
  const isize limit = TRY(length(thread, sequence));
  iterator_of(self).index.store(index < 0 ? 0 : index > limit ? limit : index, std::memory_order_relaxed);
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<length_hint>("__length_hint__()", "About how many items are left."),
    def<reduce>("__reduce__()", "Return state information for pickling."),
    def<setstate>("__setstate__(state, /)", "Set state information for unpickling."),
};

}  // namespace

constinit const std::span<const MethodSpec> kIndexIteratorMethods = kMethods;

Result<Ref<>> builtin_named(Thread& thread, std::string_view name) {
  Ref<> builtins = TRY(import_module(thread, "builtins"));
  return get_attribute(thread, builtins, name);
}

}  // namespace py
