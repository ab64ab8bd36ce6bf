// zlib.Decompress.
#include "core/builtins/bytes_like.h"
#include "core/modules/zlib/stream.h"
#include "core/object/layout.h"

namespace py::zlib {

namespace {

Type* decompress_type;
Stream& stream_of(Value self) { return *static_cast<Stream*>(self.object()); }

Result<void> use_dictionary(Thread& thread, Stream& stream) {
  const Bytes& words = as<Bytes>(stream.dictionary.peek());
  const int code = inflateSetDictionary(stream.stream, words.data(), static_cast<uInt>(words.length));
  if (code != Z_OK) return raise_zlib(thread, stream.stream, code, "while setting zdict");
  return {};
}

Result<int> inflate_all(Thread& thread, Stream& stream, std::string_view& input, int flush, usize limit,
                        ByteBuilder& out) {
  for (;;) {
    const int code = run_stream(thread, *stream.stream, Direction::Decompress, input, flush, limit, out);
    if (out.failed()) return raise_memory_error(thread);
    if (code != Z_NEED_DICT || stream.dictionary.peek().is_none()) return code;
    TRY(use_dictionary(thread, stream));
  }
}

Result<void> set_bytes(Thread& thread, Stream& stream, Field& field, std::string_view first,
                       std::string_view second = {}) {
  if (first.empty() && second.empty() && as<Bytes>(field.peek()).length == 0) return {};
  Ref<Bytes> joined = TRY(Bytes::allocate(thread, static_cast<isize>(first.size() + second.size())));
  std::copy(first.begin(), first.end(), joined->data());
  std::copy(second.begin(), second.end(), joined->data() + first.size());
  field.store(stream, std::move(joined));
  return {};
}

// After the end of the stream the rest is unused data; before it, what the limit left over is the unconsumed tail.
Result<void> keep_rest(Thread& thread, Stream& stream, std::string_view rest, int code) {
  if (code == Z_STREAM_END) {
    stream.at_end = true;
    Ref<> before = stream.unused_data.load();
    TRY(set_bytes(thread, stream, stream.unused_data, as<Bytes>(before).view(), rest));
    return set_bytes(thread, stream, stream.unconsumed_tail, {});
  }
  return set_bytes(thread, stream, stream.unconsumed_tail, rest);
}

Result<Ref<>> decompress(Thread& thread, Value self, Buffer& data, isize max_length) {
  if (max_length < 0) return raise(thread, types.ValueError, "max_length must be non-negative");
  Stream& stream = stream_of(self);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, stream, stream.lock));
  if (stream.at_end) {
    TRY(keep_rest(thread, stream, data.view(), Z_STREAM_END));
    return finish(thread, ByteBuilder());
  }
  ByteBuilder out;
  std::string_view input = data.view();
  const usize limit = max_length ? static_cast<usize>(max_length) : SIZE_MAX;
  const int code = TRY(inflate_all(thread, stream, input, Z_SYNC_FLUSH, limit, out));
  if (code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END) {
    return raise_zlib(thread, stream.stream, code, "while decompressing data");
  }
  TRY(keep_rest(thread, stream, input, code));
  return finish(thread, out);
}

Result<Ref<>> flush(Thread& thread, Value self, isize length) {
  if (length <= 0) return raise(thread, types.ValueError, "length must be greater than zero");
  Stream& stream = stream_of(self);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, stream, stream.lock));
  ByteBuilder out;
  if (!stream.at_end) {
    Ref<> tail = stream.unconsumed_tail.load();
    std::string_view input = as<Bytes>(tail).view();
    const int code = TRY(inflate_all(thread, stream, input, Z_FINISH, SIZE_MAX, out));
    TRY(keep_rest(thread, stream, input, code));
  }
  if (stream.at_end && stream.stream) {
    inflateEnd(stream.stream);
    delete std::exchange(stream.stream, nullptr);
  }
  return finish(thread, out);
}

Result<Ref<>> copy(Thread& thread, Value self) {
  Stream& stream = stream_of(self);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, stream, stream.lock));
  Ref<Stream> result = TRY(new_stream(thread, *decompress_type, Direction::Decompress));
  const int code = stream.stream ? inflateCopy(result->stream, stream.stream) : Z_STREAM_ERROR;
  if (code != Z_OK) {
    delete std::exchange(result->stream, nullptr);
    if (code == Z_MEM_ERROR) return raise_memory_error(thread);
    return raise(thread, types.ValueError, "Inconsistent stream state");
  }
  result->at_end = stream.at_end;
  result->unused_data.store(*result, stream.unused_data.load());
  result->unconsumed_tail.store(*result, stream.unconsumed_tail.load());
  result->dictionary.store(*result, stream.dictionary.load());
  return Ref<>(std::move(result));
}
Result<Ref<>> deep_copy(Thread& thread, Value self, Value) { return copy(thread, self); }

Result<Ref<>> get_unused_data(Thread&, Value self) { return stream_of(self).unused_data.load(); }
Result<Ref<>> get_unconsumed_tail(Thread&, Value self) { return stream_of(self).unconsumed_tail.load(); }
Result<Ref<>> get_eof(Thread&, Value self) { return Ref<>::adopt(Value::boolean(stream_of(self).at_end)); }

constexpr MethodSpec kMethods[] = {
    def<decompress>("decompress(data, /, max_length=0)",
                    "Return a bytes object containing the decompressed version of the data."),
    def<flush>("flush(length=16384, /)", "Return a bytes object containing any remaining decompressed data."),
    def<copy>("copy()", "Return a copy of the decompression object."),
    def<copy>("__copy__()", "Return a copy of the decompression object."),
    def<deep_copy>("__deepcopy__(memo, /)", "Return a copy of the decompression object."),
};
constexpr PropertySpec kProperties[] = {{"unused_data", nullptr, get_unused_data},
                                        {"unconsumed_tail", nullptr, get_unconsumed_tail},
                                        {"eof", nullptr, get_eof}};
constexpr TypeSpec kSpec = {.name = "zlib.Decompress",
                            .doc = nullptr,
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .properties = kProperties,
                            .property_count = std::size(kProperties),
                            .ops = &Stream::kOps,
                            .size = sizeof(Stream),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace

Result<Ref<>> make_decompressor(Thread& thread, int wbits, Value dictionary) {
  if (dictionary != Unbound && !has_buffer(dictionary)) {
    return raise(thread, types.TypeError, "zdict argument must support the buffer protocol");
  }
  Ref<Stream> result = TRY(new_stream(thread, *decompress_type, Direction::Decompress));
  const int code = inflateInit2(result->stream, wbits);
  TRY(check_creation(thread, *result, code, "Can't allocate memory for decompression object",
                     "while creating decompression object"));
  if (dictionary == Unbound) return Ref<>(std::move(result));
  Buffer words = TRY(get_buffer(thread, dictionary));
  result->dictionary.store(*result, TRY(Bytes::from(thread, words.view())));
  if (wbits < 0) TRY(use_dictionary(thread, *result));
  return Ref<>(std::move(result));
}

Result<void> add_decompressor(Thread& thread, Module& module) {
  decompress_type = TRY(add_type_to_module(thread, module, kSpec));
  return {};
}

}  // namespace py::zlib
