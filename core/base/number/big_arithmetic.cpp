// The only file that knows GMP. mpn functions work on our limbs directly; the few mpz calls read them through
// mpz_roinit_n and copy their result out.
#include <gmp.h>

#include <cstdlib>
#include <cstring>

#include "core/base/number/big_int.h"

namespace py::big {

static_assert(sizeof(mp_limb_t) == 8 && GMP_NAIL_BITS == 0);

namespace {

const mp_limb_t* in(const u64* limbs) { return reinterpret_cast<const mp_limb_t*>(limbs); }
mp_limb_t* out(u64* limbs) { return reinterpret_cast<mp_limb_t*>(limbs); }
mp_size_t size_of(BigView value) { return static_cast<mp_size_t>(value.size); }

int compare_magnitude(BigView left, BigView right) {
  if (left.size != right.size) return left.size < right.size ? -1 : 1;
  return left.size == 0 ? 0 : mpn_cmp(in(left.limbs), in(right.limbs), size_of(left));
}

BigInt add_magnitude(BigView left, BigView right, bool negative) {
  if (left.size < right.size) {
    BigView swapped = left;
    left = right;
    right = swapped;
  }
  if (right.size == 0) return from_view({left.limbs, left.size, negative});
  BigInt result;
  u64* limbs = result.allocate(usize{left.size} + 1);
  if (!limbs) return result;
  limbs[left.size] = mpn_add(out(limbs), in(left.limbs), size_of(left), in(right.limbs), size_of(right));
  result.finish(usize{left.size} + 1, negative);
  return result;
}

// |left| - |right| with the sign that makes it right for a left of sign `negative`.
BigInt subtract_magnitude(BigView left, BigView right, bool negative) {
  int order = compare_magnitude(left, right);
  if (order == 0) return BigInt();
  if (order < 0) {
    BigView swapped = left;
    left = right;
    right = swapped;
    negative = !negative;
  }
  if (right.size == 0) return from_view({left.limbs, left.size, negative});
  BigInt result;
  u64* limbs = result.allocate(left.size);
  if (!limbs) return result;
  mpn_sub(out(limbs), in(left.limbs), size_of(left), in(right.limbs), size_of(right));
  result.finish(left.size, negative);
  return result;
}

// A read-only GMP integer over our limbs.
struct Reader {
  explicit Reader(BigView value) {
    mpz_roinit_n(number, in(value.limbs), value.negative ? -size_of(value) : size_of(value));
  }
  mpz_t number;
};

struct Number {
  Number() { mpz_init(number); }
  ~Number() { mpz_clear(number); }
  Number(const Number&) = delete;
  BigInt get() const {
    return from_view({reinterpret_cast<const u64*>(mpz_limbs_read(number)), static_cast<u32>(mpz_size(number)),
                      mpz_sgn(number) < 0});
  }
  mpz_t number;
};

}  // namespace

BigInt add(BigView left, BigView right) {
  if (left.negative == right.negative) return add_magnitude(left, right, left.negative);
  return subtract_magnitude(left, right, left.negative);
}

BigInt subtract(BigView left, BigView right) {
  if (left.negative != right.negative) return add_magnitude(left, right, left.size ? left.negative : !right.negative);
  return subtract_magnitude(left, right, left.negative);
}

BigInt multiply(BigView left, BigView right) {
  BigInt result;
  if (left.size == 0 || right.size == 0) return result;
  usize size = usize{left.size} + right.size;
  u64* limbs = result.allocate(size);
  if (!limbs) return result;
  if (left.limbs == right.limbs && left.size == right.size) {
    mpn_sqr(out(limbs), in(left.limbs), size_of(left));
  } else if (left.size >= right.size) {
    mpn_mul(out(limbs), in(left.limbs), size_of(left), in(right.limbs), size_of(right));
  } else {
    mpn_mul(out(limbs), in(right.limbs), size_of(right), in(left.limbs), size_of(left));
  }
  result.finish(size, left.negative != right.negative);
  return result;
}

DivMod floor_divmod(BigView left, BigView right) {
  DivMod result;
  bool differ = left.negative != right.negative;
  if (left.size < right.size) {
    result.remainder = from_view(left);
  } else {
    u64* quotient = result.quotient.allocate(usize{left.size} - right.size + 1);
    u64* remainder = result.remainder.allocate(right.size);
    if (!quotient || !remainder) return {BigInt::failure(), BigInt::failure()};
    mpn_tdiv_qr(out(quotient), out(remainder), 0, in(left.limbs), size_of(left), in(right.limbs), size_of(right));
    result.quotient.finish(usize{left.size} - right.size + 1, differ);
    result.remainder.finish(right.size, left.negative);
  }
  if (differ && !result.remainder.view().is_zero()) {
    // Truncation went towards zero; the floor is one lower.
    result.quotient = subtract(result.quotient.view(), SmallBig(1).view());
    result.remainder = add(result.remainder.view(), right);
  }
  return result;
}

BigInt floor_divide(BigView left, BigView right) { return static_cast<BigInt&&>(floor_divmod(left, right).quotient); }

BigInt modulo(BigView left, BigView right) {
  if (right.size == 1 && left.size != 0) {
    u64 remainder = mpn_mod_1(in(left.limbs), size_of(left), right.limbs[0]);
    if (remainder && left.negative != right.negative) remainder = right.limbs[0] - remainder;
    BigInt result = from_u64(remainder);
    result.finish(1, right.negative);
    return result;
  }
  return static_cast<BigInt&&>(floor_divmod(left, right).remainder);
}

BigInt power(BigView base, u64 exponent) {
  if (exponent == 0) return from_u64(1);
  if (base.size == 0) return BigInt();
  // The power of two in the base only shifts the result.
  u64 zeros = trailing_zeros(base);
  BigInt odd = shift_right({base.limbs, base.size, false}, zeros);
  if (odd.failed()) return odd;
  bool negative = base.negative && (exponent & 1);
  u64 shift, bits;
  if (__builtin_mul_overflow(zeros, exponent, &shift) ||
      __builtin_mul_overflow(bit_length(odd.view()) - 1, exponent, &bits) || bits / 64 > BigInt::kMaxLimbs ||
      shift / 64 > BigInt::kMaxLimbs) {
    return BigInt::failure();
  }
  BigInt result = from_u64(1);
  if (bits != 0 || odd.view().limbs[0] != 1) {
    for (int bit = 63 - __builtin_clzll(exponent); bit >= 0; --bit) {
      result = multiply(result.view(), result.view());
      if (exponent >> bit & 1) result = multiply(result.view(), odd.view());
      if (result.failed()) return result;
    }
  }
  if (shift) result = shift_left(result.view(), shift);
  if (!result.failed()) result.finish(result.view().size, negative);
  return result;
}

BigInt pow_mod(BigView base, BigView exponent, BigView modulus) {
  Number power;
  BigView magnitude{modulus.limbs, modulus.size, false};
  mpz_powm(power.number, Reader(base).number, Reader(exponent).number, Reader(magnitude).number);
  BigInt result = power.get();
  if (modulus.negative && !result.failed() && !result.view().is_zero()) return add(result.view(), modulus);
  return result;
}

BigInt inverse_mod(BigView value, BigView modulus, bool& found) {
  BigView magnitude{modulus.limbs, modulus.size, false};
  if (magnitude.size == 1 && magnitude.limbs[0] == 1) {
    found = true;
    return BigInt();
  }
  Number inverse;
  found = mpz_invert(inverse.number, Reader(value).number, Reader(magnitude).number) != 0;
  if (!found) return BigInt();
  BigInt result = inverse.get();
  if (modulus.negative && !result.failed() && !result.view().is_zero()) return add(result.view(), modulus);
  return result;
}

BigInt gcd(BigView left, BigView right) {
  Number divisor;
  mpz_gcd(divisor.number, Reader(left).number, Reader(right).number);
  return divisor.get();
}

BigInt isqrt(BigView value) {
  BigInt result;
  if (value.size == 0) return result;
  usize size = (usize{value.size} + 1) / 2;
  u64* limbs = result.allocate(size);
  if (!limbs) return result;
  BigInt remainder;
  u64* rest = remainder.allocate(value.size);
  if (!rest) return remainder;
  mpn_sqrtrem(out(limbs), out(rest), in(value.limbs), size_of(value));
  result.finish(size, false);
  return result;
}

BigInt shift_left(BigView value, u64 bits) {
  BigInt result;
  if (value.size == 0) return result;
  u64 whole = bits / 64;
  if (whole >= BigInt::kMaxLimbs) return BigInt::failure();
  usize size = usize{value.size} + whole + 1;
  u64* limbs = result.allocate(size);
  if (!limbs) return result;
  std::memset(limbs, 0, whole * sizeof(u64));
  unsigned part = bits % 64;
  if (part) {
    limbs[size - 1] = mpn_lshift(out(limbs + whole), in(value.limbs), size_of(value), part);
  } else {
    std::memcpy(limbs + whole, value.limbs, value.size * sizeof(u64));
    limbs[size - 1] = 0;
  }
  result.finish(size, value.negative);
  return result;
}

BigInt shift_right(BigView value, u64 bits) {
  u64 whole = bits / 64;
  if (whole >= value.size) return from_i64(value.negative ? -1 : 0);
  BigInt result;
  usize size = usize{value.size} - whole;
  u64* limbs = result.allocate(size + 1);
  if (!limbs) return result;
  limbs[size] = 0;
  u64 lost = 0;
  for (u64 i = 0; i < whole; ++i) lost |= value.limbs[i];
  unsigned part = bits % 64;
  if (part) {
    lost |= mpn_rshift(out(limbs), in(value.limbs + whole), static_cast<mp_size_t>(size), part);
  } else {
    std::memcpy(limbs, value.limbs + whole, size * sizeof(u64));
  }
  if (value.negative && lost) limbs[size] = mpn_add_1(out(limbs), in(limbs), static_cast<mp_size_t>(size), 1);
  result.finish(size + 1, value.negative);
  return result;
}

namespace {

int digit_value(char digit) {
  if (digit <= '9') return digit - '0';
  return (digit | 0x20) - 'a' + 10;
}

// An upper bound of the bits in `count` digits of `base`.
u64 digit_bits(usize count, u32 base) {
  // Rounded up log2 in 1/256ths.
  u32 log = 0;
  unsigned __int128 power = 1;
  for (int i = 0; i < 16; ++i) power *= base;  // base**16: at most 83 bits
  while (power >> log) ++log;
  return static_cast<u64>(static_cast<unsigned __int128>(count) * log / 16) + 64;
}

}  // namespace

BigInt parse(const char* digits, usize count, u32 base, bool negative) {
  while (count != 0 && *digits == '0') {
    ++digits;
    --count;
  }
  BigInt result;
  if (count == 0) return result;
  u64* limbs = result.allocate(digit_bits(count, base) / 64 + 2);
  if (!limbs) return result;
  auto* values = static_cast<unsigned char*>(std::malloc(count));
  if (!values) return BigInt::failure();
  for (usize i = 0; i < count; ++i) values[i] = static_cast<unsigned char>(digit_value(digits[i]));
  mp_size_t size = mpn_set_str(out(limbs), values, count, static_cast<int>(base));
  std::free(values);
  result.finish(static_cast<usize>(size), negative);
  return result;
}

bool to_text(BigView value, u32 base, ByteBuilder& out_text) {
  if (value.negative) out_text.append('-');
  if (value.size == 0) return out_text.append('0');
  // Each digit holds at least floor(log2(base)) bits; a tighter bound for ten, which is the one that gets large.
  u64 bits = bit_length(value);
  u64 bound = base == 10 ? decimal_digits_bound(value) + 2 : bits / static_cast<u64>(31 - __builtin_clz(base)) + 2;
  char* place = out_text.reserve(bound);
  BigInt scratch;
  u64* limbs = scratch.allocate(usize{value.size} + 1);
  if (!place || !limbs) return false;
  std::memcpy(limbs, value.limbs, value.size * sizeof(u64));
  auto* raw = reinterpret_cast<unsigned char*>(place);
  usize count = mpn_get_str(raw, static_cast<int>(base), out(limbs), size_of(value));
  usize zeros = 0;
  while (raw[zeros] == 0) ++zeros;
  for (usize i = zeros; i < count; ++i) place[i - zeros] = "0123456789abcdefghijklmnopqrstuvwxyz"[raw[i]];
  out_text.commit(count - zeros);
  return true;
}

}  // namespace py::big
