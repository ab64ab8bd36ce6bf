// The type bytes. The methods it shares are in text_methods.h and byte_methods.h.
#include "core/base/text/hash.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/byte_methods.h"
#include "core/builtins/index_iterator.h"
#include "core/builtins/str_type.h"
#include "core/object/allocate.h"
#include "core/object/names.h"

namespace py {

Result<u32> ByteKind::fill_character(Thread& thread, Value value, const char* method) {
  if (is<Bytes>(value) && as<Bytes>(value).length == 1) return as<Bytes>(value).data()[0];
  if (is<ByteArray>(value) && as<ByteArray>(value).length() == 1) {
    BytesLike bytes = TRY(BytesLike::open(thread, value));
    if (bytes.view().length == 1) return bytes.view()[0];
  }
  return raise(thread, types.TypeError, "{}() argument 2 must be a byte string of length 1, not {}", method, type_of(value));
}

namespace {

using Methods = ByteMethods<BytesKind>;

Result<Ref<>> make_bytes_of(Thread& thread, Type& type, std::string_view content) {
  const usize bytes = (sizeof(Bytes) + content.size() + 1 + 7) & ~usize{7};
  const bool has_dict = type.has(TypeFlag::HasDict);
  Ref<Bytes> copy = TRY(allocate<Bytes>(thread, type, bytes + (has_dict ? 8 : 0)));
  copy->hash_cache.store(0, std::memory_order_relaxed);
  copy->length = static_cast<isize>(content.size());
  std::memcpy(copy->data(), content.data(), content.size());
  copy->data()[content.size()] = 0;
  if (has_dict) reinterpret_cast<Field*>(reinterpret_cast<char*>(copy.get()) + bytes)->initialize(Empty);
  return Ref<>(std::move(copy));
}

Result<Ref<>> bytes_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "bytes(source=b'', encoding='utf-8', errors='strict')", arguments);
  const bool plain = bound[1] == Unbound && bound[2] == Unbound;
  if (plain && is_exact<Bytes>(bound[0]) && &type == types.bytes) return Ref<>::share(bound[0]);
  if (plain && &type == types.bytes && bound[0] != Unbound && !is_exact<Str>(bound[0])) {
    // The answer of __bytes__ as it is, instances of subclasses included.
    Ref<> method = TRY(lookup_special(thread, bound[0], names::__bytes__()));
    if (!method.is_empty()) {
      Ref<> answer = TRY(call(thread, method));
      if (is<Bytes>(answer)) return answer;
      return raise(thread, types.TypeError, "__bytes__ returned non-bytes (type {})", type_of(answer));
    }
  }
  ByteBuilder content;
  TRY(collect_bytes(thread, "bytes", {bound[0], bound[1], bound[2]}, content));
  if (&type == types.bytes) return Bytes::from(thread, {content.data(), content.size()});
  return make_bytes_of(thread, type, {content.data(), content.size()});
}

Result<Ref<>> bytes_repr(Thread& thread, Value self) { return bytes_repr_text(thread, "", as<Bytes>(self).view(), ""); }

Result<i64> bytes_hash(Thread&, Value self) {
  Bytes& bytes = as<Bytes>(self);
  u64 hash = bytes.hash_cache.load(std::memory_order_relaxed);
  if (!hash) {
    hash = static_cast<u64>(text::hash_bytes(bytes.data(), static_cast<usize>(bytes.length)));
    bytes.hash_cache.store(hash, std::memory_order_relaxed);
  }
  return static_cast<i64>(hash);
}

Result<Ref<>> bytes_str(Thread& thread, Value self) {
  TRY(warn_about_bytes(thread, "str() on a bytes instance"));
  return bytes_repr(thread, self);
}

Result<Ref<>> bytes_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<Bytes>(left) || !is<Bytes>(right)) {
    TRY(check_mixed_comparison(thread, left, right, op, "bytes"));
    return Ref<>::adopt(NotImplemented);
  }
  return Ref<>::adopt(Value::boolean(compare_bytes(as<Bytes>(left).view(), as<Bytes>(right).view(), op)));
}

