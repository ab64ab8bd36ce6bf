#include "core/builtins/bytes_like.h"

#include "core/object/warning.h"

#include "core/object/codec_registry.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/object/sequence.h"

namespace py {

Result<BytesLike> BytesLike::open(Thread& thread, Value value) {
  BytesLike result;
  if (is<Bytes>(value)) {
    result.bytes_ = as<Bytes>(value).view();
  } else if (is<ByteArray>(value)) {
    ByteArray& array = as<ByteArray>(value);
    if (array.is_shared()) {
      ByteBuilder content;
      if (!array.copy_to(content)) return raise_memory_error(thread);
      result.copy_ = TRY(Bytes::from(thread, {content.data(), content.size()}));
      result.bytes_ = result.copy_->view();
    } else {
      result.bytes_ = array.local_view();
    }
  } else {
    result.buffer_ = std::make_unique<Buffer>(TRY(get_buffer(thread, value)));
    result.bytes_ = result.buffer_->view();
  }
  return result;
}

Result<BytesLike> BytesLike::open_or_byte(Thread& thread, Value value) {
  if (has_buffer(value)) return open(thread, value);
  if (!type_of(value).slots.index) {
    return raise(thread, types.TypeError, "argument should be integer or bytes-like object, not '{}'", type_of(value));
  }
  const char byte = static_cast<char>(TRY(to_byte(thread, value)));
  BytesLike result;
  result.copy_ = TRY(Bytes::from(thread, {&byte, 1}));
  result.bytes_ = result.copy_->view();
  return result;
}

Result<Ref<>> make_bytes(Thread& thread, TextView view) {
  return Bytes::from(thread, {static_cast<const char*>(view.data), static_cast<usize>(view.length)});
}

Result<u8> to_byte(Thread& thread, Value value, const char* message) {
  const isize number = TRY(to_isize_clamped(thread, value));
  if (number < 0 || number > 255) return raise(thread, types.ValueError, message);
  return static_cast<u8>(number);
}

Result<isize> sequence_index(Thread& thread, Value key, const char* message) {
  if (LIKELY(key.is_int())) return key.as_int();
  if (!type_of(key).slots.index) return raise(thread, types.TypeError, message, type_of(key));
  Result<isize> index = to_isize(thread, key);
  if (!index.failed() || !pending_is(thread, *types.OverflowError)) return index;
  clear_pending(thread);
  return raise(thread, types.IndexError, "cannot fit '{}' into an index-sized integer", type_of(key));
}

int bytes_warning_level = 0;

Result<void> warn_about_bytes(Thread& thread, const char* message) {
  if (LIKELY(bytes_warning_level == 0)) return {};
  return warn(thread, *types.BytesWarning, message);
}

Result<void> check_mixed_comparison(Thread& thread, Value left, Value right, CompareOp op, const char* kind) {
  if (LIKELY(bytes_warning_level == 0) || (op != CompareOp::Equal && op != CompareOp::NotEqual)) return {};
  const bool text = is<Str>(left) || is<Str>(right), number = is_integer(left) || is_integer(right);
  if (!text && !number) return {};
  return warn_about_bytes(thread, (std::string("Comparison between ") + kind + (text ? " and string" : " and int")).c_str());
}

bool compare_bytes(std::string_view left, std::string_view right, CompareOp op) {
  if (op == CompareOp::Equal) return left == right;
  if (op == CompareOp::NotEqual) return left != right;
  const int order = left.compare(right);
  return op == CompareOp::Less        ? order < 0
         : op == CompareOp::LessEqual ? order <= 0
         : op == CompareOp::Greater   ? order > 0
                                      : order >= 0;
}

namespace {

bool append_dimension(const Buffer& buffer, u32 dimension, const u8* at, ByteBuilder& out) {
  if (dimension == buffer.dimensions) return out.append(at, static_cast<usize>(buffer.item_size));
  for (isize i = 0; i < buffer.shape[dimension]; ++i) {
    if (!append_dimension(buffer, dimension + 1, at + i * buffer.strides[dimension], out)) return false;
  }
  return true;
}

bool source_given(Value value) { return value != Unbound; }

// Bytes of what has no buffer, no __bytes__ and is no str: a count of zeros, or an iterable.
Result<void> collect_other(Thread& thread, const char* name, Value source, ByteBuilder& out) {
  if (type_of(source).slots.index) {
    Result<isize> count = to_isize(thread, source);
    if (!count.failed()) {
      const isize zeros = count.take();
      if (zeros < 0) return raise(thread, types.ValueError, "negative count");
      if (!out.append_repeated(0, static_cast<usize>(zeros))) return raise_memory_error(thread);
      return {};
    }
    if (!pending_is(thread, *types.TypeError)) return failure;
    clear_pending(thread);
  }
  return collect_iterable(thread, name, source, out);
}

}  // namespace

bool append_buffer(const Buffer& buffer, ByteBuilder& out) {
  if (!buffer.strides) return out.append(buffer.data, static_cast<usize>(buffer.size));
  return append_dimension(buffer, 0, buffer.data, out);
}

namespace {

Result<void> append_byte(Thread& thread, Value item, const char* message, ByteBuilder& out) {
  const bool small = item.is_int() && static_cast<u64>(item.as_int()) < 256;
  const u8 byte = LIKELY(small) ? static_cast<u8>(item.as_int()) : TRY(to_byte(thread, item, message));
  if (!out.append(static_cast<char>(byte))) return raise_memory_error(thread);
  return {};
}

}  // namespace

Result<void> collect_iterable(Thread& thread, const char* name, Value iterable, ByteBuilder& out) {
  if (has_buffer(iterable)) {
    if (is<ByteArray>(iterable)) {
      if (!as<ByteArray>(iterable).copy_to(out)) return raise_memory_error(thread);
      return {};
    }
    Buffer buffer = TRY(get_strided_buffer(thread, iterable));
    if (!append_buffer(buffer, out)) return raise_memory_error(thread);
    return {};
  }
  const char* message = *name == 'b' && name[4] == 's' ? "bytes must be in range(0, 256)" : "byte must be in range(0, 256)";
  if (is<Str>(iterable)) return raise(thread, types.TypeError, "cannot convert '{}' object to {}", type_of(iterable), name);
  if (!type_of(iterable).slots.iter && !type_of(iterable).slots.get_item) {
    return raise(thread, types.TypeError, "cannot convert '{}' object to {}", type_of(iterable), name);
  }
  if (is_exact<List>(iterable) && !iterable.object()->is_shared()) {
    // What stands for a byte may have an __index__ that changes the list.
    const List& list = as<List>(iterable);
    for (isize i = 0; i < list.length(); ++i) TRY(append_byte(thread, Ref<>::share(list.peek(i)), message, out));
    return {};
  }
  return for_each(thread, iterable, [&](Value item) { return append_byte(thread, item, message, out); });
}

Result<void> collect_bytes(Thread& thread, const char* name, const BytesSource& arguments, ByteBuilder& out) {
  const Value source = arguments.source;
  const bool has_encoding = source_given(arguments.encoding), has_errors = source_given(arguments.errors);
  if (!source_given(source)) {
    if (!has_encoding && !has_errors) return {};
    return raise(thread, types.TypeError,
                 has_encoding ? "encoding without a string argument" : "errors without a string argument");
  }
  for (Value option : {arguments.encoding, arguments.errors}) {
    if (source_given(option) && !is<Str>(option)) {
      return raise(thread, types.TypeError, "{}() argument '{}' must be str, not {}", name,
                   option == arguments.encoding ? "encoding" : "errors", type_of(option));
    }
  }
  if (std::string_view(name) == "bytes" && !has_encoding && !has_errors && !is_exact<Bytes>(source) && !is_exact<Str>(source)) {
    Ref<> method = TRY(lookup_special(thread, source, names::__bytes__()));
    if (!method.is_empty()) {
      Ref<> result = TRY(call(thread, method, {}));
      if (!is<Bytes>(result)) {
        return raise(thread, types.TypeError, "__bytes__ returned non-bytes (type {})", type_of(result));
      }
      const std::string_view bytes = as<Bytes>(result).view();
      if (!out.append(bytes.data(), bytes.size())) return raise_memory_error(thread);
      return {};
    }
  }
  if (is<Str>(source)) {
    if (!has_encoding) return raise(thread, types.TypeError, "string argument without an encoding");
    Str* errors = has_errors ? &as<Str>(arguments.errors) : nullptr;
    Ref<> encoded = TRY(encode_text(thread, as<Str>(source), &as<Str>(arguments.encoding), errors));
    BytesLike bytes = TRY(BytesLike::open(thread, encoded));
    if (!out.append(bytes.bytes().data(), bytes.bytes().size())) return raise_memory_error(thread);
    return {};
  }
  if (has_encoding || has_errors) {
    return raise(thread, types.TypeError,
                 has_encoding ? "encoding without a string argument" : "errors without a string argument");
  }
  if (has_buffer(source)) return collect_iterable(thread, name, source, out);
  return collect_other(thread, name, source, out);
}

}  // namespace py
