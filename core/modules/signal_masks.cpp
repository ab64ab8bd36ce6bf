// Timers, masks, waiting for signals and sending them.
#include "core/bind/struct_sequence.h"
#include "core/modules/signal_handlers.h"
#include "core/modules/system_call.h"
#include "core/object/dict.h"
#include "memory/roots.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmath>
#include <cstring>

namespace py {

namespace {

constexpr StructSequenceField kInfoFields[] = {{"si_signo", "signal number"},
                                               {"si_code", "signal code"},
                                               {"si_errno", "errno associated with this signal"},
                                               {"si_pid", "sending process ID"},
                                               {"si_uid", "real user ID of sending process"},
                                               {"si_status", "exit value or signal"},
                                               {"si_band", "band event for SIGPOLL"}};
constexpr StructSequenceSpec kInfoSpec = {"signal.struct_siginfo", "struct_siginfo: Result from sigwaitinfo or sigtimedwait.", kInfoFields, 7, 7};
Type* info_type;
GlobalRef timer_error;

Result<Ref<>> make_info(Thread& thread, const siginfo_t& info) {
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *info_type));
  const i64 fields[] = {info.si_signo, info.si_code, info.si_errno, info.si_pid, info.si_uid, info.si_status, info.si_band};
  for (usize i = 0; i < 7; ++i) set_struct_field(*result, i, TRY(make_int(thread, fields[i])));
  return Ref<>(std::move(result));
}

// Timers
Result<int> signal_alarm(Thread&, int seconds) { return static_cast<int>(alarm(static_cast<unsigned>(seconds))); }
Result<void> signal_pause(Thread& thread) {
  {
    Detached detached(thread);
    pause();
  }
  if (!poll(thread)) return failure;
  return {};
}
Result<timeval> to_timeval(Thread& thread, Value value) {
  const double seconds = TRY(to_double(thread, value));
  if (std::isnan(seconds)) return raise(thread, types.ValueError, "Invalid value NaN (not a number)");
  double whole;
  const double fraction = std::modf(seconds, &whole);
  if (std::fabs(whole) > 1e18) return raise(thread, types.OverflowError, "timestamp out of range for platform time_t");
  long micro = static_cast<long>(std::ceil(fraction * 1e6));
  return timeval{static_cast<time_t>(whole) + micro / 1000000, micro % 1000000};
}
Result<Ref<Tuple>> timer_pair(Thread& thread, const itimerval& timer) {
  auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); };
  Ref<> value = TRY(make_float(thread, seconds(timer.it_value))), interval = TRY(make_float(thread, seconds(timer.it_interval)));
  return Tuple::from(thread, {value, interval});
}
Failure raise_timer_error(Thread& thread, int error) {
  Result<Ref<Str>> text = Str::from_utf8(thread, std::strerror(error));
  if (text.failed()) return failure;
  Result<Ref<>> made = call(thread, timer_error.peek(), {Value::integer(error), text.take().value()});
  if (made.failed()) return failure;
  return raise_value(thread, made.take());
}
Result<Ref<Tuple>> signal_setitimer(Thread& thread, int which, Value seconds, Value interval) {
  itimerval fresh, old;
  fresh.it_value = TRY(to_timeval(thread, seconds));
  fresh.it_interval = interval == Unbound ? timeval{} : TRY(to_timeval(thread, interval));
  if (setitimer(static_cast<__itimer_which_t>(which), &fresh, &old) < 0) return raise_timer_error(thread, errno);
  return timer_pair(thread, old);
}
Result<Ref<Tuple>> signal_getitimer(Thread& thread, int which) {
  itimerval timer;
  if (getitimer(static_cast<__itimer_which_t>(which), &timer) < 0) return raise_timer_error(thread, errno);
  return timer_pair(thread, timer);
}

// Masks
Result<Ref<>> signal_pthread_sigmask(Thread& thread, int how, Value mask) {
  const sigset_t set = TRY(to_signal_set(thread, mask));
  sigset_t old;
  if (const int error = pthread_sigmask(how, &set, &old)) return raise_os_error(thread, error);
  if (!poll(thread)) return failure;  // what was blocked may have arrived
  return make_signal_set(thread, old);
}
Result<Ref<>> signal_sigpending(Thread& thread) {
  sigset_t set;
  if (sigpending(&set) < 0) return raise_os_error(thread, errno);
  return make_signal_set(thread, set);
}
Result<Ref<>> signal_valid_signals(Thread& thread) {
  sigset_t set;
  sigfillset(&set);
  return make_signal_set(thread, set);
}
Result<int> signal_sigwait(Thread& thread, Value mask) {
  const sigset_t set = TRY(to_signal_set(thread, mask));
  int number = 0, error;
  {
    Detached detached(thread);
    error = sigwait(&set, &number);
  }
  if (error) return raise_os_error(thread, error);
  return number;
}
Result<Ref<>> signal_sigwaitinfo(Thread& thread, Value mask) {
  const sigset_t set = TRY(to_signal_set(thread, mask));
  siginfo_t info{};
  TRY(call_or_raise(thread, [&] { return sigwaitinfo(&set, &info); }));
  return make_info(thread, info);
}
Result<Ref<>> signal_sigtimedwait(Thread& thread, Value mask, Value timeout) {
  const double seconds = TRY(to_double(thread, timeout));
  if (seconds < 0) return raise(thread, types.ValueError, "timeout must be non-negative");
  const sigset_t set = TRY(to_signal_set(thread, mask));
  const i64 deadline = monotonic_ns() + static_cast<i64>(seconds * 1e9);
  siginfo_t info{};
  for (;;) {
    i64 left = deadline - monotonic_ns();
    if (left < 0) left = 0;
    const timespec wait = {left / 1000000000, left % 1000000000};
    int result, error;
    {
      Detached detached(thread);
      result = sigtimedwait(&set, &info, &wait);
      error = errno;
    }
    if (result >= 0) return make_info(thread, info);
    if (error == EAGAIN) return Ref<>::adopt(None);
    if (error != EINTR) return raise_os_error(thread, error);
    if (!poll(thread)) return failure;
  }
}

