// The bytes of a text stream: its decoder and encoder.
#include "core/modules/io/text_wrapper.h"
#include "core/object/codec_registry.h"

#include <langinfo.h>

#include <cstring>

namespace py::io {

namespace {

struct CodecName {
  const char* name;
  Codec codec;
};
constexpr CodecName kCodecNames[] = {
    {"utf8", Codec::Utf8},     {"u8", Codec::Utf8},           {"cp65001", Codec::Utf8},      {"ascii", Codec::Ascii},
    {"usascii", Codec::Ascii}, {"646", Codec::Ascii},         {"latin1", Codec::Latin1},     {"iso88591", Codec::Latin1},
    {"l1", Codec::Latin1},     {"latin", Codec::Latin1},      {"ansix3.41968", Codec::Ascii},
};

Result<Ref<>> make_incremental(Thread& thread, TextWrapper& self, const char* attribute) {
  Ref<> info = TRY(lookup_codec(thread, as<Str>(self.encoding.peek()).utf8()));
  Ref<> factory = TRY(get_attribute(thread, info, attribute));
  if (factory.value().is_none()) return raise(thread, types.LookupError, "codec has no {}", attribute);
  Ref<> errors = self.errors.load();
  return call(thread, factory, {errors});
}

// TypeError-like LookupError for what is no text encoding (hex, rot13).
Result<void> check_text_codec(Thread& thread, TextWrapper& self) {
  Ref<> info = TRY(lookup_codec(thread, as<Str>(self.encoding.peek()).utf8()));
  Ref<> is_text = TRY(get_attribute_or_empty(thread, info, "_is_text_encoding"));
  if (is_text.is_empty() || TRY(is_true(thread, is_text))) return {};
  return raise(thread, types.LookupError, "'{}' is not a text encoding; use codecs.open() to handle arbitrary codecs",
               as<Str>(self.encoding.peek()));
}

Result<Ref<Str>> decode_natively(Thread& thread, TextWrapper& self, std::string_view bytes, bool final) {
  std::string joined;
  if (self.tail_size) {
    joined.assign(reinterpret_cast<const char*>(self.tail), self.tail_size);
    joined += bytes;
    bytes = joined;
  }
  Ref<> errors = self.errors.load();
  Decoding decoding(thread, bytes, &as<Str>(errors));
  codec::Result result;
  switch (self.codec) {
    case Codec::Utf8:
      result = codec::decode_utf8(decoding.data(), decoding.size(), decoding.handler(), decoding.out, final ? codec::Final::Yes : codec::Final::No);
      break;
    case Codec::Ascii: result = codec::decode_ascii(decoding.data(), decoding.size(), decoding.handler(), decoding.out); break;
    default: result = codec::decode_latin1(decoding.data(), decoding.size(), decoding.out); break;
  }
  if (self.codec == Codec::Utf8 && !final && result.ok()) {
    const usize left = bytes.size() - static_cast<usize>(result.consumed);
    if (left <= sizeof self.tail) {
      self.tail_size = static_cast<u8>(left);
      std::memcpy(self.tail, bytes.data() + result.consumed, left);
    }
  } else {
    self.tail_size = 0;
  }
  return decoding.finish(result);
}

}  // namespace

std::string_view locale_encoding() {
  const std::string_view codeset = nl_langinfo(CODESET);
  // The C locale: as with PEP 540, everything is UTF-8 then.
  if (codeset.empty() || codeset == "ANSI_X3.4-1968") return "UTF-8";
  return codeset;
}

Codec codec_named(const Str& encoding) {
  if (!encoding.is_ascii()) return Codec::Other;
  char plain[16];
  usize size = 0;
  for (char c : encoding.ascii()) {
    if (c == '-' || c == '_' || c == ' ') continue;
    if (size == sizeof plain - 1) return Codec::Other;
    plain[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  for (const CodecName& row : kCodecNames) {
    if (std::string_view(plain, size) == row.name) return row.codec;
  }
  return Codec::Other;
}

Result<void> make_codecs(Thread& thread, TextWrapper& self) {
  self.codec = codec_named(as<Str>(self.encoding.peek()));
  self.tail_size = 0;
  self.at_start = true;
  self.encoder.store(self, None);
  self.decoder.store(self, None);
  if (self.codec == Codec::Other) {
    TRY(check_text_codec(thread, self));
    if (self.readable) self.decoder.store(self, TRY(make_incremental(thread, self, "incrementaldecoder")));
    if (self.writable) self.encoder.store(self, TRY(make_incremental(thread, self, "incrementalencoder")));
  }
  if (self.readable && self.universal) {
    self.newline_decoder.store(self, Ref<>(TRY(make_newline_decoder(thread, self.translate))));
  } else {
    self.newline_decoder.store(self, None);
  }
  return {};
}

Result<Ref<Str>> decode_chunk(Thread& thread, TextWrapper& self, std::string_view bytes, bool final) {
  Ref<Str> text;
  if (self.codec != Codec::Other) {
    text = TRY(decode_natively(thread, self, bytes, final));
  } else {
    Ref<Bytes> input = TRY(Bytes::from(thread, bytes));
    Ref<> decoder = self.decoder.load();
    Ref<> output = TRY(call_method(thread, decoder, names::decode(), {input.value(), Value::boolean(final)}));
    if (!is<Str>(output)) return raise(thread, types.TypeError, "decoder should return a string result, not '{}'", type_of(output));
    text = Ref<Str>::share(&as<Str>(output));
  }
  Ref<> newlines = self.newline_decoder.load();
  if (!is<NewlineDecoder>(newlines)) return text;
  return translate_newlines(thread, as<NewlineDecoder>(newlines), *text, final);
}

Result<DecoderState> decoder_state(Thread& thread, TextWrapper& self) {
  DecoderState state;
  if (self.codec != Codec::Other) {
    state.bytes.assign(reinterpret_cast<const char*>(self.tail), self.tail_size);
  } else {
    Ref<> decoder = self.decoder.load();
    Ref<> pair = TRY(call_method(thread, decoder, *io_names.getstate));
    if (!is<Tuple>(pair) || as<Tuple>(pair).length != 2) return raise(thread, types.TypeError, "illegal decoder state");
    const Value bytes = as<Tuple>(pair)[0];
    if (!is<Bytes>(bytes)) {
      return raise(thread, types.TypeError, "illegal decoder state: the first item should be a bytes object, not '{}'", type_of(bytes));
    }
    state.bytes = as<Bytes>(bytes).view();
    state.flags = TRY(to_i64(thread, as<Tuple>(pair)[1]));
  }
  const Value newlines = self.newline_decoder.peek();
  if (is<NewlineDecoder>(newlines)) state.flags = state.flags << 1 | (as<NewlineDecoder>(newlines).pending_cr.load() ? 1 : 0);
  return state;
}

Result<void> set_decoder_state(Thread& thread, TextWrapper& self, std::string_view bytes, i64 flags) {
  const Value newlines = self.newline_decoder.peek();
  if (is<NewlineDecoder>(newlines)) {
    as<NewlineDecoder>(newlines).pending_cr.store(flags & 1);
    flags >>= 1;
  }
  if (self.codec != Codec::Other) {
    self.tail_size = static_cast<u8>(bytes.size() < sizeof self.tail ? bytes.size() : sizeof self.tail);
    std::memcpy(self.tail, bytes.data(), self.tail_size);
    return {};
  }
  Ref<Bytes> content = TRY(Bytes::from(thread, bytes));
  Ref<> number = TRY(make_int(thread, flags));
  Ref<Tuple> state = TRY(Tuple::from(thread, {content.value(), number}));
  Ref<> decoder = self.decoder.load();
  TRY(call_method(thread, decoder, *io_names.setstate, {state.value()}));
  return {};
}

Result<void> reset_decoder(Thread& thread, TextWrapper& self) {
  if (!self.readable) return {};
  self.tail_size = 0;
  const Value newlines = self.newline_decoder.peek();
  if (is<NewlineDecoder>(newlines)) {
    as<NewlineDecoder>(newlines).pending_cr.store(false);
    as<NewlineDecoder>(newlines).seen.store(0);
  }
  Ref<> decoder = self.decoder.load();
  if (!decoder.value().is_none()) TRY(call_method(thread, decoder, *io_names.reset));
  return {};
}

Result<void> encode_pending(Thread& thread, TextWrapper& self, Str& text) {
  ByteBuilder& out = *self.pending;
  if (self.codec != Codec::Other && text.is_ascii()) {
    if (!out.append(text.data(), static_cast<usize>(text.length()))) return raise_memory_error(thread);
    return {};
  }
  if (self.codec != Codec::Other) {
    Ref<> errors = self.errors.load();
    Encoding encoding(thread, text, &as<Str>(errors));
    const codec::Result result = self.codec == Codec::Utf8    ? codec::encode_utf8(text.view(), encoding.handler(), encoding.out)
                                 : self.codec == Codec::Ascii ? codec::encode_ascii(text.view(), encoding.handler(), encoding.out)
                                                              : codec::encode_latin1(text.view(), encoding.handler(), encoding.out);
    Ref<> bytes = TRY(encoding.finish(result));
    if (!out.append(as<Bytes>(bytes).data(), static_cast<usize>(as<Bytes>(bytes).length))) return raise_memory_error(thread);
    return {};
  }
  Ref<> encoder = self.encoder.load();
  Ref<> bytes = TRY(call_method(thread, encoder, names::encode(), {text.value()}));
  if (!is<Bytes>(bytes)) return raise(thread, types.TypeError, "encoder should return a bytes object, not '{}'", type_of(bytes));
  self.at_start = false;
  if (!self.pending->append(as<Bytes>(bytes).data(), static_cast<usize>(as<Bytes>(bytes).length))) return raise_memory_error(thread);
  return {};
}

Result<void> reset_encoder(Thread& thread, TextWrapper& self, bool at_start) {
  self.at_start = at_start;
  Ref<> encoder = self.encoder.load();
  if (encoder.value().is_none() || encoder.is_empty()) return {};
  if (at_start) {
    TRY(call_method(thread, encoder, *io_names.reset));
  } else {
    TRY(call_method(thread, encoder, *io_names.setstate, {Value::integer(0)}));
  }
  return {};
}

}  // namespace py::io
