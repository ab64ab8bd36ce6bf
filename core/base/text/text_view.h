// TextView: a borrowed run of code points of one fixed width (1: Latin-1, 2: UCS-2, 4: UCS-4).
// A view of a whole string is canonical: the smallest width that holds it, `ascii` set exactly when all are below 128.
// A slice keeps its parent's width and may be wider than it needs; `ascii` then only promises "known to be ASCII".
// A byte string is a view of width 1. Threads: immutable.
#pragma once
#include "core/base/types.h"

#include <cstring>
#include <type_traits>

namespace py {

// Two words, so that it travels in registers.
struct TextView {
  const void* data;
  u8 width : 3;
  bool ascii : 1;
  u8 : 4;
  i64 length : 56;

  constexpr TextView(const void* data = nullptr, isize length = 0, u8 width = 1, bool ascii = true)
      : data(data), width(width), ascii(ascii), length(length) {}
  u32 operator[](isize index) const {
    if (LIKELY(width == 1)) return static_cast<const u8*>(data)[index];
    if (width == 2) return static_cast<const u16*>(data)[index];
    return static_cast<const u32*>(data)[index];
  }
  TextView slice(isize start, isize end) const {
    return {static_cast<const char*>(data) + start * width, end - start, width, ascii};
  }
  usize byte_size() const { return static_cast<usize>(length) * width; }
};
static_assert(sizeof(TextView) == 16 && std::is_trivially_copyable_v<TextView>);

inline TextView ascii_view(const char* text, isize length) { return {text, length, 1, true}; }
inline TextView ascii_view(const char* text) { return {text, static_cast<isize>(__builtin_strlen(text)), 1, true}; }
inline TextView bytes_view(const void* bytes, isize length) { return {bytes, length, 1, false}; }

// Calls `body(const Char* data)` with the view's own character type.
template <class Body>
INLINE decltype(auto) with_chars(TextView view, Body&& body) {
  if (LIKELY(view.width == 1)) return body(static_cast<const u8*>(view.data));
  if (view.width == 2) return body(static_cast<const u16*>(view.data));
  return body(static_cast<const u32*>(view.data));
}

namespace text {

// The largest code point, rounded up to 0x7f, 0xff, 0xffff or 0x10ffff.
u32 max_code_point_class(TextView view);
// The canonical width for a class returned above.
inline u8 width_for(u32 max_code_point) { return max_code_point < 0x100 ? 1 : max_code_point < 0x10000 ? 2 : 4; }
// True when every byte is below 128.
bool is_ascii(const void* bytes, isize length);
// Copies `from` to `to`, changing the width; every code point must fit in `to_width`.
void copy_chars_converted(void* to, u8 to_width, TextView from);
inline void copy_chars(void* to, u8 to_width, TextView from) {
  if (UNLIKELY(from.width != to_width)) return copy_chars_converted(to, to_width, from);
  if (from.length) std::memcpy(to, from.data, from.byte_size());
}

}  // namespace text
}  // namespace py
