// mmap: the type, and the module.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "core/builtins/bytes_like.h"
#include "core/modules/mmap/mapping.h"
#include "core/modules/registry.h"
#include "core/modules/system_call.h"
#include "core/object/allocate.h"
#include "core/object/function.h"
#include "core/object/layout.h"

namespace py::mappings {

Result<void> enter(Thread& thread, Mapping& self, io::CallGuard& guard) {
  TRY(guard.enter_again(thread, self, self.lock));
  if (!self.data) return raise(thread, types.ValueError, "mmap closed or invalid");
  return {};
}
Result<void> enter_to_write(Thread& thread, Mapping& self, io::CallGuard& guard) {
  TRY(enter(thread, self, guard));
  if (self.access == Access::Read) return raise(thread, types.TypeError, "mmap can't modify a readonly memory map.");
  return {};
}
Result<void> check_movable(Thread& thread, Mapping& self, const char* message) {
  if (self.exports.load() > 0) return raise(thread, types.BufferError, message);
  return {};
}

namespace {

void unmap(Mapping& self) {
  if (self.data) munmap(self.data, static_cast<usize>(self.size));
  if (self.fd >= 0) close(self.fd);
  self.data = nullptr;
  self.fd = -1;
}
void release(Object& object) {
  unmap(static_cast<Mapping&>(object));
  release_attributes(object);
}

// Creation

struct Request {
  int fd, flags, protection;
  isize length;
  i64 offset;
  Access access;
};

Result<void> apply_access(Thread& thread, Request& request) {
  const bool plain = request.flags == MAP_SHARED && request.protection == (PROT_READ | PROT_WRITE);
  if (request.access != Access::Default && !plain)
    return raise(thread, types.ValueError, "mmap can't specify both access, flags.");
  switch (request.access) {
    case Access::Read: request.protection = PROT_READ; return {};
    case Access::Write: return {};
    case Access::Copy: request.flags = MAP_PRIVATE; return {};
    case Access::Default: break;
    default: return raise(thread, types.ValueError, "mmap invalid access parameter.");
  }
  if ((request.protection & PROT_READ) && (request.protection & PROT_WRITE)) return {};
  request.access = request.protection & PROT_WRITE ? Access::Write : Access::Read;
  return {};
}

// The length of the part that is mapped: the rest of the file for 0.
Result<void> apply_file_size(Thread& thread, Request& request) {
  struct stat status;
  if (request.fd == -1) return {};
  if (fstat(request.fd, &status) < 0) return raise_os_error(thread, errno);
  if (!S_ISREG(status.st_mode)) return {};
  if (request.length == 0) {
    if (status.st_size == 0) return raise(thread, types.ValueError, "cannot mmap an empty file");
    if (request.offset >= status.st_size)
      return raise(thread, types.ValueError, "mmap offset is greater than file size");
    request.length = status.st_size - request.offset;
  } else if (request.offset > status.st_size || status.st_size - request.offset < request.length) {
    return raise(thread, types.ValueError, "mmap length is greater than file size");
  }
  return {};
}

Result<Ref<>> mapping_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "mmap(fileno, length, flags=1, prot=3, access=0, offset=0)", arguments);
  Request request{TRY(to_int(thread, bound[0])), TRY(to_int(thread, bound[2])),
                  TRY(to_int(thread, bound[3])), TRY(to_isize(thread, bound[1])),
                  TRY(to_i64(thread, bound[5])), static_cast<Access>(TRY(to_int(thread, bound[4])))};
  if (request.length < 0) return raise(thread, types.OverflowError, "memory mapped length must be positive");
  if (request.offset < 0) return raise(thread, types.OverflowError, "memory mapped offset must be positive");
  TRY(apply_access(thread, request));
  TRY(apply_file_size(thread, request));
  Ref<Mapping> mapping = TRY(new_object<Mapping>(thread, type));
  mapping->data = nullptr;
  mapping->fd = -1;
  mapping->size = request.length;
  mapping->position = 0;
  mapping->offset = request.offset;
  mapping->access = request.access;
  mapping->lock.reset();
  mapping->exports.store(0);
  if (request.fd != -1) {
    mapping->fd = fcntl(request.fd, F_DUPFD_CLOEXEC, 0);
    if (mapping->fd < 0) return raise_os_error(thread, errno);
  } else {
    request.flags |= MAP_ANONYMOUS;
  }
  mapping->flags = request.flags;
  void* data =
      mmap(nullptr, static_cast<usize>(request.length), request.protection, request.flags, mapping->fd, request.offset);
  if (data == MAP_FAILED) return raise_os_error(thread, errno);
  mapping->data = static_cast<u8*>(data);
  return Ref<>(std::move(mapping));
}

