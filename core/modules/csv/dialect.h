// Dialect: how a CSV file is written. Threads: immutable; the registry is a dict that is shared as any.
#pragma once
#include "core/modules/exception_class.h"
#include "core/object/str.h"

namespace py::csv {

enum class Quoting : u8 { Minimal, All, NonNumeric, None };
inline constexpr u32 kNotSet = 0xFFFFFFFF;  // a character that a dialect lacks

class Dialect final : public Object {
 public:
  Field line_terminator;  // Str
  u32 delimiter, quote, escape;
  Quoting quoting;
  bool double_quote, skip_initial_space, strict;
  static const ObjectOps kOps;
};
extern Type* dialect_type;
extern ModuleException error;

// Dialect(dialect, **keywords); `dialect` Unbound: none given.
Result<Ref<>> make_dialect(Thread& thread, Value dialect, Keywords keywords);
inline Dialect& dialect_of(const Field& field) { return *static_cast<Dialect*>(field.peek().object()); }

Result<Ref<>> make_reader(Thread& thread, Rest arguments, Keywords keywords);
Result<Ref<>> make_writer(Thread& thread, Rest arguments, Keywords keywords);
Result<isize> field_size_limit(Thread& thread, Value new_limit);

Result<void> add_dialect(Thread& thread, Module& module);
Result<void> add_reader(Thread& thread, Module& module);
Result<void> add_writer(Thread& thread, Module& module);

}  // namespace py::csv
