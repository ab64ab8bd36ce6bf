#include <doctest/doctest.h>

#include <string_view>

#include "core/base/text/codec.h"
#include "core/base/text/search.h"

using namespace py;
using namespace py::codec;

TEST_CASE("a custom decode handler replaces and moves on") {
  int calls = 0;
  DecodeHandler handler{
      ErrorMode::Custom,
      [](void* context, const CodecError& error, const u8*&, isize&, TextBuilder& out, isize& resume) {
        ++*static_cast<int*>(context);
        resume = error.end + 1;  // also drops the character after
        return out.append_ascii("<?>");
      },
      &calls};
  TextBuilder out;
  CHECK(decode_utf8("a\xff"
                    "bc",
                    4, handler, out)
            .ok());
  CHECK(text::equal(out.view(), ascii_view("a<?>c")));
  CHECK(calls == 1);
}

TEST_CASE("a custom encode handler answers with text or bytes") {
  auto call = [](void* context, const CodecError& error, TextView& replacement, bool& is_bytes, isize& resume) {
    is_bytes = *static_cast<bool*>(context);
    replacement = ascii_view(is_bytes ? "\xfe" : "#", 1);
    resume = error.end;
    return true;
  };
  u16 source[] = {'a', 0x20ac, 0x20ac, 'b'};
  TextView view{source, 4, 2, false};
  for (int round = 0; round < 2; ++round) {
    bool is_bytes = round == 1;
    ByteBuilder out;
    CHECK(encode_latin1(view, {ErrorMode::Custom, call, &is_bytes}, out).ok());
    CHECK(std::string_view(out.data(), out.size()) == (is_bytes ? "a\xfe"
                                                                  "b"
                                                                : "a#b"));
  }
}

TEST_CASE("a failing handler is told apart from an error") {
  DecodeHandler handler{ErrorMode::Custom,
                        [](void*, const CodecError&, const u8*&, isize&, TextBuilder&, isize&) { return false; },
                        nullptr};
  TextBuilder out;
  CHECK(decode_ascii("\x80", 1, handler, out).status == Status::HandlerFailed);
  CHECK(decode_ascii("\x80", 1, {}, out).status == Status::Error);
}
