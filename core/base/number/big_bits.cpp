// Bitwise operations and byte strings: where an integer is seen as infinite two's complement.
#include <cstring>
#include <utility>

#include "core/base/number/big_int.h"

namespace py::big {

namespace {

// Reads limbs of the two's complement form, least significant first: for a negative value, ~(magnitude - 1).
class Complement {
 public:
  explicit Complement(BigView value) : value_(value), borrow_(value.negative) {}
  u64 next() {
    u64 limb = at_ < value_.size ? value_.limbs[at_] : 0;
    ++at_;
    if (!value_.negative) return limb;
    u64 less = limb - borrow_;
    borrow_ = borrow_ && limb == 0;
    return ~less;
  }

 private:
  BigView value_;
  u32 at_ = 0;
  bool borrow_;
};

// Turns `count` limbs of two's complement into a magnitude in place.
void negate_limbs(u64* limbs, usize count) {
  bool carry = true;
  for (usize i = 0; i < count; ++i) {
    limbs[i] = ~limbs[i] + carry;
    carry = carry && limbs[i] == 0;
  }
}

// Of two positive numbers: there is no sign to extend.
template <class Operation>
BigInt combine_magnitudes(BigView left, BigView right, Operation operation) {
  if (left.size > right.size) std::swap(left, right);
  BigInt result;
  u64* limbs = result.allocate(right.size);
  if (!limbs) return result;
  for (u32 i = 0; i < left.size; ++i) limbs[i] = operation(left.limbs[i], right.limbs[i]);
  for (u32 i = left.size; i < right.size; ++i) limbs[i] = operation(0, right.limbs[i]);
  result.finish(right.size, false);
  return result;
}

template <class Operation>
BigInt combine(BigView left, BigView right, Operation operation) {
  if (!left.negative && !right.negative) return combine_magnitudes(left, right, operation);
  BigInt result;
  usize size = usize{left.size > right.size ? left.size : right.size} + 1;
  u64* limbs = result.allocate(size);
  if (!limbs) return result;
  Complement a(left), b(right);
  for (usize i = 0; i < size; ++i) limbs[i] = operation(a.next(), b.next());
  bool negative = limbs[size - 1] >> 63;
  if (negative) negate_limbs(limbs, size);
  result.finish(size, negative);
  return result;
}

}  // namespace

BigInt bit_and(BigView left, BigView right) {
  // A positive operand bounds the result, so a mask of a huge number stays cheap.
  if (!left.negative && left.size < right.size && !right.negative) right.size = left.size;
  if (!right.negative && right.size < left.size && !left.negative) left.size = right.size;
  return combine(left, right, [](u64 a, u64 b) { return a & b; });
}

BigInt bit_or(BigView left, BigView right) {
  return combine(left, right, [](u64 a, u64 b) { return a | b; });
}

BigInt bit_xor(BigView left, BigView right) {
  return combine(left, right, [](u64 a, u64 b) { return a ^ b; });
}

BigInt bit_invert(BigView value) { return subtract(SmallBig(-1).view(), value); }

BigInt from_bytes(const u8* bytes, usize count, Order order, Signed is_signed) {
  BigInt result;
  usize size = count / 8 + 1;
  u64* limbs = result.allocate(size);
  if (!limbs) return result;
  bool negative = is_signed == Signed::Yes && count != 0 && (bytes[order == Order::Big ? 0 : count - 1] & 0x80);
  limbs[size - 1] = negative ? ~u64{0} : 0;
  if (order == Order::Little) {
    if (count) std::memcpy(limbs, bytes, count);
  } else {
    auto* target = reinterpret_cast<u8*>(limbs);
    for (usize i = 0; i < count; ++i) target[i] = bytes[count - 1 - i];
  }
  if (negative) negate_limbs(limbs, size);
  result.finish(size, negative);
  return result;
}

bool to_bytes(BigView value, u8* bytes, usize count, Order order, Signed is_signed) {
  if (value.negative && is_signed == Signed::No) return false;
  u64 bits = bit_length(value);
  if (is_signed == Signed::Yes) {
    // -2**n needs no further bit for the sign; everything else does.
    bool power = value.negative && trailing_zeros(value) == bits - 1;
    if (bits != 0 && !power) ++bits;
  }
  if ((bits + 7) / 8 > count) return false;
  Complement source(value);
  u64 limb = 0;
  for (usize i = 0; i < count; ++i) {
    if (i % 8 == 0) limb = source.next();
    bytes[order == Order::Little ? i : count - 1 - i] = static_cast<u8>(limb >> (i % 8 * 8));
  }
  return true;
}

}  // namespace py::big
