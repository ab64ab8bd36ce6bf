// Codecs of 256 characters: decoding by a str or a mapping, encoding by a mapping or by the compact table EncodingMap.
#include "core/base/text/codec_errors.h"
#include "core/modules/codecs/codecs.h"
#include "core/object/allocate.h"
#include "core/object/codec_registry.h"
#include "core/object/dict.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "core/object/type_system.h"

namespace py {

namespace {

constexpr const char* kUndefined = "character maps to <undefined>";

// What a mapping has for a key; Empty when it has nothing.
Result<Ref<>> mapped(Thread& thread, Value mapping, u32 key) {
  Result<Ref<>> found = get_item(thread, mapping, Value::integer(key));
  if (!found.failed()) {
    Ref<> value = found.take();
    return value.value().is_none() ? Ref<>() : std::move(value);
  }
  if (!pending_is(thread, *types.LookupError)) return failure;
  clear_pending(thread);
  return Ref<>();
}

enum class Found : u8 { Yes, Undefined };

Result<Found> append_decoded(Thread& thread, Value mapping, u8 byte, TextBuilder& out) {
  Ref<> value = TRY(mapped(thread, mapping, byte));
  if (value.is_empty()) return Found::Undefined;
  if (is<Str>(value)) {
    const Str& text = as<Str>(value);
    if (text.length() == 1 && text[0] == 0xfffe) return Found::Undefined;
    out.append(text.view());
    return Found::Yes;
  }
  if (!is_integer(value)) {
    return raise(thread, types.TypeError, "character mapping must return integer, None or str");
  }
  i64 number;
  if (!integer_fits(value, number) || number < 0 || number > 0x10ffff) {
    return raise(thread, types.TypeError, "character mapping must be in range(0x110000)");
  }
  if (number == 0xfffe) return Found::Undefined;
  out.append(static_cast<u32>(number));
  return Found::Yes;
}

Result<Ref<>> decode_by_mapping(Thread& thread, Buffer& data, Str* errors, Value mapping) {
  Decoding decoding(thread, data.view(), errors);
  codec::DecodeRun run("charmap", data.data, data.size, decoding.handler(), decoding.out);
  isize at = 0;
  while (at < run.size) {
    if (TRY(append_decoded(thread, mapping, run.input[at], decoding.out)) == Found::Yes) {
      ++at;
    } else if (!run.error(at, at + 1, kUndefined, at)) {
      break;
    }
  }
  return decoding.finish(run.finish(at));
}

// Encoding

// Code points below 0x10000 to bytes in two levels: a page number for each 128 code points, then the bytes.
class EncodingMap final : public Object {
 public:
  u32 page_count;
  u32 reserved;
  u8 pages[512];  // 0: no code point of this page is mapped
  u8* page(u32 number) { return reinterpret_cast<u8*>(this + 1) + 128 * (number - 1); }
  int lookup(u32 code_point) {
    if (code_point == 0) return 0;
    if (code_point >= 0x10000 || !pages[code_point >> 7]) return -1;
    const u8 byte = page(pages[code_point >> 7])[code_point & 127];
    return byte ? byte : -1;
  }
  static const ObjectOps kOps;
};

usize map_size(const Object& object) {
  return sizeof(EncodingMap) + 128 * usize{static_cast<const EncodingMap&>(object).page_count};
}

Type* encoding_map_type;

Result<isize> map_size_method(Thread&, Value self) { return static_cast<isize>(map_size(*self.object())); }

constexpr MethodSpec kMapMethods[] = {def<map_size_method>("size()", "Return the size (in bytes) of this object.")};

// One mapping lookup while a text is encoded; a Python error stops the run.
class MappingEncoder {
 public:
  MappingEncoder(Thread& thread, Value mapping, ByteBuilder& out) : thread_(thread), mapping_(mapping), out_(out) {}

  // Appends what the code point maps to; false: nothing, or an exception.
  bool put(u32 code_point) {
    Result<Found> result = append(code_point);
    if (result.failed()) {
      raised_ = true;
      return false;
    }
    return result.take() == Found::Yes;
  }
  static bool call(void* self, u32 code_point) { return static_cast<MappingEncoder*>(self)->put(code_point); }
  bool raised() const { return raised_; }

 private:
  Result<Found> append(u32 code_point) {
    Ref<> value = TRY(mapped(thread_, mapping_, code_point));
    if (value.is_empty()) return Found::Undefined;
    if (is<Bytes>(value)) {
      out_.append(as<Bytes>(value).data(), static_cast<usize>(as<Bytes>(value).length));
      return Found::Yes;
    }
    if (!is_integer(value)) {
      return raise(thread_, types.TypeError, "character mapping must return integer, bytes or None, not {}", type_of(value));
    }
    i64 number;
    if (!integer_fits(value, number) || number < 0 || number > 255) {
      return raise(thread_, types.TypeError, "character mapping must be in range(256)");
    }
    out_.append(static_cast<char>(number));
    return Found::Yes;
  }

