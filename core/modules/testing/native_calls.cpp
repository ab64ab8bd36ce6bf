// Calls that native code makes, in each way that it can.
#include "core/modules/testing/c_api.h"
#include "core/object/dict.h"

namespace py::testing {

namespace {

Result<Tuple*> tuple_or_none(Thread& thread, Value args) {
  if (args.is_none()) return &Tuple::empty();
  if (is<Tuple>(args)) return &as<Tuple>(args);
  return raise(thread, types.TypeError, "args must be None or a tuple");
}

Result<Ref<>> call_positional(Thread& thread, Value callable, Value args) {
  Tuple& given = *TRY(tuple_or_none(thread, args));
  return call(thread, callable, Arguments{given.values(), static_cast<u32>(given.length)});
}
Result<Ref<>> call_with_dict(Thread& thread, Value callable, Value args, Dict* keywords) {
  return call_with(thread, callable, *TRY(tuple_or_none(thread, args)), keywords);
}
// The last of `args` are the values of the names.
Result<Ref<>> call_with_names(Thread& thread, Value callable, Value args, Tuple* names) {
  Tuple& given = *TRY(tuple_or_none(thread, args));
  const isize named = names ? names->length : 0;
  if (named > given.length) return raise(thread, types.ValueError, "more names than values");
  return call(thread, callable,
              Arguments{given.values(), static_cast<u32>(given.length - named), named ? names : nullptr});
}
// Only for types whose calls go straight to native code.
Result<Ref<>> call_native(Thread& thread, Value callable, Tuple& args, Dict* keywords) {
  const Type& type = type_of(callable);
  if (!type.slots.call || type.has(TypeFlag::Heap)) {
    return raise(thread, types.TypeError, "'{}' object does not support vectorcall", type);
  }
  return call_with(thread, callable, args, keywords);
}

Result<Ref<>> sequence_get(Thread& thread, Value sequence, isize index) {
  return get_item(thread, sequence, Ref<>(TRY(make_int(thread, index))));
}
Result<void> sequence_set(Thread& thread, Value sequence, isize index, Value value) {
  return set_item(thread, sequence, Ref<>(TRY(make_int(thread, index))), value);
}

constexpr MethodSpec kFunctions[] = {
    function<call_positional>("pyobject_fastcall(func, args, /)", nullptr),
    function<call_with_dict>("pyobject_fastcalldict(func, args, kwargs, /)", nullptr),
    function<call_with_names>("pyobject_vectorcall(func, args, kwnames, /)", nullptr),
    function<call_native>("pyvectorcall_call(func, args, kwargs=None, /)", nullptr),
    function<sequence_get>("sequence_getitem(sequence, index, /)", nullptr),
    function<sequence_set>("sequence_setitem(sequence, index, value, /)", nullptr),
};

}  // namespace

Result<void> add_calls(Thread& thread, Module& module) {
  return add_functions_to_module(thread, module, kFunctions, std::size(kFunctions));
}

}  // namespace py::testing
