// stat and its relatives: what is known about a file.
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/stat_result.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"

#include <sys/statvfs.h>
#include <unistd.h>

namespace py::posix {

namespace {

constexpr StructSequenceField kStatFields[] = {
    {"st_mode", "protection bits"},
    {"st_ino", "inode"},
    {"st_dev", "device"},
    {"st_nlink", "number of hard links"},
    {"st_uid", "user ID of owner"},
    {"st_gid", "group ID of owner"},
    {"st_size", "total size, in bytes"},
    {nullptr},  // the times in whole seconds
    {nullptr},
    {nullptr},
    {"st_atime", "time of last access"},
    {"st_mtime", "time of last modification"},
    {"st_ctime", "time of last change"},
    {"st_atime_ns", "time of last access in nanoseconds"},
    {"st_mtime_ns", "time of last modification in nanoseconds"},
    {"st_ctime_ns", "time of last change in nanoseconds"},
    {"st_blksize", "blocksize for filesystem I/O"},
    {"st_blocks", "number of blocks allocated"},
    {"st_rdev", "device type (if inode device)"},
};
constexpr StructSequenceSpec kStatResult = {"os.stat_result", "stat_result: Result from stat, fstat, or lstat.", kStatFields,
                                            std::size(kStatFields), 10};
constexpr StructSequenceField kStatVfsFields[] = {
    {"f_bsize"}, {"f_frsize"}, {"f_blocks"}, {"f_bfree"}, {"f_bavail"},  {"f_files"},
    {"f_ffree"}, {"f_favail"}, {"f_flag"},   {"f_namemax"}, {"f_fsid"},
};
constexpr StructSequenceSpec kStatVfsResult = {"os.statvfs_result", "statvfs_result: Result from statvfs or fstatvfs.",
                                               kStatVfsFields, std::size(kStatVfsFields), 10};
Type* stat_result_type;
Type* statvfs_result_type;

Result<void> set_time(Thread& thread, Tuple& result, usize which, const timespec& time) {
  set_struct_field(result, 7 + which, TRY(make_int(thread, time.tv_sec)));
  set_struct_field(result, 10 + which, TRY(make_float(thread, static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec))));
  i64 nanoseconds;
  if (!__builtin_mul_overflow(i64{time.tv_sec}, i64{1000000000}, &nanoseconds) &&
      !__builtin_add_overflow(nanoseconds, i64{time.tv_nsec}, &nanoseconds)) {
    set_struct_field(result, 13 + which, TRY(make_int(thread, nanoseconds)));
    return {};
  }
  Ref<> seconds = TRY(make_int(thread, time.tv_sec));
  Ref<> product = TRY(binary(thread, BinaryOp::multiply, seconds, Value::integer(1000000000)));
  set_struct_field(result, 13 + which, TRY(binary(thread, BinaryOp::add, product, Value::integer(time.tv_nsec))));
  return {};
}

// The path as the kernel wants it together with dir_fd and follow_symlinks; `function` is for messages.
Result<Ref<>> stat_path(Thread& thread, const char* function, PathArgument& path, DirFd dir, bool follow) {
  struct stat status;
  if (path.is_fd && dir.given()) return raise(thread, types.ValueError, "{}: can't specify dir_fd without matching path", function);
  if (path.is_fd && !follow) return raise(thread, types.ValueError, "{}: cannot use fd and follow_symlinks together", function);
  TRY(call_or_raise(
      thread,
      [&] {
        if (path.is_fd) return fstat(path.fd, &status);
        return fstatat(dir.fd, path.c_str(), &status, follow ? 0 : AT_SYMLINK_NOFOLLOW);
      },
      path.name()));
  return make_stat_result(thread, status);
}

Result<Ref<>> os_stat(Thread& thread, PathOrFd& path, DirFd dir, bool follow) { return stat_path(thread, "stat", path, dir, follow); }
Result<Ref<>> os_lstat(Thread& thread, Path& path, DirFd dir) { return stat_path(thread, "lstat", path, dir, false); }
Result<Ref<>> os_fstat(Thread& thread, int fd) {
  struct stat status;
  TRY(call_or_raise(thread, [&] { return fstat(fd, &status); }));
  return make_stat_result(thread, status);
}

Result<Ref<>> make_statvfs_result(Thread& thread, const struct statvfs& status) {
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *statvfs_result_type));
  const u64 fields[] = {status.f_bsize, status.f_frsize, status.f_blocks, status.f_bfree, status.f_bavail, status.f_files,
                        status.f_ffree, status.f_favail, status.f_flag, status.f_namemax, status.f_fsid};
  for (usize i = 0; i < std::size(fields); ++i) set_struct_field(*result, i, TRY(make_int_unsigned(thread, fields[i])));
  return Ref<>(std::move(result));
}
Result<Ref<>> os_statvfs(Thread& thread, PathOrFd& path) {
  struct statvfs status;
  TRY(call_or_raise(thread, [&] { return path.is_fd ? fstatvfs(path.fd, &status) : statvfs(path.c_str(), &status); }, path.name()));
  return make_statvfs_result(thread, status);
}
Result<Ref<>> os_fstatvfs(Thread& thread, int fd) {
  struct statvfs status;
  TRY(call_or_raise(thread, [&] { return fstatvfs(fd, &status); }));
  return make_statvfs_result(thread, status);
}

