// The decimal digits of a machine word. Threads: any; no state.
#pragma once
#include <cstring>

#include "core/base/types.h"

namespace py {

inline constexpr usize kMostDecimalDigits = 20;  // of a u64

// "00" to "99".
struct DigitPairs {
  char text[200];
  consteval DigitPairs() : text() {
    for (int i = 0; i < 100; ++i) {
      text[2 * i] = static_cast<char>('0' + i / 10);
      text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
  }
};
inline constexpr DigitPairs kDigitPairs;

struct PowersOfTen {
  u64 of[20];
  consteval PowersOfTen() : of() {
    of[0] = 1;
    for (int i = 1; i < 20; ++i) of[i] = of[i - 1] * 10;
  }
};
inline constexpr PowersOfTen kPowersOfTen;

// Writes the digits so that they end before `end`; returns where they begin.
inline char* write_decimal(u64 value, char* end) {
  while (value >= 100) {
    end -= 2;
    std::memcpy(end, kDigitPairs.text + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value < 10) {
    *--end = static_cast<char>('0' + value);
    return end;
  }
  end -= 2;
  std::memcpy(end, kDigitPairs.text + 2 * value, 2);
  return end;
}

}  // namespace py
