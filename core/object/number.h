// The heap forms of numbers: BigInteger (beyond 62 bits, and instances of subclasses of int), BoxedFloat (outside the
// range of immediates, and subclasses), Complex. Threads: immutable.
#pragma once
#include "core/base/number/big_int.h"
#include "core/object/type.h"

namespace py {

class BigInteger final : public Object {
 public:
  i64 signed_size;  // limbs; negative for a negative number
  u64* limbs() { return reinterpret_cast<u64*>(this + 1); }
  BigView view() const {
    const u32 size = static_cast<u32>(signed_size < 0 ? -signed_size : signed_size);
    return {reinterpret_cast<const u64*>(this + 1), size, signed_size < 0};
  }
  static const ObjectOps kOps;
};

class BoxedFloat final : public Object {
 public:
  double number;
  u64 reserved;
  static const ObjectOps kOps;
};

class Complex final : public Object {
 public:
  double real, imaginary;
  static const ObjectOps kOps;
};

// The value of any int (immediate, bool, big, subclass) as a view that lives as long as this object.
class IntegerView {
 public:
  explicit IntegerView(Value value)
      : small_(value.is_int() ? value.as_int() : value == True ? 1 : 0),
        view_(value.is_object() ? static_cast<BigInteger*>(value.object())->view() : small_.view()) {}
  IntegerView(const IntegerView&) = delete;
  BigView view() const { return view_; }
  operator BigView() const { return view_; }

 private:
  SmallBig small_;
  BigView view_;
};

// The canonical int of this value.
Result<Ref<>> make_integer(Thread& thread, BigView value);
Result<Ref<>> make_integer(Thread& thread, BigInt&& value);  // MemoryError when it failed
// An instance of a subclass of int.
Result<Ref<>> make_integer_of(Thread& thread, Type& type, Value integer);
// The plain int equal to an int or an instance of a subclass.
Result<Ref<>> plain_integer(Thread& thread, Value integer);
INLINE double float_value(Value value) {
  return value.is_float() ? value.as_float() : static_cast<BoxedFloat*>(value.object())->number;
}
// Whether an int fits i64, and its value.
bool integer_fits(Value integer, i64& result);

// The slots of int, float and complex for arithmetic; also called by the interpreter directly.
Result<Ref<>> integer_binary(Thread& thread, BinaryOp op, Value left, Value right);   // both ints
Result<Ref<>> float_binary(Thread& thread, BinaryOp op, Value left, Value right);     // float and int or float
Result<Ref<>> complex_binary(Thread& thread, BinaryOp op, Value left, Value right);
bool integer_compare(Value left, Value right, CompareOp op);
bool numbers_compare(Value left, Value right, CompareOp op);  // int or float on either side
Result<Ref<>> make_complex(Thread& thread, double real, double imaginary);
Result<Ref<>> integer_power(Thread& thread, Value base, Value exponent, Value modulus);
// ValueError when more decimal digits than sys.set_int_max_str_digits() allows would be needed.
Result<void> check_digit_limit(Thread& thread, u64 digits);
extern std::atomic<i32> max_str_digits;
// Appends the digits, checked against that limit.
Result<void> append_integer_text(Thread& thread, BigView value, u32 base, ByteBuilder& out);
// int(text, base) of a str or bytes-like object.
Result<Ref<>> integer_from_text(Thread& thread, Value text, int base);
Result<Ref<Str>> integer_repr(Thread& thread, Value value);
Result<Ref<Str>> float_repr(Thread& thread, double value);

}  // namespace py
