// Characters, searching, case and codecs against CPython's answers.
#include <doctest/doctest.h>

#include "core/base/text/case_map.h"
#include "core/base/text/codec.h"
#include "core/base/text/repr.h"
#include "core/base/text/search.h"
#include "core/base/text/unicode.h"
#include "tests/unit/core/base/oracle/vectors.h"

using namespace py;
using namespace oracle;

namespace {

using Mapping = bool (*)(TextView, TextBuilder&);

std::string mapped(Mapping mapping, TextView view) {
  TextBuilder out;
  CHECK(mapping(view, out));
  return field_of(out.view());
}

bool expand(TextView view, TextBuilder& out) { return text::expand_tabs(view, 4, out); }

std::string properties_of(u32 page) {
  std::string result;
  for (u32 c = page; c < page + 256; ++c) {
    u16 p = unicode::properties(c);
    u32 bits = (p & 0xffu) | ((p & unicode::kTitle) && !(p & unicode::kUpper) ? 256u : 0u) | (p & 0x600u);
    if (unicode::is_space(c) != ((p & unicode::kSpace) != 0)) return "space";
    char text[8];
    std::snprintf(text, sizeof text, "%03x", bits);
    result += text;
  }
  return result;
}

std::string data_of(u32 page) {
  std::string result;
  for (u32 c = page; c < page + 256; ++c) {
    ByteBuilder parts;
    unicode::decomposition(c, parts);
    double number;
    if (c != page) result += "|";
    result += std::string(unicode::category(c)) + "," + unicode::bidirectional(c) + "," + unicode::east_asian_width(c) +
              "," + std::to_string(unicode::combining(c)) + "," + std::to_string(unicode::is_mirrored(c)) + "," +
              std::string(parts.data(), parts.size()) + "," + std::to_string(unicode::decimal_value(c)) + "," +
              std::to_string(unicode::digit_value(c)) + "," +
              (unicode::numeric_value(c, number) ? digits_of(number) : "-");
  }
  return result;
}

}  // namespace

TEST_CASE("oracle: properties of code points") {
  run("code_points", "properties", [](const Fields& f) { return properties_of(static_cast<u32>(std::stoul(f[0]))); });
  run("code_points", "name", [](const Fields& f) {
    char name[128];
    usize size = unicode::name(static_cast<u32>(std::stoul(f[0])), name);
    return field_of(ascii_view(name, static_cast<isize>(size)));
  });
  run("code_points", "lookup", [](const Fields& f) {
    std::string name = from_hex(f[0].substr(1));
    u32 found[8] = {};
    unicode::lookup_name(name.data(), name.size(), found);
    return std::to_string(found[0]);
  });
  run("code_points", "data", [](const Fields& f) {
    std::string data = data_of(static_cast<u32>(std::stoul(f[0])));
    return field_of(ascii_view(data.data(), static_cast<isize>(data.size())));
  });
}

TEST_CASE("oracle: case and normal forms") {
  run("code_points", "case", [](const Fields& f) -> std::string {
    u32 c = static_cast<u32>(std::stoul(f[0]));
    TextView view{&c, 1, 4, false};
    if (mapped(text::lower, view) != f[1]) return "lower " + mapped(text::lower, view);
    if (mapped(text::upper, view) != f[2]) return "upper " + mapped(text::upper, view);
    if (mapped(text::title, view) != f[3]) return "title " + mapped(text::title, view);
    return mapped(text::case_fold, view);
  });
  run("code_points", "words", [](const Fields& f) -> std::string {
    TextBuilder word = text_of(f[0]);
    constexpr Mapping kMappings[] = {text::lower,     text::upper,     text::title, text::capitalize,
                                     text::swap_case, text::case_fold, expand};
    for (usize i = 0; i < 7; ++i) {
      std::string actual = mapped(kMappings[i], word.view());
      if (actual != f[i + 1]) return std::to_string(i) + " " + actual;
    }
    return std::to_string(text::is_lower(word.view())) + std::to_string(text::is_upper(word.view())) +
           std::to_string(text::is_title(word.view()));
  });
  run("code_points", "normalize", [](const Fields& f) -> std::string {
    using unicode::Form;
    Form form = f[0] == "NFC" ? Form::Nfc : f[0] == "NFD" ? Form::Nfd : f[0] == "NFKC" ? Form::Nfkc : Form::Nfkd;
    TextBuilder source = text_of(f[1]);
    TextBuilder out;
    unicode::normalize(form, source.view(), out);
    if (field_of(out.view()) != f[2]) return field_of(out.view());
    return std::to_string(unicode::is_normalized(form, source.view()));
  });
}

