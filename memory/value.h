// Value: one 64-bit tagged word, the representation of every Python object reference.
//
//   ...00  int         62-bit signed, value << 2
//   ...11  float       rotl64(bits + kFloatBias, 3); covers 2^-255 < |x| < 2^257 (self-tagged doubles, arXiv
//   2411.16544)
//   ..001  pointer     to a counted object
//   ..101  pointer     to an uncounted object: immortal, or deferred (freed by the collector alone)
//   ...10  immediate   None, True, False, Ellipsis, NotImplemented and the words no program can see
//
// Invariant: canonical. What fits an immediate always is one, and an object is either always or never uncounted, so
// `is` is a word compare. A Value is trivially copyable and owns nothing; Ref<> owns.
#pragma once
#include <bit>

#include "core/base/check.h"
#include "core/base/types.h"

namespace py {

class Object;

struct Value {
  u64 bits;

  static constexpr u64 kFloatBias = 0x3000000000000000;
  static constexpr i64 kIntMax = (i64{1} << 61) - 1;
  static constexpr i64 kIntMin = -(i64{1} << 61);

  constexpr bool operator==(const Value&) const = default;

  // Integers
  static constexpr Value integer(i64 value) { return {static_cast<u64>(value) << 2}; }
  static constexpr bool fits_integer(i64 value) { return value >= kIntMin && value <= kIntMax; }
  constexpr bool is_int() const { return (bits & 3) == 0; }
  constexpr i64 as_int() const { return static_cast<i64>(bits) >> 2; }

  // Floats
  static bool fits_float(double value) { return (float_word(value) & 3) == 3; }
  static Value floating_unchecked(double value) { return {float_word(value)}; }
  constexpr bool is_float() const { return (bits & 3) == 3; }
  double as_float() const { return std::bit_cast<double>(std::rotr(bits, 3) - kFloatBias); }

  // Pointers
  // The tag is compared as a difference: that takes one machine instruction less.
  constexpr bool is_object() const { return ((bits - 1) & 3) == 0; }
  constexpr bool is_counted() const { return ((bits - 1) & 7) == 0; }
  constexpr bool is_uncounted() const { return (bits & 7) == 5; }
  // Of a counted value: its whole tag is known, and needs no mask.
  Object* counted_object() const { return reinterpret_cast<Object*>(bits - 1); }
  Object* object() const { return reinterpret_cast<Object*>(bits & ~u64{7}); }
  static Value counted(const Object* object) { return {reinterpret_cast<u64>(object) | 1}; }
  static Value uncounted(const Object* object) { return {reinterpret_cast<u64>(object) | 5}; }

  // Other immediates
  static constexpr Value immediate(u64 number) { return {number << 8 | 2}; }
  constexpr bool is_immediate() const { return (bits & 3) == 2; }
  constexpr bool is_bool() const { return (bits & ~u64{0x100}) == immediate_bits(2); }
  static constexpr Value boolean(bool value) { return immediate(value ? 3 : 2); }
  constexpr bool is_none() const;
  constexpr bool is_error() const;
  constexpr bool is_empty() const;
  explicit operator bool() const = delete;

 private:
  static constexpr u64 immediate_bits(u64 number) { return number << 8 | 2; }
  static u64 float_word(double value) { return std::rotl(std::bit_cast<u64>(value) + kFloatBias, 3); }
};

inline constexpr Value None = Value::immediate(1);
inline constexpr Value False = Value::immediate(2);
inline constexpr Value True = Value::immediate(3);
inline constexpr Value Ellipsis = Value::immediate(4);
inline constexpr Value NotImplemented = Value::immediate(5);
// Never visible to a program:
inline constexpr Value Unbound = Value::immediate(16);  // a local without a value, an argument not given
inline constexpr Value Empty = Value::immediate(17);    // a hole: consumed register, deleted slot
inline constexpr Value Error = Value::immediate(18);    // an exception is pending in the thread
inline constexpr Value Done = Value::immediate(19);     // an iterator is exhausted

constexpr bool Value::is_none() const { return bits == None.bits; }
constexpr bool Value::is_error() const { return bits == Error.bits; }
constexpr bool Value::is_empty() const { return bits == Empty.bits; }

}  // namespace py
