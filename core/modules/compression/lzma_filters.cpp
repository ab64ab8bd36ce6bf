#include "core/modules/compression/lzma_filters.h"

#include <cstdlib>
#include <cstring>

#include "core/object/dict.h"

namespace py::compression {

Failure raise_lzma(Thread& thread, lzma_ret code) {
  const char* text = nullptr;
  switch (code) {
    case LZMA_MEM_ERROR: return raise_memory_error(thread);
    case LZMA_UNSUPPORTED_CHECK: text = "Unsupported integrity check"; break;
    case LZMA_MEMLIMIT_ERROR: text = "Memory usage limit exceeded"; break;
    case LZMA_FORMAT_ERROR: text = "Input format not supported by decoder"; break;
    case LZMA_OPTIONS_ERROR: text = "Invalid or unsupported options"; break;
    case LZMA_DATA_ERROR: text = "Corrupt input data"; break;
    case LZMA_BUF_ERROR: text = "Insufficient buffer space"; break;
    case LZMA_PROG_ERROR: text = "Internal error"; break;
    default: return raise(thread, lzma_error, "Unrecognized error from liblzma: {}", static_cast<int>(code));
  }
  return raise(thread, lzma_error, "{}", text);
}

Result<u32> to_u32(Thread& thread, Value value) {
  const u64 number = TRY(to_u64(thread, value));
  if (number > UINT32_MAX) return raise(thread, types.OverflowError, "Value too large for uint32_t type");
  return static_cast<u32>(number);
}

void FilterChain::clear() {
  for (lzma_filter& filter : filters_) filter = {LZMA_VLI_UNKNOWN, nullptr};
}
void FilterChain::release() {
  for (lzma_filter& filter : filters_) std::free(filter.options);
  clear();
}
void FilterChain::take(FilterChain& other) {
  std::memcpy(filters_, other.filters_, sizeof filters_);
  other.clear();
}

namespace {

// A number of a filter's options, and where it is kept.
struct Option {
  const char* name;
  u32* place;
};

// Fills the options that a specifier has. ValueError when it has others.
Result<void> read_options(Thread& thread, Value specifier, std::initializer_list<Option> options, const char* kind) {
  isize known = 1;  // "id"
  for (const Option& option : options) {
    Ref<Str> name = TRY(Str::from_ascii(thread, option.name));
    if (!TRY(contains(thread, specifier, name.value()))) continue;
    ++known;
    if (!option.place) continue;
    Ref<> value = TRY(get_item(thread, specifier, name.value()));
    *option.place = TRY(to_u32(thread, value));
  }
  if (TRY(length(thread, specifier)) == known) return {};
  return raise(thread, types.ValueError, "Invalid filter specifier for {} filter", kind);
}

Result<void> read_lzma(Thread& thread, Value specifier, lzma_options_lzma& options) {
  u32 preset = LZMA_PRESET_DEFAULT;
  Ref<Str> name = TRY(Str::from_ascii(thread, "preset"));
  if (TRY(contains(thread, specifier, name.value()))) {
    Ref<> value = TRY(get_item(thread, specifier, name.value()));
    preset = TRY(to_u32(thread, value));
  }
  if (lzma_lzma_preset(&options, preset)) return raise(thread, lzma_error, "Invalid compression preset: {}", preset);
  u32 mode = options.mode, finder = options.mf;
  TRY(read_options(thread, specifier,
                   {{"preset", nullptr},
                    {"dict_size", &options.dict_size},
                    {"lc", &options.lc},
                    {"lp", &options.lp},
                    {"pb", &options.pb},
                    {"mode", &mode},
                    {"nice_len", &options.nice_len},
                    {"mf", &finder},
                    {"depth", &options.depth}},
                   "LZMA"));
  options.mode = static_cast<lzma_mode>(mode);
  options.mf = static_cast<lzma_match_finder>(finder);
  return {};
}

bool is_branch_filter(lzma_vli id) {
  return id == LZMA_FILTER_X86 || id == LZMA_FILTER_POWERPC || id == LZMA_FILTER_IA64 || id == LZMA_FILTER_ARM ||
         id == LZMA_FILTER_ARMTHUMB || id == LZMA_FILTER_SPARC;
}

template <class T>
Result<T*> allocate_options(Thread& thread, lzma_filter& filter) {
  filter.options = std::calloc(1, sizeof(T));
  if (!filter.options) return raise_memory_error(thread);
  return static_cast<T*>(filter.options);
}

}  // namespace

Result<void> FilterChain::add(Thread& thread, usize index, Value specifier) {
  const TypeSlots& slots = type_of(specifier).slots;
  if (!slots.get_item || is<Str>(specifier) || is<Bytes>(specifier) || is<List>(specifier) || is<Tuple>(specifier)) {
    return raise(thread, types.TypeError, "Filter specifier must be a dict or dict-like object");
  }
  Ref<Str> name = TRY(Str::from_ascii(thread, "id"));
  Result<Ref<>> id_value = get_item(thread, specifier, name.value());
  if (id_value.failed()) {
    if (!pending_is(thread, *types.KeyError)) return failure;
    clear_pending(thread);
    return raise(thread, types.ValueError, "Filter specifier must have an \"id\" entry");
  }
  Ref<> id_object = id_value.take();
  const u64 id = TRY(to_u64(thread, id_object));
  lzma_filter& filter = filters_[index];
  if (id == LZMA_FILTER_LZMA1 || id == LZMA_FILTER_LZMA2) {
    TRY(read_lzma(thread, specifier, *TRY(allocate_options<lzma_options_lzma>(thread, filter))));
  } else if (id == LZMA_FILTER_DELTA) {
    lzma_options_delta& options = *TRY(allocate_options<lzma_options_delta>(thread, filter));
    options.type = LZMA_DELTA_TYPE_BYTE;
    options.dist = 1;
    TRY(read_options(thread, specifier, {{"dist", &options.dist}}, "delta"));
  } else if (is_branch_filter(id)) {
    lzma_options_bcj& options = *TRY(allocate_options<lzma_options_bcj>(thread, filter));
    TRY(read_options(thread, specifier, {{"start_offset", &options.start_offset}}, "BCJ"));
  } else {
    Ref<> shown = TRY(make_int_unsigned(thread, id));
    return raise(thread, types.ValueError, "Invalid filter ID: {}", shown.value());
  }
  filter.id = id;
  return {};
}

Result<FilterChain> FilterChain::from(Thread& thread, Value specifiers) {
  FilterChain chain;
  if (is<Dict>(specifiers)) return raise(thread, types.TypeError, "{} is not a sequence", type_of(specifiers));
  const isize count = TRY(length(thread, specifiers));
  if (count > LZMA_FILTERS_MAX) {
    return raise(thread, types.ValueError, "Too many filters - liblzma supports a maximum of {}", LZMA_FILTERS_MAX);
  }
  for (isize i = 0; i < count; ++i) {
    Ref<> specifier = TRY(get_item(thread, specifiers, Value::integer(i)));
    TRY(chain.add(thread, static_cast<usize>(i), specifier));
  }
  return chain;
}

Result<Ref<>> encode_filter_properties(Thread& thread, Value specifier) {
  FilterChain chain;
  TRY(chain.add(thread, 0, specifier));
  u32 size;
  lzma_ret code = lzma_properties_size(&size, chain.filters());
  if (code != LZMA_OK) return raise_lzma(thread, code);
  Ref<Bytes> result = TRY(Bytes::allocate(thread, size));
  code = lzma_properties_encode(chain.filters(), result->data());
  if (code != LZMA_OK) return raise_lzma(thread, code);
  return Ref<>(std::move(result));
}

namespace {

Result<Ref<Dict>> describe(Thread& thread, const lzma_filter& filter) {
  Ref<Dict> result = TRY(Dict::make(thread));
  auto add = [&](const char* name, u64 number) -> Result<void> {
    Ref<> value = TRY(make_int_unsigned(thread, number));
    return result->set_str(thread, name, value);
  };
  TRY(add("id", filter.id));
  if (filter.id == LZMA_FILTER_LZMA1 || filter.id == LZMA_FILTER_LZMA2) {
    const auto& options = *static_cast<const lzma_options_lzma*>(filter.options);
    TRY(add("dict_size", options.dict_size));
    if (filter.id == LZMA_FILTER_LZMA2) return result;
    TRY(add("lc", options.lc));
    TRY(add("lp", options.lp));
    TRY(add("pb", options.pb));
  } else if (filter.id == LZMA_FILTER_DELTA) {
    TRY(add("dist", static_cast<const lzma_options_delta*>(filter.options)->dist));
  } else if (!is_branch_filter(filter.id)) {
    Ref<> shown = TRY(make_int_unsigned(thread, filter.id));
    return raise(thread, types.ValueError, "Invalid filter ID: {}", shown.value());
  } else if (filter.options) {
    TRY(add("start_offset", static_cast<const lzma_options_bcj*>(filter.options)->start_offset));
  }
  return result;
}

}  // namespace

Result<Ref<>> decode_filter_properties(Thread& thread, u64 filter_id, Buffer& encoded) {
  lzma_filter filter{filter_id, nullptr};
  const lzma_ret code = lzma_properties_decode(&filter, nullptr, encoded.data, static_cast<usize>(encoded.size));
  if (code != LZMA_OK) return raise_lzma(thread, code);
  Result<Ref<Dict>> result = describe(thread, filter);
  std::free(filter.options);
  return result;
}

}  // namespace py::compression
