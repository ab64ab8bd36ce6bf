// BytesLike: the bytes of a bytes-like object, and the constructors that bytes and bytearray have in common.
// Threads: a shared bytearray is copied under its lock, so that reading it never keeps others from resizing it.
#pragma once
#include "core/base/text/byte_builder.h"
#include "core/bind/convert.h"
#include "core/object/bytearray.h"

#include <memory>

namespace py {

class BytesLike {
 public:
  BytesLike() = default;
  // TypeError "a bytes-like object is required, not 'T'".
  static Result<BytesLike> open(Thread& thread, Value value);
  // The same, or an int in range(256) for one byte.
  static Result<BytesLike> open_or_byte(Thread& thread, Value value);

  TextView view() const { return bytes_view(bytes_.data(), static_cast<isize>(bytes_.size())); }
  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
  Ref<Bytes> copy_;                 // what `bytes_` shows of a shared bytearray, or a single byte
  std::unique_ptr<Buffer> buffer_;  // open for objects that are neither bytes nor bytearray
};

// One-byte results are the shared immortal objects.
Result<Ref<>> make_bytes(Thread& thread, TextView view);
// The value of an int as a byte; ValueError with this message.
Result<u8> to_byte(Thread& thread, Value value, const char* message = "byte must be in range(0, 256)");
// The index that a key stands for; `message` is the TypeError's for other keys, {} stands for the type. IndexError when it
// is out of the range of all sequences.
Result<isize> sequence_index(Thread& thread, Value key, const char* message);
// -b: 1 warns where text and bytes are mixed up (-bb has the filters raise). Set once at start-up.
extern int bytes_warning_level;
Result<void> warn_about_bytes(Thread& thread, const char* message);
// Before `==` or `!=` of bytes or a bytearray with something of another kind answers.
Result<void> check_mixed_comparison(Thread& thread, Value left, Value right, CompareOp op, const char* kind);
bool compare_bytes(std::string_view left, std::string_view right, CompareOp op);
// All bytes of an open buffer in C order.
bool append_buffer(const Buffer& buffer, ByteBuilder& out);
// The content that bytes(source, encoding, errors) and bytearray(...) give: `name` is the type's.
struct BytesSource {
  Value source, encoding, errors;  // Unbound: not given
};
Result<void> collect_bytes(Thread& thread, const char* name, const BytesSource& arguments, ByteBuilder& out);
// Appends the bytes of an iterable of ints, or of a bytes-like object.
Result<void> collect_iterable(Thread& thread, const char* name, Value iterable, ByteBuilder& out);

}  // namespace py
