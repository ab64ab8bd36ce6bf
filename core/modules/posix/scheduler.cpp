// Scheduling policy and affinity; extended attributes.
#include "core/bind/struct_sequence.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"
#include "threading/runtime/os_threads.h"

#include <sched.h>
#include <sys/xattr.h>

#include <cstring>

namespace py::posix {

namespace {

constexpr StructSequenceField kParamFields[] = {{"sched_priority", "the scheduling priority"}};
Result<Ref<>> sched_param_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "sched_param(sched_priority)", arguments);
  Ref<Tuple> result = TRY(new_struct_sequence(thread, type));
  set_struct_field(*result, 0, Ref<>::share(bound[0]));
  return Ref<>(std::move(result));
}
constexpr StructSequenceSpec kParamSpec = {"posix.sched_param", "Currently has only one field: sched_priority", kParamFields, 1, 1, sched_param_new};
Type* sched_param_type;

Result<void> os_sched_yield(Thread& thread) {
  TRY(call_or_raise(thread, [] { return sched_yield(); }));
  return {};
}
Result<int> checked(Thread& thread, int result) {
  if (result < 0) return raise_os_error(thread, errno);
  return result;
}
Result<int> os_sched_get_priority_max(Thread& thread, int policy) { return checked(thread, sched_get_priority_max(policy)); }
Result<int> os_sched_get_priority_min(Thread& thread, int policy) { return checked(thread, sched_get_priority_min(policy)); }
Result<int> os_sched_getscheduler(Thread& thread, int pid) { return checked(thread, sched_getscheduler(pid)); }

Result<sched_param> to_param(Thread& thread, Value value) {
  if (&type_of(value) != sched_param_type) return raise(thread, types.TypeError, "must have a sched_param object");
  sched_param result{};
  result.sched_priority = TRY(to_int(thread, as<Tuple>(value)[0]));
  return result;
}
Result<void> os_sched_setscheduler(Thread& thread, int pid, int policy, Value value) {
  const sched_param param = TRY(to_param(thread, value));
  stop_reusing_os_threads();
  TRY(checked(thread, sched_setscheduler(pid, policy, &param)));
  return {};
}
Result<void> os_sched_setparam(Thread& thread, int pid, Value value) {
  const sched_param param = TRY(to_param(thread, value));
  stop_reusing_os_threads();
  TRY(checked(thread, sched_setparam(pid, &param)));
  return {};
}
Result<Ref<>> os_sched_getparam(Thread& thread, int pid) {
  sched_param param;
  TRY(checked(thread, sched_getparam(pid, &param)));
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *sched_param_type));
  set_struct_field(*result, 0, Ref<>::adopt(Value::integer(param.sched_priority)));
  return Ref<>(std::move(result));
}
Result<double> os_sched_rr_get_interval(Thread& thread, int pid) {
  timespec interval;
  TRY(checked(thread, sched_rr_get_interval(pid, &interval)));
  return static_cast<double>(interval.tv_sec) + 1e-9 * static_cast<double>(interval.tv_nsec);
}
Result<Ref<>> os_sched_getaffinity(Thread& thread, int pid) {
  cpu_set_t set;
  CPU_ZERO(&set);
  TRY(checked(thread, sched_getaffinity(pid, sizeof set, &set)));
  Ref<> result = TRY(call(thread, types.set->value()));
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) TRY(call_method(thread, result, "add", {Value::integer(cpu)}));
  }
  return result;
}
Result<void> os_sched_setaffinity(Thread& thread, int pid, Value mask) {
  cpu_set_t set;
  CPU_ZERO(&set);
  TRY(for_each(thread, mask, [&](Value item) -> Result<void> {
    if (!is_integer(item)) return raise(thread, types.TypeError, "expected an iterator of ints, but iterator yielded {}", type_of(item).value());
    const i64 cpu = TRY(to_i64(thread, item, "CPU number too large"));
    if (cpu < 0) return raise(thread, types.ValueError, "negative CPU number");
    if (cpu >= CPU_SETSIZE) return raise(thread, types.OverflowError, "CPU number too large");
    CPU_SET(cpu, &set);
    return {};
  }));
  stop_reusing_os_threads();
  TRY(checked(thread, sched_setaffinity(pid, sizeof set, &set)));
  return {};
}

