// The methods and attributes of memoryview.
#include "core/builtins/bytes_text.h"
#include "core/builtins/memory_item.h"
#include "core/builtins/memoryview_type.h"
#include "core/object/number.h"
#include "core/object/sequence.h"

namespace py {

namespace {

// Casting

bool is_byte_format(char kind) { return kind == 'b' || kind == 'B' || kind == 'c'; }

bool has_zero(ViewLayout& layout) {
  for (u32 i = 0; i < layout.dimensions; ++i) {
    if (layout.shape()[i] == 0 || layout.strides()[i] == 0) return true;
  }
  return false;
}

struct CastShape {
  u32 dimensions = 1;
  isize sizes[kMaxDimensions];
};

Result<void> read_shape(Thread& thread, Value value, isize item_size, isize total, CastShape& shape) {
  Ref<Tuple> items = TRY(to_tuple(thread, value));
  shape.dimensions = static_cast<u32>(items->length);
  isize product = item_size;
  for (isize i = 0; i < items->length; ++i) {
    if (!is_integer((*items)[i])) {
      return raise(thread, types.TypeError, "memoryview.cast(): elements of shape must be integers");
    }
    const isize size = TRY(to_isize(thread, (*items)[i]));
    if (size <= 0) {
      return raise(thread, types.ValueError, "memoryview.cast(): elements of shape must be integers > 0");
    }
    if (__builtin_mul_overflow(product, size, &product)) {
      return raise(thread, types.ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
    }
    shape.sizes[i] = size;
  }
  if (product != total) {
    return raise(thread, types.TypeError, "memoryview: product(shape) * itemsize != buffer size");
  }
  return {};
}

Result<void> check_cast_shape(Thread& thread, MemoryView& view, Value shape) {
  if (!is<Tuple>(shape) && !is<List>(shape)) return raise(thread, types.TypeError, "shape must be a list or a tuple");
  const isize count = TRY(length(thread, shape));
  if (count > static_cast<isize>(kMaxDimensions)) {
    return raise(thread, types.ValueError, "memoryview: number of dimensions must not exceed 64");
  }
  if (view.dimensions() != 1 && count != 1) {
    return raise(thread, types.TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
  }
  return {};
}

Result<Ref<>> cast(Thread& thread, MemoryView& self, Value format_value, Value shape_value) {
  if (!is<Str>(format_value)) {
    return raise(thread, types.TypeError, "cast() argument 'format' must be str, not {}", type_of(format_value));
  }
  ViewUse use = TRY(ViewUse::open(thread, self));
  const bool shaped = shape_value != Unbound;
  if (!self.c_contiguous) return raise(thread, types.TypeError, "memoryview: casts are restricted to C-contiguous views");
  if ((shaped || self.dimensions() != 1) && has_zero(self.layout())) {
    return raise(thread, types.TypeError, "memoryview: cannot cast view with zeros in shape or strides");
  }
  if (shaped) TRY(check_cast_shape(thread, self, shape_value));
  const std::string format = as<Str>(format_value).utf8();
  const char kind = native_kind(format);
  if (!kind) {
    return raise(thread, types.ValueError,
                 "memoryview: destination format must be a native single character format prefixed with an optional '@'");
  }
  if (!is_byte_format(self.layout().kind) && !is_byte_format(kind)) {
    return raise(thread, types.TypeError, "memoryview: cannot cast between two non-byte formats");
  }
  const isize item_size = native_size(kind);
  if (self.size % item_size) return raise(thread, types.TypeError, "memoryview: length is not a multiple of itemsize");
  CastShape shape;
  shape.sizes[0] = self.size / item_size;
  if (shaped) TRY(read_shape(thread, shape_value, item_size, self.size, shape));
  return derive_memoryview(thread, self,
                           {self.data, shape.dimensions, shape.sizes, nullptr, item_size, format, self.read_only});
}

Result<Ref<>> toreadonly(Thread& thread, MemoryView& self) {
  ViewUse use = TRY(ViewUse::open(thread, self));
  ViewLayout& layout = self.layout();
  return derive_memoryview(
      thread, self, {self.data, layout.dimensions, layout.shape(), layout.strides(), layout.item_size, layout.format(), true});
}

// Copying out

// Appends the items with the first dimension varying fastest.
bool append_fortran(MemoryView& view, i32 dimension, const u8* at, ByteBuilder& out) {
  if (dimension < 0) return out.append(at, static_cast<usize>(view.layout().item_size));
  for (isize i = 0; i < view.layout().shape()[dimension]; ++i) {
    if (!append_fortran(view, dimension - 1, at + i * view.layout().strides()[dimension], out)) return false;
  }
  return true;
}

Result<Ref<>> tobytes(Thread& thread, MemoryView& self, Value order) {
  ViewUse use = TRY(ViewUse::open(thread, self));
  char kind = 'C';
  if (!order.is_none()) {
    if (!is<Str>(order)) {
      return raise(thread, types.TypeError, "tobytes() argument 'order' must be str or None, not {}", type_of(order));
    }
    const Str& text = as<Str>(order);
    kind = text.equals("C") ? 'C' : text.equals("F") ? 'F' : text.equals("A") ? 'A' : 0;
    if (!kind) return raise(thread, types.ValueError, "order must be 'C', 'F' or 'A'");
  }
  if (kind == 'A') kind = self.f_contiguous && !self.c_contiguous ? 'F' : 'C';
  ByteBuilder bytes;
  if (kind == 'C') {
    TRY(copy_view(thread, self, bytes));
  } else if (!append_fortran(self, static_cast<i32>(self.dimensions()) - 1, self.data, bytes)) {
    return raise_memory_error(thread);
  }
  return Bytes::from(thread, {bytes.data(), bytes.size()});
}

Result<Ref<>> hex(Thread& thread, MemoryView& self, Value separator, int group) {
  ViewUse use = TRY(ViewUse::open(thread, self));
  ByteBuilder bytes;
  TRY(copy_view(thread, self, bytes));
  return hex_text(thread, {bytes.data(), bytes.size()}, separator, group);
}

Result<Ref<>> list_of(Thread& thread, MemoryView& view, u32 dimension, const u8* at) {
  if (dimension == view.dimensions()) return unpack_item(thread, view, at);
  const isize count = view.layout().shape()[dimension];
  Ref<List> list = TRY(List::make(thread, count));
  for (isize i = 0; i < count; ++i) {
    TRY(list->append(thread, TRY(list_of(thread, view, dimension + 1, at + i * view.layout().strides()[dimension]))));
  }
  return Ref<>(std::move(list));
}

Result<Ref<>> tolist(Thread& thread, MemoryView& self) {
  ViewUse use = TRY(ViewUse::open(thread, self));
  if (!self.layout().kind) {
    return raise(thread, types.NotImplementedError, "memoryview: unsupported format {}", self.layout().format());
  }
  return list_of(thread, self, 0, self.data);
}

// Release

Result<void> release(Thread& thread, MemoryView& self) {
  if (release_memoryview(self)) return {};
  const i64 count = self.uses.load(std::memory_order_relaxed);
  return raise(thread, types.BufferError, "memoryview has {} exported buffer{}", count, count == 1 ? "" : "s");
}
Result<Ref<>> enter(Thread& thread, MemoryView& self) {
  ViewUse use = TRY(ViewUse::open(thread, self));
  return Ref<>::share(self.value());
}
Result<void> exit(Thread& thread, MemoryView& self, Rest) { return release(thread, self); }

// Attributes

template <auto get>
Result<Ref<>> attribute(Thread& thread, Value self) {
  MemoryView& view = as<MemoryView>(self);
  ViewUse use = TRY(ViewUse::open(thread, view));
  return get(thread, view);
}

Result<Ref<>> size_tuple(Thread& thread, const isize* sizes, u32 count) {
  Value values[kMaxDimensions];
  for (u32 i = 0; i < count; ++i) values[i] = Value::integer(sizes[i]);
  return Tuple::from(thread, values, count);
}

Result<Ref<>> get_obj(Thread&, MemoryView& view) { return view.exporter.load(); }
Result<Ref<>> get_nbytes(Thread& thread, MemoryView& view) { return make_int(thread, view.size); }
Result<Ref<>> get_item_size(Thread& thread, MemoryView& view) { return make_int(thread, view.layout().item_size); }
Result<Ref<>> get_format(Thread& thread, MemoryView& view) { return Str::from_utf8(thread, view.layout().format()); }
Result<Ref<>> get_dimensions(Thread&, MemoryView& view) { return Ref<>::adopt(Value::integer(view.dimensions())); }
Result<Ref<>> get_shape(Thread& thread, MemoryView& view) {
  return size_tuple(thread, view.layout().shape(), view.dimensions());
}
Result<Ref<>> get_strides(Thread& thread, MemoryView& view) {
  return size_tuple(thread, view.layout().strides(), view.dimensions());
}
Result<Ref<>> get_suboffsets(Thread&, MemoryView&) { return Ref<>::share(Tuple::empty().value()); }
Result<Ref<>> get_read_only(Thread&, MemoryView& view) { return Ref<>::adopt(Value::boolean(view.read_only)); }
Result<Ref<>> get_c_contiguous(Thread&, MemoryView& view) { return Ref<>::adopt(Value::boolean(view.c_contiguous)); }
Result<Ref<>> get_f_contiguous(Thread&, MemoryView& view) { return Ref<>::adopt(Value::boolean(view.f_contiguous)); }
Result<Ref<>> get_contiguous(Thread&, MemoryView& view) {
  return Ref<>::adopt(Value::boolean(view.c_contiguous || view.f_contiguous));
}

constexpr MethodSpec kMethods[] = {
    def<cast>("cast(format, shape=())", "Cast a memoryview to a new format or shape."),
    def<toreadonly>("toreadonly()", "Return a readonly version of the memoryview."),
    def<tobytes>("tobytes(order=None)", "Return the data in the buffer as a byte string."),
    def<hex>("hex(sep=(), bytes_per_sep=1)", "Return the data in the buffer as a str of hexadecimal numbers."),
    def<tolist>("tolist()", "Return the data in the buffer as a list of elements."),
    def<release>("release()", "Let go of the object whose memory this shows; afterwards nothing can be read through "
                              "the view."),
    def<enter>("__enter__()", nullptr),
    def<exit>("__exit__(*args)", nullptr),
};

constexpr PropertySpec kProperties[] = {
    {"obj", "The underlying object of the memoryview.", attribute<get_obj>},
    {"nbytes", "The amount of space in bytes that the array would use in a contiguous representation.",
     attribute<get_nbytes>},
    {"readonly", "A bool indicating whether the memory is read only.", attribute<get_read_only>},
    {"itemsize", "The size in bytes of each element of the memoryview.", attribute<get_item_size>},
    {"format", "A string containing the format (in struct module style) for each element in the view.",
     attribute<get_format>},
    {"ndim", "An integer indicating how many dimensions of a multi-dimensional array the memory represents.",
     attribute<get_dimensions>},
    {"shape", "A tuple of ndim integers giving the shape of the memory as an N-dimensional array.", attribute<get_shape>},
    {"strides", "A tuple of ndim integers giving the size in bytes to access each element for each dimension.",
     attribute<get_strides>},
    {"suboffsets", "Empty here: offsets of indirect arrays, as the buffer protocol has them.", attribute<get_suboffsets>},
    {"c_contiguous", "A bool indicating whether the memory is C contiguous.", attribute<get_c_contiguous>},
    {"f_contiguous", "A bool indicating whether the memory is Fortran contiguous.", attribute<get_f_contiguous>},
    {"contiguous", "A bool indicating whether the memory is contiguous.", attribute<get_contiguous>},
};

}  // namespace

constinit const std::span<const MethodSpec> kMemoryViewMethods = kMethods;
constinit const std::span<const PropertySpec> kMemoryViewProperties = kProperties;

}  // namespace py
