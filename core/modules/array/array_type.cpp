// array.array as Python sees it: construction, items, slices, operators.
#include <vector>

#include "core/builtins/sequence_operations.h"
#include "core/modules/array/array.h"
#include "core/object/dict.h"
#include "core/object/export_count.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/type_system.h"

namespace py::arrays {

namespace {

// Item `index` as an object; Done past the end.
Result<Ref<>> item_at(Thread& thread, Array& array, isize index) {
  Item item;
  if (!array.read(index, item)) return Ref<>::adopt(Done);
  return array.kind->unpack(thread, &item);
}

Failure bad_argument(Thread& thread) {
  return raise(thread, types.TypeError, "bad argument type for built-in operation");
}

// Construction

Result<const ItemKind*> kind_argument(Thread& thread, Value code, const char* function) {
  if (!is<Str>(code) || as<Str>(code).length() != 1) {
    return raise(thread, types.TypeError, "{} argument 1 must be a unicode character, not {}", function, type_of(code));
  }
  const ItemKind* kind = find_kind(as<Str>(code)[0]);
  if (!kind) return raise(thread, types.ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
  return kind;
}

Result<void> fill(Thread& thread, Array& array, Value initial) {
  const char code[] = {array.kind->code, 0};
  if (is<Str>(initial)) {
    if (array.kind->code != 'u') {
      return raise(thread, types.TypeError, "cannot use a str to initialize an array with typecode '{}'", code);
    }
    TRY(call_method(thread, array.value(), "fromunicode", {initial}));
    return {};
  }
  if (is_array(initial)) {
    Array& other = array_of(initial);
    if (other.kind->code == 'u' && array.kind->code != 'u') {
      return raise(thread, types.TypeError, "cannot use a unicode array to initialize an array with typecode '{}'",
                   code);
    }
    if (other.kind == array.kind) {
      ByteBuilder bytes;
      TRY(other.copy_to(thread, bytes));
      return array.append_bytes(thread, {bytes.data(), bytes.size()});
    }
  }
  if (is<Bytes>(initial) || is<ByteArray>(initial)) {
    TRY(call_method(thread, array.value(), "frombytes", {initial}));
    return {};
  }
  return for_each(thread, initial, [&](Value item) { return array.append(thread, item); });
}

Result<Ref<>> array_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (&type == array_type && arguments.keyword_count()) {
    return raise(thread, types.TypeError, "array.array() takes no keyword arguments");
  }
  const u32 count = arguments.positional;
  if (count == 0) return raise(thread, types.TypeError, "array() takes at least 1 argument (0 given)");
  if (count > 2) return raise(thread, types.TypeError, "array() takes at most 2 arguments ({} given)", count);
  const ItemKind* kind = TRY(kind_argument(thread, arguments[0], "array()"));
  Ref<Array> array = TRY(make_array(thread, type, *kind));
  if (count == 2) TRY(fill(thread, *array, arguments[1]));
  return Ref<>(std::move(array));
}

// Items and slices

Result<isize> array_length(Thread&, Value self) { return array_of(self).length(); }

Result<Ref<>> get_slice(Thread& thread, Array& array, Slice& slice) {
  for (;;) {
    const SliceBounds bounds = TRY(slice_bounds(thread, slice, array.length()));
    ByteBuilder items;
    char* place = items.reserve(static_cast<usize>(bounds.count * array.kind->size));
    if (!place) return raise_memory_error(thread);
    if (!array.copy_out(bounds.start, bounds.step, bounds.count, reinterpret_cast<u8*>(place))) continue;
    items.commit(static_cast<usize>(bounds.count * array.kind->size));
    return Ref<>(TRY(make_array(thread, *array_type, *array.kind, {items.data(), items.size()})));
  }
}

Result<isize> index_argument(Thread& thread, Array& array, Value key) {
  if (!type_of(key).slots.index) return raise(thread, types.TypeError, "array indices must be integers");
  const isize index = TRY(item_index(thread, key));
  return index < 0 ? index + array.length() : index;
}

Result<Ref<>> array_get_item(Thread& thread, Value self, Value key) {
  Array& array = array_of(self);
  if (is<Slice>(key)) return get_slice(thread, array, as<Slice>(key));
  Ref<> item = TRY(item_at(thread, array, TRY(index_argument(thread, array, key))));
  if (item.value() == Done) return raise(thread, types.IndexError, "array index out of range");
  return item;
}

// Removes every step-th item.
Result<void> delete_strided(Thread& thread, Array& array, SliceBounds bounds) {
  if (bounds.count == 0) return {};
  if (bounds.step < 0) {
    bounds.start += (bounds.count - 1) * bounds.step;
    bounds.step = -bounds.step;
  }
  ByteBuilder items, kept;
  TRY(array.copy_to(thread, items));
  const usize width = array.kind->size;
  isize next = bounds.start, left = bounds.count;
  for (isize i = 0; i < static_cast<isize>(items.size() / width); ++i) {
    if (left && i == next) {
      next += bounds.step;
      --left;
    } else {
      kept.append(items.data() + static_cast<usize>(i) * width, width);
    }
  }
  if (kept.failed()) return raise_memory_error(thread);
  return array.splice(thread, 0, PTRDIFF_MAX, kept.data(), static_cast<isize>(kept.size() / width));
}

Result<void> set_slice(Thread& thread, Array& array, Slice& slice, Value value) {
  ByteBuilder items;
  if (value != Unbound) {
    if (!is_array(value)) {
      return raise(thread, types.TypeError, "can only assign array (not \"{}\") to array slice", type_of(value));
    }
    if (array_of(value).kind != array.kind) return bad_argument(thread);
    TRY(array_of(value).copy_to(thread, items));
  }
  const SliceBounds bounds = TRY(slice_bounds(thread, slice, array.length()));
  const isize count = static_cast<isize>(items.size()) / array.kind->size;
  if (bounds.step == 1) {
    return array.splice(thread, bounds.start, bounds.stop < bounds.start ? bounds.start : bounds.stop, items.data(),
                        count);
  }
  if (count == 0) return delete_strided(thread, array, bounds);
  if (count == bounds.count &&
      array.copy_in(bounds.start, bounds.step, count, reinterpret_cast<const u8*>(items.data()))) {
    return {};
  }
  return raise(thread, types.ValueError, "attempt to assign array of size {} to extended slice of size {}", count,
               bounds.count);
}

Result<void> array_set_item(Thread& thread, Value self, Value key, Value value) {
  Array& array = array_of(self);
  if (is<Slice>(key)) return set_slice(thread, array, as<Slice>(key), value);
  const isize index = TRY(index_argument(thread, array, key));
  const bool inside = index >= 0 && index < array.length();
  if (inside && value == Unbound) return array.splice(thread, index, index + 1, nullptr, 0);
  Item item;
  if (inside) {
    TRY(array.kind->pack(thread, value, &item));
    if (array.write(index, item)) return {};
  }
  return raise(thread, types.IndexError, "array assignment index out of range");
}

// Methods

Result<void> array_append(Thread& thread, Value self, Value item) { return array_of(self).append(thread, item); }
Result<void> array_insert(Thread& thread, Value self, isize index, Value value) {
  Array& array = array_of(self);
  Item item;
  TRY(array.kind->pack(thread, value, &item));
  const isize length = array.length();
  if (index < 0) index = index + length < 0 ? 0 : index + length;
  return array.splice(thread, index, index, &item, 1);
}
Result<Ref<>> array_pop(Thread& thread, Value self, isize index) {
  Array& array = array_of(self);
  Item item;
  switch (array.take(index, item)) {
    case Array::Taken::Done: return array.kind->unpack(thread, &item);
    case Array::Taken::Exported:
      return raise(thread, types.BufferError, "cannot resize an array that is exporting buffers");
    case Array::Taken::Empty: return raise(thread, types.IndexError, "pop from empty array");
    case Array::Taken::OutOfRange: break;
  }
  return raise(thread, types.IndexError, "pop index out of range");
}
Result<void> array_extend(Thread& thread, Value self, Value iterable) {
  return extend_by_iterable(thread, array_of(self), iterable);
}
Result<void> array_reverse(Thread&, Value self) {
  array_of(self).reverse();
  return {};
}
Result<void> array_byteswap(Thread& thread, Value self) {
  array_of(self).byteswap();
  return {};
}

// The index of the first item in [start, stop) that equals the value, or -1. Identity does not count: items are values.
Result<isize> find(Thread& thread, Array& array, Value value, isize start, isize stop) {
  for (isize i = start; i < stop; ++i) {
    Ref<> item = TRY(item_at(thread, array, i));
    if (item.value() == Done) break;
    if (TRY(compare_bool(thread, item, value, CompareOp::Equal))) return i;
  }
  return isize{-1};
}
Result<isize> array_index(Thread& thread, Value self, Value value, Value start, Value stop) {
  Array& array = array_of(self);
  const isize low = position_from(TRY(search_bound(thread, start, 0)), array.length());
  const isize high = position_from(TRY(search_bound(thread, stop, PTRDIFF_MAX)), array.length());
  const isize index = TRY(find(thread, array, value, low, high));
  if (index < 0) return raise(thread, types.ValueError, "array.index(x): x not in array");
  return index;
}
Result<void> array_remove(Thread& thread, Value self, Value value) {
  const isize index = TRY(find(thread, array_of(self), value, 0, PTRDIFF_MAX));
  if (index < 0) return raise(thread, types.ValueError, "array.remove(x): x not in array");
  return array_of(self).splice(thread, index, index + 1, nullptr, 0);
}
Result<bool> array_contains(Thread& thread, Value self, Value value) {
  return TRY(find(thread, array_of(self), value, 0, PTRDIFF_MAX)) >= 0;
}
Result<isize> array_count(Thread& thread, Value self, Value value) {
  isize count = 0;
  for (isize i = 0;; ++i) {
    Ref<> item = TRY(item_at(thread, array_of(self), i));
    if (item.value() == Done) return count;
    count += TRY(compare_bool(thread, item, value, CompareOp::Equal));
  }
}
Result<Ref<>> array_copy(Thread& thread, Value self) {
  ByteBuilder items;
  TRY(array_of(self).copy_to(thread, items));
  return Ref<>(TRY(make_array(thread, *array_type, *array_of(self).kind, {items.data(), items.size()})));
}
Result<Ref<>> array_deepcopy(Thread& thread, Value self, Value) { return array_copy(thread, self); }
Result<isize> array_sizeof(Thread&, Value self) {
  return static_cast<isize>(type_of(self).allocation_size()) + array_of(self).capacity * array_of(self).kind->size;
}

// Operators

Result<Ref<>> array_add(Thread& thread, Value left, Value right) {
  if (!is_array(left)) return Ref<>::adopt(NotImplemented);
  if (!is_array(right)) {
    return raise(thread, types.TypeError, "can only append array (not \"{}\") to array", type_of(right));
  }
  if (array_of(left).kind != array_of(right).kind) return bad_argument(thread);
  ByteBuilder items;
  TRY(array_of(left).copy_to(thread, items));
  TRY(array_of(right).copy_to(thread, items));
  return Ref<>(TRY(make_array(thread, *array_type, *array_of(left).kind, {items.data(), items.size()})));
}
Result<Ref<>> array_add_in_place(Thread& thread, Value left, Value right) {
  if (!is_array(right)) {
    return raise(thread, types.TypeError, "can only extend array with array (not \"{}\")", type_of(right));
  }
  TRY(extend_by_iterable(thread, array_of(left), right));
  return Ref<>::share(left);
}

Result<void> repeat(Thread& thread, Array& array, isize count, ByteBuilder& out) {
  ByteBuilder items;
  TRY(array.copy_to(thread, items));
  usize bytes;
  if (count <= 0 || items.size() == 0) return {};
  if (__builtin_mul_overflow(items.size(), static_cast<usize>(count), &bytes) || !out.reserve(bytes))
    return raise_memory_error(thread);
  for (isize i = 0; i < count; ++i) out.append(items.data(), items.size());
  return {};
}
Result<Ref<>> array_multiply(Thread& thread, Value left, Value right) {
  const bool array_is_left = is_array(left);
  Array& array = array_of(array_is_left ? left : right);
  Repetition times = TRY(repetition(thread, left, right, array_is_left));
  if (!times.answer.is_empty()) return std::move(times.answer);
  ByteBuilder items;
  TRY(repeat(thread, array, times.count, items));
  return Ref<>(TRY(make_array(thread, *array_type, *array.kind, {items.data(), items.size()})));
}
Result<Ref<>> array_multiply_in_place(Thread& thread, Value left, Value right) {
  Array& array = array_of(left);
  Repetition times = TRY(repetition(thread, left, right, true));
  if (!times.answer.is_empty()) return std::move(times.answer);
  ByteBuilder items;
  TRY(repeat(thread, array, times.count, items));
  TRY(array.splice(thread, 0, PTRDIFF_MAX, items.data(), static_cast<isize>(items.size()) / array.kind->size));
  return Ref<>::share(left);
}

Result<Ref<>> array_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_array(left) || !is_array(right)) return Ref<>::adopt(NotImplemented);
  auto answer = [](bool value) { return Ref<>::adopt(Value::boolean(value)); };
  Array &a = array_of(left), &b = array_of(right);
  const isize left_length = a.length(), right_length = b.length();
  if (left_length != right_length && (op == CompareOp::Equal || op == CompareOp::NotEqual)) {
    return answer(op == CompareOp::NotEqual);
  }
  for (isize i = 0; i < left_length && i < right_length; ++i) {
    Ref<> x = TRY(item_at(thread, a, i)), y = TRY(item_at(thread, b, i));
    if (x.value() == Done || y.value() == Done) break;
    if (TRY(compare_bool(thread, x, y, CompareOp::Equal))) continue;
    if (op == CompareOp::Equal || op == CompareOp::NotEqual) return answer(op == CompareOp::NotEqual);
    return compare(thread, x, y, op);
  }
  return compare(thread, Value::integer(left_length), Value::integer(right_length), op);
}

