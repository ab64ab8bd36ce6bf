#include "core/modules/zlib/stream.h"

#include <climits>

#include "core/builtins/bytes_like.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py::zlib {

ModuleException error;

namespace {

constexpr usize kFirstBlock = 16 * 1024, kLargestBlock = 64 * 1024 * 1024;

void release(Object& object) {
  Stream& self = static_cast<Stream&>(object);
  if (!self.stream) return;
  self.direction == Direction::Compress ? deflateEnd(self.stream) : inflateEnd(self.stream);
  delete self.stream;
}
void visit(Object& object, Visitor& visitor) {
  visit_fields<Stream, &Stream::unused_data, &Stream::unconsumed_tail, &Stream::dictionary>(object, visitor);
}

const char* reason(int code) {
  switch (code) {
    case Z_BUF_ERROR: return "incomplete or truncated stream";
    case Z_STREAM_ERROR: return "inconsistent stream state";
    case Z_DATA_ERROR: return "invalid input data";
    case Z_VERSION_ERROR: return "library version mismatch";
    default: return nullptr;
  }
}

// The same, detached: touches no object.
int run_detached(z_stream& stream, Direction direction, std::string_view& input, int flush, usize limit,
                 ByteBuilder& out) {
  usize block = kFirstBlock;
  for (;;) {
    const usize room = limit - out.size() < block ? limit - out.size() : block;
    char* place = out.reserve(room);
    if (!place) return Z_MEM_ERROR;
    const bool last = input.size() <= UINT_MAX;
    const uInt offered = last ? static_cast<uInt>(input.size()) : UINT_MAX;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream.avail_in = offered;
    stream.next_out = reinterpret_cast<Bytef*>(place);
    stream.avail_out = static_cast<uInt>(room);
    const int mode = last ? flush : Z_NO_FLUSH;
    const int code = direction == Direction::Compress ? deflate(&stream, mode) : inflate(&stream, mode);
    input.remove_prefix(offered - stream.avail_in);
    out.commit(room - stream.avail_out);
    const bool full = stream.avail_out == 0;
    stream.next_in = nullptr;
    stream.avail_in = 0;
    if (code != Z_OK && !(code == Z_BUF_ERROR && full)) return code;
    if (out.size() >= limit || (!full && last)) return code;
    if (full && block < kLargestBlock) block *= 2;
  }
}

}  // namespace

const ObjectOps Stream::kOps = {"zlib stream", visit, release, fixed_size};

Failure raise_zlib(Thread& thread, const z_stream* stream, int code, const char* what) {
  const char* text = code == Z_VERSION_ERROR ? reason(code) : stream && stream->msg ? stream->msg : reason(code);
  if (!text) return raise(thread, error, "Error {} {}", code, what);
  return raise(thread, error, "Error {} {}: {}", code, what, text);
}

int run_stream(Thread& thread, z_stream& stream, Direction direction, std::string_view& input, int flush, usize limit,
               ByteBuilder& out) {
  Detached detached(thread);
  return run_detached(stream, direction, input, flush, limit, out);
}

Result<Ref<>> finish(Thread& thread, const ByteBuilder& out) {
  if (out.failed()) return raise_memory_error(thread);
  return make_bytes(thread, bytes_view(out.data(), static_cast<isize>(out.size())));
}

Result<Ref<Stream>> new_stream(Thread& thread, Type& type, Direction direction) {
  Ref<Stream> result = TRY(new_object<Stream>(thread, type));
  result->stream = nullptr;
  result->lock.reset();
  result->at_end = false;
  result->direction = direction;
  Ref<Bytes> empty = TRY(Bytes::from(thread, {}));
  set_fresh(*result, result->unused_data, empty.value());
  set_fresh(*result, result->unconsumed_tail, empty.value());
  result->dictionary.initialize(None);
  result->stream = new z_stream{};
  return result;
}

Result<void> check_creation(Thread& thread, Stream& stream, int code, const char* no_memory, const char* what) {
  if (code == Z_OK) return {};
  Ref<> message = code == Z_MEM_ERROR ? Ref<>(TRY(Str::from_ascii(thread, no_memory))) : Ref<>();
  Failure result = code == Z_MEM_ERROR      ? raise_with(thread, types.MemoryError, {message})
                   : code == Z_STREAM_ERROR ? raise(thread, types.ValueError, "Invalid initialization option")
                                            : raise_zlib(thread, stream.stream, code, what);
  delete std::exchange(stream.stream, nullptr);
  return result;
}

}  // namespace py::zlib
