// Uuencoded lines, and the checksums.
#include <zlib.h>

#include "core/modules/binascii/binascii.h"
#include "core/object/number.h"

namespace py::binascii {

namespace {

constexpr isize kMaxLine = 45;

// The six bits of a character; blanks that were cut off at the end of a line count as 0. -1: not allowed.
int uu_value(std::string_view text, usize at) {
  if (at >= text.size() || text[at] == '\n' || text[at] == '\r') return 0;
  const u8 c = static_cast<u8>(text[at]);
  return c < ' ' || c > ' ' + 64 ? -1 : (c - ' ') & 63;
}

Result<Ref<>> a2b_uu(Thread& thread, AsciiArgument& data) {
  const std::string_view text = data.view();
  const isize length = text.empty() ? 32 : (static_cast<u8>(text[0]) - ' ') & 63;
  Ref<Bytes> result = TRY(Bytes::allocate(thread, length));
  usize at = 1;
  u32 bits = 0, have = 0;
  for (isize done = 0; done < length; ++at) {
    const int value = uu_value(text, at);
    if (value < 0) return raise(thread, error, "Illegal char");
    bits = bits << 6 | static_cast<u32>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    result->data()[done++] = static_cast<u8>(bits >> have);
  }
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c != ' ' && c != '`' && c != '\n' && c != '\r') return raise(thread, error, "Trailing garbage");
  }
  return Ref<>(std::move(result));
}

Result<Ref<>> b2a_uu(Thread& thread, Buffer& data, bool backtick) {
  if (data.size > kMaxLine) return raise(thread, error, "At most 45 bytes at once");
  auto character = [&](u32 value) { return value == 0 && backtick ? '`' : static_cast<char>(' ' + value); };
  ByteBuilder out;
  out.append(character(static_cast<u32>(data.size)));
  for (isize i = 0; i < data.size; i += 3) {
    u32 bits = 0;
    for (isize j = i; j < i + 3; ++j) bits = bits << 8 | (j < data.size ? data.data[j] : 0);
    for (int shift = 18; shift >= 0; shift -= 6) out.append(character(bits >> shift & 63));
  }
  out.append('\n');
  return finish(thread, out);
}

// CRC-CCITT, as BinHex has it.
Result<u64> crc_hqx(Thread& thread, Buffer& data, Value start) {
  u32 crc = static_cast<u32>(TRY(to_u64_wrapping(thread, start))) & 0xFFFF;
  for (isize i = 0; i < data.size; ++i) {
    crc ^= u32{data.data[i]} << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
  }
  return u64{crc};
}

Result<u64> crc32_of(Thread& thread, Buffer& data, Value start) {
  const u32 crc = static_cast<u32>(TRY(to_u64_wrapping(thread, start)));
  constexpr isize kDetachAbove = 5 * 1024;
  if (data.size <= kDetachAbove) return u64{crc32_z(crc, data.data, static_cast<usize>(data.size))};
  Detached detached(thread);
  return u64{crc32_z(crc, data.data, static_cast<usize>(data.size))};
}

constexpr MethodSpec kFunctions[] = {
    function<a2b_uu>("a2b_uu(data, /)", "Decode a line of uuencoded data."),
    function<b2a_uu>("b2a_uu(data, /, *, backtick=False)", "Uuencode line of data."),
    function<crc_hqx>("crc_hqx(data, crc, /)", "Compute CRC-CCITT incrementally."),
    function<crc32_of>("crc32(data, crc=0, /)", "Compute CRC-32 incrementally."),
};

}  // namespace

const std::span<const MethodSpec> kUuFunctions = kFunctions;

}  // namespace py::binascii
