// Numbers, bytes and texts.
#include "core/base/text/codec.h"
#include "core/modules/pickle/pickle_buffer.h"
#include "core/modules/pickle/pickler.h"
#include "core/object/bytearray.h"
#include "core/object/number.h"

namespace py::pickle {

namespace {

// An opcode and a length: what stands before bytes.
class Header {
 public:
  template <class Size>
  Header(Opcode code, Size size) {
    text_[0] = static_cast<char>(code);
    std::memcpy(text_ + 1, &size, sizeof size);
    length_ = 1 + sizeof size;
  }
  std::string_view view() const { return {text_, length_}; }

 private:
  char text_[9];
  usize length_;
};

bool fits_i32(Value value) { return value.is_int() && value.as_int() == static_cast<i32>(value.as_int()); }

// The bytes of a big int in two's complement, as few as possible.
Result<void> long_bytes(Thread& thread, Value value, ByteBuilder& out) {
  const IntegerView number(value);
  const usize count = big::bit_length(number) / 8 + 1;
  char* place = out.reserve(count);
  if (!place) return raise_memory_error(thread);
  u8* bytes = reinterpret_cast<u8*>(place);
  CHECK(big::to_bytes(number, bytes, count, big::Order::Little, big::Signed::Yes));
  const bool spare = number.view().negative && count > 1 && bytes[count - 1] == 0xFF && bytes[count - 2] & 0x80;
  out.commit(spare ? count - 1 : count);
  return {};
}

}  // namespace

void Saver::save_bool(bool value) {
  if (protocol_ >= 2) {
    out_.opcode(value ? Opcode::NewTrue : Opcode::NewFalse);
  } else {
    out_.bytes(value ? "I01\n" : "I00\n");
  }
}

Result<void> Saver::save_int(Value value) {
  if (fits_i32(value) && binary_) {
    const i64 number = value.as_int();
    if (number >= 0 && number <= 0xFF) {
      out_.opcode(Opcode::BinInt1);
      out_.byte(static_cast<u8>(number));
    } else if (number >= 0 && number <= 0xFFFF) {
      out_.opcode(Opcode::BinInt2);
      out_.number(static_cast<u16>(number));
    } else {
      out_.opcode(Opcode::BinInt);
      out_.number(static_cast<i32>(number));
    }
    return {};
  }
  if (protocol_ >= 2) {
    ByteBuilder bytes;
    TRY(long_bytes(thread_, value, bytes));
    if (bytes.size() < 256) {
      out_.opcode(Opcode::Long1);
      out_.byte(static_cast<u8>(bytes.size()));
    } else {
      if (bytes.size() > INT32_MAX) return raise(thread_, types.OverflowError, "int too large to pickle");
      out_.opcode(Opcode::Long4);
      out_.number(static_cast<i32>(bytes.size()));
    }
    out_.bytes({bytes.data(), bytes.size()});
    return {};
  }
  Ref<Str> digits = TRY(integer_repr(thread_, value));
  const bool is_short = fits_i32(value);
  out_.opcode(is_short ? Opcode::Int : Opcode::Long);
  out_.bytes(digits->ascii());
  out_.bytes(is_short ? "\n" : "L\n");
  return {};
}

Result<void> Saver::save_float(double value) {
  if (binary_) {
    out_.opcode(Opcode::BinFloat);
    out_.number(__builtin_bswap64(std::bit_cast<u64>(value)));
    return {};
  }
  Ref<Str> text = TRY(float_repr(thread_, value));
  out_.opcode(Opcode::Float);
  out_.bytes(text->ascii());
  out_.byte('\n');
  return {};
}

Result<void> Saver::save_bytes_data(Value object, std::string_view data, Value whole) {
  const usize size = data.size();
  if (size > UINT32_MAX && protocol_ < 4) {
    return raise(thread_, types.OverflowError, "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
  }
  const Header header = size <= UINT8_MAX    ? Header(Opcode::ShortBinBytes, static_cast<u8>(size))
                        : size <= UINT32_MAX ? Header(Opcode::BinBytes, static_cast<u32>(size))
                                             : Header(Opcode::BinBytes8, u64{size});
  TRY(out_.payload(header.view(), data, whole));
  return put(object);
}
Result<void> Saver::save_bytearray_data(Value object, std::string_view data, Value whole) {
  TRY(out_.payload(Header(Opcode::ByteArray8, u64{data.size()}).view(), data, whole));
  return put(object);
}

Result<void> Saver::save_bytes(Value object) {
  const Bytes& bytes = as<Bytes>(object);
  if (protocol_ >= 3) return save_bytes_data(object, bytes.view(), object);
  // Older protocols have no bytes: codecs.encode(text, 'latin1') makes them.
  if (bytes.length == 0) return save_as_call(types.bytes->value(), {}, object);
  Ref<Str> text = TRY(Str::from_latin1(thread_, bytes.view())), encoding = TRY(Str::from_ascii(thread_, "latin1"));
  return save_as_call(library.encode.peek(), {text.value(), encoding.value()}, object);
}

Result<void> Saver::save_bytearray(Value object) {
  ByteBuilder content;
  if (!as<ByteArray>(object).copy_to(content)) return raise_memory_error(thread_);
  const std::string_view view{content.data(), content.size()};
  if (protocol_ >= 5) return save_bytearray_data(object, view, Empty);
  if (view.empty()) return save_as_call(types.bytearray->value(), {}, object);
  Ref<Bytes> bytes = TRY(Bytes::from(thread_, view));
  return save_as_call(types.bytearray->value(), {bytes.value()}, object);
}

Result<void> Saver::save_buffer(Value object) {
  if (protocol_ < 5) return raise(thread_, pickling_error, "PickleBuffer can only pickled with protocol >= 5");
  Buffer buffer = TRY(get_strided_buffer(thread_, object));
  if (!is_contiguous(buffer)) {
    return raise(thread_, pickling_error, "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
  }
  Ref<> callback = pickler_.buffer_callback.load();
  bool in_band = true;
  if (!callback.value().is_none()) {
    Ref<> answer = TRY(call(thread_, callback, {object}));
    in_band = TRY(is_true(thread_, answer));
  }
  if (in_band) {
    if (buffer.read_only) return save_bytes_data(object, buffer.view(), Empty);
    return save_bytearray_data(object, buffer.view(), Empty);
  }
  out_.opcode(Opcode::NextBuffer);
  if (buffer.read_only) out_.opcode(Opcode::ReadOnlyBuffer);
  return {};
}

namespace {

// Proto 0: raw-unicode-escape, and besides what the line-oriented format cannot have.
void append_escaped(const TextView& text, ByteBuilder& out) {
  constexpr const char* kDigits = "0123456789abcdef";
  for (isize i = 0; i < text.length; ++i) {
    const u32 c = text[i];
    const bool special = c == '\\' || c == 0 || c == '\r' || c == '\n' || c == 0x1A;
    if (c < 0x100 && !special) {
      out.append(static_cast<char>(c));
      continue;
    }
    out.append(c > 0xFFFF ? "\\U" : "\\u");
    for (int shift = c > 0xFFFF ? 28 : 12; shift >= 0; shift -= 4) out.append(kDigits[c >> shift & 15]);
  }
}

}  // namespace

Result<void> Saver::save_str(Value object) {
  const Str& text = as<Str>(object);
  ByteBuilder encoded;
  if (!binary_) {
    append_escaped(text.view(), encoded);
    if (encoded.failed()) return raise_memory_error(thread_);
    out_.opcode(Opcode::Unicode);
    out_.bytes({encoded.data(), encoded.size()});
    out_.byte('\n');
    return put(object);
  }
  std::string_view bytes;
  if (text.is_ascii()) {
    bytes = text.ascii();
  } else {
    const codec::Result result = codec::encode_utf8(text.view(), {codec::ErrorMode::SurrogatePass}, encoded);
    if (!result.ok() || encoded.failed()) return raise_memory_error(thread_);
    bytes = {encoded.data(), encoded.size()};
  }
  const usize size = bytes.size();
  if (size > UINT32_MAX && protocol_ < 4) {
    return raise(thread_, types.OverflowError, "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
  }
  const Header header = size <= UINT8_MAX && protocol_ >= 4 ? Header(Opcode::ShortBinUnicode, static_cast<u8>(size))
                        : size <= UINT32_MAX                ? Header(Opcode::BinUnicode, static_cast<u32>(size))
                                                            : Header(Opcode::BinUnicode8, u64{size});
  TRY(out_.payload(header.view(), bytes, Empty));
  return put(object);
}

}  // namespace py::pickle
