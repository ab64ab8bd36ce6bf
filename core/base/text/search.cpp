#include "core/base/text/search.h"

#include <cstdlib>
#include <cstring>

#include "core/base/text/find_kernels.h"
#include "core/base/text/unicode.h"

namespace py::text {

namespace {

u32 width_limit(u8 width) { return width == 1 ? 0xff : width == 2 ? 0xffff : 0x10ffff; }

// A needle brought to the width of its haystack. impossible(): it holds a character the haystack cannot hold.
class Needle {
 public:
  Needle(TextView haystack, TextView needle) : view_(needle) {
    if (haystack.width == needle.width) return;
    if (needle.width > haystack.width && max_code_point_class(needle) > width_limit(haystack.width)) {
      impossible_ = true;
      return;
    }
    usize size = static_cast<usize>(needle.length) * haystack.width;
    void* place = small_;
    if (size > sizeof small_) place = heap_ = std::malloc(size);
    if (!place) {
      impossible_ = true;  // no memory to search with; nothing is found
      return;
    }
    copy_chars(place, haystack.width, needle);
    view_ = {place, needle.length, haystack.width, needle.ascii};
  }
  ~Needle() { std::free(heap_); }
  Needle(const Needle&) = delete;

  bool impossible() const { return impossible_; }
  TextView view() const { return view_; }

 private:
  TextView view_;
  void* heap_ = nullptr;
  bool impossible_ = false;
  alignas(16) char small_[256];
};

isize find_same_width(TextView haystack, TextView needle) {
  return with_chars(haystack, [&]<class Char>(const Char* chars) -> isize {
    const Char* wanted = static_cast<const Char*>(needle.data);
    if (needle.length == 1) return find_unit(chars, haystack.length, wanted[0]);
    return find_units(chars, haystack.length, wanted, needle.length);
  });
}

}  // namespace

isize find_char(TextView haystack, u32 c, isize start) {
  if (c > width_limit(haystack.width) || start >= haystack.length) return -1;
  return with_chars(haystack, [&]<class Char>(const Char* chars) -> isize {
    isize hit = find_unit(chars + start, haystack.length - start, static_cast<Char>(c));
    return hit < 0 ? -1 : hit + start;
  });
}

isize find_last_char(TextView haystack, u32 c) {
  if (c > width_limit(haystack.width)) return -1;
  return with_chars(haystack, [&]<class Char>(const Char* chars) -> isize {
    return find_last_unit(chars, haystack.length, static_cast<Char>(c));
  });
}

isize find(TextView haystack, TextView needle) {
  if (needle.length == 0) return 0;
  if (needle.length > haystack.length) return -1;
  if (needle.length == 1) return find_char(haystack, needle[0]);
  if (LIKELY(haystack.width == needle.width)) return find_same_width(haystack, needle);
  Needle same(haystack, needle);
  return same.impossible() ? -1 : find_same_width(haystack, same.view());
}

isize find_last(TextView haystack, TextView needle) {
  if (needle.length == 0) return haystack.length;
  if (needle.length > haystack.length) return -1;
  if (needle.length == 1) return find_last_char(haystack, needle[0]);
  Needle same(haystack, needle);
  if (same.impossible()) return -1;
  return with_chars(haystack, [&]<class Char>(const Char* chars) -> isize {
    return find_last_units(chars, haystack.length, static_cast<const Char*>(same.view().data), needle.length);
  });
}

isize count(TextView haystack, TextView needle, isize limit) {
  if (needle.length == 0) return haystack.length + 1 < limit ? haystack.length + 1 : limit;
  if (needle.length > haystack.length) return 0;
  Needle same(haystack, needle);
  if (same.impossible()) return 0;
  isize total = 0;
  if (needle.length == 1 && limit == PTRDIFF_MAX) {
    with_chars(haystack, [&]<class Char>(const Char* chars) {
      Char wanted = static_cast<const Char*>(same.view().data)[0];
      for (isize i = 0; i < haystack.length; ++i) total += chars[i] == wanted;
    });
    return total;
  }
  while (total < limit) {
    isize hit = find_same_width(haystack, same.view());
    if (hit < 0) break;
    ++total;
    haystack = haystack.slice(hit + needle.length, haystack.length);
    if (needle.length > haystack.length) break;
  }
  return total;
}

bool previous_word(TextView view, isize position, Space kind, isize& start, isize& end) {
  return with_chars(view, [&](auto* chars) {
    isize i = position;
    while (i > 0 && is_white(chars[i - 1], kind)) --i;
    if (i <= 0) return false;
    end = i;
    while (i > 0 && !is_white(chars[i - 1], kind)) --i;
    start = i;
    return true;
  });
}

namespace {

bool ends_line(u32 c, Lines kind) { return kind == Lines::Bytes ? c == '\n' || c == '\r' : unicode::is_line_break(c); }

// The first end of a line at or after `i`, or `length`.
template <class Char>
isize find_line_end(const Char* chars, isize i, isize length, Lines kind) {
  if constexpr (sizeof(Char) == 1) {
    // Sixteen at once: only control characters and U+0085 have to be looked at.
    const __m128i last_control = _mm_set1_epi8(0x1E), next_line = _mm_set1_epi8(static_cast<char>(0x85));
    for (; i + 16 <= length; i += 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(chars + i));
      const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
      const int mask = _mm_movemask_epi8(_mm_or_si128(control, _mm_cmpeq_epi8(block, next_line)));
      for (u32 left = static_cast<u32>(mask); left; left &= left - 1) {
        const isize at = i + __builtin_ctz(left);
        if (ends_line(chars[at], kind)) return at;
      }
    }
  }
  while (i < length && !ends_line(chars[i], kind)) ++i;
  return i;
}

}  // namespace

