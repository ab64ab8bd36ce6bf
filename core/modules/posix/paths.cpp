// Changing the names, modes, owners and times of files.
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"
#include "core/modules/time_conversion.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <climits>

namespace py::posix {

namespace {

Result<void> os_mkdir(Thread& thread, Path& path, int mode, DirFd dir) {
  TRY(call_or_raise(thread, [&] { return mkdirat(dir.fd, path.c_str(), static_cast<mode_t>(mode)); }, path.name()));
  return {};
}
Result<void> os_rmdir(Thread& thread, Path& path, DirFd dir) {
  TRY(call_or_raise(thread, [&] { return unlinkat(dir.fd, path.c_str(), AT_REMOVEDIR); }, path.name()));
  return {};
}
Result<void> os_unlink(Thread& thread, Path& path, DirFd dir) {
  TRY(call_or_raise(thread, [&] { return unlinkat(dir.fd, path.c_str(), 0); }, path.name()));
  return {};
}
Result<void> os_rename(Thread& thread, Path& source, Path& target, DirFd source_dir, DirFd target_dir) {
  TRY(call_or_raise(
      thread, [&] { return renameat(source_dir.fd, source.c_str(), target_dir.fd, target.c_str()); }, source.name(), target.name()));
  return {};
}
Result<void> os_link(Thread& thread, Path& source, Path& target, DirFd source_dir, DirFd target_dir, bool follow) {
  TRY(call_or_raise(
      thread,
      [&] {
        return linkat(source_dir.fd, source.c_str(), target_dir.fd, target.c_str(), follow ? AT_SYMLINK_FOLLOW : 0);
      },
      source.name(), target.name()));
  return {};
}
Result<void> os_symlink(Thread& thread, Path& source, Path& target, bool, DirFd dir) {
  TRY(call_or_raise(thread, [&] { return symlinkat(source.c_str(), dir.fd, target.c_str()); }, source.name(), target.name()));
  return {};
}
Result<Ref<>> os_readlink(Thread& thread, Path& path, DirFd dir) {
  char buffer[PATH_MAX + 1];
  const i64 length = TRY(call_or_raise(thread, [&] { return readlinkat(dir.fd, path.c_str(), buffer, PATH_MAX); }, path.name()));
  return make_file_name(thread, {buffer, static_cast<usize>(length)}, path.is_bytes);
}

Result<void> os_chdir(Thread& thread, PathOrFd& path) {
  TRY(call_or_raise(thread, [&] { return path.is_fd ? fchdir(path.fd) : chdir(path.c_str()); }, path.name()));
  return {};
}
Result<void> os_fchdir(Thread& thread, Descriptor fd) {
  TRY(call_or_raise(thread, [&] { return fchdir(fd); }));
  return {};
}
Result<void> os_chroot(Thread& thread, Path& path) {
  TRY(call_or_raise(thread, [&] { return chroot(path.c_str()); }, path.name()));
  return {};
}
Result<Ref<>> current_directory(Thread& thread, bool as_bytes) {
  char buffer[PATH_MAX + 1];
  TRY(call_or_raise(thread, [&] { return getcwd(buffer, sizeof buffer) ? 0 : -1; }));
  return make_file_name(thread, buffer, as_bytes);
}
Result<Ref<>> os_getcwd(Thread& thread) { return current_directory(thread, false); }
Result<Ref<>> os_getcwdb(Thread& thread) { return current_directory(thread, true); }

Result<void> os_chmod(Thread& thread, PathOrFd& path, int mode, DirFd dir, bool follow) {
  if (path.is_fd && dir.given()) return raise(thread, types.ValueError, "chmod: can't specify dir_fd without matching path");
  const SystemResult result = TRY(call_blocking(thread, [&] {
    if (path.is_fd) return fchmod(path.fd, static_cast<mode_t>(mode));
    return fchmodat(dir.fd, path.c_str(), static_cast<mode_t>(mode), follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }));
  if (result.error == EOPNOTSUPP && !follow) {
    return raise(thread, types.NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
  }
  if (result.error) return raise_os_error(thread, result.error, path.name());
  return {};
}
Result<void> os_fchmod(Thread& thread, int fd, int mode) {
  TRY(call_or_raise(thread, [&] { return fchmod(fd, static_cast<mode_t>(mode)); }));
  return {};
}

// A user or group id: -1 means "leave it".
Result<u32> to_id(Thread& thread, Value value, const char* what) {
  if (!type_of(value).slots.index) return raise(thread, types.TypeError, "{} should be integer, not {}", what, type_of(value));
  const i64 number = TRY(to_i64(thread, value));
  if (number < -1) return raise(thread, types.OverflowError, "{} is less than minimum", what);
  if (number > i64{0xFFFFFFFF}) return raise(thread, types.OverflowError, "{} is greater than maximum", what);
  return static_cast<u32>(number);
}
Result<void> change_owner(Thread& thread, PathArgument& path, Value uid, Value gid, int dir, int flags) {
  const u32 user = TRY(to_id(thread, uid, "uid")), group = TRY(to_id(thread, gid, "gid"));
  TRY(call_or_raise(
      thread, [&] { return path.is_fd ? fchown(path.fd, user, group) : fchownat(dir, path.c_str(), user, group, flags); }, path.name()));
  return {};
}
Result<void> os_chown(Thread& thread, PathOrFd& path, Value uid, Value gid, DirFd dir, bool follow) {
  if (path.is_fd && dir.given()) return raise(thread, types.ValueError, "chown: can't specify dir_fd without matching path");
  if (path.is_fd && !follow) return raise(thread, types.ValueError, "chown: cannot use fd and follow_symlinks together");
  return change_owner(thread, path, uid, gid, dir.fd, follow ? 0 : AT_SYMLINK_NOFOLLOW);
}
Result<void> os_lchown(Thread& thread, Path& path, Value uid, Value gid) {
  return change_owner(thread, path, uid, gid, AT_FDCWD, AT_SYMLINK_NOFOLLOW);
}
Result<void> os_fchown(Thread& thread, int fd, Value uid, Value gid) {
  const u32 user = TRY(to_id(thread, uid, "uid")), group = TRY(to_id(thread, gid, "gid"));
  TRY(call_or_raise(thread, [&] { return fchown(fd, user, group); }));
  return {};
}

// Seconds as int or float, rounded towards minus infinity.
Result<timespec> to_time(Thread& thread, Value value) {
  const SplitSeconds time = TRY(to_split_seconds(thread, value, kNanosecondsPerSecond, Rounding::Floor));
  return timespec{time.seconds, time.fraction};
}
Result<timespec> to_time_ns(Thread& thread, Value value) {
  Ref<> seconds = TRY(binary(thread, BinaryOp::floor_divide, value, Value::integer(1000000000)));
  Ref<> rest = TRY(binary(thread, BinaryOp::remainder, value, Value::integer(1000000000)));
  return timespec{TRY(to_i64(thread, seconds, "timestamp out of range for platform time_t")), static_cast<long>(TRY(to_i64(thread, rest)))};
}
Result<void> os_utime(Thread& thread, PathOrFd& path, Value times, Value ns, DirFd dir, bool follow) {
  timespec pair[2];
  const bool has_times = !times.is_none(), has_ns = ns != Unbound;
  if (has_times && has_ns) return raise(thread, types.ValueError, "utime: you may specify either 'times' or 'ns' but not both");
  if (has_times || has_ns) {
    Value both = has_times ? times : ns;
    if (!is<Tuple>(both) || as<Tuple>(both).length != 2) {
      return raise(thread, types.TypeError, has_times ? "utime: 'times' must be either a tuple of two ints or None" : "utime: 'ns' must be a tuple of two ints");
    }
    for (isize i = 0; i < 2; ++i) pair[i] = TRY((has_times ? to_time : to_time_ns)(thread, as<Tuple>(both)[i]));
  }
  if (path.is_fd && dir.given()) return raise(thread, types.ValueError, "utime: can't specify dir_fd without matching path");
  if (path.is_fd && !follow) return raise(thread, types.ValueError, "utime: cannot use fd and follow_symlinks together");
  const timespec* chosen = has_times || has_ns ? pair : nullptr;
  TRY(call_or_raise(
      thread,
      [&] { return path.is_fd ? futimens(path.fd, chosen) : utimensat(dir.fd, path.c_str(), chosen, follow ? 0 : AT_SYMLINK_NOFOLLOW); },
      None));
  return {};
}

Result<void> os_mkfifo(Thread& thread, Path& path, int mode, DirFd dir) {
  TRY(call_or_raise(thread, [&] { return mkfifoat(dir.fd, path.c_str(), static_cast<mode_t>(mode)); }, None));
  return {};
}
Result<void> os_mknod(Thread& thread, Path& path, int mode, isize device, DirFd dir) {
  TRY(call_or_raise(
      thread, [&] { return mknodat(dir.fd, path.c_str(), static_cast<mode_t>(mode), static_cast<dev_t>(device)); }, path.name()));
  return {};
}
Result<int> os_umask(Thread&, int mask) { return static_cast<int>(umask(static_cast<mode_t>(mask))); }
Result<isize> os_major(Thread&, u64 device) { return static_cast<isize>(major(device)); }
Result<isize> os_minor(Thread&, u64 device) { return static_cast<isize>(minor(device)); }
Result<u64> os_makedev(Thread&, int high, int low) { return u64{makedev(static_cast<unsigned>(high), static_cast<unsigned>(low))}; }

Result<Ref<>> os_fspath(Thread& thread, Value path) { return file_system_path(thread, path); }

// os.path.normpath of a str: "a//b/../c" to "a/c"; two leading slashes stay, as POSIX has it.
Result<Ref<>> os_path_normpath(Thread& thread, Value path) {
  if (!is<Str>(path)) return raise(thread, types.TypeError, "_path_normpath: path should be string, not {}", type_of(path));
  const std::string text = as<Str>(path).utf8();
  // What follows a null character is cut off, as CPython 3.11 does.
  const std::string_view source = text;
  usize slashes = 0;
  while (slashes < source.size() && source[slashes] == '/') ++slashes;
  const std::string root = slashes == 0 ? "" : slashes == 2 ? "//" : "/";
  std::string result = root;
  for (usize at = slashes; at < source.size();) {
    usize end = source.find('/', at);
    if (end == std::string_view::npos) end = source.size();
    const std::string_view part = source.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    const usize last = result.size() > root.size() ? result.rfind('/') : std::string::npos;
    const usize start = last == std::string::npos || last < root.size() ? root.size() : last + 1;
    const bool has_part = result.size() > root.size();
    if (part == "..") {
      if (has_part && std::string_view(result).substr(start) != "..") {
        result.resize(start > root.size() ? start - 1 : root.size());
        continue;
      }
      if (!has_part && !root.empty()) continue;
    }
    if (has_part) result += '/';
    result += part;
  }
  if (result.empty()) result = ".";
  return Ref<>(TRY(Str::from_utf8(thread, result)));
}

constexpr MethodSpec kFunctions[] = {
    function<os_mkdir>("mkdir(path, mode=511, *, dir_fd=None)", "Create a directory."),
    function<os_rmdir>("rmdir(path, *, dir_fd=None)", "Remove a directory."),
    function<os_unlink>("unlink(path, *, dir_fd=None)", "Remove a file (same as remove())."),
    function<os_unlink>("remove(path, *, dir_fd=None)", "Remove a file (same as unlink())."),
    function<os_rename>("rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", "Rename a file or directory."),
    function<os_rename>("replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", "Rename a file or directory, overwriting the destination."),
    function<os_link>("link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)", "Create a hard link to a file."),
    function<os_symlink>("symlink(src, dst, target_is_directory=False, *, dir_fd=None)", "Create a symbolic link pointing to src named dst."),
    function<os_readlink>("readlink(path, *, dir_fd=None)", "Return a string representing the path to which the symbolic link points."),
    function<os_chdir>("chdir(path)", "Change the current working directory to the specified path."),
    function<os_fchdir>("fchdir(fd)", "Change to the directory of the given file descriptor."),
    function<os_chroot>("chroot(path)", "Change root directory to path."),
    function<os_getcwd>("getcwd()", "Return a unicode string representing the current working directory."),
    function<os_getcwdb>("getcwdb()", "Return a bytes string representing the current working directory."),
    function<os_chmod>("chmod(path, mode, *, dir_fd=None, follow_symlinks=True)", "Change the access permissions of a file."),
    function<os_fchmod>("fchmod(fd, mode)", "Change the access permissions of the file given by file descriptor fd."),
    function<os_chown>("chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True)", "Change the owner and group id of path to the numeric uid and gid."),
    function<os_lchown>("lchown(path, uid, gid)", "Change the owner and group id of path without following symbolic links."),
    function<os_fchown>("fchown(fd, uid, gid)", "Change the owner and group id of the file specified by file descriptor."),
    function<os_utime>("utime(path, times=None, *, ns=unset, dir_fd=None, follow_symlinks=True)", "Set the access and modified time of path."),
    function<os_mkfifo>("mkfifo(path, mode=438, *, dir_fd=None)", "Create a \"fifo\" (a POSIX named pipe)."),
    function<os_mknod>("mknod(path, mode=384, device=0, *, dir_fd=None)", "Create a node in the file system."),
    function<os_umask>("umask(mask, /)", "Set the current numeric umask and return the previous umask."),
    function<os_major>("major(device, /)", "Extracts a device major number from a raw device number."),
    function<os_minor>("minor(device, /)", "Extracts a device minor number from a raw device number."),
    function<os_makedev>("makedev(major, minor, /)", "Composes a raw device number from the major and minor device numbers."),
    function<os_fspath>("fspath(path)", "Return the file system path representation of the object."),
    function<os_path_normpath>("_path_normpath(path)", "Basic path normalization."),
};

}  // namespace

const std::span<const MethodSpec> kPathFunctions = kFunctions;

}  // namespace py::posix
