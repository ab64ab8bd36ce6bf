// Inline caches of attribute instructions: two words after the instruction.
//
//   word 1: shape << 32 | kind << 24 | rewrites << 16 | offset    `offset` in words from the object's start
//   word 2: pointer to an AttributeRecord           the kinds but Slot and ModuleEntry; immutable, retired when replaced
//
// A word is replaced as a whole, so a reader never sees halves of two entries; a record repeats the shape it is for. A
// site that keeps meeting new shapes stops being rewritten after kMaxRewrites; from then on it asks one table a thread, by
// shape and name (attribute_resolution.h), for the shapes that its word is not for.
// Threads: any thread reads and writes any cache. Slot entries rely on no class attribute shadowing the slot: a class that
// gains one has every cache swept while the world is stopped.
#pragma once
#include "core/object/attributes.h"
#include "core/object/code.h"

namespace py {

// Property: the value is a property, whose getter is to be called. ClassMethod: a classmethod, taken from the class itself.
enum class CacheKind : u8 { None, Slot, Method, ClassValue, AddSlot, ModuleEntry, Property, ClassMethod };

struct AttributeRecord {
  u32 shape;
  u32 version;       // of the type the value was found through
  Type* type;
  Value value;       // borrowed: alive as long as the type has this version
  u32 new_shape;     // AddSlot
  u32 reserved;
};

INLINE u64 cache_word(u32 shape, CacheKind kind, u32 offset) {
  return u64{shape} << 32 | static_cast<u64>(kind) << 24 | offset;
}
INLINE CacheKind cache_kind(u64 word) { return static_cast<CacheKind>(word >> 24 & 0xFF); }
INLINE u32 cache_rewrites(u64 word) { return static_cast<u32>(word >> 16 & 0xFF); }
INLINE u32 cache_offset(u64 word) { return static_cast<u32>(word & 0xFFFF); }
INLINE AttributeRecord* record_of(std::atomic<u64>* words) {
  return reinterpret_cast<AttributeRecord*>(words[2].load(std::memory_order_acquire));
}
// Whether the record still tells the truth for this shape.
INLINE bool record_valid(const AttributeRecord* record, u32 shape) {
  return record->shape == shape && record->type->version.load(std::memory_order_acquire) == record->version;
}
inline constexpr u32 kMaxCacheOffset = 0xFFFF, kMaxRewrites = 6;

// Looks `name` up in `object` as GetAttribute would and fills the caches of the instruction at `words` when the result
// can be had again quickly. Returns an owned value or Error. `method`: a function found on the class comes back unbound,
// with *unbound set.
Value get_attribute_and_cache(Thread& thread, Value object, Str& name, std::atomic<u64>* words, bool method, bool* unbound);
bool set_attribute_and_cache(Thread& thread, Value object, Str& name, Value value, std::atomic<u64>* words);

// All Code objects, for sweeping.
void register_code(Code& code);
void forget_code(Code& code);
void sweep_all_caches(Thread& thread);

}  // namespace py
