// Processes: fork, wait, kill, exit.
#include "core/bind/struct_sequence.h"
#include "core/modules/import_lock.h"
#include "core/modules/posix/fork.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"
#include "core/vm/imports.h"
#include "memory/roots.h"
#include "threading/runtime/os_threads.h"
#include "threading/runtime/world.h"

#include <pty.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <csignal>
#include <cstdlib>

namespace py::posix {

namespace {

// Lists of callables, in order of registration.
GlobalRef before_fork, after_in_parent, after_in_child;
constexpr u32 kMaxNativeHooks = 16;
void (*native_hooks[kMaxNativeHooks])(Thread&);
u32 native_hook_count = 0;

void run_hooks(Thread& thread, GlobalRef& list_ref, bool reversed) {
  if (!is<List>(list_ref.peek())) return;
  Ref<> list = Ref<>::share(list_ref.peek());
  Result<Ref<Tuple>> copy = as<List>(list).to_tuple(thread);
  if (copy.failed()) return clear_pending(thread);
  Ref<Tuple> hooks = copy.take();
  for (isize i = 0; i < hooks->length; ++i) {
    const Value hook = (*hooks)[reversed ? hooks->length - 1 - i : i];
    if (call(thread, hook).failed()) report_unraisable(thread, hook);
  }
}

Result<void> add_hook(Thread& thread, GlobalRef& list_ref, Value hook, const char* name) {
  if (hook == Unbound) return {};
  if (!is_callable(hook)) return raise(thread, types.TypeError, "'{}' must be callable, not {}", name, type_of(hook));
  if (!is<List>(list_ref.peek())) list_ref.set(TRY(List::make(thread)));
  return as<List>(list_ref.peek()).append(thread, hook);
}
Result<void> os_register_at_fork(Thread& thread, Value before, Value child, Value parent) {
  if (before == Unbound && child == Unbound && parent == Unbound) return raise(thread, types.TypeError, "At least one argument is required.");
  for (const Value hook : {before, child, parent}) {
    if (hook != Unbound && !is_callable(hook)) {
      return raise(thread, types.TypeError, "'{}' must be callable, not {}",
                   hook == before ? "before" : hook == child ? "after_in_child" : "after_in_parent", type_of(hook));
    }
  }
  TRY(add_hook(thread, before_fork, before, "before"));
  TRY(add_hook(thread, after_in_child, child, "after_in_child"));
  return add_hook(thread, after_in_parent, parent, "after_in_parent");
}

Result<int> os_fork(Thread& thread) {
  const int child = fork_process(thread);
  if (child < 0) return raise_os_error(thread, errno);
  return child;
}

Result<Ref<Tuple>> os_forkpty(Thread& thread) {
  int master, slave;
  if (openpty(&master, &slave, nullptr, nullptr, nullptr) < 0) return raise_os_error(thread, errno);
  const int child = fork_process(thread);
  if (child == 0) {
    close(master);
    if (login_tty(slave) < 0) _exit(1);
    return Tuple::from(thread, {Value::integer(0), Value::integer(-1)});
  }
  const int error = errno;
  close(slave);
  if (child < 0) {
    close(master);
    return raise_os_error(thread, error);
  }
  fcntl(master, F_SETFD, FD_CLOEXEC);
  return Tuple::from(thread, {Value::integer(child), Value::integer(master)});
}

[[noreturn]] Result<void> os_exit(Thread&, int status) { _exit(status); }
[[noreturn]] Result<void> os_abort(Thread&) { abort(); }

// Waiting
constexpr StructSequenceField kWaitIdFields[] = {{"si_pid"}, {"si_uid"}, {"si_signo"}, {"si_status"}, {"si_code"}};
constexpr StructSequenceSpec kWaitIdResult = {"posix.waitid_result", "waitid_result: Result from waitid.", kWaitIdFields, 5, 5};
Type* waitid_result_type;

Result<Ref<Tuple>> pid_and_status(Thread& thread, i64 pid, int status) {
  return Tuple::from(thread, {Value::integer(pid), Value::integer(status)});
}
Result<Ref<Tuple>> os_waitpid(Thread& thread, int pid, int options) {
  int status = 0;
  const i64 found = TRY(call_or_raise(thread, [&] { return waitpid(pid, &status, options); }));
  return pid_and_status(thread, found, status);
}
Result<Ref<Tuple>> os_wait(Thread& thread) { return os_waitpid(thread, -1, 0); }

Result<Ref<>> make_rusage(Thread& thread, const rusage& usage) {
  Ref<> module = TRY(import_module(thread, "resource"));
  Ref<> type = TRY(get_attribute(thread, module, "struct_rusage"));
  Ref<Tuple> result = TRY(new_struct_sequence(thread, as<Type>(type)));
  const double seconds[] = {static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec),
                            static_cast<double>(usage.ru_stime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_stime.tv_usec)};
  const long counts[] = {usage.ru_maxrss, usage.ru_ixrss,  usage.ru_idrss,  usage.ru_isrss,   usage.ru_minflt, usage.ru_majflt,  usage.ru_nswap,
                         usage.ru_inblock, usage.ru_oublock, usage.ru_msgsnd, usage.ru_msgrcv, usage.ru_nsignals, usage.ru_nvcsw, usage.ru_nivcsw};
  for (usize i = 0; i < 2; ++i) set_struct_field(*result, i, TRY(make_float(thread, seconds[i])));
  for (usize i = 0; i < std::size(counts); ++i) set_struct_field(*result, 2 + i, TRY(make_int(thread, counts[i])));
  return Ref<>(std::move(result));
}
Result<Ref<Tuple>> os_wait4(Thread& thread, int pid, int options) {
  int status = 0;
  rusage usage{};
  const i64 found = TRY(call_or_raise(thread, [&] { return wait4(pid, &status, options, &usage); }));
  Ref<> resources = TRY(make_rusage(thread, usage));
  return Tuple::from(thread, {Value::integer(found), Value::integer(status), resources});
}
Result<Ref<Tuple>> os_wait3(Thread& thread, int options) { return os_wait4(thread, -1, options); }
Result<Ref<>> os_waitid(Thread& thread, int kind, int id, int options) {
  siginfo_t info{};
  TRY(call_or_raise(thread, [&] { return waitid(static_cast<idtype_t>(kind), static_cast<id_t>(id), &info, options); }));
  if (info.si_pid == 0) return Ref<>::adopt(None);
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *waitid_result_type));
  const i64 fields[] = {info.si_pid, info.si_uid, info.si_signo, info.si_status, info.si_code};
  for (usize i = 0; i < 5; ++i) set_struct_field(*result, i, Ref<>::adopt(Value::integer(fields[i])));
  return Ref<>(std::move(result));
}

