// Constants, and what os.py learns about the system's functions.
#include "core/modules/posix/configuration.h"
#include "core/modules/posix/tables.h"
#include "core/object/dict.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <linux/memfd.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>
#include <unistd.h>


namespace py::posix {

namespace {

// The actions of posix_spawn's file_actions, and a limit that no header has.
#ifndef SCHED_RESET_ON_FORK
#define SCHED_RESET_ON_FORK 0x40000000
#endif
constexpr int POSIX_SPAWN_OPEN = 0, POSIX_SPAWN_CLOSE = 1, POSIX_SPAWN_DUP2 = 2;
#ifndef XATTR_SIZE_MAX
#define XATTR_SIZE_MAX 65536
#endif

struct Constant {
  const char* name;
  i64 value;
};
#define X(name) {#name, static_cast<i64>(name)},
const Constant kConstants[] = {
#include "core/modules/posix/constants.def"
};
#undef X

#define SYSCONF(name) {#name, _##name},
#define CONFSTR(name)
#define PATHCONF(name)
const Constant kSysconf[] = {
#include "core/modules/posix/configuration.def"
};
#undef SYSCONF
#undef CONFSTR
#undef PATHCONF
#define SYSCONF(name)
#define CONFSTR(name) {#name, _##name},
#define PATHCONF(name)
const Constant kConfstr[] = {
#include "core/modules/posix/configuration.def"
};
#undef CONFSTR
#undef PATHCONF
#define CONFSTR(name)
#define PATHCONF(name) {#name, _##name},
const Constant kPathconf[] = {
#include "core/modules/posix/configuration.def"
};

// What os.py builds supports_fd, supports_dir_fd and supports_follow_symlinks from.
constexpr const char* kHaveFunctions[] = {
    "HAVE_EVENTFD",  "HAVE_FACCESSAT", "HAVE_FCHDIR",   "HAVE_FCHMOD",       "HAVE_FCHMODAT", "HAVE_FCHOWN",
    "HAVE_FCHOWNAT", "HAVE_FEXECVE",   "HAVE_FDOPENDIR", "HAVE_FPATHCONF",   "HAVE_FSTATAT",  "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_FUTIMES",  "HAVE_FUTIMESAT",    "HAVE_LINKAT",   "HAVE_LCHOWN",
    "HAVE_LSTAT",    "HAVE_LUTIMES",   "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT",  "HAVE_MKFIFOAT", "HAVE_MKNODAT",
    "HAVE_OPENAT",   "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT",   "HAVE_UNLINKAT", "HAVE_UTIMENSAT"};

Result<void> add_names(Thread& thread, Module& module, const char* attribute, std::span<const Constant> rows) {
  Ref<Dict> names = TRY(Dict::make(thread, static_cast<isize>(rows.size())));
  for (const Constant& row : rows) TRY(names->set_str(thread, row.name, Value::integer(row.value)));
  return add_to_module(thread, module, attribute, names.value());
}

}  // namespace

Result<int> configuration_number(Thread& thread, Configuration kind, Value name) {
  if (is_integer(name)) return to_int(thread, name);
  if (!is<Str>(name)) return raise(thread, types.TypeError, "configuration names must be strings or integers");
  const std::span<const Constant> rows = kind == Configuration::Sysconf   ? std::span<const Constant>(kSysconf)
                                         : kind == Configuration::Confstr ? std::span<const Constant>(kConfstr)
                                                                          : std::span<const Constant>(kPathconf);
  for (const Constant& row : rows) {
    if (as<Str>(name).equals(row.name)) return static_cast<int>(row.value);
  }
  return raise(thread, types.ValueError, "unrecognized configuration name");
}

Result<void> add_constants(Thread& thread, Module& module) {
  for (const Constant& row : kConstants) TRY(add_int_to_module(thread, module, row.name, row.value));
  TRY(add_names(thread, module, "sysconf_names", kSysconf));
  TRY(add_names(thread, module, "confstr_names", kConfstr));
  TRY(add_names(thread, module, "pathconf_names", kPathconf));
  Ref<List> have = TRY(List::make(thread));
  for (const char* name : kHaveFunctions) TRY(have->append(thread, intern(thread, name).value()));
  return add_to_module(thread, module, "_have_functions", have.value());
}

}  // namespace py::posix