Result<isize> bytes_length(Thread&, Value self) { return as<Bytes>(self).length; }

Result<Ref<>> bytes_get_item(Thread& thread, Value self, Value key) {
  Bytes& bytes = as<Bytes>(self);
  if (is<Slice>(key)) return TextChanges<BytesKind>::slice(thread, bytes, as<Slice>(key));
  isize index = TRY(sequence_index(thread, key, "byte indices must be integers or slices, not {}"));
  if (index < 0) index += bytes.length;
  if (index < 0 || index >= bytes.length) return raise(thread, types.IndexError, "index out of range");
  return Ref<>::adopt(Value::integer(bytes.data()[index]));
}

Result<Ref<>> bytes_remainder(Thread& thread, Value left, Value right) {
  if (!is<Bytes>(left)) return Ref<>::adopt(NotImplemented);
  return percent_format_bytes(thread, as<Bytes>(left).view(), right, false);
}

Result<void> bytes_get_buffer(Thread& thread, Value self, Buffer& buffer, bool writable) {
  if (writable) return raise(thread, types.BufferError, "Object is not writable.");
  Bytes& bytes = as<Bytes>(self);
  buffer.data = bytes.data();
  buffer.size = bytes.length;
  return {};
}

Result<Ref<>> bytes_iter(Thread& thread, Value self) { return make_index_iterator(thread, *types.bytes_iterator, self); }

Result<Ref<>> byte_at(Thread&, Value self, isize index) {
  Bytes& bytes = as<Bytes>(self);
  return Ref<>::adopt(index < bytes.length ? Value::integer(bytes.data()[index]) : Done);
}

Result<Ref<>> to_bytes(Thread& thread, Bytes& self) { return BytesKind::unchanged(thread, self); }
Result<Ref<>> getnewargs(Thread& thread, Bytes& self) {
  Ref<Bytes> copy = TRY(Bytes::from(thread, self.view()));
  return Tuple::from(thread, {copy.value()});
}
Result<isize> size_of(Thread&, Bytes& self) { return static_cast<isize>(Bytes::kOps.size(self)); }

constexpr MethodSpec kOwnMethods[] = {
    def<to_bytes>("__bytes__()", "Convert this value to exact type bytes."),
    def<getnewargs>("__getnewargs__()", "Return the arguments to recreate the bytes."),
    def<size_of>("__sizeof__()", "Returns the size of the object in memory, in bytes."),
};

constexpr auto kMethods = joined_rows(joined_rows(SharedTextMethods<BytesKind>::kRows, Methods::kRows), kOwnMethods);

}  // namespace

const TypeSpec bytes_spec = {
    .name = "bytes",
    .doc = "bytes() -> empty\n"
           "bytes(int) -> that many zero bytes\n"
           "bytes(iterable of ints) -> one byte for each, 0 to 255\n"
           "bytes(bytes-like object) -> a copy of its bytes\n"
           "bytes(string, encoding[, errors]) -> the encoded string\n\n"
           "A sequence of bytes that never changes.",
    .methods = kMethods.data(),
    .method_count = kMethods.size(),
    .slots = {.repr = bytes_repr,
              .str = bytes_str,
              .hash = bytes_hash,
              .compare = bytes_compare,
              .iter = bytes_iter,
              .new_ = bytes_new,
              .length = bytes_length,
              .get_item = bytes_get_item,
              .contains = Methods::contains,
              .binary = {Methods::add, nullptr, Methods::multiply, nullptr, nullptr, nullptr, bytes_remainder},
              .get_buffer = bytes_get_buffer},
    .ops = &Bytes::kOps,
    .size = ~0u,
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsBytes),
};

const TypeSpec bytes_iterator_spec = {
    .name = "bytes_iterator",
    .doc = nullptr,
    .methods = kIndexIteratorMethods.data(),
    .method_count = kIndexIteratorMethods.size(),
    .slots = {.iter = iterate_self, .next = index_iterator_next<byte_at>},
    .ops = &IndexIterator::kOps,
    .size = sizeof(IndexIterator),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace py
