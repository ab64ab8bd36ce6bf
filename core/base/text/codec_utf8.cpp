// UTF-8. The decoder takes ASCII sixteen bytes at a time and checks everything else against the table of well-formed
// sequences (Unicode standard, table 3-7), which also fixes the ranges that errors report.
#include <emmintrin.h>

#include <cstring>

#include "core/base/text/codec_errors.h"

namespace py::codec {

isize ascii_prefix(const void* bytes, isize count) {
  const u8* at = static_cast<const u8*>(bytes);
  isize i = 0;
  for (; i + 64 <= count; i += 64) {
    const auto* block = reinterpret_cast<const __m128i*>(at + i);
    __m128i any = _mm_or_si128(_mm_or_si128(_mm_loadu_si128(block), _mm_loadu_si128(block + 1)),
                               _mm_or_si128(_mm_loadu_si128(block + 2), _mm_loadu_si128(block + 3)));
    if (_mm_movemask_epi8(any)) break;
  }
  for (; i + 16 <= count; i += 16) {
    int high = _mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i)));
    if (high) return i + __builtin_ctz(static_cast<unsigned>(high));
  }
  while (i < count && at[i] < 0x80) ++i;
  return i;
}

namespace {

// What a sequence turned out to be.
struct Sequence {
  u32 code_point = 0;
  int length = 0;  // 0: malformed
  int bad = 0;     // malformed: how many bytes the error covers
  const char* reason = nullptr;
};

constexpr char kStart[] = "invalid start byte";
constexpr char kContinuation[] = "invalid continuation byte";
constexpr char kTruncated[] = "unexpected end of data";

bool is_continuation(u8 byte) { return (byte & 0xc0) == 0x80; }

Sequence read_sequence(const u8* at, isize left) {
  u8 lead = at[0];
  if (lead < 0xc2 || lead > 0xf4) return {0, 0, 1, kStart};
  int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  u8 low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  u8 high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  u32 c = lead & (0x7fu >> length);
  for (int i = 1; i < length; ++i) {
    if (i >= left) return {0, 0, static_cast<int>(left), kTruncated};
    if (i == 1 ? at[1] < low || at[1] > high : !is_continuation(at[i])) return {0, 0, i, kContinuation};
    c = c << 6 | (at[i] & 0x3fu);
  }
  return {c, length, 0, nullptr};
}

// The start of a surrogate may become whole with the next piece (for surrogatepass).
bool is_split_surrogate(const u8* at, isize left) {
  return left == 2 && at[0] == 0xed && at[1] >= 0xa0 && at[1] <= 0xbf;
}

// Decodes up to a chunk, ASCII or not, and appends it at once. Returns the bytes used; sequence.reason is set when it
// stopped before a malformed one.
isize decode_mixed(const u8* at, isize left, Sequence& sequence, TextBuilder& out) {
  constexpr isize kChunk = 256;
  u32 chunk[kChunk];
  isize used = 0, count = 0;
  while (count < kChunk && used < left) {
    u8 lead = at[used];
    if (lead < 0x80) {
      chunk[count++] = lead;
      ++used;
      continue;
    }
    if (lead >= 0xc2 && lead < 0xe0 && used + 1 < left && is_continuation(at[used + 1])) {
      chunk[count++] = (lead & 0x1fu) << 6 | (at[used + 1] & 0x3fu);
      used += 2;
      continue;
    }
    sequence = read_sequence(at + used, left - used);
    if (UNLIKELY(sequence.length == 0)) break;
    chunk[count++] = sequence.code_point;
    used += sequence.length;
  }
  out.append(TextView{chunk, count, 4, false});
  return used;
}

}  // namespace

Result decode_utf8(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out, Final final) {
  DecodeRun run("utf-8", bytes, count, handler, out, SurrogateForm::Utf8);
  isize i = 0;
  while (i < run.size) {
    const u8* at = run.input + i;
    if (*at < 0x80) {
      isize plain = ascii_prefix(at, run.size - i);
      if (!out.append_ascii(reinterpret_cast<const char*>(at), plain)) break;
      i += plain;
      continue;
    }
    Sequence sequence;
    isize used = decode_mixed(at, run.size - i, sequence, out);
    i += used;
    if (sequence.reason == nullptr) {
      if (out.failed()) break;
      continue;
    }
    at += used;
    if (final == Final::No && (sequence.reason == kTruncated || is_split_surrogate(at, run.size - i))) break;
    if (!run.error(i, i + sequence.bad, sequence.reason, i)) return run.result();
  }
  return run.finish(i);
}

bool append_utf8(TextBuilder& out, const char* bytes, isize count) { return decode_utf8(bytes, count, {}, out).ok(); }

bool append_utf8(ByteBuilder& out, u32 c) {
  char* place = out.reserve(4);
  if (!place) return false;
  int size = 0;
  if (c < 0x80) {
    place[size++] = static_cast<char>(c);
  } else {
    if (c < 0x800) {
      place[size++] = static_cast<char>(0xc0 | c >> 6);
    } else {
      if (c < 0x10000) {
        place[size++] = static_cast<char>(0xe0 | c >> 12);
      } else {
        place[size++] = static_cast<char>(0xf0 | c >> 18);
        place[size++] = static_cast<char>(0x80 | (c >> 12 & 0x3f));
      }
      place[size++] = static_cast<char>(0x80 | (c >> 6 & 0x3f));
    }
    place[size++] = static_cast<char>(0x80 | (c & 0x3f));
  }
  out.commit(static_cast<usize>(size));
  return true;
}

namespace {

bool is_surrogate(u32 c) { return c >= 0xd800 && c <= 0xdfff; }

bool put_utf8(void* out, u32 c) { return !is_surrogate(c) && append_utf8(*static_cast<ByteBuilder*>(out), c); }

template <class Char>
Result encode_utf8_chars(const Char* chars, TextView text, EncodeHandler handler, ByteBuilder& out) {
  EncodeRun run("utf-8", text, handler, out, SurrogateForm::Utf8);
  out.reserve(static_cast<usize>(text.length));
  for (isize i = 0; i < text.length;) {
    u32 c = chars[i];
    if (c < 0x80) {
      if (!out.append(static_cast<char>(c))) break;
      ++i;
    } else if (sizeof(Char) == 1 || LIKELY(!is_surrogate(c))) {
      if (!append_utf8(out, c)) break;
      ++i;
    } else {
      isize end = i + 1;
      while (end < text.length && is_surrogate(chars[end])) ++end;
      if (!run.error(i, end, "surrogates not allowed", put_utf8, &out, 1, i)) break;
    }
  }
  return run.finish();
}

}  // namespace

Result encode_utf8(TextView text, EncodeHandler handler, ByteBuilder& out) {
  if (text.ascii) {
    EncodeRun run("utf-8", text, handler, out);
    out.append(text.data, static_cast<usize>(text.length));
    return run.finish();
  }
  return with_chars(text, [&](auto* chars) { return encode_utf8_chars(chars, text, handler, out); });
}

}  // namespace py::codec
