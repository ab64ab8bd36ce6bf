// Base 64 (RFC 4648) and hexadecimal.
#include <array>

#include "core/builtins/bytes_text.h"
#include "core/modules/binascii/binascii.h"

namespace py::binascii {

namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr auto kValues = [] {
  std::array<u8, 256> values{};
  values.fill(64);
  for (u8 i = 0; i < 64; ++i) values[static_cast<u8>(kAlphabet[i])] = i;
  return values;
}();

enum class Mode : u8 { Lenient, Strict };

// Four characters make three bytes; what is no character of the alphabet is skipped, or refused when strict.
class Decoder {
 public:
  Decoder(std::string_view text, Mode mode, ByteBuilder& out) : text_(text), strict_(mode == Mode::Strict), out_(out) {}

  // Null, or the message of an error.
  const char* run() {
    if (strict_ && !text_.empty() && text_[0] == '=') return "Leading padding not allowed";
    for (usize i = 0; i < text_.size() && !ended_; ++i) {
      if (const char* problem = take(static_cast<u8>(text_[i]), i + 1 == text_.size())) return problem;
    }
    if (ended_ || place_ == 0) return nullptr;
    return place_ == 1 ? "" : "Incorrect padding";
  }

 private:
  const char* take(u8 c, bool last) {
    if (c == '=') {
      padded_ = true;
      if (place_ >= 2 && place_ + ++pads_ >= 4) {
        if (strict_ && !last) return "Excess data after padding";
        ended_ = true;
      }
      return nullptr;
    }
    const u8 value = kValues[c];
    if (value >= 64) return strict_ ? "Only base64 data is allowed" : nullptr;
    if (strict_ && padded_) return "Discontinuous padding not allowed";
    pads_ = 0;
    bits_ = bits_ << 6 | value;
    if (place_) out_.append(static_cast<char>(bits_ >> (6 - 2 * place_)));
    place_ = (place_ + 1) & 3;
    return nullptr;
  }

  std::string_view text_;
  bool strict_;
  ByteBuilder& out_;
  u32 bits_ = 0;
  u32 place_ = 0;  // of the next character in its group of four
  u32 pads_ = 0;
  bool padded_ = false;
  bool ended_ = false;
};

Result<Ref<>> a2b_base64(Thread& thread, AsciiArgument& data, bool strict) {
  ByteBuilder out;
  out.reserve(data.view().size() / 4 * 3 + 3);
  const char* problem = Decoder(data.view(), strict ? Mode::Strict : Mode::Lenient, out).run();
  if (problem && !*problem) {
    return raise(thread, error,
                 "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
                 out.size() / 3 * 4 + 1);
  }
  if (problem) return raise(thread, error, problem);
  return finish(thread, out);
}

Result<Ref<>> b2a_base64(Thread& thread, Buffer& data, bool newline) {
  const usize size = static_cast<usize>(data.size);
  if (size > static_cast<usize>(PTRDIFF_MAX) / 2) return raise(thread, error, "Too much data for base64 line");
  const usize groups = (size + 2) / 3;
  Ref<Bytes> result = TRY(Bytes::allocate(thread, static_cast<isize>(4 * groups + newline)));
  u8* out = result->data();
  for (usize i = 0; i < size; i += 3) {
    const u32 count = size - i < 3 ? static_cast<u32>(size - i) : 3;
    u32 bits = u32{data.data[i]} << 16;
    if (count > 1) bits |= u32{data.data[i + 1]} << 8;
    if (count > 2) bits |= data.data[i + 2];
    for (u32 j = 0; j < 4; ++j) *out++ = j <= count ? static_cast<u8>(kAlphabet[bits >> (18 - 6 * j) & 63]) : '=';
  }
  if (newline) *out = '\n';
  return Ref<>(std::move(result));
}

Result<Ref<>> b2a_hex(Thread& thread, Buffer& data, Value separator, int group) {
  Ref<> text = TRY(hex_text(thread, data.view(), separator, group));
  return Ref<>(TRY(Bytes::from(thread, as<Str>(text).ascii())));
}
Result<Ref<>> a2b_hex(Thread& thread, AsciiArgument& text) {
  const std::string_view digits = text.view();
  if (digits.size() % 2) return raise(thread, error, "Odd-length string");
  Ref<Bytes> result = TRY(Bytes::allocate(thread, static_cast<isize>(digits.size() / 2)));
  for (usize i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(static_cast<u8>(digits[i])), low = hex_digit(static_cast<u8>(digits[i + 1]));
    if (high < 0 || low < 0) return raise(thread, error, "Non-hexadecimal digit found");
    result->data()[i / 2] = static_cast<u8>(high << 4 | low);
  }
  return Ref<>(std::move(result));
}

constexpr const char* kToHex = "Hexadecimal representation of binary data, as a bytes object.";
constexpr const char* kFromHex = "Binary data of hexadecimal representation.";

constexpr MethodSpec kFunctions[] = {
    function<a2b_base64>("a2b_base64(data, /, *, strict_mode=False)", "Decode a line of base64 data."),
    function<b2a_base64>("b2a_base64(data, /, *, newline=True)", "Base64-code line of data."),
    function<b2a_hex>("b2a_hex(data, sep=<unrepresentable>, bytes_per_sep=1)", kToHex),
    function<b2a_hex>("hexlify(data, sep=<unrepresentable>, bytes_per_sep=1)", kToHex),
    function<a2b_hex>("a2b_hex(hexstr, /)", kFromHex),
    function<a2b_hex>("unhexlify(hexstr, /)", kFromHex),
};

}  // namespace

const std::span<const MethodSpec> kBase64Functions = kFunctions;

}  // namespace py::binascii
