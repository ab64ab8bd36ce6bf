// The searching and splitting methods that str, bytes and bytearray share, once for all three. A template because only the
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

// Spans found by a split, turned into a list of new texts.
class Pieces {
 public:
  void add(isize start, isize end) {
    const isize span[] = {start, end};
    spans_.append(span, sizeof span);
  }
  isize count() const { return static_cast<isize>(spans_.size() / kSpan); }
  template <class K>
  Result<Ref<>> to_list(Thread& thread, TextView view, bool reversed = false) {
    if (spans_.failed()) return raise_memory_error(thread);
    const isize total = count();
    Ref<List> list = TRY(List::make(thread, total));
    for (isize i = 0; i < total; ++i) {
      isize span[2];
      std::memcpy(span, spans_.data() + kSpan * static_cast<usize>(reversed ? total - 1 - i : i), sizeof span);
      TRY(list->append(thread, TRY(K::make(thread, view.slice(span[0], span[1])))));
    }
    return Ref<>(std::move(list));
  }

 private:
  static constexpr usize kSpan = 2 * sizeof(isize);
  ByteBuilder spans_;
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

  // Splitting

  static Result<Ref<>> split(Thread& thread, Self& self, Value separator, isize limit) {
    if (limit < 0) limit = PTRDIFF_MAX;
    Pieces pieces;
    if (separator.is_none()) {
      auto content = TRY(K::content(thread, self));
      const TextView view = content.view();
      isize at = 0, start, end;
      while (text::next_word(view, at, K::kSpace, start, end)) {
        const bool is_rest = pieces.count() == limit;
        if (is_rest) end = view.length;
        pieces.add(start, end);
        if (is_rest) break;
        at = end;
      }
      return pieces.to_list<K>(thread, view);
    }
    auto argument = TRY(K::argument(thread, separator, "must be str or None, not {}"));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), wanted = argument.view();
    if (wanted.length == 0) return raise(thread, types.ValueError, "empty separator");
    isize at = 0;
    while (pieces.count() < limit) {
      const isize found = text::find(view.slice(at, view.length), wanted);
      if (found < 0) break;
      pieces.add(at, at + found);
      at += found + wanted.length;
    }
    if (at == 0) return single(thread, self);
    pieces.add(at, view.length);
    return pieces.to_list<K>(thread, view);
  }
  static Result<Ref<>> rsplit(Thread& thread, Self& self, Value separator, isize limit) {
    if (limit < 0) limit = PTRDIFF_MAX;
    Pieces pieces;
    if (separator.is_none()) {
      auto content = TRY(K::content(thread, self));
      const TextView view = content.view();
      isize at = view.length, start, end;
      while (text::previous_word(view, at, K::kSpace, start, end)) {
        const bool is_rest = pieces.count() == limit;
        if (is_rest) start = 0;
        pieces.add(start, end);
        if (is_rest) break;
        at = start;
      }
      return pieces.to_list<K>(thread, view, true);
    }
    auto argument = TRY(K::argument(thread, separator, "must be str or None, not {}"));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), wanted = argument.view();
    if (wanted.length == 0) return raise(thread, types.ValueError, "empty separator");
    isize at = view.length;
    while (pieces.count() < limit) {
      const isize found = text::find_last(view.slice(0, at), wanted);
      if (found < 0) break;
      pieces.add(found + wanted.length, at);
      at = found;
    }
    if (pieces.count() == 0) return single(thread, self);
    pieces.add(0, at);
    return pieces.to_list<K>(thread, view, true);
  }
  static Result<Ref<>> single(Thread& thread, Self& self) {
    Ref<> whole = TRY(K::unchanged(thread, self));
    return List::from(thread, &static_cast<const Value&>(whole.value()), 1);
  }
  static Result<Ref<>> splitlines(Thread& thread, Self& self, int keep_ends) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    Pieces pieces;
    for (isize at = 0, end, next; at < view.length; at = next) {
      text::next_line(view, at, K::kLines, end, next);
      pieces.add(at, keep_ends ? next : end);
    }
    return pieces.to_list<K>(thread, view);
  }
  template <Direction direction>
  static Result<Ref<>> partition(Thread& thread, Self& self, Value separator) {
    auto argument = TRY(K::argument(thread, separator));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), wanted = argument.view();
    if (wanted.length == 0) return raise(thread, types.ValueError, "empty separator");
    const isize at = direction == Direction::First ? text::find(view, wanted) : text::find_last(view, wanted);
    constexpr bool kMutable = std::is_same_v<Self, ByteArray>;
    if (at < 0) {
      Ref<> whole = kMutable ? TRY(K::make(thread, view)) : Ref<>::share(self.value());
      Ref<> nothing = TRY(K::make(thread, view.slice(0, 0)));
      Ref<> other = TRY(K::make(thread, view.slice(0, 0)));
      if (direction == Direction::First) return Tuple::from(thread, {whole, nothing, other});
      return Tuple::from(thread, {nothing, other, whole});
    }
    Ref<> head = TRY(K::make(thread, view.slice(0, at)));
    Ref<> middle = kMutable ? TRY(K::make(thread, wanted)) : Ref<>::share(separator);
    Ref<> tail = TRY(K::make(thread, view.slice(at + wanted.length, view.length)));
    return Tuple::from(thread, {head, middle, tail});
  }
};

}  // namespace py