// The whole

Result<void> mapping_close(Thread& thread, Value value) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  TRY(check_movable(thread, self, "cannot close exported pointers exist"));
  unmap(self);
  return {};
}
Result<Ref<>> mapping_closed(Thread& thread, Value value) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  return Ref<>::adopt(Value::boolean(self.data == nullptr));
}
Result<Ref<>> mapping_enter(Thread& thread, Value value) {
  io::CallGuard guard;
  TRY(enter(thread, mapping_of(value), guard));
  return Ref<>::share(value);
}
Result<Ref<>> mapping_exit(Thread& thread, Value value, Rest) { return call_method(thread, value, "close"); }

Result<isize> mapping_size(Thread& thread, Value value) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  if (self.fd < 0) return raise_os_error(thread, EBADF);
  struct stat status;
  if (fstat(self.fd, &status) < 0) return raise_os_error(thread, errno);
  return static_cast<isize>(status.st_size);
}
Result<void> mapping_resize(Thread& thread, Value value, isize size) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  TRY(check_movable(thread, self, "mmap can't resize with extant buffers exported."));
  if (self.access != Access::Write && self.access != Access::Default) {
    return raise(thread, types.TypeError, "mmap can't resize a readonly or copy-on-write memory map.");
  }
  if (size < 0 || PTRDIFF_MAX - size < self.offset) return raise(thread, types.ValueError, "new size out of range");
  if (self.fd >= 0 && ftruncate(self.fd, self.offset + size) < 0) return raise_os_error(thread, errno);
  void* data = mremap(self.data, static_cast<usize>(self.size), static_cast<usize>(size), MREMAP_MAYMOVE);
  if (data == MAP_FAILED) return raise_os_error(thread, errno);
  self.data = static_cast<u8*>(data);
  self.size = size;
  return {};
}
Result<void> mapping_flush(Thread& thread, Value value, isize offset, Value size_value) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  const isize size = size_value == Unbound ? self.size : TRY(to_isize(thread, size_value));
  if (size < 0 || offset < 0 || offset > self.size || self.size - offset < size) {
    return raise(thread, types.ValueError, "flush values out of range");
  }
  if (self.access == Access::Read || self.access == Access::Copy) return {};
  u8* data = self.data;
  TRY(call_or_raise(thread, [&] { return msync(data + offset, static_cast<usize>(size), MS_SYNC); }));
  return {};
}
Result<void> mapping_madvise(Thread& thread, Value value, int option, isize start, Value length_value) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  isize length = length_value == Unbound ? self.size : TRY(to_isize(thread, length_value));
  if (start < 0 || start >= self.size) return raise(thread, types.ValueError, "madvise start out of bounds");
  if (length < 0) return raise(thread, types.ValueError, "madvise length invalid");
  if (PTRDIFF_MAX - start < length) return raise(thread, types.OverflowError, "madvise length too large");
  if (start + length > self.size) length = self.size - start;
  if (madvise(self.data + start, static_cast<usize>(length), option) < 0) return raise_os_error(thread, errno);
  return {};
}

// Items

