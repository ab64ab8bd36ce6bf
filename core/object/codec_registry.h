// Text to bytes and back by the name of an encoding: the usual ones at once, the others by the registry of codecs that
// the `_codecs` module shows; and the registry of error handlers.
// Threads: any. The registries are dicts and lists that are shared between threads; a lookup that misses may run the search
// functions twice in two threads, and the first result stays.
#pragma once
#include "core/base/text/codec.h"
#include "core/object/str.h"

namespace py {

// bytes of the text; `encoding` null: utf-8; `errors` null: strict. LookupError when the codec is no text encoding.
Result<Ref<>> encode_text(Thread& thread, Str& text, Str* encoding, Str* errors);
// str of any bytes-like object.
Result<Ref<>> decode_text(Thread& thread, Value bytes, Str* encoding, Str* errors);
// For what is UTF-8 by definition.
Result<Ref<>> encode_utf8(Thread& thread, Str& text, Str* errors = nullptr);
Result<Ref<>> decode_utf8(Thread& thread, std::string_view bytes, Str* errors = nullptr);

// The registry: (encoder, decoder, reader, writer).
Result<Ref<>> lookup_codec(Thread& thread, std::string_view encoding);
Result<void> register_codec_search(Thread& thread, Value search_function);
Result<void> unregister_codec_search(Thread& thread, Value search_function);
// codec(object, errors) of codecs.encode and codecs.decode; `errors` may be null.
enum class CodecSide : u8 { Encode = 0, Decode = 1 };
Result<Ref<>> run_codec(Thread& thread, CodecSide side, Value object, Str& encoding, Str* errors);

Result<Ref<>> lookup_error_handler(Thread& thread, std::string_view name);
Result<void> register_error_handler(Thread& thread, Str& name, Value handler);

// Raises what a codec's failed result stands for.
COLD Failure raise_decode_error(Thread& thread, const codec::CodecError& error, std::string_view bytes);
COLD Failure raise_encode_error(Thread& thread, const codec::CodecError& error, Str& text);

// One run of a builtin decoder: makes its handler from the errors argument and turns its result into a str or an exception.
class Decoding {
 public:
  Decoding(Thread& thread, std::string_view bytes, Str* errors);
  codec::DecodeHandler handler();
  // The text, or the exception that the result stands for.
  Result<Ref<Str>> finish(const codec::Result& result);
  TextBuilder out;
  const void* data() const { return bytes_.data(); }
  isize size() const { return static_cast<isize>(bytes_.size()); }

 private:
  static bool call(void* context, const codec::CodecError& error, const u8*& input, isize& size, TextBuilder& out,
                   isize& resume);
  Result<void> handle(const codec::CodecError& error, const u8*& input, isize& size, TextBuilder& out, isize& resume);

  Thread& thread_;
  std::string_view bytes_;
  Str* errors_;
  Ref<> handler_, exception_, object_;
};

class Encoding {
 public:
  Encoding(Thread& thread, Str& text, Str* errors);
  codec::EncodeHandler handler();
  Result<Ref<>> finish(const codec::Result& result);
  ByteBuilder out;

 private:
  static bool call(void* context, const codec::CodecError& error, TextView& replacement, bool& is_bytes, isize& resume);
  Result<void> handle(const codec::CodecError& error, TextView& replacement, bool& is_bytes, isize& resume);

  Thread& thread_;
  Str& text_;
  Str* errors_;
  Ref<> handler_, exception_, replacement_;
};

}  // namespace py
