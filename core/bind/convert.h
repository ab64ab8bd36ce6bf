// FromPython<P>: a borrowed value as the C++ parameter type P. ToPython<R>: a C++ result as an owned value.
// A converter that can fail raises the TypeError with the name of the function and the place of the argument.
#pragma once
#include "core/object/buffer.h"
#include "core/object/casts.h"
#include "core/object/function.h"
#include "core/object/native.h"
#include "core/object/sequence.h"
#include "core/object/str.h"

namespace py {

// The surplus positional arguments of a function with *args, and the unknown keywords of one with **kwargs.
struct Rest {
  const Value* values;
  u32 count;
};
struct Keywords {
  const Value* values;  // one for each name
  Tuple* names;         // null: none given. Contains the known ones too: skip those of the signature
  u32 count() const { return names ? static_cast<u32>(names->length) : 0; }
};
// An index that is clamped instead of raising OverflowError, as slices do it; None reads as the default.
struct ClampedIndex {
  isize value;
  bool given;
};

struct ArgumentPlace {
  const MethodSpec& spec;
  u32 number;  // from 1; 0 is self
};

COLD Failure wrong_argument(Thread& thread, ArgumentPlace place, const char* wanted, Value given);
COLD Failure wrong_self(Thread& thread, ArgumentPlace place, const Type& wanted, Value given);

template <class P>
struct FromPython;

template <>
struct FromPython<Value> {
  using Holder = Value;
  static Result<Value> convert(Thread&, Value value, ArgumentPlace) { return value; }
};

// is<T>, with the type itself first where its instances have one shape.
template <class T>
INLINE bool is_quickly(Value value) {
  if constexpr (requires { detail::TypeInfo<T>::kShape; }) {
    if (LIKELY(is_exact<T>(value))) return true;
  }
  return is<T>(value);
}

template <class T>
  requires std::is_base_of_v<Object, T>
struct FromPython<T&> {
  using Holder = T*;
  static Result<T*> convert(Thread& thread, Value value, ArgumentPlace place) {
    if (LIKELY(is_quickly<T>(value))) return static_cast<T*>(value.object());
    const Type& wanted = detail::TypeInfo<T>::type();
    if (place.number == 0) return wrong_self(thread, place, wanted, value);
    return wrong_argument(thread, place, std::string(wanted.name_view()).c_str(), value);
  }
};

// Nullable: None, or an argument that was not given.
template <class T>
  requires std::is_base_of_v<Object, T>
struct FromPython<T*> {
  using Holder = T*;
  static Result<T*> convert(Thread& thread, Value value, ArgumentPlace place) {
    if (value.is_none() || value == Unbound) return static_cast<T*>(nullptr);
    return FromPython<T&>::convert(thread, value, place);
  }
};

// `quick` is the test for values that need no more than `quickly`.
#define CONVERTER(Cpp, function, quick, quickly)                             \
  template <>                                                               \
  struct FromPython<Cpp> {                                                  \
    using Holder = Cpp;                                                     \
    static Result<Cpp> convert(Thread& thread, Value value, ArgumentPlace) { \
      if (LIKELY(quick)) return static_cast<Cpp>(quickly);                  \
      return function(thread, value);                                       \
    }                                                                       \
  };
CONVERTER(bool, is_true, value.is_bool(), value == True)
CONVERTER(isize, to_isize, value.is_int(), value.as_int())
CONVERTER(int, to_int, value.is_int() && value.as_int() == static_cast<int>(value.as_int()), value.as_int())
CONVERTER(u64, to_u64, value.is_int() && value.as_int() >= 0, value.as_int())
CONVERTER(double, to_double, value.is_float(), value.as_float())
#undef CONVERTER

template <>
struct FromPython<ClampedIndex> {
  using Holder = ClampedIndex;
  static Result<ClampedIndex> convert(Thread& thread, Value value, ArgumentPlace) {
    if (value.is_none() || value == Unbound) return ClampedIndex{0, false};
    if (LIKELY(value.is_int())) return ClampedIndex{value.as_int(), true};
    if (!type_of(value).slots.index) {
      return raise(thread, types.TypeError, "slice indices must be integers or None or have an __index__ method");
    }
    return ClampedIndex{TRY(to_isize_clamped(thread, value)), true};
  }
};

template <>
struct FromPython<Buffer&> {
  using Holder = Buffer;
  static Result<Buffer> convert(Thread& thread, Value value, ArgumentPlace) { return get_buffer(thread, value); }
};

template <class P, class Holder>
INLINE P pass(Holder& holder) {
  if constexpr (std::is_reference_v<P> && std::is_pointer_v<Holder>) {
    return *holder;
  } else {
    return holder;
  }
}

inline Value to_python(Thread&, Result<Ref<>> result) { return result.release(); }
template <class T>
Value to_python(Thread&, Result<Ref<T>> result) {
  return result.failed() ? Error : Ref<>(result.take()).release();
}
inline Value to_python(Thread&, Result<void> result) { return result.failed() ? Error : None; }
inline Value to_python(Thread&, Result<bool> result) { return result.failed() ? Error : Value::boolean(result.take()); }
inline Value to_python(Thread& thread, isize result) {
  if (LIKELY(Value::fits_integer(result))) return Value::integer(result);
  return make_int(thread, result).release();
}
inline Value to_python(Thread& thread, double result) {
  if (LIKELY(Value::fits_float(result))) return Value::floating_unchecked(result);
  return make_float(thread, result).release();
}
inline Value to_python(Thread& thread, Result<isize> result) {
  return result.failed() ? Error : to_python(thread, result.take());
}
inline Value to_python(Thread& thread, Result<int> result) { return result.failed() ? Error : Value::integer(result.take()); }
inline Value to_python(Thread& thread, Result<u64> result) {
  return result.failed() ? Error : make_int_unsigned(thread, result.take()).release();
}
inline Value to_python(Thread& thread, Result<double> result) {
  return result.failed() ? Error : to_python(thread, result.take());
}
inline Value to_python(Thread&, bool result) { return Value::boolean(result); }

}  // namespace py
