// _lzma: LZMACompressor and LZMADecompressor, over liblzma.
#include "core/modules/compression/lzma_filters.h"
#include "core/modules/compression/stream.h"
#include "core/modules/registry.h"

namespace py::compression {

ModuleException lzma_error;

namespace {

enum Format : int { kAuto, kXz, kAlone, kRaw };

class LzmaEngine final : public Engine {
 public:
  ~LzmaEngine() override { lzma_end(&stream_); }
  lzma_stream& stream() { return stream_; }
  int check() const { return check_.load(std::memory_order_relaxed); }
  void set_check(int check) { check_.store(check, std::memory_order_relaxed); }

  Outcome step(Window& window, Action action) override {
    stream_.next_in = window.input;
    stream_.avail_in = window.input_size;
    stream_.next_out = window.output;
    stream_.avail_out = window.output_size;
    code_ = lzma_code(&stream_, action == Action::Finish ? LZMA_FINISH : LZMA_RUN);
    window = {stream_.next_in, stream_.avail_in, stream_.next_out, stream_.avail_out};
    if (code_ == LZMA_GET_CHECK || code_ == LZMA_NO_CHECK) set_check(lzma_get_check(&stream_));
    if (code_ == LZMA_STREAM_END) return Outcome::End;
    // No progress for want of input is no error.
    const bool starved = code_ == LZMA_BUF_ERROR && (window.input_size == 0 || window.output_size == 0);
    const bool fine = code_ == LZMA_OK || code_ == LZMA_GET_CHECK || code_ == LZMA_NO_CHECK || starved;
    return fine ? Outcome::More : Outcome::Failed;
  }
  Failure raise(Thread& thread) override { return raise_lzma(thread, code_); }
  bool may_hold_output() const override { return true; }
  const char* at_end_message() const override { return "Already at end of stream"; }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret code_ = LZMA_OK;
  std::atomic<int> check_{LZMA_CHECK_ID_MAX + 1};  // unknown
};

struct EncoderOptions {
  int format, check;
  u32 preset;
  bool has_filters;
  FilterChain filters;
};

Result<lzma_ret> start_encoder(Thread& thread, lzma_stream& stream, const EncoderOptions& options) {
  const lzma_filter* filters = options.filters.filters();
  switch (options.format) {
    case kXz: {
      const auto check = static_cast<lzma_check>(options.check == -1 ? LZMA_CHECK_CRC64 : options.check);
      if (options.has_filters) return lzma_stream_encoder(&stream, filters, check);
      return lzma_easy_encoder(&stream, options.preset, check);
    }
    case kAlone: {
      if (options.has_filters) {
        if (filters[0].id == LZMA_FILTER_LZMA1 && filters[1].id == LZMA_VLI_UNKNOWN) {
          return lzma_alone_encoder(&stream, static_cast<const lzma_options_lzma*>(filters[0].options));
        }
        return raise(thread, types.ValueError, "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter");
      }
      lzma_options_lzma preset;
      if (lzma_lzma_preset(&preset, options.preset)) {
        return raise(thread, lzma_error, "Invalid compression preset: {}", options.preset);
      }
      return lzma_alone_encoder(&stream, &preset);
    }
    case kRaw:
      if (!options.has_filters) return raise(thread, types.ValueError, "Must specify filters for FORMAT_RAW");
      return lzma_raw_encoder(&stream, filters);
    default: return raise(thread, types.ValueError, "Invalid container format: {}", options.format);
  }
}

Result<Ref<>> compressor_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "LZMACompressor(format=1, check=-1, preset=None, filters=None)", arguments);
  EncoderOptions options{};
  options.format = TRY(to_int(thread, bound[0]));
  options.check = TRY(to_int(thread, bound[1]));
  options.has_filters = !bound[3].is_none();
  if (!bound[2].is_none() && options.has_filters) {
    return raise(thread, types.ValueError, "Cannot specify both preset and filter chain");
  }
  options.preset = bound[2].is_none() ? u32{LZMA_PRESET_DEFAULT} : TRY(to_u32(thread, bound[2]));
  if (options.format != kXz && options.check != -1 && options.check != LZMA_CHECK_NONE) {
    return raise(thread, types.ValueError, "Integrity checks are only supported by FORMAT_XZ");
  }
  if (options.has_filters) options.filters = TRY(FilterChain::from(thread, bound[3]));
  auto engine = std::make_unique<LzmaEngine>();
  const lzma_ret code = TRY(start_encoder(thread, engine->stream(), options));
  if (code != LZMA_OK) return raise_lzma(thread, code);
  return new_stream(thread, type, std::move(engine));
}

