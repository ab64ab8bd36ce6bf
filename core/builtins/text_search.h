// The searching methods that str, bytes and bytearray share, once for all three. A template because only the
// kind of argument and result differs (text_kinds.h); the algorithms behind work on TextView (core/base/text/search.h).
// Threads: see text_kinds.h.
#pragma once
#include "core/builtins/text_kinds.h"
#include "core/object/sequence.h"

namespace py {

// The part of a text that `start` and `end` select, as slices do; end < start when there is none.
struct TextRange {
  isize start, end;
  TextRange(ClampedIndex from, ClampedIndex to, isize length) : start(from.given ? from.value : 0), end(length) {
    if (to.given && to.value < length) end = to.value < 0 ? to.value + length : to.value;
    if (end < 0) end = 0;
    if (start < 0) start = start + length < 0 ? 0 : start + length;
  }
};

enum class Direction : u8 { First, Last };

template <class K>
struct TextSearch {
  using Self = typename K::Self;
  template <Direction direction>
  static Result<isize> find(Thread& thread, Self& self, Value sub, ClampedIndex start, ClampedIndex end) {
    auto needle = TRY(K::needle(thread, sub));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), wanted = needle.view();
    const TextRange range(start, end, view.length);
    if (range.end - range.start < wanted.length) return isize{-1};
    const TextView part = view.slice(range.start, range.end);
    const isize at = direction == Direction::First ? text::find(part, wanted) : text::find_last(part, wanted);
    return at < 0 ? at : at + range.start;
  }
  template <Direction direction>
  static Result<isize> index(Thread& thread, Self& self, Value sub, ClampedIndex start, ClampedIndex end) {
    const isize at = TRY(find<direction>(thread, self, sub, start, end));
    if (at >= 0) return at;
    return raise(thread, types.ValueError, K::kIsText ? "substring not found" : "subsection not found");
  }
  static Result<isize> count(Thread& thread, Self& self, Value sub, ClampedIndex start, ClampedIndex end) {
    auto needle = TRY(K::needle(thread, sub));
    auto content = TRY(K::content(thread, self));
    const TextRange range(start, end, content.view().length);
    if (range.end - range.start < needle.view().length) return isize{0};
    return text::count(content.view().slice(range.start, range.end), needle.view());
  }

  template <Direction direction>
  static Result<bool> matches_at(Thread& thread, Self& self, Value affix, ClampedIndex start, ClampedIndex end) {
    auto wanted = TRY(K::argument(thread, affix,
                                  direction == Direction::First ? "tuple for startswith must only contain str, not {}"
                                                                : "tuple for endswith must only contain str, not {}"));
    auto content = TRY(K::content(thread, self));
    const TextRange range(start, end, content.view().length);
    if (range.end - range.start < wanted.view().length) return false;
    const TextView part = content.view().slice(range.start, range.end);
    return direction == Direction::First ? text::starts_with(part, wanted.view()) : text::ends_with(part, wanted.view());
  }
  template <Direction direction>
  static Result<bool> has_affix(Thread& thread, Self& self, Value affix, ClampedIndex start, ClampedIndex end) {
    if (Tuple* choices = try_as<Tuple>(affix)) {
      for (isize i = 0; i < choices->length; ++i) {
        if (TRY(matches_at<direction>(thread, self, (*choices)[i], start, end))) return true;
      }
      return false;
    }
    if (!K::accepts(affix)) {
      const char* method = direction == Direction::First ? "startswith" : "endswith";
      const char* wanted = K::kIsText ? "str" : "bytes";
      return raise(thread, types.TypeError, "{} first arg must be {} or a tuple of {}, not {}", method, wanted, wanted,
                   type_of(affix));
    }
    return matches_at<direction>(thread, self, affix, start, end);
  }
};

}  // namespace py
