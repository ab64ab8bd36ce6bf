#include "core/bind/member_values.h"
#include "core/modules/io/file_io.h"
#include "core/modules/writable_buffer.h"

#include "core/base/text/byte_builder.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/system_call.h"
#include "core/modules/warning.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/audit.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace py::io {

namespace {

constexpr isize kMaxTransfer = 0x7ffff000;

void visit_file(Object& object, Visitor& visitor) { visit_attributes(object, visitor); }
usize file_size(const Object& object) { return type_of_object(object).allocation_size(); }
// What no finaliser closed, because the world ends or memory is exhausted.
void release_file(Object& object) {
  FileIO& file = static_cast<FileIO&>(object);
  const int fd = file.fd.load(std::memory_order_relaxed);
  if (fd >= 0 && file.closefd) ::close(fd);
  release_attributes(object);
}
const ObjectOps kFileOps = {"FileIO", visit_file, release_file, file_size};

FileIO& file_of(Value self) { return *static_cast<FileIO*>(self.object()); }
Failure raise_closed(Thread& thread) { return raise(thread, types.ValueError, "I/O operation on closed file"); }
Failure raise_mode(Thread& thread, const char* action) {
  return raise_unsupported(thread, action[0] == 'r' ? "File not open for reading" : "File not open for writing");
}

Result<Ref<>> file_new(Thread& thread, Type& type, const Arguments&) {
  Ref<FileIO> file = TRY(new_object<FileIO>(thread, type));
  file->fd.store(-1);
  file->created = file->readable = file->writable = file->appending = file->finalizing = false;
  file->closefd = true;
  file->seekable.store(-1);
  file->block_size = 0;
  return Ref<>(std::move(file));
}

// close(2), never repeated.
Result<void> close_descriptor(Thread& thread, FileIO& file) {
  const int fd = file.fd.exchange(-1);
  if (fd < 0) return {};
  int result, error;
  {
    Detached detached(thread);
    result = ::close(fd);
    error = errno;
  }
  if (result < 0 && error != EINTR) return raise_os_error(thread, error);
  return {};
}

struct OpenFlags {
  int flags = 0;
  bool created = false, readable = false, writable = false, appending = false;
};
Failure bad_mode(Thread& thread) {
  return raise(thread, types.ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
}
Result<OpenFlags> parse_mode(Thread& thread, const std::string& mode) {
  OpenFlags result;
  bool chosen = false, plus = false;
  for (char c : mode) {
    switch (c) {
      case 'x': case 'r': case 'w': case 'a':
        if (chosen) return bad_mode(thread);
        chosen = true;
        result.readable |= c == 'r';
        result.writable |= c != 'r';
        result.created = c == 'x';
        result.appending = c == 'a';
        if (c == 'x') result.flags |= O_EXCL | O_CREAT;
        if (c == 'w') result.flags |= O_CREAT | O_TRUNC;
        if (c == 'a') result.flags |= O_APPEND | O_CREAT;
        break;
      case 'b': break;
      case '+':
        if (plus) return bad_mode(thread);
        plus = true;
        break;
      default: return raise(thread, types.ValueError, "invalid mode: {}", mode);
    }
  }
  if (!chosen) return bad_mode(thread);
  if (plus) result.readable = result.writable = true;
  result.flags |= result.readable && result.writable ? O_RDWR : result.readable ? O_RDONLY : O_WRONLY;
  result.flags |= O_CLOEXEC;
  return result;
}

Result<int> open_by_name(Thread& thread, Value name, int flags) {
  PathArgument path = TRY(to_path(thread, name, PathForm::Path, "open", "file"));
  return static_cast<int>(TRY(call_or_raise(thread, [&] { return ::open(path.c_str(), flags, 0666); }, name)));
}
Result<int> open_by_opener(Thread& thread, Value opener, Value name, int flags) {
  Ref<> result = TRY(call(thread, opener, {name, Value::integer(flags)}));
  if (!is_integer(result)) return raise(thread, types.TypeError, "expected integer from opener");
  const int fd = TRY(to_int(thread, result));
  if (fd < 0) return raise(thread, types.ValueError, "opener returned {}", fd);
  const int old = fcntl(fd, F_GETFD);
  if (old >= 0 && !(old & FD_CLOEXEC)) fcntl(fd, F_SETFD, old | FD_CLOEXEC);
  return fd;
}

// The descriptor must be one, and no directory. Learns the preferred block size.
Result<void> examine(Thread& thread, FileIO& file, Value name) {
  const int fd = file.fd.load();
  struct stat status;
  const SystemResult result = TRY(call_blocking(thread, [&] { return fstat(fd, &status); }));
  if (result.error == EBADF) return raise_os_error(thread, EBADF);
  file.block_size = static_cast<u32>(kDefaultBufferSize);
  if (result.error) return {};
  if (S_ISDIR(status.st_mode)) return raise_os_error(thread, EISDIR, name);
  if (status.st_blksize > 1) file.block_size = static_cast<u32>(status.st_blksize);
  return {};
}

Result<void> open_into(Thread& thread, Value self, Value name, const std::string& mode, bool closefd, Value opener) {
  FileIO& file = file_of(self);
  const OpenFlags flags = TRY(parse_mode(thread, mode));
  file.created = flags.created, file.readable = flags.readable, file.writable = flags.writable, file.appending = flags.appending;
  file.seekable.store(-1);
  file.closefd = closefd;
  if (has_audit_hooks.load(std::memory_order_relaxed)) {
    Ref<Str> shown = TRY(Str::from_utf8(thread, mode));
    TRY(audit(thread, "open", {name, shown.value(), Value::integer(flags.flags)}));
  }
  if (is_integer(name)) {
    const int fd = TRY(to_int(thread, name));
    if (fd < 0) return raise(thread, types.ValueError, "negative file descriptor");
    file.fd.store(fd);
  } else {
    if (!closefd) return raise(thread, types.ValueError, "Cannot use closefd=False with file name");
    file.fd.store(opener.is_none() ? TRY(open_by_name(thread, name, flags.flags)) : TRY(open_by_opener(thread, opener, name, flags.flags)));
  }
  TRY(examine(thread, file, name));
  TRY(set_attribute(thread, self, names::name(), name));
  if (flags.appending) (void)lseek(file.fd.load(), 0, SEEK_END);  // a pipe cannot: no matter
  return {};
}

Result<void> file_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "FileIO(file, mode='r', closefd=True, opener=None)", arguments);
  FileIO& file = file_of(self);
  if (file.fd.load() >= 0) {
    if (file.closefd) {
      TRY(close_descriptor(thread, file));
    } else {
      file.fd.store(-1);
    }
  }
  if (is_float(bound[0])) return raise(thread, types.TypeError, "integer argument expected, got float");
  std::string mode = "r";
  if (bound[1] != Unbound) {
    if (!is<Str>(bound[1])) return raise(thread, types.TypeError, "FileIO() argument 'mode' must be str, not {}", type_of(bound[1]));
    mode = as<Str>(bound[1]).utf8();
  }
  const bool closefd = TRY(is_true(thread, bound[2]));
  const bool by_descriptor = is_integer(bound[0]);
  Result<void> opened = open_into(thread, self, bound[0], mode, closefd, bound[3]);
  if (opened.failed()) {
    Ref<> error = take_pending(thread);
    if (by_descriptor) {
      file.fd.store(-1);  // it is the caller's
    } else if (close_descriptor(thread, file).failed()) {
      clear_pending(thread);
    }
    return raise_value(thread, error);
  }
  return {};
}

