#include "core/base/text/find_kernels.h"

namespace py::text {

namespace {

// An array read forwards, or backwards from its last element: the same algorithm then finds last occurrences.
template <class Char, int kStep>
struct Directed {
  const Char* start;
  Char operator[](isize index) const { return start[index * kStep]; }
};

// Where the lexicographically largest suffix (under < or >) starts, minus one, and its period.
template <class Text>
isize maximal_suffix(Text x, isize size, bool reversed, isize& period) {
  isize start = -1, j = 0, k = 1;
  period = 1;
  while (j + k < size) {
    auto a = x[j + k], b = x[start + k];
    if (reversed ? a > b : a < b) {
      j += k;
      k = 1;
      period = j - start;
    } else if (a == b) {
      if (k != period) {
        ++k;
      } else {
        j += period;
        k = 1;
      }
    } else {
      start = j++;
      k = period = 1;
    }
  }
  return start;
}

// String matching in linear time and constant space: Crochemore and Perrin, "Two-way string-matching", JACM 1991.
template <class Text>
isize two_way(Text y, isize length, Text x, isize size) {
  isize period, other;
  isize left = maximal_suffix(x, size, false, period);
  isize right = maximal_suffix(x, size, true, other);
  isize critical = left > right ? left : right;
  if (left <= right) period = other;
  bool periodic = true;
  for (isize i = 0; i <= critical && periodic; ++i) periodic = i + period < size && x[i] == x[i + period];
  if (!periodic) period = (critical + 1 > size - critical - 1 ? critical + 1 : size - critical - 1) + 1;
  isize memory = -1;  // how much of the left half is known to match
  for (isize j = 0; j <= length - size;) {
    isize i = (critical > memory ? critical : memory) + 1;
    while (i < size && x[i] == y[i + j]) ++i;
    if (i < size) {
      j += i - critical;
      memory = -1;
      continue;
    }
    i = critical;
    while (i > memory && x[i] == y[i + j]) --i;
    if (i <= memory) return j;
    j += period;
    memory = periodic ? size - period - 1 : -1;
  }
  return -1;
}

// Work beyond this per character passed means the filter does not pay.
constexpr isize kPatience = 8;

template <class Word>
INLINE bool same_words(const u8* left, const u8* right, isize count) {
  Word a, b, c, d;
  std::memcpy(&a, left, sizeof a);
  std::memcpy(&b, right, sizeof b);
  std::memcpy(&c, left + count - sizeof c, sizeof c);
  std::memcpy(&d, right + count - sizeof d, sizeof d);
  return a == b && c == d;
}

// Needles are mostly short: these call nothing.
INLINE bool same_units(const u8* left, const u8* right, isize count) {
  if (count > 16) return std::memcmp(left, right, static_cast<usize>(count)) == 0;
  if (count >= 8) return same_words<u64>(left, right, count);
  if (count >= 4) return same_words<u32>(left, right, count);
  if (count >= 2) return same_words<u16>(left, right, count);
  return count == 0 || *left == *right;
}

// Sixteen places at once: those where the first and the last byte of the needle fit are looked at.
isize find_bytes(const u8* haystack, isize length, const u8* needle, isize size) {
  const __m128i first = _mm_set1_epi8(static_cast<char>(needle[0]));
  const __m128i last = _mm_set1_epi8(static_cast<char>(needle[size - 1]));
  const isize places = length - size + 1;
  isize i = 0, work = 0;
  for (; i + 16 <= places; i += 16) {
    const __m128i heads = _mm_loadu_si128(reinterpret_cast<const __m128i*>(haystack + i));
    const __m128i tails = _mm_loadu_si128(reinterpret_cast<const __m128i*>(haystack + i + size - 1));
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(heads, first), _mm_cmpeq_epi8(tails, last));
    for (unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(both)); mask; mask &= mask - 1) {
      const isize at = i + __builtin_ctz(mask);
      if (same_units(haystack + at + 1, needle + 1, size - 2)) return at;
      work += size;
    }
    if (UNLIKELY(work > kPatience * i + 256)) {
      const void* hit = memmem(haystack + i + 16, static_cast<usize>(length - i - 16), needle, static_cast<usize>(size));
      return hit ? static_cast<const u8*>(hit) - haystack : -1;
    }
  }
  for (; i < places; ++i) {
    if (haystack[i] == needle[0] && same_units(haystack + i + 1, needle + 1, size - 1)) return i;
  }
  return -1;
}

}  // namespace

template <class Char>
isize find_units(const Char* haystack, isize length, const Char* needle, isize size) {
  if (size > length) return -1;
  if constexpr (sizeof(Char) == 1) {
    return find_bytes(haystack, length, needle, size);
  } else {
    isize last = length - size;
    isize work = 0;
    for (isize i = 0; i <= last; ++i) {
      isize step = find_unit(haystack + i, last + 1 - i, needle[0]);
      if (step < 0) return -1;
      i += step;
      if (haystack[i + size - 1] != needle[size - 1]) {
        work += 2;
      } else {
        isize same = 1;
        while (same < size && haystack[i + same] == needle[same]) ++same;
        if (same == size) return i;
        work += same;
      }
      if (work > kPatience * i + 256) {
        using Text = Directed<Char, 1>;
        isize rest = two_way(Text{haystack + i + 1}, length - i - 1, Text{needle}, size);
        return rest < 0 ? -1 : rest + i + 1;
      }
    }
    return -1;
  }
}

template <class Char>
isize find_last_units(const Char* haystack, isize length, const Char* needle, isize size) {
  isize work = 0;
  for (isize count = length - size + 1; count > 0;) {
    isize i = find_last_unit(haystack, count, needle[0]);
    if (i < 0) return -1;
    isize same = 1;
    while (same < size && haystack[i + same] == needle[same]) ++same;
    if (same == size) return i;
    work += same;
    count = i;
    if (work > kPatience * (length - i) + 256) {
      using Text = Directed<Char, -1>;
      isize end = i + size - 1;  // a match below i ends before this
      isize back = two_way(Text{haystack + end - 1}, end, Text{needle + size - 1}, size);
      return back < 0 ? -1 : end - back - size;
    }
  }
  return -1;
}

template isize find_units(const u8*, isize, const u8*, isize);
template isize find_units(const u16*, isize, const u16*, isize);
template isize find_units(const u32*, isize, const u32*, isize);
template isize find_last_units(const u8*, isize, const u8*, isize);
template isize find_last_units(const u16*, isize, const u16*, isize);
template isize find_last_units(const u32*, isize, const u32*, isize);

}  // namespace py::text
