// _bz2: BZ2Compressor and BZ2Decompressor, over libbzip2.
#include <bzlib.h>

#include <climits>

#include "core/modules/compression/stream.h"
#include "core/modules/registry.h"

namespace py::compression {

namespace {

class Bz2Engine : public Engine {
 public:
  Failure raise(Thread& thread) override {
    switch (code_) {
      case BZ_PARAM_ERROR:
        return py::raise(thread, types.ValueError, "Internal error - invalid parameters passed to libbzip2");
      case BZ_MEM_ERROR: return raise_memory_error(thread);
      case BZ_DATA_ERROR:
      case BZ_DATA_ERROR_MAGIC: return py::raise(thread, types.OSError, "Invalid data stream");
      case BZ_IO_ERROR: return py::raise(thread, types.OSError, "Unknown I/O error");
      case BZ_UNEXPECTED_EOF:
        return py::raise(thread, types.EOFError, "Compressed file ended before the logical end-of-stream was detected");
      case BZ_SEQUENCE_ERROR:
        return py::raise(thread, types.RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2");
      default: return py::raise(thread, types.OSError, "Unrecognized error from libbzip2: {}", code_);
    }
  }
  bool survives_errors() const override { return false; }
  const char* at_end_message() const override { return "End of stream already reached"; }

 protected:
  // One call of the library over a window.
  template <class Call>
  Outcome over(Window& window, Call&& call) {
    const unsigned input = window.input_size < UINT_MAX ? static_cast<unsigned>(window.input_size) : UINT_MAX;
    const unsigned output = window.output_size < UINT_MAX ? static_cast<unsigned>(window.output_size) : UINT_MAX;
    stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(window.input));
    stream_.avail_in = input;
    stream_.next_out = reinterpret_cast<char*>(window.output);
    stream_.avail_out = output;
    code_ = call(input);
    window.input += input - stream_.avail_in;
    window.input_size -= input - stream_.avail_in;
    window.output += output - stream_.avail_out;
    window.output_size -= output - stream_.avail_out;
    if (code_ == BZ_STREAM_END) return Outcome::End;
    return code_ < 0 ? Outcome::Failed : Outcome::More;
  }

  bz_stream stream_{};
  int code_ = BZ_OK;
};

class Bz2Compressing final : public Bz2Engine {
 public:
  bool start(int level) { return (code_ = BZ2_bzCompressInit(&stream_, level, 0, 0)) == BZ_OK; }
  ~Bz2Compressing() override { BZ2_bzCompressEnd(&stream_); }
  Outcome step(Window& window, Action action) override {
    return over(window, [&](unsigned input) {
      if (action == Action::Finish) return BZ2_bzCompress(&stream_, BZ_FINISH);
      // Without input it would complain.
      return input ? BZ2_bzCompress(&stream_, BZ_RUN) : BZ_OK;
    });
  }
};

class Bz2Decompressing final : public Bz2Engine {
 public:
  bool start() { return (code_ = BZ2_bzDecompressInit(&stream_, 0, 0)) == BZ_OK; }
  ~Bz2Decompressing() override { BZ2_bzDecompressEnd(&stream_); }
  Outcome step(Window& window, Action) override {
    return over(window, [&](unsigned) { return BZ2_bzDecompress(&stream_); });
  }
};

Result<Ref<>> compressor_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "BZ2Compressor(compresslevel=9, /)", arguments);
  const int level = TRY(to_int(thread, bound[0]));
  if (level < 1 || level > 9) return raise(thread, types.ValueError, "compresslevel must be between 1 and 9");
  auto engine = std::make_unique<Bz2Compressing>();
  if (!engine->start(level)) return engine->raise(thread);
  return new_stream(thread, type, std::move(engine));
}
Result<Ref<>> decompressor_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "BZ2Decompressor()", arguments);
  auto engine = std::make_unique<Bz2Decompressing>();
  if (!engine->start()) return engine->raise(thread);
  return new_stream(thread, type, std::move(engine));
}

constexpr TypeSpec kCompressor = {
    .name = "_bz2.BZ2Compressor",
    .doc = "(compresslevel=9, /)\n--\n\nCreate a compressor object for compressing data incrementally.\n\n"
           "  compresslevel\n    Compression level, as a number between 1 and 9.\n\n"
           "The function compress() does it at once.",
    .methods = kCompressorMethods,
    .method_count = std::size(kCompressorMethods),
    .slots = {.new_ = compressor_new},
    .ops = &Stream::kOps,
    .size = sizeof(Stream),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};
constexpr TypeSpec kDecompressor = {
    .name = "_bz2.BZ2Decompressor",
    .doc = "()\n--\n\nCreate a decompressor object for decompressing data incrementally.\n\n"
           "The function decompress() does it at once.",
    .methods = kDecompressorMethods,
    .method_count = std::size(kDecompressorMethods),
    .properties = kDecompressorProperties,
    .property_count = std::size(kDecompressorProperties),
    .slots = {.new_ = decompressor_new},
    .ops = &Stream::kOps,
    .size = sizeof(Stream),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

Result<void> initialize_bz2(Thread& thread, Module& module) {
  TRY(add_type_to_module(thread, module, kCompressor));
  TRY(add_type_to_module(thread, module, kDecompressor));
  return {};
}

}  // namespace

}  // namespace py::compression

namespace py {

const ModuleSpec kBz2Module = {"_bz2", nullptr, nullptr, 0, compression::initialize_bz2};

}  // namespace py
