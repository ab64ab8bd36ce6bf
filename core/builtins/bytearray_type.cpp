// The type bytearray. The methods it shares are in text_methods.h and byte_methods.h, the storage in core/object.
#include "core/builtins/builtin_types.h"
#include "core/builtins/byte_methods.h"
#include "core/builtins/index_iterator.h"
#include "core/builtins/str_type.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/export_count.h"
#include "core/object/names.h"

namespace py {

namespace {

using Methods = ByteMethods<ByteArrayKind>;

constexpr const char* kBadIndex = "bytearray indices must be integers or slices, not {}";

Result<Ref<>> bytearray_new(Thread& thread, Type& type, const Arguments&) { return ByteArray::make(thread, type, {}); }

Result<void> replace_content(Thread& thread, ByteArray& array, const ByteBuilder& content) {
  return array.splice(thread, 0, PTRDIFF_MAX, {content.data(), content.size()});
}

Result<void> bytearray_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "bytearray(source=b'', encoding='utf-8', errors='strict')", arguments);
  ByteBuilder content;
  TRY(collect_bytes(thread, "bytearray", {bound[0], bound[1], bound[2]}, content));
  return replace_content(thread, as<ByteArray>(self), content);
}

Result<Ref<>> bytearray_repr(Thread& thread, Value self) {
  BytesLike bytes = TRY(BytesLike::open(thread, self));
  return bytes_repr_text(thread, type_of(self).name_str().utf8() + "(", bytes.bytes(), ")");
}

Result<Ref<>> bytearray_str(Thread& thread, Value self) {
  TRY(warn_about_bytes(thread, "str() on a bytearray instance"));
  return bytearray_repr(thread, self);
}

Result<Ref<>> bytearray_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!has_buffer(left) || !has_buffer(right)) {
    if (is<Str>(left) || is<Str>(right)) TRY(check_mixed_comparison(thread, left, right, op, "bytearray"));
    return Ref<>::adopt(NotImplemented);
  }
  BytesLike a = TRY(BytesLike::open(thread, left));
  BytesLike b = TRY(BytesLike::open(thread, right));
  return Ref<>::adopt(Value::boolean(compare_bytes(a.bytes(), b.bytes(), op)));
}

Result<isize> bytearray_length(Thread&, Value self) { return as<ByteArray>(self).length(); }

Failure index_out_of_range(Thread& thread) { return raise(thread, types.IndexError, "bytearray index out of range"); }

Result<Ref<>> bytearray_get_item(Thread& thread, Value self, Value key) {
  ByteArray& array = as<ByteArray>(self);
  if (is<Slice>(key)) return TextChanges<ByteArrayKind>::slice(thread, array, as<Slice>(key));
  isize index = TRY(sequence_index(thread, key, kBadIndex));
  if (index < 0) index += array.length();
  u8 byte;
  if (!array.copy_out(index, 1, 1, &byte)) return index_out_of_range(thread);
  return Ref<>::adopt(Value::integer(byte));
}

