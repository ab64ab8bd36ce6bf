// _multiprocessing: SemLock, a lock or semaphore that processes share by name; and _posixshmem, shared memory by name.
#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>

#include <climits>

#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"
#include "core/modules/system_call.h"
#include "core/modules/time_conversion.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"

namespace py {

namespace {

constexpr int kRecursive = 0, kSemaphore = 1;

// Threads: the semaphore is the system's. `count` and `owner` are of use to the owner of the lock alone.
class SemLock final : public Object {
 public:
  Field name;
  sem_t* handle;
  std::atomic<u64> owner;  // the thread that holds it last, meaningful while count > 0
  std::atomic<int> count;  // how often this process holds it
  int maxvalue, kind;
  static const ObjectOps kOps;
};
void release(Object& object) {
  SemLock& self = static_cast<SemLock&>(object);
  if (self.handle != SEM_FAILED) sem_close(self.handle);
  release_attributes(object);
}
const ObjectOps SemLock::kOps = {"SemLock", visit_fields<SemLock, &SemLock::name>, release, fixed_size};
SemLock& lock_of(Value self) { return *static_cast<SemLock*>(self.object()); }

bool is_mine(Thread& thread, SemLock& self) { return self.count.load() > 0 && self.owner.load() == thread.native_id; }

Result<Ref<>> make(Thread& thread, Type& type, sem_t* handle, int kind, int maxvalue, Value name) {
  Ref<SemLock> lock = TRY(new_object<SemLock>(thread, type));
  lock->handle = handle;
  lock->owner.store(0);
  lock->count.store(0);
  lock->kind = kind;
  lock->maxvalue = maxvalue;
  set_fresh(*lock, lock->name, name);
  return Ref<>(std::move(lock));
}

Result<Ref<>> semlock_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "SemLock(kind, value, maxvalue, name, unlink)", arguments);
  const int kind = TRY(to_int(thread, bound[0])), value = TRY(to_int(thread, bound[1])),
            maxvalue = TRY(to_int(thread, bound[2]));
  if (!is<Str>(bound[3]))
    return raise(thread, types.TypeError, "SemLock() argument 'name' must be str, not {}", type_of(bound[3]));
  if (kind != kRecursive && kind != kSemaphore) return raise(thread, types.ValueError, "unrecognized kind");
  const std::string name = as<Str>(bound[3]).utf8();
  const bool unlink_it = TRY(is_true(thread, bound[4]));
  sem_t* handle = sem_open(name.c_str(), O_CREAT | O_EXCL, 0600, static_cast<unsigned>(value));
  if (handle == SEM_FAILED) return raise_os_error(thread, errno);
  if (unlink_it && sem_unlink(name.c_str()) < 0) {
    const int error = errno;
    sem_close(handle);
    return raise_os_error(thread, error);
  }
  return make(thread, type, handle, kind, maxvalue, unlink_it ? None : bound[3]);
}
Result<Ref<>> semlock_rebuild(Thread& thread, Type& type, Value handle_value, int kind, int maxvalue, Value name) {
  sem_t* handle = reinterpret_cast<sem_t*>(TRY(to_u64(thread, handle_value)));
  if (is<Str>(name)) {
    handle = sem_open(as<Str>(name).utf8().c_str(), 0);
    if (handle == SEM_FAILED) return raise_os_error(thread, errno);
  }
  return make(thread, type, handle, kind, maxvalue, name);
}

