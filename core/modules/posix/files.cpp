// Descriptors: opening, closing, duplicating, and their flags.
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace py::posix {

namespace {

Result<int> os_open(Thread& thread, Path& path, int flags, int mode, DirFd dir) {
  return static_cast<int>(
      TRY(call_or_raise(thread, [&] { return openat(dir.fd, path.c_str(), flags | O_CLOEXEC, mode); }, path.name())));
}

// close() is never repeated: after EINTR the descriptor is gone.
Result<void> os_close(Thread& thread, int fd) {
  int result, error;
  {
    Detached detached(thread);
    result = close(fd);
    error = errno;
  }
  if (result < 0 && error != EINTR) return raise_os_error(thread, error);
  return {};
}

Result<void> os_closerange(Thread& thread, int low, int high) {
  Detached detached(thread);
  if (low < 0) low = 0;
  if (low < high) (void)close_range(static_cast<unsigned>(low), static_cast<unsigned>(high) - 1, 0);
  return {};
}

Result<int> os_dup(Thread& thread, int fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return raise_os_error(thread, errno);
  return copy;
}
Result<int> os_dup2(Thread& thread, int fd, int fd2, bool inheritable) {
  if (fd < 0 || fd2 < 0) return raise_os_error(thread, EBADF);
  return static_cast<int>(TRY(call_or_raise(thread, [&] {
    // dup3 refuses to duplicate a descriptor onto itself, dup2 leaves it as it is.
    return inheritable || fd == fd2 ? dup2(fd, fd2) : dup3(fd, fd2, O_CLOEXEC);
  })));
}

Result<Ref<Tuple>> fd_pair(Thread& thread, const int fds[2]) { return Tuple::from(thread, {Value::integer(fds[0]), Value::integer(fds[1])}); }
Result<Ref<Tuple>> os_pipe(Thread& thread) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) < 0) return raise_os_error(thread, errno);
  return fd_pair(thread, fds);
}
Result<Ref<Tuple>> os_pipe2(Thread& thread, int flags) {
  int fds[2];
  if (pipe2(fds, flags) < 0) return raise_os_error(thread, errno);
  return fd_pair(thread, fds);
}

Result<bool> os_isatty(Thread& thread, int fd) {
  Detached detached(thread);
  return isatty(fd) == 1;
}

Result<bool> os_get_inheritable(Thread& thread, int fd) {
  const int flags = fcntl(fd, F_GETFD);
  if (flags < 0) return raise_os_error(thread, errno);
  return !(flags & FD_CLOEXEC);
}
Result<void> os_set_inheritable(Thread& thread, int fd, int inheritable) {
  const int flags = fcntl(fd, F_GETFD);
  if (flags < 0 || fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC) < 0) return raise_os_error(thread, errno);
  return {};
}
Result<bool> os_get_blocking(Thread& thread, int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return raise_os_error(thread, errno);
  return !(flags & O_NONBLOCK);
}
Result<void> os_set_blocking(Thread& thread, int fd, bool blocking) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0) return raise_os_error(thread, errno);
  return {};
}

Result<void> os_fsync(Thread& thread, Descriptor fd) {
  TRY(call_or_raise(thread, [&] { return fsync(fd); }));
  return {};
}
Result<void> os_fdatasync(Thread& thread, Descriptor fd) {
  TRY(call_or_raise(thread, [&] { return fdatasync(fd); }));
  return {};
}
Result<void> os_sync(Thread& thread) {
  Detached detached(thread);
  sync();
  return {};
}

Result<void> os_truncate(Thread& thread, PathOrFd& path, isize length) {
  TRY(call_or_raise(thread, [&] { return path.is_fd ? ftruncate(path.fd, length) : truncate(path.c_str(), length); }, path.name()));
  return {};
}
Result<void> os_ftruncate(Thread& thread, int fd, isize length) {
  TRY(call_or_raise(thread, [&] { return ftruncate(fd, length); }));
  return {};
}

Result<void> os_lockf(Thread& thread, int fd, int command, isize length) {
  TRY(call_or_raise(thread, [&] { return lockf(fd, command, length); }));
  return {};
}
// These two report their error as the result.
Result<void> os_posix_fallocate(Thread& thread, int fd, isize offset, isize length) {
  TRY(call_or_raise(thread, [&] { return (errno = posix_fallocate(fd, offset, length)) ? -1 : 0; }));
  return {};
}
Result<void> os_posix_fadvise(Thread& thread, int fd, isize offset, isize length, int advice) {
  TRY(call_or_raise(thread, [&] { return (errno = posix_fadvise(fd, offset, length, advice)) ? -1 : 0; }));
  return {};
}