template <int (*test)(int)>
Result<bool> status_test(Thread&, int status) {
  return test(status) != 0;
}
template <int (*part)(int)>
Result<int> status_part(Thread&, int status) {
  return part(status);
}
#define STATUS(name) \
  int name##_of(int status) { return name(status); }
STATUS(WIFSIGNALED) STATUS(WIFEXITED) STATUS(WIFSTOPPED) STATUS(WIFCONTINUED) STATUS(WCOREDUMP)
STATUS(WEXITSTATUS) STATUS(WTERMSIG) STATUS(WSTOPSIG)
#undef STATUS

Result<int> os_waitstatus_to_exitcode(Thread& thread, Value value) {
  if (is_float(value)) return raise(thread, types.TypeError, "integer argument expected, got float");
  const int status = TRY(to_int(thread, value));
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  if (WIFSIGNALED(status)) return -WTERMSIG(status);
  if (WIFSTOPPED(status)) return raise(thread, types.ValueError, "process stopped by delivery of signal {}", WSTOPSIG(status));
  return raise(thread, types.ValueError, "invalid wait status: {}", status);
}

Result<void> os_kill(Thread& thread, isize pid, int signal) {
  if (kill(static_cast<pid_t>(pid), signal) < 0) return raise_os_error(thread, errno);
  if (!poll(thread)) return failure;  // a signal to oneself is handled now
  return {};
}
Result<void> os_killpg(Thread& thread, int group, int signal) {
  if (killpg(group, signal) < 0) return raise_os_error(thread, errno);
  if (!poll(thread)) return failure;
  return {};
}
Result<int> os_pidfd_open(Thread& thread, int pid, int flags) {
  const long fd = syscall(SYS_pidfd_open, pid, flags);
  if (fd < 0) return raise_os_error(thread, errno);
  return static_cast<int>(fd);
}
Result<int> os_system(Thread& thread, Path& command) {
  Detached detached(thread);
  return system(command.c_str());
}
Result<int> os_nice(Thread& thread, int increment) {
  stop_reusing_os_threads();
  errno = 0;
  const int value = nice(increment);
  if (value == -1 && errno) return raise_os_error(thread, errno);
  return value;
}

