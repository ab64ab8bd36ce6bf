// Line endings: finding them, and IncrementalNewlineDecoder, which translates "\r" and "\r\n" to "\n".
// Threads: a decoder's state is atomics; the streams use theirs under their own lock.
#pragma once
#include "core/base/text/text_view.h"
#include "core/modules/io/io_objects.h"

namespace py::io {

class NewlineDecoder final : public Object {
 public:
  Field decoder;  // None: the input is text
  Field errors;
  std::atomic<bool> pending_cr;  // a "\r" at the end of the last input waits for a "\n"
  std::atomic<bool> translate;
  std::atomic<u8> seen;  // SeenNewline bits
};
enum SeenNewline : u8 { kSeenCr = 1, kSeenLf = 2, kSeenCrLf = 4 };

Result<Ref<NewlineDecoder>> make_newline_decoder(Thread& thread, bool translate);
// One more piece of text.
Result<Ref<Str>> translate_newlines(Thread& thread, NewlineDecoder& decoder, Str& text, bool final);
Result<Ref<>> seen_newlines(Thread& thread, u8 seen);

// How lines end in a stream.
struct LineEnding {
  bool translated;  // only "\n" is left
  bool universal;   // "\n", "\r" and "\r\n"
  std::string_view newline;  // else this one
};
// The index after the first line ending at or after `start`, or -1. Then *consumed is how far the text cannot be part of a
// line ending.
isize find_line_ending(const LineEnding& ending, TextView text, isize start, isize* consumed);
isize find_character(TextView text, u32 character, isize start);
// newline= of open() and its kin: None, '', '\n', '\r' or '\r\n'.
Result<void> check_newline(Thread& thread, Value newline, const char* message = "newline must be str or None, not {}");

}  // namespace py::io

namespace py::detail {
template <>
struct TypeInfo<py::io::NewlineDecoder> {
  static Type& type() { return *py::io::io_types.newline_decoder; }
  static constexpr u32 kFlag = 0;
};
}  // namespace py::detail
