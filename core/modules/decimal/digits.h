// Decimal digits of binary coefficients: counting them, and moving them by powers of ten. Results that would have more
// than kMostDigits digits fail as if memory had run out. Threads: any; powers of ten are made once and kept.
#pragma once
#include "core/modules/decimal/number.h"

namespace py::decimal {

using u128 = unsigned __int128;

inline constexpr i64 kMostDigits = 1'000'000'000;

inline constexpr usize kWidePowers = 39;
struct WidePowersOfTen {
  u128 of[kWidePowers];
  consteval WidePowersOfTen() : of() {
    of[0] = 1;
    for (usize i = 1; i < kWidePowers; ++i) of[i] = of[i - 1] * 10;
  }
};
inline constexpr WidePowersOfTen kWidePowersOfTen;
constexpr u128 wide_power_of_ten(i64 exponent) { return kWidePowersOfTen.of[exponent]; }  // below kWidePowers

inline i64 count_wide(u128 value) {  // 1 for zero
  const u64 high = static_cast<u64>(value >> 64);
  const int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(static_cast<u64>(value) | 1);
  const i64 guess = bits * 1233 >> 12;  // log10(2)
  return guess + ((value | 1) >= kWidePowersOfTen.of[guess]);
}

i64 count_digits(BigView value);  // 1 for zero

inline u128 low_words(BigView value) {  // of at most two limbs
  return value.size == 0 ? 0 : value.size == 1 ? value.limbs[0] : u128{value.limbs[1]} << 64 | value.limbs[0];
}
BigInt from_u128(u128 value);

class PowerOfTen {
 public:
  explicit PowerOfTen(i64 exponent);  // >= 0
  PowerOfTen(const PowerOfTen&) = delete;
  bool failed() const { return owned_.failed(); }
  BigView view() const { return view_; }

 private:
  BigInt owned_;
  u64 words_[2];
  BigView view_;
};

// value * 10**digits
BigInt scale_up(BigView value, i64 digits);

// What was cut off, compared with half a unit of what is left.
enum class Tail : u8 { Zero, BelowHalf, Half, AboveHalf };
struct Truncated {
  BigInt quotient;
  Tail tail;
};
// value / 10**digits
Truncated scale_down(BigView value, i64 digits);

// Divides by ten while that leaves no rest, `most` times at most; returns how often.
i64 strip_zeros(BigInt& value, i64 most);

bool is_power_of_ten(BigView value);

}  // namespace py::decimal
