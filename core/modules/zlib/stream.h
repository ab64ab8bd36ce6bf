// A zlib stream that belongs to an object, and one step of it: from input to output until nothing moves any more.
// Threads: a stream is used under its owner's CallLock; the work itself is done detached.
#pragma once
#include <zlib.h>

#include "core/base/text/byte_builder.h"
#include "core/modules/exception_class.h"
#include "core/modules/io/call_lock.h"

namespace py::zlib {

extern ModuleException error;

// "Error -3 while decompressing data: invalid header"
COLD Failure raise_zlib(Thread& thread, const z_stream* stream, int code, const char* what);

enum class Direction : u8 { Compress, Decompress };

// Runs deflate() or inflate() over `input`, at most `limit` bytes of output. Advances `input` past what was consumed
// and returns zlib's last code. A failed `out` means that memory is exhausted.
int run_stream(Thread& thread, z_stream& stream, Direction direction, std::string_view& input, int flush, usize limit,
               ByteBuilder& out);
Result<Ref<>> finish(Thread& thread, const ByteBuilder& out);

// zlib.Compress and zlib.Decompress.
class Stream final : public Object {
 public:
  Field unused_data, unconsumed_tail;  // Bytes; of a decompressor
  Field dictionary;                    // None, or the Bytes to be used when the stream asks for it
  z_stream* stream;                    // null once it was ended
  io::CallLock lock;
  bool at_end;
  Direction direction;
  static const ObjectOps kOps;
};
Result<Ref<Stream>> new_stream(Thread& thread, Type& type, Direction direction);
// MemoryError, ValueError or zlib.error for what an init function answered; {} when it is Z_OK.
Result<void> check_creation(Thread& thread, Stream& stream, int code, const char* no_memory, const char* what);

Result<Ref<>> make_compressor(Thread& thread, int level, int method, int wbits, int memory_level, int strategy,
                              Value dictionary);
Result<Ref<>> make_decompressor(Thread& thread, int wbits, Value dictionary);
Result<void> add_compressor(Thread& thread, Module& module);
Result<void> add_decompressor(Thread& thread, Module& module);

}  // namespace py::zlib
