#include "core/builtins/bytes_text.h"

#include "core/base/text/repr.h"
#include "core/builtins/bytes_like.h"
#include "core/object/codec_registry.h"

#include <array>
#include <cstring>

namespace py {

namespace {

constexpr u32 kNoSeparator = ~0u;

Result<u32> hex_separator(Thread& thread, Value separator) {
  if (separator == Unbound) return kNoSeparator;
  if (TRY(length(thread, separator)) != 1) return raise(thread, types.ValueError, "sep must be length 1.");
  u32 character;
  if (is<Str>(separator)) {
    character = as<Str>(separator)[0];
  } else if (is<Bytes>(separator)) {
    character = as<Bytes>(separator).data()[0];
  } else {
    return raise(thread, types.TypeError, "sep must be str or bytes.");
  }
  if (character >= 128) return raise(thread, types.ValueError, "sep must be ASCII.");
  return character;
}

struct HexPair {
  char digits[2];
};
constexpr auto kHexPairs = [] {
  std::array<HexPair, 256> pairs{};
  for (u32 byte = 0; byte < 256; ++byte) pairs[byte] = {{"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]}};
  return pairs;
}();
constexpr auto kHexDigits = [] {
  std::array<i8, 256> values{};
  values.fill(-1);
  for (u8 digit = 0; digit < 10; ++digit) values['0' + digit] = static_cast<i8>(digit);
  for (u8 digit = 10; digit < 16; ++digit) {
    values['a' + digit - 10] = values['A' + digit - 10] = static_cast<i8>(digit);
  }
  return values;
}();
int hex_digit(u32 c) { return c < 256 ? kHexDigits[c] : -1; }

Result<Ref<>> plain_hex(Thread& thread, std::string_view bytes) {
  isize length;
  if (__builtin_mul_overflow(static_cast<isize>(bytes.size()), isize{2}, &length)) return raise_memory_error(thread);
  Ref<Str> text = TRY(Str::allocate(thread, length, 1, true));
  char* out = static_cast<char*>(text->data());
  for (usize i = 0; i < bytes.size(); ++i) std::memcpy(out + 2 * i, kHexPairs[static_cast<u8>(bytes[i])].digits, 2);
  return Ref<>(std::move(text));
}

// Reads pairs of digits as long as nothing stands between them; returns how many characters it used.
isize parse_pairs(std::string_view text, ByteBuilder& out) {
  char* to = out.reserve(text.size() / 2);
  if (!to) return 0;
  usize pairs = 0;
  for (; 2 * pairs + 1 < text.size(); ++pairs) {
    const int high = hex_digit(static_cast<u8>(text[2 * pairs])), low = hex_digit(static_cast<u8>(text[2 * pairs + 1]));
    if ((high | low) < 0) break;
    to[pairs] = static_cast<char>(high << 4 | low);
  }
  out.commit(pairs);
  return static_cast<isize>(2 * pairs);
}

bool is_space(u32 c) { return c == ' ' || c - '\t' < 5; }

}  // namespace

Result<Ref<>> hex_text(Thread& thread, std::string_view bytes, Value separator, int group) {
  if (separator == Unbound) return plain_hex(thread, bytes);
  const u32 between = TRY(hex_separator(thread, separator));
  const usize size = static_cast<usize>(group < 0 ? -i64{group} : i64{group});
  // How many bytes stand before the first separator.
  const usize first = size == 0 || group < 0 ? size : bytes.size() % size ? bytes.size() % size : size;
  ByteBuilder out;
  out.reserve(2 * bytes.size());
  usize left = first;
  for (usize i = 0; i < bytes.size(); ++i) {
    if (between != kNoSeparator && size && left == 0) {
      out.append(static_cast<char>(between));
      left = size;
    }
    --left;
    const u8 byte = static_cast<u8>(bytes[i]);
    out.append(kHexPairs[byte].digits, 2);
  }
  if (out.failed()) return raise_memory_error(thread);
  return Str::from_ascii(thread, {out.data(), out.size()});
}

Result<void> parse_hex(Thread& thread, const Str& text, ByteBuilder& out) {
  isize wrong = -1;
  for (isize at = text.is_ascii() ? parse_pairs(text.ascii(), out) : 0; at < text.length() && wrong < 0;) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    const int high = hex_digit(text[at]);
    const int low = at + 1 < text.length() ? hex_digit(text[at + 1]) : -1;
    if (high < 0 || low < 0) wrong = high < 0 ? at : at + 1;
    out.append(static_cast<char>(high << 4 | low));
    at += 2;
  }
  for (isize at = 0; !text.is_ascii(); ++at) {
    if (text[at] < 128) continue;
    wrong = at;
    break;
  }
  if (wrong >= 0) {
    return raise(thread, types.ValueError, "non-hexadecimal number found in fromhex() arg at position {}", wrong);
  }
  if (out.failed()) return raise_memory_error(thread);
  return {};
}

Result<Ref<>> make_translation_table(Thread& thread, Value from, Value to) {
  BytesLike keys = TRY(BytesLike::open(thread, from));
  BytesLike values = TRY(BytesLike::open(thread, to));
  if (keys.view().length != values.view().length) {
    return raise(thread, types.ValueError, "maketrans arguments must have same length");
  }
  Ref<Bytes> table = TRY(Bytes::allocate(thread, 256));
  for (u32 i = 0; i < 256; ++i) table->data()[i] = static_cast<u8>(i);
  for (isize i = 0; i < keys.view().length; ++i) table->data()[keys.view()[i]] = static_cast<u8>(values.view()[i]);
  return Ref<>(std::move(table));
}

Result<Ref<>> bytes_repr_text(Thread& thread, std::string_view before, std::string_view bytes, std::string_view after) {
  TextBuilder out;
  out.append_ascii(before.data(), static_cast<isize>(before.size()));
  text::repr_bytes(reinterpret_cast<const u8*>(bytes.data()), static_cast<isize>(bytes.size()), "b", out);
  out.append_ascii(after.data(), static_cast<isize>(after.size()));
  if (out.failed()) return raise_memory_error(thread);
  return Str::from_view(thread, out.view());
}

Result<Ref<>> decode_bytes(Thread& thread, Value self, Value encoding, Value errors) {
  const char* const names[] = {"encoding", "errors"};
  const Value options[] = {encoding, errors};
  for (int i = 0; i < 2; ++i) {
    if (options[i] == Unbound || is<Str>(options[i])) continue;
    return raise(thread, types.TypeError, "decode() argument '{}' must be str, not {}", names[i], type_of(options[i]));
  }
  return decode_text(thread, self, encoding == Unbound ? nullptr : &as<Str>(encoding),
                     errors == Unbound ? nullptr : &as<Str>(errors));
}

}  // namespace py