Result<isize> mapping_length(Thread& thread, Value value) {
  io::CallGuard guard;
  TRY(enter(thread, mapping_of(value), guard));
  return mapping_of(value).size;
}
Result<isize> checked_index(Thread& thread, Mapping& self, Value key) {
  isize index = TRY(to_isize(thread, key));
  if (index < 0) index += self.size;
  if (index < 0 || index >= self.size) return raise(thread, types.IndexError, "mmap index out of range");
  return index;
}
// What the bounds of a slice run may change the size: then they are asked again.
Result<SliceBounds> checked_bounds(Thread& thread, Mapping& self, Slice& slice) {
  while (true) {
    const isize size = self.size;
    const SliceBounds bounds = TRY(slice_bounds(thread, slice, size));
    if (!self.data) return raise(thread, types.ValueError, "mmap closed or invalid");
    if (self.size == size) return bounds;
  }
}
bool is_index(Value key) { return type_of(key).slots.index != nullptr; }

Result<Ref<>> mapping_get_item(Thread& thread, Value value, Value key) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  if (is_index(key)) {
    const isize index = TRY(checked_index(thread, self, key));
    if (!self.data) return raise(thread, types.ValueError, "mmap closed or invalid");
    return Ref<>::adopt(Value::integer(self.data[index]));
  }
  if (!is<Slice>(key)) return raise(thread, types.TypeError, "mmap indices must be integers");
  const SliceBounds bounds = TRY(checked_bounds(thread, self, as<Slice>(key)));
  Ref<Bytes> result = TRY(Bytes::allocate(thread, bounds.count));
  for (isize i = 0; i < bounds.count; ++i) result->data()[i] = self.data[bounds.start + i * bounds.step];
  return Ref<>(std::move(result));
}
Result<void> set_byte(Thread& thread, Mapping& self, Value key, Value item) {
  io::CallGuard guard;
  TRY(enter_to_write(thread, self, guard));
  const isize index = TRY(checked_index(thread, self, key));
  if (!is_index(item)) return raise(thread, types.TypeError, "mmap item value must be an int");
  const i64 byte = TRY(to_i64(thread, item));
  if (byte < 0 || byte > 255) return raise(thread, types.ValueError, "mmap item value must be in range(0, 256)");
  if (!self.data) return raise(thread, types.ValueError, "mmap closed or invalid");
  if (index >= self.size) return raise(thread, types.IndexError, "mmap index out of range");  // __index__ has made it smaller
  self.data[index] = static_cast<u8>(byte);
  return {};
}
// The source is opened before the lock is taken: it may be another map, whose lock that takes.
Result<void> set_bytes(Thread& thread, Mapping& self, Slice& slice, Value item) {
  Buffer buffer = TRY(get_buffer(thread, item));
  io::CallGuard guard;
  TRY(enter_to_write(thread, self, guard));
  const SliceBounds bounds = TRY(checked_bounds(thread, self, slice));
  if (buffer.size != bounds.count) return raise(thread, types.IndexError, "mmap slice assignment is wrong size");
  for (isize i = 0; i < bounds.count; ++i) self.data[bounds.start + i * bounds.step] = buffer.data[i];
  return {};
}
Result<void> mapping_set_item(Thread& thread, Value value, Value key, Value item) {
  Mapping& self = mapping_of(value);
  if (item != Unbound && is_index(key)) return set_byte(thread, self, key, item);
  if (item != Unbound && is<Slice>(key)) return set_bytes(thread, self, as<Slice>(key), item);
  io::CallGuard guard;
  TRY(enter_to_write(thread, self, guard));
  if (item == Unbound) return raise(thread, types.TypeError, "mmap object doesn't support item deletion");
  return raise(thread, types.TypeError, "mmap indices must be integers");
}

Result<void> open_buffer(Thread& thread, Value value, Buffer& buffer, bool) {
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(enter(thread, self, guard));
  self.exports.fetch_add(1);
  buffer.data = self.data;
  buffer.size = self.size;
  buffer.read_only = self.access == Access::Read;
  return {};
}
void close_buffer(Value value, Buffer&) { mapping_of(value).exports.fetch_sub(1); }

