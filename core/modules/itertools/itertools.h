// The module itertools, spread over files by theme. All its iterators may be shared by threads: a racing step may skip or
// repeat items, no more.
#pragma once
#include "core/bind/define.h"
#include "core/builtins/index_iterator.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py::itertools {

Result<void> add_selecting(Thread& thread, Module& module);      // filterfalse, takewhile, islice, ...
Result<void> add_counting(Thread& thread, Module& module);       // count, repeat, cycle, accumulate
Result<void> add_chaining(Thread& thread, Module& module);       // chain, zip_longest, pairwise
Result<void> add_grouping(Thread& thread, Module& module);       // groupby, tee
Result<void> add_combinatorics(Thread& thread, Module& module);  // product, permutations, combinations, ...

// The arguments of __new__: keywords are left to a subclass that defines __init__.
inline Arguments new_arguments(const Type& type, const TypeSpec& spec, const Arguments& arguments) {
  const Type* own = &type;
  while (own->spec != &spec) own = own->base;
  if (type.slots.init == own->slots.init) return arguments;
  return {arguments.values, arguments.positional};
}

inline Ref<> done() { return Ref<>::adopt(Done); }
template <class T>
T& self_as(Value self) {
  return *static_cast<T*>(self.object());
}
// (type(self), arguments) and (type(self), arguments, state), for __reduce__.
inline Result<Ref<>> reduced(Thread& thread, Value self, std::initializer_list<Value> arguments, Value state = Empty) {
  Ref<Tuple> tuple = TRY(Tuple::from(thread, arguments));
  if (state.is_empty()) return Tuple::from(thread, {type_of(self).value(), tuple.value()});
  return Tuple::from(thread, {type_of(self).value(), tuple.value(), state});
}

inline constexpr const char* kReduceDoc = "Return state information for pickling.";
inline constexpr const char* kSetstateDoc = "Set state information for unpickling.";

}  // namespace py::itertools
