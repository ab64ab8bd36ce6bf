// resource: limits and usage of the system's resources.
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "core/bind/struct_sequence.h"
#include "core/modules/registry.h"

namespace py {

namespace {

constexpr StructSequenceField kUsageFields[] = {{"ru_utime", "user time used"},
                                                {"ru_stime", "system time used"},
                                                {"ru_maxrss", "max. resident set size"},
                                                {"ru_ixrss", "shared memory size"},
                                                {"ru_idrss", "unshared data size"},
                                                {"ru_isrss", "unshared stack size"},
                                                {"ru_minflt", "page faults not requiring I/O"},
                                                {"ru_majflt", "page faults requiring I/O"},
                                                {"ru_nswap", "number of swap outs"},
                                                {"ru_inblock", "block input operations"},
                                                {"ru_oublock", "block output operations"},
                                                {"ru_msgsnd", "IPC messages sent"},
                                                {"ru_msgrcv", "IPC messages received"},
                                                {"ru_nsignals", "signals received"},
                                                {"ru_nvcsw", "voluntary context switches"},
                                                {"ru_nivcsw", "involuntary context switches"}};
constexpr StructSequenceSpec kUsageResult = {"resource.struct_rusage", "struct_rusage: Result from getrusage.",
                                             kUsageFields, 16, 16};
Type* usage_type;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

Result<Ref<>> resource_getrusage(Thread& thread, int who) {
  rusage usage;
  if (getrusage(static_cast<__rusage_who_t>(who), &usage) < 0) {
    if (errno == EINVAL) return raise(thread, types.ValueError, "invalid who parameter");
    return raise_os_error(thread, errno);
  }
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *usage_type));
  set_struct_field(*result, 0, TRY(make_float(thread, seconds(usage.ru_utime))));
  set_struct_field(*result, 1, TRY(make_float(thread, seconds(usage.ru_stime))));
  const long counts[] = {usage.ru_maxrss, usage.ru_ixrss,    usage.ru_idrss,   usage.ru_isrss,   usage.ru_minflt,
                         usage.ru_majflt, usage.ru_nswap,    usage.ru_inblock, usage.ru_oublock, usage.ru_msgsnd,
                         usage.ru_msgrcv, usage.ru_nsignals, usage.ru_nvcsw,   usage.ru_nivcsw};
  for (usize i = 0; i < std::size(counts); ++i) set_struct_field(*result, 2 + i, TRY(make_int(thread, counts[i])));
  return Ref<>(std::move(result));
}

Result<void> check_resource(Thread& thread, int resource) {
  if (resource < 0 || resource >= static_cast<int>(RLIM_NLIMITS))
    return raise(thread, types.ValueError, "invalid resource specified");
  return {};
}
Result<Ref<Tuple>> make_limits(Thread& thread, const rlimit& limits) {
  Ref<> soft = TRY(make_int(thread, static_cast<i64>(limits.rlim_cur))),
        hard = TRY(make_int(thread, static_cast<i64>(limits.rlim_max)));
  return Tuple::from(thread, {soft, hard});
}
Result<rlimit> read_limits(Thread& thread, Value value) {
  Ref<Tuple> pair = TRY(to_tuple(thread, value));
  if (pair->length != 2) return raise(thread, types.ValueError, "expected a tuple of 2 integers");
  rlimit limits;
  limits.rlim_cur = static_cast<rlim_t>(TRY(to_i64(thread, (*pair)[0])));
  limits.rlim_max = static_cast<rlim_t>(TRY(to_i64(thread, (*pair)[1])));
  return limits;
}
Failure raise_limit_error(Thread& thread) {
  if (errno == EINVAL) return raise(thread, types.ValueError, "current limit exceeds maximum limit");
  if (errno == EPERM) return raise(thread, types.ValueError, "not allowed to raise maximum limit");
  return raise_os_error(thread, errno);
}

Result<Ref<Tuple>> resource_getrlimit(Thread& thread, int resource) {
  TRY(check_resource(thread, resource));
  rlimit limits;
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &limits) < 0) return raise_os_error(thread, errno);
  return make_limits(thread, limits);
}
Result<void> resource_setrlimit(Thread& thread, int resource, Value value) {
  TRY(check_resource(thread, resource));
  const rlimit limits = TRY(read_limits(thread, value));
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &limits) < 0) return raise_limit_error(thread);
  return {};
}
Result<Ref<Tuple>> resource_prlimit(Thread& thread, int pid, int resource, Value value) {
  TRY(check_resource(thread, resource));
  rlimit fresh, old;
  const bool change = value != Unbound && !value.is_none();
  if (change) fresh = TRY(read_limits(thread, value));
  if (prlimit(pid, static_cast<enum __rlimit_resource>(resource), change ? &fresh : nullptr, &old) < 0) {
    if (errno == EINVAL) return raise(thread, types.ValueError, "current limit exceeds maximum limit");
    return raise_os_error(thread, errno);
  }
  return make_limits(thread, old);
}
Result<isize> resource_getpagesize(Thread&) { return static_cast<isize>(sysconf(_SC_PAGESIZE)); }

constexpr MethodSpec kFunctions[] = {
    function<resource_getrusage>("getrusage(who, /)", nullptr),
    function<resource_getrlimit>("getrlimit(resource, /)", nullptr),
    function<resource_setrlimit>("setrlimit(resource, limits, /)", nullptr),
    function<resource_prlimit>("prlimit(pid, resource, limits=None, /)", nullptr),
    function<resource_getpagesize>("getpagesize()", nullptr),
};
#define C(name) {#name, static_cast<i64>(name)}
constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {C(RLIMIT_CPU),        C(RLIMIT_FSIZE),    C(RLIMIT_DATA),     C(RLIMIT_STACK),  C(RLIMIT_CORE),
                  C(RLIMIT_NOFILE),     C(RLIMIT_OFILE),    C(RLIMIT_AS),       C(RLIMIT_RSS),    C(RLIMIT_NPROC),
                  C(RLIMIT_MEMLOCK),    C(RLIMIT_MSGQUEUE), C(RLIMIT_NICE),     C(RLIMIT_RTPRIO), C(RLIMIT_RTTIME),
                  C(RLIMIT_SIGPENDING), C(RUSAGE_SELF),     C(RUSAGE_CHILDREN), C(RUSAGE_THREAD), C(RLIM_INFINITY)};
#undef C

Result<void> initialize(Thread& thread, Module& module) {
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  TRY(add_to_module(thread, module, "error", types.OSError->value()));
  usage_type = &make_struct_sequence_type(thread, kUsageResult);
  return add_to_module(thread, module, "struct_rusage", usage_type->value());
}

}  // namespace

const ModuleSpec kResourceModule = {"resource", nullptr, kFunctions, std::size(kFunctions), initialize};

}  // namespace py
