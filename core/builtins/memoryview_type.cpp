// The type memoryview: construction, items, comparison. Its methods are in memoryview_methods.cpp.
#include "core/base/text/hash.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/bytes_like.h"
#include "core/builtins/index_iterator.h"
#include "core/builtins/memory_item.h"
#include "core/builtins/memoryview_type.h"
#include "core/object/number.h"
#include "core/object/sequence.h"
#include "memory/lock.h"

namespace py {

Result<void> copy_view(Thread& thread, MemoryView& view, ByteBuilder& out) {
  Buffer buffer;
  buffer.data = view.data;
  buffer.size = view.size;
  buffer.item_size = view.layout().item_size;
  buffer.dimensions = view.dimensions();
  buffer.shape = view.layout().shape();
  buffer.strides = view.c_contiguous ? nullptr : view.layout().strides();
  ObjectLock lock(view.exporting_object());
  const bool copied = append_buffer(buffer, out);
  lock.unlock();
  if (!copied) return raise_memory_error(thread);
  return {};
}

namespace {

MemoryView& view_of(Value self) { return as<MemoryView>(self); }

Result<Ref<>> view_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "memoryview(object)", arguments);
  return make_memoryview(thread, bound[0]);
}

Result<Ref<>> view_repr(Thread& thread, Value self) {
  const bool released = view_of(self).uses.load(std::memory_order_acquire) < 0;
  char text[64];
  const int count = std::snprintf(text, sizeof text, "<%s at %p>", released ? "released memory" : "memory",
                                  static_cast<void*>(self.object()));
  return Str::from_ascii(thread, {text, static_cast<usize>(count)});
}

