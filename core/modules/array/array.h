// Array: numbers or code points of one machine format in one growing block.
//
// Invariant: while `exports` is not 0 a buffer is open, and neither block nor size may change (BufferError).
// Threads: every access to a shared array's content holds its lock, but for open buffers, whose users read and write
// the items as they like. `kind` never changes; `size` may be read without the lock.
#pragma once
#include <span>

#include "core/base/text/byte_builder.h"
#include "core/bind/define.h"
#include "memory/lock.h"

namespace py::arrays {

// How the items of a type code are stored. Threads: constant.
struct ItemKind {
  char code;
  u8 size;
  const char* format;  // for buffers
  bool integer, is_signed;
  u8 machine_format;  // number in pickles, little-endian
  Result<void> (*pack)(Thread&, Value, void* item);
  Result<Ref<>> (*unpack)(Thread&, const void* item);
};
std::span<const ItemKind> item_kinds();
const ItemKind* find_kind(u32 code);
union Item {
  u64 bits;
  u8 bytes[8];
};

class Array final : public Object {
 public:
  const ItemKind* kind;
  std::atomic<isize> size;  // items
  std::atomic<isize> exports;
  u8* block;       // of buffer_allocate; null: none
  isize capacity;  // items
  static const ObjectOps kOps;

  isize length() const { return size.load(std::memory_order_acquire); }
  // One item; false when the index is out of range.
  bool read(isize index, Item& item);
  bool write(isize index, const Item& item);
  // Replaces items [from, to), clipped, by `count` others of the same kind, which do not belong to this array.
  Result<void> splice(Thread& thread, isize from, isize to, const void* items, isize count);
  // `count` items from `from` on in steps; false when they are no longer there.
  bool copy_out(isize from, isize step, isize count, u8* items);
  bool copy_in(isize from, isize step, isize count, const u8* items);
  // The whole content.
  Result<void> copy_to(Thread& thread, ByteBuilder& out);
  // Removes one item; a negative index counts from the end.
  enum class Taken : u8 { Done, Empty, OutOfRange, Exported };
  Taken take(isize index, Item& item);
  void reverse();
  void byteswap();

  Result<void> append_bytes(Thread& thread, std::string_view bytes) {
    return splice(thread, PTRDIFF_MAX, PTRDIFF_MAX, bytes.data(), static_cast<isize>(bytes.size()) / kind->size);
  }
  Result<void> append(Thread& thread, Value value) {
    Item item;
    TRY(kind->pack(thread, value, &item));
    return splice(thread, PTRDIFF_MAX, PTRDIFF_MAX, &item, 1);
  }
};

extern Type* array_type;
inline bool is_array(Value value) { return value.is_object() && layout_extends(type_of(value), *array_type); }
inline Array& array_of(Value value) { return *static_cast<Array*>(value.object()); }
Result<Ref<Array>> make_array(Thread& thread, Type& type, const ItemKind& kind, std::string_view bytes = {});
// Appends every item of the iterable.
Result<void> extend_by_iterable(Thread& thread, Array& array, Value iterable);

Result<void> add_array_types(Thread& thread, Module& module);
extern const std::span<const MethodSpec> kExchangeMethods;  // bytes, files, text, pickles

}  // namespace py::arrays
