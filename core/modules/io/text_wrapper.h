// TextIOWrapper: text over a buffered binary stream.
//
//   buffer --read1--> bytes --decoder--> [newline decoder] --> decoded (up to `used` already given out)
//
// `snapshot_*` is the decoder's state and the bytes that were fed since, so that tell() can name a place to start from.
// UTF-8, ASCII and Latin-1 are decoded and encoded here (Codec); every other codec is an incremental decoder and encoder.
// Threads: everything but the first flags is used under `lock`, which its owner may take again: a codec or a signal handler may print.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/modules/io/newlines.h"

namespace py::io {

enum class Codec : u8 { Other, Utf8, Ascii, Latin1 };

class TextWrapper final : public Object {
 public:
  Field buffer, encoding, errors, encoder, decoder, newline_decoder, read_newline, decoded, snapshot_bytes;
  CallLock lock;
  Codec codec;
  std::atomic<bool> ok, detached, finalizing;
  bool readable, writable;
  bool line_buffering, write_through, universal, translate, write_translate, write_cr, write_lf;
  bool seekable, has_read1, telling, at_start, has_snapshot;  // at_start: the encoder has written nothing
  u8 tail_size;  // bytes of an incomplete UTF-8 sequence, in `tail`
  u8 tail[4];
  isize chunk_size, used;
  i64 snapshot_flags;
  double bytes_per_char;  // of the last chunk
  ByteBuilder* pending;   // encoded, not handed to the buffer

  Str* errors_str() { return static_cast<Str*>(errors.peek().object()); }
  Str* decoded_text() { return decoded.peek().is_object() ? static_cast<Str*>(decoded.peek().object()) : nullptr; }
};

// The lock, and a stream that is initialised, attached and open.
Result<void> enter(Thread& thread, TextWrapper& self, CallGuard& guard);
Result<void> check_attached(Thread& thread, TextWrapper& self);
Result<bool> text_closed(Thread& thread, TextWrapper& self);

// Codecs (text_codec.cpp)
struct DecoderState {
  std::string bytes;
  i64 flags = 0;
};
Codec codec_named(const Str& encoding);
// Makes encoder and decoder for self.encoding and self.errors.
Result<void> make_codecs(Thread& thread, TextWrapper& self);
Result<Ref<Str>> decode_chunk(Thread& thread, TextWrapper& self, std::string_view bytes, bool final);
Result<DecoderState> decoder_state(Thread& thread, TextWrapper& self);
Result<void> set_decoder_state(Thread& thread, TextWrapper& self, std::string_view bytes, i64 flags);
Result<void> reset_decoder(Thread& thread, TextWrapper& self);
// Appends the encoded text to self.pending.
Result<void> encode_pending(Thread& thread, TextWrapper& self, Str& text);
Result<void> reset_encoder(Thread& thread, TextWrapper& self, bool at_start);
// The locale's encoding, as io.open uses it when none is given.
std::string_view locale_encoding();

// Reading and writing (text_stream.cpp)
void set_decoded(TextWrapper& self, Ref<>&& text);
void drop_snapshot(TextWrapper& self);
Result<void> flush_pending(Thread& thread, TextWrapper& self);
Result<bool> read_chunk(Thread& thread, TextWrapper& self, isize hint);  // false: the end
Result<isize> text_write(Thread& thread, TextWrapper& self, Str& text);
Result<Ref<Str>> text_read(Thread& thread, TextWrapper& self, isize count);
Result<Ref<Str>> text_readline(Thread& thread, TextWrapper& self, isize limit);

// Positions (text_position.cpp)
Result<Ref<>> text_tell(Thread& thread, TextWrapper& self);
Result<Ref<>> text_seek(Thread& thread, TextWrapper& self, Value cookie, int whence);

}  // namespace py::io

namespace py::detail {
template <>
struct TypeInfo<py::io::TextWrapper> {
  static Type& type() { return *py::io::io_types.text_io_wrapper; }
  static constexpr u32 kFlag = 0;
};
}  // namespace py::detail
