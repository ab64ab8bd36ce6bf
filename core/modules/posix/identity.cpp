// Who the process is: ids of processes, users, groups and sessions; the controlling terminal.
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"
#include "threading/runtime/os_threads.h"

#include <grp.h>
#include <pty.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utmp.h>

#include <climits>
#include <vector>

namespace py::posix {

namespace {

template <auto get>
Result<isize> get_id(Thread&) {
  return static_cast<isize>(get());
}

// -1 is accepted where the system call takes it for "leave it".
Result<u32> to_id(Thread& thread, Value value, const char* what) {
  if (!type_of(value).slots.index) return raise(thread, types.TypeError, "{} should be integer, not {}", what, type_of(value));
  Ref<> index = TRY(to_index(thread, value));
  const i64 number = index.value().is_int() ? index.value().as_int() : TRY(is_true(thread, TRY(compare(thread, index, Value::integer(0), CompareOp::Less)))) ? -2 : i64{1} << 40;
  if (number < -1) return raise(thread, types.OverflowError, "{} is less than minimum", what);
  if (number > i64{0xFFFFFFFF}) return raise(thread, types.OverflowError, "{} is greater than maximum", what);
  return static_cast<u32>(number);
}
template <auto set, bool group>
Result<void> set_id(Thread& thread, Value id) {
  const u32 number = TRY(to_id(thread, id, group ? "gid" : "uid"));
  if (set(number) < 0) return raise_os_error(thread, errno);
  return {};
}
template <auto set, bool group>
Result<void> set_ids(Thread& thread, Value real, Value effective) {
  const u32 first = TRY(to_id(thread, real, group ? "gid" : "uid")), second = TRY(to_id(thread, effective, group ? "gid" : "uid"));
  if (set(first, second) < 0) return raise_os_error(thread, errno);
  return {};
}
template <auto set, bool group>
Result<void> set_saved_ids(Thread& thread, Value real, Value effective, Value saved) {
  const char* what = group ? "gid" : "uid";
  const u32 ids[] = {TRY(to_id(thread, real, what)), TRY(to_id(thread, effective, what)), TRY(to_id(thread, saved, what))};
  if (set(ids[0], ids[1], ids[2]) < 0) return raise_os_error(thread, errno);
  return {};
}
template <auto get>
Result<Ref<Tuple>> get_saved_ids(Thread& thread) {
  u32 real, effective, saved;
  if (get(&real, &effective, &saved) < 0) return raise_os_error(thread, errno);
  return Tuple::from(thread, {Value::integer(real), Value::integer(effective), Value::integer(saved)});
}

Result<int> os_getpgid(Thread& thread, int pid) {
  const int group = getpgid(pid);
  if (group < 0) return raise_os_error(thread, errno);
  return group;
}
Result<int> os_getsid(Thread& thread, int pid) {
  const int session = getsid(pid);
  if (session < 0) return raise_os_error(thread, errno);
  return session;
}
Result<void> os_setsid(Thread& thread) {
  if (setsid() < 0) return raise_os_error(thread, errno);
  return {};
}
Result<void> os_setpgid(Thread& thread, int pid, int group) {
  if (setpgid(pid, group) < 0) return raise_os_error(thread, errno);
  return {};
}
Result<void> os_setpgrp(Thread& thread) {
  if (setpgid(0, 0) < 0) return raise_os_error(thread, errno);
  return {};
}
Result<int> os_tcgetpgrp(Thread& thread, int fd) {
  const int group = tcgetpgrp(fd);
  if (group < 0) return raise_os_error(thread, errno);
  return group;
}
Result<void> os_tcsetpgrp(Thread& thread, int fd, int group) {
  if (tcsetpgrp(fd, group) < 0) return raise_os_error(thread, errno);
  return {};
}

Result<Ref<List>> group_list(Thread& thread, const std::vector<gid_t>& groups) {
  Ref<List> result = TRY(List::make(thread));
  for (gid_t group : groups) TRY(result->append(thread, Value::integer(group)));
  return result;
}
Result<Ref<List>> os_getgroups(Thread& thread) {
  std::vector<gid_t> groups(NGROUPS_MAX);
  const int count = getgroups(NGROUPS_MAX, groups.data());
  if (count < 0) return raise_os_error(thread, errno);
  groups.resize(static_cast<usize>(count));
  return group_list(thread, groups);
}
Result<void> os_setgroups(Thread& thread, Value sequence) {
  std::vector<gid_t> groups;
  Ref<> items = TRY(to_fast_sequence(thread, sequence, "setgroups argument must be a sequence"));
  TRY(for_each(thread, items, [&](Value item) -> Result<void> {
    if (!is_integer(item)) return raise(thread, types.TypeError, "groups must be integers");
    groups.push_back(TRY(to_id(thread, item, "gid")));
    return {};
  }));
  if (groups.size() > NGROUPS_MAX) return raise(thread, types.ValueError, "too many groups");
  if (setgroups(groups.size(), groups.data()) < 0) return raise_os_error(thread, errno);
  return {};
}
Result<Ref<List>> os_getgrouplist(Thread& thread, Str& user, Value group) {
  const std::string name = user.utf8();
  const u32 base = TRY(to_id(thread, group, "gid"));
  std::vector<gid_t> groups(NGROUPS_MAX);
  int count = NGROUPS_MAX;
  {
    Detached detached(thread);
    if (getgrouplist(name.c_str(), base, groups.data(), &count) < 0) count = -1;
  }
  if (count < 0) return raise_os_error(thread, errno);
  groups.resize(static_cast<usize>(count));
  return group_list(thread, groups);
}
Result<void> os_initgroups(Thread& thread, Path& user, Value group) {
  const u32 base = TRY(to_id(thread, group, "gid"));
  TRY(call_or_raise(thread, [&] { return initgroups(user.c_str(), base); }));
  return {};
}
Result<Ref<>> os_getlogin(Thread& thread) {
  char name[256];
  if (const int error = getlogin_r(name, sizeof name)) return raise_os_error(thread, error);
  return decode_file_name(thread, name);
}

Result<int> os_getpriority(Thread& thread, int which, int who) {
  errno = 0;
  const int priority = getpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who));
  if (errno) return raise_os_error(thread, errno);
  return priority;
}
Result<void> os_setpriority(Thread& thread, int which, int who, int priority) {
  stop_reusing_os_threads();
  if (setpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who), priority) < 0) return raise_os_error(thread, errno);
  return {};
}

