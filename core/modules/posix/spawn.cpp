// Starting programs: exec* and posix_spawn; and the environment they get.
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"
#include "core/object/dict.h"
#include "core/object/names.h"

#include <spawn.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

extern char** environ;

namespace py::posix {

namespace {

// Strings as exec wants them.
class StringVector {
 public:
  void add(std::string text) { texts_.push_back(std::move(text)); }
  usize size() const { return texts_.size(); }
  const std::string& front() const { return texts_.front(); }
  char** pointers() {
    pointers_.clear();
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

Result<std::string> plain_text(Thread& thread, Value value) {
  Ref<> path = TRY(file_system_path(thread, value));
  std::string text = TRY(encode_file_name(thread, path));
  if (text.size() != std::strlen(text.c_str())) return raise(thread, types.ValueError, "embedded null byte");
  return text;
}

Result<void> collect_arguments(Thread& thread, const char* function, Value value, StringVector& out) {
  if (!is<List>(value) && !is<Tuple>(value)) {
    return raise(thread, types.TypeError, "{}: {} must be a tuple or list", function, function[0] == 'p' ? "argv" : function[4] == 'e' ? "argv" : "arg 2");
  }
  Ref<Tuple> items = TRY(to_tuple(thread, value));
  for (isize i = 0; i < items->length; ++i) out.add(TRY(plain_text(thread, (*items)[i])));
  if (out.size() == 0) return raise(thread, types.ValueError, "{} must not be empty", function[0] == 'p' ? "argv" : function[4] == 'e' ? "execve: argv" : "execv() arg 2");
  if (out.front().empty()) {
    return raise(thread, types.ValueError, "{} first element cannot be empty", function[0] == 'p' ? "posix_spawn: argv" : function[4] == 'e' ? "execve: argv" : "execv() arg 2");
  }
  return {};
}

Result<void> collect_environment(Thread& thread, Value mapping, StringVector& out) {
  if (!type_of(mapping).slots.get_item) return raise(thread, types.TypeError, "execve: environment must be a mapping object");
  Ref<Tuple> keys = TRY(to_tuple(thread, TRY(call_method(thread, mapping, names::keys()))));
  for (isize i = 0; i < keys->length; ++i) {
    Ref<> value = TRY(get_item(thread, mapping, (*keys)[i]));
    std::string text = TRY(plain_text(thread, (*keys)[i]));
    if (text.find('=', text.empty() ? 0 : 1) != std::string::npos || text.empty()) {
      return raise(thread, types.ValueError, "illegal environment variable name");
    }
    text += "=";
    text += TRY(plain_text(thread, value));
    out.add(std::move(text));
  }
  return {};
}

Result<void> os_execv(Thread& thread, Path& path, Value argv) {
  StringVector arguments;
  TRY(collect_arguments(thread, "execv", argv, arguments));
  execv(path.c_str(), arguments.pointers());
  return raise_os_error(thread, errno);
}
Result<void> os_execve(Thread& thread, PathOrFd& path, Value argv, Value env) {
  StringVector arguments, environment;
  TRY(collect_arguments(thread, "execve", argv, arguments));
  TRY(collect_environment(thread, env, environment));
  if (path.is_fd) {
    fexecve(path.fd, arguments.pointers(), environment.pointers());
  } else {
    execve(path.c_str(), arguments.pointers(), environment.pointers());
  }
  return raise_os_error(thread, errno, path.name());
}

class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  short flags = 0;
};

Result<void> add_file_action(Thread& thread, SpawnPlan& plan, Value action) {
  if (!is<Tuple>(action) || as<Tuple>(action).length == 0) {
    return raise(thread, types.TypeError, "Each file_actions element must be a non-empty tuple");
  }
  Tuple& items = as<Tuple>(action);
  const i64 kind = TRY(to_i64(thread, items[0]));
  const isize wanted = kind == 0 ? 5 : kind == 1 ? 2 : kind == 2 ? 3 : 0;
  if (!wanted) return raise(thread, types.TypeError, "Unknown file_actions identifier");
  if (items.length != wanted) return raise(thread, types.TypeError, "A file_actions tuple must have {} elements", wanted);
  int error;
  const int fd = TRY(to_int(thread, items[1]));
  if (kind == 0) {
    const std::string path = TRY(plain_text(thread, items[2]));
    error = posix_spawn_file_actions_addopen(&plan.actions, fd, path.c_str(), TRY(to_int(thread, items[3])),
                                             static_cast<mode_t>(TRY(to_int(thread, items[4]))));
  } else if (kind == 1) {
    error = posix_spawn_file_actions_addclose(&plan.actions, fd);
  } else {
    error = posix_spawn_file_actions_adddup2(&plan.actions, fd, TRY(to_int(thread, items[2])));
  }
  if (error) return raise_os_error(thread, error);
  return {};
}

Result<sigset_t> to_signal_set(Thread& thread, Value iterable) {
  sigset_t set;
  sigemptyset(&set);
  TRY(for_each(thread, iterable, [&](Value item) -> Result<void> {
    const i64 number = TRY(to_i64(thread, item));
    if (number < 1 || number >= NSIG) return raise(thread, types.ValueError, "signal number {} out of range [1; {}]", number, NSIG - 1);
    sigaddset(&set, static_cast<int>(number));
    return {};
  }));
  return set;
}

struct SpawnOptions {
  Value group, resetids, setsid, signal_mask, default_signals, scheduler;
};
Result<void> plan_attributes(Thread& thread, SpawnPlan& plan, const SpawnOptions& options) {
  if (options.group != Unbound && !options.group.is_none()) {
    posix_spawnattr_setpgroup(&plan.attributes, TRY(to_int(thread, options.group)));
    plan.flags |= POSIX_SPAWN_SETPGROUP;
  }
  if (options.resetids != Unbound && TRY(to_int(thread, options.resetids))) plan.flags |= POSIX_SPAWN_RESETIDS;
  if (options.setsid != Unbound && TRY(is_true(thread, options.setsid))) plan.flags |= POSIX_SPAWN_SETSID;
  if (options.signal_mask != Unbound) {
    const sigset_t set = TRY(to_signal_set(thread, options.signal_mask));
    posix_spawnattr_setsigmask(&plan.attributes, &set);
    plan.flags |= POSIX_SPAWN_SETSIGMASK;
  }
  if (options.default_signals != Unbound) {
    const sigset_t set = TRY(to_signal_set(thread, options.default_signals));
    posix_spawnattr_setsigdefault(&plan.attributes, &set);
    plan.flags |= POSIX_SPAWN_SETSIGDEF;
  }
  if (options.scheduler != Unbound && !options.scheduler.is_none()) {
    if (!is<Tuple>(options.scheduler) || as<Tuple>(options.scheduler).length != 2) {
      return raise(thread, types.TypeError, "A scheduler tuple must have two elements");
    }
    const Value policy = as<Tuple>(options.scheduler)[0], param = as<Tuple>(options.scheduler)[1];
    if (!policy.is_none()) {
      posix_spawnattr_setschedpolicy(&plan.attributes, TRY(to_int(thread, policy)));
      plan.flags |= POSIX_SPAWN_SETSCHEDULER;
    }
    Ref<> priority = TRY(get_attribute(thread, param, "sched_priority"));
    sched_param native{};
    native.sched_priority = TRY(to_int(thread, priority));
    posix_spawnattr_setschedparam(&plan.attributes, &native);
    plan.flags |= POSIX_SPAWN_SETSCHEDPARAM;
  }
  posix_spawnattr_setflags(&plan.attributes, plan.flags);
  return {};
}

template <bool search>
Result<int> os_posix_spawn(Thread& thread, Path& path, Value argv, Value env, Value file_actions, Value group, Value resetids, Value setsid,
                           Value signal_mask, Value default_signals, Value scheduler) {
  if (!is<List>(argv) && !is<Tuple>(argv)) {
    return raise(thread, types.TypeError, "{}: argv must be a tuple or list", search ? "posix_spawnp" : "posix_spawn");
  }
  StringVector arguments, environment;
  TRY(collect_arguments(thread, "posix_spawn", argv, arguments));
  TRY(collect_environment(thread, env, environment));
  SpawnPlan plan;
  if (file_actions != Unbound && !file_actions.is_none()) {
    Ref<> actions = TRY(to_fast_sequence(thread, file_actions, "file_actions must be a sequence or None"));
    TRY(for_each(thread, actions, [&](Value action) { return add_file_action(thread, plan, action); }));
  }
  TRY(plan_attributes(thread, plan, {group, resetids, setsid, signal_mask, default_signals, scheduler}));
  pid_t child = 0;
  int error;
  {
    Detached detached(thread);
    error = (search ? posix_spawnp : posix_spawn)(&child, path.c_str(), &plan.actions, &plan.attributes, arguments.pointers(),
                                                  environment.pointers());
  }
  if (error) return raise_os_error(thread, error, path.name());
  return static_cast<int>(child);
}

// The C library's environment changes under a lock of ours: its own functions have none.
Mutex environment_mutex;

Result<void> os_putenv(Thread& thread, Value name, Value value) {
  const std::string key = TRY(plain_text(thread, name)), text = TRY(plain_text(thread, value));
  if (key.find('=') != std::string::npos) return raise(thread, types.ValueError, "illegal environment variable name");
  int error = 0;
  {
    MutexGuard guard(environment_mutex);
    if (setenv(key.c_str(), text.c_str(), 1) < 0) error = errno;
  }
  if (error) return raise_os_error(thread, error);
  return {};
}
Result<void> os_unsetenv(Thread& thread, Value name) {
  const std::string key = TRY(plain_text(thread, name));
  int error = 0;
  {
    MutexGuard guard(environment_mutex);
    if (unsetenv(key.c_str()) < 0) error = errno;
  }
  if (error) return raise_os_error(thread, error);
  return {};
}

#define SPAWN_SIGNATURE                                                                                          \
  "(path, argv, env, /, *, file_actions=unset, setpgroup=unset, resetids=unset, setsid=unset, setsigmask=unset, " \
  "setsigdef=unset, scheduler=unset)"

constexpr MethodSpec kFunctions[] = {
    function<os_execv>("execv(path, argv, /)", "Execute an executable path with arguments, replacing current process."),
    function<os_execve>("execve(path, argv, env)", "Execute an executable path with arguments, replacing current process."),
    function<os_posix_spawn<false>>("posix_spawn" SPAWN_SIGNATURE, "Execute the program specified by path in a new process."),
    function<os_posix_spawn<true>>("posix_spawnp" SPAWN_SIGNATURE, "Execute the program specified by path in a new process."),
    function<os_putenv>("putenv(name, value, /)", "Change or add an environment variable."),
    function<os_unsetenv>("unsetenv(name, /)", "Delete an environment variable."),
};

}  // namespace

const std::span<const MethodSpec> kSpawnFunctions = kFunctions;

Result<void> add_environment(Thread& thread, Module& module) {
  Ref<Dict> result = TRY(Dict::make(thread));
  for (char** at = environ; at && *at; ++at) {
    const std::string_view entry = *at;
    const usize equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    Ref<Bytes> key = TRY(Bytes::from(thread, entry.substr(0, equals))), value = TRY(Bytes::from(thread, entry.substr(equals + 1)));
    TRY(result->set_default(thread, key, value));
  }
  return add_to_module(thread, module, "environ", result.value());
}

}  // namespace py::posix