Result<Ref<>> decompressor_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "LZMADecompressor(format=0, memlimit=None, filters=None)", arguments);
  const int format = TRY(to_int(thread, bound[0]));
  u64 limit = UINT64_MAX;
  if (!bound[1].is_none()) {
    if (format == kRaw) return raise(thread, types.ValueError, "Cannot specify memory limit with FORMAT_RAW");
    limit = TRY(to_u64(thread, bound[1]));
  }
  if (format == kRaw && bound[2].is_none()) return raise(thread, types.ValueError, "Must specify filters for FORMAT_RAW");
  if (format != kRaw && !bound[2].is_none()) {
    return raise(thread, types.ValueError, "Cannot specify filters except with FORMAT_RAW");
  }
  constexpr u32 kFlags = LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK;
  auto engine = std::make_unique<LzmaEngine>();
  lzma_stream& stream = engine->stream();
  lzma_ret code;
  switch (format) {
    case kAuto: code = lzma_auto_decoder(&stream, limit, kFlags); break;
    case kXz: code = lzma_stream_decoder(&stream, limit, kFlags); break;
    case kAlone:
      engine->set_check(LZMA_CHECK_NONE);
      code = lzma_alone_decoder(&stream, limit);
      break;
    case kRaw: {
      engine->set_check(LZMA_CHECK_NONE);
      FilterChain filters = TRY(FilterChain::from(thread, bound[2]));
      code = lzma_raw_decoder(&stream, filters.filters());
      break;
    }
    default: return raise(thread, types.ValueError, "Invalid container format: {}", format);
  }
  if (code != LZMA_OK) return raise_lzma(thread, code);
  return new_stream(thread, type, std::move(engine));
}

Result<Ref<>> get_check(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(static_cast<LzmaEngine*>(stream_of(self).engine)->check()));
}

constexpr PropertySpec kLzmaProperties[] = {
    {"check", "ID of the integrity check used by the input stream.", get_check},
    kDecompressorProperties[0],
    kDecompressorProperties[1],
    kDecompressorProperties[2],
};
constexpr TypeSpec kCompressor = {
    .name = "_lzma.LZMACompressor",
    .doc = "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\n"
           "Create a compressor object for compressing data incrementally.\n\n"
           "format is the container: FORMAT_XZ, FORMAT_ALONE or FORMAT_RAW. check is the integrity check, which only\n"
           "FORMAT_XZ has. preset is a level from 0 to 9, perhaps with PRESET_EXTREME; or filters, a sequence of dicts,\n"
           "give the whole chain: FORMAT_RAW needs them.",
    .methods = kCompressorMethods,
    .method_count = std::size(kCompressorMethods),
    .slots = {.new_ = compressor_new},
    .ops = &Stream::kOps,
    .size = sizeof(Stream),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};
