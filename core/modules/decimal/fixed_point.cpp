#include "core/modules/decimal/fixed_point.h"

#include <atomic>
#include <bit>
#include <cmath>

namespace py::decimal::fixed {

namespace {

BigInt one(u64 bits) { return big::shift_left(SmallBig(1).view(), bits); }
BigInt small_quotient(BigView value, u64 divisor) {
  const BigView right{&divisor, 1, false};
  return big::floor_divide(value, right);
}

// Bits that the sum of a series needs for its roundings, and more.
constexpr u64 kGuardBits = 32;

// sum of value**n / n!
BigInt exponential_series(BigView value, u64 bits) {
  BigInt sum = one(bits), term = one(bits);
  for (u64 n = 1;; ++n) {
    term = small_quotient(multiply(term.view(), value, bits).view(), n);
    if (term.failed() || sum.failed()) return BigInt::failure();
    if (term.view().is_zero()) return sum;
    sum = big::add(sum.view(), term.view());
  }
}

// ln(1 + value) for a small value of either sign.
BigInt logarithm_series(BigView value, u64 bits) {
  BigInt sum = big::from_view(value), power = big::from_view(value);
  for (u64 n = 2;; ++n) {
    power = multiply(power.view(), value, bits);
    BigInt term = small_quotient(power.view(), n);
    if (term.failed() || sum.failed()) return BigInt::failure();
    const BigView size = power.view();
    if (size.is_zero() || (size.negative && size.size == 1 && size.limbs[0] == 1)) return sum;
    sum = n % 2 ? big::add(sum.view(), term.view()) : big::subtract(sum.view(), term.view());
  }
}

// One step of Halley's iteration for y = ln(value) triples the correct bits.
BigInt improve(BigView value, BigView guess, u64 bits) {
  BigInt power = exponential(guess, bits);
  if (power.failed()) return power;
  BigInt difference = big::subtract(value, power.view());
  BigInt sum = big::add(value, power.view());
  if (difference.failed() || sum.failed()) return BigInt::failure();
  BigInt step = divide(big::shift_left(difference.view(), 1).view(), sum.view(), bits);
  return big::add(guess, step.view());
}

// For value >= 1.
BigInt logarithm_by_iteration(BigView value, u64 bits) {
  constexpr u64 kFirstBits = 48;
  i64 exponent = 0;
  const double mantissa = big::frexp(value, exponent);
  const double first = std::log(mantissa) + static_cast<double>(exponent - static_cast<i64>(bits)) * std::log(2.0);
  BigInt guess = big::from_double(std::ldexp(first > 0 ? first : 0, kFirstBits));
  for (u64 have = kFirstBits; have < bits;) {
    const u64 next = have * 3 - 8 < bits ? have * 3 - 8 : bits;
    guess = big::shift_left(guess.view(), next - have);
    BigInt rounded = big::shift_right(value, bits - next);
    guess = improve(rounded.view(), guess.view(), next);
    if (guess.failed()) return guess;
    have = next;
  }
  return guess;
}

// The sum over n of [first, last) of 1 / ((2n + 1) * base**(2n + 1)) is sum / (product * powers), by binary splitting.
struct Partial {
  BigInt sum, product, powers;
};
Partial split(u64 base, u64 first, u64 last) {
  if (last - first == 1) {
    return {big::from_u64(1), big::from_u64(2 * first + 1), big::from_u64(first ? base * base : base)};
  }
  const u64 middle = first + (last - first) / 2;
  Partial low = split(base, first, middle), high = split(base, middle, last);
  BigInt left = big::multiply(big::multiply(high.product.view(), high.powers.view()).view(), low.sum.view());
  BigInt right = big::multiply(low.product.view(), high.sum.view());
  return {big::add(left.view(), right.view()), big::multiply(low.product.view(), high.product.view()),
          big::multiply(low.powers.view(), high.powers.view())};
}
BigInt inverse_hyperbolic_tangent(u64 base, u64 bits) {
  const u64 terms = static_cast<u64>(static_cast<double>(bits) / (2 * std::log2(static_cast<double>(base)))) + 2;
  Partial parts = split(base, 0, terms);
  BigInt denominator = big::multiply(parts.product.view(), parts.powers.view());
  if (parts.sum.failed() || denominator.failed() || denominator.view().is_zero()) return BigInt::failure();
  return divide(parts.sum.view(), denominator.view(), bits);
}

// ln 10 = 46 artanh 1/31 + 34 artanh 1/49 + 20 artanh 1/161
BigInt make_logarithm_of_ten(u64 bits) {
  constexpr struct {
    i64 factor;
    u64 base;
  } kTerms[] = {{46, 31}, {34, 49}, {20, 161}};
  BigInt sum;
  for (const auto& term : kTerms) {
    BigInt part = inverse_hyperbolic_tangent(term.base, bits);
    if (part.failed()) return part;
    sum = big::add(sum.view(), big::multiply(part.view(), SmallBig(term.factor).view()).view());
  }
  return sum;
}

// By the logarithm of their size in bits; whoever finds one missing makes it, and the first one entered stays.
std::atomic<const BigInt*> kept_logarithms[40];

}  // namespace

BigInt multiply(BigView left, BigView right, u64 bits) {
  return big::shift_right(big::multiply(left, right).view(), bits);
}
BigInt divide(BigView left, BigView right, u64 bits) {
  BigInt scaled = big::shift_left(left, bits);
  if (scaled.failed()) return scaled;
  return big::floor_divide(scaled.view(), right);
}

BigInt exponential(BigView value, u64 bits) {
  // Halving the argument often makes the series short; squaring the sum as often undoes it.
  const u64 halvings = static_cast<u64>(std::sqrt(static_cast<double>(bits)) * 0.8) + 2;
  const u64 wide = bits + halvings + kGuardBits;
  BigInt reduced = big::shift_left(value, kGuardBits);  // value / 2**halvings at `wide` bits
  BigInt power = exponential_series(reduced.view(), wide);
  for (u64 i = 0; i < halvings && !power.failed(); ++i) power = multiply(power.view(), power.view(), wide);
  if (power.failed()) return power;
  return big::shift_right(power.view(), wide - bits);
}

BigInt logarithm(BigView value, u64 bits) {
  const u64 wide = bits + kGuardBits;
  BigInt scaled = big::shift_left(value, kGuardBits), unit = one(wide);
  if (scaled.failed() || unit.failed()) return BigInt::failure();
  BigInt distance = big::subtract(scaled.view(), unit.view());
  constexpr u64 kShortSeries = 16;
  const u64 zeros = wide - big::bit_length(distance.view());
  BigInt result;
  if (static_cast<i64>(zeros) > 0 && wide / zeros <= kShortSeries) {
    result = logarithm_series(distance.view(), wide);
  } else if (distance.view().negative) {
    BigInt inverse = divide(unit.view(), scaled.view(), wide);
    result = logarithm_by_iteration(inverse.view(), wide);
    result.finish(result.view().size, true);
  } else {
    result = logarithm_by_iteration(scaled.view(), wide);
  }
  if (result.failed()) return result;
  return big::shift_right(result.view(), kGuardBits);
}

BigInt logarithm_of_ten(u64 bits) {
  const u64 size = std::bit_width(bits < 512 ? u64{512} : bits);
  std::atomic<const BigInt*>& place = kept_logarithms[size];
  const u64 kept_bits = u64{1} << size;
  const BigInt* kept = place.load(std::memory_order_acquire);
  if (!kept) {
    auto* made = new BigInt(make_logarithm_of_ten(kept_bits + kGuardBits));
    if (made->failed()) {
      delete made;
      return BigInt::failure();
    }
    if (place.compare_exchange_strong(kept, made, std::memory_order_acq_rel)) {
      kept = made;
    } else {
      delete made;
    }
  }
  return big::shift_right(kept->view(), kept_bits + kGuardBits - bits);
}

}  // namespace py::decimal::fixed
