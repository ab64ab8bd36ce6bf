// StructFormat: a format text such as "<2hI4s", compiled to a list of items with their places.
// Threads: immutable; it stands in a Bytes object, whose life is the usual one.
#pragma once
#include "core/modules/exception_class.h"

namespace py::structs {

struct FormatItem {
  isize offset;
  isize count;  // repetitions; for 's' and 'p' the bytes of the one value
  u8 code;
  u8 size;  // bytes of one repetition
};

struct StructFormat {
  isize size;  // bytes of the whole
  isize value_count;
  isize item_count;
  bool native;  // sizes and alignment of the machine
  bool big_endian;
  const FormatItem* items() const { return reinterpret_cast<const FormatItem*>(this + 1); }
};

extern ModuleException error;

// The format as a Bytes object that holds a StructFormat. `text` is ASCII.
Result<Ref<Bytes>> compile_format(Thread& thread, std::string_view text);
inline const StructFormat& format_in(Value compiled) {
  return *reinterpret_cast<const StructFormat*>(as<Bytes>(compiled).data());
}

// Writes `values`, as many as the format has, to `target`; bytes between the items become 0.
Result<void> pack_values(Thread& thread, const StructFormat& format, const Value* values, u8* target);
Result<Ref<Tuple>> unpack_values(Thread& thread, const StructFormat& format, const u8* source);

}  // namespace py::structs