Result<Ref<>> array_repr(Thread& thread, Value self) {
  Array& array = array_of(self);
  const std::string name = type_of(self).name_str().utf8();
  const char code[] = {array.kind->code, 0};
  if (array.length() == 0) return format_str(thread, "{}('{}')", name, code);
  Ref<> items = TRY(call_method(thread, self, array.kind->code == 'u' ? "tounicode" : "tolist"));
  return format_str(thread, "{}('{}', {!r})", name, code, items.value());
}

// The buffer protocol

u8 empty_block[8];

Result<void> get_buffer_of(Thread&, Value self, Buffer& buffer, bool) {
  Array& array = array_of(self);
  ObjectLock lock(array);
  count_export(array, array.exports, 1);
  buffer.data = array.block ? array.block : empty_block;
  buffer.size = array.size.load(std::memory_order_relaxed) * array.kind->size;
  buffer.read_only = false;
  buffer.item_size = array.kind->size;
  buffer.format = array.kind->format;
  return {};
}
void release_buffer_of(Value self, Buffer&) { count_export(array_of(self), array_of(self).exports, -1); }

// Iteration

Type* iterator_type;
Result<Ref<>> iterator_item(Thread& thread, Value array, isize index) {
  return item_at(thread, array_of(array), index);
}
Result<Ref<>> array_iter(Thread& thread, Value self) { return make_index_iterator(thread, *iterator_type, self); }

