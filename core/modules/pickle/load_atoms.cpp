// Numbers, bytes and texts.
#include "core/base/number/float_format.h"
#include "core/modules/pickle/loader.h"
#include "core/object/bytearray.h"
#include "core/object/codec_registry.h"
#include "core/object/memoryview.h"
#include "core/object/number.h"

namespace py::pickle {

Result<std::string_view> Loader::argument_line() {
  const std::string_view text = TRY(input_.line());
  if (!text.empty()) return text;
  return raise(thread_, unpickling_error, "pickle data was truncated");
}
// The line's end belongs to the text: messages show it.
Result<Ref<>> Loader::parse_int(std::string_view digits, int base) {
  Ref<> text = TRY(decode_utf8(thread_, std::string(digits) + "\n"));
  return integer_from_text(thread_, text, base);
}

Result<void> Loader::load_int_text() {
  const std::string_view text = TRY(argument_line());
  if (text == "00" || text == "01") return push(Value::boolean(text == "01"));
  Result<Ref<>> number = parse_int(text, 0);
  if (!number.failed()) return push(number.take());
  if (!pending_is(thread_, *types.ValueError)) return failure;
  clear_pending(thread_);
  return raise(thread_, types.ValueError, "could not convert string to int");
}
Result<void> Loader::load_long_text() {
  std::string_view text = TRY(argument_line());
  if (text.ends_with('L')) text.remove_suffix(1);
  return push(TRY(parse_int(text, 0)));
}
Result<void> Loader::load_long(i64 size) {
  if (size < 0) return raise(thread_, unpickling_error, "LONG pickle has negative byte count");
  const std::string_view text = TRY(input_.bytes(static_cast<u64>(size)));
  BigInt number = big::from_bytes(reinterpret_cast<const u8*>(text.data()), text.size(), big::Order::Little, big::Signed::Yes);
  return push(TRY(make_integer(thread_, std::move(number))));
}

Result<void> Loader::load_float_text() {
  const std::string_view text = TRY(argument_line());
  double number;
  if (!real::parse(text.data(), text.size(), number)) {
    Ref<> shown = TRY(decode_utf8(thread_, std::string(text) + "\n", &intern(thread_, "replace")));
    return raise(thread_, types.ValueError, "could not convert string to float: '{}'", shown.value());
  }
  return push(TRY(make_float(thread_, number)));
}
Result<void> Loader::load_float() {
  const u64 bits = __builtin_bswap64(TRY(input_.number<u64>()));
  return push(TRY(make_float(thread_, std::bit_cast<double>(bits))));
}

Result<void> Loader::load_bytes(u64 size) {
  if (size > PTRDIFF_MAX) {
    return raise(thread_, types.OverflowError, "BINBYTES exceeds system's maximum size of {} bytes", i64{PTRDIFF_MAX});
  }
  const std::string_view text = TRY(input_.bytes(size));
  return push(Ref<>(TRY(Bytes::from(thread_, text))));
}
Result<void> Loader::load_bytearray(u64 size) {
  if (size > PTRDIFF_MAX) {
    return raise(thread_, types.OverflowError, "BYTEARRAY8 exceeds system's maximum size of {} bytes", i64{PTRDIFF_MAX});
  }
  const std::string_view text = TRY(input_.bytes(size));
  return push(Ref<>(TRY(ByteArray::make(thread_, *types.bytearray, text))));
}

// 8-bit strings of Python 2.
Result<void> Loader::push_decoded(std::string_view content) {
  Ref<Bytes> bytes = TRY(Bytes::from(thread_, content));
  Ref<> encoding = unpickler_.encoding.load(), errors = unpickler_.errors.load();
  if (as<Str>(encoding).equals("bytes")) return push(Ref<>(std::move(bytes)));
  return push(TRY(decode_text(thread_, bytes.value(), &as<Str>(encoding), &as<Str>(errors))));
}
Result<void> Loader::load_string(u64 size) { return push_decoded(TRY(input_.bytes(size))); }
Result<void> Loader::load_string_text() {
  std::string_view text = TRY(input_.line());
  const bool quoted = text.size() >= 2 && text.front() == text.back() && (text[0] == '\'' || text[0] == '"');
  if (!quoted) return raise(thread_, unpickling_error, "the STRING opcode argument must be quoted");
  text = text.substr(1, text.size() - 2);
  ByteBuilder content;
  isize first_invalid;
  const codec::Result result =
      codec::decode_bytes_escape(text.data(), static_cast<isize>(text.size()), codec::ErrorMode::Strict, content, first_invalid);
  if (content.failed()) return raise_memory_error(thread_);
  if (!result.ok()) return raise(thread_, types.ValueError, "{}", result.error.reason);
  return push_decoded({content.data(), content.size()});
}

Result<void> Loader::load_unicode_text() {
  const std::string_view text = TRY(input_.line());
  Decoding decoding(thread_, text, nullptr);
  const codec::Result result =
      codec::decode_raw_unicode_escape(text.data(), static_cast<isize>(text.size()), decoding.handler(), decoding.out);
  return push(Ref<>(TRY(decoding.finish(result))));
}
Result<void> Loader::load_unicode(u64 size) {
  if (size > PTRDIFF_MAX) {
    return raise(thread_, types.OverflowError, "BINUNICODE exceeds system's maximum size of {} bytes", i64{PTRDIFF_MAX});
  }
  const std::string_view text = TRY(input_.bytes(size));
  if (text::is_ascii(text.data(), static_cast<isize>(text.size()))) return push(Ref<>(TRY(Str::from_ascii(thread_, text))));
  static Str& surrogates = intern(thread_, "surrogatepass");
  return push(TRY(decode_utf8(thread_, text, &surrogates)));
}

Result<void> Loader::load_next_buffer() {
  Ref<> buffers = unpickler_.buffers.load();
  if (buffers.value().is_none()) {
    return raise(thread_, unpickling_error, "pickle stream refers to out-of-band data but no *buffers* argument was given");
  }
  Ref<> buffer = TRY(next(thread_, buffers));
  if (buffer.value() == Done) return raise(thread_, unpickling_error, "not enough out-of-band buffers");
  return push(std::move(buffer));
}
Result<void> Loader::make_top_read_only() {
  Ref<> buffer = TRY(top());
  Ref<MemoryView> view = TRY(make_memoryview(thread_, buffer));
  if (view->read_only) return {};
  Ref<> read_only = TRY(call_method(thread_, view.value(), "toreadonly"));
  TRY(pop());
  return push(std::move(read_only));
}

}  // namespace py::pickle
