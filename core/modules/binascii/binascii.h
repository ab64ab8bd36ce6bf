// What the files of the module `binascii` share: the exceptions and the argument that text functions take.
// Threads: no state but the exception classes.
#pragma once
#include <span>

#include "core/base/text/byte_builder.h"
#include "core/modules/exception_class.h"

namespace py::binascii {

extern ModuleException error, incomplete;

// The bytes of a bytes-like object or of an ASCII str; open while it lives.
class AsciiArgument {
 public:
  std::string_view view() const { return view_; }

 private:
  friend Result<AsciiArgument> open_ascii(Thread& thread, Value value);
  Buffer buffer_;
  std::string_view view_;
};
Result<AsciiArgument> open_ascii(Thread& thread, Value value);
// The collected bytes as an object.
Result<Ref<>> finish(Thread& thread, const ByteBuilder& out);
int hex_digit(u8 c);  // -1: none

extern const std::span<const MethodSpec> kBase64Functions, kUuFunctions, kQuotedFunctions;

}  // namespace py::binascii

namespace py {

template <>
struct FromPython<binascii::AsciiArgument&> {
  using Holder = binascii::AsciiArgument;
  static Result<Holder> convert(Thread& thread, Value value, ArgumentPlace) {
    return binascii::open_ascii(thread, value);
  }
};

}  // namespace py