timespec wall_clock_after(i64 nanoseconds) {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const i64 sum = now.tv_nsec + nanoseconds % 1'000'000'000;
  return {now.tv_sec + nanoseconds / 1'000'000'000 + sum / 1'000'000'000, sum % 1'000'000'000};
}

Result<bool> semlock_acquire(Thread& thread, Value value, bool block, Value timeout) {
  SemLock& self = lock_of(value);
  if (self.kind == kRecursive && is_mine(thread, self)) {
    self.count.fetch_add(1);
    return true;
  }
  const bool timed = block && !timeout.is_none();
  i64 wait_ns = timed ? TRY(to_nanoseconds(thread, timeout, 1'000'000'000, nullptr)) : 0;
  const timespec deadline = wall_clock_after(wait_ns < 0 ? 0 : wait_ns);
  sem_t* handle = self.handle;
  int error = sem_trywait(handle) < 0 ? errno : 0;
  if (error == EAGAIN && block) {
    const SystemResult result =
        TRY(call_blocking(thread, [&] { return timed ? sem_timedwait(handle, &deadline) : sem_wait(handle); }));
    error = result.error;
  }
  if (error == EAGAIN || error == ETIMEDOUT) return false;
  if (error) return raise_os_error(thread, error);
  self.count.fetch_add(1);
  self.owner.store(thread.native_id);
  return true;
}

Result<void> semlock_release(Thread& thread, Value value) {
  SemLock& self = lock_of(value);
  if (self.kind == kRecursive) {
    if (!is_mine(thread, self))
      return raise(thread, types.AssertionError, "attempt to release recursive lock not owned by thread");
    if (self.count.load() > 1) {
      self.count.fetch_sub(1);
      return {};
    }
  } else {
    int now;
    if (sem_getvalue(self.handle, &now) < 0) return raise_os_error(thread, errno);
    if (now >= self.maxvalue) return raise(thread, types.ValueError, "semaphore or lock released too many times");
  }
  self.count.fetch_sub(1);
  if (sem_post(self.handle) < 0) return raise_os_error(thread, errno);
  return {};
}

Result<bool> semlock_enter(Thread& thread, Value self) { return semlock_acquire(thread, self, true, None); }
Result<void> semlock_exit(Thread& thread, Value self, Rest) { return semlock_release(thread, self); }
Result<int> semlock_count(Thread&, Value self) { return lock_of(self).count.load(); }
Result<bool> semlock_is_mine(Thread& thread, Value self) { return is_mine(thread, lock_of(self)); }
Result<int> semlock_get_value(Thread& thread, Value self) {
  int now;
  if (sem_getvalue(lock_of(self).handle, &now) < 0) return raise_os_error(thread, errno);
  return now < 0 ? 0 : now;
}
Result<bool> semlock_is_zero(Thread& thread, Value self) { return TRY(semlock_get_value(thread, self)) == 0; }
Result<void> semlock_after_fork(Thread&, Value self) {
  lock_of(self).count.store(0);
  return {};
}

Result<Ref<>> get_handle(Thread& thread, Value self) {
  return make_int_unsigned(thread, reinterpret_cast<u64>(lock_of(self).handle));
}
Result<Ref<>> get_kind(Thread&, Value self) { return Ref<>::adopt(Value::integer(lock_of(self).kind)); }
Result<Ref<>> get_maxvalue(Thread&, Value self) { return Ref<>::adopt(Value::integer(lock_of(self).maxvalue)); }
Result<Ref<>> get_name(Thread&, Value self) { return lock_of(self).name.load(); }

constexpr MethodSpec kMethods[] = {
    def<semlock_acquire>("acquire(block=True, timeout=None)", "Acquire the semaphore/lock."),
    def<semlock_release>("release()", "Release the semaphore/lock."),
    def<semlock_enter>("__enter__()", "Enter the semaphore/lock."),
    def<semlock_exit>("__exit__(*args)", "Exit the semaphore/lock."),
    def<semlock_count>("_count()", "Num of `acquire()`s minus num of `release()`s for this process."),
    def<semlock_is_mine>("_is_mine()", "Whether the lock is owned by this thread."),
    def<semlock_get_value>("_get_value()", "Get the value of the semaphore."),
    def<semlock_is_zero>("_is_zero()", "Return whether semaphore has value zero."),
    def<semlock_after_fork>("_after_fork()", "Rezero the net acquisition count after fork()."),
    class_method<semlock_rebuild>("_rebuild(handle, kind, maxvalue, name, /)",
                                  "The same semaphore in another process."),
};
constexpr PropertySpec kProperties[] = {{"handle", nullptr, get_handle},
                                        {"kind", nullptr, get_kind},
                                        {"maxvalue", nullptr, get_maxvalue},
                                        {"name", nullptr, get_name}};
constexpr TypeSpec kSemLockSpec = {.name = "_multiprocessing.SemLock",
                                   .doc = "Semaphore/Mutex type",
                                   .methods = kMethods,
                                   .method_count = std::size(kMethods),
                                   .properties = kProperties,
                                   .property_count = std::size(kProperties),
                                   .slots = {.new_ = semlock_new},
                                   .ops = &SemLock::kOps,
                                   .size = sizeof(SemLock),
                                   .flags = static_cast<u32>(TypeFlag::Subclassable)};

Result<void> multiprocessing_sem_unlink(Thread& thread, Str& name) {
  if (sem_unlink(name.utf8().c_str()) < 0) return raise_os_error(thread, errno);
  return {};
}
constexpr MethodSpec kFunctions[] = {function<multiprocessing_sem_unlink>("sem_unlink(name, /)", nullptr)};

Result<void> initialize(Thread& thread, Module& module) {
  Type& type = *TRY(add_type_to_module(thread, module, kSemLockSpec));
  Ref<> limit = TRY(make_int(thread, SEM_VALUE_MAX));
  TRY(type.dictionary().set_str(thread, "SEM_VALUE_MAX", limit));
  Ref<Dict> flags = TRY(Dict::make(thread));
  const std::pair<const char*, int> known[] = {
      {"HAVE_SEM_OPEN", 1}, {"HAVE_SEM_TIMEDWAIT", 1}, {"HAVE_FD_TRANSFER", 1}};
  for (auto [name, value] : known) TRY(flags->set_str(thread, name, Value::integer(value)));
  return add_to_module(thread, module, "flags", flags.value());
}

// Shared memory

Result<int> shm_open_named(Thread& thread, Str& path, int flags, int mode) {
  const std::string name = path.utf8();
  return static_cast<int>(TRY(call_or_raise(
      thread, [&] { return shm_open(name.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(mode)); }, path.value())));
}
Result<void> shm_unlink_named(Thread& thread, Str& path) {
  const std::string name = path.utf8();
  TRY(call_or_raise(thread, [&] { return shm_unlink(name.c_str()); }, path.value()));
  return {};
}
constexpr MethodSpec kSharedMemoryFunctions[] = {
    function<shm_open_named>("shm_open(path, flags, mode=511)",
                             "Open a shared memory object.  Returns a file descriptor (integer)."),
    function<shm_unlink_named>("shm_unlink(path)", "Remove a shared memory object (similar to unlink())."),
};

}  // namespace

const ModuleSpec kMultiprocessingModule = {"_multiprocessing", nullptr, kFunctions, std::size(kFunctions), initialize};
const ModuleSpec kPosixShmemModule = {"_posixshmem", "POSIX shared memory module", kSharedMemoryFunctions,
                                      std::size(kSharedMemoryFunctions)};

}  // namespace py