Result<Ref<Tuple>> os_openpty(Thread& thread) {
  int master, slave;
  if (openpty(&master, &slave, nullptr, nullptr, nullptr) < 0) return raise_os_error(thread, errno);
  for (int fd : {master, slave}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  return Tuple::from(thread, {Value::integer(master), Value::integer(slave)});
}
Result<void> os_login_tty(Thread& thread, Descriptor fd) {
  if (login_tty(fd) < 0) return raise_os_error(thread, errno);
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<get_id<getpid>>("getpid()", "Return the current process id."),
    function<get_id<getppid>>("getppid()", "Return the parent's process id."),
    function<get_id<getuid>>("getuid()", "Return the current process's user id."),
    function<get_id<geteuid>>("geteuid()", "Return the current process's effective user id."),
    function<get_id<getgid>>("getgid()", "Return the current process's group id."),
    function<get_id<getegid>>("getegid()", "Return the current process's effective group id."),
    function<get_id<getpgrp>>("getpgrp()", "Return the current process group id."),
    function<set_id<setuid, false>>("setuid(uid, /)", "Set the current process's user id."),
    function<set_id<seteuid, false>>("seteuid(euid, /)", "Set the current process's effective user id."),
    function<set_id<setgid, true>>("setgid(gid, /)", "Set the current process's group id."),
    function<set_id<setegid, true>>("setegid(egid, /)", "Set the current process's effective group id."),
    function<set_ids<setreuid, false>>("setreuid(ruid, euid, /)", "Set the current process's real and effective user ids."),
    function<set_ids<setregid, true>>("setregid(rgid, egid, /)", "Set the current process's real and effective group ids."),
    function<set_saved_ids<setresuid, false>>("setresuid(ruid, euid, suid, /)", "Set the current process's real, effective, and saved user ids."),
    function<set_saved_ids<setresgid, true>>("setresgid(rgid, egid, sgid, /)", "Set the current process's real, effective, and saved group ids."),
    function<get_saved_ids<getresuid>>("getresuid()", "Return a tuple of the current process's real, effective, and saved user ids."),
    function<get_saved_ids<getresgid>>("getresgid()", "Return a tuple of the current process's real, effective, and saved group ids."),
    function<os_getpgid>("getpgid(pid)", "Call the system call getpgid(), and return the result."),
    function<os_getsid>("getsid(pid, /)", "Call the system call getsid(pid) and return the result."),
    function<os_setsid>("setsid()", "Call the system call setsid()."),
    function<os_setpgid>("setpgid(pid, pgrp, /)", "Call the system call setpgid(pid, pgrp)."),
    function<os_setpgrp>("setpgrp()", "Make the current process the leader of its process group."),
    function<os_tcgetpgrp>("tcgetpgrp(fd, /)", "Return the process group associated with the terminal specified by fd."),
    function<os_tcsetpgrp>("tcsetpgrp(fd, pgid, /)", "Set the process group associated with the terminal specified by fd."),
    function<os_getgroups>("getgroups()", "Return list of supplemental group IDs for the process."),
    function<os_setgroups>("setgroups(groups, /)", "Set the groups of the current process to list."),
    function<os_getgrouplist>("getgrouplist(user, group, /)", "Returns a list of groups to which a user belongs."),
    function<os_initgroups>("initgroups(username, gid, /)", "Initialize the group access list."),
    function<os_getlogin>("getlogin()", "Return the actual login name."),
    function<os_getpriority>("getpriority(which, who)", "Return program scheduling priority."),
    function<os_setpriority>("setpriority(which, who, priority)", "Set program scheduling priority."),
    function<os_openpty>("openpty()", "Open a pseudo-terminal."),
    function<os_login_tty>("login_tty(fd, /)", "Prepare the tty of which fd is a file descriptor for a new login session."),
};

}  // namespace

const std::span<const MethodSpec> kIdentityFunctions = kFunctions;

}  // namespace py::posix
