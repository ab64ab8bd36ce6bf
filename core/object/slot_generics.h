// From Python to slots: the slot functions of classes that define the special method in Python; each row of the table has its own
// interned name. For slot_table.cpp only.
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

inline Str* dunder_names[128];

// Calls what the type of `self` has under the name of a special method.
inline Result<Ref<>> call_found_dunder(Thread& thread, Value found, Value self, std::initializer_list<Value> more) {
  Value values[4] = {self};
  u32 count = 1;
  for (Value value : more) values[count++] = value;
  Type& type = type_of(self);
  Type& found_type = type_of(found);
  if (LIKELY(found_type.has(TypeFlag::MethodDescriptor))) {
    Ref<> keep = Ref<>::share(found);
    return call(thread, found, Arguments{values, count});
  }
  Ref<> bound = Ref<>::share(found);
  if (found_type.slots.descriptor_get) bound = TRY(found_type.slots.descriptor_get(thread, found, self, type.value()));
  return call(thread, bound, Arguments{values + 1, count - 1});
}

// Calls the method `name` of the type of `self`, found there by the row that installed this function.
inline Result<Ref<>> call_dunder(Thread& thread, Str& name, Value self, std::initializer_list<Value> more) {
  const Value found = type_of(self).lookup(name);
  if (UNLIKELY(found.is_empty())) return raise_attribute_error(thread, self, name);
  return call_found_dunder(thread, found, self, more);
}

template <u32 row>
Result<Ref<>> generic_unary(Thread& thread, Value self) {
  return call_dunder(thread, *dunder_names[row], self, {});
}
inline Result<Ref<>> generic_repr(Thread& thread, Value self) {
  Ref<> text = TRY(call_dunder(thread, names::__repr__(), self, {}));
  if (is<Str>(text)) return text;
  return raise(thread, types.TypeError, "__repr__ returned non-string (type {})", type_of(text));
}
inline Result<Ref<>> generic_str(Thread& thread, Value self) {
  Ref<> text = TRY(call_dunder(thread, names::__str__(), self, {}));
  if (is<Str>(text)) return text;
  return raise(thread, types.TypeError, "__str__ returned non-string (type {})", type_of(text));
}
inline Result<Ref<>> generic_next(Thread& thread, Value self) {
  return call_dunder(thread, names::__next__(), self, {});
}
inline Result<i64> generic_hash(Thread& thread, Value self) {
  const Value method = type_of(self).lookup(names::__hash__());
  if (method.is_none() || method.is_empty()) return raise(thread, types.TypeError, "unhashable type: '{}'", type_of(self));
  Ref<> hash = TRY(call_found_dunder(thread, method, self, {}));
  if (!is_integer(hash)) return raise(thread, types.TypeError, "__hash__ method should return an integer");
  i64 value;
  if (!integer_fits(hash, value)) value = big::hash(IntegerView(hash));
  return value == -1 ? -2 : value;
}
inline Result<isize> generic_length(Thread& thread, Value self) {
  Ref<> result = TRY(call_dunder(thread, names::__len__(), self, {}));
  Ref<> index = TRY(to_index(thread, result));
  if (TRY(compare_bool(thread, index, Value::integer(0), CompareOp::Less))) {
    return raise(thread, types.ValueError, "__len__() should return >= 0");
  }
  return to_isize(thread, index);
}
inline Result<bool> generic_truth(Thread& thread, Value self) {
  Ref<> result = TRY(call_dunder(thread, names::__bool__(), self, {}));
  if (!result.value().is_bool()) {
    return raise(thread, types.TypeError, "__bool__ should return bool, returned {}", type_of(result));
  }
  return result.value() == True;
}
inline Result<bool> generic_contains(Thread& thread, Value self, Value item) {
  const Value method = type_of(self).lookup(names::__contains__());
  if (method.is_none()) return raise(thread, types.TypeError, "'{}' object is not a container", type_of(self));
  if (method.is_empty()) return raise_attribute_error(thread, self, names::__contains__());
  Ref<> result = TRY(call_found_dunder(thread, method, self, {item}));
  return is_true(thread, result);
}
inline Result<Ref<>> generic_get_item(Thread& thread, Value self, Value key) {
  return call_dunder(thread, names::__getitem__(), self, {key});
}
inline Result<void> generic_set_item(Thread& thread, Value self, Value key, Value value) {
  if (value == Unbound) {
    TRY(call_dunder(thread, names::__delitem__(), self, {key}));
  } else {
    TRY(call_dunder(thread, names::__setitem__(), self, {key, value}));
  }
  return {};
}
inline Result<Ref<>> generic_compare(Thread& thread, Value left, Value right, CompareOp op) {
  Str* const methods[] = {&names::__lt__(), &names::__le__(), &names::__eq__(),
                          &names::__ne__(), &names::__gt__(), &names::__ge__()};
  Str& name = *methods[static_cast<u8>(op)];
  const Value found = type_of(left).lookup(name);
  if (found.is_empty()) return Ref<>::adopt(NotImplemented);
  return call_found_dunder(thread, found, left, {right});  // None is called too: that is how __eq__ = None forbids comparing
}
inline Result<Ref<>> generic_call(Thread& thread, Value self, const Arguments& arguments) {
  Ref<> method = TRY(lookup_special(thread, self, names::__call__()));
  if (method.is_empty()) return raise(thread, types.TypeError, "'{}' object is not callable", type_of(self));
  RecursionGuard guard(thread);
  TRY(guard.check(" while calling a Python object"));
  return call(thread, method, arguments);
}
inline Result<void> generic_init(Thread& thread, Value self, const Arguments& arguments) {
  Ref<> method = TRY(lookup_special(thread, self, names::__init__()));
  Ref<> result = TRY(call(thread, method, arguments));
  if (result.value().is_none()) return {};
  return raise(thread, types.TypeError, "__init__() should return None, not '{}'", type_of(result));
}
inline Result<Ref<>> generic_new(Thread& thread, Type& type, const Arguments& arguments) {
  Ref<> method = TRY(get_attribute(thread, type.value(), names::__new__()));
  return call_prepending(thread, method, type.value(), arguments);
}
inline Result<void> generic_finalize(Thread& thread, Value self) {
  TRY(call_dunder(thread, names::__del__(), self, {}));
  return {};
}
inline Result<Ref<>> generic_get_attribute_slot(Thread& thread, Value self, Str& name) {
  Type& type = type_of(self);
  Result<Ref<>> result = call_dunder(thread, names::__getattribute__(), self, {name.value()});
  if (!result.failed() || !pending_is(thread, *types.AttributeError)) return result;
  if (type.lookup(names::__getattr__()).is_empty()) return result;
  clear_pending(thread);
  return call_dunder(thread, names::__getattr__(), self, {name.value()});
}
inline Result<void> generic_set_attribute_slot(Thread& thread, Value self, Str& name, Value value) {
  if (value == Unbound) {
    TRY(call_dunder(thread, names::__delattr__(), self, {name.value()}));
  } else {
    TRY(call_dunder(thread, names::__setattr__(), self, {name.value(), value}));
  }
  return {};
}
inline Result<Ref<>> generic_descriptor_get(Thread& thread, Value self, Value instance, Value type) {
  return call_dunder(thread, names::__get__(), self, {instance == Unbound ? None : instance, type});
}
inline Result<void> generic_descriptor_set(Thread& thread, Value self, Value instance, Value value) {
  Str& name = value == Unbound ? names::__delete__() : names::__set__();
  if (type_of(self).lookup(name).is_empty()) return raise_attribute_error(thread, self, name);
  if (value == Unbound) {
    TRY(call_dunder(thread, name, self, {instance}));
  } else {
    TRY(call_dunder(thread, name, self, {instance, value}));
  }
  return {};
}