  Thread& thread_;
  Value mapping_;
  ByteBuilder& out_;
  bool raised_ = false;
};

Result<Ref<>> encode_by_mapping(Thread& thread, Str& text, Str* errors, Value mapping) {
  Encoding encoding(thread, text, errors);
  codec::EncodeRun run("charmap", text.view(), encoding.handler(), encoding.out);
  MappingEncoder encoder(thread, mapping, encoding.out);
  isize at = 0;
  while (at < text.length()) {
    if (encoder.put(text[at])) {
      ++at;
      continue;
    }
    if (encoder.raised()) return failure;
    isize end = at + 1;
    for (; end < text.length(); ++end) {
      Ref<> value = TRY(mapped(thread, mapping, text[end]));
      if (!value.is_empty()) break;
    }
    if (!run.error(at, end, kUndefined, MappingEncoder::call, &encoder, 1, at)) break;
  }
  if (encoder.raised()) return failure;
  return encoding.finish(run.finish());
}

Result<Ref<>> dict_from_table(Thread& thread, Str& table, isize length) {
  Ref<Dict> dict = TRY(Dict::make(thread, length));
  for (isize i = 0; i < length; ++i) TRY(dict->set(thread, Value::integer(table[i]), Value::integer(i)));
  return Ref<>(std::move(dict));
}

}  // namespace

const ObjectOps EncodingMap::kOps = {"EncodingMap", nullptr, nullptr, map_size};

namespace {

const TypeSpec kEncodingMapSpec = {
    .name = "EncodingMap",
    .doc = nullptr,
    .methods = kMapMethods,
    .method_count = std::size(kMapMethods),
    .ops = &EncodingMap::kOps,
    .size = ~0u,
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace

void initialize_encoding_map(Thread& thread) {
  encoding_map_type = &make_builtin_type(thread, kEncodingMapSpec);
  finish_builtin_type(thread, *encoding_map_type);
}

Result<Ref<>> charmap_decode(Thread& thread, Buffer& data, Str* errors, Value mapping) {
  Ref<> text;
  if (mapping.is_none()) {
    text = TRY(Str::from_latin1(thread, data.view()));
  } else if (is<Str>(mapping)) {
    Decoding run(thread, data.view(), errors);
    text = TRY(run.finish(codec::decode_charmap(run.data(), run.size(), as<Str>(mapping).view(), run.handler(), run.out)));
  } else {
    text = TRY(decode_by_mapping(thread, data, errors, mapping));
  }
  return Tuple::from(thread, {text, Value::integer(data.size)});
}

Result<Ref<>> charmap_encode(Thread& thread, Str& text, Str* errors, Value mapping) {
  Ref<> bytes;
  if (!mapping.is_none() && &type_of(mapping) != encoding_map_type) {
    bytes = TRY(encode_by_mapping(thread, text, errors, mapping));
  } else {
    Encoding run(thread, text, errors);
    auto lookup = [](void* map, u32 c) { return static_cast<EncodingMap*>(map)->lookup(c); };
    bytes = TRY(run.finish(mapping.is_none()
                               ? codec::encode_latin1(text.view(), run.handler(), run.out)
                               : codec::encode_charmap(text.view(), lookup, mapping.object(), run.handler(), run.out)));
  }
  return Tuple::from(thread, {bytes, Value::integer(text.length())});
}

Result<Ref<>> charmap_build(Thread& thread, Str& table) {
  const isize length = table.length() < 256 ? table.length() : 256;
  bool compact = length > 0 && table[0] == 0;
  u8 pages[512] = {};
  u32 count = 0;
  for (isize i = 1; compact && i < length; ++i) {
    const u32 c = table[i];
    compact = c != 0 && c < 0x10000;
    if (compact && c != 0xfffe && !pages[c >> 7]) pages[c >> 7] = static_cast<u8>(++count < 255 ? count : 255);
  }
  if (!compact || count >= 255) return dict_from_table(thread, table, length);
  const usize bytes = sizeof(EncodingMap) + 128 * usize{count};
  Ref<EncodingMap> map = TRY(allocate<EncodingMap>(thread, *encoding_map_type, bytes));
  map->page_count = count;
  std::memcpy(map->pages, pages, sizeof pages);
  if (count) std::memset(map->page(1), 0, 128 * usize{count});
  for (isize i = 1; i < length; ++i) {
    const u32 c = table[i];
    if (c != 0xfffe) map->page(pages[c >> 7])[c & 127] = static_cast<u8>(i);
  }
  return Ref<>(std::move(map));
}

}  // namespace py
