// TextBuilder: collects code points and grows its width only when one needs it, so its content is always canonical.
// Once an allocation failed, failed() stays true and appends return false. Threads: owner only.
#pragma once
#include "core/base/text/text_view.h"

namespace py {

class TextBuilder {
 public:
  TextBuilder() = default;
  ~TextBuilder() { release_heap(); }
  TextBuilder(TextBuilder&& other) noexcept { take(other); }
  TextBuilder& operator=(TextBuilder&& other) noexcept {
    if (this != &other) {
      release_heap();
      take(other);
    }
    return *this;
  }
  TextBuilder(const TextBuilder&) = delete;
  TextBuilder& operator=(const TextBuilder&) = delete;

  // Borrowed until the next append; canonical width and ascii flag.
  TextView view() const { return {data_, length_, width_, seen_ < 0x80}; }
  isize length() const { return length_; }
  bool failed() const { return failed_; }
  void clear();

  bool append(u32 code_point) {
    seen_ |= code_point;
    if (LIKELY(length_ < capacity_ && width_ == 1 && code_point < 0x100)) {
      data_[length_++] = static_cast<char>(code_point);
      return true;
    }
    return append_slow(code_point);
  }
  bool append(TextView view) {
    if (LIKELY(view.ascii && width_ == 1 && view.length <= capacity_ - length_)) {
      if (view.length) std::memcpy(data_ + length_, view.data, static_cast<usize>(view.length));
      length_ += view.length;
      return true;
    }
    return append_slow(view);
  }
  bool append_ascii(const char* text, isize length) { return append({text, length, 1, true}); }
  bool append_ascii(const char* text) { return append_ascii(text, static_cast<isize>(__builtin_strlen(text))); }
  bool append_latin1(const u8* bytes, isize length);
  bool append_repeated(u32 code_point, isize count);
  // Makes room for `extra` more code points of the present width.
  bool reserve(isize extra);
  // Drops the content past `length`; makes the rest canonical again.
  bool truncate(isize length);

 private:
  bool append_slow(u32 code_point);
  bool append_slow(TextView view);
  bool ensure(isize extra, u8 width);
  void release_heap();
  void take(TextBuilder& other);

  char* data_ = inline_;
  isize length_ = 0;
  isize capacity_ = sizeof inline_;  // in code points of width_
  u32 seen_ = 0;                     // bitwise or of all code points: its highest bit is the highest one's
  u8 width_ = 1;
  bool failed_ = false;
  char inline_[256];
};

}  // namespace py