Result<int> usable_fd(Thread& thread, FileIO& file) {
  const int fd = file.fd.load(std::memory_order_relaxed);
  if (UNLIKELY(fd < 0)) return raise_closed(thread);
  return fd;
}

Result<Ref<>> file_close(Thread& thread, Value self) {
  FileIO& file = file_of(self);
  // The base class marks the object closed and flushes what a subclass added.
  Ref<> base_close = Ref<>::share(io_types.io_base->lookup(names::close()));
  Result<Ref<>> base = call(thread, base_close, {self});
  Ref<> error = base.failed() ? take_pending(thread) : Ref<>();
  if (!file.closefd) {
    file.fd.store(-1);
  } else {
    if (file.finalizing && file.fd.load() >= 0) warn_unclosed(thread, self, "unclosed file {!r}");
    if (close_descriptor(thread, file).failed() && !error.is_empty()) clear_pending(thread);
  }
  if (!error.is_empty()) return raise_value(thread, error);
  if (thread.has_pending()) return failure;
  return Ref<>::adopt(None);
}
Result<void> file_dealloc_warn(Thread& thread, Value self, Value source) {
  FileIO& file = file_of(self);
  if (file.fd.load() >= 0 && file.closefd) warn_unclosed(thread, source, "unclosed file {!r}");
  return {};
}