Result<bool> os_access(Thread& thread, Path& path, int mode, DirFd dir, bool effective_ids, bool follow) {
  int result;
  {
    Detached detached(thread);
    const int flags = (follow ? 0 : AT_SYMLINK_NOFOLLOW) | (effective_ids ? AT_EACCESS : 0);
    result = flags || dir.given() ? faccessat(dir.fd, path.c_str(), mode, flags) : access(path.c_str(), mode);
  }
  return result == 0;
}

constexpr MethodSpec kFunctions[] = {
    function<os_stat>("stat(path, *, dir_fd=None, follow_symlinks=True)", "Perform a stat system call on the given path."),
    function<os_lstat>("lstat(path, *, dir_fd=None)", "Perform a stat system call on the given path, without following symbolic links."),
    function<os_fstat>("fstat(fd)", "Perform a stat system call on the given file descriptor."),
    function<os_statvfs>("statvfs(path)", "Perform a statvfs system call on the given path."),
    function<os_fstatvfs>("fstatvfs(fd, /)", "Perform an fstatvfs system call on the given fd."),
    function<os_access>("access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
                        "Use the real uid/gid to test for access to a path."),
};

}  // namespace

Result<Ref<>> make_stat_result(Thread& thread, const struct stat& status) {
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *stat_result_type));
  const u64 fields[] = {status.st_mode, status.st_ino, status.st_dev, status.st_nlink};
  for (usize i = 0; i < 4; ++i) set_struct_field(*result, i, TRY(make_int_unsigned(thread, fields[i])));
  // An id of -1 stands for "none".
  set_struct_field(*result, 4, TRY(make_int(thread, status.st_uid == ~0u ? -1 : i64{status.st_uid})));
  set_struct_field(*result, 5, TRY(make_int(thread, status.st_gid == ~0u ? -1 : i64{status.st_gid})));
  set_struct_field(*result, 6, TRY(make_int(thread, status.st_size)));
  TRY(set_time(thread, *result, 0, status.st_atim));
  TRY(set_time(thread, *result, 1, status.st_mtim));
  TRY(set_time(thread, *result, 2, status.st_ctim));
  set_struct_field(*result, 16, TRY(make_int(thread, status.st_blksize)));
  set_struct_field(*result, 17, TRY(make_int(thread, status.st_blocks)));
  set_struct_field(*result, 18, TRY(make_int_unsigned(thread, status.st_rdev)));
  return Ref<>(std::move(result));
}

const std::span<const MethodSpec> kStatFunctions = kFunctions;

Result<void> add_stat_types(Thread& thread, Module& module) {
  stat_result_type = &make_struct_sequence_type(thread, kStatResult);
  statvfs_result_type = &make_struct_sequence_type(thread, kStatVfsResult);
  TRY(add_to_module(thread, module, "stat_result", stat_result_type->value()));
  return add_to_module(thread, module, "statvfs_result", statvfs_result_type->value());
}

}  // namespace py::posix
