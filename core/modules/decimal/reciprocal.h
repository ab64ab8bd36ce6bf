// Division of a few limbs by a power of ten below 2**64, by multiplication with its reciprocal (Moeller and Granlund,
// "Improved division by invariant integers", 2011). Threads: constants.
#pragma once
#include "core/modules/decimal/digits.h"

namespace py::decimal {

struct Reciprocal {
  u64 divisor;  // the power, shifted so that its highest bit is set
  u64 inverse;  // floor((2**128 - 1) / divisor) - 2**64
  int shift;
};
inline constexpr i64 kReciprocals = 20;
struct Reciprocals {
  Reciprocal of[kReciprocals];
  consteval Reciprocals() : of() {
    for (i64 i = 0; i < kReciprocals; ++i) {
      const u64 power = static_cast<u64>(wide_power_of_ten(i));
      const int shift = __builtin_clzll(power);
      const u64 divisor = power << shift;
      of[i] = {divisor, static_cast<u64>(~u128{0} / divisor), shift};
    }
  }
};
inline constexpr Reciprocals kReciprocalsOfTen;

// Divides in place by 10**power, least significant limb first; returns the rest.
template <usize count>
INLINE u64 divide_by_power(u64 (&limbs)[count], i64 power) {
  const auto [divisor, inverse, shift] = kReciprocalsOfTen.of[power];
  u64 rest = shift ? limbs[count - 1] >> (64 - shift) : 0;
  for (usize i = count; i-- > 0;) {
    const u64 below = i && shift ? limbs[i - 1] >> (64 - shift) : 0;
    const u64 low = limbs[i] << shift | below;
    const u128 estimate = u128{inverse} * rest + (u128{rest} << 64 | low);
    u64 quotient = static_cast<u64>(estimate >> 64) + 1;
    rest = low - quotient * divisor;
    if (rest > static_cast<u64>(estimate)) --quotient, rest += divisor;
    if (UNLIKELY(rest >= divisor)) ++quotient, rest -= divisor;
    limbs[i] = quotient;
  }
  return rest >> shift;
}

}  // namespace py::decimal
