// The splitting methods that str, bytes and bytearray share, once for all three; see text_search.h. Lists are filled in
// place, piece by piece: nothing but allocation happens between the look at self and the end.
// Threads: see text_kinds.h.
#pragma once
#include "core/base/text/find_kernels.h"
#include "core/builtins/text_search.h"

namespace py {

// The list of a split. Nobody else knows it before take().
class Pieces {
 public:
  ~Pieces() { settle(); }
  Result<void> begin(Thread& thread) {
    list_ = TRY(List::make(thread, kFirstRoom));
    look_at_block();
    return {};
  }
  INLINE Result<void> add(Thread& thread, Result<Ref<>> made) {
    const Value piece = made.release();
    if (UNLIKELY(piece.is_error())) return failure;
    if (UNLIKELY(count_ == room_) && grow(thread).failed()) {
      decref(piece);
      return failure;
    }
    if (UNLIKELY(list_->is_shared())) publish(piece);
    slots_[count_++].initialize(piece);
    return {};
  }
  isize count() const { return count_; }
  Result<Ref<>> take() {
    settle();
    return Ref<>(std::move(list_));
  }
  // For a split from the end.
  Result<Ref<>> take_reversed() {
    Value* values = reinterpret_cast<Value*>(slots_);
    for (isize i = 0, j = count_ - 1; i < j; ++i, --j) std::swap(values[i], values[j]);
    return take();
  }

 private:
  static constexpr isize kFirstRoom = 7;  // a block of 64 bytes

  void settle() {
    if (list_) list_->size.store(count_, std::memory_order_release);
  }
  void look_at_block() {
    ListItems* items = list_->block.load(std::memory_order_relaxed);
    slots_ = items->slots;
    room_ = items->capacity;
  }
  NOINLINE Result<void> grow(Thread& thread) {
    settle();
    TRY(list_->reserve(thread, count_));
    look_at_block();
    return {};
  }

  Ref<List> list_;
  Field* slots_ = nullptr;
  isize count_ = 0;
  isize room_ = 0;
};

template <class K>
struct TextSplit {
  using Self = typename K::Self;

  static Result<Ref<>> split(Thread& thread, Self& self, Value separator, isize limit) {
    if (limit < 0) limit = PTRDIFF_MAX;
    if (separator.is_none()) return split_words(thread, self, limit);
    auto argument = TRY(K::argument(thread, separator, "must be str or None, not {}"));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), wanted = argument.view();
    if (wanted.length == 0) return raise(thread, types.ValueError, "empty separator");
    isize found = limit > 0 ? text::find(view, wanted) : -1;
    if (found < 0) return single(thread, self);
    Pieces pieces;
    TRY(pieces.begin(thread));
    if (wanted.length == 1) {
      TRY(with_chars(view, [&](auto* chars) {
        return split_at_character(thread, view, chars, wanted[0], limit, pieces);
      }));
      return pieces.take();
    }
    isize at = 0;
    while (found >= 0) {
      TRY(pieces.add(thread, K::make(thread, view.slice(at, at + found))));
      at += found + wanted.length;
      found = pieces.count() < limit ? text::find(view.slice(at, view.length), wanted) : -1;
    }
    TRY(pieces.add(thread, K::make(thread, view.slice(at, view.length))));
    return pieces.take();
  }

  static Result<Ref<>> rsplit(Thread& thread, Self& self, Value separator, isize limit) {
    if (limit < 0) limit = PTRDIFF_MAX;
    if (separator.is_none()) return rsplit_words(thread, self, limit);
    auto argument = TRY(K::argument(thread, separator, "must be str or None, not {}"));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), wanted = argument.view();
    if (wanted.length == 0) return raise(thread, types.ValueError, "empty separator");
    isize found = limit > 0 ? text::find_last(view, wanted) : -1;
    if (found < 0) return single(thread, self);
    Pieces pieces;
    TRY(pieces.begin(thread));
    isize at = view.length;
    while (found >= 0) {
      TRY(pieces.add(thread, K::make(thread, view.slice(found + wanted.length, at))));
      at = found;
      found = pieces.count() < limit ? text::find_last(view.slice(0, at), wanted) : -1;
    }
    TRY(pieces.add(thread, K::make(thread, view.slice(0, at))));
    return pieces.take_reversed();
  }

  static Result<Ref<>> splitlines(Thread& thread, Self& self, int keep_ends) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    Pieces pieces;
    TRY(pieces.begin(thread));
    for (isize at = 0, end, next; at < view.length; at = next) {
      text::next_line(view, at, K::kLines, end, next);
      TRY(pieces.add(thread, K::make(thread, view.slice(at, keep_ends ? next : end))));
    }
    return pieces.take();
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

 private:
  static Result<Ref<>> single(Thread& thread, Self& self) {
    Ref<> whole = TRY(K::unchanged(thread, self));
    return List::from(thread, &static_cast<const Value&>(whole.value()), 1);
  }

  template <class Char>
  static Result<void> split_at_character(Thread& thread, TextView view, const Char* at, u32 separator, isize limit,
                                         Pieces& pieces) {
    const Char* end = at + view.length;
    while (pieces.count() < limit) {
      const isize found = text::find_unit(at, end - at, static_cast<Char>(separator));
      if (found < 0) break;
      TRY(pieces.add(thread, K::make_run(thread, at, found, view.ascii)));
      at += found + 1;
    }
    return pieces.add(thread, K::make_run(thread, at, end - at, view.ascii));
  }

  static Result<Ref<>> split_words(Thread& thread, Self& self, isize limit) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    Pieces pieces;
    TRY(pieces.begin(thread));
    TRY(with_chars(view, [&]<class Char>(const Char* at) -> Result<void> {
      const Char* end = at + view.length;
      for (;;) {
        while (at < end && text::is_white(*at, K::kSpace)) ++at;
        if (at == end) return {};
        const Char* start = at;
        if (pieces.count() == limit) {
          at = end;
        } else {
          while (at < end && !text::is_white(*at, K::kSpace)) ++at;
        }
        TRY(pieces.add(thread, K::make_run(thread, start, at - start, view.ascii)));
      }
    }));
    return pieces.take();
  }

  static Result<Ref<>> rsplit_words(Thread& thread, Self& self, isize limit) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    Pieces pieces;
    TRY(pieces.begin(thread));
    isize at = view.length, start, end;
    while (text::previous_word(view, at, K::kSpace, start, end)) {
      const bool is_rest = pieces.count() == limit;
      if (is_rest) start = 0;
      TRY(pieces.add(thread, K::make(thread, view.slice(start, end))));
      if (is_rest) break;
      at = start;
    }
    return pieces.take_reversed();
  }
};

}  // namespace py
