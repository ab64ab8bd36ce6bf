// The machine and its configuration: uname, sysconf, times, random bytes, the terminal's size.
#include "core/bind/struct_sequence.h"
#include "core/modules/posix/configuration.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"

#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <cstring>

namespace py::posix {

namespace {

constexpr StructSequenceField kUnameFields[] = {{"sysname", "operating system name"},
                                                {"nodename", "name of machine on network (implementation-defined)"},
                                                {"release", "operating system release"},
                                                {"version", "operating system version"},
                                                {"machine", "hardware identifier"}};
constexpr StructSequenceSpec kUnameResult = {"posix.uname_result", "uname_result: Result from os.uname().", kUnameFields, 5, 5};
constexpr StructSequenceField kTimesFields[] = {{"user", "user time"},
                                                {"system", "system time"},
                                                {"children_user", "user time of children"},
                                                {"children_system", "system time of children"},
                                                {"elapsed", "elapsed time since an arbitrary point in the past"}};
constexpr StructSequenceSpec kTimesResult = {"posix.times_result", "times_result: Result from os.times().", kTimesFields, 5, 5};
constexpr StructSequenceField kSizeFields[] = {{"columns", "width of the terminal window in characters"},
                                               {"lines", "height of the terminal window in characters"}};
constexpr StructSequenceSpec kSizeResult = {"os.terminal_size", "A tuple of (columns, lines) for holding terminal window size", kSizeFields, 2, 2};
Type *uname_type, *times_type, *terminal_size_type;

Result<Ref<>> os_uname(Thread& thread) {
  utsname names;
  if (uname(&names) < 0) return raise_os_error(thread, errno);
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *uname_type));
  const char* fields[] = {names.sysname, names.nodename, names.release, names.version, names.machine};
  for (usize i = 0; i < 5; ++i) set_struct_field(*result, i, TRY(decode_file_name(thread, fields[i])));
  return Ref<>(std::move(result));
}

Result<Ref<>> os_times(Thread& thread) {
  tms spent;
  const clock_t elapsed = times(&spent);
  if (elapsed == static_cast<clock_t>(-1)) return raise_os_error(thread, errno);
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *times_type));
  const clock_t fields[] = {spent.tms_utime, spent.tms_stime, spent.tms_cutime, spent.tms_cstime, elapsed};
  for (usize i = 0; i < 5; ++i) set_struct_field(*result, i, TRY(make_float(thread, static_cast<double>(fields[i]) / ticks)));
  return Ref<>(std::move(result));
}

Result<Ref<>> os_get_terminal_size(Thread& thread, int fd) {
  winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) < 0) return raise_os_error(thread, errno);
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *terminal_size_type));
  set_struct_field(*result, 0, Ref<>::adopt(Value::integer(size.ws_col)));
  set_struct_field(*result, 1, Ref<>::adopt(Value::integer(size.ws_row)));
  return Ref<>(std::move(result));
}

Result<isize> os_sysconf(Thread& thread, Value name) {
  const int number = TRY(configuration_number(thread, Configuration::Sysconf, name));
  errno = 0;
  const long value = sysconf(number);
  if (value == -1 && errno) return raise_os_error(thread, errno);
  return value;
}
Result<Ref<>> os_confstr(Thread& thread, Value name) {
  const int number = TRY(configuration_number(thread, Configuration::Confstr, name));
  char buffer[4096];
  errno = 0;
  const usize length = confstr(number, buffer, sizeof buffer);
  if (length == 0) {
    if (errno) return raise_os_error(thread, errno);
    return Ref<>::adopt(None);
  }
  return decode_file_name(thread, buffer);
}
Result<isize> os_pathconf(Thread& thread, PathOrFd& path, Value name) {
  const int number = TRY(configuration_number(thread, Configuration::Pathconf, name));
  errno = 0;
  const long value = path.is_fd ? fpathconf(path.fd, number) : pathconf(path.c_str(), number);
  if (value == -1 && errno) return raise_os_error(thread, errno, path.name());
  return value;
}
Result<isize> os_fpathconf(Thread& thread, Descriptor fd, Value name) {
  const int number = TRY(configuration_number(thread, Configuration::Pathconf, name));
  errno = 0;
  const long value = fpathconf(fd, number);
  if (value == -1 && errno) return raise_os_error(thread, errno);
  return value;
}