TEST_CASE("oracle: repr, splitting and searching") {
  run("texts", "repr_text", [](const Fields& f) -> std::string {
    TextBuilder source = text_of(f[0]);
    if (mapped(text::repr_text, source.view()) != f[1]) return mapped(text::repr_text, source.view());
    return mapped(text::repr_ascii, source.view());
  });
  run("texts", "split", [](const Fields& f) -> std::string {
    TextBuilder source = text_of(f[0]);
    TextView view = source.view();
    std::string words, lines;
    isize start, end = 0;
    for (start = view.length; text::previous_word(view, start, text::Space::Unicode, start, end);) {
      words = field_of(view.slice(start, end)) + (words.empty() ? "" : " ") + words;
    }
    if (words != f[1]) return "words " + words;
    for (isize at = 0, next; at < view.length; at = next) {
      text::next_line(view, at, text::Lines::Unicode, end, next);
      lines += (at == 0 ? "" : " ") + field_of(view.slice(at, end));
    }
    return lines;
  });
  run("texts", "find", [](const Fields& f) -> std::string {
    TextBuilder hay = text_of(f[0]), needle = text_of(f[1]);
    TextView h = hay.view(), n = needle.view();
    if (std::to_string(text::find(h, n)) != f[2]) return "find " + std::to_string(text::find(h, n));
    if (std::to_string(text::find_last(h, n)) != f[3]) return "find_last " + std::to_string(text::find_last(h, n));
    if (std::to_string(text::count(h, n)) != f[4]) return "count " + std::to_string(text::count(h, n));
    return std::to_string(text::compare(h, n));
  });
  run("coding", "repr_bytes", [](const Fields& f) {
    std::string bytes = from_hex(f[0].substr(1));
    TextBuilder out;
    text::repr_bytes(reinterpret_cast<const u8*>(bytes.data()), static_cast<isize>(bytes.size()), "b", out);
    return field_of(out.view());
  });
}

namespace {

std::string error_field(const codec::CodecError& error) {
  return "!" + std::to_string(error.start) + "," + std::to_string(error.end) + "," + error.encoding + "," +
         error.reason;
}

codec::Result decode(const std::string& name, const std::string& bytes, codec::DecodeHandler handler,
                     codec::Final final, TextBuilder& out) {
  using codec::ByteOrder;
  const void* at = bytes.data();
  isize count = static_cast<isize>(bytes.size()), escape;
  ByteOrder order = name.ends_with("-le")   ? ByteOrder::Little
                    : name.ends_with("-be") ? ByteOrder::Big
                                            : ByteOrder::Native;
  if (name == "utf-8") return codec::decode_utf8(at, count, handler, out, final);
  if (name == "ascii") return codec::decode_ascii(at, count, handler, out);
  if (name == "latin-1") return codec::decode_latin1(at, count, out);
  if (name == "utf-7") return codec::decode_utf7(at, count, handler, out, final);
  if (name == "unicode-escape") return codec::decode_unicode_escape(at, count, handler, out, final, escape);
  if (name == "raw-unicode-escape") return codec::decode_raw_unicode_escape(at, count, handler, out, final);
  if (name.starts_with("utf-16")) return codec::decode_utf16(at, count, handler, order, out, final);
  return codec::decode_utf32(at, count, handler, order, out, final);
}

codec::Result encode(const std::string& name, TextView text, codec::EncodeHandler handler, ByteBuilder& out) {
  using codec::ByteOrder;
  ByteOrder order = name.ends_with("-le")   ? ByteOrder::Little
                    : name.ends_with("-be") ? ByteOrder::Big
                                            : ByteOrder::Native;
  if (name == "utf-8") return codec::encode_utf8(text, handler, out);
  if (name == "ascii") return codec::encode_ascii(text, handler, out);
  if (name == "latin-1") return codec::encode_latin1(text, handler, out);
  if (name == "utf-7") return codec::encode_utf7(text, out);
  if (name == "unicode-escape") return codec::encode_unicode_escape(text, out);
  if (name == "raw-unicode-escape") return codec::encode_raw_unicode_escape(text, out);
  if (name.starts_with("utf-16")) return codec::encode_utf16(text, handler, order, out);
  return codec::encode_utf32(text, handler, order, out);
}

}  // namespace

TEST_CASE("oracle: codecs") {
  run("coding", "decode", [](const Fields& f) {
    codec::DecodeHandler handler;
    handler.mode = codec::error_mode(f[1].data(), f[1].size());
    TextBuilder out;
    codec::Result result = decode(f[0], from_hex(f[3].substr(1)), handler, codec::Final{f[2] == "1"}, out);
    if (!result.ok()) return error_field(result.error);
    return field_of(out.view()) + "," + std::to_string(result.consumed);
  });
  run("coding", "encode", [](const Fields& f) {
    codec::EncodeHandler handler;
    handler.mode = codec::error_mode(f[1].data(), f[1].size());
    ByteBuilder out;
    TextBuilder source = text_of(f[2]);
    codec::Result result = encode(f[0], source.view(), handler, out);
    return result.ok() ? bytes_field(out) : error_field(result.error);
  });
}