Result<i64> view_hash(Thread& thread, Value self) {
  MemoryView& view = view_of(self);
  const i64 known = view.hash.load(std::memory_order_relaxed);
  if (known != -1) return known;  // a released view keeps it
  ViewUse use = TRY(ViewUse::open(thread, view));
  if (!view.read_only) return raise(thread, types.ValueError, "cannot hash writable memoryview object");
  const char kind = view.layout().kind;
  if (kind != 'B' && kind != 'b' && kind != 'c') {
    return raise(thread, types.ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
  }
  Ref<> exporter = view.exporter.load();
  if (auto hash = type_of(exporter).slots.hash) {
    TRY(hash(thread, exporter));
  } else {
    return raise(thread, types.TypeError, "unhashable type: '{}'", type_of(exporter));
  }
  ByteBuilder bytes;
  TRY(copy_view(thread, view, bytes));
  const i64 hash = text::hash_bytes(bytes.data(), bytes.size());
  view.hash.store(hash, std::memory_order_relaxed);
  return hash;
}

Result<isize> view_length(Thread& thread, Value self) {
  MemoryView& view = view_of(self);
  ViewUse use = TRY(ViewUse::open(thread, view));
  return view.dimensions() == 0 ? 1 : view.layout().shape()[0];
}

// Items

enum class KeyKind : u8 { Other, Indices, Slices };

KeyKind tuple_kind(Value key) {
  if (!is<Tuple>(key)) return KeyKind::Other;
  const Tuple& tuple = as<Tuple>(key);
  bool indices = true, slices = true;
  for (isize i = 0; i < tuple.length; ++i) {
    indices &= type_of(tuple[i]).slots.index != nullptr;
    slices &= is<Slice>(tuple[i]);
  }
  return indices ? KeyKind::Indices : slices ? KeyKind::Slices : KeyKind::Other;
}

// Moves `at` by one index of one dimension.
Result<void> step_into(Thread& thread, ViewLayout& layout, u32 dimension, isize index, u8*& at) {
  const isize count = layout.shape()[dimension];
  if (index < 0) index += count;
  if (index < 0 || index >= count) {
    return raise(thread, types.IndexError, "index out of bounds on dimension {}", dimension + 1);
  }
  at += index * layout.strides()[dimension];
  return {};
}

Result<u8*> item_address(Thread& thread, MemoryView& view, Value key) {
  u8* at = view.data;
  if (!is<Tuple>(key)) {
    const isize index = TRY(sequence_index(thread, key, "memoryview: invalid slice key"));
    TRY(step_into(thread, view.layout(), 0, index, at));
    return at;
  }
  const Tuple& indices = as<Tuple>(key);
  const isize dimensions = view.dimensions();
  if (indices.length < dimensions) return raise(thread, types.NotImplementedError, "sub-views are not implemented");
  if (indices.length > dimensions) {
    return raise(thread, types.TypeError, "cannot index {}-dimension view with {}-element tuple", dimensions, indices.length);
  }
  for (isize i = 0; i < dimensions; ++i) {
    const isize index = TRY(to_isize(thread, indices[i]));
    TRY(step_into(thread, view.layout(), static_cast<u32>(i), index, at));
  }
  return at;
}

// The view of a slice of the first dimension.
Result<Ref<>> slice_view(Thread& thread, MemoryView& view, Slice& key) {
  ViewLayout& layout = view.layout();
  const SliceBounds bounds = TRY(slice_bounds(thread, key, layout.shape()[0]));
  isize shape[kMaxDimensions], strides[kMaxDimensions];
  for (u32 i = 0; i < layout.dimensions; ++i) {
    shape[i] = layout.shape()[i];
    strides[i] = layout.strides()[i];
  }
  u8* data = view.data + bounds.start * strides[0];
  shape[0] = bounds.count;
  strides[0] *= bounds.step;
  return derive_memoryview(
      thread, view, {data, layout.dimensions, shape, strides, layout.item_size, layout.format(), view.read_only});
}

// An int as key of a view of one dimension: most keys are that.
bool is_plain_index(MemoryView& view, Value key) { return key.is_int() && view.dimensions() == 1; }

bool is_empty_tuple(Value key) { return is<Tuple>(key) && as<Tuple>(key).length == 0; }

Result<void> check_native(Thread& thread, MemoryView& view) {
  if (LIKELY(view.layout().kind)) return {};
  return raise(thread, types.NotImplementedError, "memoryview: unsupported format {}", view.layout().format());
}

Result<Ref<>> view_get_item(Thread& thread, Value self, Value key) {
  MemoryView& view = view_of(self);
  ViewUse use = TRY(ViewUse::open(thread, view));
  if (LIKELY(is_plain_index(view, key) && view.layout().kind)) {
    u8* at = view.data;
    TRY(step_into(thread, view.layout(), 0, key.as_int(), at));
    return unpack_item(thread, view, at);
  }
  if (view.dimensions() == 0) {
    if (key == Ellipsis) return Ref<>::share(self);
    if (is_empty_tuple(key)) return unpack_item(thread, view, view.data);
    return raise(thread, types.TypeError, "invalid indexing of 0-dim memory");
  }
  if (is<Slice>(key)) return slice_view(thread, view, as<Slice>(key));
  const KeyKind kind = tuple_kind(key);
  if (kind == KeyKind::Other && !type_of(key).slots.index) {
    return raise(thread, types.TypeError, "memoryview: invalid slice key");
  }
  if (kind == KeyKind::Slices) {
    return raise(thread, types.NotImplementedError, "multi-dimensional slicing is not implemented");
  }
  TRY(check_native(thread, view));
  if (kind == KeyKind::Other && view.dimensions() > 1) {
    return raise(thread, types.NotImplementedError, "multi-dimensional sub-views are not implemented");
  }
  return unpack_item(thread, view, TRY(item_address(thread, view, key)));
}

// Copies one dimension onto another of the same length; the source may overlap.
Result<void> assign_slice(Thread& thread, MemoryView& view, Slice& key, Value value) {
  if (!has_buffer(value)) {
    return raise(thread, types.TypeError, "a bytes-like object is required, not '{}'", type_of(value));
  }
  Ref<MemoryView> source = TRY(make_memoryview(thread, value));
  ViewLayout& layout = view.layout();
  const SliceBounds bounds = TRY(slice_bounds(thread, key, layout.shape()[0]));
  const char kind = layout.kind, other_kind = source->layout().kind;
  const bool same_format = kind ? kind == other_kind : std::string_view(layout.format()) == source->layout().format();
  if (source->dimensions() != 1 || source->layout().shape()[0] != bounds.count || !same_format ||
      layout.item_size != source->layout().item_size) {
    return raise(thread, types.ValueError, "memoryview assignment: lvalue and rvalue have different structures");
  }
  ByteBuilder bytes;
  TRY(copy_view(thread, *source, bytes));
  u8* at = view.data + bounds.start * layout.strides()[0];
  ObjectLock lock(view.exporting_object());
  for (isize i = 0; i < bounds.count; ++i) {
    std::memcpy(at + i * bounds.step * layout.strides()[0], bytes.data() + i * layout.item_size,
                static_cast<usize>(layout.item_size));
  }
  return {};
}

Result<void> view_set_item(Thread& thread, Value self, Value key, Value value) {
  MemoryView& view = view_of(self);
  ViewUse use = TRY(ViewUse::open(thread, view));
  TRY(check_native(thread, view));
  if (view.read_only) return raise(thread, types.TypeError, "cannot modify read-only memory");
  if (value == Unbound) return raise(thread, types.TypeError, "cannot delete memory");
  if (LIKELY(is_plain_index(view, key))) {
    u8* at = view.data;
    TRY(step_into(thread, view.layout(), 0, key.as_int(), at));
    return pack_item(thread, view, at, value);
  }
  if (view.dimensions() == 0) {
    if (key == Ellipsis || is_empty_tuple(key)) return pack_item(thread, view, view.data, value);
    return raise(thread, types.TypeError, "invalid indexing of 0-dim memory");
  }
  const KeyKind kind = tuple_kind(key);
  if (is<Slice>(key) && view.dimensions() == 1) return assign_slice(thread, view, as<Slice>(key), value);
  if (is<Slice>(key) || kind == KeyKind::Slices) {
    return raise(thread, types.NotImplementedError,
                 "memoryview slice assignments are currently restricted to ndim = 1");
  }
  if (kind == KeyKind::Other) {
    if (!type_of(key).slots.index) return raise(thread, types.TypeError, "memoryview: invalid slice key");
    if (view.dimensions() > 1) return raise(thread, types.NotImplementedError, "sub-views are not implemented");
  }
  u8* at = TRY(item_address(thread, view, key));
  return pack_item(thread, view, at, value);
}

// Comparison

Result<bool> equal_items(Thread& thread, MemoryView& a, const u8* at, MemoryView& b, const u8* other, u32 dimension) {
  if (dimension == a.dimensions()) {
    Ref<> left = TRY(unpack_item(thread, a, at));
    Ref<> right = TRY(unpack_item(thread, b, other));
    return compare_bool(thread, left, right, CompareOp::Equal);
  }
  for (isize i = 0; i < a.layout().shape()[dimension]; ++i) {
    const u8* next = at + i * a.layout().strides()[dimension];
    const u8* other_next = other + i * b.layout().strides()[dimension];
    if (!TRY(equal_items(thread, a, next, b, other_next, dimension + 1))) return false;
  }
  return true;
}

Result<bool> equal_views(Thread& thread, MemoryView& a, MemoryView& b) {
  if (a.dimensions() != b.dimensions()) return false;
  for (u32 i = 0; i < a.dimensions(); ++i) {
    if (a.layout().shape()[i] != b.layout().shape()[i]) return false;
  }
  const char kind = a.layout().kind, other_kind = b.layout().kind;
  // Formats beyond the native ones are equal when their bytes are.
  const bool by_bytes = !kind || !other_kind || (kind == other_kind && kind != 'f' && kind != 'd' && kind != '?');
  if (!by_bytes) return equal_items(thread, a, a.data, b, b.data, 0);
  if ((!kind || !other_kind) && std::string_view(a.layout().format()) != b.layout().format()) return false;
  ByteBuilder left, right;
  TRY(copy_view(thread, a, left));
  TRY(copy_view(thread, b, right));
  return left.size() == right.size() && std::memcmp(left.data(), right.data(), left.size()) == 0;
}

Result<Ref<>> view_compare(Thread& thread, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !has_buffer(other)) return Ref<>::adopt(NotImplemented);
  MemoryView& view = view_of(self);
  bool equal = self == other;
  const bool released = view.uses.load(std::memory_order_acquire) < 0 ||
                        (is<MemoryView>(other) && as<MemoryView>(other).uses.load(std::memory_order_acquire) < 0);
  if (!released) {
    ViewUse use = TRY(ViewUse::open(thread, view));
    Ref<MemoryView> right = TRY(make_memoryview(thread, other));
    equal = TRY(equal_views(thread, view, *right));
  }
  return Ref<>::adopt(Value::boolean(equal == (op == CompareOp::Equal)));
}

