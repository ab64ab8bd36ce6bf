#include "core/modules/io/bytes_io.h"
#include "core/modules/writable_buffer.h"

#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/memoryview.h"
#include "core/object/type_system.h"
#include "memory/buffer.h"

#include <cstring>

namespace py::io {

namespace {

void visit_bytes_io(Object& object, Visitor& visitor) { visit_attributes(object, visitor); }
void release_bytes_io(Object& object) {
  buffer_free(static_cast<BytesIO&>(object).block);
  release_attributes(object);
}
usize bytes_io_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kBytesIOOps = {"BytesIO", visit_bytes_io, release_bytes_io, bytes_io_size};

Result<Ref<>> bytes_io_new(Thread& thread, Type& type, const Arguments&) {
  Ref<BytesIO> stream = TRY(new_object<BytesIO>(thread, type));
  stream->lock.reset();
  stream->closed = false;
  stream->exports.store(0);
  stream->block = nullptr;
  stream->size = stream->capacity = stream->position = 0;
  return Ref<>(std::move(stream));
}

// The lock, and an open stream.
Result<void> enter(Thread& thread, BytesIO& self, CallGuard& guard) {
  TRY(guard.enter_again(thread, self, self.lock));
  if (UNLIKELY(self.closed)) return raise(thread, types.ValueError, "I/O operation on closed file.");
  return {};
}
Result<void> enter_to_resize(Thread& thread, BytesIO& self, CallGuard& guard) {
  TRY(enter(thread, self, guard));
  if (UNLIKELY(self.exports.load() > 0)) {
    return raise(thread, types.BufferError, "Existing exports of data: object cannot be re-sized");
  }
  return {};
}

// Under the lock.
bool reserve_locked(BytesIO& self, isize wanted) {
  if (wanted <= self.capacity) return true;
  isize capacity = self.capacity + (self.capacity >> 3) + (self.capacity < 9 ? 3 : 6);
  if (capacity < wanted) capacity = wanted;
  auto* block = static_cast<u8*>(buffer_reallocate(self.block, static_cast<usize>(capacity)));
  if (!block) return false;
  self.block = block;
  self.capacity = static_cast<isize>(buffer_usable(block));
  return true;
}
Result<void> write_locked(Thread& thread, BytesIO& self, const u8* data, isize count) {
  if (count == 0) return {};
  isize end;
  if (__builtin_add_overflow(self.position, count, &end)) return raise(thread, types.OverflowError, "new position too large");
  if (!reserve_locked(self, end)) return raise_memory_error(thread);
  if (self.position > self.size) std::memset(self.block + self.size, 0, static_cast<usize>(self.position - self.size));
  std::memcpy(self.block + self.position, data, static_cast<usize>(count));
  self.position = end;
  if (end > self.size) self.size = end;
  return {};
}

Result<void> bytes_io_init(Thread& thread, Value value, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "BytesIO(initial_bytes=b'')", arguments);
  BytesIO& self = *static_cast<BytesIO*>(value.object());
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (self.exports.load() > 0) return raise(thread, types.BufferError, "Existing exports of data: object cannot be re-sized");
  self.size = self.position = 0;
  if (bound[0] != Unbound && !bound[0].is_none()) {
    Buffer data = TRY(get_buffer(thread, bound[0]));
    TRY(write_locked(thread, self, data.data, data.size));
    self.position = 0;
  }
  return {};
}

// Bytes [position, position + count), clipped; the position moves past them.
Result<Ref<>> take_locked(Thread& thread, BytesIO& self, isize count) {
  const isize left = self.size > self.position ? self.size - self.position : 0;
  if (count < 0 || count > left) count = left;
  Ref<Bytes> result = TRY(Bytes::from(thread, {reinterpret_cast<const char*>(self.block + (count ? self.position : 0)), static_cast<usize>(count)}));
  self.position += count;
  return Ref<>(std::move(result));
}
isize line_length(const BytesIO& self) {
  if (self.position >= self.size) return 0;
  const u8* start = self.block + self.position;
  const usize left = static_cast<usize>(self.size - self.position);
  const void* newline = std::memchr(start, '\n', left);
  return newline ? static_cast<const u8*>(newline) - start + 1 : static_cast<isize>(left);
}

Result<Ref<>> bytes_io_read(Thread& thread, BytesIO& self, Value size) {
  const isize count = TRY(to_size(thread, size));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return take_locked(thread, self, count);
}
Result<Ref<>> bytes_io_readline(Thread& thread, BytesIO& self, Value size) {
  const isize limit = TRY(to_size(thread, size));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  isize count = line_length(self);
  if (limit >= 0 && limit < count) count = limit;
  return take_locked(thread, self, count);
}
Result<Ref<List>> bytes_io_readlines(Thread& thread, BytesIO& self, Value size) {
  isize limit = 0;
  if (!size.is_none()) {
    if (!type_of(size).slots.index) return raise(thread, types.TypeError, "integer argument expected, got '{}'", type_of(size));
    limit = TRY(to_isize(thread, size));
  }
  CallGuard guard;
  TRY(enter(thread, self, guard));
  Ref<List> lines = TRY(List::make(thread));
  isize total = 0;
  while (isize count = line_length(self)) {
    TRY(lines->append(thread, TRY(take_locked(thread, self, count))));
    total += count;
    if (limit > 0 && total >= limit) break;
  }
  return lines;
}
Result<isize> bytes_io_readinto(Thread& thread, BytesIO& self, Value target) {
  Buffer buffer = TRY(get_writable_buffer(thread, target, "readinto() argument"));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  isize count = self.size > self.position ? self.size - self.position : 0;
  if (count > buffer.size) count = buffer.size;
  if (count) std::memcpy(buffer.data, self.block + self.position, static_cast<usize>(count));
  self.position += count;
  return count;
}
Result<isize> bytes_io_write(Thread& thread, BytesIO& self, Value source) {
  {
    CallGuard guard;
    TRY(enter(thread, self, guard));
  }
  Buffer data = TRY(get_buffer(thread, source));
  CallGuard guard;
  TRY(enter_to_resize(thread, self, guard));
  if (data.size) TRY(write_locked(thread, self, data.data, data.size));
  return data.size;
}
Result<void> bytes_io_writelines(Thread& thread, BytesIO& self, Value lines) {
  {
    CallGuard guard;
    TRY(enter(thread, self, guard));
  }
  return for_each(thread, lines, [&](Value line) -> Result<void> {
    TRY(bytes_io_write(thread, self, line));
    return {};
  });
}
Result<Ref<>> bytes_io_getvalue(Thread& thread, BytesIO& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<const char*>(self.block), static_cast<usize>(self.size)})));
}
Result<isize> bytes_io_tell(Thread& thread, BytesIO& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return self.position;
}
Result<isize> bytes_io_seek(Thread& thread, BytesIO& self, isize offset, int whence) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  if (offset < 0 && whence == 0) return raise(thread, types.ValueError, "negative seek value {}", offset);
  if (whence < 0 || whence > 2) return raise(thread, types.ValueError, "invalid whence ({}, should be 0, 1 or 2)", whence);
  const isize base = whence == 0 ? 0 : whence == 1 ? self.position : self.size;
  isize position;
  if (__builtin_add_overflow(base, offset, &position)) return raise(thread, types.OverflowError, "new position too large");
  self.position = position < 0 ? 0 : position;
  return self.position;
}
Result<isize> bytes_io_truncate(Thread& thread, BytesIO& self, Value size) {
  isize length = -1;
  if (!size.is_none()) {
    if (!type_of(size).slots.index) return raise(thread, types.TypeError, "argument should be integer or None, not '{}'", type_of(size));
    length = TRY(to_isize(thread, size));
    if (length < 0) return raise(thread, types.ValueError, "negative size value {}", length);
  }
  CallGuard guard;
  TRY(enter_to_resize(thread, self, guard));
  if (size.is_none()) length = self.position;
  if (length < self.size) self.size = length;
  return length;
}
Result<void> bytes_io_close(Thread& thread, BytesIO& self) {
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (self.exports.load() > 0) return raise(thread, types.BufferError, "Existing exports of data: object cannot be re-sized");
  self.closed = true;
  buffer_free(self.block);
  self.block = nullptr;
  self.size = self.capacity = self.position = 0;
  return {};
}
Result<bool> bytes_io_true(Thread& thread, BytesIO& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return true;
}
Result<bool> bytes_io_isatty(Thread& thread, BytesIO& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return false;
}
Result<void> bytes_io_flush(Thread& thread, BytesIO& self) {
  CallGuard guard;
  return enter(thread, self, guard);
}
Result<Ref<>> bytes_io_next(Thread& thread, Value value) {
  BytesIO& self = *static_cast<BytesIO*>(value.object());
  CallGuard guard;
  TRY(enter(thread, self, guard));
  const isize count = line_length(self);
  if (count == 0) return Ref<>::adopt(Done);
  return take_locked(thread, self, count);
}
Result<Ref<>> bytes_io_iter(Thread& thread, Value value) {
  CallGuard guard;
  TRY(enter(thread, *static_cast<BytesIO*>(value.object()), guard));
  return Ref<>::share(value);
}
Result<Ref<>> bytes_io_closed(Thread&, Value value) {
  return Ref<>::adopt(Value::boolean(static_cast<BytesIO*>(value.object())->closed));
}

