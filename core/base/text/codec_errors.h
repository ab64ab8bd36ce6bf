// The error handling every codec shares, for the codecs and for charmap tables that are Python mappings.
// Invariant: after error() returns false, result() tells why and the codec must stop. Threads: owner only.
#pragma once
#include "core/base/text/codec.h"

namespace py::codec {

// How surrogatepass reads and writes a surrogate in the encoding at hand.
enum class SurrogateForm : u8 { None, Utf8, Utf16Little, Utf16Big, Utf32Little, Utf32Big };

class DecodeRun {
 public:
  DecodeRun(const char* encoding, const void* bytes, isize count, DecodeHandler handler, TextBuilder& out,
            SurrogateForm form = SurrogateForm::None)
      : input(static_cast<const u8*>(bytes)),
        size(count),
        encoding_(encoding),
        handler_(handler),
        out_(out),
        form_(form) {}

  // Handles the bytes [start, end); on true decoding goes on at `resume`. A custom handler may change input and size.
  bool error(isize start, isize end, const char* reason, isize& resume);
  Result finish(isize consumed) {
    if (result_.status == Status::Ok && out_.failed()) result_.status = Status::OutOfMemory;
    result_.consumed = consumed;
    return result_;
  }
  Result result() const { return result_; }

  const u8* input;
  isize size;

 private:
  bool strict(isize start, isize end, const char* reason);
  bool pass_surrogate(isize start, isize& resume);

  const char* encoding_;
  DecodeHandler handler_;
  TextBuilder& out_;
  SurrogateForm form_;
  Result result_;
};

class EncodeRun {
 public:
  EncodeRun(const char* encoding, TextView text, EncodeHandler handler, ByteBuilder& out,
            SurrogateForm form = SurrogateForm::None)
      : encoding_(encoding), text_(text), handler_(handler), out_(out), form_(form) {}

  // Handles the characters [start, end), writing what replaces them; `put` encodes one code point or returns false.
  // `unit` is the size bytes replacements must be a multiple of.
  bool error(isize start, isize end, const char* reason, bool (*put)(void*, u32), void* context, int unit,
             isize& resume);
  Result finish() {
    if (result_.status == Status::Ok && out_.failed()) result_.status = Status::OutOfMemory;
    result_.consumed = text_.length;
    return result_;
  }

 private:
  bool strict(isize start, isize end, const char* reason);
  bool put_escape(u32 code_point, bool (*put)(void*, u32), void* context);
  bool put_text(TextView replacement, bool (*put)(void*, u32), void* context);
  bool put_surrogate(u32 code_point);

  const char* encoding_;
  TextView text_;
  EncodeHandler handler_;
  ByteBuilder& out_;
  SurrogateForm form_;
  Result result_;
};

}  // namespace py::codec
