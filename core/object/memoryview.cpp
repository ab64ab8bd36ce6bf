#include "core/object/memoryview.h"

#include "core/object/allocate.h"
#include "core/object/casts.h"

#include <cstring>

namespace py {

namespace {

usize view_bytes(u32 dimensions, usize format_length) {
  return sizeof(MemoryView) + sizeof(ViewLayout) + 2 * usize{dimensions} * sizeof(isize) + format_length + 1;
}
usize size_of(const Object& object) {
  const ViewLayout& layout = static_cast<const MemoryView&>(object).layout();
  return view_bytes(layout.dimensions, std::strlen(layout.format()));
}
void visit(Object& object, Visitor& visitor) { visitor.visit(static_cast<MemoryView&>(object).exporter); }

void close_buffer(MemoryView& view) {
  const Value exporter = view.exporter.peek();
  if (!exporter.is_object()) return;
  auto release = type_of(exporter).slots.release_buffer;
  if (!release) return;
  Buffer buffer;
  buffer.data = view.data;
  buffer.internal = view.internal;
  release(exporter, buffer);
}

// The object is dead: nobody uses it.
void close(Object& object) {
  MemoryView& view = static_cast<MemoryView&>(object);
  if (view.uses.load(std::memory_order_relaxed) < 0) return;
  view.uses.store(-1, std::memory_order_relaxed);
  close_buffer(view);
}

void fill_layout(ViewLayout& layout, const ViewShape& shape) {
  layout.dimensions = shape.dimensions;
  layout.kind = native_kind(shape.format);
  layout.item_size = shape.item_size;
  isize stride = shape.item_size;
  for (u32 i = shape.dimensions; i-- > 0;) {
    layout.shape()[i] = shape.shape[i];
    layout.strides()[i] = shape.strides ? shape.strides[i] : stride;
    stride *= shape.shape[i];
  }
  std::memcpy(layout.format(), shape.format.data(), shape.format.size());
  layout.format()[shape.format.size()] = 0;
}

// Whether the items stand one after another, the last (C) or the first dimension (Fortran) varying fastest.
bool is_contiguous(ViewLayout& layout, bool fortran) {
  for (u32 i = 0; i < layout.dimensions; ++i) {
    if (layout.shape()[i] == 0) return true;
  }
  isize expected = layout.item_size;
  for (u32 i = 0; i < layout.dimensions; ++i) {
    const u32 dimension = fortran ? i : layout.dimensions - 1 - i;
    if (layout.shape()[dimension] > 1 && layout.strides()[dimension] != expected) return false;
    expected *= layout.shape()[dimension];
  }
  return true;
}

// Takes over the open buffer.
Result<Ref<MemoryView>> make_view(Thread& thread, Buffer buffer, const ViewShape& shape) {
  const usize bytes = view_bytes(shape.dimensions, shape.format.size());
  Ref<MemoryView> view = TRY(allocate<MemoryView>(thread, *types.memoryview, bytes));
  fill_layout(view->layout(), shape);
  view->hash.store(-1, std::memory_order_relaxed);
  view->exporter.initialize(None);
  view->uses.store(-1, std::memory_order_relaxed);
  view->data = shape.data;
  view->size = shape.item_size;
  for (u32 i = 0; i < shape.dimensions; ++i) view->size *= shape.shape[i];
  view->internal = buffer.internal;
  view->read_only = shape.read_only;
  view->c_contiguous = is_contiguous(view->layout(), false);
  view->f_contiguous = is_contiguous(view->layout(), true);
  view->exporter.store(*view, std::move(buffer.owner));  // from now on the view closes the buffer
  view->uses.store(0, std::memory_order_release);
  return view;
}

}  // namespace

const ObjectOps MemoryView::kOps = {"memoryview", visit, nullptr, size_of, nullptr, close};

char native_kind(std::string_view format) {
  if (format.starts_with('@')) format.remove_prefix(1);
  return format.size() == 1 && format[0] && std::strchr("BbcHhIiLlQqNnPfd?", format[0]) ? format[0] : 0;
}

bool MemoryView::try_use() {
  if (LIKELY(!is_shared())) {
    const i64 count = uses.load(std::memory_order_relaxed);
    if (count < 0) return false;
    uses.store(count + 1, std::memory_order_relaxed);
    return true;
  }
  i64 count = uses.load(std::memory_order_acquire);
  do {
    if (count < 0) return false;
  } while (!uses.compare_exchange_weak(count, count + 1, std::memory_order_acq_rel));
  return true;
}

void MemoryView::end_use() {
  if (LIKELY(!is_shared())) {
    uses.store(uses.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  } else {
    uses.fetch_sub(1, std::memory_order_acq_rel);
  }
}

bool release_memoryview(MemoryView& view) {
  i64 expected = 0;
  if (!view.uses.compare_exchange_strong(expected, -1, std::memory_order_acq_rel)) return expected < 0;
  close_buffer(view);
  view.exporter.store(view, None);
  return true;
}

Result<ViewUse> ViewUse::open(Thread& thread, MemoryView& view) {
  if (!view.try_use()) {
    return raise(thread, types.ValueError, "operation forbidden on released memoryview object");
  }
  ViewUse use;
  use.view_ = &view;
  return use;
}

Result<Ref<MemoryView>> make_memoryview(Thread& thread, Value exporter) {
  if (is<MemoryView>(exporter)) {
    MemoryView& from = as<MemoryView>(exporter);
    ViewUse use = TRY(ViewUse::open(thread, from));
    ViewLayout& layout = from.layout();
    return derive_memoryview(thread, from, {from.data, layout.dimensions, layout.shape(), layout.strides(),
                                            layout.item_size, layout.format(), from.read_only});
  }
  if (!has_buffer(exporter)) {
    return raise(thread, types.TypeError, "memoryview: a bytes-like object is required, not '{}'", type_of(exporter));
  }
  Buffer buffer = TRY(get_strided_buffer(thread, exporter));
  const isize length = buffer.item_size ? buffer.size / buffer.item_size : 0;
  const isize* shape = buffer.shape || buffer.dimensions == 0 ? buffer.shape : &length;
  const ViewShape view{buffer.data,      buffer.dimensions, shape, buffer.strides, buffer.item_size,
                       buffer.format ? buffer.format : "B", buffer.read_only};
  return make_view(thread, std::move(buffer), view);
}

Result<Ref<MemoryView>> derive_memoryview(Thread& thread, MemoryView& from, const ViewShape& shape) {
  Ref<> exporter = from.exporter.load();
  Buffer buffer = TRY(get_strided_buffer(thread, exporter));
  return make_view(thread, std::move(buffer), shape);
}

}  // namespace py
