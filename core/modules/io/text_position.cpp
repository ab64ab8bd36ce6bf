// tell() and seek() of TextIOWrapper. A position is a cookie: where the buffer has to start, the decoder's flags there, how
// many bytes to feed, and how many characters to skip after that:
//
//   start_pos | flags << 64 | bytes_to_feed << 96 | chars_to_skip << 128 | need_eof << 160
#include "core/modules/io/text_wrapper.h"

namespace py::io {

namespace {

struct Cookie {
  i64 start = 0;
  i64 flags = 0;
  i64 feed = 0;
  i64 skip = 0;
  bool need_eof = false;
};

Result<Ref<>> pack(Thread& thread, const Cookie& cookie) {
  Ref<> result = TRY(make_int(thread, cookie.start));
  const i64 parts[] = {cookie.flags, cookie.feed, cookie.skip, cookie.need_eof ? 1 : 0};
  for (int i = 0; i < 4; ++i) {
    if (!parts[i]) continue;
    Ref<> part = TRY(binary(thread, BinaryOp::left_shift, Value::integer(parts[i]), Value::integer(64 + 32 * i)));
    result = TRY(binary(thread, BinaryOp::bit_or, result, part));
  }
  return result;
}
Result<Cookie> unpack(Thread& thread, Value number) {
  Cookie cookie;
  Ref<> mask = TRY(make_int_unsigned(thread, ~u64{0}));
  Ref<> start = TRY(binary(thread, BinaryOp::bit_and, number, mask));
  cookie.start = static_cast<i64>(TRY(to_u64(thread, start)));
  i64* parts[] = {&cookie.flags, &cookie.feed, &cookie.skip};
  for (int i = 0; i < 3; ++i) {
    Ref<> shifted = TRY(binary(thread, BinaryOp::right_shift, number, Value::integer(64 + 32 * i)));
    Ref<> part = TRY(binary(thread, BinaryOp::bit_and, shifted, Value::integer(0xFFFFFFFF)));
    *parts[i] = TRY(to_i64(thread, part));
  }
  Ref<> last = TRY(binary(thread, BinaryOp::right_shift, number, Value::integer(160)));
  cookie.need_eof = TRY(is_true(thread, last));
  return cookie;
}

Result<void> start_decoder(Thread& thread, TextWrapper& self, const Cookie& cookie) {
  if (cookie.start == 0 && cookie.flags == 0) {
    // Keeps what newlines were seen: only the position moves.
    const Value newlines = self.newline_decoder.peek();
    const u8 seen = is<NewlineDecoder>(newlines) ? as<NewlineDecoder>(newlines).seen.load() : 0;
    TRY(reset_decoder(thread, self));
    if (is<NewlineDecoder>(self.newline_decoder.peek())) as<NewlineDecoder>(self.newline_decoder.peek()).seen.store(seen);
    return {};
  }
  return set_decoder_state(thread, self, "", cookie.flags);
}

// Finds, going back from an estimate, a number of input bytes after which the decoder holds nothing and no more than the
// wanted characters came out. Updates flags and the characters still to skip.
Result<i64> find_start(Thread& thread, TextWrapper& self, std::string_view input, Cookie& cookie, i64& skip) {
  i64 bytes = static_cast<i64>(self.bytes_per_char * static_cast<double>(skip));
  if (bytes > static_cast<i64>(input.size())) bytes = static_cast<i64>(input.size());
  i64 back = 1;
  while (bytes > 0) {
    TRY(start_decoder(thread, self, cookie));
    const isize decoded = TRY(decode_chunk(thread, self, input.substr(0, static_cast<usize>(bytes)), false))->length();
    if (decoded <= skip) {
      const DecoderState state = TRY(decoder_state(thread, self));
      if (state.bytes.empty()) {
        cookie.flags = state.flags;
        skip -= decoded;
        return bytes;
      }
      bytes -= static_cast<i64>(state.bytes.size());
      back = 1;
    } else {
      bytes -= back;
      back *= 2;
    }
  }
  TRY(start_decoder(thread, self, cookie));
  return i64{0};
}

// From there byte by byte: every place where the decoder holds nothing is a better start.
Result<void> walk(Thread& thread, TextWrapper& self, std::string_view input, Cookie& cookie, i64& skip) {
  i64 decoded = 0;
  usize at = 0;
  for (; at < input.size(); ++at) {
    decoded += TRY(decode_chunk(thread, self, input.substr(at, 1), false))->length();
    ++cookie.feed;
    const DecoderState state = TRY(decoder_state(thread, self));
    if (state.bytes.empty() && decoded <= skip) {
      cookie.start += cookie.feed;
      skip -= decoded;
      cookie.flags = state.flags;
      cookie.feed = 0;
      decoded = 0;
    }
    if (decoded >= skip) return {};
  }
  decoded += TRY(decode_chunk(thread, self, "", true))->length();
  cookie.need_eof = true;
  if (decoded < skip) return raise(thread, types.OSError, "can't reconstruct logical file position");
  return {};
}

Result<Ref<>> reconstruct(Thread& thread, TextWrapper& self, Cookie cookie, std::string_view input) {
  i64 skip = self.used;
  const i64 bytes = TRY(find_start(thread, self, input, cookie, skip));
  cookie.start += bytes;
  if (skip) TRY(walk(thread, self, input.substr(static_cast<usize>(bytes)), cookie, skip));
  cookie.skip = skip;
  return pack(thread, cookie);
}

Result<Ref<>> buffer_position(Thread& thread, TextWrapper& self, i64 offset, int whence) {
  Ref<> buffer = self.buffer.load();
  return call_method(thread, buffer, names::seek(), {TRY(make_int(thread, offset)), Value::integer(whence)});
}

Result<Ref<>> seek_to_end(Thread& thread, TextWrapper& self) {
  TRY(call_for_effect(thread, self.value(), names::flush()));
  set_decoded(self, Ref<>::adopt(None));
  drop_snapshot(self);
  TRY(reset_decoder(thread, self));
  Ref<> position = TRY(buffer_position(thread, self, 0, 2));
  TRY(reset_encoder(thread, self, position.value() == Value::integer(0)));
  return position;
}

Result<void> skip_characters(Thread& thread, TextWrapper& self, const Cookie& cookie) {
  Ref<> buffer = self.buffer.load();
  Ref<> input = TRY(call_method(thread, buffer, names::read(), {TRY(make_int(thread, cookie.feed))}));
  if (!is<Bytes>(input)) return raise(thread, types.TypeError, "underlying read() should have returned a bytes object, not '{}'", type_of(input));
  self.snapshot_flags = cookie.flags;
  self.snapshot_bytes.store(self, input.share());
  self.has_snapshot = true;
  Ref<Str> text = TRY(decode_chunk(thread, self, as<Bytes>(input).view(), cookie.need_eof));
  const isize characters = text->length();
  set_decoded(self, Ref<>(std::move(text)));
  if (characters < cookie.skip) return raise(thread, types.OSError, "can't restore logical file position");
  self.used = cookie.skip;
  return {};
}

}  // namespace

Result<Ref<>> text_tell(Thread& thread, TextWrapper& self) {
  if (!self.seekable) return raise_unsupported(thread, "underlying stream is not seekable");
  if (!self.telling) return raise(thread, types.OSError, "telling position disabled by next() call");
  TRY(flush_pending(thread, self));
  TRY(call_for_effect(thread, self.value(), names::flush()));
  Ref<> buffer = self.buffer.load();
  Ref<> position = TRY(call_method(thread, buffer, *io_names.tell));
  if (!self.readable || !self.has_snapshot) return position;
  Ref<> input = self.snapshot_bytes.load();
  const std::string_view bytes = as<Bytes>(input).view();
  Cookie cookie;
  cookie.start = TRY(to_i64(thread, position)) - static_cast<i64>(bytes.size());
  cookie.flags = self.snapshot_flags;
  if (self.used == 0 || !self.decoded_text()) return pack(thread, cookie);
  const DecoderState saved = TRY(decoder_state(thread, self));
  Result<Ref<>> result = reconstruct(thread, self, cookie, bytes);
  Ref<> error = result.failed() ? take_pending(thread) : Ref<>();
  Result<void> restored = set_decoder_state(thread, self, saved.bytes, saved.flags);
  if (!error.is_empty()) {
    if (restored.failed()) clear_pending(thread);
    return raise_value(thread, error);
  }
  if (restored.failed()) return failure;
  return result;
}

Result<Ref<>> text_seek(Thread& thread, TextWrapper& self, Value position, int whence) {
  if (!self.seekable) return raise_unsupported(thread, "underlying stream is not seekable");
  Ref<> target = Ref<>::share(position);
  if (whence < 0 || whence > 2) return raise(thread, types.ValueError, "invalid whence ({}, should be 0, 1 or 2)", whence);
  if (whence != 0 && TRY(is_true(thread, position))) {
    return raise_unsupported(thread, whence == 1 ? "can't do nonzero cur-relative seeks" : "can't do nonzero end-relative seeks");
  }
  if (whence == 2) return seek_to_end(thread, self);
  if (whence == 1) target = TRY(call_method(thread, self.value(), *io_names.tell));
  if (TRY(compare_bool(thread, target, Value::integer(0), CompareOp::Less))) {
    return raise(thread, types.ValueError, "negative seek position {!r}", target.value());
  }
  TRY(call_for_effect(thread, self.value(), names::flush()));
  const Cookie cookie = TRY(unpack(thread, target));
  TRY(buffer_position(thread, self, cookie.start, 0));
  set_decoded(self, Ref<>::adopt(None));
  drop_snapshot(self);
  if (self.readable) TRY(start_decoder(thread, self, cookie));
  if (cookie.skip) {
    TRY(skip_characters(thread, self, cookie));
  } else {
    self.snapshot_flags = cookie.flags;
    self.snapshot_bytes.store(self, Ref<>(TRY(Bytes::from(thread, ""))));
    self.has_snapshot = true;
  }
  TRY(reset_encoder(thread, self, cookie.start == 0 && cookie.flags == 0));
  return target;
}

}  // namespace py::io
