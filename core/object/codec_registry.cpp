#include "core/object/codec_registry.h"

#include "core/object/attributes.h"
#include "core/object/buffer.h"
#include "core/object/casts.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/sequence.h"
#include "core/object/warning.h"
#include "memory/roots.h"

namespace py {

namespace {

GlobalRef search_functions;  // List
GlobalRef codec_cache;       // Dict: normalised name -> 4-tuple
GlobalRef error_handlers;    // Dict: name -> callable

// The first call is the main thread's, when `_codecs` or `encodings` is imported at start-up.
Result<void> ensure_registry(Thread& thread) {
  if (LIKELY(!error_handlers.peek().is_empty())) return {};
  search_functions.set(TRY(List::make(thread)));
  codec_cache.set(TRY(Dict::make(thread)));
  error_handlers.set(TRY(Dict::make(thread)));
  return {};
}

Result<void> ensure_search_functions(Thread& thread) {
  TRY(ensure_registry(thread));
  static std::atomic<bool> imported{false};
  static thread_local bool importing = false;  // the import itself may ask for codecs
  if (!import_hook || importing || LIKELY(imported.load(std::memory_order_acquire))) return {};
  importing = true;
  Result<Ref<>> package = import_hook(thread, "encodings");
  importing = false;
  if (package.failed()) return failure;
  imported.store(true, std::memory_order_release);
  return {};
}

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// As encodings.normalize_encoding(), in lower case: "ISO 8859-1" is "iso_8859_1".
std::string normalized(std::string_view name) {
  std::string result;
  bool gap = false;
  for (char c : name) {
    if (!is_alphanumeric(c) && c != '.') {
      gap = true;
      continue;
    }
    if (gap && !result.empty()) result += '_';
    gap = false;
    result += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return result;
}

}  // namespace

Result<void> register_codec_search(Thread& thread, Value search_function) {
  TRY(ensure_registry(thread));
  if (!is_callable(search_function)) return raise(thread, types.TypeError, "argument must be callable");
  return as<List>(search_functions.peek()).append(thread, search_function);
}

Result<void> unregister_codec_search(Thread& thread, Value search_function) {
  TRY(ensure_registry(thread));
  List& list = as<List>(search_functions.peek());
  for (isize i = 0; i < list.length(); ++i) {
    if (list.peek(i) != search_function) continue;
    as<Dict>(codec_cache.peek()).clear();
    TRY(list.pop(thread, i));
    return {};
  }
  return {};
}

Result<Ref<>> lookup_codec(Thread& thread, std::string_view encoding) {
  if (encoding.find('\0') != std::string_view::npos) {
    return raise(thread, types.ValueError, "embedded null character");
  }
  TRY(ensure_search_functions(thread));
  Ref<Str> name = TRY(Str::from_utf8(thread, normalized(encoding)));
  Dict& cache = as<Dict>(codec_cache.peek());
  const Value known = cache.find_str(*name);
  if (!known.is_empty()) return Ref<>::share(known);
  Ref<Tuple> functions = TRY(as<List>(search_functions.peek()).to_tuple(thread));
  for (isize i = 0; i < functions->length; ++i) {
    Ref<> codec = TRY(call(thread, (*functions)[i], {name.value()}));
    if (codec.value().is_none()) continue;
    if (!is<Tuple>(codec) || as<Tuple>(codec).length != 4) {
      return raise(thread, types.TypeError, "codec search functions must return 4-tuples");
    }
    return as<Dict>(codec_cache.peek()).set_default(thread, name.value(), codec);
  }
  return raise(thread, types.LookupError, "unknown encoding: {}", encoding);
}

namespace {

const char* const kSideNames[] = {"encoding", "decoding"};

// Whether the pending exception has no attributes of its own.
bool instance_attributes_empty(Thread& thread) {
  Ref<> pending = take_pending(thread);
  Result<Ref<Dict>> dict = instance_dict(thread, *pending.value().object());
  const bool empty = !dict.failed() && dict.take()->length() == 0;
  clear_pending(thread);
  thread.pending = pending.release();
  return empty;
}

// "encoding with 'x' codec failed (ValueError: ...)" in front of an exception that carries nothing but its message.
Failure wrap_codec_error(Thread& thread, CodecSide side, std::string_view encoding) {
  Type& type = type_of(thread.pending);
  const Tuple& args = as<Tuple>(as<Exception>(thread.pending).args.peek());
  const bool plain = type.native_size == types.BaseException->native_size && type.instance_size == type.native_size &&
                     type.slots.init == types.BaseException->slots.init &&
                     type.slots.new_ == types.BaseException->slots.new_ && args.length <= 1 &&
                     (args.length == 0 || is<Str>(args[0]));
  if (!plain || !instance_attributes_empty(thread)) return failure;
  Ref<> cause = take_pending(thread);
  (void)raise(thread, &type, "{} with '{}' codec failed ({}: {})", kSideNames[static_cast<u8>(side)], encoding, type,
              cause.value());
  as<Exception>(thread.pending).set_cause(thread, cause);
  as<Exception>(thread.pending).set_context(thread, cause);
  return failure;
}

Result<Ref<>> call_codec(Thread& thread, CodecSide side, Value codec, Value object, std::string_view encoding,
                         Str* errors) {
  Ref<> function = Ref<>::share(as<Tuple>(codec)[static_cast<isize>(side)]);
  Result<Ref<>> outcome =
      errors ? call(thread, function, {object, errors->value()}) : call(thread, function, {object});
  if (outcome.failed()) return wrap_codec_error(thread, side, encoding);
  Ref<> pair = outcome.take();
  if (!is<Tuple>(pair) || as<Tuple>(pair).length != 2) {
    return raise(thread, types.TypeError, side == CodecSide::Encode ? "encoder must return a tuple (object, integer)"
                                                                    : "decoder must return a tuple (object,integer)");
  }
  return Ref<>::share(as<Tuple>(pair)[0]);
}

// The codec, if it says that it is one between str and bytes.
Result<Ref<>> lookup_text_codec(Thread& thread, CodecSide side, std::string_view encoding) {
  Ref<> codec = TRY(lookup_codec(thread, encoding));
  if (is_exact<Tuple>(codec)) return codec;
  Ref<> mark = TRY(get_attribute_or_empty(thread, codec, "_is_text_encoding"));
  if (mark.is_empty() || TRY(is_true(thread, mark))) return codec;
  const std::string_view verb = side == CodecSide::Encode ? "encode" : "decode";
  return raise(thread, types.LookupError, "'{}' is not a text encoding; use codecs.{}() to handle arbitrary codecs",
               encoding, verb);
}

enum class Shortcut : u8 { None, Utf8, Utf16, Utf32, Ascii, Latin1 };

struct Spelling {
  std::string_view name;
  Shortcut shortcut;
};
constexpr Spelling kUsualSpellings[] = {{"utf-8", Shortcut::Utf8},     {"utf8", Shortcut::Utf8},      {"UTF-8", Shortcut::Utf8},
                                        {"ascii", Shortcut::Ascii},    {"latin-1", Shortcut::Latin1}, {"latin1", Shortcut::Latin1}};

Shortcut shortcut_for(Str* encoding) {
  if (!encoding) return Shortcut::Utf8;
  for (const Spelling& usual : kUsualSpellings) {
    if (encoding->equals(usual.name)) return usual.shortcut;
  }
  if (!encoding->is_ascii() || encoding->ascii().find('\0') != std::string_view::npos) return Shortcut::None;
  std::string name = normalized(encoding->ascii());
  if (name.starts_with("utf")) {
    name = name.substr(name.size() > 3 && name[3] == '_' ? 4 : 3);
    return name == "8" ? Shortcut::Utf8 : name == "16" ? Shortcut::Utf16 : name == "32" ? Shortcut::Utf32 : Shortcut::None;
  }
  if (name == "ascii" || name == "us_ascii") return Shortcut::Ascii;
  const bool latin1 = name == "latin1" || name == "latin_1" || name == "iso_8859_1" || name == "iso8859_1";
  return latin1 ? Shortcut::Latin1 : Shortcut::None;
}

}  // namespace

Result<Ref<>> run_codec(Thread& thread, CodecSide side, Value object, Str& encoding, Str* errors) {
  const std::string name = encoding.utf8();
  Ref<> codec = TRY(lookup_codec(thread, name));
  return call_codec(thread, side, codec, object, name, errors);
}

Result<Ref<>> encode_text(Thread& thread, Str& text, Str* encoding, Str* errors) {
  const Shortcut shortcut = shortcut_for(encoding);
  if (shortcut == Shortcut::None) {
    const std::string name = encoding->utf8();
    Ref<> codec = TRY(lookup_text_codec(thread, CodecSide::Encode, name));
    Ref<> result = TRY(call_codec(thread, CodecSide::Encode, codec, text.value(), name, errors));
    if (is<Bytes>(result)) return result;
    return raise(thread, types.TypeError,
                 "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types", name,
                 type_of(result));
  }
  if (text.is_ascii() && shortcut != Shortcut::Utf16 && shortcut != Shortcut::Utf32) {
    return Bytes::from(thread, text.ascii());
  }
  Encoding run(thread, text, errors);
  switch (shortcut) {
    case Shortcut::Utf8: return run.finish(codec::encode_utf8(text.view(), run.handler(), run.out));
    case Shortcut::Utf16:
      return run.finish(codec::encode_utf16(text.view(), run.handler(), codec::ByteOrder::Native, run.out));
    case Shortcut::Utf32:
      return run.finish(codec::encode_utf32(text.view(), run.handler(), codec::ByteOrder::Native, run.out));
    case Shortcut::Ascii: return run.finish(codec::encode_ascii(text.view(), run.handler(), run.out));
    default: return run.finish(codec::encode_latin1(text.view(), run.handler(), run.out));
  }
}

Result<Ref<>> decode_text(Thread& thread, Value source, Str* encoding, Str* errors) {
  const Shortcut shortcut = shortcut_for(encoding);
  if (shortcut == Shortcut::None) {
    const std::string name = encoding->utf8();
    Ref<> codec = TRY(lookup_text_codec(thread, CodecSide::Decode, name));
    Ref<> result = TRY(call_codec(thread, CodecSide::Decode, codec, source, name, errors));
    if (is<Str>(result)) return result;
    return raise(thread, types.TypeError,
                 "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types", name,
                 type_of(result));
  }
  if (is_exact<Bytes>(source)) {
    const std::string_view bytes = as<Bytes>(source).view();
    const bool subset = shortcut == Shortcut::Utf8 || shortcut == Shortcut::Ascii;
    if (subset && text::is_ascii(bytes.data(), static_cast<isize>(bytes.size()))) return Str::from_ascii(thread, bytes);
    if (shortcut == Shortcut::Latin1) return Str::from_latin1(thread, bytes);
  }
  Buffer buffer = TRY(get_buffer(thread, source));
  if (shortcut == Shortcut::Latin1) return Str::from_latin1(thread, buffer.view());
  Decoding run(thread, buffer.view(), errors);
  codec::ByteOrder order = codec::ByteOrder::Native;
  switch (shortcut) {
    case Shortcut::Utf8: return decode_utf8(thread, buffer.view(), errors);
    case Shortcut::Ascii: return run.finish(codec::decode_ascii(run.data(), run.size(), run.handler(), run.out));
    case Shortcut::Utf16: return run.finish(codec::decode_utf16(run.data(), run.size(), run.handler(), order, run.out));
    default: return run.finish(codec::decode_utf32(run.data(), run.size(), run.handler(), order, run.out));
  }
}

Result<Ref<>> encode_utf8(Thread& thread, Str& text, Str* errors) { return encode_text(thread, text, nullptr, errors); }

Result<Ref<>> decode_utf8(Thread& thread, std::string_view bytes, Str* errors) {
  if (text::is_ascii(bytes.data(), static_cast<isize>(bytes.size()))) return Str::from_ascii(thread, bytes);
  Decoding run(thread, bytes, errors);
  return run.finish(codec::decode_utf8(run.data(), run.size(), run.handler(), run.out));
}

Result<Ref<>> lookup_error_handler(Thread& thread, std::string_view name) {
  TRY(ensure_registry(thread));
  Ref<Str> key = TRY(Str::from_utf8(thread, name.empty() ? std::string_view("strict") : name));
  const Value found = as<Dict>(error_handlers.peek()).find_str(*key);
  if (!found.is_empty()) return Ref<>::share(found);
  return raise(thread, types.LookupError, "unknown error handler name '{}'", name);
}

Result<void> register_error_handler(Thread& thread, Str& name, Value handler) {
  TRY(ensure_registry(thread));
  if (!is_callable(handler)) return raise(thread, types.TypeError, "handler must be callable");
  return as<Dict>(error_handlers.peek()).set(thread, name.value(), handler);
}

}  // namespace py
