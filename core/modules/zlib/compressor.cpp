// zlib.Compress.
#include "core/modules/zlib/stream.h"

namespace py::zlib {

namespace {

Type* compress_type;
Stream& stream_of(Value self) { return *static_cast<Stream*>(self.object()); }

Result<Ref<>> compress(Thread& thread, Value self, Buffer& data) {
  Stream& stream = stream_of(self);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, stream, stream.lock));
  if (!stream.stream) return raise_zlib(thread, nullptr, Z_STREAM_ERROR, "while compressing data");
  ByteBuilder out;
  std::string_view input = data.view();
  const int code = run_stream(thread, *stream.stream, Direction::Compress, input, Z_NO_FLUSH, SIZE_MAX, out);
  if (code == Z_STREAM_ERROR) return raise_zlib(thread, stream.stream, code, "while compressing data");
  return finish(thread, out);
}

Result<Ref<>> flush(Thread& thread, Value self, int mode) {
  Stream& stream = stream_of(self);
  ByteBuilder out;
  if (mode == Z_NO_FLUSH) return finish(thread, out);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, stream, stream.lock));
  if (!stream.stream) return raise_zlib(thread, nullptr, Z_STREAM_ERROR, "while flushing");
  std::string_view nothing;
  const int code = run_stream(thread, *stream.stream, Direction::Compress, nothing, mode, SIZE_MAX, out);
  if (code == Z_STREAM_ERROR) return raise_zlib(thread, stream.stream, code, "while flushing");
  if (code == Z_STREAM_END && mode == Z_FINISH) {
    deflateEnd(stream.stream);
    delete std::exchange(stream.stream, nullptr);
  } else if (code != Z_OK && code != Z_BUF_ERROR) {
    return raise_zlib(thread, stream.stream, code, "while flushing");
  }
  return finish(thread, out);
}

Result<Ref<>> copy(Thread& thread, Value self) {
  Stream& stream = stream_of(self);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, stream, stream.lock));
  Ref<Stream> result = TRY(new_stream(thread, *compress_type, Direction::Compress));
  const int code = stream.stream ? deflateCopy(result->stream, stream.stream) : Z_STREAM_ERROR;
  if (code == Z_OK) return Ref<>(std::move(result));
  delete std::exchange(result->stream, nullptr);
  if (code == Z_MEM_ERROR) return raise_memory_error(thread);
  return raise(thread, types.ValueError, "Inconsistent stream state");
}
Result<Ref<>> deep_copy(Thread& thread, Value self, Value) { return copy(thread, self); }

constexpr MethodSpec kMethods[] = {
    def<compress>("compress(data, /)", "Returns a bytes object containing compressed data."),
    def<flush>("flush(mode=4, /)", "Return a bytes object containing any remaining compressed data."),
    def<copy>("copy()", "Return a copy of the compression object."),
    def<copy>("__copy__()", "Return a copy of the compression object."),
    def<deep_copy>("__deepcopy__(memo, /)", "Return a copy of the compression object."),
};
constexpr TypeSpec kSpec = {.name = "zlib.Compress",
                            .doc = nullptr,
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .ops = &Stream::kOps,
                            .size = sizeof(Stream),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace

Result<Ref<>> make_compressor(Thread& thread, int level, int method, int wbits, int memory_level, int strategy,
                              Value dictionary) {
  Buffer words;
  if (dictionary != Unbound && !dictionary.is_none()) words = TRY(get_buffer(thread, dictionary));
  if (words.size > static_cast<isize>(UINT32_MAX))
    return raise(thread, types.OverflowError, "zdict length does not fit in an unsigned int");
  Ref<Stream> result = TRY(new_stream(thread, *compress_type, Direction::Compress));
  const int code = deflateInit2(result->stream, level, method, wbits, memory_level, strategy);
  TRY(check_creation(thread, *result, code, "Can't allocate memory for compression object",
                     "while creating compression object"));
  if (words.data) {
    const int answer = deflateSetDictionary(result->stream, words.data, static_cast<uInt>(words.size));
    if (answer == Z_STREAM_ERROR) return raise(thread, types.ValueError, "Invalid dictionary");
    if (answer != Z_OK) return raise(thread, types.ValueError, "deflateSetDictionary()");
  }
  return Ref<>(std::move(result));
}

Result<void> add_compressor(Thread& thread, Module& module) {
  compress_type = TRY(add_type_to_module(thread, module, kSpec));
  return {};
}

}  // namespace py::zlib
