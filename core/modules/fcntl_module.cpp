// fcntl: fcntl(), ioctl(), flock(), lockf().
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <cstring>

#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"
#include "core/modules/system_call.h"

namespace py {

namespace {

constexpr usize kBlock = 1024;

// Copies a str or bytes-like argument into the block that the system call changes; false: it is an int.
Result<bool> copy_argument(Thread& thread, Value argument, u8* block, usize& size, const char* function) {
  std::string text;
  Buffer buffer;
  std::string_view bytes;
  if (is<Str>(argument)) {
    bytes = text = as<Str>(argument).utf8();
  } else if (has_buffer(argument)) {
    buffer = TRY(get_buffer(thread, argument));
    bytes = buffer.view();
  } else {
    return false;
  }
  if (bytes.size() > kBlock) return raise(thread, types.ValueError, "{} arg 3 too long", function);
  std::memcpy(block, bytes.data(), bytes.size());
  size = bytes.size();
  return true;
}
Result<u32> code_argument(Thread& thread, Value argument) {
  return argument == Unbound ? u32{0} : static_cast<u32>(TRY(to_u64_wrapping(thread, argument)));
}

Result<Ref<>> fcntl_fcntl(Thread& thread, Descriptor fd, int command, Value argument) {
  u8 block[kBlock];
  usize size;
  if (argument != Unbound && TRY(copy_argument(thread, argument, block, size, "fcntl"))) {
    TRY(call_or_raise(thread, [&] { return fcntl(fd, command, block); }));
    return Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<char*>(block), size})));
  }
  const u32 code = TRY(code_argument(thread, argument));
  return make_int(thread, TRY(call_or_raise(thread, [&] { return fcntl(fd, command, static_cast<int>(code)); })));
}

Result<Ref<>> ioctl_in_place(Thread& thread, int fd, unsigned long request, Buffer& buffer) {
  if (buffer.size > static_cast<isize>(kBlock)) {
    return make_int(thread, TRY(call_or_raise(thread, [&] { return ioctl(fd, request, buffer.data); })));
  }
  // The system may write more than the buffer holds.
  u8 block[kBlock + 1] = {};
  std::memcpy(block, buffer.data, static_cast<usize>(buffer.size));
  const i64 answer = TRY(call_or_raise(thread, [&] { return ioctl(fd, request, block); }));
  std::memcpy(buffer.data, block, static_cast<usize>(buffer.size));
  return make_int(thread, answer);
}

Result<Ref<>> fcntl_ioctl(Thread& thread, Descriptor fd, Value request_value, Value argument, bool mutate) {
  const unsigned long request = static_cast<u32>(TRY(to_u64_wrapping(thread, request_value)));
  if (argument != Unbound && !is<Str>(argument) && has_buffer(argument) && mutate) {
    Result<Buffer> writable = get_buffer(thread, argument, true);
    if (!writable.failed()) {
      Buffer buffer = writable.take();
      return ioctl_in_place(thread, fd, request, buffer);
    }
    clear_pending(thread);
  }
  u8 block[kBlock];
  usize size;
  if (argument != Unbound && TRY(copy_argument(thread, argument, block, size, "ioctl"))) {
    TRY(call_or_raise(thread, [&] { return ioctl(fd, request, block); }));
    return Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<char*>(block), size})));
  }
  const u32 code = TRY(code_argument(thread, argument));
  return make_int(thread, TRY(call_or_raise(thread, [&] { return ioctl(fd, request, static_cast<int>(code)); })));
}

Result<void> fcntl_flock(Thread& thread, Descriptor fd, int operation) {
  TRY(call_or_raise(thread, [&] { return flock(fd, operation); }));
  return {};
}

Result<Ref<>> fcntl_lockf(Thread& thread, Descriptor fd, int command, Value length, Value start, int whence) {
  struct flock lock{};
  if (command == LOCK_UN) {
    lock.l_type = F_UNLCK;
  } else if (command & LOCK_SH) {
    lock.l_type = F_RDLCK;
  } else if (command & LOCK_EX) {
    lock.l_type = F_WRLCK;
  } else {
    return raise(thread, types.ValueError, "unrecognized lockf argument");
  }
  lock.l_len = TRY(to_i64(thread, length));
  lock.l_start = TRY(to_i64(thread, start));
  lock.l_whence = static_cast<short>(whence);
  TRY(call_or_raise(thread, [&] { return fcntl(fd, command & LOCK_NB ? F_SETLK : F_SETLKW, &lock); }));
  return Ref<>::adopt(None);
}

constexpr MethodSpec kFunctions[] = {
    function<fcntl_fcntl>("fcntl(fd, cmd, arg=unset, /)", "Perform the operation `cmd` on file descriptor fd."),
    function<fcntl_ioctl>("ioctl(fd, request, arg=unset, mutate_flag=True, /)",
                          "Perform the operation request on file descriptor fd."),
    function<fcntl_flock>("flock(fd, operation, /)", "Perform the lock operation `operation` on file descriptor `fd`."),
    function<fcntl_lockf>("lockf(fd, cmd, len=0, start=0, whence=0, /)", "A wrapper around the fcntl() locking calls."),
};

#define C(name) {#name, name}
constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {
    C(LOCK_SH),       C(LOCK_EX),        C(LOCK_NB),      C(LOCK_UN),         C(LOCK_MAND),   C(LOCK_READ),
    C(LOCK_WRITE),    C(LOCK_RW),        C(F_DUPFD),      C(F_DUPFD_CLOEXEC), C(F_GETFD),     C(F_SETFD),
    C(F_GETFL),       C(F_SETFL),        C(F_GETLK),      C(F_SETLK),         C(F_SETLKW),    C(F_OFD_GETLK),
    C(F_OFD_SETLK),   C(F_OFD_SETLKW),   C(F_GETOWN),     C(F_SETOWN),        C(F_GETSIG),    C(F_SETSIG),
    C(F_RDLCK),       C(F_WRLCK),        C(F_UNLCK),      C(F_EXLCK),         C(F_SHLCK),     {"F_GETLK64", 5},
    {"F_SETLK64", 6}, {"F_SETLKW64", 7}, C(FASYNC),       C(F_SETLEASE),      C(F_GETLEASE),  C(F_NOTIFY),
    C(DN_ACCESS),     C(DN_MODIFY),      C(DN_CREATE),    C(DN_DELETE),       C(DN_RENAME),   C(DN_ATTRIB),
    C(DN_MULTISHOT),  C(F_GETPIPE_SZ),   C(F_SETPIPE_SZ), C(F_ADD_SEALS),     C(F_GET_SEALS), C(F_SEAL_SEAL),
    C(F_SEAL_SHRINK), C(F_SEAL_GROW),    C(F_SEAL_WRITE), C(FD_CLOEXEC),
};
#undef C

Result<void> initialize(Thread& thread, Module& module) {
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  return {};
}

}  // namespace

const ModuleSpec kFcntlModule = {"fcntl", "This module performs file control and I/O control on file descriptors.",
                                 kFunctions, std::size(kFunctions), initialize};

}  // namespace py
