// Character classes of the lexer, by byte; every byte of a non-ASCII character counts as part of a name until checked.
// Threads: constants and pure functions.
#pragma once
#include <array>
#include <string_view>

#include "core/base/types.h"

namespace py {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_octal_digit(char c) { return c >= '0' && c <= '7'; }
inline bool is_binary_digit(char c) { return c == '0' || c == '1'; }
inline bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
inline int hex_value(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

constexpr std::array<bool, 256> make_name_bytes() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    table[c] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }
  return table;
}
inline constexpr std::array<bool, 256> kNameBytes = make_name_bytes();
inline bool is_name_byte(char c) { return kNameBytes[static_cast<u8>(c)]; }
inline bool is_name_start(char c) { return is_name_byte(c) && !is_digit(c); }

// Bytes of the UTF-8 sequence that starts with `lead`.
inline u32 utf8_length(char lead) {
  u8 byte = static_cast<u8>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}
inline bool is_utf8_continuation(char c) { return (static_cast<u8>(c) & 0xC0) == 0x80; }
inline u32 decode_utf8(const char* at) {
  auto byte = [at](int i) { return static_cast<u32>(static_cast<u8>(at[i])); };
  if (byte(0) < 0x80) return byte(0);
  if (byte(0) < 0xE0) return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
  if (byte(0) < 0xF0) return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
}
inline i32 count_characters(std::string_view text) {
  i32 count = 0;
  for (char c : text) count += !is_utf8_continuation(c);
  return count;
}

}  // namespace py
