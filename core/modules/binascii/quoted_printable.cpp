// Quoted-printable (RFC 1521).
#include "core/modules/binascii/binascii.h"

namespace py::binascii {

namespace {

constexpr usize kLineLimit = 76;
constexpr char kDigits[] = "0123456789ABCDEF";

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Decodes the escape whose '=' stands before `at`; returns the index after it.
usize decode_escape(std::string_view text, usize at, ByteBuilder& out) {
  if (at >= text.size()) return at;
  if (is_line_end(text[at])) {
    while (at < text.size() && text[at] != '\n') ++at;
    return at < text.size() ? at + 1 : at;
  }
  if (text[at] == '=') {
    out.append('=');
    return at + 1;
  }
  if (at + 1 < text.size()) {
    const int high = hex_digit(static_cast<u8>(text[at])), low = hex_digit(static_cast<u8>(text[at + 1]));
    if (high >= 0 && low >= 0) {
      out.append(static_cast<char>(high << 4 | low));
      return at + 2;
    }
  }
  out.append('=');
  return at;
}

Result<Ref<>> a2b_qp(Thread& thread, AsciiArgument& data, bool header) {
  const std::string_view text = data.view();
  ByteBuilder out;
  for (usize i = 0; i < text.size();) {
    if (text[i] == '=') {
      i = decode_escape(text, i + 1, out);
    } else {
      out.append(header && text[i] == '_' ? ' ' : text[i]);
      ++i;
    }
  }
  return finish(thread, out);
}

struct Options {
  bool quote_tabs, is_text, header;
};

class Encoder {
 public:
  Encoder(std::string_view data, Options options) : data_(data), options_(options) {
    const usize newline = data.find('\n');
    crlf_ = newline != std::string_view::npos && newline > 0 && data[newline - 1] == '\r';
  }

  void run() {
    while (at_ < data_.size()) {
      if (must_escape()) {
        if (column_ + 3 >= kLineLimit) break_softly();
        escape(data_[at_++]);
        column_ += 3;
      } else if (options_.is_text && ends_line()) {
        end_line();
      } else {
        const bool more_in_line = at_ + 1 != data_.size() && data_[at_ + 1] != '\n';
        if (more_in_line && column_ + 1 >= kLineLimit) break_softly();
        ++column_;
        const char c = data_[at_++];
        out.append(options_.header && c == ' ' ? '_' : c);
      }
    }
  }
  ByteBuilder out;

 private:
  bool must_escape() const {
    const u8 c = static_cast<u8>(data_[at_]);
    const bool last = at_ + 1 == data_.size();
    if (c > 126 || c == '=' || (options_.header && c == '_')) return true;
    if (c == '.' && column_ == 0 && (last || is_line_end(data_[at_ + 1]) || data_[at_ + 1] == 0)) return true;
    if (is_line_end(data_[at_])) return !options_.is_text;
    if ((c == '\t' || c == ' ') && last) return true;
    return c < 33 && (options_.quote_tabs || (c != '\t' && c != ' '));
  }
  bool ends_line() const {
    return data_[at_] == '\n' || (data_[at_] == '\r' && at_ + 1 < data_.size() && data_[at_ + 1] == '\n');
  }
  void end_line() {
    column_ = 0;
    const char last = out.size() ? out.data()[out.size() - 1] : 0;
    if (last == ' ' || last == '\t') {  // blanks at the end of a line would get lost
      out.truncate(out.size() - 1);
      escape(last);
    }
    append_newline();
    at_ += data_[at_] == '\r' ? 2 : 1;
  }
  void break_softly() {
    out.append('=');
    append_newline();
    column_ = 0;
  }
  void append_newline() {
    if (crlf_) out.append('\r');
    out.append('\n');
  }
  void escape(char c) {
    out.append('=');
    out.append(kDigits[static_cast<u8>(c) >> 4]);
    out.append(kDigits[static_cast<u8>(c) & 15]);
  }

  std::string_view data_;
  Options options_;
  bool crlf_;
  usize at_ = 0, column_ = 0;
};

Result<Ref<>> b2a_qp(Thread& thread, Buffer& data, bool quote_tabs, bool is_text, bool header) {
  Encoder encoder(data.view(), {quote_tabs, is_text, header});
  encoder.run();
  return finish(thread, encoder.out);
}

constexpr MethodSpec kFunctions[] = {
    function<a2b_qp>("a2b_qp(data, header=False)", "Decode a string of qp-encoded data."),
    function<b2a_qp>("b2a_qp(data, quotetabs=False, istext=True, header=False)",
                     "Encode a string using quoted-printable encoding."),
};

}  // namespace

const std::span<const MethodSpec> kQuotedFunctions = kFunctions;

}  // namespace py::binascii
