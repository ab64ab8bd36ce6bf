// is<T>(value), as<T>(value): the C++ view of a value. T::type() names the Python type; subclasses extend the layout.
#pragma once
#include "core/object/operations.h"

namespace py {

namespace detail {
template <class T> struct TypeInfo;
#define LAYOUT(Class, member, flag)                                      \
  template <> struct TypeInfo<Class> {                                  \
    static Type& type() { return *types.member; }                       \
    static constexpr u32 kFlag = static_cast<u32>(flag);                \
  };
#define NO_FLAG 0
LAYOUT(Type, type, TypeFlag::IsType)
LAYOUT(Str, str, TypeFlag::IsStr)
LAYOUT(Bytes, bytes, TypeFlag::IsBytes)
LAYOUT(ByteArray, bytearray, NO_FLAG)
LAYOUT(MemoryView, memoryview, NO_FLAG)
LAYOUT(Tuple, tuple, TypeFlag::IsTuple)
LAYOUT(List, list, TypeFlag::IsList)
LAYOUT(Dict, dict, TypeFlag::IsDict)
LAYOUT(Set, set, TypeFlag::IsSet)
LAYOUT(BoxedFloat, float_, TypeFlag::IsFloat)
LAYOUT(Complex, complex, NO_FLAG)
LAYOUT(Slice, slice, NO_FLAG)
LAYOUT(Range, range, NO_FLAG)
LAYOUT(Cell, cell, NO_FLAG)
LAYOUT(Code, code, NO_FLAG)
LAYOUT(Function, function, NO_FLAG)
LAYOUT(BoundMethod, method, NO_FLAG)
LAYOUT(Module, module, NO_FLAG)
LAYOUT(Exception, BaseException, TypeFlag::IsException)
LAYOUT(Traceback, traceback, NO_FLAG)
LAYOUT(Generator, generator, NO_FLAG)
LAYOUT(Property, property, NO_FLAG)
#undef LAYOUT
#undef NO_FLAG
}  // namespace detail

bool layout_extends(const Type& type, const Type& base);  // along Type::base

template <class T>
INLINE bool is(Value value) {
  if (!value.is_object()) return false;
  const Type& type = type_of_object(*value.object());
  if constexpr (detail::TypeInfo<T>::kFlag != 0) {
    return type.flags.load(std::memory_order_relaxed) & detail::TypeInfo<T>::kFlag;
  } else {
    return &type == &detail::TypeInfo<T>::type() || layout_extends(type, detail::TypeInfo<T>::type());
  }
}
// The type itself, no subclass.
template <class T>
INLINE bool is_exact(Value value) {
  return value.is_object() && &type_of_object(*value.object()) == &detail::TypeInfo<T>::type();
}
template <class T>
INLINE T& as(Value value) {
  DCHECK(is<T>(value));
  return *static_cast<T*>(value.object());
}
template <class T>
INLINE T* try_as(Value value) {
  return is<T>(value) ? static_cast<T*>(value.object()) : nullptr;
}

// int, including bool and instances of subclasses of int
INLINE bool is_integer(Value value) {
  return value.is_int() || value.is_bool() ||
         (value.is_object() && type_of_object(*value.object()).has(TypeFlag::IsInt));
}
INLINE bool is_float(Value value) {
  return value.is_float() || (value.is_object() && type_of_object(*value.object()).has(TypeFlag::IsFloat));
}

}  // namespace py
