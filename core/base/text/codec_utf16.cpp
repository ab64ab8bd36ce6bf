// UTF-16 and UTF-32, either byte order, with and without a byte order mark.
#include "core/base/text/codec_errors.h"

namespace py::codec {

namespace {

u32 read16(const u8* at, bool big) { return big ? at[0] << 8 | at[1] : at[1] << 8 | at[0]; }
u32 read32(const u8* at, bool big) {
  return big ? read16(at, true) << 16 | read16(at + 2, true) : read16(at + 2, false) << 16 | read16(at, false);
}
bool is_surrogate(u32 c) { return c >= 0xd800 && c <= 0xdfff; }

struct Put {
  ByteBuilder& out;
  bool big;

  bool put16(u32 unit) {
    u8 bytes[2] = {static_cast<u8>(big ? unit >> 8 : unit), static_cast<u8>(big ? unit : unit >> 8)};
    return out.append(bytes, 2);
  }
  bool put32(u32 c) { return big ? put16(c >> 16) && put16(c & 0xffff) : put16(c & 0xffff) && put16(c >> 16); }
  static bool utf16(void* self, u32 c) {
    auto* put = static_cast<Put*>(self);
    if (is_surrogate(c)) return false;
    if (c < 0x10000) return put->put16(c);
    c -= 0x10000;
    return put->put16(0xd800 | c >> 10) && put->put16(0xdc00 | (c & 0x3ff));
  }
  static bool utf32(void* self, u32 c) { return !is_surrogate(c) && static_cast<Put*>(self)->put32(c); }
};

Result encode_wide(const char* encoding, TextView text, EncodeHandler handler, SurrogateForm form, int unit, Put put,
                   ByteBuilder& out) {
  EncodeRun run(encoding, text, handler, out, form);
  auto encode = unit == 2 ? Put::utf16 : Put::utf32;
  out.reserve(static_cast<usize>(text.length) * static_cast<usize>(unit));
  for (isize i = 0; i < text.length;) {
    u32 c = text[i];
    if (LIKELY(!is_surrogate(c))) {
      if (!encode(&put, c)) break;
      ++i;
    } else if (!run.error(i, i + 1, "surrogates not allowed", encode, &put, unit, i)) {
      break;
    }
  }
  return run.finish();
}

}  // namespace

Result decode_utf16(const void* bytes, isize count, DecodeHandler handler, ByteOrder& order, TextBuilder& out,
                    Final final) {
  const u8* start = static_cast<const u8*>(bytes);
  isize i = 0;
  if (order == ByteOrder::Native && count >= 2) {
    u32 mark = read16(start, false);
    if (mark == 0xfeff) order = ByteOrder::Little;
    if (mark == 0xfffe) order = ByteOrder::Big;
    if (order != ByteOrder::Native) i = 2;
  }
  bool big = order == ByteOrder::Big;
  DecodeRun run(big ? "utf-16-be" : "utf-16-le", bytes, count, handler, out,
                big ? SurrogateForm::Utf16Big : SurrogateForm::Utf16Little);
  while (i < run.size && !out.failed()) {
    isize left = run.size - i;
    const char* reason;
    isize end = i + 2;
    if (left < 2) {
      if (final == Final::No) break;
      reason = "truncated data";
      end = run.size;
    } else {
      u32 c = read16(run.input + i, big);
      if (LIKELY(!is_surrogate(c))) {
        out.append(c);
        i += 2;
        continue;
      }
      if (c >= 0xdc00) {
        reason = "illegal encoding";
      } else if (left < 4) {
        if (final == Final::No) break;
        reason = "unexpected end of data";
        end = run.size;
      } else {
        u32 low = read16(run.input + i + 2, big);
        if (low >= 0xdc00 && low <= 0xdfff) {
          out.append(0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff));
          i += 4;
          continue;
        }
        reason = "illegal UTF-16 surrogate";
      }
    }
    if (!run.error(i, end, reason, i)) return run.result();
  }
  return run.finish(i);
}

Result decode_utf32(const void* bytes, isize count, DecodeHandler handler, ByteOrder& order, TextBuilder& out,
                    Final final) {
  const u8* start = static_cast<const u8*>(bytes);
  isize i = 0;
  if (order == ByteOrder::Native && count >= 4) {
    u32 mark = read32(start, false);
    if (mark == 0xfeff) order = ByteOrder::Little;
    if (mark == 0xfffe0000) order = ByteOrder::Big;
    if (order != ByteOrder::Native) i = 4;
  }
  bool big = order == ByteOrder::Big;
  DecodeRun run(big ? "utf-32-be" : "utf-32-le", bytes, count, handler, out,
                big ? SurrogateForm::Utf32Big : SurrogateForm::Utf32Little);
  while (i < run.size && !out.failed()) {
    const char* reason;
    isize end = i + 4;
    if (end > run.size) {
      if (final == Final::No) break;
      reason = "truncated data";
      end = run.size;
    } else {
      u32 c = read32(run.input + i, big);
      if (LIKELY(!is_surrogate(c) && c <= 0x10ffff)) {
        out.append(c);
        i += 4;
        continue;
      }
      reason = c > 0x10ffff ? "code point not in range(0x110000)"
                            : "code point in surrogate code point range(0xd800, 0xe000)";
    }
    if (!run.error(i, end, reason, i)) return run.result();
  }
  return run.finish(i);
}

Result encode_utf16(TextView text, EncodeHandler handler, ByteOrder order, ByteBuilder& out) {
  Put put{out, order == ByteOrder::Big};
  if (order == ByteOrder::Native) put.put16(0xfeff);
  const char* encoding = order == ByteOrder::Native ? "utf-16" : put.big ? "utf-16-be" : "utf-16-le";
  return encode_wide(encoding, text, handler, put.big ? SurrogateForm::Utf16Big : SurrogateForm::Utf16Little, 2, put,
                     out);
}

Result encode_utf32(TextView text, EncodeHandler handler, ByteOrder order, ByteBuilder& out) {
  Put put{out, order == ByteOrder::Big};
  if (order == ByteOrder::Native) put.put32(0xfeff);
  const char* encoding = order == ByteOrder::Native ? "utf-32" : put.big ? "utf-32-be" : "utf-32-le";
  return encode_wide(encoding, text, handler, put.big ? SurrogateForm::Utf32Big : SurrogateForm::Utf32Little, 4, put,
                     out);
}

}  // namespace py::codec
