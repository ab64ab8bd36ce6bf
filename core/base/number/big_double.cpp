// Between integers of any size and doubles, correctly rounded (half to even).
#include <cmath>
#include <cstring>

#include "core/base/number/big_int.h"
#include "core/base/number/rounding.h"

namespace py {

namespace real {

bool round_scaled(u64 mantissa, i64 exponent, double& result) {
  if (mantissa == 0) {
    result = 0.0;
    return true;
  }
  int bits = 64 - __builtin_clzll(mantissa);
  i64 position = exponent + bits;  // the value is below 2**position
  if (position > 1024) return false;
  i64 precision = position >= -1021 ? 53 : 53 - (-1021 - position);
  i64 drop = bits - precision;
  if (drop > 0) {
    if (precision < 0) {
      result = 0.0;
      return true;
    }
    u64 kept = drop == 64 ? 0 : mantissa >> drop;
    u64 half = u64{1} << (drop - 1);
    u64 rest = drop == 64 ? mantissa : mantissa & ((half << 1) - 1);
    if (rest > half || (rest == half && (kept & 1))) ++kept;
    mantissa = kept;
    exponent += drop;
  }
  result = std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
  return !std::isinf(result);
}

}  // namespace real

namespace big {

using real::round_scaled;

namespace {

// The top 64 bits of a magnitude; the lowest bit also says whether anything below was lost ("sticky").
// value == top * 2**exponent, up to that loss.
u64 top_bits(BigView value, i64& exponent) {
  if (value.size == 0) {
    exponent = 0;
    return 0;
  }
  u32 last = value.size - 1;
  unsigned lead = static_cast<unsigned>(__builtin_clzll(value.limbs[last]));
  u64 top = value.limbs[last] << lead;
  u64 lost = 0;
  if (last > 0) {
    if (lead) {
      top |= value.limbs[last - 1] >> (64 - lead);
      lost = value.limbs[last - 1] << lead;
    } else {
      lost = value.limbs[last - 1];
    }
    for (u32 i = 0; i + 1 < last && !lost; ++i) lost |= value.limbs[i];
  }
  exponent = static_cast<i64>(value.size) * 64 - 64 - lead;
  return top | (lost != 0);
}

// The magnitude of an integral double: at most 1024 bits.
u32 double_limbs(double value, u64 (&limbs)[17]) {
  int exponent;
  double fraction = std::frexp(std::fabs(value), &exponent);
  if (exponent <= 0) return 0;
  u64 mantissa = static_cast<u64>(std::ldexp(fraction, 53));
  std::memset(limbs, 0, sizeof limbs);
  int shift = exponent - 53;
  if (shift <= 0) {
    limbs[0] = mantissa >> -shift;
  } else {
    limbs[shift / 64] = mantissa << shift % 64;
    if (shift % 64 > 11) limbs[shift / 64 + 1] = mantissa >> (64 - shift % 64);
  }
  u32 size = 17;
  while (size != 0 && limbs[size - 1] == 0) --size;
  return size;
}

}  // namespace

BigInt from_double(double value) {
  u64 limbs[17];
  u32 size = double_limbs(value, limbs);
  return from_view({limbs, size, size != 0 && value < 0});
}

bool to_double(BigView value, double& result) {
  i64 exponent;
  u64 top = top_bits(value, exponent);
  if (!round_scaled(top, exponent, result)) return false;
  if (value.negative) result = -result;
  return true;
}

double frexp(BigView value, i64& exponent) {
  i64 low;
  u64 top = top_bits(value, low);
  double result = 0.0;
  exponent = 0;
  if (top == 0) return result;
  (void)round_scaled(top, -64, result);
  exponent = low + 64;
  if (result == 1.0) {
    result = 0.5;
    ++exponent;
  }
  return value.negative ? -result : result;
}

TrueDivide true_divide(BigView left, BigView right, double& result) {
  result = 0.0;
  bool negative = left.negative != right.negative;
  i64 distance = static_cast<i64>(bit_length(left)) - static_cast<i64>(bit_length(right));
  if (left.size == 0) {
    result = right.negative ? -0.0 : 0.0;
    return TrueDivide::Ok;
  }
  if (distance > 1025) return TrueDivide::Overflow;
  if (distance < -1080) {
    result = negative ? -0.0 : 0.0;
    return TrueDivide::Ok;
  }
  // Shift so that the quotient has 60 or 61 bits; whatever the remainder holds only matters as sticky.
  i64 shift = 60 - distance;
  BigView dividend{left.limbs, left.size, false}, divisor{right.limbs, right.size, false};
  BigInt shifted =
      shift >= 0 ? shift_left(dividend, static_cast<u64>(shift)) : shift_left(divisor, static_cast<u64>(-shift));
  if (shifted.failed()) return TrueDivide::OutOfMemory;
  DivMod parts = shift >= 0 ? floor_divmod(shifted.view(), divisor) : floor_divmod(dividend, shifted.view());
  if (parts.quotient.failed() || parts.remainder.failed()) return TrueDivide::OutOfMemory;
  u64 quotient = to_u64_wrapping(parts.quotient.view()) | !parts.remainder.view().is_zero();
  if (!round_scaled(quotient, -shift, result)) return TrueDivide::Overflow;
  if (negative) result = -result;
  return TrueDivide::Ok;
}

int compare_double(BigView left, double right) {
  if (std::isinf(right)) return right > 0 ? -1 : 1;
  double whole = std::trunc(right);
  u64 limbs[17];
  u32 size = double_limbs(whole, limbs);
  int order = compare(left, {limbs, size, size != 0 && whole < 0});
  if (order != 0) return order;
  return right > whole ? -1 : right < whole ? 1 : 0;
}

}  // namespace big
}  // namespace py
