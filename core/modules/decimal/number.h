// What decimal arithmetic works on, free of Python objects: signed coefficients with a power of ten (General Decimal
// Arithmetic Specification, speleotrove.com/decimal), the settings that results are fitted into, and the conditions
// that an operation reports. Invariant: a coefficient is not negative; that of an infinity is zero, that of a NaN is
// its payload. A Number whose coefficient failed() ran out of memory; every operation passes that on. Threads: values,
// owner only.
#pragma once
#include <utility>

#include "core/base/number/big_int.h"

namespace py::decimal {

enum class Kind : u8 { Finite, Infinity, QuietNan, SignalingNan };

enum class Rounding : u8 { Up, Down, Ceiling, Floor, HalfUp, HalfDown, HalfEven, ZeroFiveUp };
inline constexpr usize kRoundings = 8;

inline constexpr i64 kMaxPrecision = 999'999'999'999'999'999;
inline constexpr i64 kMaxExponent = kMaxPrecision;
inline constexpr i64 kMinExponent = -kMaxExponent;
inline constexpr i64 kMinTiny = kMinExponent - (kMaxPrecision - 1);

// What a result has to fit into.
struct Settings {
  i64 precision = kMaxPrecision;
  i64 emin = kMinExponent;
  i64 emax = kMaxExponent;
  Rounding rounding = Rounding::HalfEven;
  bool clamp = false;
  i64 tiny() const { return emin - (precision - 1); }
  i64 top() const { return emax - (precision - 1); }
};
inline constexpr Settings kWidest;

// The signals, one bit each in the order that a mapping of signals shows them; then the conditions that are forms of
// InvalidOperation; then what becomes a MemoryError.
enum Condition : u32 {
  kInvalidOperation = 1,
  kFloatOperation = 2,
  kDivisionByZero = 4,
  kOverflow = 8,
  kUnderflow = 16,
  kSubnormal = 32,
  kInexact = 64,
  kRounded = 128,
  kClamped = 256,
  kConversionSyntax = 512,
  kDivisionImpossible = 1024,
  kDivisionUndefined = 2048,
  kInvalidContext = 4096,
  kNoMemory = 8192,
};
inline constexpr u32 kSignals = 9;
inline constexpr u32 kAllSignals = (1u << kSignals) - 1;
inline constexpr u32 kInvalidForms =
    kInvalidOperation | kConversionSyntax | kDivisionImpossible | kDivisionUndefined | kInvalidContext;
// What leaves a NaN or nothing useful.
inline constexpr u32 kErrors = kInvalidForms | kDivisionByZero;

// Borrowed.
struct NumberView {
  BigView coefficient;
  i64 exponent = 0;
  bool negative = false;
  Kind kind = Kind::Finite;

  bool is_finite() const { return kind == Kind::Finite; }
  bool is_special() const { return kind != Kind::Finite; }
  bool is_infinite() const { return kind == Kind::Infinity; }
  bool is_nan() const { return kind >= Kind::QuietNan; }
  bool is_zero() const { return is_finite() && coefficient.is_zero(); }
  i64 adjusted() const;  // the exponent of the first digit; of a finite number
  NumberView absolute() const { return {coefficient, exponent, false, kind}; }
  NumberView negated() const { return {coefficient, exponent, !negative, kind}; }
};

struct Number {
  BigInt coefficient;
  i64 exponent = 0;
  bool negative = false;
  Kind kind = Kind::Finite;

  Number() = default;
  Number(BigInt&& coefficient, i64 exponent, bool negative, Kind kind = Kind::Finite)
      : coefficient(std::move(coefficient)), exponent(exponent), negative(negative), kind(kind) {}
  static Number small(u64 coefficient, i64 exponent = 0, bool negative = false) {
    return {big::from_u64(coefficient), exponent, negative};
  }
  static Number infinity(bool negative) { return {BigInt(), 0, negative, Kind::Infinity}; }
  static Number nan() { return {BigInt(), 0, false, Kind::QuietNan}; }
  static Number copy(const NumberView& value) {
    return {big::from_view(value.coefficient), value.exponent, value.negative, value.kind};
  }
  NumberView view() const { return {coefficient.view(), exponent, negative, kind}; }
};

// Reports the condition; the result is a NaN.
inline Number fail(u32& conditions, u32 condition) {
  conditions |= condition;
  return Number::nan();
}

}  // namespace py::decimal
