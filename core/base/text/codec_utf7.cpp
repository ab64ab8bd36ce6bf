// UTF-7 (RFC 2152).
#include "core/base/text/codec_errors.h"

namespace py::codec {

namespace {

int base64_value(u8 c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// What may stand for itself: RFC 2152's direct and optional direct characters, white space, but not '+', '\\', '~'.
bool is_direct(u32 c) { return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c <= '}' && c != '+' && c != '\\'); }
bool is_high(u32 c) { return c >= 0xd800 && c <= 0xdbff; }
bool is_low(u32 c) { return c >= 0xdc00 && c <= 0xdfff; }

// A base64 section being read: bits not yet used, and a high surrogate that waits for its partner.
struct Section {
  u32 bits = 0;
  int count = 0;
  u32 high = 0;

  void put(u32 unit, TextBuilder& out) {
    if (high) {
      if (is_low(unit)) {
        out.append(0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
        high = 0;
        return;
      }
      out.append(high);
      high = 0;
    }
    if (is_high(unit)) {
      high = unit;
    } else {
      out.append(unit);
    }
  }
  void take(int value, TextBuilder& out) {
    bits = bits << 6 | static_cast<u32>(value);
    count += 6;
    if (count < 16) return;
    count -= 16;
    put(bits >> count & 0xffff, out);
    bits &= (1u << count) - 1;
  }
};

}  // namespace

Result decode_utf7(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out, Final final) {
  DecodeRun run("utf7", bytes, count, handler, out);
  Section section;
  bool inside = false;
  isize section_start = 0;  // of the '+'
  isize out_start = 0;      // length of the result there
  isize i = 0;
  while (i < run.size && !out.failed()) {
    u8 c = run.input[i];
    const char* reason = nullptr;
    isize start = i, end = i + 1;
    if (inside) {
      int value = base64_value(c);
      if (value >= 0) {
        section.take(value, out);
        ++i;
        continue;
      }
      inside = false;
      if (section.count >= 6) {
        reason = "partial character in shift sequence";
        start = section_start;
        end = ++i;
      } else if (section.bits != 0) {
        reason = "non-zero padding bits in shift sequence";
        start = section_start;
        end = ++i;
      } else {
        if (section.high && is_direct(c)) out.append(section.high);
        section.high = 0;
        if (c == '-') ++i;
        continue;
      }
    } else if (c == '+') {
      section_start = i++;
      if (i < run.size && run.input[i] == '-') {
        ++i;
        out.append('+');
        continue;
      }
      if (i < run.size && base64_value(run.input[i]) < 0) {
        reason = "ill-formed sequence";
        end = ++i;
      } else {
        inside = true;
        section = {};
        out_start = out.length();
        continue;
      }
    } else if (c < 128) {
      out.append(c);
      ++i;
      continue;
    } else {
      reason = "unexpected special character";
      section_start = i;
      end = ++i;
    }
    if (!run.error(start, end, reason, i)) return run.result();
  }
  if (inside && final == Final::Yes) {
    inside = false;
    if (section.high || section.count >= 6 || (section.count > 0 && section.bits != 0)) {
      if (!run.error(section_start, run.size, "unterminated shift sequence", i)) return run.result();
    }
  }
  if (inside) {
    // The whole section is read again with the next piece.
    out.truncate(out_start);
    return run.finish(section_start);
  }
  return run.finish(i);
}

Result encode_utf7(TextView text, ByteBuilder& out) {
  u32 bits = 0;
  int count = 0;
  bool inside = false;
  auto flush = [&] {
    for (; count >= 6; count -= 6) out.append(kBase64[bits >> (count - 6) & 0x3f]);
  };
  auto put = [&](u32 unit) {
    bits = bits << 16 | unit;
    count += 16;
    flush();
  };
  for (isize i = 0; i < text.length; ++i) {
    u32 c = text[i];
    bool direct = is_direct(c);
    if (inside && direct) {
      if (count) out.append(kBase64[bits << (6 - count) & 0x3f]);
      bits = 0;
      count = 0;
      inside = false;
      if (base64_value(static_cast<u8>(c)) >= 0 || c == '-') out.append('-');
    }
    if (direct) {
      out.append(static_cast<char>(c));
    } else if (!inside && c == '+') {
      out.append("+-", 2);
    } else {
      if (!inside) out.append('+');
      inside = true;
      if (c >= 0x10000) {
        put(0xd800 | (c - 0x10000) >> 10);
        c = 0xdc00 | ((c - 0x10000) & 0x3ff);
      }
      put(c);
    }
  }
  if (count) out.append(kBase64[bits << (6 - count) & 0x3f]);
  if (inside) out.append('-');
  Result result;
  result.consumed = text.length;
  if (out.failed()) result.status = Status::OutOfMemory;
  return result;
}

}  // namespace py::codec
