// Searching one array of characters in another of the same width, for callers that are templates over it; search.h is
// for all others.
// Positions are indexes, -1 for none. Threads: any; no state.
#pragma once
#include <emmintrin.h>

#include <cstring>

#include "core/base/types.h"

namespace py::text {

// What is found soon is found without a call.
inline isize find_unit(const u8* at, isize count, u8 wanted) {
  if (count < 16) {
    for (isize i = 0; i < count; ++i) {
      if (at[i] == wanted) return i;
    }
    return -1;
  }
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(static_cast<char>(wanted))));
  if (mask) return __builtin_ctz(static_cast<unsigned>(mask));
  const void* hit = std::memchr(at + 16, wanted, static_cast<usize>(count - 16));
  return hit ? static_cast<const u8*>(hit) - at : -1;
}

// SSE2 compares sixteen bytes at once; the mask has one bit per byte.
template <class Char>
inline isize find_unit(const Char* at, isize count, Char wanted) {
  constexpr isize kLane = 16 / sizeof(Char);
  __m128i pattern =
      sizeof(Char) == 2 ? _mm_set1_epi16(static_cast<short>(wanted)) : _mm_set1_epi32(static_cast<int>(wanted));
  isize i = 0;
  for (; i + kLane <= count; i += kLane) {
    __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
    __m128i same = sizeof(Char) == 2 ? _mm_cmpeq_epi16(block, pattern) : _mm_cmpeq_epi32(block, pattern);
    int mask = _mm_movemask_epi8(same);
    if (mask) return i + __builtin_ctz(static_cast<unsigned>(mask)) / static_cast<isize>(sizeof(Char));
  }
  for (; i < count; ++i) {
    if (at[i] == wanted) return i;
  }
  return -1;
}

template <class Char>
inline isize find_last_unit(const Char* at, isize count, Char wanted) {
  if constexpr (sizeof(Char) == 1) {
    const void* hit = memrchr(at, wanted, static_cast<usize>(count));
    return hit ? static_cast<const u8*>(hit) - at : -1;
  } else {
    while (count > 0 && at[count - 1] != wanted) --count;
    return count - 1;
  }
}

// The first / last occurrence of a needle of at least two characters.
template <class Char>
isize find_units(const Char* haystack, isize length, const Char* needle, isize size);
template <class Char>
isize find_last_units(const Char* haystack, isize length, const Char* needle, isize size);

extern template isize find_units(const u8*, isize, const u8*, isize);
extern template isize find_units(const u16*, isize, const u16*, isize);
extern template isize find_units(const u32*, isize, const u32*, isize);
extern template isize find_last_units(const u8*, isize, const u8*, isize);
extern template isize find_last_units(const u16*, isize, const u16*, isize);
extern template isize find_last_units(const u32*, isize, const u32*, isize);

}  // namespace py::text
