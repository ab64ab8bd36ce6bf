// From slots to Python: what calls a slot function with Python arguments, as list.__len__ does. For slot_table.cpp only.
// Threads: any.
#pragma once
#include "core/object/allocate.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/recursion_guard.h"
#include "core/object/sequence.h"
#include "core/object/slot_table.h"

namespace py::slot_functions {

inline bool check_count(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments, u32 low, u32 high) {
  const u32 given = arguments.positional - 1;
  if (arguments.keyword_count()) {
    (void)raise(thread, types.TypeError, "wrapper {}() takes no keyword arguments", wrapper.definition->dunder);
    return false;
  }
  if (given >= low && given <= high) return true;
  (void)raise(thread, types.TypeError, "expected {}{} argument{}, got {}", low == high ? "" : given < low ? "at least " : "at most ",
              given < low ? low : high, (given < low ? low : high) == 1 ? "" : "s", given);
  return false;
}

inline Value from_bool(Result<bool> result) { return result.failed() ? Error : Value::boolean(result.take()); }
inline Value from_void(Result<void> result) { return result.failed() ? Error : None; }

inline Value wrap_unary(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  return reinterpret_cast<UnarySlot>(wrapper.function)(thread, arguments[0]).release();
}
inline Value wrap_next(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  const Value result = reinterpret_cast<NextSlot>(wrapper.function)(thread, arguments[0]).release();
  if (result != Done) return result;
  (void)raise_stop_iteration(thread, None);
  return Error;
}
inline Value wrap_hash(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  Result<i64> hash = reinterpret_cast<HashSlot>(wrapper.function)(thread, arguments[0]);
  return hash.failed() ? Error : make_int(thread, hash.take()).release();
}
inline Value wrap_length(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  Result<isize> length = reinterpret_cast<LengthSlot>(wrapper.function)(thread, arguments[0]);
  return length.failed() ? Error : make_int(thread, length.take()).release();
}
inline Value wrap_truth(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  return from_bool(reinterpret_cast<TruthSlot>(wrapper.function)(thread, arguments[0]));
}
inline Value wrap_binary(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return reinterpret_cast<BinarySlot>(wrapper.function)(thread, arguments[0], arguments[1]).release();
}
inline Value wrap_reflected(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return reinterpret_cast<BinarySlot>(wrapper.function)(thread, arguments[1], arguments[0]).release();
}
inline Value wrap_power(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 2)) return Error;
  if (arguments.positional == 3 && !arguments[2].is_none()) {
    const bool ints = is_integer(arguments[0]) && is_integer(arguments[1]) && is_integer(arguments[2]);
    if (ints) return integer_power(thread, arguments[0], arguments[1], arguments[2]).release();
    return power(thread, arguments[0], arguments[1], arguments[2]).release();
  }
  return reinterpret_cast<BinarySlot>(wrapper.function)(thread, arguments[0], arguments[1]).release();
}
inline Value wrap_contains(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return from_bool(reinterpret_cast<ContainsSlot>(wrapper.function)(thread, arguments[0], arguments[1]));
}
inline Value wrap_set_item(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 2, 2)) return Error;
  auto function = reinterpret_cast<SetItemSlot>(wrapper.function);
  return from_void(function(thread, arguments[0], arguments[1], arguments[2]));
}
inline Value wrap_delete_item(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return from_void(reinterpret_cast<SetItemSlot>(wrapper.function)(thread, arguments[0], arguments[1], Unbound));
}
template <CompareOp op>
Value wrap_compare(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return reinterpret_cast<CompareSlot>(wrapper.function)(thread, arguments[0], arguments[1], op).release();
}
inline Arguments without_self(const Arguments& arguments) {
  return {arguments.values + 1, arguments.positional - 1, arguments.keywords};
}
inline Value wrap_call(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  return reinterpret_cast<CallSlot>(wrapper.function)(thread, arguments[0], without_self(arguments)).release();
}
inline Value wrap_init(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  return from_void(reinterpret_cast<InitSlot>(wrapper.function)(thread, arguments[0], without_self(arguments)));
}
inline Value wrap_finalize(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 0, 0)) return Error;
  return from_void(reinterpret_cast<FinalizeSlot>(wrapper.function)(thread, arguments[0]));
}
inline Str* name_argument(Thread& thread, Value value) {
  if (is<Str>(value)) return &as<Str>(value);
  (void)raise(thread, types.TypeError, "attribute name must be string, not '{}'", type_of(value));
  return nullptr;
}
inline Value wrap_get_attribute(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  Str* name = name_argument(thread, arguments[1]);
  if (!name) return Error;
  return reinterpret_cast<GetAttributeSlot>(wrapper.function)(thread, arguments[0], *name).release();
}
// object.__setattr__ must not get around what classes do when they change.
inline bool may_set(Thread& thread, const SlotWrapper& wrapper, Value self, const char* what) {
  if (!is<Type>(self) || reinterpret_cast<SetAttributeSlot>(wrapper.function) != generic_set_attribute) return true;
  (void)raise(thread, types.TypeError, "can't apply this {} to {} object", what, type_of(self));
  return false;
}
inline Value wrap_set_attribute(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 2, 2) || !may_set(thread, wrapper, arguments[0], "__setattr__")) return Error;
  Str* name = name_argument(thread, arguments[1]);
  if (!name) return Error;
  return from_void(reinterpret_cast<SetAttributeSlot>(wrapper.function)(thread, arguments[0], *name, arguments[2]));
}
inline Value wrap_delete_attribute(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1) || !may_set(thread, wrapper, arguments[0], "__delattr__")) return Error;
  Str* name = name_argument(thread, arguments[1]);
  if (!name) return Error;
  return from_void(reinterpret_cast<SetAttributeSlot>(wrapper.function)(thread, arguments[0], *name, Unbound));
}
inline Value wrap_descriptor_get(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 2)) return Error;
  const Value type = arguments.positional == 3 ? arguments[2] : None;
  if (arguments[1].is_none() && type.is_none()) {
    (void)raise(thread, types.TypeError, "__get__(None, None) is invalid");
    return Error;
  }
  const Value instance = arguments[1].is_none() ? Unbound : arguments[1];
  return reinterpret_cast<DescriptorGetSlot>(wrapper.function)(thread, arguments[0], instance, type).release();
}
inline Value wrap_descriptor_set(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 2, 2)) return Error;
  auto function = reinterpret_cast<DescriptorSetSlot>(wrapper.function);
  return from_void(function(thread, arguments[0], arguments[1], arguments[2]));
}
inline Value wrap_descriptor_delete(Thread& thread, const SlotWrapper& wrapper, const Arguments& arguments) {
  if (!check_count(thread, wrapper, arguments, 1, 1)) return Error;
  return from_void(reinterpret_cast<DescriptorSetSlot>(wrapper.function)(thread, arguments[0], arguments[1], Unbound));
}

}  // namespace py::slot_functions
