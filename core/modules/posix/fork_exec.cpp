// _posixsubprocess: fork and exec for the module subprocess.
//
// Between fork and exec the child runs system calls on memory that was prepared before, and nothing else: other
// threads' locks may be held for ever. Only a preexec_fn makes it a Python process first. What goes wrong in the child
// is written to the error pipe as "ExceptionName:errno in hex:description".
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "core/modules/posix/fork.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"
#include "threading/runtime/world.h"

extern char** environ;

namespace py::posix {

namespace {

// Strings and the null-terminated array that exec wants.
class StringArray {
 public:
  void add(std::string text) { texts_.push_back(std::move(text)); }
  usize size() const { return texts_.size(); }
  char* const* finish() {
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

struct Plan {
  StringArray arguments, executables, environment;
  char* const* argv = nullptr;
  char* const* executable_list = nullptr;
  char* const* environment_list = nullptr;
  std::string directory;
  bool change_directory = false, close_fds = false, restore_signals = false, new_session = false;
  std::vector<int> keep;  // ascending
  int p2c_read, p2c_write, c2p_read, c2p_write, error_read, error_write, errpipe_read, errpipe_write;
  i64 process_group = -1;
  bool set_user = false, set_group = false, set_groups = false;
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
  int umask = -1;
  Value preexec = None;
};

// The child's side

// A system call of the child failed: errno says why. `place` is for the parent's message.
struct ChildFailure {
  const char* exception = "OSError";
  const char* place = "";
};

bool retry_dup2(int from, int to) {
  while (dup2(from, to) < 0) {
    if (errno != EINTR && errno != EBUSY) return false;
  }
  return true;
}

bool set_inheritable(int fd) {
  const int flags = fcntl(fd, F_GETFD);
  return flags >= 0 && fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) >= 0;
}

bool connect_streams(Plan& plan) {
  for (int fd : plan.keep) {
    if (fd != plan.errpipe_write && !set_inheritable(fd)) return false;
  }
  for (int* end : {&plan.p2c_write, &plan.c2p_read, &plan.error_read}) {
    if (*end >= 0) close(*end);
  }
  close(plan.errpipe_read);
  // Descriptors of the pipes that stand where another stream goes move out of the way first.
  if (plan.c2p_write == 0 && (plan.c2p_write = dup(plan.c2p_write)) < 0) return false;
  while (plan.error_write == 0 || plan.error_write == 1) {
    if ((plan.error_write = dup(plan.error_write)) < 0) return false;
  }
  const int wanted[] = {plan.p2c_read, plan.c2p_write, plan.error_write};
  for (int stream = 0; stream < 3; ++stream) {
    if (wanted[stream] == stream) {
      if (!set_inheritable(stream)) return false;
    } else if (wanted[stream] >= 0 && !retry_dup2(wanted[stream], stream)) {
      return false;
    }
  }
  return true;
}

void restore_default_signals() {
  for (int number : {SIGPIPE, SIGXFSZ}) signal(number, SIG_DFL);
}

bool change_identity(const Plan& plan) {
  if (plan.set_groups && setgroups(plan.groups.size(), plan.groups.data()) < 0) return false;
  if (plan.set_group && setregid(plan.group, plan.group) < 0) return false;
  return !plan.set_user || setreuid(plan.user, plan.user) >= 0;
}

void close_range_between(int low, int high) {
  if (low > high) return;
  syscall(SYS_close_range, static_cast<unsigned>(low), static_cast<unsigned>(high), 0u);
}
void close_others(const Plan& plan) {
  int next = 3;
  for (int fd : plan.keep) {
    if (fd < next) continue;
    close_range_between(next, fd - 1);
    next = fd + 1;
  }
  close_range_between(next, INT32_MAX);
}

void try_executables(const Plan& plan) {
  int saved = 0;
  for (char* const* path = plan.executable_list; *path; ++path) {
    if (plan.environment_list) {
      execve(*path, plan.argv, plan.environment_list);
    } else {
      execv(*path, plan.argv);
    }
    if (errno != ENOENT && errno != ENOTDIR && saved == 0) saved = errno;
  }
  if (saved) errno = saved;
}

// Everything up to preexec_fn; false: errno says why.
bool prepare_child(Plan& plan) {
  if (!connect_streams(plan)) return false;
  if (plan.change_directory && chdir(plan.directory.c_str()) < 0) return false;
  if (plan.umask >= 0) umask(static_cast<mode_t>(plan.umask));
  if (plan.restore_signals) restore_default_signals();
  if (plan.new_session) setsid();
  if (plan.process_group >= 0 && setpgid(0, static_cast<pid_t>(plan.process_group)) < 0) return false;
  return change_identity(plan);
}

ChildFailure run_child(Thread& thread, Plan& plan) {
  if (!prepare_child(plan)) return {"OSError", "noexec"};
  if (!plan.preexec.is_none() && call(thread, plan.preexec).failed()) {
    clear_pending(thread);
    errno = 0;
    return {"SubprocessError", "Exception occurred in preexec_fn."};
  }
  if (plan.close_fds) close_others(plan);
  try_executables(plan);
  return {};
}

void write_all(int fd, const char* text, usize size) {
  while (size) {
    const isize written = write(fd, text, size);
    if (written < 0) return;
    text += written;
    size -= static_cast<usize>(written);
  }
}

void report_failure(int fd, const ChildFailure& what, int error) {
  char digits[16];
  usize at = sizeof digits;
  for (u32 rest = static_cast<u32>(error); rest; rest >>= 4) digits[--at] = "0123456789ABCDEF"[rest & 15];
  write_all(fd, what.exception, std::strlen(what.exception));
  write_all(fd, ":", 1);
  if (error) {
    write_all(fd, digits + at, sizeof digits - at);
  } else {
    write_all(fd, "0", 1);
  }
  write_all(fd, ":", 1);
  write_all(fd, what.place, std::strlen(what.place));
}

// The parent's side

Result<std::string> exec_text(Thread& thread, Value value) {
  Ref<> path = TRY(file_system_path(thread, value));
  std::string text = TRY(encode_file_name(thread, path));
  if (text.find('\0') != std::string::npos) return raise(thread, types.ValueError, "embedded null byte");
  return text;
}

Result<void> collect(Thread& thread, Value sequence, StringArray& out) {
  Ref<Tuple> items = TRY(to_tuple(thread, sequence));
  for (isize i = 0; i < items->length; ++i) out.add(TRY(exec_text(thread, (*items)[i])));
  return {};
}

Result<void> collect_kept(Thread& thread, Value fds, Plan& plan) {
  if (!is<Tuple>(fds))
    return raise(thread, types.TypeError, "fork_exec() argument 4 must be tuple, not {}", type_of(fds));
  int last = -1;
  for (isize i = 0; i < as<Tuple>(fds).length; ++i) {
    const Value item = as<Tuple>(fds)[i];
    i64 fd = -1;
    if (!is_integer(item) || to_i64(thread, item).failed() || (fd = MUST(to_i64(thread, item))) <= last ||
        fd > INT32_MAX) {
      if (thread.has_pending()) clear_pending(thread);
      return raise(thread, types.ValueError, "bad value(s) in fds_to_keep");
    }
    plan.keep.push_back(last = static_cast<int>(fd));
  }
  return {};
}

// A user's or group's number; -1 stays as it is.
Result<u32> identity(Thread& thread, Value value, const char* message) {
  Result<i64> number = to_i64(thread, value);
  if (number.failed() && !pending_is(thread, *types.OverflowError) && !pending_is(thread, *types.TypeError))
    return failure;
  const bool valid = !number.failed();
  if (!valid) clear_pending(thread);
  const i64 id = valid ? number.take() : -2;
  if (id < -1 || id > i64{UINT32_MAX}) return raise(thread, types.ValueError, message);
  return static_cast<u32>(id);
}

struct IdentityArguments {
  Value group, groups, user, umask;
};
Result<void> collect_identity(Thread& thread, const IdentityArguments& arguments, Plan& plan) {
  if (!arguments.groups.is_none()) {
    if (!is<List>(arguments.groups)) return raise(thread, types.TypeError, "setgroups argument must be a list");
    plan.set_groups = true;
    Ref<Tuple> items = TRY(to_tuple(thread, arguments.groups));
    if (items->length > 65536) return raise(thread, types.ValueError, "too many extra_groups");
    for (isize i = 0; i < items->length; ++i) {
      if (!is_integer((*items)[i])) return raise(thread, types.TypeError, "extra_groups must be integers");
      plan.groups.push_back(TRY(identity(thread, (*items)[i], "invalid group id")));
    }
  }
  if (!arguments.group.is_none()) {
    plan.set_group = true;
    plan.group = TRY(identity(thread, arguments.group, "invalid group id"));
  }
  if (!arguments.user.is_none()) {
    plan.set_user = true;
    plan.user = TRY(identity(thread, arguments.user, "invalid user id"));
  }
  plan.umask = TRY(to_int(thread, arguments.umask));
  return {};
}

// Signal handlers of this process must not run in a child that shares its memory.
void reset_handlers() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action;
    if (sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
      signal(number, SIG_DFL);
    }
  }
}

[[noreturn]] void run_and_report(Thread& thread, Plan& plan) {
  const ChildFailure what = run_child(thread, plan);
  report_failure(plan.errpipe_write, what, errno);
  _exit(255);
}

// The child runs system calls only, so it may share the memory until exec; changed identities need a process of their
// own.
[[gnu::noinline]] int start_program(Thread& thread, Plan& plan, bool vfork_allowed) {
  const bool share_memory = vfork_allowed && !plan.set_user && !plan.set_group && !plan.set_groups;
  sigset_t all, before;
  sigfillset(&all);
  Detached detached(thread);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  const int child = share_memory ? vfork() : fork();
  if (child == 0) {
    reset_handlers();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    run_and_report(thread, plan);
  }
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return child;
}

int start_python(Thread& thread, Plan& plan) {
  const int child = fork_process(thread);
  if (child == 0) run_and_report(thread, plan);
  return child;
}

// The positions of fork_exec's arguments.
enum : u32 {
  Args,
  Executables,
  CloseFds,
  Keep,
  Directory,
  Environment,
  FirstFd,
  RestoreSignals = 14,
  NewSession,
  ProcessGroup,
  Group,
  Groups,
  User,
  Umask,
  PreexecFunction,
  AllowVfork,
  ArgumentCount
};

Result<void> read_plan(Thread& thread, const Value* arguments, Plan& plan) {
  plan.close_fds = TRY(is_true(thread, arguments[CloseFds]));
  int* fds[] = {&plan.p2c_read,   &plan.p2c_write,   &plan.c2p_read,     &plan.c2p_write,
                &plan.error_read, &plan.error_write, &plan.errpipe_read, &plan.errpipe_write};
  for (u32 i = 0; i < 8; ++i) *fds[i] = TRY(to_int(thread, arguments[FirstFd + i]));
  plan.restore_signals = TRY(is_true(thread, arguments[RestoreSignals]));
  plan.new_session = TRY(is_true(thread, arguments[NewSession]));
  plan.process_group = TRY(to_int(thread, arguments[ProcessGroup]));
  if (plan.close_fds && plan.errpipe_write < 3) return raise(thread, types.ValueError, "errpipe_write must be >= 3");
  TRY(collect_kept(thread, arguments[Keep], plan));
  TRY(collect(thread, arguments[Executables], plan.executables));
  plan.executable_list = plan.executables.finish();
  if (!arguments[Args].is_none()) {
    Ref<> sequence = TRY(to_fast_sequence(thread, arguments[Args], "argv must be a tuple"));
    TRY(collect(thread, sequence, plan.arguments));
    plan.argv = plan.arguments.finish();
  }
  if (!arguments[Environment].is_none()) {
    TRY(collect(thread, arguments[Environment], plan.environment));
    plan.environment_list = plan.environment.finish();
  }
  plan.change_directory = !arguments[Directory].is_none();
  if (plan.change_directory) plan.directory = TRY(exec_text(thread, arguments[Directory]));
  TRY(collect_identity(thread, {arguments[Group], arguments[Groups], arguments[User], arguments[Umask]}, plan));
  plan.preexec = arguments[PreexecFunction];
  return {};
}

Result<int> fork_exec(Thread& thread, Rest rest) {
  if (rest.count != ArgumentCount) {
    return raise(thread, types.TypeError, "fork_exec() takes exactly {} arguments ({} given)", u32{ArgumentCount},
                 rest.count);
  }
  Plan plan;
  TRY(read_plan(thread, rest.values, plan));
  const bool vfork_allowed = TRY(is_true(thread, rest.values[AllowVfork]));
  const int child = plan.preexec.is_none() ? start_program(thread, plan, vfork_allowed) : start_python(thread, plan);
  if (child < 0) return raise_os_error(thread, errno);
  return child;
}

constexpr MethodSpec kFunctions[] = {
    function<fork_exec>("fork_exec(*arguments)",
                        "Spawn a fresh new child process.\n\nForks a child process, closes parent file descriptors as "
                        "appropriate in the\n"
                        "child and dups the few that are needed before calling exec() in the child.\n"
                        "If close_fds is True, fds_to_keep is the sorted tuple of descriptors that stay open.\n"
                        "preexec_fn, if supplied, is called in the child before it starts the program."),
};

}  // namespace

}  // namespace py::posix

namespace py {

const ModuleSpec kPosixSubprocessModule = {"_posixsubprocess", "A POSIX helper for the subprocess module.",
                                           posix::kFunctions, std::size(posix::kFunctions)};

}  // namespace py
