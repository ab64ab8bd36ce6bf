// MemoryView: memory of another object seen as items in up to 64 dimensions. Each view holds a buffer of the exporter open
// until it is released or dies; a view made from a view opens one of its own.
//
// Invariant: `uses` counts the threads and buffers that look at the memory; -1: released, then nobody may.
// Threads: everything but `uses`, `hash` and `exporter` is immutable. A use must be open (ViewUse) while the memory is touched, and
// items are copied out and in under the lock of the exporter, whose own methods hold it to change items in place. Whoever
// has a buffer open writes at any time.
#pragma once
#include "core/object/buffer.h"
#include "memory/field.h"

namespace py {

struct ViewLayout {
  u32 dimensions;
  char kind;  // of a native format of one character ("i", "@d"), without '@'; 0: another format
  isize item_size;
  isize sizes[];  // shape, strides, then the format text
  isize* shape() { return sizes; }
  isize* strides() { return sizes + dimensions; }
  char* format() { return reinterpret_cast<char*>(sizes + 2 * dimensions); }
  const char* format() const { return reinterpret_cast<const char*>(sizes + 2 * dimensions); }
};

// The character of a native format, without '@'; 0: another format.
char native_kind(std::string_view format);

class MemoryView final : public Object {
 public:
  Field exporter;  // None once released
  u8* data;
  isize size;      // bytes of all items
  void* internal;  // the exporter's
  std::atomic<i64> uses;
  std::atomic<i64> hash;  // -1: not computed
  bool read_only;
  bool c_contiguous;
  bool f_contiguous;

  // Follows the object.
  ViewLayout& layout() { return *reinterpret_cast<ViewLayout*>(this + 1); }
  const ViewLayout& layout() const { return *reinterpret_cast<const ViewLayout*>(this + 1); }
  u32 dimensions() const { return layout().dimensions; }
  // While a use is open.
  Object& exporting_object() { return *exporter.peek().object(); }
  bool try_use();
  void end_use();
  static const ObjectOps kOps;
};

// How a new view sees the memory.
struct ViewShape {
  u8* data;
  u32 dimensions;
  const isize* shape;
  const isize* strides;  // null: in C order
  isize item_size;
  std::string_view format;
  bool read_only;
};

Result<Ref<MemoryView>> make_memoryview(Thread& thread, Value exporter);
// A view of the same exporter's memory.
Result<Ref<MemoryView>> derive_memoryview(Thread& thread, MemoryView& from, const ViewShape& shape);
// False: it is in use.
bool release_memoryview(MemoryView& view);

// Keeps a view from being released. ValueError when it was.
class ViewUse {
 public:
  static Result<ViewUse> open(Thread& thread, MemoryView& view);
  ViewUse() = default;
  ViewUse(ViewUse&& other) noexcept : view_(std::exchange(other.view_, nullptr)) {}
  ViewUse& operator=(ViewUse&& other) noexcept {
    std::swap(view_, other.view_);
    return *this;
  }
  ~ViewUse() {
    if (view_) view_->end_use();
  }

 private:
  MemoryView* view_ = nullptr;
};

}  // namespace py