Result<int> os_memfd_create(Thread& thread, Path& name, Value flags) {
  const unsigned bits = flags == Unbound ? MFD_CLOEXEC : static_cast<unsigned>(TRY(to_u64(thread, flags)));
  return static_cast<int>(TRY(call_or_raise(thread, [&] { return memfd_create(name.c_str(), bits); })));
}

Result<int> os_eventfd(Thread& thread, u64 initial, Value flags) {
  const int bits = flags == Unbound ? EFD_CLOEXEC : TRY(to_int(thread, flags));
  return static_cast<int>(TRY(call_or_raise(thread, [&] { return eventfd(static_cast<unsigned>(initial), bits); })));
}
Result<u64> os_eventfd_read(Thread& thread, Descriptor fd) {
  eventfd_t count = 0;
  TRY(call_or_raise(thread, [&] { return eventfd_read(fd, &count); }));
  return u64{count};
}
Result<void> os_eventfd_write(Thread& thread, Descriptor fd, u64 value) {
  TRY(call_or_raise(thread, [&] { return eventfd_write(fd, value); }));
  return {};
}

Result<Ref<>> os_device_encoding(Thread& thread, int fd) {
  bool terminal;
  {
    Detached detached(thread);
    terminal = isatty(fd) == 1;
  }
  if (!terminal) return Ref<>::adopt(None);
  return Ref<>(TRY(Str::from_ascii(thread, "UTF-8")));
}

constexpr MethodSpec kFunctions[] = {
    function<os_open>("open(path, flags, mode=511, *, dir_fd=None)", "Open a file for low level IO.  Returns a file descriptor (integer)."),
    function<os_close>("close(fd)", "Close a file descriptor."),
    function<os_closerange>("closerange(fd_low, fd_high, /)", "Closes all file descriptors in [fd_low, fd_high), ignoring errors."),
    function<os_dup>("dup(fd, /)", "Return a duplicate of a file descriptor."),
    function<os_dup2>("dup2(fd, fd2, inheritable=True)", "Duplicate file descriptor."),
    function<os_pipe>("pipe()", "Create a pipe. Returns a tuple of two file descriptors: (read_fd, write_fd)"),
    function<os_pipe2>("pipe2(flags, /)", "Create a pipe with flags set atomically."),
    function<os_isatty>("isatty(fd, /)", "Return True if the fd is connected to a terminal."),
    function<os_get_inheritable>("get_inheritable(fd, /)", "Get the close-on-exe flag of the specified file descriptor."),
    function<os_set_inheritable>("set_inheritable(fd, inheritable, /)", "Set the inheritable flag of the specified file descriptor."),
    function<os_get_blocking>("get_blocking(fd, /)", "Get the blocking mode of the file descriptor."),
    function<os_set_blocking>("set_blocking(fd, blocking, /)", "Set the blocking mode of the specified file descriptor."),
    function<os_fsync>("fsync(fd)", "Force write of fd to disk."),
    function<os_fdatasync>("fdatasync(fd)", "Force write of fd to disk without forcing update of metadata."),
    function<os_sync>("sync()", "Force write of everything to disk."),
    function<os_truncate>("truncate(path, length)", "Truncate a file, specified by path, to a specific length."),
    function<os_ftruncate>("ftruncate(fd, length, /)", "Truncate a file, specified by file descriptor, to a specific length."),
    function<os_lockf>("lockf(fd, command, length, /)", "Apply, test or remove a POSIX lock on an open file descriptor."),
    function<os_posix_fallocate>("posix_fallocate(fd, offset, length, /)", "Ensure a file has allocated at least a particular number of bytes on disk."),
    function<os_posix_fadvise>("posix_fadvise(fd, offset, length, advice, /)", "Announce an intention to access data in a specific pattern."),
    function<os_memfd_create>("memfd_create(name, flags=MFD_CLOEXEC)", "Create an anonymous file that lives in memory."),
    function<os_eventfd>("eventfd(initval, flags=EFD_CLOEXEC)", "Creates and returns an event notification file descriptor."),
    function<os_eventfd_read>("eventfd_read(fd)", "Read eventfd value"),
    function<os_eventfd_write>("eventfd_write(fd, value)", "Write eventfd value."),
    function<os_device_encoding>("device_encoding(fd)", "Return a string describing the encoding of a terminal's file descriptor."),
};

}  // namespace

const std::span<const MethodSpec> kFileFunctions = kFunctions;

}  // namespace py::posix
