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
  Value value = Empty;               // Method, ClassValue: borrowed
};

// For an object whose type has the plain attribute slots (generic_get_attribute, or generic_set_attribute for Set).
const AttributeResolution& resolve_attribute(Object& object, Str& name, AttributeUse use);

}  // namespace py