// State: (content, position, __dict__ or None)
Result<Ref<Tuple>> bytes_io_getstate(Thread& thread, BytesIO& self) {
  Ref<> content = TRY(bytes_io_getvalue(thread, self));
  Ref<> position = TRY(make_int(thread, TRY(bytes_io_tell(thread, self))));
  Ref<> dict = Ref<>(TRY(TRY(instance_dict(thread, self))->copy(thread)));
  if (as<Dict>(dict).length() == 0) dict = Ref<>::adopt(None);
  return Tuple::from(thread, {content, position, dict});
}
Result<void> bytes_io_setstate(Thread& thread, BytesIO& self, Value state) {
  if (!is<Tuple>(state) || as<Tuple>(state).length < 3) {
    return raise(thread, types.TypeError, "{}.__setstate__ argument should be 3-tuple, got {}", type_of(self.value()), type_of(state));
  }
  Tuple& items = as<Tuple>(state);
  const isize position = TRY(to_isize(thread, items[1]));
  if (position < 0) return raise(thread, types.ValueError, "position value cannot be negative");
  {
    CallGuard guard;
    TRY(enter_to_resize(thread, self, guard));
    self.size = self.position = 0;
  }
  TRY(bytes_io_write(thread, self, items[0]));
  self.position = position;
  if (items[2].is_none()) return {};
  if (!is<Dict>(items[2])) {
    return raise(thread, types.TypeError, "third item of state should be a dict, got a {}", type_of(items[2]));
  }
  Ref<Dict> dict = TRY(instance_dict(thread, self));
  return dict->update_from_dict(thread, as<Dict>(items[2]));
}

