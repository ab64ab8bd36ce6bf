// Integers of any size: BigView borrows magnitude and sign, BigInt owns them.
// Invariant: no leading (most significant) zero limbs; zero has size 0 and is not negative.
// An operation that ran out of memory, or would exceed kMaxLimbs, returns a BigInt whose failed() is true.
// Threads: views are immutable; a BigInt is owner only. GMP's mpn functions stand behind, in one file.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/base/types.h"

namespace py {

struct BigView {
  const u64* limbs = nullptr;  // least significant first
  u32 size = 0;
  bool negative = false;

  bool is_zero() const { return size == 0; }
  bool is_odd() const { return size != 0 && (limbs[0] & 1); }
};

class BigInt {
 public:
  static constexpr u32 kInlineLimbs = 16;
  static constexpr u32 kMaxLimbs = 1u << 30;

  BigInt() = default;
  ~BigInt() { release_heap(); }
  BigInt(BigInt&& other) noexcept { take(other); }
  BigInt& operator=(BigInt&& other) noexcept {
    if (this != &other) {
      release_heap();
      take(other);
    }
    return *this;
  }
  BigInt(const BigInt&) = delete;
  BigInt& operator=(const BigInt&) = delete;

  static BigInt failure() {
    BigInt result;
    result.failed_ = true;
    return result;
  }
  BigView view() const { return {limbs_, size_, negative_}; }
  bool failed() const { return failed_; }

  // For producers: room for `count` limbs (content undefined), or nullptr with failed() set; then finish().
  u64* allocate(usize count);
  u64* limbs() { return limbs_; }
  // Drops leading zeros and sets the sign.
  void finish(usize count, bool negative) {
    while (count != 0 && limbs_[count - 1] == 0) --count;
    size_ = static_cast<u32>(count);
    negative_ = negative && count != 0;
  }

 private:
  void release_heap();
  void take(BigInt& other);

  u64* limbs_ = inline_;
  u32 size_ = 0;
  bool negative_ = false;
  bool failed_ = false;
  u64 inline_[kInlineLimbs];
};

// The view of a machine integer, for calling the functions below without an allocation.
struct SmallBig {
  explicit SmallBig(i64 value)
      : magnitude(value < 0 ? 0 - static_cast<u64>(value) : static_cast<u64>(value)), negative(value < 0) {}
  BigView view() const { return {&magnitude, magnitude != 0 ? 1u : 0u, negative}; }
  u64 magnitude;
  bool negative;
};

namespace big {

enum class Order : u8 { Little, Big };
enum class Signed : u8 { No, Yes };

BigInt from_i64(i64 value);
BigInt from_u64(u64 value);
BigInt from_view(BigView value);
BigInt from_double(double value);  // truncates; finite only
bool fits_i64(BigView value);
i64 to_i64(BigView value);           // fits_i64 only
u64 to_u64_wrapping(BigView value);  // modulo 2**64
// Correctly rounded, half to even. False: too large for a double.
[[nodiscard]] bool to_double(BigView value, double& result);
// value == mantissa * 2**exponent with 0.5 <= |mantissa| < 1, correctly rounded; for math.log and friends.
double frexp(BigView value, i64& exponent);

BigInt add(BigView left, BigView right);
BigInt subtract(BigView left, BigView right);
BigInt multiply(BigView left, BigView right);
BigInt negate(BigView value);
BigInt absolute(BigView value);
struct DivMod {
  BigInt quotient;
  BigInt remainder;
};
DivMod floor_divmod(BigView left, BigView right);  // right != 0; the remainder has right's sign
BigInt floor_divide(BigView left, BigView right);
BigInt modulo(BigView left, BigView right);
enum class TrueDivide : u8 { Ok, Overflow, OutOfMemory };
TrueDivide true_divide(BigView left, BigView right, double& result);  // right != 0; correctly rounded
BigInt power(BigView base, u64 exponent);
// base ** exponent modulo modulus, in the modulus's sign, as pow(). modulus != 0, exponent >= 0.
BigInt pow_mod(BigView base, BigView exponent, BigView modulus);
// The inverse modulo `modulus` (!= 0). found == false: not invertible.
BigInt inverse_mod(BigView value, BigView modulus, bool& found);
BigInt gcd(BigView left, BigView right);
BigInt isqrt(BigView value);  // value >= 0

BigInt shift_left(BigView value, u64 bits);
BigInt shift_right(BigView value, u64 bits);  // towards minus infinity
BigInt bit_and(BigView left, BigView right);
BigInt bit_or(BigView left, BigView right);
BigInt bit_xor(BigView left, BigView right);
BigInt bit_invert(BigView value);
u64 bit_length(BigView value);
u64 bit_count(BigView value);  // of the magnitude
u64 trailing_zeros(BigView value);

int compare(BigView left, BigView right);        // -1, 0, 1
int compare_double(BigView left, double right);  // exact; right is not a nan
bool equal(BigView left, BigView right);
i64 hash(BigView value);  // modulo 2**61-1 with the sign, -1 becomes -2

// Digits only ('0'-'9', 'a'-'z', 'A'-'Z'), all valid in `base` (2..36); no sign, no underscores.
BigInt parse(const char* digits, usize count, u32 base, bool negative);
// Appends the digits in lower case with a leading '-', without prefix.
bool to_text(BigView value, u32 base, ByteBuilder& out);
// An upper bound of the decimal digits, for sys.set_int_max_str_digits.
u64 decimal_digits_bound(BigView value);

BigInt from_bytes(const u8* bytes, usize count, Order order, Signed is_signed);
// False: the value does not fit.
bool to_bytes(BigView value, u8* bytes, usize count, Order order, Signed is_signed);

}  // namespace big
}  // namespace py
