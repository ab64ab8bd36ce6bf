// The methods that bytes and bytearray share and str has not. A template over the kind (text_kinds.h), like the ones in
// text_methods.h. Threads: see text_kinds.h.
#pragma once
#include "core/builtins/bytes_text.h"
#include "core/builtins/text_methods.h"
#include "core/object/sequence.h"

namespace py {

// Classes and case of ASCII; all other bytes are no letters.
constexpr bool is_ascii_lower(u32 c) { return c - 'a' < 26; }
constexpr bool is_ascii_upper(u32 c) { return c - 'A' < 26; }
constexpr bool is_ascii_alpha(u32 c) { return (c | 32) - 'a' < 26; }
constexpr bool is_ascii_digit(u32 c) { return c - '0' < 10; }
constexpr bool is_ascii_alnum(u32 c) { return is_ascii_alpha(c) || is_ascii_digit(c); }
constexpr bool is_ascii_space(u32 c) { return c == ' ' || c - '\t' < 5; }
constexpr u32 ascii_lower(u32 c) { return is_ascii_upper(c) ? c + 32 : c; }
constexpr u32 ascii_upper(u32 c) { return is_ascii_lower(c) ? c - 32 : c; }
constexpr u32 ascii_swap(u32 c) { return is_ascii_alpha(c) ? c ^ 32 : c; }

template <class K>
struct ByteMethods {
  using Self = typename K::Self;

  // Predicates

