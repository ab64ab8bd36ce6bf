// Object: the 16-byte header every heap object starts with, and ShapeRecord, what its shape number stands for.
//
// Threads: a *local* object (no Shared flag) is touched by its owner alone, with plain loads and stores. A *shared* one
// is read lock-free under rule R (docs/memory.md) and mutated under its byte lock. `local` is written by the owner
// only; `shared` by read-modify-write from any thread. Invariant S: everything reachable from a shared object is
// shared.
#pragma once
#include <atomic>

#include "core/base/types.h"
#include "memory/value.h"

namespace py {

class Object;
class Visitor;
struct Thread;
struct WeakNode;

// What the memory layer must know about a layout. One constant per C++ object class.
struct ObjectOps {
  const char* name;
  // Calls the visitor once for every Field of the object. Null: a leaf.
  void (*visit)(Object&, Visitor&);
  // Frees memory that the object owns outside the object pages (buffers); fields are dropped before. Null: nothing.
  void (*release)(Object&);
  // The size of the object in bytes, header included.
  usize (*size)(const Object&);
  // For classes of weak references: their node in the table of weak references.
  WeakNode* (*weak_node)(Object&) = nullptr;
  // Called before a dead object's fields are dropped, once or more: gives back what it holds open in the objects that its
  // fields refer to (buffers). Runs no Python code and drops no references.
  void (*close)(Object&) = nullptr;
  // Whether `visit` shows the attribute slots that a subclass adds, and nothing else: instances without any are leaves then, for
  // which neither `visit` nor `release` is called.
  bool only_attributes = false;
};

enum class ShapeFlag : u32 {
  HasFinalizer = 1,  // the type defines __del__ (or a native finaliser)
  Dictionary = 2,    // attributes live in a dict, not in slots
  Retired = 4,       // no inline cache may be filled with this shape
  Leaf = 8,          // a dead instance is nothing but a block to be freed
  Plain = 16,        // an instance is a header and Fields up to `words`; the one at overflow_word may hold a buffer instead
};

// 64 bytes; number n is at shape_arena()[n]. Written before the number is published, then immutable but for `flags`
// and `transitions`.
struct alignas(64) ShapeRecord {
  const ObjectOps* ops;
  Object* type;  // uncounted; a shape keeps its type alive
  std::atomic<u32> flags;
  u32 parent;                    // the shape before the last key was added
  u32 slot_count;                // slots in use
  u32 inline_slots;              // slots that stand in the object itself; the rest is in the overflow array
  Value key;                     // interned name added by this shape
  std::atomic<void*> table;      // name -> slot, built on first need by core/object
  std::atomic<u32> first_child;  // transition list, lock-free push
  u32 next_sibling;
  u32 words;                     // Plain: of an instance, header included
  u32 overflow_word;             // Plain: 0 when there is none
};
static_assert(sizeof(ShapeRecord) == 64);

inline constexpr u32 kMaxShapes = 1u << 20;
// All records, in zero pages until they are used: nothing runs over them at start-up.
struct ShapeArena {
  constexpr ShapeArena() {}
  ShapeRecord& operator[](u32 number) { return records[number]; }
  union {
    ShapeRecord records[kMaxShapes];
  };
};
extern ShapeArena shape_arena;
// Returns 0 when all kMaxShapes are in use. Thread-safe. Number 0 is never a live shape.
u32 allocate_shape();
u32 count_shapes();

enum class ObjectFlag : u8 {
  Shared = 1,
  Deferred = 2,  // counts mean nothing; only the collector frees it
  HasWeakReference = 4,
  Finalized = 8,  // its finaliser ran
  Frozen = 16,    // gc.freeze
  User1 = 32,     // free for the object's class, guarded like its fields
  User2 = 64,
  Hot = 128,  // uncounted since it lived (make_deferred_dynamically): its Values look counted, but are not; never freed
};

inline constexpr u16 kNoOwner = 0;  // merged, or a free block
inline constexpr u16 kImmortalOwner = 0xFFFF;

// The low two bits of `shared`.
enum : i32 { kStateInitial = 0, kStateWeak = 1, kStateQueued = 2, kStateMerged = 3, kSharedOne = 4 };

class alignas(16) Object {
 public:
  std::atomic<u32> shape;
  std::atomic<u32> local;
  std::atomic<i32> shared;
  std::atomic<u16> owner;
  std::atomic<u8> lock;
  std::atomic<u8> flags;

  bool has(ObjectFlag flag) const { return flags.load(std::memory_order_relaxed) & static_cast<u8>(flag); }
  // An unshared object's flags are its thread's alone (or a collector's, while that thread is stopped).
  void set(ObjectFlag flag) {
    if (is_shared()) {
      flags.fetch_or(static_cast<u8>(flag), std::memory_order_relaxed);
    } else {
      flags.store(flags.load(std::memory_order_relaxed) | static_cast<u8>(flag), std::memory_order_relaxed);
    }
  }
  bool is_shared() const { return has(ObjectFlag::Shared); }
  // Its counts mean nothing; only the collector frees it.
  bool is_deferred() const {
    constexpr u8 mask = static_cast<u8>(ObjectFlag::Deferred) | static_cast<u8>(ObjectFlag::Hot);
    return flags.load(std::memory_order_relaxed) & mask;
  }
  u32 shape_number() const { return shape.load(std::memory_order_acquire); }
  ShapeRecord& shape_record() const { return shape_arena[shape.load(std::memory_order_acquire)]; }
  // The word that refers to this object.
  Value value() const {
    const bool uncounted = has(ObjectFlag::Deferred) || owner.load(std::memory_order_relaxed) == kImmortalOwner;
    return uncounted ? Value::uncounted(this) : Value::counted(this);
  }
};
static_assert(sizeof(Object) == 16);

}  // namespace py