void next_line(TextView view, isize position, Lines kind, isize& end, isize& next) {
  with_chars(view, [&](auto* chars) {
    const isize i = find_line_end(chars, position, view.length, kind);
    end = next = i;
    if (i < view.length) next = chars[i] == '\r' && i + 1 < view.length && chars[i + 1] == '\n' ? i + 2 : i + 1;
  });
}

bool equal(TextView left, TextView right) {
  if (left.length != right.length) return false;
  if (left.width == right.width) return left.length == 0 || std::memcmp(left.data, right.data, left.byte_size()) == 0;
  return compare(left, right) == 0;
}

int compare(TextView left, TextView right) {
  isize shorter = left.length < right.length ? left.length : right.length;
  int order = 0;
  if (left.width == 1 && right.width == 1) {
    order = shorter ? std::memcmp(left.data, right.data, static_cast<usize>(shorter)) : 0;
  } else {
    with_chars(left, [&](auto* a) {
      with_chars(right, [&](auto* b) {
        isize i = 0;
        while (i < shorter && a[i] == b[i]) ++i;
        if (i < shorter) order = a[i] < b[i] ? -1 : 1;
      });
    });
  }
  if (order != 0) return order < 0 ? -1 : 1;
  return left.length < right.length ? -1 : left.length > right.length;
}

bool starts_with(TextView view, TextView prefix) {
  if (prefix.length > view.length) return false;
  return prefix.length == 0 || (view[0] == prefix[0] && equal(view.slice(0, prefix.length), prefix));
}

bool ends_with(TextView view, TextView suffix) {
  if (suffix.length > view.length) return false;
  if (suffix.length == 0) return true;
  const TextView end = view.slice(view.length - suffix.length, view.length);
  return end[0] == suffix[0] && equal(end, suffix);
}

TextView strip(TextView view, Side side, Space kind) {
  return with_chars(view, [&](auto* chars) {
    isize start = 0, end = view.length;
    if (static_cast<u8>(side) & static_cast<u8>(Side::Left)) {
      while (start < end && is_white(chars[start], kind)) ++start;
    }
    if (static_cast<u8>(side) & static_cast<u8>(Side::Right)) {
      while (end > start && is_white(chars[end - 1], kind)) --end;
    }
    return view.slice(start, end);
  });
}

TextView strip_characters(TextView view, TextView characters, Side side) {
  isize start = 0, end = view.length;
  if (static_cast<u8>(side) & static_cast<u8>(Side::Left)) {
    while (start < end && find_char(characters, view[start]) >= 0) ++start;
  }
  if (static_cast<u8>(side) & static_cast<u8>(Side::Right)) {
    while (end > start && find_char(characters, view[end - 1]) >= 0) --end;
  }
  return view.slice(start, end);
}

}  // namespace py::text