  template <bool (*test)(u32)>
  static Result<bool> all(Thread& thread, Self& self) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    for (isize i = 0; i < view.length; ++i) {
      if (!test(view[i])) return false;
    }
    return view.length > 0;
  }
  static Result<bool> isascii(Thread& thread, Self& self) {
    auto content = TRY(K::content(thread, self));
    return text::is_ascii(content.view().data, content.view().length);
  }
  template <bool (*wanted)(u32), bool (*refused)(u32)>
  static Result<bool> all_cased(Thread& thread, Self& self) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    bool found = false;
    for (isize i = 0; i < view.length; ++i) {
      if (refused(view[i])) return false;
      found |= wanted(view[i]);
    }
    return found;
  }
  static Result<bool> istitle(Thread& thread, Self& self) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    bool found = false, in_word = false;
    for (isize i = 0; i < view.length; ++i) {
      const bool letter = is_ascii_alpha(view[i]);
      if (letter && in_word == is_ascii_upper(view[i])) return false;
      found |= letter;
      in_word = letter;
    }
    return found;
  }

  // Case

  template <u32 (*map)(u32)>
  static Result<Ref<>> mapped(Thread& thread, Self& self) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    typename K::Builder out;
    out.reserve(view.length);
    for (isize i = 0; i < view.length; ++i) out.append(map(view[i]));
    return K::finish(thread, out);
  }
  enum class Words : u8 { First, All };
  template <Words words>
  static Result<Ref<>> titled(Thread& thread, Self& self) {
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    typename K::Builder out;
    bool in_word = false;
    for (isize i = 0; i < view.length; ++i) {
      out.append(in_word ? ascii_lower(view[i]) : ascii_upper(view[i]));
      in_word = words == Words::First || is_ascii_alpha(view[i]);
    }
    return K::finish(thread, out);
  }

  // Conversions

  static bool all_exact_bytes(const Tuple& items) {
    for (isize i = 0; i < items.length; ++i) {
      if (!is_exact<Bytes>(items[i])) return false;
    }
    return true;
  }
  static Result<Ref<>> join_bytes(Thread& thread, std::string_view separator, const Tuple& items) {
    isize length = static_cast<isize>(separator.size()) * (items.length - 1);
    for (isize i = 0; i < items.length; ++i) {
      if (__builtin_add_overflow(length, as<Bytes>(items[i]).length, &length)) return raise_memory_error(thread);
    }
    Ref<Bytes> result = TRY(Bytes::allocate(thread, length));
    u8* at = reinterpret_cast<u8*>(result->data());
    for (isize i = 0; i < items.length; ++i) {
      if (i) at = static_cast<u8*>(mempcpy(at, separator.data(), separator.size()));
      const Bytes& part = as<Bytes>(items[i]);
      at = static_cast<u8*>(mempcpy(at, part.data(), static_cast<usize>(part.length)));
    }
    return Ref<>(std::move(result));
  }
  static Result<Ref<>> join(Thread& thread, Self& self, Value iterable) {
    Ref<> sequence = TRY(to_fast_sequence(thread, iterable, "can only join an iterable"));
    Ref<Tuple> items = TRY(to_tuple(thread, sequence));
    if constexpr (std::is_same_v<Self, Bytes>) {
      if (items->length > 1 && all_exact_bytes(*items)) return join_bytes(thread, self.view(), *items);
    }
    auto separator = TRY(K::content(thread, self));
    if (items->length == 1 && std::is_same_v<Self, Bytes> && is_exact<Bytes>((*items)[0])) {
      return Ref<>::share((*items)[0]);
    }
    typename K::Builder out;
    for (isize i = 0; i < items->length; ++i) {
      const Value item = (*items)[i];
      Result<BytesLike> opened = BytesLike::open(thread, item);
      if (opened.failed()) {
        clear_pending(thread);
        return raise(thread, types.TypeError, "sequence item {}: expected a bytes-like object, {} found", i, type_of(item));
      }
      BytesLike bytes = opened.take();
      if (i) out.append(separator.view());
      out.append(bytes.view());
    }
    return K::finish(thread, out);
  }
  static Result<Ref<>> decode(Thread& thread, Self& self, Value encoding, Value errors) {
    return decode_bytes(thread, self.value(), encoding, errors);
  }
  static Result<Ref<>> hex(Thread& thread, Self& self, Value separator, int group) {
    auto content = TRY(K::content(thread, self));
    return hex_text(thread, content.bytes(), separator, group);
  }
  static Result<Ref<>> fromhex(Thread& thread, Type& type, Str& text) {
    typename K::Builder out;
    TRY(parse_hex(thread, text, out));
    Ref<> result = TRY(K::finish(thread, out));
    if (&type == &detail::TypeInfo<Self>::type()) return result;
    return call(thread, type.value(), {result});
  }
  static Result<Ref<>> translate(Thread& thread, Self& self, Value table, Value removed) {
    BytesLike map, drop;
    if (!table.is_none()) {
      map = TRY(BytesLike::open(thread, table));
      if (map.view().length != 256) {
        return raise(thread, types.ValueError, "translation table must be 256 characters long");
      }
    }
    if (removed != Unbound) drop = TRY(BytesLike::open(thread, removed));
    bool dropped[256] = {};
    for (isize i = 0; i < drop.view().length; ++i) dropped[drop.view()[i]] = true;
    auto content = TRY(K::content(thread, self));
    const TextView view = content.view();
    typename K::Builder out;
    out.reserve(view.length);
    for (isize i = 0; i < view.length; ++i) {
      if (!dropped[view[i]]) out.append(table.is_none() ? view[i] : map.view()[view[i]]);
    }
    return K::finish(thread, out);
  }

  // Operators

  static Result<Ref<>> concatenated(Thread& thread, const Bytes& left, const Bytes& right) {
    Ref<Bytes> result = TRY(Bytes::allocate(thread, left.length + right.length));
    if (left.length) std::memcpy(result->data(), left.data(), static_cast<usize>(left.length));
    if (right.length) std::memcpy(result->data() + left.length, right.data(), static_cast<usize>(right.length));
    return Ref<>(std::move(result));
  }
  static Result<bool> contains(Thread& thread, Value self, Value item) {
    BytesLike needle;
    if (!has_buffer(item) && type_of(item).slots.index) {
      needle = TRY(BytesLike::open_or_byte(thread, item));
    } else {
      needle = TRY(BytesLike::open(thread, item));
    }
    auto content = TRY(K::content(thread, as<Self>(self)));
    return text::find(content.view(), needle.view()) >= 0;
  }
  static Result<Ref<>> add(Thread& thread, Value left, Value right) {
    if (!is<Self>(left)) return Ref<>::adopt(NotImplemented);
    if constexpr (std::is_same_v<Self, Bytes>) {
      if (is_exact<Bytes>(right)) return concatenated(thread, as<Bytes>(left), as<Bytes>(right));
    }
    if (!has_buffer(right)) {
      Type& type = type_of(right);
      if (type.has(TypeFlag::Heap) && type.slots.binary[static_cast<u8>(BinaryOp::add)]) {
        return Ref<>::adopt(NotImplemented);
      }
      return raise(thread, types.TypeError, "can't concat {} to {}", type, type_of(left));
    }
    BytesLike tail = TRY(BytesLike::open(thread, right));
    auto head = TRY(K::content(thread, as<Self>(left)));
    typename K::Builder out;
    out.append(head.view());
    out.append(tail.view());
    return K::finish(thread, out);
  }
  static Result<Ref<>> multiply(Thread& thread, Value left, Value right) {
    return TextChanges<K>::multiply(thread, left, right);
  }

  static constexpr MethodSpec kRows[] = {
      def<all<is_ascii_alpha>>("isalpha()", "Return True if all bytes are letters and there is at least one."),
      def<all<is_ascii_digit>>("isdigit()", "Return True if all bytes are digits and there is at least one."),
      def<all<is_ascii_alnum>>("isalnum()", "Return True if all bytes are letters or digits and there is at least one."),
      def<all<is_ascii_space>>("isspace()", "Return True if all bytes are whitespace and there is at least one."),
      def<isascii>("isascii()", "Return True if empty or all bytes are ASCII."),
      def<all_cased<is_ascii_lower, is_ascii_upper>>("islower()", "Return True if all cased bytes are lowercase."),
      def<all_cased<is_ascii_upper, is_ascii_lower>>("isupper()", "Return True if all cased bytes are uppercase."),
      def<istitle>("istitle()", "Return True if every word starts with an uppercase letter and goes on in lowercase."),
      def<mapped<ascii_lower>>("lower()", "Return a copy with all ASCII characters converted to lowercase."),
      def<mapped<ascii_upper>>("upper()", "Return a copy with all ASCII characters converted to uppercase."),
      def<mapped<ascii_swap>>("swapcase()", "Return a copy with the case of ASCII characters swapped."),
      def<titled<Words::All>>("title()", "Return a titlecased copy."),
      def<titled<Words::First>>("capitalize()", "Return a copy with the first character capitalized and the rest lowercased."),
      def<join>("join(iterable_of_bytes, /)", "Concatenate any number of bytes-like objects, with this one between them."),
      def<decode>("decode(encoding='utf-8', errors='strict')", "Decode using the codec registered for encoding."),
      def<hex>("hex(sep=(), bytes_per_sep=1)", "Create a string of hexadecimal numbers."),
      class_method<fromhex>("fromhex(string, /)", "Create an instance from a string of hexadecimal numbers."),
      def<translate>("translate(table, /, delete=b'')", "Return a copy with each byte mapped by the given table."),
      static_method<make_translation_table>("maketrans(frm, to, /)", "Return a translation table for translate()."),
  };
};

}  // namespace py
