#include "core/modules/struct/format.h"

#include <cstring>
#include <vector>

namespace py::structs {

ModuleException error;

namespace {

struct Code {
  char code;
  u8 native_size, native_alignment;
  u8 standard_size;  // 0: native only
};
constexpr Code kCodes[] = {
    {'x', 1, 1, 1}, {'b', 1, 1, 1}, {'B', 1, 1, 1}, {'c', 1, 1, 1}, {'s', 1, 1, 1}, {'p', 1, 1, 1}, {'?', 1, 1, 1},
    {'h', 2, 2, 2}, {'H', 2, 2, 2}, {'i', 4, 4, 4}, {'I', 4, 4, 4}, {'l', 8, 8, 4}, {'L', 8, 8, 4}, {'q', 8, 8, 8},
    {'Q', 8, 8, 8}, {'n', 8, 8, 0}, {'N', 8, 8, 0}, {'P', 8, 8, 0}, {'e', 2, 2, 2}, {'f', 4, 4, 4}, {'d', 8, 8, 8},
};

const Code* find_code(char code, bool native) {
  for (const Code& row : kCodes) {
    if (row.code == code) return native || row.standard_size ? &row : nullptr;
  }
  return nullptr;
}

Failure too_long(Thread& thread) { return raise(thread, error, "total struct size too long"); }

class Compiler {
 public:
  Compiler(Thread& thread, std::string_view text) : thread_(thread), text_(text) {}

  Result<Ref<Bytes>> run() {
    read_order();
    while (at_ < text_.size()) TRY(read_item());
    Ref<Bytes> result =
        TRY(Bytes::allocate(thread_, static_cast<isize>(sizeof(StructFormat) + items_.size() * sizeof(FormatItem))));
    header_.item_count = static_cast<isize>(items_.size());
    std::memcpy(result->data(), &header_, sizeof header_);
    if (!items_.empty())
      std::memcpy(result->data() + sizeof header_, items_.data(), items_.size() * sizeof(FormatItem));
    return result;
  }

 private:
  void read_order() {
    const char first = text_.empty() ? 0 : text_[0];
    header_.native = !(first == '<' || first == '>' || first == '!' || first == '=');
    header_.big_endian = first == '>' || first == '!';
    if (!header_.native || first == '@') ++at_;
  }

  Result<void> read_item() {
    if (is_ascii_blank(text_[at_])) {
      ++at_;
      return {};
    }
    isize count = 1;
    if (is_digit(text_[at_])) {
      count = 0;
      while (at_ < text_.size() && is_digit(text_[at_])) {
        if (__builtin_mul_overflow(count, 10, &count) || __builtin_add_overflow(count, text_[at_] - '0', &count)) {
          return too_long(thread_);
        }
        ++at_;
      }
      if (at_ == text_.size()) return raise(thread_, error, "repeat count given without format specifier");
    }
    const Code* code = find_code(text_[at_++], header_.native);
    if (!code) return raise(thread_, error, "bad char in struct format");
    return add(*code, count);
  }

  Result<void> add(const Code& code, isize count) {
    const isize size = header_.native ? code.native_size : code.standard_size;
    const isize alignment = header_.native ? code.native_alignment : 1;
    isize start;
    if (__builtin_add_overflow(header_.size, alignment - 1, &start)) return too_long(thread_);
    start -= start % alignment;
    isize bytes, end;
    if (__builtin_mul_overflow(size, count, &bytes) || __builtin_add_overflow(start, bytes, &end))
      return too_long(thread_);
    header_.size = end;
    const bool one_value = code.code == 's' || code.code == 'p';
    if (code.code == 'x' || (count == 0 && !one_value)) return {};
    header_.value_count += one_value ? 1 : count;
    items_.push_back({start, count, static_cast<u8>(code.code), static_cast<u8>(size)});
    return {};
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_ascii_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  Thread& thread_;
  std::string_view text_;
  usize at_ = 0;
  StructFormat header_{};
  std::vector<FormatItem> items_;
};

}  // namespace

Result<Ref<Bytes>> compile_format(Thread& thread, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return raise(thread, error, "embedded null character");
  return Compiler(thread, text).run();
}

}  // namespace py::structs