Result<Ref<>> mapping_repr(Thread& thread, Value value) {
  static constexpr const char* kAccess[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"};
  Mapping& self = mapping_of(value);
  io::CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (!self.data) return format_str(thread, "<{} closed=True>", type_of(value));
  return format_str(thread, "<{} closed=False, access={}, length={}, pos={}, offset={}>", type_of(value),
                    kAccess[static_cast<u8>(self.access)], self.size, self.position, self.offset);
}

constexpr MethodSpec kMethods[] = {
    def<mapping_close>("close()", "Unmap the memory."),
    def<mapping_size>("size()", "The length of the file."),
    def<mapping_resize>("resize(newsize, /)", "Change the size of the map and of the file, if any."),
    def<mapping_flush>("flush(offset=0, size=unset, /)", "Write changes back to the file."),
    def<mapping_madvise>("madvise(option, start=0, length=unset, /)", "Tell the system how the memory will be used."),
    def<mapping_enter>("__enter__()", nullptr),
    def<mapping_exit>("__exit__(*args)", nullptr),
};
constexpr PropertySpec kProperties[] = {{"closed", nullptr, mapping_closed}};

#define C(name) {#name, name}
constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {C(PROT_EXEC),          C(PROT_READ),       C(PROT_WRITE),       C(MAP_SHARED),
                  C(MAP_PRIVATE),        C(MAP_DENYWRITE),   C(MAP_EXECUTABLE),   {"MAP_ANON", MAP_ANONYMOUS},
                  C(MAP_ANONYMOUS),      C(MAP_POPULATE),    C(MAP_STACK),        C(MAP_NORESERVE),
                  {"ACCESS_DEFAULT", 0}, {"ACCESS_READ", 1}, {"ACCESS_WRITE", 2}, {"ACCESS_COPY", 3},
                  C(MADV_NORMAL),        C(MADV_RANDOM),     C(MADV_SEQUENTIAL),  C(MADV_WILLNEED),
                  C(MADV_DONTNEED),      C(MADV_REMOVE),     C(MADV_DONTFORK),    C(MADV_DOFORK),
                  C(MADV_HWPOISON),      C(MADV_MERGEABLE),  C(MADV_UNMERGEABLE), C(MADV_HUGEPAGE),
                  C(MADV_NOHUGEPAGE),    C(MADV_DONTDUMP),   C(MADV_DODUMP),      C(MADV_FREE)};
#undef C

Result<void> initialize(Thread& thread, Module& module) {
  static std::vector<MethodSpec> methods(std::begin(kMethods), std::end(kMethods));
  methods.insert(methods.end(), kStreamMethods.begin(), kStreamMethods.end());
  static TypeSpec spec = {.name = "mmap.mmap",
                          .doc =
                              "mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\nMaps length bytes from the "
                              "file specified by the file "
                              "descriptor fileno, or of\nanonymous memory if it is -1.",
                          .methods = methods.data(),
                          .method_count = methods.size(),
                          .properties = kProperties,
                          .property_count = std::size(kProperties),
                          .slots = {.repr = mapping_repr,
                                    .new_ = mapping_new,
                                    .length = mapping_length,
                                    .get_item = mapping_get_item,
                                    .set_item = mapping_set_item,
                                    .get_buffer = open_buffer,
                                    .release_buffer = close_buffer},
                          .ops = &Mapping::kOps,
                          .size = sizeof(Mapping),
                          .flags = static_cast<u32>(TypeFlag::Subclassable)};
  TRY(add_type_to_module(thread, module, spec));
  TRY(add_to_module(thread, module, "error", types.OSError->value()));
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  const long page = sysconf(_SC_PAGESIZE);
  TRY(add_int_to_module(thread, module, "PAGESIZE", page));
  return add_int_to_module(thread, module, "ALLOCATIONGRANULARITY", page);
}

}  // namespace

const ObjectOps Mapping::kOps = {"mmap", visit_attributes, release, fixed_size};

}  // namespace py::mappings

namespace py {

const ModuleSpec kMmapModule = {"mmap", nullptr, nullptr, 0, mappings::initialize};

}  // namespace py
