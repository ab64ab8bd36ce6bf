// Str: immutable text, 1, 2 or 4 bytes per code point, the narrowest that fits; data follows the object.
//
// Invariant: canonical width, so equal strings have equal bytes. An interned string is deferred and unique: two interned
// strings are equal if and only if they are the same object.
// Threads: immutable; `hash` is computed at first use by whoever asks (same value for all).
#pragma once
#include "core/base/text/text_view.h"
#include "core/object/type.h"

#include <string>
#include <string_view>

namespace py {

class Str final : public Object {
 public:
  std::atomic<u64> hash_cache;  // 0: not computed
  u64 length_and_form;          // length << 8 | interned << 4 | ascii << 3 | width

  isize length() const { return static_cast<isize>(length_and_form >> 8); }
  u8 width() const { return length_and_form & 7; }
  bool is_ascii() const { return length_and_form & 8; }
  bool is_interned() const { return length_and_form & 16; }
  bool is_latin1_character() const { return (length_and_form & ~u64{8 | 16}) == (u64{1} << 8 | 1); }
  const void* data() const { return this + 1; }
  void* data() { return this + 1; }
  u32 operator[](isize index) const {
    switch (width()) {
      case 1: return static_cast<const u8*>(data())[index];
      case 2: return static_cast<const char16_t*>(data())[index];
      default: return static_cast<const char32_t*>(data())[index];
    }
  }
  TextView view() const { return {data(), length(), width(), is_ascii()}; }
  // The bytes of an ASCII string.
  std::string_view ascii() const {
    DCHECK(is_ascii());
    return {static_cast<const char*>(data()), static_cast<usize>(length())};
  }
  u64 hash() const {
    const u64 cached = hash_cache.load(std::memory_order_relaxed);
    return LIKELY(cached) ? cached : compute_hash();
  }
  bool equals(const Str& other) const {
    if (this == &other) return true;
    if (((length_and_form ^ other.length_and_form) & ~u64{16}) != 0) return false;
    const usize bytes = static_cast<usize>(length()) * width();
    if (LIKELY(bytes <= 16)) return equal_words(other, bytes);
    return equal_text(other);
  }
  bool equals(std::string_view ascii_text) const;
  // Whether `*this op other`.
  bool compares(const Str& other, CompareOp op) const;

  // Uninitialised text of the given form. MemoryError when it is too large.
  static Result<Ref<Str>> allocate(Thread& thread, isize length, u8 width, bool ascii);
  static Result<Ref<Str>> from_view(Thread& thread, const TextView& view);  // narrows when the view's width is too wide
  static Result<Ref<Str>> from_ascii(Thread& thread, std::string_view text);
  static Result<Ref<Str>> from_latin1(Thread& thread, std::string_view text);
  // `ascii`: known to be ASCII; else it is looked at.
  static Result<Ref<>> from_latin1(Thread& thread, const u8* chars, isize length, bool ascii);
  // Valid UTF-8, lone surrogates allowed in their three-byte form.
  static Result<Ref<Str>> from_utf8(Thread& thread, std::string_view text);
  static Value character(u32 latin1);                                   // immortal one-character string
  static Result<Ref<>> from_code_point(Thread& thread, u32 code_point);
  static Result<Ref<Str>> substring(Thread& thread, Str& text, isize start, isize end);
  static Result<Ref<Str>> concatenate(Thread& thread, const Str& left, const Str& right);
  // text += more; when nobody else holds the string, in its place, with room to grow. On failure `text` stays.
  static Result<void> append(Thread& thread, Ref<Str>& text, const Str& more);
  static Str& empty();
  // UTF-8 with lone surrogates in three-byte form. Never fails but for memory, which aborts nothing: it yields less text.
  std::string utf8() const;

  static const ObjectOps kOps;

 private:
  u64 compute_hash() const;
  bool equal_text(const Str& other) const;  // of the same form
  // The same for at most 16 bytes. Blocks end at multiples of 8, so whole words may be read.
  INLINE bool equal_words(const Str& other, usize bytes) const {
    const u64* mine = static_cast<const u64*>(data());
    const u64* theirs = static_cast<const u64*>(other.data());
    if (bytes == 0) return true;
    if (bytes <= 8) return ((mine[0] ^ theirs[0]) << (64 - 8 * bytes)) == 0;
    return mine[0] == theirs[0] && ((mine[1] ^ theirs[1]) << (128 - 8 * bytes)) == 0;
  }
};
static_assert(sizeof(Str) == 32);

// The unique string with this content; deferred. Thread-safe.
Str& intern(Thread& thread, Str& text);
Str& intern(Thread& thread, std::string_view utf8);
// The interned string with this content if there is one, else null: for lookups that need not create names.
Str* find_interned(Str& text);

}  // namespace py