// What getbuffer() exports: keeps the stream from resizing.
class BytesIOBuffer final : public Object {
 public:
  Field source;
  u64 reserved;
};
void visit_exporter(Object& object, Visitor& visitor) { visitor.visit(static_cast<BytesIOBuffer&>(object).source); }
usize exporter_size(const Object&) { return sizeof(BytesIOBuffer); }
const ObjectOps kExporterOps = {"BytesIOBuffer", visit_exporter, nullptr, exporter_size};

BytesIO& exported_stream(Value exporter) {
  return *static_cast<BytesIO*>(static_cast<BytesIOBuffer*>(exporter.object())->source.peek().object());
}
Result<void> exporter_get_buffer(Thread& thread, Value exporter, Buffer& buffer, bool) {
  BytesIO& stream = exported_stream(exporter);
  CallGuard guard;
  TRY(enter(thread, stream, guard));
  if (!stream.block && !reserve_locked(stream, 1)) return raise_memory_error(thread);
  stream.exports.fetch_add(1);
  buffer.data = stream.block;
  buffer.size = stream.size;
  buffer.read_only = false;
  return {};
}
void exporter_release_buffer(Value exporter, Buffer&) { exported_stream(exporter).exports.fetch_sub(1); }

Result<Ref<>> bytes_io_getbuffer(Thread& thread, BytesIO& self) {
  {
    CallGuard guard;
    TRY(enter(thread, self, guard));
  }
  Ref<BytesIOBuffer> exporter = TRY(new_object<BytesIOBuffer>(thread, *io_types.bytes_io_buffer));
  exporter->source.initialize(Ref<>::share(self.value()));
  return Ref<>(TRY(make_memoryview(thread, exporter.value())));
}

