// Encodings: bytes to text and back, with Python's error handlers. Reasons and positions are CPython's.
// A decoder appends to a TextBuilder, an encoder to a ByteBuilder. Builtin handlers run here; Custom ones call back.
// Threads: any; no state but the caller's.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/base/text/text_builder.h"
#include "core/base/text/text_view.h"

namespace py::codec {

enum class ErrorMode : u8 {
  Strict,
  Ignore,
  Replace,
  BackslashReplace,
  SurrogateEscape,
  SurrogatePass,
  NameReplace,        // encoding only
  XmlCharRefReplace,  // encoding only
  Custom,
};
// The mode of an errors= name; Custom when it is none of the builtin ones.
ErrorMode error_mode(const char* name, usize count);

struct CodecError {
  const char* encoding = nullptr;
  const char* reason = nullptr;
  isize start = 0;
  isize end = 0;
};
enum class Status : u8 { Ok, Error, HandlerFailed, OutOfMemory };
struct Result {
  Status status = Status::Ok;
  isize consumed = 0;  // input units used; all of them unless decoding with Final::No
  CodecError error;    // when status is Error: what a Unicode{De,En}codeError holds
  bool ok() const { return status == Status::Ok; }
};

struct DecodeHandler {
  ErrorMode mode = ErrorMode::Strict;
  // Custom: append the replacement and set `resume`. False: failed, the caller's exception is set. May replace the
  // input.
  bool (*call)(void* context, const CodecError& error, const u8*& input, isize& size, TextBuilder& out,
               isize& resume) = nullptr;
  void* context = nullptr;
};
struct EncodeHandler {
  ErrorMode mode = ErrorMode::Strict;
  // Custom: the replacement, which stays valid until the next call; bytes go out as they are, text is encoded.
  bool (*call)(void* context, const CodecError& error, TextView& replacement, bool& is_bytes, isize& resume) = nullptr;
  void* context = nullptr;
};

enum class Final : u8 { No, Yes };
enum class ByteOrder : i8 { Little = -1, Native = 0, Big = 1 };  // Native: honours (decode) or writes (encode) a mark

Result decode_utf8(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out, Final final = Final::Yes);
Result decode_ascii(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out);
Result decode_latin1(const void* bytes, isize count, TextBuilder& out);
// `order` becomes the one found when a byte order mark was read.
Result decode_utf16(const void* bytes, isize count, DecodeHandler handler, ByteOrder& order, TextBuilder& out,
                    Final final = Final::Yes);
Result decode_utf32(const void* bytes, isize count, DecodeHandler handler, ByteOrder& order, TextBuilder& out,
                    Final final = Final::Yes);
Result decode_utf7(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out, Final final = Final::Yes);
// `first_invalid_escape`: index of the character after the first backslash that starts no escape, or -1.
Result decode_unicode_escape(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out, Final final,
                             isize& first_invalid_escape);
Result decode_raw_unicode_escape(const void* bytes, isize count, DecodeHandler handler, TextBuilder& out,
                                 Final final = Final::Yes);
// table: 256 code points as a str; U+FFFE or a short table means undefined.
Result decode_charmap(const void* bytes, isize count, TextView table, DecodeHandler handler, TextBuilder& out);
// codecs.escape_decode: the escapes of a bytes literal. error.reason is the ValueError's text.
Result decode_bytes_escape(const void* bytes, isize count, ErrorMode mode, ByteBuilder& out,
                           isize& first_invalid_escape);

Result encode_utf8(TextView text, EncodeHandler handler, ByteBuilder& out);
Result encode_ascii(TextView text, EncodeHandler handler, ByteBuilder& out);
Result encode_latin1(TextView text, EncodeHandler handler, ByteBuilder& out);
Result encode_utf16(TextView text, EncodeHandler handler, ByteOrder order, ByteBuilder& out);
Result encode_utf32(TextView text, EncodeHandler handler, ByteOrder order, ByteBuilder& out);
Result encode_utf7(TextView text, ByteBuilder& out);
Result encode_unicode_escape(TextView text, ByteBuilder& out);
Result encode_raw_unicode_escape(TextView text, ByteBuilder& out);
// lookup returns the byte for a code point, or -1.
Result encode_charmap(TextView text, int (*lookup)(void* context, u32 code_point), void* context, EncodeHandler handler,
                      ByteBuilder& out);

// Valid UTF-8 without surrogates: the fast way for source text and constants; false: not valid, or no memory.
bool append_utf8(TextBuilder& out, const char* bytes, isize count);
// Appends one code point (surrogates as three bytes).
bool append_utf8(ByteBuilder& out, u32 code_point);
// Index of the first byte at or above 128, or count. SSE2.
isize ascii_prefix(const void* bytes, isize count);

}  // namespace py::codec