// Binary operators: the slot is called with the operands in source order, for either operand's type.
struct BinaryNames {
  Str *normal, *reflected, *in_place;
};
BinaryNames binary_names[kBinaryOps];

template <u32 op>
Result<Ref<>> generic_binary(Thread& thread, Value left, Value right) {
  constexpr auto member = &TypeSlots::binary;
  const BinaryNames& row = binary_names[op];
  Type& left_type = type_of(left);
  Type& right_type = type_of(right);
  const bool left_mine = (left_type.slots.*member)[op] == &generic_binary<op>;
  const bool right_mine = &left_type != &right_type && (right_type.slots.*member)[op] == &generic_binary<op>;
  if (left_mine) {
    const Value reflected = right_mine && right_type.is_subtype_of(left_type) ? right_type.lookup(*row.reflected) : Empty;
    if (!reflected.is_empty() && reflected != left_type.lookup(*row.reflected)) {
      Ref<> result = TRY(call_dunder(thread, *row.reflected, right, {left}));
      if (result.value() != NotImplemented) return result;
      if (left_type.lookup(*row.normal).is_empty()) return Ref<>::adopt(NotImplemented);
      return call_dunder(thread, *row.normal, left, {right});
    }
    const Value normal = left_type.lookup(*row.normal);
    if (!normal.is_empty()) {
      Ref<> result = TRY(call_found_dunder(thread, normal, left, {right}));
      if (result.value() != NotImplemented || !right_mine) return result;
    }
  }
  const Value reflected = right_mine ? right_type.lookup(*row.reflected) : Empty;
  if (!reflected.is_empty()) return call_found_dunder(thread, reflected, right, {left});
  return Ref<>::adopt(NotImplemented);
}

template <u32 op>
Result<Ref<>> generic_in_place(Thread& thread, Value left, Value right) {
  return call_dunder(thread, *binary_names[op].in_place, left, {right});
}

}  // namespace py::slot_functions