Result<Ref<>> file_readinto(Thread& thread, Value self, Value target) {
  FileIO& file = file_of(self);
  TRY(usable_fd(thread, file));
  if (!file.readable) return raise_mode(thread, "reading");
  Buffer buffer = TRY(get_writable_buffer(thread, target, "readinto() argument"));
  const isize count = TRY(file_read_into(thread, file, buffer.data, buffer.size));
  if (count < 0) return Ref<>::adopt(None);
  return make_int(thread, count);
}

// How much to make room for: what is left of the file, if it has a length.
isize expected_size(int fd) {
  struct stat status;
  const off_t position = lseek(fd, 0, SEEK_CUR);
  if (position < 0 || fstat(fd, &status) < 0 || status.st_size <= position) return kDefaultBufferSize;
  return static_cast<isize>(status.st_size - position) + 1;
}
Result<Ref<>> file_readall(Thread& thread, Value self) {
  FileIO& file = file_of(self);
  const int fd = TRY(usable_fd(thread, file));
  if (!file.readable) return raise_mode(thread, "reading");
  ByteBuilder all;
  isize room = expected_size(fd);
  bool any = false;
  for (;;) {
    char* place = all.reserve(static_cast<usize>(room));
    if (!place) return raise_memory_error(thread);
    const isize count = TRY(file_read_into(thread, file, place, room));
    if (count < 0) {
      if (!any) return Ref<>::adopt(None);
      break;
    }
    any = true;
    if (count == 0) break;
    all.commit(static_cast<usize>(count));
    room = count < room ? room - count : static_cast<isize>(all.size() / 2) + kDefaultBufferSize;
    if (room < 1) room = kDefaultBufferSize;
  }
  return Ref<>(TRY(Bytes::from(thread, {all.data(), all.size()})));
}
Result<Ref<>> file_read(Thread& thread, Value self, Value size) {
  FileIO& file = file_of(self);
  TRY(usable_fd(thread, file));
  if (!file.readable) return raise_mode(thread, "reading");
  isize count = TRY(to_size(thread, size));
  if (count < 0) return file_readall(thread, self);
  if (count > kMaxTransfer) count = kMaxTransfer;
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, count));
  const isize got = TRY(file_read_into(thread, file, bytes->data(), count));
  if (got < 0) return Ref<>::adopt(None);
  if (got == count) return Ref<>(std::move(bytes));
  return Ref<>(TRY(Bytes::from(thread, bytes->view().substr(0, static_cast<usize>(got)))));
}
Result<Ref<>> file_write(Thread& thread, Value self, Value source) {
  FileIO& file = file_of(self);
  TRY(usable_fd(thread, file));
  if (!file.writable) return raise_mode(thread, "writing");
  Buffer data = TRY(get_buffer(thread, source));
  const isize count = TRY(file_write_from(thread, file, data.data, data.size));
  if (count < 0) return Ref<>::adopt(None);
  return make_int(thread, count);
}