Result<Ref<>> os_cpu_count(Thread&) {
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return Ref<>::adopt(count > 0 ? Value::integer(count) : None);
}
Result<Ref<Tuple>> os_getloadavg(Thread& thread) {
  double loads[3];
  if (getloadavg(loads, 3) != 3) return raise(thread, types.OSError, "Load averages are unobtainable");
  Ref<> one = TRY(make_float(thread, loads[0])), five = TRY(make_float(thread, loads[1])), fifteen = TRY(make_float(thread, loads[2]));
  return Tuple::from(thread, {one, five, fifteen});
}

// Large requests may come in parts.
Result<Ref<>> os_urandom(Thread& thread, isize size) {
  if (size < 0) return raise(thread, types.ValueError, "negative argument not allowed");
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, size));
  u8* data = bytes->data();
  for (isize done = 0; done < size;) {
    done += TRY(call_or_raise(thread, [&] { return getrandom(data + done, static_cast<usize>(size - done), 0); }));
  }
  return Ref<>(std::move(bytes));
}
Result<Ref<>> os_getrandom(Thread& thread, isize size, int flags) {
  if (size < 0) return raise_os_error(thread, EINVAL);
  Ref<Bytes> bytes = TRY(Bytes::allocate(thread, size));
  u8* data = bytes->data();
  const i64 count = TRY(call_or_raise(thread, [&] { return getrandom(data, static_cast<usize>(size), static_cast<unsigned>(flags)); }));
  if (count == size) return Ref<>(std::move(bytes));
  return Ref<>(TRY(Bytes::from(thread, bytes->view().substr(0, static_cast<usize>(count)))));
}

Result<Ref<>> os_strerror(Thread& thread, int code) { return decode_file_name(thread, std::strerror(code)); }
Result<Ref<>> os_ctermid(Thread& thread) {
  char buffer[L_ctermid];
  return decode_file_name(thread, ctermid(buffer));
}
Result<Ref<>> os_ttyname(Thread& thread, int fd) {
  char buffer[PATH_MAX];
  if (const int error = ttyname_r(fd, buffer, sizeof buffer)) return raise_os_error(thread, error);
  return decode_file_name(thread, buffer);
}

constexpr MethodSpec kFunctions[] = {
    function<os_uname>("uname()", "Return an object identifying the current operating system."),
    function<os_times>("times()", "Return a collection containing process timing information."),
    function<os_get_terminal_size>("get_terminal_size(fd=1, /)", "Return the size of the terminal window as (columns, lines)."),
    function<os_sysconf>("sysconf(name, /)", "Return an integer-valued system configuration variable."),
    function<os_confstr>("confstr(name, /)", "Return a string-valued system configuration variable."),
    function<os_pathconf>("pathconf(path, name)", "Return the configuration limit name for the file or directory path."),
    function<os_fpathconf>("fpathconf(fd, name, /)", "Return the configuration limit name for the file descriptor fd."),
    function<os_cpu_count>("cpu_count()", "Return the number of CPUs in the system; return None if indeterminable."),
    function<os_getloadavg>("getloadavg()", "Return average recent system load information."),
    function<os_urandom>("urandom(size, /)", "Return a bytes object containing random bytes suitable for cryptographic use."),
    function<os_getrandom>("getrandom(size, flags=0)", "Obtain a series of random bytes."),
    function<os_strerror>("strerror(code, /)", "Translate an error code to a message string."),
    function<os_ctermid>("ctermid()", "Return the name of the controlling terminal for this process."),
    function<os_ttyname>("ttyname(fd, /)", "Return the name of the terminal device connected to 'fd'."),
};

}  // namespace

const std::span<const MethodSpec> kSystemFunctions = kFunctions;

Result<void> add_system_types(Thread& thread, Module& module) {
  uname_type = &make_struct_sequence_type(thread, kUnameResult);
  times_type = &make_struct_sequence_type(thread, kTimesResult);
  terminal_size_type = &make_struct_sequence_type(thread, kSizeResult);
  TRY(add_to_module(thread, module, "uname_result", uname_type->value()));
  TRY(add_to_module(thread, module, "times_result", times_type->value()));
  return add_to_module(thread, module, "terminal_size", terminal_size_type->value());
}

}  // namespace py::posix
