#include "core/base/number/big_int.h"

#include <cstdlib>
#include <cstring>

#include "core/base/machine_memory.h"

namespace py {

u64* BigInt::allocate(usize count) {
  if (count <= kInlineLimbs) return limbs_ = inline_;
  if (count <= kMaxLimbs && !exceeds_machine(count * sizeof(u64))) {
    if (void* heap = std::malloc(count * sizeof(u64))) return limbs_ = static_cast<u64*>(heap);
  }
  failed_ = true;
  return nullptr;
}

void BigInt::release_heap() {
  if (limbs_ != inline_) std::free(limbs_);
}

void BigInt::take(BigInt& other) {
  size_ = other.size_;
  negative_ = other.negative_;
  failed_ = other.failed_;
  if (other.limbs_ == other.inline_) {
    limbs_ = inline_;
    for (u32 i = 0; i < size_; ++i) inline_[i] = other.inline_[i];
  } else {
    limbs_ = other.limbs_;
  }
  other.limbs_ = other.inline_;
  other.size_ = 0;
  other.negative_ = false;
}

namespace big {

BigInt from_u64(u64 value) {
  BigInt result;
  result.limbs()[0] = value;
  result.finish(1, false);
  return result;
}

BigInt from_i64(i64 value) {
  BigInt result;
  result.limbs()[0] = value < 0 ? 0 - static_cast<u64>(value) : static_cast<u64>(value);
  result.finish(1, value < 0);
  return result;
}

BigInt from_view(BigView value) {
  BigInt result;
  if (u64* limbs = result.allocate(value.size)) {
    if (value.size) std::memcpy(limbs, value.limbs, value.size * sizeof(u64));
    result.finish(value.size, value.negative);
  }
  return result;
}

bool fits_i64(BigView value) {
  if (value.size == 0) return true;
  if (value.size > 1) return false;
  return value.limbs[0] <= (value.negative ? u64{1} << 63 : (u64{1} << 63) - 1);
}

u64 to_u64_wrapping(BigView value) {
  u64 low = value.size ? value.limbs[0] : 0;
  return value.negative ? 0 - low : low;
}

i64 to_i64(BigView value) { return static_cast<i64>(to_u64_wrapping(value)); }

BigInt negate(BigView value) { return from_view({value.limbs, value.size, !value.negative}); }

BigInt absolute(BigView value) { return from_view({value.limbs, value.size, false}); }

int compare(BigView left, BigView right) {
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  int sign = left.negative ? -1 : 1;
  if (left.size != right.size) return left.size < right.size ? -sign : sign;
  for (u32 i = left.size; i-- > 0;) {
    if (left.limbs[i] != right.limbs[i]) return left.limbs[i] < right.limbs[i] ? -sign : sign;
  }
  return 0;
}

bool equal(BigView left, BigView right) {
  return left.size == right.size && left.negative == right.negative &&
         (left.size == 0 || std::memcmp(left.limbs, right.limbs, left.size * sizeof(u64)) == 0);
}

i64 hash(BigView value) {
  constexpr u64 kModulus = (u64{1} << 61) - 1;
  u64 residue = 0;
  for (u32 i = value.size; i-- > 0;) {
    // 2**64 is 2**3 modulo 2**61 - 1, so the step is a rotation within 61 bits.
    u64 limb = value.limbs[i];
    residue = ((residue << 3) & kModulus) | residue >> 58;
    residue += (limb & kModulus) + (limb >> 61);
    while (residue >= kModulus) residue -= kModulus;
  }
  i64 result = value.negative ? -static_cast<i64>(residue) : static_cast<i64>(residue);
  return result == -1 ? -2 : result;
}

u64 bit_length(BigView value) {
  if (value.size == 0) return 0;
  return u64{value.size} * 64 - static_cast<u64>(__builtin_clzll(value.limbs[value.size - 1]));
}

u64 bit_count(BigView value) {
  u64 count = 0;
  for (u32 i = 0; i < value.size; ++i) count += static_cast<u64>(__builtin_popcountll(value.limbs[i]));
  return count;
}

u64 trailing_zeros(BigView value) {
  for (u32 i = 0; i < value.size; ++i) {
    if (value.limbs[i]) return u64{i} * 64 + static_cast<u64>(__builtin_ctzll(value.limbs[i]));
  }
  return 0;
}

u64 decimal_digits_bound(BigView value) {
  // log10(2) = 0.30102999566...; the 128-bit product cannot overflow.
  return static_cast<u64>(static_cast<unsigned __int128>(bit_length(value)) * 30103 / 100000) + 1;
}

}  // namespace big
}  // namespace py
