// The methods of str, bytes and bytearray that cut, pad, replace, repeat and slice, once for all three; see text_search.h.
#pragma once
#include "core/base/text/case_map.h"
#include "core/base/text/copy_bytes.h"
#include "core/base/text/find_kernels.h"
#include "core/builtins/text_kinds.h"
#include "core/object/sequence.h"

namespace py {

enum class Justify : u8 { Left, Right, Center };

template <class K>
struct TextChanges {
  using Self = typename K::Self;

  // A str of known length and ASCII alone, written in place by `fill(char*)`.
  template <class Fill>
  INLINE static Result<Ref<>> ascii_text(Thread& thread, isize length, Fill&& fill) {
    Ref<Str> text = TRY(Str::allocate(thread, length, 1, true));
    fill(static_cast<char*>(text->data()));
    return Ref<>(std::move(text));
  }

  // Cutting and padding

  static Result<Ref<>> cut(Thread& thread, Self& self, TextView whole, TextView part) {
    return part.length == whole.length ? K::unchanged(thread, self) : K::make(thread, part);
  }
  template <text::Side side>
  static Result<Ref<>> strip(Thread& thread, Self& self, Value characters) {
    if (characters.is_none()) {
      auto content = TRY(K::content(thread, self));
      return cut(thread, self, content.view(), text::strip(content.view(), side, K::kSpace));
    }
    constexpr const char* kMessage = side == text::Side::Left    ? "lstrip arg must be None or str"
                                     : side == text::Side::Right ? "rstrip arg must be None or str"
                                                                 : "strip arg must be None or str";
    auto argument = TRY(K::argument(thread, characters, kMessage));
    auto content = TRY(K::content(thread, self));
    return cut(thread, self, content.view(), text::strip_characters(content.view(), argument.view(), side));
  }
  static Result<Ref<>> removeprefix(Thread& thread, Self& self, Value prefix) {
    auto argument = TRY(K::argument(thread, prefix, "removeprefix() argument must be str, not {}"));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), wanted = argument.view();
    if (wanted.length == 0 || !text::starts_with(view, wanted)) return K::unchanged(thread, self);
    return K::make(thread, view.slice(wanted.length, view.length));
  }
  static Result<Ref<>> removesuffix(Thread& thread, Self& self, Value suffix) {
    auto argument = TRY(K::argument(thread, suffix, "removesuffix() argument must be str, not {}"));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), wanted = argument.view();
    if (wanted.length == 0 || !text::ends_with(view, wanted)) return K::unchanged(thread, self);
    return K::make(thread, view.slice(0, view.length - wanted.length));
  }
  static Result<Ref<>> padded(Thread& thread, Self& self, TextView view, isize left, isize right, u32 fill) {
    if (left <= 0 && right <= 0) return K::unchanged(thread, self);
    if constexpr (K::kIsText) {
      isize total;
      if (view.ascii && fill < 0x80 && !__builtin_add_overflow(left + view.length, right, &total)) {
        return ascii_text(thread, total, [&](char* to) {
          std::memset(to, static_cast<int>(fill), static_cast<usize>(left));
          text::copy_chars(to + left, 1, view);
          std::memset(to + left + view.length, static_cast<int>(fill), static_cast<usize>(right));
        });
      }
    }
    typename K::Builder builder;
    builder.append_repeated(fill, left);
    builder.append(view);
    builder.append_repeated(fill, right);
    return K::finish(thread, builder);
  }
  template <Justify how>
  static Result<Ref<>> justify(Thread& thread, Self& self, isize width, Value fill_argument) {
    constexpr const char* kName = how == Justify::Left ? "ljust" : how == Justify::Right ? "rjust" : "center";
    const u32 fill = fill_argument == Unbound ? ' ' : TRY(K::fill_character(thread, fill_argument, kName));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    const isize pad = width > view.length ? width - view.length : 0;
    const isize left = how == Justify::Left ? 0 : how == Justify::Right ? pad : pad / 2 + (pad & width & 1);
    return padded(thread, self, view, left, pad - left, fill);
  }
  static Result<Ref<>> zfill(Thread& thread, Self& self, isize width) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    if (width <= view.length) return K::unchanged(thread, self);
    const isize sign = view.length && (view[0] == '+' || view[0] == '-') ? 1 : 0;
    typename K::Builder builder;
    builder.append(view.slice(0, sign));
    builder.append_repeated('0', width - view.length);
    builder.append(view.slice(sign, view.length));
    return K::finish(thread, builder);
  }
  static Result<Ref<>> expandtabs(Thread& thread, Self& self, int tab_size) {
    auto content = TRY(K::content(thread, self));
    if (text::find_char(content.view(), '\t') < 0) return K::unchanged(thread, self);
    TextBuilder builder;
    if (!text::expand_tabs(content.view(), tab_size, builder)) {
      return raise(thread, types.OverflowError, K::kIsText ? "new string is too long" : "result too long");
    }
    return K::make(thread, builder.view());
  }

  // Replacing

  static Result<Ref<>> replace(Thread& thread, Self& self, Value old_value, Value new_value, isize limit) {
    auto old_argument = TRY(K::argument(thread, old_value, "replace() argument 1 must be str, not {}"));
    auto new_argument = TRY(K::argument(thread, new_value, "replace() argument 2 must be str, not {}"));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view(), from = old_argument.view(), to = new_argument.view();
    if (limit < 0) limit = PTRDIFF_MAX;
    const isize count = limit == 0 || from.length > view.length ? 0 : text::count(view, from, limit);
    if (count == 0 || (from.length == 0 && to.length == 0)) return K::unchanged(thread, self);
    isize grown;
    if (__builtin_mul_overflow(count, to.length - from.length, &grown) ||
        __builtin_add_overflow(grown, view.length, &grown)) {
      return raise(thread, types.OverflowError, K::kIsText ? "replace string is too long" : "replace bytes are too long");
    }
    if constexpr (K::kIsText) {
      if (view.ascii && to.ascii && grown > 1) {
        return ascii_text(thread, grown, [&](char* out) { replace_narrow(view, from, to, count, limit, out); });
      }
    } else if constexpr (std::is_same_v<Self, Bytes>) {
      if (grown > 1) {
        Ref<Bytes> result = TRY(Bytes::allocate(thread, grown));
        replace_narrow(view, from, to, count, limit, reinterpret_cast<char*>(result->data()));
        return Ref<>(std::move(result));
      }
    }
    typename K::Builder builder;
    if (!builder.reserve(grown)) return raise_memory_error(thread);
    isize at = 0;
    for (isize i = 0; i < count; ++i) {
      isize next = at;
      if (from.length) {
        next = at + text::find(view.slice(at, view.length), from);
        builder.append(view.slice(at, next));
        builder.append(to);
      } else {
        builder.append(to);
        if (at < view.length) builder.append(view.slice(at, ++next));
      }
      at = next + from.length;
    }
    builder.append(view.slice(at, view.length));
    return K::finish(thread, builder);
  }

  static void exchange_byte(TextView view, u8 from, u8 to, char* out) {
    const u8* at = static_cast<const u8*>(view.data);
    for (isize i = 0; i < view.length; ++i) out[i] = static_cast<char>(at[i] == from ? to : at[i]);
  }
  // The same as replace_narrow for a single character.
  static void replace_byte(TextView view, u8 from, TextView to, isize count, char* out) {
    const u8* at = static_cast<const u8*>(view.data);
    isize left = view.length;
    for (; count > 0; --count) {
      const isize next = text::find_unit(at, left, from);
      text::copy_bytes(out, at, static_cast<usize>(next));
      text::copy_bytes(out + next, to.data, static_cast<usize>(to.length));
      out += next + to.length;
      at += next + 1;
      left -= next + 1;
    }
    text::copy_bytes(out, at, static_cast<usize>(left));
  }

  // Writes `view` with its first `count` occurrences of `from` replaced by `to`, all of one byte a character.
  static void replace_narrow(TextView view, TextView from, TextView to, isize count, isize limit, char* out) {
    auto put = [&](TextView part) {
      text::copy_bytes(out, part.data, static_cast<usize>(part.length));
      out += part.length;
    };
    if (from.length == 1) {
      const u8 old = static_cast<u8>(from[0]);
      if (to.length == 1 && limit == PTRDIFF_MAX) return exchange_byte(view, old, static_cast<u8>(to[0]), out);
      return replace_byte(view, old, to, count, out);
    }
    isize at = 0;
    for (isize i = 0; i < count; ++i) {
      isize next = at;
      if (from.length) {
        next = at + text::find(view.slice(at, view.length), from);
        put(view.slice(at, next));
        put(to);
      } else {
        put(to);
        if (at < view.length) put(view.slice(at, ++next));
      }
      at = next + from.length;
    }
    put(view.slice(at, view.length));
  }

  // Items

  static Result<Ref<>> slice(Thread& thread, Self& self, Slice& key) {
    // The bounds may run Python code that changes a bytearray: measure again until they agree.
    const isize length = length_of(self);
    const SliceBounds bounds = TRY(slice_bounds(thread, key, length));
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    if (view.length != length) return slice(thread, self, key);
    if (bounds.count == length && bounds.step == 1) return K::unchanged(thread, self);
    if (bounds.step == 1 || bounds.count == 0) {
      return K::make(thread, view.slice(bounds.count ? bounds.start : 0, bounds.count ? bounds.start + bounds.count : 0));
    }
    if constexpr (K::kIsText) {
      if (view.ascii && bounds.count > 1) {
        return ascii_text(thread, bounds.count, [&](char* out) {
          const char* chars = static_cast<const char*>(view.data);
          for (isize i = 0; i < bounds.count; ++i) out[i] = chars[bounds.start + i * bounds.step];
        });
      }
    }
    typename K::Builder builder;
    for (isize i = 0; i < bounds.count; ++i) builder.append(view[bounds.start + i * bounds.step]);
    return K::finish(thread, builder);
  }
  static isize length_of(Self& self) {
    if constexpr (std::is_same_v<Self, Bytes>) return self.length;
    else return self.length();
  }

  // self * count, given in either order.
  static Result<Ref<>> multiply(Thread& thread, Value left, Value right) {
    const bool self_first = is<Self>(left);
    Self& self = as<Self>(self_first ? left : right);
    const Value times = self_first ? right : left;
    Type& type = type_of(times);
    if (!type.slots.index) {
      if (type.has(TypeFlag::Heap) && type.slots.binary[static_cast<u8>(BinaryOp::multiply)]) {
        return Ref<>::adopt(NotImplemented);
      }
      return raise(thread, types.TypeError, "can't multiply sequence by non-int of type '{}'", type);
    }
    const isize count = TRY(to_isize(thread, times));
    return repeat(thread, self, count);
  }
  static Result<Ref<>> repeat(Thread& thread, Self& self, isize count) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    if (count <= 0 || view.length == 0) return K::make(thread, view.slice(0, 0));
    if (count == 1) return K::unchanged(thread, self);
    isize total;
    if (__builtin_mul_overflow(view.length, count, &total)) {
      if constexpr (std::is_same_v<Self, ByteArray>) return raise_memory_error(thread);
      return raise(thread, types.OverflowError, K::kIsText ? "repeated string is too long" : "repeated bytes are too long");
    }
    if constexpr (K::kIsText) {
      if (view.ascii) {
        return ascii_text(thread, total, [&](char* out) {
          if (view.length == 1) {
            std::memset(out, static_cast<int>(view[0]), static_cast<usize>(total));
            return;
          }
          std::memcpy(out, view.data, static_cast<usize>(view.length));
          for (isize done = view.length; done < total;) {
            const isize more = done < total - done ? done : total - done;
            std::memcpy(out + done, out, static_cast<usize>(more));
            done += more;
          }
        });
      }
    }
    typename K::Builder builder;
    if (view.length == 1) {
      builder.append_repeated(view[0], count);
    } else {
      builder.append(view);
      if (!builder.reserve(total - view.length)) return raise_memory_error(thread);
      for (isize i = 1; i < count; ++i) builder.append(view);
    }
    return K::finish(thread, builder);
  }
};

}  // namespace py