constexpr MethodSpec kFunctions[] = {
    function<os_register_at_fork>("register_at_fork(*, before=unset, after_in_child=unset, after_in_parent=unset)",
                                  "Register callables to be called when forking a new process."),
    function<os_fork>("fork()", "Fork a child process."),
    function<os_forkpty>("forkpty()", "Fork a new process with a new pseudo-terminal as controlling tty."),
    function<os_exit>("_exit(status)", "Exit to the system with specified status, without normal exit processing."),
    function<os_abort>("abort()", "Abort the interpreter immediately."),
    function<os_wait>("wait()", "Wait for completion of a child process."),
    function<os_waitpid>("waitpid(pid, options, /)", "Wait for completion of a given child process."),
    function<os_wait3>("wait3(options)", "Wait for completion of a child process."),
    function<os_wait4>("wait4(pid, options)", "Wait for completion of a specific child process."),
    function<os_waitid>("waitid(idtype, id, options, /)", "Returns the result of waiting for a process or processes."),
    function<status_test<WIFSIGNALED_of>>("WIFSIGNALED(status)", "Return True if the process returning status was terminated by a signal."),
    function<status_test<WIFEXITED_of>>("WIFEXITED(status)", "Return True if the process returning status exited via the exit() system call."),
    function<status_test<WIFSTOPPED_of>>("WIFSTOPPED(status)", "Return True if the process returning status was stopped."),
    function<status_test<WIFCONTINUED_of>>("WIFCONTINUED(status)", "Return True if a particular process was continued from a job control stop."),
    function<status_test<WCOREDUMP_of>>("WCOREDUMP(status, /)", "Return True if the process returning status was dumped to a core file."),
    function<status_part<WEXITSTATUS_of>>("WEXITSTATUS(status)", "Return the process return code from status."),
    function<status_part<WTERMSIG_of>>("WTERMSIG(status)", "Return the signal that terminated the process that provided the status value."),
    function<status_part<WSTOPSIG_of>>("WSTOPSIG(status)", "Return the signal that stopped the process that provided the status value."),
    function<os_waitstatus_to_exitcode>("waitstatus_to_exitcode(status)", "Convert a wait status to an exit code."),
    function<os_kill>("kill(pid, signal, /)", "Kill a process with a signal."),
    function<os_killpg>("killpg(pgid, signal, /)", "Kill a process group with a signal."),
    function<os_pidfd_open>("pidfd_open(pid, flags=0)", "Return a file descriptor referring to the process *pid*."),
    function<os_system>("system(command)", "Execute the command in a subshell."),
    function<os_nice>("nice(increment, /)", "Add increment to the priority of process and return the new priority."),
};

}  // namespace

const std::span<const MethodSpec> kProcessFunctions = kFunctions;

Result<void> add_process_types(Thread& thread, Module& module) {
  waitid_result_type = &make_struct_sequence_type(thread, kWaitIdResult);
  return add_to_module(thread, module, "waitid_result", waitid_result_type->value());
}

void run_before_fork(Thread& thread) { run_hooks(thread, before_fork, true); }
void run_after_fork_in_parent(Thread& thread) { run_hooks(thread, after_in_parent, false); }
void run_after_fork_in_child(Thread& thread) {
  for (u32 i = 0; i < native_hook_count; ++i) native_hooks[i](thread);
  run_hooks(thread, after_in_child, false);
}
void add_after_fork_in_child(void (*function)(Thread&)) {
  CHECK(native_hook_count < kMaxNativeHooks);
  native_hooks[native_hook_count++] = function;
}

int fork_process(Thread& thread) {
  run_before_fork(thread);
  acquire_import_lock(thread);
  const int child = fork_world(thread);
  const int error = errno;
  CHECK(release_import_lock(thread));
  if (child == 0) {
    run_after_fork_in_child(thread);
  } else {
    run_after_fork_in_parent(thread);
  }
  errno = error;
  return child;
}

}  // namespace py::posix