// The bytes that a slice is replaced by.
Result<void> collect_replacement(Thread& thread, Value value, ByteBuilder& out) {
  if (value == Unbound) return {};
  const TypeSlots& slots = type_of(value).slots;
  if (is<Str>(value) || slots.index || slots.integer || slots.floating || is<Complex>(value)) {
    return raise(thread, types.TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
  }
  return collect_iterable(thread, "bytearray", value, out);
}

Result<void> delete_strided(Thread& thread, ByteArray& array, SliceBounds bounds) {
  if (bounds.count == 0) return {};
  if (bounds.step < 0) {
    bounds.start += (bounds.count - 1) * bounds.step;
    bounds.step = -bounds.step;
  }
  ByteBuilder content, kept;
  if (!array.copy_to(content)) return raise_memory_error(thread);
  isize next = bounds.start, left = bounds.count;
  for (isize i = 0; i < static_cast<isize>(content.size()); ++i) {
    if (left && i == next) {
      next += bounds.step;
      --left;
    } else {
      kept.append(content.data()[i]);
    }
  }
  if (kept.failed()) return raise_memory_error(thread);
  return replace_content(thread, array, kept);
}

Result<void> set_slice(Thread& thread, ByteArray& array, Slice& key, Value value) {
  ByteBuilder bytes;
  TRY(collect_replacement(thread, value, bytes));
  const SliceBounds bounds = TRY(slice_bounds(thread, key, array.length()));
  const isize size = static_cast<isize>(bytes.size());
  if (bounds.step == 1) {
    const isize end = bounds.stop < bounds.start ? bounds.start : bounds.stop;
    return array.splice(thread, bounds.start, end, {bytes.data(), bytes.size()});
  }
  if (size == 0) return delete_strided(thread, array, bounds);
  if (size == bounds.count &&
      array.copy_in(bounds.start, bounds.step, size, reinterpret_cast<const u8*>(bytes.data()))) {
    return {};
  }
  return raise(thread, types.ValueError, "attempt to assign bytes of size {} to extended slice of size {}", size,
               bounds.count);
}

Result<void> bytearray_set_item(Thread& thread, Value self, Value key, Value value) {
  ByteArray& array = as<ByteArray>(self);
  if (is<Slice>(key)) return set_slice(thread, array, as<Slice>(key), value);
  isize index = TRY(sequence_index(thread, key, kBadIndex));
  const u8 byte = value == Unbound ? 0 : TRY(to_byte(thread, value));
  const isize length = array.length();
  if (index < 0) index += length;
  if (index < 0 || index >= length) return index_out_of_range(thread);
  if (value == Unbound) return array.splice(thread, index, index + 1, {});
  if (!array.copy_in(index, 1, 1, &byte)) return index_out_of_range(thread);
  return {};
}

Result<Ref<>> bytearray_remainder(Thread& thread, Value left, Value right) {
  if (!is<ByteArray>(left)) return Ref<>::adopt(NotImplemented);
  ByteBuilder format;
  if (!as<ByteArray>(left).copy_to(format)) return raise_memory_error(thread);
  return percent_format_bytes(thread, {format.data(), format.size()}, right, true);
}

Result<void> append_bytes(Thread& thread, ByteArray& self, std::string_view bytes) {
  return self.splice(thread, PTRDIFF_MAX, PTRDIFF_MAX, bytes);
}

Result<Ref<>> bytearray_in_place_add(Thread& thread, Value left, Value right) {
  if (!has_buffer(right)) return raise(thread, types.TypeError, "can't concat {} to {}", type_of(right), type_of(left));
  if (is<Bytes>(right)) {
    TRY(append_bytes(thread, as<ByteArray>(left), as<Bytes>(right).view()));
    return Ref<>::share(left);
  }
  ByteBuilder copy;  // the right operand may be the left one
  TRY(collect_iterable(thread, "bytearray", right, copy));
  TRY(append_bytes(thread, as<ByteArray>(left), {copy.data(), copy.size()}));
  return Ref<>::share(left);
}

Result<Ref<>> bytearray_in_place_multiply(Thread& thread, Value left, Value right) {
  if (!type_of(right).slots.index) {
    return raise(thread, types.TypeError, "can't multiply sequence by non-int of type '{}'", type_of(right));
  }
  const isize count = TRY(to_isize(thread, right));
  Ref<> repeated = TRY(TextChanges<ByteArrayKind>::repeat(thread, as<ByteArray>(left), count));
  ByteBuilder content;
  if (!as<ByteArray>(repeated).copy_to(content)) return raise_memory_error(thread);
  TRY(replace_content(thread, as<ByteArray>(left), content));
  return Ref<>::share(left);
}

u8 nothing;  // what an empty bytearray's buffer points to

Result<void> bytearray_get_buffer(Thread&, Value self, Buffer& buffer, bool) {
  ByteArray& array = as<ByteArray>(self);
  ObjectLock lock(array);
  count_export(array, array.exports, 1);
  buffer.data = array.start ? array.start : &nothing;
  buffer.size = array.size.load(std::memory_order_relaxed);
  buffer.read_only = false;
  return {};
}
void bytearray_release_buffer(Value self, Buffer&) {
  ByteArray& array = as<ByteArray>(self);
  count_export(array, array.exports, -1);
}

// Methods

Result<void> append(Thread& thread, ByteArray& self, Value item) {
  const char byte = static_cast<char>(TRY(to_byte(thread, item)));
  return append_bytes(thread, self, {&byte, 1});
}

Result<void> extend(Thread& thread, ByteArray& self, Value iterable) {
  if (is<Bytes>(iterable)) return append_bytes(thread, self, as<Bytes>(iterable).view());
  const TypeSlots& slots = type_of(iterable).slots;
  if (!has_buffer(iterable) && !slots.iter && !slots.get_item) {
    return raise(thread, types.TypeError, "can't extend bytearray with {}", type_of(iterable));
  }
  ByteBuilder bytes;
  if (is<Str>(iterable)) {
    TRY(for_each(thread, iterable, [&](Value item) -> Result<void> {
      TRY(to_byte(thread, item));
      return {};
    }));
  } else {
    TRY(collect_iterable(thread, "bytearray", iterable, bytes));
  }
  return append_bytes(thread, self, {bytes.data(), bytes.size()});
}

Result<void> insert(Thread& thread, ByteArray& self, isize index, Value item) {
  const char byte = static_cast<char>(TRY(to_byte(thread, item)));
  const isize length = self.length();
  if (index < 0) index = index + length < 0 ? 0 : index + length;
  if (index > length) index = length;
  return self.splice(thread, index, index, {&byte, 1});
}

Result<isize> pop(Thread& thread, ByteArray& self, isize index) {
  const isize length = self.length();
  if (length == 0) return raise(thread, types.IndexError, "pop from empty bytearray");
  if (index < 0) index += length;
  u8 byte;
  if (!self.copy_out(index, 1, 1, &byte)) return raise(thread, types.IndexError, "pop index out of range");
  TRY(self.splice(thread, index, index + 1, {}));
  return isize{byte};
}

Result<void> remove(Thread& thread, ByteArray& self, Value item) {
  const u8 byte = TRY(to_byte(thread, item));
  BytesLike content = TRY(BytesLike::open(thread, self.value()));
  const isize at = text::find_char(content.view(), byte);
  if (at < 0) return raise(thread, types.ValueError, "value not found in bytearray");
  return self.splice(thread, at, at + 1, {});
}

Result<void> reverse(Thread&, ByteArray& self) {
  ObjectLock lock(self);
  const isize length = self.size.load(std::memory_order_relaxed);
  for (isize i = 0; i < length / 2; ++i) std::swap(self.start[i], self.start[length - 1 - i]);
  return {};
}

Result<void> clear(Thread& thread, ByteArray& self) { return self.splice(thread, 0, PTRDIFF_MAX, {}); }
Result<Ref<>> copy(Thread& thread, ByteArray& self) { return ByteArrayKind::unchanged(thread, self); }

Result<Ref<>> reduced(Thread& thread, ByteArray& self, int protocol) {
  BytesLike content = TRY(BytesLike::open(thread, self.value()));
  Ref<> state = TRY(call_method(thread, self.value(), names::__getstate__()));
  Ref<Tuple> arguments = Ref<Tuple>::share(&Tuple::empty());
  if (protocol < 3) {
    Ref<Str> text = TRY(Str::from_latin1(thread, content.bytes()));
    Ref<Str> encoding = TRY(Str::from_ascii(thread, "latin-1"));
    arguments = TRY(Tuple::from(thread, {text.value(), encoding.value()}));
  } else if (content.view().length) {
    Ref<Bytes> bytes = TRY(Bytes::from(thread, content.bytes()));
    arguments = TRY(Tuple::from(thread, {bytes.value()}));
  }
  return Tuple::from(thread, {type_of_object(self).value(), arguments.value(), state});
}
Result<Ref<>> reduce(Thread& thread, ByteArray& self) { return reduced(thread, self, 2); }
Result<isize> allocated(Thread&, ByteArray& self) {
  ObjectLock lock(self);
  return self.capacity;
}
Result<isize> size_of(Thread& thread, ByteArray& self) {
  return static_cast<isize>(ByteArray::kOps.size(self)) + TRY(allocated(thread, self));
}

constexpr MethodSpec kOwnMethods[] = {
    def<append>("append(item, /)", "Append a single item to the end of the bytearray."),
    def<extend>("extend(iterable_of_ints, /)", "Append all the items from the iterator or sequence."),
    def<insert>("insert(index, item, /)", "Insert a single item into the bytearray before the given index."),
    def<pop>("pop(index=-1, /)", "Remove and return a single item."),
    def<remove>("remove(value, /)", "Remove the first occurrence of a value."),
    def<reverse>("reverse()", "Reverse the order of the values in place."),
    def<clear>("clear()", "Remove all items."),
    def<copy>("copy()", "Return a copy."),
    def<reduce>("__reduce__()", "Return state information for pickling."),
    def<reduced>("__reduce_ex__(proto=0, /)", "Return state information for pickling."),
    def<allocated>("__alloc__()", "Return the number of bytes actually allocated."),
    def<size_of>("__sizeof__()", "Returns the size of the bytearray object in memory, in bytes."),
};

constexpr auto kMethods = joined_rows(joined_rows(SharedTextMethods<ByteArrayKind>::kRows, Methods::kRows), kOwnMethods);

Result<Ref<>> bytearray_iter(Thread& thread, Value self) {
  return make_index_iterator(thread, *types.bytearray_iterator, self);
}
Result<Ref<>> byte_at(Thread&, Value self, isize index) {
  u8 byte;
  return Ref<>::adopt(as<ByteArray>(self).copy_out(index, 1, 1, &byte) ? Value::integer(byte) : Done);
}

}  // namespace

