// Handlers: installing them, tripping, running.
//
// Invariant: a signal whose flag is set has Breaker::Signal raised in the main thread's slot after the flag.
// Threads: flags and the wake-up descriptor are atomics, touched by the C handler; handlers change on the main thread only.
#include "core/modules/signal_handlers.h"

#include "core/modules/posix/fork.h"
#include "core/modules/signals.h"
#include "core/modules/system_call.h"
#include "core/vm/frame.h"
#include "memory/roots.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace py {

namespace {

std::atomic<ThreadSlot*> main_slot{nullptr};
std::atomic<u8> tripped[NSIG];
std::atomic<bool> any_tripped{false};
std::atomic<int> wakeup_fd{-1};
std::atomic<bool> warn_on_full_buffer{true};
std::atomic<int> wakeup_error{0};
// SIG_DFL and SIG_IGN as ints, None when C code installed the action.
GlobalRef handlers[NSIG];

Value default_action() { return Value::integer(0); }
Value ignore_action() { return Value::integer(1); }

// Only what POSIX allows in a signal handler.
void on_signal(int number) {
  const int saved = errno;
  trip_signal(number);
  errno = saved;
}

void set_action(int number, void (*action)(int)) {
  struct sigaction how {};
  how.sa_handler = action;
  how.sa_flags = SA_ONSTACK;
  sigemptyset(&how.sa_mask);
  sigaction(number, &how, nullptr);
}

void report_wakeup_error(Thread& thread) {
  const int error = wakeup_error.exchange(0);
  if (!error) return;
  (void)raise_os_error(thread, error);
  std::fputs("Exception ignored when trying to write to the signal wakeup fd:\n", stderr);
  report_unraisable(thread, None);
}

Result<void> run_handler(Thread& thread, int number) {
  Ref<> handler = Ref<>::share(handlers[number].peek());
  // The action may have changed since the signal arrived.
  if (handler.is_empty() || !is_callable(handler)) return {};
  Ref<> frame = Ref<>::adopt(None);
  if (thread.frame_registers) frame = Ref<>(TRY(frame_object(thread, thread.frame_registers)));
  TRY(call(thread, handler, {Value::integer(number), frame}));
  return {};
}

bool run_signals(ThreadBase& base) {
  Thread& thread = static_cast<Thread&>(base);
  if (thread.slot != main_slot.load() || !any_tripped.exchange(false)) return true;
  report_wakeup_error(thread);
  for (int number = 1; number < NSIG; ++number) {
    if (!tripped[number].exchange(0)) continue;
    if (run_handler(thread, number).failed()) {
      // What else arrived is handled at the next poll.
      any_tripped.store(true);
      thread.slot->raise_ordered(Breaker::Signal);
      return false;
    }
  }
  return true;
}

void after_fork(Thread& thread) {
  main_slot.store(thread.slot);
  for (auto& flag : tripped) flag.store(0);
  any_tripped.store(false);
}

Result<Ref<>> default_int_handler(Thread& thread, int, Value) { return raise_with(thread, types.KeyboardInterrupt, {}); }
constexpr MethodSpec kIntHandler = function<default_int_handler>("default_int_handler(signalnum, frame, /)", "The default handler for SIGINT installed by Python.");
GlobalRef int_handler;

Result<Ref<>> signal_signal(Thread& thread, int number, Value handler) {
  if (thread.slot != main_slot.load()) return raise(thread, types.ValueError, "signal only works in main thread of the main interpreter");
  TRY(check_signal_number(thread, number));
  // signal.Handlers members are ints
  i64 action = -1;
  if (is_integer(handler)) action = TRY(to_i64(thread, handler));
  if (action != 0 && action != 1 && !is_callable(handler)) {
    return raise(thread, types.TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
  }
  if (!poll(thread)) return failure;  // what arrived before goes to the old handler
  struct sigaction how {};
  how.sa_handler = action == 0 ? SIG_DFL : action == 1 ? SIG_IGN : on_signal;
  how.sa_flags = SA_ONSTACK;
  sigemptyset(&how.sa_mask);
  Ref<> old = Ref<>::share(handlers[number].peek());
  if (sigaction(number, &how, nullptr) < 0) return raise_os_error(thread, errno);
  handlers[number].set(action >= 0 ? Ref<>::adopt(Value::integer(action)) : Ref<>::share(handler));
  return old.is_empty() ? Ref<>::adopt(None) : std::move(old);
}
Result<Ref<>> signal_getsignal(Thread& thread, int number) {
  TRY(check_signal_number(thread, number));
  Ref<> handler = Ref<>::share(handlers[number].peek());
  return handler.is_empty() ? Ref<>::adopt(None) : std::move(handler);
}
Result<void> signal_raise_signal(Thread& thread, int number) {
  if (::raise(number)) return raise_os_error(thread, errno);
  if (!poll(thread)) return failure;
  return {};
}
Result<void> signal_siginterrupt(Thread& thread, int number, int flag) {
  TRY(check_signal_number(thread, number));
  struct sigaction how;
  if (sigaction(number, nullptr, &how) < 0) return raise_os_error(thread, errno);
  how.sa_flags = flag ? how.sa_flags & ~SA_RESTART : how.sa_flags | SA_RESTART;
  if (sigaction(number, &how, nullptr) < 0) return raise_os_error(thread, errno);
  return {};
}
Result<int> signal_set_wakeup_fd(Thread& thread, Value value, bool warn_on_full) {
  const int fd = TRY(to_int(thread, value));
  if (thread.slot != main_slot.load()) return raise(thread, types.ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
  if (fd != -1) {
    struct stat status;
    if (fstat(fd, &status) < 0) return raise_os_error(thread, errno);
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return raise_os_error(thread, errno);
    if (!(flags & O_NONBLOCK)) return raise(thread, types.ValueError, "the fd {} must be in non-blocking mode", fd);
  }
  warn_on_full_buffer.store(warn_on_full);
  return wakeup_fd.exchange(fd);
}

constexpr MethodSpec kFunctions[] = {
    kIntHandler,
    function<signal_signal>("signal(signalnum, handler, /)", "Set the action for the given signal."),
    function<signal_getsignal>("getsignal(signalnum, /)", "Return the current action for the given signal."),
    function<signal_raise_signal>("raise_signal(signalnum, /)", "Send a signal to the executing process."),
    function<signal_siginterrupt>("siginterrupt(signalnum, flag, /)", "Change system call restart behaviour."),
    function<signal_set_wakeup_fd>("set_wakeup_fd(fd, /, *, warn_on_full_buffer=True)", "Sets the fd to be written to (with the signal number) when a signal comes in."),
};

}  // namespace

const std::span<const MethodSpec> kSignalHandlerFunctions = kFunctions;

Result<void> check_signal_number(Thread& thread, i64 number) {
  if (number < 1 || number >= NSIG) return raise(thread, types.ValueError, "signal number out of range");
  return {};
}

void trip_signal(int number) {
  struct sigaction how;
  // A simulated signal does nothing where no Python handler would run.
  if (sigaction(number, nullptr, &how) == 0 && (how.sa_handler == SIG_DFL || how.sa_handler == SIG_IGN)) return;
  tripped[number].store(1);
  any_tripped.store(true);
  if (ThreadSlot* slot = main_slot.load()) interrupt_thread(*slot, Breaker::Signal);
  const int fd = wakeup_fd.load();
  if (fd < 0) return;
  const u8 byte = static_cast<u8>(number);
  if (::write(fd, &byte, 1) < 0 && (warn_on_full_buffer.load() || (errno != EAGAIN && errno != EWOULDBLOCK))) wakeup_error.store(errno);
}

void read_signal_actions(Thread& thread) {
  for (int number = 1; number < NSIG; ++number) {
    if (!handlers[number].peek().is_empty()) continue;
    struct sigaction how;
    if (sigaction(number, nullptr, &how) < 0) continue;
    handlers[number].set(Ref<>::adopt(how.sa_handler == SIG_DFL ? default_action() : how.sa_handler == SIG_IGN ? ignore_action() : None));
  }
}

void install_signals(Thread& thread) {
  main_slot.store(thread.slot);
  runtime_hooks.run_signals = run_signals;
  posix::add_after_fork_in_child(after_fork);
  set_action(SIGPIPE, SIG_IGN);
  set_action(SIGXFSZ, SIG_IGN);
  read_signal_actions(thread);
  if (handlers[SIGINT].peek() != default_action()) return;  // ignored by whoever started us
  Ref<NativeFunction> handler = MUST(make_native_function(thread, *types.builtin_function, kIntHandler, Empty, intern(thread, "_signal").value(), nullptr));
  int_handler.set(Ref<>(std::move(handler)));
  handlers[SIGINT].set(Ref<>::share(int_handler.peek()));
  set_action(SIGINT, on_signal);
}

Value shared_int_handler() { return int_handler.peek(); }

}  // namespace py
