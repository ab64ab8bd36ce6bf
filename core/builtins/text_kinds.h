// What tells str, bytes and bytearray apart for the methods they share (text_methods.h): how an instance shows its
// characters, what is taken as an argument, and how results are made. All three work on TextView.
//
// Invariant: a Content is valid while it lives, as long as the thread runs no Python code. So methods convert all their
// arguments first and look at self last. Threads: a shared bytearray is copied, everything else is immutable.
#pragma once
#include "core/base/text/search.h"
#include "core/base/text/text_builder.h"
#include "core/bind/convert.h"
#include "core/builtins/bytes_like.h"

namespace py {

struct StrKind {
  using Self = Str;
  using Builder = TextBuilder;
  static constexpr text::Space kSpace = text::Space::Unicode;
  static constexpr text::Lines kLines = text::Lines::Unicode;
  static constexpr bool kIsText = true;
  static constexpr const char* kName = "str";

  struct Content {
    TextView text;
    TextView view() const { return text; }
  };
  static Result<Content> content(Thread&, Self& self) { return Content{self.view()}; }
  // `message` is for a TypeError, with {} for the type of the value.
  static Result<Content> argument(Thread& thread, Value value, const char* message = "must be str, not {}") {
    if (LIKELY(is<Str>(value))) return Content{as<Str>(value).view()};
    return raise(thread, types.TypeError, message, type_of(value));
  }
  static Result<Content> needle(Thread& thread, Value value) { return argument(thread, value); }
  static bool accepts(Value value) { return is<Str>(value); }
  static Result<u32> fill_character(Thread& thread, Value value, const char* method);
  static Result<Ref<>> make(Thread& thread, TextView view) { return Str::from_view(thread, view); }
  // Part of a text; `ascii`: the whole is.
  static Result<Ref<>> make_run(Thread& thread, const u8* chars, isize length, bool ascii) {
    return Str::from_latin1(thread, chars, length, ascii);
  }
  template <class Char>
  static Result<Ref<>> make_run(Thread& thread, const Char* chars, isize length, bool) {
    return Str::from_view(thread, {chars, length, sizeof(Char), false});
  }
  // What a method returns that had nothing to change.
  static Result<Ref<>> unchanged(Thread& thread, Self& self) {
    if (is_exact<Str>(self.value())) return Ref<>::share(self.value());
    return Str::from_view(thread, self.view());
  }
  static Result<Ref<>> finish(Thread& thread, Builder& builder) {
    if (builder.failed()) return raise_memory_error(thread);
    return Str::from_view(thread, builder.view());
  }
};

// Collects bytes with TextBuilder's interface.
class ByteTextBuilder : public ByteBuilder {
 public:
  using ByteBuilder::append;
  bool append(TextView view) { return append(view.data, static_cast<usize>(view.length)); }
  bool append(u32 byte) { return ByteBuilder::append(static_cast<char>(byte)); }
  bool append_repeated(u32 byte, isize count) {
    return ByteBuilder::append_repeated(static_cast<char>(byte), static_cast<usize>(count));
  }
  bool reserve(isize extra) { return ByteBuilder::reserve(static_cast<usize>(extra)) != nullptr; }
};

struct ByteKind {
  using Content = BytesLike;
  using Builder = ByteTextBuilder;
  static constexpr text::Space kSpace = text::Space::Ascii;
  static constexpr text::Lines kLines = text::Lines::Bytes;
  static constexpr bool kIsText = false;

  static Result<Content> argument(Thread& thread, Value value, const char* = nullptr) {
    return BytesLike::open(thread, value);
  }
  static Result<Content> needle(Thread& thread, Value value) { return BytesLike::open_or_byte(thread, value); }
  static bool accepts(Value value) { return has_buffer(value); }
  static Result<u32> fill_character(Thread& thread, Value value, const char* method);
};

struct BytesKind : ByteKind {
  using Self = Bytes;
  static constexpr const char* kName = "bytes";
  // Bytes never change: nothing has to be held open.
  struct OwnContent {
    std::string_view own;
    std::string_view bytes() const { return own; }
    TextView view() const { return bytes_view(own.data(), static_cast<isize>(own.size())); }
  };
  static Result<OwnContent> content(Thread&, Self& self) { return OwnContent{self.view()}; }
  static Result<Ref<>> make(Thread& thread, TextView view) { return make_bytes(thread, view); }
  template <class Char>
  static Result<Ref<>> make_run(Thread& thread, const Char* bytes, isize length, bool) {
    return make_bytes(thread, bytes_view(bytes, length));
  }
  static Result<Ref<>> unchanged(Thread& thread, Self& self) {
    if (is_exact<Bytes>(self.value())) return Ref<>::share(self.value());
    return Bytes::from(thread, self.view());
  }
  static Result<Ref<>> finish(Thread& thread, Builder& builder) {
    if (builder.failed()) return raise_memory_error(thread);
    return make(thread, bytes_view(builder.data(), static_cast<isize>(builder.size())));
  }
};

struct ByteArrayKind : ByteKind {
  using Self = ByteArray;
  static constexpr const char* kName = "bytearray";
  static Result<Content> content(Thread& thread, Self& self) { return BytesLike::open(thread, self.value()); }
  static Result<Ref<>> make(Thread& thread, TextView view) {
    const std::string_view bytes{static_cast<const char*>(view.data), static_cast<usize>(view.length)};
    return ByteArray::make(thread, *types.bytearray, bytes);
  }
  template <class Char>
  static Result<Ref<>> make_run(Thread& thread, const Char* bytes, isize length, bool) {
    return make(thread, bytes_view(bytes, length));
  }
  static Result<Ref<>> unchanged(Thread& thread, Self& self) {
    Content content = TRY(BytesLike::open(thread, self.value()));
    return make(thread, content.view());
  }
  static Result<Ref<>> finish(Thread& thread, Builder& builder) {
    if (builder.failed()) return raise_memory_error(thread);
    return make(thread, bytes_view(builder.data(), static_cast<isize>(builder.size())));
  }
};

}  // namespace py
