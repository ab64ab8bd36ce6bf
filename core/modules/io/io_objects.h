// The types of the module `_io` and what its files share.
#pragma once
#include "core/bind/define.h"
#include "core/modules/io/call_lock.h"
#include "core/object/names.h"

#include <span>

namespace py::io {

inline constexpr isize kDefaultBufferSize = 8192;

// Made when the module is initialised; immutable afterwards.
struct IoTypes {
  Type* io_base = nullptr;
  Type* raw_io_base = nullptr;
  Type* buffered_io_base = nullptr;
  Type* text_io_base = nullptr;
  Type* file_io = nullptr;
  Type* bytes_io = nullptr;
  Type* bytes_io_buffer = nullptr;
  Type* string_io = nullptr;
  Type* buffered_reader = nullptr;
  Type* buffered_writer = nullptr;
  Type* buffered_random = nullptr;
  Type* buffered_pair = nullptr;
  Type* text_io_wrapper = nullptr;
  Type* newline_decoder = nullptr;
};
extern IoTypes io_types;

// io.UnsupportedOperation.
Type* unsupported_operation();
COLD Failure raise_unsupported(Thread& thread, std::string_view message);

// Interned names.
#define IO_NAMES(NAME)                                                                                               \
  NAME(readinto) NAME(readall) NAME(read1) NAME(readinto1) NAME(seekable) NAME(readable) NAME(tell) NAME(truncate)   \
  NAME(peek) NAME(detach) NAME(raw) NAME(_dealloc_warn) NAME(_finalizing) NAME(__IOBase_closed) NAME(newlines)       \
  NAME(reset) NAME(setstate) NAME(getstate) NAME(line_buffering) NAME(_checkClosed) NAME(_CHUNK_SIZE) NAME(decoder)
struct IoNames {
#define NAME(identifier) Str* identifier = nullptr;
  IO_NAMES(NAME)
#undef NAME
};
extern IoNames io_names;

// Attribute tests on any stream object.
Result<bool> is_closed(Thread& thread, Value stream);
Result<void> check_closed(Thread& thread, Value stream, const char* message = "I/O operation on closed file.");
Result<void> check_capability(Thread& thread, Value stream, Str& method, const char* message);
// stream.flush() and so on, for its effect.
Result<void> call_for_effect(Thread& thread, Value stream, Str& method);
// The whence of seek(): the position as a 64-bit offset.
Result<i64> to_offset(Thread& thread, Value value);
// -1 for None.
Result<isize> to_size(Thread& thread, Value value);
bool is_blocking_error(Thread& thread);  // the pending exception is a BlockingIOError

void add_base_types(Thread& thread, Module& module);
void add_file_type(Thread& thread, Module& module);
void add_memory_types(Thread& thread, Module& module);
void add_buffered_types(Thread& thread, Module& module);
void add_text_types(Thread& thread, Module& module);

// _io.open with all arguments; Unbound or None: default.
struct OpenArguments {
  Value file = None, mode = Unbound, buffering = Unbound, encoding = None, errors = None, newline = None, closefd = Unbound, opener = None;
};
Result<Ref<>> open_file(Thread& thread, const OpenArguments& arguments);

}  // namespace py::io
