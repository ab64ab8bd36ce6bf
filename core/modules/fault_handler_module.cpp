// faulthandler: tracebacks written straight to a descriptor, on request, after a time, or when a fatal signal arrives.
//
// Frames of other threads are read with the world stopped, so a dump of all threads waits until each has come to a
// safepoint. A signal handler cannot wait: it shows the frames of the thread that the signal hit.
// Threads: settings are atomic. The watchdog enters the world only to write a dump.
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>

#include "core/modules/registry.h"
#include "core/modules/time_conversion.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/vm/frame.h"
#include "core/vm/interpreter.h"
#include "core/vm/sys_access.h"
#include "threading/runtime/os_threads.h"
#include "memory/roots.h"
#include "threading/runtime/world.h"
#include "threading/sync/parking_lot.h"

namespace py {

namespace {

// Writing: async-signal-safe, without allocation.

class Writer {
 public:
  explicit Writer(int fd) : fd_(fd) {}
  ~Writer() { flush(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void text(const char* text) {
    while (*text) character(*text++);
  }
  void number(u64 value, u32 base, u32 width = 1) {
    char digits[24];
    u32 count = 0;
    for (; value || count < width; value /= base) digits[count++] = "0123456789abcdef"[value % base];
    while (count) character(digits[--count]);
  }
  void str(const Str& text) {
    constexpr isize kLimit = 500;
    for (isize i = 0; i < text.length() && i < kLimit; ++i) {
      const u32 c = text[i];
      if (c >= ' ' && c < 127) {
        character(static_cast<char>(c));
      } else {
        this->text(c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
        number(c, 16, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
      }
    }
    if (text.length() > kLimit) this->text("...");
  }

 private:
  void character(char c) {
    if (size_ == sizeof buffer_) flush();
    buffer_[size_++] = c;
  }
  void flush() {
    for (usize done = 0; done < size_;) {
      const isize count = write(fd_, buffer_ + done, size_ - done);
      if (count < 0 && errno != EINTR) break;
      if (count > 0) done += static_cast<usize>(count);
    }
    size_ = 0;
  }

  int fd_;
  usize size_ = 0;
  char buffer_[512];
};

void write_frames(Writer& out, const Thread& thread) {
  constexpr int kMaxDepth = 100;
  if (!thread.frame_registers) return out.text("  <no Python frame>\n");
  int depth = 0;
  for (Value* fp = thread.frame_registers; fp; fp = frame_caller(fp)) {
    if (++depth > kMaxDepth) return out.text("  ...\n");
    const Code& code = frame_code(fp);
    out.text("  File \"");
    if (is<Str>(code.filename.peek())) out.str(as<Str>(code.filename.peek()));
    out.text("\", line ");
    const i32 line = frame_line(fp);
    line > 0 ? out.number(static_cast<u64>(line), 10) : out.text("???");
    out.text(" in ");
    if (is<Str>(code.name.peek())) out.str(as<Str>(code.name.peek()));
    out.text("\n");
  }
}
void write_thread(Writer& out, const Thread& thread, const Thread* current) {
  out.text(&thread == current ? "Current thread 0x" : "Thread 0x");
  out.number(thread.native_id, 16, 16);
  out.text(" (most recent call first):\n");
  write_frames(out, thread);
}

// All threads, the world being stopped meanwhile; the caller's comes last, as it is the newest in CPython's list.
void write_all_threads(Thread& thread, int fd, const Thread* current) {
  StopTheWorld stop(thread);
  Writer out(fd);
  bool first = true;
  for_each_thread([&](ThreadBase& base) {
    const Thread& other = static_cast<Thread&>(base);
    if (&other == &thread) return;
    if (!first) out.text("\n");
    first = false;
    write_thread(out, other, current);
  });
  if (current != &thread) return;
  if (!first) out.text("\n");
  write_thread(out, thread, current);
}

// The file argument

Result<int> file_descriptor(Thread& thread, Value file) {
  Ref<> stream = Ref<>::share(file);
  if (file == Unbound || file.is_none()) {
    stream = sys_attribute(thread, "stderr");
    if (stream.is_empty()) return raise(thread, types.RuntimeError, "unable to get sys.stderr");
    if (stream.value().is_none()) return raise(thread, types.RuntimeError, "sys.stderr is None");
  } else if (is_integer(file)) {
    const int fd = TRY(to_int(thread, file));
    if (fd < 0) return raise(thread, types.ValueError, "file is not a valid file descripter");
    return fd;
  }
  Ref<> number = TRY(call_method(thread, stream, "fileno"));
  if (!is_integer(number)) return raise(thread, types.RuntimeError, "file.fileno() is not an integer");
  const int fd = TRY(to_int(thread, number));
  if (fd < 0) return raise(thread, types.RuntimeError, "file.fileno() is not a valid file descriptor");
  if (call_method(thread, stream, "flush").failed()) clear_pending(thread);
  return fd;
}

Result<void> fault_dump_traceback(Thread& thread, Value file, bool all_threads) {
  const int fd = TRY(file_descriptor(thread, file));
  if (all_threads) {
    write_all_threads(thread, fd, &thread);
  } else {
    Writer out(fd);
    out.text("Stack (most recent call first):\n");
    write_frames(out, thread);
  }
  return {};
}

// Fatal signals

struct FatalSignal {
  int number;
  const char* text;
  struct sigaction previous;
};
FatalSignal fatal_signals[] = {{SIGBUS, "Bus error", {}},
                               {SIGILL, "Illegal instruction", {}},
                               {SIGFPE, "Floating point exception", {}},
                               {SIGABRT, "Aborted", {}},
                               {SIGSEGV, "Segmentation fault", {}}};
std::atomic<bool> fatal_enabled{false};
std::atomic<int> fatal_fd{2};
GlobalRef fatal_file;

void write_current_thread(int fd) {
  Writer out(fd);
  if (const Thread* thread = current_thread_pointer) {
    write_thread(out, *thread, thread);
  } else {
    out.text("Stack (most recent call first):\n  <no Python frame>\n");
  }
}

void on_fatal_signal(int number) {
  const int saved = errno;
  for (FatalSignal& row : fatal_signals) {
    if (row.number != number) continue;
    sigaction(number, &row.previous, nullptr);
    Writer out(fatal_fd.load());
    out.text("Fatal Python error: ");
    out.text(row.text);
    out.text("\n\n");
  }
  write_current_thread(fatal_fd.load());
  errno = saved;
  ::raise(number);
}

void use_alternate_stack() {
  constexpr usize kBytes = 64 * 1024;
  static char stack[kBytes];
  const stack_t where{stack, 0, kBytes};
  sigaltstack(&where, nullptr);
}

Result<void> fault_enable(Thread& thread, Value file, bool) {
  fatal_fd.store(TRY(file_descriptor(thread, file)));
  fatal_file.set(Ref<>::share(file == Unbound ? None : file));
  if (fatal_enabled.exchange(true)) return {};
  use_alternate_stack();
  for (FatalSignal& row : fatal_signals) {
    struct sigaction action{};
    action.sa_handler = on_fatal_signal;
    action.sa_flags = SA_NODEFER | SA_ONSTACK;
    sigaction(row.number, &action, &row.previous);
  }
  return {};
}
Result<bool> fault_disable(Thread&) {
  if (!fatal_enabled.exchange(false)) return false;
  for (FatalSignal& row : fatal_signals) sigaction(row.number, &row.previous, nullptr);
  fatal_file.clear();
  return true;
}
Result<bool> fault_is_enabled(Thread&) { return fatal_enabled.load(); }

// Signals that a program registers

struct UserSignal {
  std::atomic<bool> enabled{false};
  std::atomic<int> fd{2};
  bool chain = false;
  struct sigaction previous{};
};
UserSignal user_signals[NSIG];
GlobalRef user_files;  // dict: signal -> file

void on_user_signal(int number) {
  const int saved = errno;
  UserSignal& user = user_signals[number];
  if (!user.enabled.load()) return;
  write_current_thread(user.fd.load());
  if (user.chain) {
    struct sigaction own;
    sigaction(number, &user.previous, &own);
    ::raise(number);
    sigaction(number, &own, nullptr);
  }
  errno = saved;
}

Result<void> check_user_signal(Thread& thread, int number) {
  for (const FatalSignal& row : fatal_signals) {
    if (row.number == number)
      return raise(thread, types.RuntimeError, "signal {} cannot be registered, use enable() instead", number);
  }
  if (number < 1 || number >= NSIG) return raise(thread, types.ValueError, "signal number out of range");
  return {};
}
Result<void> fault_register(Thread& thread, int number, Value file, bool, bool chain) {
  TRY(check_user_signal(thread, number));
  const int fd = TRY(file_descriptor(thread, file));
  UserSignal& user = user_signals[number];
  user.fd.store(fd);
  user.chain = chain;
  if (!user.enabled.load()) {
    struct sigaction action{};
    action.sa_handler = on_user_signal;
    action.sa_flags = SA_RESTART | SA_ONSTACK | (chain ? SA_NODEFER : 0);
    if (sigaction(number, &action, &user.previous) < 0) return raise_os_error(thread, errno);
  }
  if (user_files.peek().is_empty()) user_files.set(TRY(Dict::make(thread)));
  TRY(as<Dict>(user_files.peek()).set(thread, Value::integer(number), file == Unbound ? None : file));
  user.enabled.store(true);
  return {};
}
Result<bool> fault_unregister(Thread& thread, int number) {
  TRY(check_user_signal(thread, number));
  UserSignal& user = user_signals[number];
  if (!user.enabled.exchange(false)) return false;
  sigaction(number, &user.previous, nullptr);
  return true;
}

// The watchdog. Each call of dump_traceback_later has a number; the thread it starts lives as long as that is current.

std::atomic<u32> watchdog_number{0};
GlobalRef watchdog_file;
struct Watchdog {
  u32 number;
  i64 period_ns;
  int fd;
  bool repeat, exit;
  char header[64];
};

void write_timeout(const Watchdog& watchdog) {
  {
    Writer out(watchdog.fd);
    out.text(watchdog.header);
  }
  Thread* thread = enter_thread();
  if (!thread) return;
  if (enter_interpreter(*thread)) {
    if (watchdog_number.load() == watchdog.number) write_all_threads(*thread, watchdog.fd, nullptr);
    leave_interpreter(*thread);
  }
  leave_thread(thread);
}

void watch(void* argument) {
  Watchdog watchdog = *static_cast<Watchdog*>(argument);
  delete static_cast<Watchdog*>(argument);
  auto is_current = [&] { return watchdog_number.load() == watchdog.number; };
  do {
    const i64 deadline = monotonic_ns() + watchdog.period_ns;
    while (is_current() && monotonic_ns() < deadline) park_if(&watchdog_number, is_current, deadline);
    if (!is_current()) return;
    write_timeout(watchdog);
    if (watchdog.exit) _exit(1);
  } while (watchdog.repeat);
}

Result<void> fault_cancel(Thread&) {
  watchdog_number.fetch_add(1);
  unpark_all(&watchdog_number);
  watchdog_file.clear();
  return {};
}

Result<void> fault_dump_traceback_later(Thread& thread, Value timeout, bool repeat, Value file, bool exit) {
  const i64 period_ns = TRY(to_nanoseconds(thread, timeout, 1'000'000'000, nullptr));
  if (period_ns < 1000) return raise(thread, types.ValueError, "timeout must be greater than 0");
  const int fd = TRY(file_descriptor(thread, file));
  TRY(fault_cancel(thread));
  auto* watchdog = new Watchdog{watchdog_number.load(), period_ns, fd, repeat, exit, {}};
  const i64 seconds = period_ns / 1'000'000'000, rest_us = period_ns / 1000 % 1'000'000;
  const int used = std::snprintf(watchdog->header, sizeof watchdog->header, "Timeout (%lld:%02lld:%02lld",
                                 static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                                 static_cast<long long>(seconds % 60));
  std::snprintf(watchdog->header + used, sizeof watchdog->header - static_cast<usize>(used),
                rest_us ? ".%06lld)!\n" : ")!\n", static_cast<long long>(rest_us));
  watchdog_file.set(Ref<>::share(file == Unbound ? None : file));
  if (spawn_os_thread(256 * 1024, watch, watchdog)) {
    delete watchdog;
    return raise(thread, types.RuntimeError, "unable to start watchdog thread");
  }
  return {};
}

// For tests of the handler: real faults.

void without_core_dump() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}
template <int number>
Result<void> fault_raise(Thread&) {
  without_core_dump();
  for (int i = 0; i < 2; ++i) std::raise(number);
  return {};
}
Result<void> fault_sigsegv(Thread& thread, bool) { return fault_raise<SIGSEGV>(thread); }
Result<void> fault_read_null(Thread&) {
  without_core_dump();
  void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)*static_cast<volatile char*>(page);
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<fault_enable>("enable(file=sys.stderr, all_threads=True)",
                           "enable(file=sys.stderr, all_threads=True): enable the fault handler"),
    function<fault_disable>("disable()", "disable(): disable the fault handler"),
    function<fault_is_enabled>("is_enabled()", "is_enabled()->bool: check if the handler is enabled"),
    function<fault_dump_traceback>("dump_traceback(file=sys.stderr, all_threads=True)",
                                   "Dump the traceback of the current thread, or of all threads."),
    function<fault_dump_traceback_later>("dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False)",
                                         "Dump the traceback of all threads in timeout seconds,\nor each timeout "
                                         "seconds if repeat is True. If exit is True, "
                                         "call _exit(1) after it."),
    function<fault_cancel>("cancel_dump_traceback_later()", "Cancel the previous call to dump_traceback_later()."),
    function<fault_register>(
        "register(signum, file=sys.stderr, all_threads=True, chain=False)",
        "Register a handler for the signal 'signum': dump the traceback of the thread that it interrupts."),
    function<fault_unregister>("unregister(signum, /)",
                               "Unregister the handler of the signal 'signum' registered by register()."),
    function<fault_sigsegv>("_sigsegv(release_gil=False, /)", "Raise a SIGSEGV signal."),
    function<fault_raise<SIGABRT>>("_sigabrt()", "Raise a SIGABRT signal."),
    function<fault_raise<SIGFPE>>("_sigfpe()", "Raise a SIGFPE signal."),
    function<fault_read_null>("_read_null()", "Read memory that cannot be read."),
};

}  // namespace

const ModuleSpec kFaultHandlerModule = {"faulthandler", "faulthandler module.", kFunctions, std::size(kFunctions)};

}  // namespace py