constexpr TypeSpec kDecompressor = {
    .name = "_lzma.LZMADecompressor",
    .doc = "(format=FORMAT_AUTO, memlimit=None, filters=None)\n--\n\n"
           "Create a decompressor object for decompressing data incrementally.\n\n"
           "format is the container, FORMAT_AUTO for one that tells itself; memlimit bounds the memory that may be used;\n"
           "filters is the chain of FORMAT_RAW.",
    .methods = kDecompressorMethods,
    .method_count = std::size(kDecompressorMethods),
    .properties = kLzmaProperties,
    .property_count = std::size(kLzmaProperties),
    .slots = {.new_ = decompressor_new},
    .ops = &Stream::kOps,
    .size = sizeof(Stream),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

Result<bool> is_check_supported(Thread&, int check) { return lzma_check_is_supported(static_cast<lzma_check>(check)) != 0; }
Result<Ref<>> decode_properties(Thread& thread, Value id, Buffer& encoded) {
  return decode_filter_properties(thread, TRY(to_u64(thread, id)), encoded);
}

constexpr MethodSpec kFunctions[] = {
    function<is_check_supported>("is_check_supported(check_id, /)",
                                 "Test whether the given integrity check is supported."),
    function<encode_filter_properties>("_encode_filter_properties(filter, /)",
                                       "Return a bytes object encoding the options (properties) of the filter.\n\n"
                                       "The result does not include the filter ID itself, only the options."),
    function<decode_properties>("_decode_filter_properties(filter_id, encoded_props, /)",
                                "Return a dict describing a filter with the given options, encoded as bytes."),
};

constexpr struct {
  const char* name;
  u64 value;
} kConstants[] = {
    {"FORMAT_AUTO", kAuto},
    {"FORMAT_XZ", kXz},
    {"FORMAT_ALONE", kAlone},
    {"FORMAT_RAW", kRaw},
    {"CHECK_NONE", LZMA_CHECK_NONE},
    {"CHECK_CRC32", LZMA_CHECK_CRC32},
    {"CHECK_CRC64", LZMA_CHECK_CRC64},
    {"CHECK_SHA256", LZMA_CHECK_SHA256},
    {"CHECK_ID_MAX", LZMA_CHECK_ID_MAX},
    {"CHECK_UNKNOWN", LZMA_CHECK_ID_MAX + 1},
    {"FILTER_LZMA1", LZMA_FILTER_LZMA1},
    {"FILTER_LZMA2", LZMA_FILTER_LZMA2},
    {"FILTER_DELTA", LZMA_FILTER_DELTA},
    {"FILTER_X86", LZMA_FILTER_X86},
    {"FILTER_IA64", LZMA_FILTER_IA64},
    {"FILTER_ARM", LZMA_FILTER_ARM},
    {"FILTER_ARMTHUMB", LZMA_FILTER_ARMTHUMB},
    {"FILTER_SPARC", LZMA_FILTER_SPARC},
    {"FILTER_POWERPC", LZMA_FILTER_POWERPC},
    {"MF_HC3", LZMA_MF_HC3},
    {"MF_HC4", LZMA_MF_HC4},
    {"MF_BT2", LZMA_MF_BT2},
    {"MF_BT3", LZMA_MF_BT3},
    {"MF_BT4", LZMA_MF_BT4},
    {"MODE_FAST", LZMA_MODE_FAST},
    {"MODE_NORMAL", LZMA_MODE_NORMAL},
    {"PRESET_DEFAULT", LZMA_PRESET_DEFAULT},
    {"PRESET_EXTREME", LZMA_PRESET_EXTREME},
};

Result<void> initialize_lzma(Thread& thread, Module& module) {
  TRY(lzma_error.add(thread, module, "_lzma", "LZMAError"));
  TRY(add_type_to_module(thread, module, kCompressor));
  TRY(add_type_to_module(thread, module, kDecompressor));
  for (const auto& constant : kConstants) {
    Ref<> number = TRY(make_int_unsigned(thread, constant.value));
    TRY(add_to_module(thread, module, constant.name, number));
  }
  return {};
}

}  // namespace

}  // namespace py::compression

namespace py {

const ModuleSpec kLzmaModule = {"_lzma", nullptr, compression::kFunctions, std::size(compression::kFunctions),
                                compression::initialize_lzma};

}  // namespace py
