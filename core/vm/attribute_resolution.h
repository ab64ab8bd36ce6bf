// What an attribute access on instances of one shape comes down to: a slot, a value of the class, or a slot to be added.
// Each thread remembers its resolutions by (shape, name, use), so that a site that meets many shapes stays quick.
//
// Invariant: a resolution holds as long as the type of its shape has its `version`; what it borrows lives as long.
// Threads: the table is the calling thread's own.
#pragma once
#include "core/vm/inline_cache.h"

namespace py {

enum class AttributeUse : u8 { Get, Method, Set };

struct AttributeResolution {
  Str* name = nullptr;
  u32 shape = 0;
  u32 version = 0;
  AttributeUse use = AttributeUse::Get;
  CacheKind kind = CacheKind::None;  // None: only the general algorithm will do
  u16 offset = 0;                    // Slot, AddSlot: in words from the object's start
  u32 new_shape = 0;                 // AddSlot
  Value value = {0};                 // Method, ClassValue, Property: borrowed
};

inline constexpr usize kResolutions = 2048;
// All zeros to begin with, so that a new thread copies nothing.
extern thread_local constinit AttributeResolution attribute_resolutions[kResolutions];

INLINE AttributeResolution& resolution_cell(u32 shape, const Str& name, AttributeUse use) {
  const u64 hash = (u64{shape} * 3 + static_cast<u64>(use)) * 0x9E3779B97F4A7C15 + (reinterpret_cast<u64>(&name) >> 4) * 0xBF58476D1CE4E5B9;
  static_assert(kResolutions == 1u << 11);
  return attribute_resolutions[hash >> 53];
}
// What is remembered and still true; null: nothing.
INLINE const AttributeResolution* known_resolution(u32 shape, const Str& name, AttributeUse use) {
  const AttributeResolution& cell = resolution_cell(shape, name, use);
  if (UNLIKELY(cell.shape != shape || cell.name != &name || cell.use != use)) return nullptr;
  const Type& type = *static_cast<Type*>(shape_arena[shape].type);
  return LIKELY(type.version.load(std::memory_order_acquire) == cell.version) ? &cell : nullptr;
}

// For objects whose type has the plain attribute slots (TypeFlag::PlainGetAttribute, or generic_set_attribute for Set).
const AttributeResolution& resolve_attribute(u32 shape, Str& name, AttributeUse use);
// The Python function that instances of the type have as their method `name`, looked up on the type; null: there is none.
Function* python_method(Type& type, Str& name);

}  // namespace py