// Buffer protocol

Result<void> view_get_buffer(Thread& thread, Value self, Buffer& buffer, bool writable) {
  MemoryView& view = view_of(self);
  if (!view.try_use()) {
    return raise(thread, types.ValueError, "operation forbidden on released memoryview object");
  }
  if (writable && view.read_only) {
    view.end_use();
    return raise(thread, types.BufferError, "memoryview: underlying buffer is not writable");
  }
  buffer.data = view.data;
  buffer.size = view.size;
  buffer.read_only = view.read_only;
  buffer.item_size = view.layout().item_size;
  buffer.format = view.layout().format();
  buffer.dimensions = view.dimensions();
  buffer.shape = view.layout().shape();
  buffer.strides = view.c_contiguous ? nullptr : view.layout().strides();
  return {};
}
void view_release_buffer(Value self, Buffer&) { view_of(self).end_use(); }

// Iteration

Result<Ref<>> view_iter(Thread& thread, Value self) {
  MemoryView& view = view_of(self);
  ViewUse use = TRY(ViewUse::open(thread, view));
  if (view.dimensions() == 0) return raise(thread, types.TypeError, "invalid indexing of 0-dim memory");
  if (view.dimensions() > 1) {
    return raise(thread, types.NotImplementedError, "multi-dimensional sub-views are not implemented");
  }
  TRY(check_native(thread, view));
  return make_index_iterator(thread, *types.memory_iterator, self);
}