Result<Ref<>> get_typecode(Thread&, Value self) {
  return Ref<>::share(Str::character(static_cast<u32>(array_of(self).kind->code)));
}
Result<Ref<>> get_itemsize(Thread&, Value self) { return Ref<>::adopt(Value::integer(array_of(self).kind->size)); }

constexpr MethodSpec kRows[] = {
    def<array_append>("append(v, /)", "Append new value v to the end of the array."),
    def<array_insert>("insert(i, v, /)", "Insert a new item v into the array before position i."),
    def<array_pop>("pop(i=-1, /)", "Take out the item at an index, the last one by default, and return it."),
    def<array_extend>("extend(bb, /)", "Append items to the end of the array."),
    def<array_reverse>("reverse()", "Reverse the order of the items in the array."),
    def<array_byteswap>("byteswap()", "Byteswap all items of the array."),
    def<array_index>(
        "index(v, start=0, stop=sys.maxsize, /)",
        "The lowest index at which v stands.\n\n"
        "ValueError if it stands nowhere in the part that is searched."),
    def<array_remove>("remove(v, /)", "Remove the first occurrence of v in the array."),
    def<array_count>("count(v, /)", "Return number of occurrences of v in the array."),
    def<array_copy>("__copy__()", "Return a copy of the array."),
    def<array_deepcopy>("__deepcopy__(unused, /)", "Return a copy of the array."),
    def<array_sizeof>("__sizeof__()", "Size of the array in memory, in bytes."),
};
constexpr PropertySpec kProperties[] = {{"typecode", "the typecode character used to create the array", get_typecode},
                                        {"itemsize", "the size, in bytes, of one array item", get_itemsize}};
