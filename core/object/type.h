// Type: a class. Its slots are what C++ calls; its dict and MRO are what Python sees; both are kept in step by
// update_slots, which runs after every change of a class dict.
//
// Invariant: `version` names the result of every lookup through the type; any change of the type or of a base gives the
// type and its subclasses version 0, and a fresh one is assigned at the next lookup that wants to cache.
// Threads: a Type is deferred (never counted). Reads are lock-free; changes happen under the type system's lock.
#pragma once
#include "core/object/forward.h"
#include "memory/field.h"
#include "memory/thread.h"

namespace py {

enum class CompareOp : u8 { Less, LessEqual, Equal, NotEqual, Greater, GreaterEqual };

// Whether `left op right` for what C++ can compare.
template <class T>
INLINE bool holds(T left, T right, CompareOp op) {
  switch (op) {
    case CompareOp::Less: return left < right;
    case CompareOp::LessEqual: return left <= right;
    case CompareOp::Equal: return left == right;
    case CompareOp::NotEqual: return left != right;
    case CompareOp::Greater: return left > right;
    default: return left >= right;
  }
}

enum class BinaryOp : u8 {
#define BINARY(member, symbol, dunder, reflected, in_place) member,
#include "core/object/binary_ops.def"
#undef BINARY
};
inline constexpr usize kBinaryOps = 14;

// The arguments of a call: `positional` values, then one value for each of the names in `keywords` (null: none).
struct Arguments {
  const Value* values;
  u32 positional;
  Tuple* keywords = nullptr;
  u32 keyword_count() const;
  Value operator[](u32 index) const { return values[index]; }
};

// Slot kinds. A deletion passes Unbound as the value; DescriptorGet passes Unbound for "no instance".
using UnarySlot = Result<Ref<>> (*)(Thread&, Value self);
using NextSlot = Result<Ref<>> (*)(Thread&, Value self);  // Done at the end
using HashSlot = Result<i64> (*)(Thread&, Value self);
using LengthSlot = Result<isize> (*)(Thread&, Value self);
using TruthSlot = Result<bool> (*)(Thread&, Value self);
using BinarySlot = Result<Ref<>> (*)(Thread&, Value left, Value right);
using ContainsSlot = Result<bool> (*)(Thread&, Value self, Value item);
using SetItemSlot = Result<void> (*)(Thread&, Value self, Value key, Value value);
using CompareSlot = Result<Ref<>> (*)(Thread&, Value left, Value right, CompareOp);
using CallSlot = Result<Ref<>> (*)(Thread&, Value self, const Arguments&);
using InitSlot = Result<void> (*)(Thread&, Value self, const Arguments&);
using NewSlot = Result<Ref<>> (*)(Thread&, Type& type, const Arguments&);
using FinalizeSlot = Result<void> (*)(Thread&, Value self);
using GetAttributeSlot = Result<Ref<>> (*)(Thread&, Value self, Str& name);
using SetAttributeSlot = Result<void> (*)(Thread&, Value self, Str& name, Value value);
using DescriptorGetSlot = Result<Ref<>> (*)(Thread&, Value self, Value instance, Value type);
using DescriptorSetSlot = Result<void> (*)(Thread&, Value self, Value instance, Value value);

struct Buffer;

struct TypeSlots {
#define SLOT(member, dunder, kind) kind##Slot member = nullptr;
#include "core/object/slots.def"
#undef SLOT
  BinarySlot binary[kBinaryOps] = {};    // handles both operand orders, answers NotImplemented
  BinarySlot in_place[kBinaryOps] = {};
  // The buffer protocol (core/object/buffer.h); no special method stands for it in 3.11.
  Result<void> (*get_buffer)(Thread&, Value self, Buffer& buffer, bool writable) = nullptr;
  void (*release_buffer)(Value self, Buffer& buffer) = nullptr;
};

enum class TypeFlag : u32 {
  Subclassable = 1,
  Heap = 2,              // made by a class statement
  HasDict = 4,           // instances have attribute slots
  Weakrefable = 8,
  Immutable = 16,        // builtin: attributes cannot be set
  Sequence = 32,         // matches sequence patterns
  Mapping = 64,          // matches mapping patterns
  Abstract = 128,        // has abstract methods
  MethodDescriptor = 256,  // an attribute of this type may be called without binding (functions)
  DataDescriptor = 512,  // has __set__ or __delete__
  NoInstantiation = 1024,
  PlainGetAttribute = 2048,  // attributes are found as object finds them; __getattr__ may stand in for those that are not
  IsInt = 1u << 16, IsStr = 1u << 17, IsBytes = 1u << 18, IsTuple = 1u << 19, IsList = 1u << 20, IsDict = 1u << 21,
  IsType = 1u << 22, IsException = 1u << 23, IsFloat = 1u << 24, IsSet = 1u << 25,
};
constexpr u32 kInheritedTypeFlags = 0xFFFF0000u | 32 | 64;

struct SubclassList;
struct TypeSpec;  // core/bind/define.h: the table a builtin type is made from

class Type final : public Object {
 public:
  Field name, qualified_name, module, bases, mro, dict, doc;
  Type* base = nullptr;   // the base whose layout this type extends
  Type* metatype() const { return static_cast<Type*>(shape_record().type); }
  TypeSlots slots;
  std::atomic<u32> flags{0};
  std::atomic<u32> version{0};
  std::atomic<u32> root_shape{0};    // shape of an instance without attributes
  std::atomic<u32> dictionary_shape{0};
  u32 native_size = 16;              // bytes of the C++ layout; 0: variable
  u32 instance_size = 16;            // native_size and the __slots__ members; 0: variable
  u32 inline_slots = 0;              // attribute slots reserved in each instance
  const ObjectOps* ops = nullptr;
  const TypeSpec* spec = nullptr;    // builtin: what `dict` is filled from at first use
  std::atomic<bool> populated{true};
  SubclassList* subclasses = nullptr;  // direct subclasses; under the type system's lock

  bool has(TypeFlag flag) const { return flags.load(std::memory_order_relaxed) & static_cast<u32>(flag); }
  void set_flag(TypeFlag flag) { flags.fetch_or(static_cast<u32>(flag), std::memory_order_relaxed); }
  void clear_flag(TypeFlag flag) { flags.fetch_and(~static_cast<u32>(flag), std::memory_order_relaxed); }
  bool is_subtype_of(const Type& other) const;
  Str& name_str() const;
  std::string_view name_view() const;  // UTF-8 of an ASCII name; for messages
  Dict& dictionary();                  // fills it at first use
  // The attribute found along the MRO, borrowed; Empty when there is none. `name` is interned. No descriptor is called.
  Value lookup(Str& name);
  // Offsets, in words from the object's start, of the overflow field and of attribute slot 0.
  u32 overflow_word() const { return instance_size / 8; }
  u32 slot_word(u32 slot) const { return instance_size / 8 + 1 + slot; }
  usize allocation_size() const { return instance_size + (has(TypeFlag::HasDict) ? 8 * (1 + inline_slots) : 0); }
  static const ObjectOps kOps;
};



}  // namespace py
