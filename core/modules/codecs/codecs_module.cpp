// `_codecs`: the registry of codecs and error handlers, and the builtin codecs one by one.
#include "core/modules/codecs/codecs.h"
#include "core/modules/registry.h"
#include "core/object/codec_registry.h"
#include "core/object/sequence.h"
#include "core/object/warning.h"
#include "core/vm/imports.h"

namespace py {

namespace {

using codec::ByteOrder;
using codec::Final;

Result<Ref<>> pair_of(Thread& thread, Value value, isize count) {
  return Tuple::from(thread, {value, Value::integer(count)});
}

Result<Ref<>> decoded_pair(Thread& thread, Decoding& run, const codec::Result& result) {
  Ref<Str> text = TRY(run.finish(result));
  return pair_of(thread, text.value(), result.consumed);
}
Result<Ref<>> encoded_pair(Thread& thread, Encoding& run, Str& text, const codec::Result& result) {
  Ref<> bytes = TRY(run.finish(result));
  return pair_of(thread, bytes, text.length());
}

Final final_of(bool is_final) { return is_final ? Final::Yes : Final::No; }

// Decoders

template <auto kernel>
Result<Ref<>> decode_stateful(Thread& thread, Buffer& data, Str* errors, bool is_final) {
  Decoding run(thread, data.view(), errors);
  return decoded_pair(thread, run, kernel(run.data(), run.size(), run.handler(), run.out, final_of(is_final)));
}
template <auto kernel, ByteOrder order>
Result<Ref<>> decode_wide(Thread& thread, Buffer& data, Str* errors, bool is_final) {
  Decoding run(thread, data.view(), errors);
  ByteOrder found = order;
  return decoded_pair(thread, run, kernel(run.data(), run.size(), run.handler(), found, run.out, final_of(is_final)));
}
// Also says which byte order it is: -1 little, 1 big, 0 not known yet.
template <auto kernel>
Result<Ref<>> decode_wide_ex(Thread& thread, Buffer& data, Str* errors, int order, bool is_final) {
  Decoding run(thread, data.view(), errors);
  ByteOrder found = order < 0 ? ByteOrder::Little : order > 0 ? ByteOrder::Big : ByteOrder::Native;
  const codec::Result result = kernel(run.data(), run.size(), run.handler(), found, run.out, final_of(is_final));
  Ref<Str> text = TRY(run.finish(result));
  return Tuple::from(thread, {text.value(), Value::integer(result.consumed), Value::integer(static_cast<int>(found))});
}

Result<Ref<>> ascii_decode(Thread& thread, Buffer& data, Str* errors) {
  Decoding run(thread, data.view(), errors);
  return decoded_pair(thread, run, codec::decode_ascii(run.data(), run.size(), run.handler(), run.out));
}
Result<Ref<>> latin_1_decode(Thread& thread, Buffer& data, Str*) {
  Ref<Str> text = TRY(Str::from_latin1(thread, data.view()));
  return pair_of(thread, text.value(), data.size);
}

// Escapes are decoded from bytes-like objects, or from the UTF-8 form of a str.
Result<Buffer> open_escaped(Thread& thread, Value data) {
  if (!is<Str>(data)) return get_buffer(thread, data);
  Ref<> bytes = TRY(encode_utf8(thread, as<Str>(data)));
  return get_buffer(thread, bytes);
}

Result<void> warn_invalid_escape(Thread& thread, std::string_view bytes, isize at) {
  if (at < 0 || at >= static_cast<isize>(bytes.size())) return {};
  const u8 c = static_cast<u8>(bytes[static_cast<usize>(at)]);
  char text[64];
  if (c >= '4' && c <= '7') {
    const int digits = static_cast<int>(std::min<usize>(3, bytes.size() - static_cast<usize>(at)));
    std::snprintf(text, sizeof text, "invalid octal escape sequence '\\%.*s'", digits, bytes.data() + at);
    return warn(thread, *types.DeprecationWarning, text);
  }
  Ref<Str> shown = TRY(Str::from_latin1(thread, bytes.substr(static_cast<usize>(at), 1)));
  return warn(thread, *types.DeprecationWarning, "invalid escape sequence '\\" + shown->utf8() + "'");
}

Result<Ref<>> unicode_escape_decode(Thread& thread, Value data, Str* errors, bool is_final) {
  Buffer buffer = TRY(open_escaped(thread, data));
  Decoding run(thread, buffer.view(), errors);
  isize invalid = -1;
  const codec::Result result =
      codec::decode_unicode_escape(run.data(), run.size(), run.handler(), run.out, final_of(is_final), invalid);
  Ref<> pair = TRY(decoded_pair(thread, run, result));
  TRY(warn_invalid_escape(thread, buffer.view(), invalid));
  return pair;
}
Result<Ref<>> raw_unicode_escape_decode(Thread& thread, Value data, Str* errors, bool is_final) {
  Buffer buffer = TRY(open_escaped(thread, data));
  Decoding run(thread, buffer.view(), errors);
  return decoded_pair(thread, run, codec::decode_raw_unicode_escape(run.data(), run.size(), run.handler(), run.out,
                                                                    final_of(is_final)));
}
Result<Ref<>> escape_decode(Thread& thread, Value data, Str* errors) {
  Buffer buffer = TRY(open_escaped(thread, data));
  ByteBuilder out;
  isize invalid = -1;
  const codec::ErrorMode mode = errors && errors->is_ascii()
                                    ? codec::error_mode(errors->ascii().data(), errors->ascii().size())
                                    : codec::ErrorMode::Strict;
  const codec::Result result = codec::decode_bytes_escape(buffer.data, buffer.size, mode, out, invalid);
  if (result.status == codec::Status::Error) {
    const bool known = mode == codec::ErrorMode::Strict;
    const std::string_view reason = result.error.reason;
    if (known && reason.ends_with("position")) {
      return raise(thread, types.ValueError, "{} {}", reason, result.error.start);
    }
    if (known) return raise(thread, types.ValueError, reason);
    return raise(thread, types.ValueError, "decoding error; unknown error handling code: {}", *errors);
  }
  if (!result.ok()) return raise_memory_error(thread);
  TRY(warn_invalid_escape(thread, buffer.view(), invalid));
  Ref<Bytes> bytes = TRY(Bytes::from(thread, {out.data(), out.size()}));
  return pair_of(thread, bytes.value(), buffer.size);
}

// Encoders

template <auto kernel>
Result<Ref<>> encode_with(Thread& thread, Str& text, Str* errors) {
  Encoding run(thread, text, errors);
  return encoded_pair(thread, run, text, kernel(text.view(), run.handler(), run.out));
}
template <auto kernel, ByteOrder order>
Result<Ref<>> encode_wide(Thread& thread, Str& text, Str* errors) {
  Encoding run(thread, text, errors);
  return encoded_pair(thread, run, text, kernel(text.view(), run.handler(), order, run.out));
}
template <auto kernel>
Result<Ref<>> encode_wide_ex(Thread& thread, Str& text, Str* errors, int order) {
  Encoding run(thread, text, errors);
  const ByteOrder wanted = order < 0 ? ByteOrder::Little : order > 0 ? ByteOrder::Big : ByteOrder::Native;
  return encoded_pair(thread, run, text, kernel(text.view(), run.handler(), wanted, run.out));
}
template <auto kernel>
Result<Ref<>> encode_plain(Thread& thread, Str& text, Str* errors) {
  Encoding run(thread, text, errors);
  return encoded_pair(thread, run, text, kernel(text.view(), run.out));
}

Result<Ref<>> escape_encode(Thread& thread, Bytes& data, Str*) {
  ByteBuilder out;
  for (char c : data.view()) {
    const u8 byte = static_cast<u8>(c);
    char text[5];
    switch (byte) {
      case '\t': out.append("\\t"); break;
      case '\n': out.append("\\n"); break;
      case '\r': out.append("\\r"); break;
      case '\'':
      case '\\':
        out.append('\\');
        out.append(c);
        break;
      default:
        if (byte >= ' ' && byte < 0x7f) {
          out.append(c);
        } else {
          std::snprintf(text, sizeof text, "\\x%02x", byte);
          out.append(text, 4);
        }
    }
  }
  if (out.failed()) return raise_memory_error(thread);
  Ref<Bytes> bytes = TRY(Bytes::from(thread, {out.data(), out.size()}));
  return pair_of(thread, bytes.value(), data.length);
}

Result<Ref<>> readbuffer_encode(Thread& thread, Value data, Str*) {
  Buffer buffer = TRY(open_escaped(thread, data));
  Ref<Bytes> bytes = TRY(Bytes::from(thread, buffer.view()));
  return pair_of(thread, bytes.value(), buffer.size);
}

// The registry

Result<void> register_(Thread& thread, Value search) { return register_codec_search(thread, search); }
Result<void> unregister(Thread& thread, Value search) { return unregister_codec_search(thread, search); }
Result<Ref<>> lookup(Thread& thread, Str& encoding) { return lookup_codec(thread, encoding.utf8()); }
Result<void> register_error(Thread& thread, Str& name, Value handler) {
  return register_error_handler(thread, name, handler);
}
Result<Ref<>> lookup_error(Thread& thread, Str& name) { return lookup_error_handler(thread, name.utf8()); }

template <CodecSide side>
Result<Ref<>> run_named(Thread& thread, Value object, Value encoding, Value errors) {
  constexpr const char* kFunction = side == CodecSide::Encode ? "encode" : "decode";
  const char* const names[] = {"encoding", "errors"};
  const Value options[] = {encoding, errors};
  for (int i = 0; i < 2; ++i) {
    if (options[i] == Unbound || is<Str>(options[i])) continue;
    return raise(thread, types.TypeError, "{}() argument '{}' must be str, not {}", kFunction, names[i],
                 type_of(options[i]));
  }
  Ref<> name = encoding == Unbound ? Ref<>(TRY(Str::from_ascii(thread, "utf-8"))) : Ref<>::share(encoding);
  Ref<> mode = errors == Unbound ? Ref<>(TRY(Str::from_ascii(thread, "strict"))) : Ref<>::share(errors);
  return run_codec(thread, side, object, as<Str>(name), &as<Str>(mode));
}

constexpr const char* kDecodes = "Decode bytes; return the text and how many bytes were used.";
constexpr const char* kEncodes = "Encode text; return the bytes and how many characters were used.";

constexpr MethodSpec kFunctions[] = {
    function<register_>("register(search_function, /)", "Register a codec search function."),
    function<unregister>("unregister(search_function, /)", "Unregister a codec search function and clear the cache."),
    function<lookup>("lookup(encoding, /)", "Looks up a codec tuple in the registry and returns a CodecInfo object."),
    function<run_named<CodecSide::Encode>>("encode(obj, encoding='utf-8', errors='strict')", "Encodes obj using the codec."),
    function<run_named<CodecSide::Decode>>("decode(obj, encoding='utf-8', errors='strict')", "Decodes obj using the codec."),
    function<register_error>("register_error(errors, handler, /)", "Register the error handler under the name errors."),
    function<lookup_error>("lookup_error(name, /)", "Return the error handler for the name."),
    function<escape_decode>("escape_decode(data, errors=None, /)", kDecodes),
    function<escape_encode>("escape_encode(data, errors=None, /)", kEncodes),
    function<decode_stateful<codec::decode_utf8>>("utf_8_decode(data, errors=None, final=False, /)", kDecodes),
    function<decode_stateful<codec::decode_utf7>>("utf_7_decode(data, errors=None, final=False, /)", kDecodes),
    function<decode_wide<codec::decode_utf16, ByteOrder::Native>>("utf_16_decode(data, errors=None, final=False, /)", kDecodes),
    function<decode_wide<codec::decode_utf16, ByteOrder::Little>>("utf_16_le_decode(data, errors=None, final=False, /)",
                                                                 kDecodes),
    function<decode_wide<codec::decode_utf16, ByteOrder::Big>>("utf_16_be_decode(data, errors=None, final=False, /)", kDecodes),
    function<decode_wide_ex<codec::decode_utf16>>("utf_16_ex_decode(data, errors=None, byteorder=0, final=False, /)", kDecodes),
    function<decode_wide<codec::decode_utf32, ByteOrder::Native>>("utf_32_decode(data, errors=None, final=False, /)", kDecodes),
    function<decode_wide<codec::decode_utf32, ByteOrder::Little>>("utf_32_le_decode(data, errors=None, final=False, /)",
                                                                 kDecodes),
    function<decode_wide<codec::decode_utf32, ByteOrder::Big>>("utf_32_be_decode(data, errors=None, final=False, /)", kDecodes),
    function<decode_wide_ex<codec::decode_utf32>>("utf_32_ex_decode(data, errors=None, byteorder=0, final=False, /)", kDecodes),
    function<unicode_escape_decode>("unicode_escape_decode(data, errors=None, final=True, /)", kDecodes),
    function<raw_unicode_escape_decode>("raw_unicode_escape_decode(data, errors=None, final=True, /)", kDecodes),
    function<latin_1_decode>("latin_1_decode(data, errors=None, /)", kDecodes),
    function<ascii_decode>("ascii_decode(data, errors=None, /)", kDecodes),
    function<charmap_decode>("charmap_decode(data, errors=None, mapping=None, /)", kDecodes),
    function<readbuffer_encode>("readbuffer_encode(data, errors=None, /)", kEncodes),
    function<encode_with<codec::encode_utf8>>("utf_8_encode(str, errors=None, /)", kEncodes),
    function<encode_plain<codec::encode_utf7>>("utf_7_encode(str, errors=None, /)", kEncodes),
    function<encode_wide_ex<codec::encode_utf16>>("utf_16_encode(str, errors=None, byteorder=0, /)", kEncodes),
    function<encode_wide<codec::encode_utf16, ByteOrder::Little>>("utf_16_le_encode(str, errors=None, /)", kEncodes),
    function<encode_wide<codec::encode_utf16, ByteOrder::Big>>("utf_16_be_encode(str, errors=None, /)", kEncodes),
    function<encode_wide_ex<codec::encode_utf32>>("utf_32_encode(str, errors=None, byteorder=0, /)", kEncodes),
    function<encode_wide<codec::encode_utf32, ByteOrder::Little>>("utf_32_le_encode(str, errors=None, /)", kEncodes),
    function<encode_wide<codec::encode_utf32, ByteOrder::Big>>("utf_32_be_encode(str, errors=None, /)", kEncodes),
    function<encode_plain<codec::encode_unicode_escape>>("unicode_escape_encode(str, errors=None, /)", kEncodes),
    function<encode_plain<codec::encode_raw_unicode_escape>>("raw_unicode_escape_encode(str, errors=None, /)", kEncodes),
    function<encode_with<codec::encode_latin1>>("latin_1_encode(str, errors=None, /)", kEncodes),
    function<encode_with<codec::encode_ascii>>("ascii_encode(str, errors=None, /)", kEncodes),
    function<charmap_encode>("charmap_encode(str, errors=None, mapping=None, /)", kEncodes),
    function<charmap_build>("charmap_build(map, /)", "Make the table for charmap_encode from one for charmap_decode."),
};

Result<void> initialize(Thread& thread, Module&) {
  import_hook = &import_module;
  initialize_encoding_map(thread);
  return register_builtin_handlers(thread);
}

}  // namespace

const ModuleSpec kCodecsModule = {"_codecs", nullptr, kFunctions, std::size(kFunctions), initialize};

}  // namespace py
