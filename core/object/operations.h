// What can be done with any value: the operators, protocols and attribute access of the language, as C++ functions.
// All take borrowed values and return owned ones. Each tries the fast case first and falls back to the type's slots.
#pragma once
#include "core/object/error.h"
#include "core/object/type.h"

namespace py {

INLINE Type& type_of_object(const Object& object) { return *static_cast<Type*>(object.shape_record().type); }
Type& type_of_immediate(Value value);
INLINE Type& type_of(Value value) { return value.is_object() ? type_of_object(*value.object()) : type_of_immediate(value); }

// isinstance by C++ layout: T must have `static constexpr` kind data in casts.h; see is<T>() there.

// Text
Result<Ref<Str>> repr(Thread& thread, Value value);
Result<Ref<Str>> to_str(Thread& thread, Value value);
Result<Ref<Str>> to_ascii(Thread& thread, Value value);
Result<Ref<Str>> format(Thread& thread, Value value, Value spec);

// Truth and comparison
Result<bool> is_true(Thread& thread, Value value);
Result<Ref<>> compare(Thread& thread, Value left, Value right, CompareOp op);
Result<bool> compare_bool(Thread& thread, Value left, Value right, CompareOp op);
Result<bool> equal(Thread& thread, Value left, Value right);  // identity first, as containers compare

// Arithmetic
Result<Ref<>> binary(Thread& thread, BinaryOp op, Value left, Value right);
Result<Ref<>> in_place(Thread& thread, BinaryOp op, Value left, Value right);
Result<Ref<>> power(Thread& thread, Value base, Value exponent, Value modulus);
Result<Ref<>> negative(Thread& thread, Value value);
Result<Ref<>> positive(Thread& thread, Value value);
Result<Ref<>> invert(Thread& thread, Value value);
Result<Ref<>> absolute(Thread& thread, Value value);

// Numbers out of values
Result<Ref<>> to_index(Thread& thread, Value value);              // __index__
Result<isize> to_isize(Thread& thread, Value value);              // __index__; OverflowError
Result<isize> to_isize_clamped(Thread& thread, Value value);      // __index__; out of range: the nearest bound
Result<i64> to_i64(Thread& thread, Value value, const char* message = "Python int too large to convert to C long");
Result<u64> to_u64(Thread& thread, Value value);
Result<u64> to_u64_wrapping(Thread& thread, Value value);
Result<int> to_int(Thread& thread, Value value);
Result<double> to_double(Thread& thread, Value value);            // __float__ or __index__
Result<Ref<>> to_integer(Thread& thread, Value value);            // int(value)
Value make_int_small(i64 value);
Result<Ref<>> make_int(Thread& thread, i64 value);
Result<Ref<>> make_int_unsigned(Thread& thread, u64 value);
Result<Ref<>> make_float(Thread& thread, double value);

// Attributes. `name` need not be interned; `absent` results come back Empty.
Result<Ref<>> get_attribute(Thread& thread, Value object, Str& name);
Result<Ref<>> get_attribute(Thread& thread, Value object, std::string_view name);
Result<Ref<>> get_attribute_or_empty(Thread& thread, Value object, Str& name);
Result<Ref<>> get_attribute_or_empty(Thread& thread, Value object, std::string_view name);
Result<void> set_attribute(Thread& thread, Value object, Str& name, Value value);  // Unbound deletes
Result<void> set_attribute(Thread& thread, Value object, std::string_view name, Value value);
// Calls the special method without binding it first; Empty when the type has none.
Result<Ref<>> call_special(Thread& thread, Value object, Str& name, std::initializer_list<Value> positional);
// A special method looked up on the type and bound to the object; Empty when the type has none.
Result<Ref<>> lookup_special(Thread& thread, Value object, Str& name);
Result<Ref<>> lookup_special(Thread& thread, Value object, std::string_view name);
Result<Ref<>> generic_get_attribute(Thread& thread, Value self, Str& name);
// The same, and __getattr__ for what is not found.
Result<Ref<>> get_attribute_or_ask(Thread& thread, Value self, Str& name);
Result<void> generic_set_attribute(Thread& thread, Value self, Str& name, Value value);
Result<Ref<>> module_get_attribute(Thread& thread, Value self, Str& name);
Result<void> module_set_attribute(Thread& thread, Value self, Str& name, Value value);
Result<Ref<>> type_get_attribute(Thread& thread, Value self, Str& name);
Result<void> type_set_attribute(Thread& thread, Value self, Str& name, Value value);

// Calls
Result<Ref<>> call(Thread& thread, Value callable, const Arguments& arguments);
Result<Ref<>> call(Thread& thread, Value callable, std::initializer_list<Value> positional = {});
Result<Ref<>> call_method(Thread& thread, Value object, Str& name, std::initializer_list<Value> positional = {});
Result<Ref<>> call_method(Thread& thread, Value object, std::string_view name, std::initializer_list<Value> positional = {});
Result<Ref<>> call_with(Thread& thread, Value callable, Tuple& positional, Dict* keywords);
// Calls with `first` before the given positional arguments.
Result<Ref<>> call_prepending(Thread& thread, Value callable, Value first, const Arguments& arguments);
bool is_callable(Value value);

// Items
Result<Ref<>> get_item(Thread& thread, Value container, Value key);
Result<void> set_item(Thread& thread, Value container, Value key, Value value);  // Unbound deletes
Result<bool> contains(Thread& thread, Value container, Value item);
Result<isize> length(Thread& thread, Value container);
Result<isize> length_hint(Thread& thread, Value iterable, isize otherwise);

// Iteration. next() yields Done at the end.
Result<Ref<>> iterate(Thread& thread, Value iterable);
Result<Ref<>> next(Thread& thread, Value iterator);
Result<Ref<List>> to_list(Thread& thread, Value iterable);
Result<Ref<Tuple>> to_tuple(Thread& thread, Value iterable);
// A tuple or list as it is, anything else as a new list. The message is for a TypeError when it cannot be iterated.
Result<Ref<>> to_fast_sequence(Thread& thread, Value iterable, std::string_view message);

// Calls body(Value borrowed) -> Result<void> for each item.
template <class Body>
Result<void> for_each(Thread& thread, Value iterable, Body&& body) {
  Ref<> iterator = TRY(iterate(thread, iterable));
  for (;;) {
    Ref<> item = TRY(next(thread, iterator));
    if (item.value() == Done) return {};
    TRY(body(item.value()));
  }
}

Result<Ref<>> make_sequence_iterator(Thread& thread, Value sequence);   // by __getitem__ from 0
Result<Ref<>> make_union(Thread& thread, Value left, Value right);           // left | right of types
Result<Ref<>> make_generic_alias(Thread& thread, Value origin, Value arguments);

// Classes
Result<bool> is_instance(Thread& thread, Value object, Value class_or_tuple);
Result<bool> is_subclass(Thread& thread, Value derived, Value class_or_tuple);
Result<bool> real_is_instance(Thread& thread, Value object, Value type);
Result<bool> real_is_subclass(Thread& thread, Value derived, Value type);

}  // namespace py
