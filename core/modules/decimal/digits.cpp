#include "core/modules/decimal/digits.h"

#include <atomic>
#include <cmath>

namespace py::decimal {

namespace {

constexpr i64 kNarrowPowers = 20;  // those of one limb

// Powers from kWidePowers on. A thread that finds one missing makes it; the first one to enter it wins.
constexpr usize kKeptPowers = 1024;
std::atomic<const BigInt*> kept_powers[kKeptPowers];

const BigInt* kept_power(usize exponent) {
  if (const BigInt* kept = kept_powers[exponent].load(std::memory_order_acquire)) return kept;
  auto* made = new BigInt(big::power(SmallBig(10).view(), exponent));
  const BigInt* expected = nullptr;
  if (!made->failed() && kept_powers[exponent].compare_exchange_strong(expected, made, std::memory_order_acq_rel))
    return made;
  delete made;
  return expected;
}

Tail tail_of(int order_to_half, bool is_zero) {
  if (is_zero) return Tail::Zero;
  return order_to_half < 0 ? Tail::BelowHalf : order_to_half == 0 ? Tail::Half : Tail::AboveHalf;
}
Tail tail_of(u128 rest, u128 power) {
  const u128 half = power / 2;
  return tail_of(rest < half ? -1 : rest > half, rest == 0);
}
Tail tail_of(BigView rest, BigView power) {
  BigInt twice = big::shift_left(rest, 1);
  return tail_of(big::compare(twice.view(), power), rest.is_zero());
}

// The logarithm tells the number of digits but next to a power of ten.
i64 count_large(BigView value) {
  constexpr u32 kFewLimbs = 8;
  if (value.size <= kFewLimbs) {
    const i64 guess = static_cast<i64>(big::bit_length(value)) * 1233 >> 12;
    PowerOfTen boundary(guess);
    return guess + (big::compare(value, boundary.view()) >= 0);
  }
  constexpr long double kLogOfTwo = 0.30102999566398119521373889472449302676L;
  const u64 bits = big::bit_length(value);
  const u64 high = value.limbs[value.size - 1], next = value.limbs[value.size - 2];
  const int shift = __builtin_clzll(high);
  const u64 top = shift ? high << shift | next >> (64 - shift) : high;
  const long double logarithm =
      static_cast<long double>(bits - 64) * kLogOfTwo + std::log10(static_cast<long double>(top));
  constexpr long double kMargin = 1e-8L;
  const i64 low = static_cast<i64>(logarithm - kMargin), upper = static_cast<i64>(logarithm + kMargin);
  if (low == upper) return low + 1;
  PowerOfTen boundary(upper);
  return upper + (big::compare(value, boundary.view()) >= 0);
}

}  // namespace

i64 NumberView::adjusted() const { return exponent + count_digits(coefficient) - 1; }

i64 count_digits(BigView value) {
  if (LIKELY(value.size <= 2)) return value.size ? count_wide(low_words(value)) : 1;
  return count_large(value);
}

BigInt from_u128(u128 value) {
  BigInt result;
  u64* limbs = result.limbs();
  limbs[0] = static_cast<u64>(value);
  limbs[1] = static_cast<u64>(value >> 64);
  result.finish(2, false);
  return result;
}

PowerOfTen::PowerOfTen(i64 exponent) {
  const usize place = static_cast<usize>(exponent);
  if (place < kWidePowers) {
    words_[0] = static_cast<u64>(wide_power_of_ten(exponent));
    words_[1] = static_cast<u64>(wide_power_of_ten(exponent) >> 64);
    view_ = {words_, words_[1] ? 2u : 1u, false};
    return;
  }
  if (place < kKeptPowers) {
    if (const BigInt* kept = kept_power(place)) {
      view_ = kept->view();
      return;
    }
  }
  owned_ = exponent > kMostDigits ? BigInt::failure() : big::power(SmallBig(10).view(), place);
  view_ = owned_.view();
}

BigInt scale_up(BigView value, i64 digits) {
  if (digits == 0 || value.is_zero()) return big::from_view(value);
  if (value.size == 1 && digits < kNarrowPowers) {
    return from_u128(u128{value.limbs[0]} * static_cast<u64>(wide_power_of_ten(digits)));
  }
  if (digits > kMostDigits - static_cast<i64>(value.size) * 19) return BigInt::failure();
  PowerOfTen power(digits);
  if (power.failed()) return BigInt::failure();
  return big::multiply(value, power.view());
}

Truncated scale_down(BigView value, i64 digits) {
  if (digits == 0) return {big::from_view(value), Tail::Zero};
  if (value.size <= 2 && digits < static_cast<i64>(kWidePowers)) {
    const u128 number = low_words(value), power = wide_power_of_ten(digits);
    if ((number >> 64) == 0 && digits < kNarrowPowers) {
      const u64 low = static_cast<u64>(number), divisor = static_cast<u64>(power);
      return {big::from_u64(low / divisor), tail_of(low % divisor, power)};
    }
    const u128 quotient = number / power;
    return {from_u128(quotient), tail_of(number - quotient * power, power)};
  }
  if (digits > count_digits(value)) return {BigInt(), value.is_zero() ? Tail::Zero : Tail::BelowHalf};
  PowerOfTen power(digits);
  if (power.failed()) return {BigInt::failure(), Tail::Zero};
  big::DivMod parts = big::floor_divmod(value, power.view());
  const Tail tail = tail_of(parts.remainder.view(), power.view());
  return {std::move(parts.quotient), tail};
}

namespace {

i64 strip_small(BigInt& value, i64 most) {
  u64 number = value.limbs()[0];
  i64 count = 0;
  while (count < most && number % 10 == 0) number /= 10, ++count;
  if (count) value = big::from_u64(number);
  return count;
}

}  // namespace

i64 strip_zeros(BigInt& value, i64 most) {
  if (value.view().is_zero()) return 0;
  const i64 bound = static_cast<i64>(big::trailing_zeros(value.view()));  // each zero is a factor of two
  if (most > bound) most = bound;
  if (value.view().size == 1) return strip_small(value, most);
  i64 count = 0;
  i64 step = 1;
  while (step * 2 <= most) step *= 2;
  for (; step > 0; step /= 2) {
    while (count + step <= most) {
      PowerOfTen power(step);
      if (power.failed()) break;
      big::DivMod parts = big::floor_divmod(value.view(), power.view());
      if (parts.quotient.failed() || !parts.remainder.view().is_zero()) break;
      value = std::move(parts.quotient);
      count += step;
    }
  }
  return count;
}

bool is_power_of_ten(BigView value) {
  if (value.is_zero()) return false;
  BigInt rest = big::from_view(value);
  strip_zeros(rest, kMostDigits);
  return rest.view().size == 1 && rest.view().limbs[0] == 1;
}

}  // namespace py::decimal