Result<Ref<>> file_seek(Thread& thread, Value self, Value position, int whence) {
  FileIO& file = file_of(self);
  const int fd = TRY(usable_fd(thread, file));
  const i64 offset = TRY(to_offset(thread, position));
  const i64 result = TRY(call_or_raise(thread, [&] { return lseek(fd, offset, whence); }));
  if (file.seekable.load() < 0) file.seekable.store(1);
  return make_int(thread, result);
}
Result<Ref<>> file_tell(Thread& thread, Value self) { return file_seek(thread, self, Value::integer(0), SEEK_CUR); }
Result<bool> file_seekable(Thread& thread, Value self) {
  FileIO& file = file_of(self);
  const int fd = TRY(usable_fd(thread, file));
  if (file.seekable.load() < 0) file.seekable.store(lseek(fd, 0, SEEK_CUR) >= 0);
  return file.seekable.load() > 0;
}
Result<Ref<>> file_truncate(Thread& thread, Value self, Value size) {
  FileIO& file = file_of(self);
  const int fd = TRY(usable_fd(thread, file));
  if (!file.writable) return raise_mode(thread, "writing");
  Ref<> length = size.is_none() ? TRY(file_tell(thread, self)) : Ref<>::share(size);
  const i64 bytes = TRY(to_offset(thread, length));
  TRY(call_or_raise(thread, [&] { return ftruncate(fd, bytes); }));
  return length;
}
Result<bool> file_readable(Thread& thread, Value self) {
  TRY(usable_fd(thread, file_of(self)));
  return file_of(self).readable.load();
}
Result<bool> file_writable(Thread& thread, Value self) {
  TRY(usable_fd(thread, file_of(self)));
  return file_of(self).writable.load();
}
Result<int> file_fileno(Thread& thread, Value self) { return usable_fd(thread, file_of(self)); }
Result<bool> file_isatty(Thread& thread, Value self) {
  const int fd = TRY(usable_fd(thread, file_of(self)));
  Detached detached(thread);
  return isatty(fd) == 1;
}

const char* mode_of(const FileIO& file) {
  if (file.created) return file.readable ? "xb+" : "xb";
  if (file.appending) return file.readable ? "ab+" : "ab";
  if (file.readable) return file.writable ? "rb+" : "rb";
  return "wb";
}
Result<Ref<>> file_repr(Thread& thread, Value self) {
  FileIO& file = file_of(self);
  const int fd = file.fd.load();
  if (fd < 0) return Ref<>(TRY(format_str(thread, "<{} [closed]>", "_io.FileIO")));
  Ref<> name = TRY(get_attribute_or_empty(thread, self, names::name()));
  const char* closefd = file.closefd ? "True" : "False";
  if (name.is_empty()) return Ref<>(TRY(format_str(thread, "<_io.FileIO fd={} mode='{}' closefd={}>", fd, mode_of(file), closefd)));
  return Ref<>(TRY(format_str(thread, "<_io.FileIO name={!r} mode='{}' closefd={}>", name.value(), mode_of(file), closefd)));
}
Failure cannot_pickle(Thread& thread, Value self) { return raise(thread, types.TypeError, "cannot pickle '{}' object", type_of(self)); }
Result<Ref<>> file_getstate(Thread& thread, Value self) { return cannot_pickle(thread, self); }
Result<Ref<>> file_reduce_ex(Thread& thread, Value self, Value) { return cannot_pickle(thread, self); }

