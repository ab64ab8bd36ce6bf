#include "core/base/text/hash.h"

#include <cstring>

namespace py::text {

namespace {

u64 key_first = 0;
u64 key_second = 0;

INLINE u64 rotate(u64 value, int bits) { return value << bits | value >> (64 - bits); }

struct Sip {
  u64 a, b, c, d;
  INLINE void round() {
    a += b;
    b = rotate(b, 13) ^ a;
    a = rotate(a, 32);
    c += d;
    d = rotate(d, 16) ^ c;
    a += d;
    d = rotate(d, 21) ^ a;
    c += b;
    b = rotate(b, 17) ^ c;
    c = rotate(c, 32);
  }
};

// Fewer than eight bytes as a little-endian word; loads that overlap take the place of a loop.
INLINE u64 tail_word(const u8* at, usize count) {
  if (count >= 4) {
    u32 low, high;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + count - 4, 4);
    return low | static_cast<u64>(high) << (8 * (count - 4));
  }
  if (count == 0) return 0;
  return at[0] | static_cast<u64>(at[count / 2]) << (8 * (count / 2)) | static_cast<u64>(at[count - 1]) << (8 * (count - 1));
}

}  // namespace

void set_hash_key(u64 first, u64 second) {
  key_first = first;
  key_second = second;
}

void set_hash_seed(u32 seed) {
  if (seed == 0) return set_hash_key(0, 0);
  // The linear congruential generator PYTHONHASHSEED documents: equal seeds give equal hashes across interpreters.
  u8 bytes[16];
  u32 state = seed;
  for (u8& byte : bytes) {
    state = state * 214013 + 2531011;
    byte = static_cast<u8>(state >> 16);
  }
  std::memcpy(&key_first, bytes, 8);
  std::memcpy(&key_second, bytes + 8, 8);
}

INLINE static u64 sip_hash(u64 first, u64 second, const void* bytes, usize count) {
  const u8* at = static_cast<const u8*>(bytes);
  Sip sip{first ^ 0x736f6d6570736575, second ^ 0x646f72616e646f6d, first ^ 0x6c7967656e657261, second ^ 0x7465646279746573};
  usize left = count;
  for (; left >= 8; left -= 8, at += 8) {
    u64 word;
    std::memcpy(&word, at, 8);
    sip.d ^= word;
    sip.round();
    sip.a ^= word;
  }
  const u64 last = static_cast<u64>(count) << 56 | tail_word(at, left);
  sip.d ^= last;
  sip.round();
  sip.a ^= last;
  sip.c ^= 0xff;
  sip.round();
  sip.round();
  sip.round();
  return (sip.a ^ sip.b) ^ (sip.c ^ sip.d);
}

u64 keyed_hash(u64 first, u64 second, const void* bytes, usize count) { return sip_hash(first, second, bytes, count); }

i64 hash_bytes(const void* bytes, usize count) {
  if (count == 0) return 0;
  const u64 hash = sip_hash(key_first, key_second, bytes, count);
  return hash == ~u64{0} ? -2 : static_cast<i64>(hash);
}

}  // namespace py::text
