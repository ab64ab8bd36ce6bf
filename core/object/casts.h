// is<T>(value), as<T>(value): the C++ view of a value. T::type() names the Python type; subclasses extend the layout.
#pragma once
#include "core/object/operations.h"

namespace py {

namespace detail {
template <class T> struct TypeInfo;
#define LAYOUT_SHAPE(Class, member, flag, shape)                         \
  template <> struct TypeInfo<Class> {                                  \
    static Type& type() { return *types.member; }                       \
    static constexpr u32 kFlag = static_cast<u32>(flag);                \
    static constexpr u32 kShape = static_cast<u32>(shape);              \
  };
// ONE_SHAPE: instances of exactly this type have one shape, since they have no attribute slots.
#define ONE_SHAPE(Class, member, flag) LAYOUT_SHAPE(Class, member, flag, BuiltinShape::member)
#define LAYOUT(Class, member, flag) LAYOUT_SHAPE(Class, member, flag, 0)
#define NO_FLAG 0
LAYOUT(Type, type, TypeFlag::IsType)
ONE_SHAPE(Str, str, TypeFlag::IsStr)
ONE_SHAPE(Bytes, bytes, TypeFlag::IsBytes)
ONE_SHAPE(ByteArray, bytearray, NO_FLAG)
LAYOUT(MemoryView, memoryview, NO_FLAG)
ONE_SHAPE(Tuple, tuple, TypeFlag::IsTuple)
ONE_SHAPE(List, list, TypeFlag::IsList)
ONE_SHAPE(Dict, dict, TypeFlag::IsDict)
ONE_SHAPE(Set, set, TypeFlag::IsSet)
ONE_SHAPE(BoxedFloat, float_, TypeFlag::IsFloat)
LAYOUT(Complex, complex, NO_FLAG)
ONE_SHAPE(Slice, slice, NO_FLAG)
ONE_SHAPE(Range, range, NO_FLAG)
ONE_SHAPE(Cell, cell, NO_FLAG)
ONE_SHAPE(Code, code, NO_FLAG)
ONE_SHAPE(Function, function, NO_FLAG)
ONE_SHAPE(BoundMethod, method, NO_FLAG)
LAYOUT(Module, module, NO_FLAG)
LAYOUT(Exception, BaseException, TypeFlag::IsException)
LAYOUT(Traceback, traceback, NO_FLAG)
LAYOUT(Generator, generator, NO_FLAG)
LAYOUT(Property, property, NO_FLAG)
#undef LAYOUT
#undef ONE_SHAPE
#undef LAYOUT_SHAPE
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
INLINE bool has_shape(const Object& object, BuiltinShape shape) {
  return object.shape.load(std::memory_order_relaxed) == static_cast<u32>(shape);
}
// The type itself, no subclass.
template <class T>
INLINE bool is_exact(Value value) {
  if constexpr (detail::TypeInfo<T>::kShape != 0) {
    return value.is_object() && has_shape(*value.object(), static_cast<BuiltinShape>(detail::TypeInfo<T>::kShape));
  } else {
    return value.is_object() && &type_of_object(*value.object()) == &detail::TypeInfo<T>::type();
  }
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
