#include "core/syntax/identifiers.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <string>
#include <vector>

namespace py {
namespace {

u32 hash_of(std::string_view text) {
  u32 hash = 2166136261u;
  for (unsigned char byte : text) hash = (hash ^ byte) * 16777619u;
  return hash ^ (hash >> 15);
}

// NFKC, as the lexical analysis chapter of the reference requires of identifiers.
std::string normalised(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFKCInstance(&status);
  std::vector<UChar> wide(text.size() + 1), result(text.size() * 18 + 1);
  int32_t wide_length = 0, result_length = 0, utf8_length = 0;
  u_strFromUTF8(wide.data(), wide.size(), &wide_length, text.data(), text.size(), &status);
  result_length = unorm2_normalize(normalizer, wide.data(), wide_length, result.data(), result.size(), &status);
  std::string utf8(result_length * 3 + 1, '\0');
  u_strToUTF8(utf8.data(), utf8.size(), &utf8_length, result.data(), result_length, &status);
  if (U_FAILURE(status)) return std::string(text);
  utf8.resize(utf8_length);
  return utf8;
}

bool is_ascii(std::string_view text) {
  for (unsigned char byte : text) {
    if (byte >= 0x80) return false;
  }
  return true;
}

}  // namespace

const ast::Identifier* IdentifierTable::intern(std::string_view text) {
  if (UNLIKELY(count_ * 2 >= capacity_)) grow();
  u32 hash = hash_of(text);
  for (u32 slot = hash & (capacity_ - 1);; slot = (slot + 1) & (capacity_ - 1)) {
    const ast::Identifier* entry = slots_[slot];
    if (entry == nullptr) {
      ++count_;
      return slots_[slot] = arena_.make<ast::Identifier>(arena_.copy(text), hash);
    }
    if (entry->hash == hash && entry->text == text) return entry;
  }
}

const ast::Identifier* IdentifierTable::intern_source(std::string_view text) {
  if (LIKELY(is_ascii(text))) return intern(text);
  return intern(normalised(text));
}

const ast::Identifier* IdentifierTable::mangle(const ast::Identifier* class_name, const ast::Identifier* name) {
  if (LIKELY(class_name == nullptr || !name->text.starts_with("__"))) return name;
  // Names that end in two underscores, and dotted module names, are public.
  if (name->text.ends_with("__") || name->text.find('.') != std::string_view::npos) return name;
  std::string_view stem = class_name->text;
  while (stem.starts_with('_')) stem.remove_prefix(1);
  if (stem.empty()) return name;
  std::string mangled = "_";
  mangled.append(stem).append(name->text);
  return intern(mangled);
}

void IdentifierTable::grow() {
  u32 capacity = capacity_ == 0 ? 256 : capacity_ * 2;
  const ast::Identifier** slots = arena_.make_array<const ast::Identifier*>(capacity);
  for (u32 i = 0; i < capacity; ++i) slots[i] = nullptr;
  for (u32 i = 0; i < capacity_; ++i) {
    if (slots_[i] == nullptr) continue;
    u32 slot = slots_[i]->hash & (capacity - 1);
    while (slots[slot] != nullptr) slot = (slot + 1) & (capacity - 1);
    slots[slot] = slots_[i];
  }
  slots_ = slots;
  capacity_ = capacity;
}

}  // namespace py