Result<Ref<>> item_at(Thread& thread, Value self, isize index) {
  MemoryView& view = view_of(self);
  ViewUse use = TRY(ViewUse::open(thread, view));
  if (index >= view.layout().shape()[0]) return Ref<>::adopt(Done);
  return unpack_item(thread, view, view.data + index * view.layout().strides()[0]);
}

}  // namespace

const TypeSpec memoryview_spec = {
    .name = "memoryview",
    .doc = "A view of the memory of an object that offers the buffer protocol.",
    .methods = kMemoryViewMethods.data(),
    .method_count = kMemoryViewMethods.size(),
    .properties = kMemoryViewProperties.data(),
    .property_count = kMemoryViewProperties.size(),
    .slots = {.repr = view_repr,
              .hash = view_hash,
              .compare = view_compare,
              .iter = view_iter,
              .new_ = view_new,
              .length = view_length,
              .get_item = view_get_item,
              .set_item = view_set_item,
              .get_buffer = view_get_buffer,
              .release_buffer = view_release_buffer},
    .ops = &MemoryView::kOps,
    .size = sizeof(MemoryView),
    .flags = static_cast<u32>(TypeFlag::Sequence),
};

const TypeSpec memory_iterator_spec = {
    .name = "memory_iterator",
    .doc = nullptr,
    .slots = {.iter = iterate_self, .next = index_iterator_next<item_at>},
    .ops = &IndexIterator::kOps,
    .size = sizeof(IndexIterator),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

}  // namespace py