Result<Ref<>> get_closed(Thread&, Value self) { return Ref<>::adopt(Value::boolean(file_of(self).fd.load() < 0)); }
Result<Ref<>> get_closefd(Thread&, Value self) { return Ref<>::adopt(Value::boolean(file_of(self).closefd)); }
Result<Ref<>> get_mode(Thread& thread, Value self) { return Ref<>(TRY(Str::from_ascii(thread, mode_of(file_of(self))))); }
Result<Ref<>> get_block_size(Thread&, Value self) { return Ref<>::adopt(Value::integer(file_of(self).block_size)); }
Result<void> set_block_size(Thread& thread, Value self, Value value) {
  TRY(check_not_deleted(thread, value));
  file_of(self).block_size = static_cast<u32>(TRY(to_int(thread, value)));
  return {};
}
Result<Ref<>> get_finalizing(Thread&, Value self) { return Ref<>::adopt(Value::boolean(file_of(self).finalizing)); }
Result<void> set_finalizing(Thread& thread, Value self, Value value) {
  file_of(self).finalizing = TRY(to_member_bool(thread, value));
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<file_read>("read(size=-1, /)", "Read at most size bytes, returned as bytes."),
    def<file_readall>("readall()", "Read all data from the file, returned as bytes."),
    def<file_readinto>("readinto(buffer, /)", "Same as RawIOBase.readinto()."),
    def<file_write>("write(b, /)", "Write buffer b to file, return number of bytes written."),
    def<file_seek>("seek(pos, whence=0, /)", "Move to new file position and return the file position."),
    def<file_tell>("tell()", "Current file position."),
    def<file_truncate>("truncate(size=None, /)", "Truncate the file to at most size bytes and return the truncated size."),
    def<file_close>("close()", "Close the file."),
    def<file_seekable>("seekable()", "True if file supports random-access."),
    def<file_readable>("readable()", "True if file was opened in a read mode."),
    def<file_writable>("writable()", "True if file was opened in a write mode."),
    def<file_fileno>("fileno()", "Return the underlying file descriptor (an integer)."),
    def<file_isatty>("isatty()", "True if the file is connected to a TTY device."),
    def<file_dealloc_warn>("_dealloc_warn(source, /)", nullptr),
    def<file_getstate>("__getstate__()", nullptr),
    def<file_reduce_ex>("__reduce_ex__(protocol, /)", nullptr),
};
constexpr PropertySpec kProperties[] = {
    {"closed", "True if the file is closed", get_closed},
    {"closefd", "True if the file descriptor will be closed by close().", get_closefd},
    {"mode", "String giving the file mode", get_mode},
    {"_blksize", nullptr, get_block_size, set_block_size},
    {"_finalizing", nullptr, get_finalizing, set_finalizing},
};
constexpr TypeSpec kFileSpec = {.name = "_io.FileIO",
                                .doc = "Open a file.",
                                .methods = kMethods,
                                .method_count = std::size(kMethods),
                                .properties = kProperties,
                                .property_count = std::size(kProperties),
                                .slots = {.repr = file_repr, .init = file_init, .new_ = file_new},
                                .ops = &kFileOps,
                                .size = sizeof(FileIO),
                                .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace

Result<isize> file_read_into(Thread& thread, FileIO& file, void* data, isize size) {
  if (size > kMaxTransfer) size = kMaxTransfer;
  const int fd = TRY(usable_fd(thread, file));
  const SystemResult result = TRY(call_blocking(thread, [&] { return ::read(fd, data, static_cast<usize>(size)); }));
  if (result.error == EAGAIN) return isize{-1};
  if (result.error) return raise_os_error(thread, result.error);
  return static_cast<isize>(result.value);
}
Result<isize> file_write_from(Thread& thread, FileIO& file, const void* data, isize size) {
  if (size > kMaxTransfer) size = kMaxTransfer;
  const int fd = TRY(usable_fd(thread, file));
  const SystemResult result = TRY(call_blocking(thread, [&] { return ::write(fd, data, static_cast<usize>(size)); }));
  if (result.error == EAGAIN) return isize{-1};
  if (result.error) return raise_os_error(thread, result.error);
  return static_cast<isize>(result.value);
}

void add_file_type(Thread& thread, Module& module) {
  io_types.file_io = MUST(add_type_to_module(thread, module, kFileSpec, io_types.raw_io_base));
}

}  // namespace py::io
