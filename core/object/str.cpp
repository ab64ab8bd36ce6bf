#include "core/object/str.h"

#include "core/base/text/codec.h"
#include "core/base/text/copy_bytes.h"
#include "core/base/text/hash.h"
#include "core/base/text/search.h"
#include "core/base/text/text_builder.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/operations.h"

#include <cstring>

namespace py {

namespace {

Str* characters[256];
Str* empty_string;

usize text_bytes(const Str& text) { return static_cast<usize>(text.length()) * text.width(); }

usize size_of(const Object& object) {
  const Str& text = static_cast<const Str&>(object);
  const usize bytes = (sizeof(Str) + text_bytes(text) + 7) & ~usize{7};
  return bytes + (type_of_object(text).has(TypeFlag::HasDict) ? 8 : 0);
}

void visit(Object& object, Visitor& visitor) {
  if (type_of_object(object).has(TypeFlag::HasDict)) {
    visitor.visit(reinterpret_cast<Field*>(reinterpret_cast<char*>(&object) + size_of(object))[-1]);
  }
}

}  // namespace

const ObjectOps Str::kOps = {.name = "str", .visit = visit, .release = nullptr, .size = size_of, .only_attributes = true};

u64 Str::compute_hash() const {
  u64 hash = static_cast<u64>(text::hash_text(view()));
  const_cast<Str*>(this)->hash_cache.store(hash, std::memory_order_relaxed);
  return hash;
}

bool Str::equal_text(const Str& other) const {
  return std::memcmp(data(), other.data(), text_bytes(*this)) == 0;
}

bool Str::equals(std::string_view text) const {
  return is_ascii() && static_cast<usize>(length()) == text.size() && std::memcmp(data(), text.data(), text.size()) == 0;
}

bool Str::compares(const Str& other, CompareOp op) const {
  if (op == CompareOp::Equal) return equals(other);
  if (op == CompareOp::NotEqual) return !equals(other);
  return holds(text::compare(view(), other.view()), 0, op);
}

namespace {

// Null: memory is exhausted, or could never suffice.
INLINE Str* allocate_str(Thread& thread, isize length, u8 width, bool ascii) {
  if (UNLIKELY(length < 0 || length > (isize{1} << 55) / width)) return nullptr;
  const usize bytes = (sizeof(Str) + static_cast<usize>(length) * width + 7) & ~usize{7};
  Str* text = static_cast<Str*>(allocate_object(thread, bytes, static_cast<u32>(BuiltinShape::str)));
  if (UNLIKELY(!text)) return nullptr;
  text->hash_cache.store(0, std::memory_order_relaxed);
  text->length_and_form = static_cast<u64>(length) << 8 | (ascii ? 8 : 0) | width;
  return text;
}

}  // namespace

Result<Ref<Str>> Str::allocate(Thread& thread, isize length, u8 width, bool ascii) {
  Str* text = allocate_str(thread, length, width, ascii);
  if (UNLIKELY(!text)) return raise_memory_error(thread);
  return Ref<Str>::adopt(text);
}

Result<Ref<>> Str::from_latin1(Thread& thread, const u8* chars, isize length, bool ascii) {
  if (length <= 1) return Ref<>::adopt(Value::uncounted(length ? characters[*chars] : empty_string));
  ascii = ascii || text::is_ascii(chars, length);
  Str* made = allocate_str(thread, length, 1, ascii);
  if (UNLIKELY(!made)) return raise_memory_error(thread);
  text::copy_bytes(made->data(), chars, static_cast<usize>(length));
  return Ref<>::adopt(Value::counted(made));
}

Result<Ref<Str>> Str::from_view(Thread& thread, const TextView& view) {
  if (view.width == 1) {
    Ref<> text = TRY(from_latin1(thread, static_cast<const u8*>(view.data), view.length, view.ascii));
    return Ref<Str>::adopt(static_cast<Str*>(text.release().object()));
  }
  if (view.length == 0) return Ref<Str>::adopt(empty_string);
  if (view.length == 1 && view[0] < 256) return Ref<Str>::adopt(characters[view[0]]);
  const u32 top = view.ascii ? 0x7f : text::max_code_point_class(view);
  const u8 width = text::width_for(top);
  Ref<Str> text = TRY(allocate(thread, view.length, width, top < 0x80));
  text::copy_chars(text->data(), width, view);
  return text;
}

Result<Ref<Str>> Str::from_ascii(Thread& thread, std::string_view text) {
  return from_view(thread, {text.data(), static_cast<isize>(text.size()), 1, true});
}

Result<Ref<Str>> Str::from_latin1(Thread& thread, std::string_view text) {
  return from_view(thread, {text.data(), static_cast<isize>(text.size()), 1, false});
}

Result<Ref<Str>> Str::from_utf8(Thread& thread, std::string_view bytes) {
  if (text::is_ascii(bytes.data(), static_cast<isize>(bytes.size()))) return from_ascii(thread, bytes);
  TextBuilder builder;
  const u8* at = reinterpret_cast<const u8*>(bytes.data());
  const u8* end = at + bytes.size();
  while (at < end) {  // valid by contract; a truncated tail is dropped
    const u32 lead = *at;
    const u32 extra = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (at + extra >= end) break;
    u32 code_point = extra == 0 ? lead : lead & (0x3F >> extra);
    for (u32 i = 1; i <= extra; ++i) code_point = code_point << 6 | (at[i] & 0x3F);
    builder.append(code_point);
    at += extra + 1;
  }
  if (builder.failed()) return raise_memory_error(thread);
  return from_view(thread, builder.view());
}

Value Str::character(u32 latin1) { return Value::uncounted(characters[latin1]); }
Str& Str::empty() { return *empty_string; }

Result<Ref<>> Str::from_code_point(Thread& thread, u32 code_point) {
  if (code_point < 256) return Ref<>::adopt(character(code_point));
  Ref<Str> text = TRY(allocate(thread, 1, code_point < 0x10000 ? 2 : 4, false));
  text::copy_chars(text->data(), text->width(), {&code_point, 1, 4, false});
  return Ref<>(std::move(text));
}

Result<Ref<Str>> Str::substring(Thread& thread, Str& text, isize start, isize end) {
  if (start == 0 && end == text.length() && &type_of_object(text) == types.str) return Ref<Str>::share(&text);
  return from_view(thread, text.view().slice(start, end));
}

Result<Ref<Str>> Str::concatenate(Thread& thread, const Str& left, const Str& right) {
  const u8 width = left.width() > right.width() ? left.width() : right.width();
  Ref<Str> text = TRY(allocate(thread, left.length() + right.length(), width, left.is_ascii() && right.is_ascii()));
  char* out = static_cast<char*>(text->data());
  text::copy_chars(out, width, left.view());
  text::copy_chars(out + left.length() * width, width, right.view());
  return text;
}

Result<void> Str::append(Thread& thread, Ref<Str>& text, const Str& more) {
  const u8 width = text->width();
  const isize length = text->length(), total = length + more.length();
  // `more` may be the string itself.
  const bool alone = &more != text.get() && text->flags.load(std::memory_order_relaxed) == 0 &&
                     text->local.load(std::memory_order_relaxed) == 1 &&
                     text->owner.load(std::memory_order_relaxed) == current_slot && !text->is_interned();
  if (!alone || more.width() > width) {
    text = TRY(concatenate(thread, *text, more));
    return {};
  }
  if (sizeof(Str) + static_cast<usize>(total) * width > object_capacity(*text)) {
    // An eighth more than needed, so that a string built piece by piece is copied a constant number of times.
    Ref<Str> grown = TRY(allocate(thread, total + total / 8, width, text->is_ascii()));
    std::memcpy(grown->data(), text->data(), static_cast<usize>(length) * width);
    text = std::move(grown);
  }
  py::text::copy_chars(static_cast<char*>(text->data()) + length * width, width, more.view());
  const bool ascii = text->is_ascii() && more.is_ascii();
  text->hash_cache.store(0, std::memory_order_relaxed);
  text->length_and_form = static_cast<u64>(total) << 8 | (ascii ? 8 : 0) | width;
  return {};
}

std::string Str::utf8() const {
  if (is_ascii()) return std::string(ascii());
  std::string out;
  const TextView text = view();
  for (isize i = 0; i < text.length; ++i) {
    const u32 c = text[i];
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | c >> 6);
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | c >> 12);
      out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | c >> 18);
      out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
      out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return out;
}

void initialize_strings(Thread& thread) {
  for (u32 c = 0; c < 256; ++c) {
    Ref<Str> text = MUST(Str::allocate(thread, 1, 1, c < 128));
    *static_cast<u8*>(text->data()) = static_cast<u8>(c);
    text->length_and_form |= 16;
    make_immortal(text.get());
    characters[c] = text.release();
  }
  Ref<Str> text = MUST(Str::allocate(thread, 0, 1, true));
  text->length_and_form |= 16;
  make_immortal(text.get());
  empty_string = text.release();
}

}  // namespace py
