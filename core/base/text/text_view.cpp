#include "core/base/text/text_view.h"

#include <cstring>

namespace py::text {

bool is_ascii(const void* bytes, isize length) {
  const u8* at = static_cast<const u8*>(bytes);
  isize i = 0;
  u64 seen = 0;
  for (; i + 32 <= length; i += 32) {
    u64 words[4];
    std::memcpy(words, at + i, 32);
    seen = words[0] | words[1] | words[2] | words[3];
    if (seen & 0x8080808080808080) return false;
  }
  for (; i + 8 <= length; i += 8) {
    u64 word;
    std::memcpy(&word, at + i, 8);
    seen |= word;
  }
  for (; i < length; ++i) seen |= at[i];
  return (seen & 0x8080808080808080) == 0;
}

namespace {

template <class Char>
u32 class_of(const Char* chars, isize length) {
  u32 seen = 0;
  constexpr isize kBlock = 256;
  for (isize i = 0; i < length;) {
    isize end = i + kBlock < length ? i + kBlock : length;
    for (; i < end; ++i) seen |= chars[i];
    if (seen >= (sizeof(Char) == 2 ? 0x100u : 0x10000u)) break;
  }
  return seen < 0x80 ? 0x7f : seen < 0x100 ? 0xff : seen < 0x10000 ? 0xffff : 0x10ffff;
}

template <class To, class From>
void convert(void* to, const void* from, isize length) {
  To* target = static_cast<To*>(to);
  const From* source = static_cast<const From*>(from);
  for (isize i = 0; i < length; ++i) target[i] = static_cast<To>(source[i]);
}

template <class To>
void convert_to(void* to, TextView from) {
  if (from.width == 1) return convert<To, u8>(to, from.data, from.length);
  if (from.width == 2) return convert<To, u16>(to, from.data, from.length);
  convert<To, u32>(to, from.data, from.length);
}

}  // namespace

u32 max_code_point_class(TextView view) {
  if (view.ascii) return 0x7f;
  if (view.width == 1) return is_ascii(view.data, view.length) ? 0x7f : 0xff;
  if (view.width == 2) return class_of(static_cast<const u16*>(view.data), view.length);
  return class_of(static_cast<const u32*>(view.data), view.length);
}

void copy_chars_converted(void* to, u8 to_width, TextView from) {
  if (to_width == 1) {
    convert_to<u8>(to, from);
  } else if (to_width == 2) {
    convert_to<u16>(to, from);
  } else {
    convert_to<u32>(to, from);
  }
}

}  // namespace py::text