const TypeSpec bytearray_spec = {
    .name = "bytearray",
    .doc = "bytearray() -> empty\n"
           "bytearray(int) -> that many zero bytes\n"
           "bytearray(iterable of ints) -> one byte for each, 0 to 255\n"
           "bytearray(bytes-like object) -> a copy of its bytes\n"
           "bytearray(string, encoding[, errors]) -> the encoded string\n\n"
           "A sequence of bytes that can be changed.",
    .methods = kMethods.data(),
    .method_count = kMethods.size(),
    .slots = {.repr = bytearray_repr,
              .str = bytearray_str,
              .compare = bytearray_compare,
              .iter = bytearray_iter,
              .init = bytearray_init,
              .new_ = bytearray_new,
              .length = bytearray_length,
              .get_item = bytearray_get_item,
              .set_item = bytearray_set_item,
              .contains = Methods::contains,
              .binary = {Methods::add, nullptr, Methods::multiply, nullptr, nullptr, nullptr, bytearray_remainder},
              .in_place = {bytearray_in_place_add, nullptr, bytearray_in_place_multiply},
              .get_buffer = bytearray_get_buffer,
              .release_buffer = bytearray_release_buffer},
    .ops = &ByteArray::kOps,
    .size = sizeof(ByteArray),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

const TypeSpec bytearray_iterator_spec = {
    .name = "bytearray_iterator",
    .doc = nullptr,
    .methods = kIndexIteratorMethods.data(),
    .method_count = kIndexIteratorMethods.size(),
    .slots = {.iter = iterate_self, .next = index_iterator_next<byte_at>},
    .ops = &IndexIterator::kOps,
    .size = sizeof(IndexIterator),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace py