// Extended attributes
Failure no_follow_with_fd(Thread& thread, const char* function) {
  return raise(thread, types.ValueError, "{}: cannot use fd and follow_symlinks together", function);
}
Result<Ref<>> os_getxattr(Thread& thread, PathOrFd& path, Path& attribute, bool follow) {
  if (path.is_fd && !follow) return no_follow_with_fd(thread, "getxattr");
  for (usize room : {usize{128}, usize{65536}}) {
    std::string buffer(room, 0);
    const SystemResult result = TRY(call_blocking(thread, [&] {
      if (path.is_fd) return fgetxattr(path.fd, attribute.c_str(), buffer.data(), room);
      return (follow ? getxattr : lgetxattr)(path.c_str(), attribute.c_str(), buffer.data(), room);
    }));
    if (result.error == ERANGE && room == 128) continue;
    if (result.error) return raise_os_error(thread, result.error, path.name());
    return Ref<>(TRY(Bytes::from(thread, {buffer.data(), static_cast<usize>(result.value)})));
  }
  return raise_os_error(thread, ERANGE, path.name());
}
Result<void> os_setxattr(Thread& thread, PathOrFd& path, Path& attribute, Buffer& value, int flags, bool follow) {
  if (path.is_fd && !follow) return no_follow_with_fd(thread, "setxattr");
  TRY(call_or_raise(
      thread,
      [&] {
        const usize size = static_cast<usize>(value.size);
        if (path.is_fd) return fsetxattr(path.fd, attribute.c_str(), value.data, size, flags);
        return (follow ? setxattr : lsetxattr)(path.c_str(), attribute.c_str(), value.data, size, flags);
      },
      path.name()));
  return {};
}
Result<void> os_removexattr(Thread& thread, PathOrFd& path, Path& attribute, bool follow) {
  if (path.is_fd && !follow) return no_follow_with_fd(thread, "removexattr");
  TRY(call_or_raise(
      thread,
      [&] {
        if (path.is_fd) return fremovexattr(path.fd, attribute.c_str());
        return (follow ? removexattr : lremovexattr)(path.c_str(), attribute.c_str());
      },
      path.name()));
  return {};
}
Result<Ref<List>> os_listxattr(Thread& thread, NullablePathOrFd& path, bool follow) {
  if (path.is_fd && !follow) return no_follow_with_fd(thread, "listxattr");
  std::string buffer(65536, 0);
  const i64 length = TRY(call_or_raise(
      thread,
      [&] {
        if (path.is_fd) return flistxattr(path.fd, buffer.data(), buffer.size());
        return (follow ? listxattr : llistxattr)(path.c_str(), buffer.data(), buffer.size());
      },
      path.name()));
  Ref<List> result = TRY(List::make(thread));
  for (i64 at = 0; at < length;) {
    const std::string_view name = buffer.data() + at;
    TRY(result->append(thread, TRY(decode_file_name(thread, name))));
    at += static_cast<i64>(name.size()) + 1;
  }
  return result;
}

constexpr MethodSpec kFunctions[] = {
    function<os_sched_yield>("sched_yield()", "Voluntarily relinquish the CPU."),
    function<os_sched_get_priority_max>("sched_get_priority_max(policy)", "Get the maximum scheduling priority for policy."),
    function<os_sched_get_priority_min>("sched_get_priority_min(policy)", "Get the minimum scheduling priority for policy."),
    function<os_sched_getscheduler>("sched_getscheduler(pid, /)", "Get the scheduling policy for the process identified by pid."),
    function<os_sched_setscheduler>("sched_setscheduler(pid, policy, param, /)", "Set the scheduling policy for the process identified by pid."),
    function<os_sched_getparam>("sched_getparam(pid, /)", "Returns scheduling parameters for the process identified by pid."),
    function<os_sched_setparam>("sched_setparam(pid, param, /)", "Set scheduling parameters for the process identified by pid."),
    function<os_sched_rr_get_interval>("sched_rr_get_interval(pid, /)", "Return the round-robin quantum for the process identified by pid, in seconds."),
    function<os_sched_getaffinity>("sched_getaffinity(pid, /)", "Return the affinity of the process identified by pid."),
    function<os_sched_setaffinity>("sched_setaffinity(pid, mask, /)", "Set the CPU affinity of the process identified by pid to mask."),
    function<os_getxattr>("getxattr(path, attribute, *, follow_symlinks=True)", "Return the value of extended attribute attribute on path."),
    function<os_setxattr>("setxattr(path, attribute, value, flags=0, *, follow_symlinks=True)", "Set extended attribute attribute on path to value."),
    function<os_removexattr>("removexattr(path, attribute, *, follow_symlinks=True)", "Remove extended attribute attribute on path."),
    function<os_listxattr>("listxattr(path=None, *, follow_symlinks=True)", "Return a list of extended attributes on path."),
};

}  // namespace

const std::span<const MethodSpec> kSchedulerFunctions = kFunctions;

Result<void> add_scheduler_types(Thread& thread, Module& module) {
  sched_param_type = &make_struct_sequence_type(thread, kParamSpec);
  return add_to_module(thread, module, "sched_param", sched_param_type->value());
}

}  // namespace py::posix
