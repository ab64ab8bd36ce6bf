// zlib: the functions.
#include "core/modules/registry.h"
#include "core/modules/zlib/stream.h"

namespace py::zlib {

namespace {

Failure raise_no_memory(Thread& thread, const char* text) {
  Result<Ref<Str>> message = Str::from_ascii(thread, text);
  if (message.failed()) return failure;
  Ref<Str> owned = message.take();
  return raise_with(thread, types.MemoryError, {owned.value()});
}

Result<Ref<>> compress(Thread& thread, Buffer& data, int level, int wbits) {
  z_stream stream{};
  const int started = deflateInit2(&stream, level, Z_DEFLATED, wbits, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY);
  if (started == Z_MEM_ERROR) return raise_no_memory(thread, "Out of memory while compressing data");
  if (started == Z_STREAM_ERROR) return raise(thread, error, "Bad compression level");
  if (started != Z_OK) return raise_zlib(thread, &stream, started, "while compressing data");
  ByteBuilder out;
  std::string_view input = data.view();
  const int code = run_stream(thread, stream, Direction::Compress, input, Z_FINISH, SIZE_MAX, out);
  const int ended = deflateEnd(&stream);
  if (out.failed()) return raise_memory_error(thread);
  if (code != Z_STREAM_END) return raise_zlib(thread, &stream, code, "while compressing data");
  if (ended != Z_OK) return raise_zlib(thread, &stream, ended, "while finishing compression");
  return finish(thread, out);
}

Result<Ref<>> decompress(Thread& thread, Buffer& data, int wbits, isize bufsize) {
  if (bufsize < 0) return raise(thread, types.ValueError, "bufsize must be non-negative");
  z_stream stream{};
  const int started = inflateInit2(&stream, wbits);
  if (started == Z_MEM_ERROR) return raise_no_memory(thread, "Out of memory while decompressing data");
  if (started != Z_OK) return raise_zlib(thread, &stream, started, "while preparing to decompress data");
  ByteBuilder out;
  std::string_view input = data.view();
  const int code = run_stream(thread, stream, Direction::Decompress, input, Z_SYNC_FLUSH, SIZE_MAX, out);
  Result<Ref<>> result = failure;
  if (out.failed() || code == Z_MEM_ERROR) {
    result = raise_no_memory(thread, "Out of memory while decompressing data");
  } else if (code != Z_STREAM_END) {
    result = raise_zlib(thread, &stream, code == Z_OK ? Z_BUF_ERROR : code, "while decompressing data");
  } else {
    result = finish(thread, out);
  }
  inflateEnd(&stream);
  return result;
}

constexpr isize kDetachAbove = 5 * 1024;

// A running checksum; `start` is taken modulo 2**32.
template <uLong (*checksum)(uLong, const Bytef*, z_size_t)>
Result<u64> checksum_of(Thread& thread, Buffer& data, Value start) {
  const uLong value = static_cast<u32>(TRY(to_u64_wrapping(thread, start)));
  if (data.size <= kDetachAbove) return u64{checksum(value, data.data, static_cast<z_size_t>(data.size))};
  Detached detached(thread);
  return u64{checksum(value, data.data, static_cast<z_size_t>(data.size))};
}
// Of no bytes at a null address they would answer the value they start with.
uLong adler32_from(uLong start, const Bytef* data, z_size_t size) {
  return size ? adler32_z(start, data, size) : start;
}
uLong crc32_from(uLong start, const Bytef* data, z_size_t size) { return size ? crc32_z(start, data, size) : start; }

constexpr MethodSpec kFunctions[] = {
    function<compress>("compress(data, /, level=-1, wbits=15)", "Returns a bytes object containing compressed data."),
    function<decompress>("decompress(data, /, wbits=15, bufsize=16384)",
                         "Returns a bytes object containing the uncompressed data."),
    function<make_compressor>("compressobj(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)",
                              "Return a compressor object."),
    function<make_decompressor>("decompressobj(wbits=15, zdict=b'')", "Return a decompressor object."),
    function<checksum_of<adler32_from>>("adler32(data, value=1, /)", "Compute an Adler-32 checksum of data."),
    function<checksum_of<crc32_from>>("crc32(data, value=0, /)", "Compute a CRC-32 checksum of data."),
};

constexpr struct {
  const char* name;
  int value;
} kConstants[] = {
    {"MAX_WBITS", MAX_WBITS},
    {"DEFLATED", Z_DEFLATED},
    {"DEF_MEM_LEVEL", MAX_MEM_LEVEL - 1},
    {"DEF_BUF_SIZE", 16 * 1024},
    {"Z_BEST_SPEED", Z_BEST_SPEED},
    {"Z_BEST_COMPRESSION", Z_BEST_COMPRESSION},
    {"Z_DEFAULT_COMPRESSION", Z_DEFAULT_COMPRESSION},
    {"Z_NO_COMPRESSION", Z_NO_COMPRESSION},
    {"Z_FILTERED", Z_FILTERED},
    {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY},
    {"Z_RLE", Z_RLE},
    {"Z_FIXED", Z_FIXED},
    {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
    {"Z_NO_FLUSH", Z_NO_FLUSH},
    {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH},
    {"Z_SYNC_FLUSH", Z_SYNC_FLUSH},
    {"Z_FULL_FLUSH", Z_FULL_FLUSH},
    {"Z_FINISH", Z_FINISH},
    {"Z_BLOCK", Z_BLOCK},
    {"Z_TREES", Z_TREES},
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(error.add(thread, module, "zlib", "error"));
  TRY(add_compressor(thread, module));
  TRY(add_decompressor(thread, module));
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  Ref<Str> built = TRY(Str::from_ascii(thread, ZLIB_VERSION)), running = TRY(Str::from_ascii(thread, zlibVersion()));
  Ref<Str> version = TRY(Str::from_ascii(thread, "1.0"));
  TRY(add_to_module(thread, module, "ZLIB_VERSION", built.value()));
  TRY(add_to_module(thread, module, "ZLIB_RUNTIME_VERSION", running.value()));
  return add_to_module(thread, module, "__version__", version.value());
}

}  // namespace

}  // namespace py::zlib

namespace py {

const ModuleSpec kZlibModule = {"zlib", "The functions in this module allow compression and decompression using zlib.",
                                zlib::kFunctions, std::size(zlib::kFunctions), zlib::initialize};

}  // namespace py
