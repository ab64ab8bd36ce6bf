#include "core/modules/pickle/pickle_buffer.h"

#include "core/modules/pickle/globals.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

#include <cstring>

namespace py::pickle {

Type* pickle_buffer_type;
const ObjectOps PickleBuffer::kOps = {"PickleBuffer", visit_fields<PickleBuffer, &PickleBuffer::view>, release_attributes,
                                      fixed_size};

bool is_contiguous(const Buffer& buffer) {
  if (!buffer.strides) return true;
  auto packed = [&](bool fortran) {
    isize step = buffer.item_size;
    for (u32 i = 0; i < buffer.dimensions; ++i) {
      const u32 axis = fortran ? i : buffer.dimensions - 1 - i;
      if (buffer.shape[axis] > 1 && buffer.strides[axis] != step) return false;
      step *= buffer.shape[axis];
    }
    return true;
  };
  return packed(false) || packed(true);
}

namespace {

PickleBuffer& buffer_of(Value self) { return *static_cast<PickleBuffer*>(self.object()); }

Result<Ref<>> buffer_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "PickleBuffer(object, /)", arguments);
  Ref<MemoryView> view = TRY(make_memoryview(thread, bound[0]));
  Ref<PickleBuffer> self = TRY(new_object<PickleBuffer>(thread, type));
  self->released.store(0, std::memory_order_relaxed);
  set_fresh(*self, self->view, view.value());
  return Ref<>(std::move(self));
}

Result<MemoryView*> open_view(Thread& thread, Value self) {
  if (!buffer_of(self).released.load(std::memory_order_acquire)) return &as<MemoryView>(buffer_of(self).view.peek());
  return raise(thread, types.ValueError, "operation forbidden on released PickleBuffer object");
}

Result<Ref<>> raw(Thread& thread, Value self) {
  MemoryView& view = *TRY(open_view(thread, self));
  if (!view.c_contiguous && !view.f_contiguous) {
    return raise(thread, types.BufferError, "cannot extract raw buffer from non-contiguous buffer");
  }
  const ViewShape bytes = {view.data, 1, &view.size, nullptr, 1, "B", view.read_only};
  return Ref<>(TRY(derive_memoryview(thread, view, bytes)));
}

Result<void> release(Thread&, Value self) {
  buffer_of(self).released.store(1, std::memory_order_release);
  // Who has a buffer open keeps the view in use; then it goes with this object.
  (void)release_memoryview(as<MemoryView>(buffer_of(self).view.peek()));
  return {};
}

bool is_whole(const MemoryView& view, const Buffer& buffer) {
  return buffer.data == view.data && buffer.size == view.size && buffer.dimensions == view.dimensions() && !buffer.strides &&
         !std::strcmp(buffer.format ? buffer.format : "B", view.layout().format());
}
// Who opens a buffer gets one of the wrapped object, which it then owns itself; of a part of it, one of the view.
Result<void> get_buffer_of(Thread& thread, Value self, Buffer& buffer, bool writable) {
  MemoryView& view = *TRY(open_view(thread, self));
  buffer = TRY(get_strided_buffer(thread, view.exporter.load(), writable));
  if (is_whole(view, buffer)) return {};
  buffer = TRY(get_strided_buffer(thread, view.value(), writable));
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<raw>("raw()",
             "Return a memoryview of the raw memory underlying this buffer.\n"
             "Raises BufferError when the buffer is not contiguous."),
    def<release>("release()", "Release the underlying buffer exposed by the PickleBuffer object."),
};
const TypeSpec kSpec = {.name = "pickle.PickleBuffer",
                        .doc = "Wrapper for potentially out-of-band buffers",
                        .methods = kMethods,
                        .method_count = std::size(kMethods),
                        .slots = {.new_ = buffer_new, .get_buffer = get_buffer_of},
                        .ops = &PickleBuffer::kOps,
                        .size = sizeof(PickleBuffer),
                        .flags = static_cast<u32>(TypeFlag::Weakrefable)};

}  // namespace

Result<void> add_pickle_buffer(Thread& thread, Module& module) {
  pickle_buffer_type = TRY(add_type_to_module(thread, module, kSpec));
  return {};
}

}  // namespace py::pickle
