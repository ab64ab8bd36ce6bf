#include "core/base/text/text_builder.h"

#include <cstdlib>
#include <cstring>

#include "core/base/machine_memory.h"

namespace py {

void TextBuilder::clear() {
  length_ = 0;
  seen_ = 0;
  capacity_ = capacity_ * width_;
  width_ = 1;
}

// Makes room for `extra` code points at `width` (never below the present one), converting what is there.
bool TextBuilder::ensure(isize extra, u8 width) {
  if (failed_) return false;
  isize wanted;
  if (__builtin_add_overflow(length_, extra, &wanted) || wanted > PTRDIFF_MAX / 16 || exceeds_machine(static_cast<usize>(wanted) * width)) {
    failed_ = true;
    return false;
  }
  if (width == width_ && wanted <= capacity_) return true;
  isize capacity = wanted <= capacity_ ? capacity_ : wanted + wanted / 2 + 32;
  char* bigger = nullptr;
  if (width == width_) {
    void* old = data_ == inline_ ? nullptr : data_;
    bigger = static_cast<char*>(std::realloc(old, static_cast<usize>(capacity) * width));
    if (bigger && !old) std::memcpy(bigger, inline_, static_cast<usize>(length_) * width);
  } else {
    bigger = static_cast<char*>(std::malloc(static_cast<usize>(capacity) * width));
    if (bigger) {
      text::copy_chars(bigger, width, {data_, length_, width_, false});
      release_heap();
    }
  }
  if (!bigger) {
    failed_ = true;
    return false;
  }
  data_ = bigger;
  capacity_ = capacity;
  width_ = width;
  return true;
}

bool TextBuilder::append_slow(u32 code_point) {
  u8 width = text::width_for(code_point);
  if (width < width_) width = width_;
  if (UNLIKELY(width != width_ || length_ == capacity_) && !ensure(1, width)) return false;
  if (width == 1) {
    data_[length_] = static_cast<char>(code_point);
  } else if (width == 2) {
    reinterpret_cast<u16*>(data_)[length_] = static_cast<u16>(code_point);
  } else {
    reinterpret_cast<u32*>(data_)[length_] = code_point;
  }
  ++length_;
  return true;
}

bool TextBuilder::append_slow(TextView view) {
  if (view.length == 0) return !failed_;
  u32 limit = view.ascii ? 0x7f : view.width == 1 ? 0xff : view.width == 2 ? 0xffff : 0x10ffff;
  // Only a view that might raise the present class needs to be looked at.
  if (limit > 0x7f && seen_ <= limit / 2) limit = text::max_code_point_class(view);
  u8 width = text::width_for(limit);
  if (width < width_) width = width_;
  if (!ensure(view.length, width)) return false;
  text::copy_chars(data_ + length_ * width_, width_, view);
  length_ += view.length;
  if (limit > seen_) seen_ |= limit;
  return true;
}

bool TextBuilder::append_latin1(const u8* bytes, isize length) { return append({bytes, length, 1, false}); }

bool TextBuilder::append_repeated(u32 code_point, isize count) {
  if (count <= 0) return !failed_;
  u8 width = text::width_for(code_point);
  if (width < width_) width = width_;
  if (!ensure(count, width)) return false;
  seen_ |= code_point;
  if (width == 1) {
    std::memset(data_ + length_, static_cast<int>(code_point), static_cast<usize>(count));
    length_ += count;
    return true;
  }
  for (isize i = 0; i < count; ++i) append_slow(code_point);
  return true;
}

bool TextBuilder::reserve(isize extra) { return ensure(extra, width_); }

bool TextBuilder::truncate(isize length) {
  if (failed_) return false;
  length_ = length;
  u32 limit = text::max_code_point_class({data_, length_, width_, false});
  seen_ = limit == 0x7f ? 0 : limit;
  u8 width = text::width_for(limit);
  if (width == width_) return true;
  // Narrowing in place is safe: each character moves towards the start.
  for (isize i = 0; i < length_; ++i) {
    u32 c = TextView{data_, length_, width_, false}[i];
    if (width == 1) {
      data_[i] = static_cast<char>(c);
    } else {
      reinterpret_cast<u16*>(data_)[i] = static_cast<u16>(c);
    }
  }
  capacity_ = capacity_ * width_ / width;
  width_ = width;
  return true;
}

void TextBuilder::release_heap() {
  if (data_ != inline_) std::free(data_);
}

void TextBuilder::take(TextBuilder& other) {
  length_ = other.length_;
  capacity_ = other.capacity_;
  seen_ = other.seen_;
  width_ = other.width_;
  failed_ = other.failed_;
  if (other.data_ == other.inline_) {
    data_ = inline_;
    std::memcpy(inline_, other.inline_, sizeof inline_);
  } else {
    data_ = other.data_;
  }
  other.data_ = other.inline_;
  other.length_ = 0;
  other.capacity_ = sizeof other.inline_;
  other.seen_ = 0;
  other.width_ = 1;
}

}  // namespace py
