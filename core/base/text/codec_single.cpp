// Encodings of one byte per character: ASCII, Latin-1 and character maps.
#include "core/base/text/codec_errors.h"

namespace py::codec {

Result decode_ascii(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out) {
  DecodeRun run("ascii", bytes, count, handler, out);
  for (isize i = 0; i < run.size;) {
    const u8* at = run.input + i;
    if (isize plain = ascii_prefix(at, run.size - i)) {
      if (!out.append_ascii(reinterpret_cast<const char*>(at), plain)) break;
      i += plain;
    } else if (!run.error(i, i + 1, "ordinal not in range(128)", i)) {
      return run.result();
    }
  }
  return run.finish(run.size);
}

Result decode_latin1(const void* bytes, isize count, TextBuilder& out) {
  Result result;
  if (!out.append_latin1(static_cast<const u8*>(bytes), count)) result.status = Status::OutOfMemory;
  result.consumed = count;
  return result;
}

Result decode_charmap(const void* bytes, isize count, TextView table, DecodeHandler handler, TextBuilder& out) {
  DecodeRun run("charmap", bytes, count, handler, out);
  for (isize i = 0; i < run.size;) {
    u8 byte = run.input[i];
    u32 c = byte < table.length ? table[byte] : 0xfffe;
    if (LIKELY(c != 0xfffe)) {
      if (!out.append(c)) break;
      ++i;
    } else if (!run.error(i, i + 1, "character maps to <undefined>", i)) {
      return run.result();
    }
  }
  return run.finish(run.size);
}

namespace {

template <u32 kLimit>
bool put_below(void* out, u32 c) {
  return c < kLimit && static_cast<ByteBuilder*>(out)->append(static_cast<char>(c));
}

template <u32 kLimit>
Result encode_below(const char* encoding, const char* reason, TextView text, EncodeHandler handler, ByteBuilder& out) {
  EncodeRun run(encoding, text, handler, out);
  if (text.ascii || (kLimit == 256 && text.width == 1)) {
    out.append(text.data, static_cast<usize>(text.length));
    return run.finish();
  }
  out.reserve(static_cast<usize>(text.length));
  for (isize i = 0; i < text.length;) {
    u32 c = text[i];
    if (c < kLimit) {
      if (!out.append(static_cast<char>(c))) break;
      ++i;
      continue;
    }
    isize end = i + 1;
    while (end < text.length && text[end] >= kLimit) ++end;
    if (!run.error(i, end, reason, put_below<kLimit>, &out, 1, i)) break;
  }
  return run.finish();
}

struct CharmapPut {
  int (*lookup)(void* context, u32 code_point);
  void* context;
  ByteBuilder& out;

  static bool call(void* self, u32 c) {
    auto* put = static_cast<CharmapPut*>(self);
    int byte = put->lookup(put->context, c);
    return byte >= 0 && put->out.append(static_cast<char>(byte));
  }
};

}  // namespace

Result encode_ascii(TextView text, EncodeHandler handler, ByteBuilder& out) {
  return encode_below<128>("ascii", "ordinal not in range(128)", text, handler, out);
}

Result encode_latin1(TextView text, EncodeHandler handler, ByteBuilder& out) {
  return encode_below<256>("latin-1", "ordinal not in range(256)", text, handler, out);
}

Result encode_charmap(TextView text, int (*lookup)(void* context, u32 code_point), void* context, EncodeHandler handler,
                      ByteBuilder& out) {
  EncodeRun run("charmap", text, handler, out);
  CharmapPut put{lookup, context, out};
  for (isize i = 0; i < text.length;) {
    int byte = lookup(context, text[i]);
    if (byte >= 0) {
      if (!out.append(static_cast<char>(byte))) break;
      ++i;
      continue;
    }
    isize end = i + 1;
    while (end < text.length && lookup(context, text[end]) < 0) ++end;
    if (!run.error(i, end, "character maps to <undefined>", CharmapPut::call, &put, 1, i)) break;
  }
  return run.finish();
}

}  // namespace py::codec