// Sending
Result<void> signal_pthread_kill(Thread& thread, u64 id, int number) {
  if (const int error = pthread_kill(static_cast<pthread_t>(id), number)) return raise_os_error(thread, error);
  if (!poll(thread)) return failure;
  return {};
}
Result<void> signal_pidfd_send_signal(Thread& thread, int fd, int number, Value info, int flags) {
  if (!info.is_none()) return raise(thread, types.TypeError, "siginfo must be None");
  if (syscall(SYS_pidfd_send_signal, fd, number, nullptr, flags) < 0) return raise_os_error(thread, errno);
  return {};
}
Result<Ref<>> signal_strsignal(Thread& thread, int number) {
  TRY(check_signal_number(thread, number));
  const char* text = strsignal(number);
  if (!text || !std::strncmp(text, "Unknown signal", 14)) return Ref<>::adopt(None);
  return Ref<>(TRY(Str::from_utf8(thread, text)));
}

constexpr MethodSpec kFunctions[] = {
    function<signal_alarm>("alarm(seconds, /)", "Arrange for SIGALRM to arrive after the given number of seconds."),
    function<signal_pause>("pause()", "Wait until a signal arrives."),
    function<signal_setitimer>("setitimer(which, seconds, interval=unset, /)", "Sets given itimer to fire after value seconds and then every interval seconds."),
    function<signal_getitimer>("getitimer(which, /)", "Returns current value of given itimer."),
    function<signal_pthread_sigmask>("pthread_sigmask(how, mask, /)", "Fetch and/or change the signal mask of the calling thread."),
    function<signal_sigpending>("sigpending()", "Examine pending signals."),
    function<signal_valid_signals>("valid_signals()", "Return a set of valid signal numbers on this platform."),
    function<signal_sigwait>("sigwait(sigset, /)", "Wait for a signal."),
    function<signal_sigwaitinfo>("sigwaitinfo(sigset, /)", "Wait synchronously until one of the signals in *sigset* is delivered."),
    function<signal_sigtimedwait>("sigtimedwait(sigset, timeout, /)", "Like sigwaitinfo(), but with a timeout."),
    function<signal_pthread_kill>("pthread_kill(thread_id, signalnum, /)", "Send a signal to a thread."),
    function<signal_pidfd_send_signal>("pidfd_send_signal(pidfd, signalnum, siginfo=None, flags=0, /)", "Send a signal to a process referred to by a pid file descriptor."),
    function<signal_strsignal>("strsignal(signalnum, /)", "Return the system description of the given signal."),
};

}  // namespace

const std::span<const MethodSpec> kSignalMaskFunctions = kFunctions;

Result<sigset_t> to_signal_set(Thread& thread, Value iterable) {
  sigset_t set;
  sigemptyset(&set);
  TRY(for_each(thread, iterable, [&](Value item) -> Result<void> {
    Ref<> index = TRY(to_index(thread, item));
    const i64 number = index.value().is_int() ? index.value().as_int() : -1;
    if (number < 1 || number >= NSIG) return raise(thread, types.ValueError, "signal number {} out of range [1; {}]", index.value(), NSIG - 1);
    sigaddset(&set, static_cast<int>(number));  // the two that the C library keeps are ignored
    return {};
  }));
  return set;
}
Result<Ref<>> make_signal_set(Thread& thread, const sigset_t& set) {
  Ref<Set> result = TRY(Set::make_set(thread, *types.set));
  for (int number = 1; number < NSIG; ++number) {
    if (sigismember(&set, number) == 1) TRY(result->add(thread, Value::integer(number)));
  }
  return Ref<>(std::move(result));
}

Result<void> add_signal_mask_types(Thread& thread, Module& module) {
  info_type = &make_struct_sequence_type(thread, kInfoSpec);
  TRY(add_to_module(thread, module, "struct_siginfo", info_type->value()));
  Ref<Str> name = TRY(Str::from_ascii(thread, "itimer_error"));
  Ref<Tuple> bases = TRY(Tuple::from(thread, {types.OSError->value()}));
  Ref<Dict> space = TRY(Dict::make(thread));
  TRY(space->set_str(thread, "__module__", intern(thread, "signal").value()));
  Ref<> type = TRY(call(thread, types.type->value(), {name.value(), bases.value(), space.value()}));
  timer_error.set(type.share());
  return add_to_module(thread, module, "ItimerError", type);
}

}  // namespace py