const TypeSpec kIteratorSpec = {.name = "array.arrayiterator",
                                .methods = kIndexIteratorMethods.data(),
                                .method_count = kIndexIteratorMethods.size(),
                                .slots = {.iter = iterate_self, .next = index_iterator_next<iterator_item>},
                                .ops = &IndexIterator::kOps,
                                .size = sizeof(IndexIterator),
                                .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

constexpr TypeSlots make_slots() {
  TypeSlots slots = {.repr = array_repr,
                     .compare = array_compare,
                     .iter = array_iter,
                     .new_ = array_new,
                     .length = array_length,
                     .get_item = array_get_item,
                     .set_item = array_set_item,
                     .contains = array_contains};
  slots.binary[static_cast<u8>(BinaryOp::add)] = array_add;
  slots.binary[static_cast<u8>(BinaryOp::multiply)] = array_multiply;
  slots.in_place[static_cast<u8>(BinaryOp::add)] = array_add_in_place;
  slots.in_place[static_cast<u8>(BinaryOp::multiply)] = array_multiply_in_place;
  slots.get_buffer = get_buffer_of;
  slots.release_buffer = release_buffer_of;
  return slots;
}

}  // namespace

Type* array_type;

Result<void> add_array_types(Thread& thread, Module& module) {
  static std::vector<MethodSpec> methods(std::begin(kRows), std::end(kRows));
  methods.insert(methods.end(), kExchangeMethods.begin(), kExchangeMethods.end());
  static TypeSpec spec = {.name = "array.array",
                          .doc =
                              "array(typecode [, initializer]) -> array\n\n"
                              "Return a new array whose items are restricted by typecode, and\n"
                              "initialized from the optional initializer value, which must be a list,\n"
                              "string or iterable over elements of the appropriate type.",
                          .methods = methods.data(),
                          .method_count = methods.size(),
                          .properties = kProperties,
                          .property_count = std::size(kProperties),
                          .slots = make_slots(),
                          .ops = &Array::kOps,
                          .size = sizeof(Array),
                          .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::Sequence) |
                                   static_cast<u32>(TypeFlag::Weakrefable)};
  array_type = TRY(add_type_to_module(thread, module, spec));
  iterator_type = &make_builtin_type(thread, kIteratorSpec);
  finish_builtin_type(thread, *iterator_type);
  return add_to_module(thread, module, "ArrayType", array_type->value());
}

Result<void> extend_by_iterable(Thread& thread, Array& array, Value iterable) {
  if (!is_array(iterable)) return for_each(thread, iterable, [&](Value item) { return array.append(thread, item); });
  if (array_of(iterable).kind != array.kind)
    return raise(thread, types.TypeError, "can only extend with array of same kind");
  ByteBuilder items;
  TRY(array_of(iterable).copy_to(thread, items));
  return array.append_bytes(thread, {items.data(), items.size()});
}

}  // namespace py::arrays