constexpr MethodSpec kMethods[] = {
    def<bytes_io_read>("read(size=-1, /)", "Read at most size bytes, returned as a bytes object."),
    def<bytes_io_read>("read1(size=-1, /)", "Read at most size bytes, returned as a bytes object."),
    def<bytes_io_readline>("readline(size=-1, /)", "Next line from the file, as a bytes object."),
    def<bytes_io_readlines>("readlines(size=None, /)", "List of bytes objects, each a line from the file."),
    def<bytes_io_readinto>("readinto(buffer, /)", "Read bytes into buffer."),
    def<bytes_io_readinto>("readinto1(buffer, /)", "Read bytes into buffer."),
    def<bytes_io_write>("write(b, /)", "Write bytes to file."),
    def<bytes_io_writelines>("writelines(lines, /)", "Write lines to the file."),
    def<bytes_io_getvalue>("getvalue()", "Retrieve the entire contents of the BytesIO object."),
    def<bytes_io_getbuffer>("getbuffer()", "Get a read-write view over the contents of the BytesIO object."),
    def<bytes_io_tell>("tell()", "Current file position, an integer."),
    def<bytes_io_seek>("seek(pos, whence=0, /)", "Change stream position."),
    def<bytes_io_truncate>("truncate(size=None, /)", "Truncate the file to at most size bytes."),
    def<bytes_io_close>("close()", "Disable all I/O operations."),
    def<bytes_io_flush>("flush()", "Does nothing."),
    def<bytes_io_true>("readable()", "Returns True if the IO object can be read."),
    def<bytes_io_true>("writable()", "Returns True if the IO object can be written."),
    def<bytes_io_true>("seekable()", "Returns True if the IO object can be seeked."),
    def<bytes_io_isatty>("isatty()", "Always returns False."),
    def<bytes_io_getstate>("__getstate__()", nullptr),
    def<bytes_io_setstate>("__setstate__(state, /)", nullptr),
};
constexpr PropertySpec kProperties[] = {{"closed", "True if the file is closed.", bytes_io_closed}};
constexpr TypeSpec kBytesIOSpec = {.name = "_io.BytesIO",
                                   .doc = "Buffered I/O implementation using an in-memory bytes buffer.",
                                   .methods = kMethods,
                                   .method_count = std::size(kMethods),
                                   .properties = kProperties,
                                   .property_count = std::size(kProperties),
                                   .slots = {.iter = bytes_io_iter, .next = bytes_io_next, .init = bytes_io_init, .new_ = bytes_io_new},
                                   .ops = &kBytesIOOps,
                                   .size = sizeof(BytesIO),
                                   .flags = static_cast<u32>(TypeFlag::Subclassable)};
constexpr TypeSpec kExporterSpec = {.name = "_io._BytesIOBuffer",
                                    .doc = nullptr,
                                    .slots = {.get_buffer = exporter_get_buffer, .release_buffer = exporter_release_buffer},
                                    .ops = &kExporterOps,
                                    .size = sizeof(BytesIOBuffer),
                                    .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace

void add_string_io(Thread& thread, Module& module);

void add_memory_types(Thread& thread, Module& module) {
  io_types.bytes_io = MUST(add_type_to_module(thread, module, kBytesIOSpec, io_types.buffered_io_base));
  io_types.bytes_io_buffer = &make_builtin_type(thread, kExporterSpec);
  finish_builtin_type(thread, *io_types.bytes_io_buffer);
  add_string_io(thread, module);
}

}  // namespace py::io
