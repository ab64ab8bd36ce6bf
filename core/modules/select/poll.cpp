// select.poll objects.
#include <poll.h>

#include <vector>

#include "core/modules/select/select.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/number.h"
#include "core/object/type_system.h"
#include "memory/lock.h"

namespace py::select_module {

namespace {

// Threads: `watched` under the object's lock; poll() waits on a copy, one thread at a time.
class Poll final : public Object {
 public:
  std::vector<pollfd>* watched;  // in order of registration
  std::atomic<bool> waiting;
  static const ObjectOps kOps;
};
void release(Object& object) { delete static_cast<Poll&>(object).watched; }
const ObjectOps Poll::kOps = {"poll", nullptr, release, fixed_size};

Type* poll_type;
Poll& poll_of(Value self) { return *static_cast<Poll*>(self.object()); }

constexpr int kDefaultEvents = POLLIN | POLLPRI | POLLOUT;

Result<short> events_argument(Thread& thread, Value value) {
  if (value == Unbound) return static_cast<short>(kDefaultEvents);
  Ref<> integer = TRY(to_index(thread, value));
  const IntegerView view(integer);
  if (view.view().negative) return raise(thread, types.ValueError, "value must be positive");
  if (big::bit_length(view) > 16)
    return raise(thread, types.OverflowError, "Python int too large for C unsigned short");
  return static_cast<short>(big::to_u64_wrapping(view));
}

// The entry of a descriptor, or null. Lock held.
pollfd* find_locked(Poll& self, int fd) {
  for (pollfd& entry : *self.watched) {
    if (entry.fd == fd) return &entry;
  }
  return nullptr;
}

Result<void> poll_register(Thread& thread, Value self, Descriptor fd, Value eventmask) {
  const short events = TRY(events_argument(thread, eventmask));
  Poll& poll = poll_of(self);
  ObjectLock lock(poll);
  if (pollfd* entry = find_locked(poll, fd)) {
    entry->events = events;
  } else {
    poll.watched->push_back({fd, events, 0});
  }
  return {};
}
Result<void> poll_modify(Thread& thread, Value self, Descriptor fd, Value eventmask) {
  const short events = TRY(events_argument(thread, eventmask));
  Poll& poll = poll_of(self);
  ObjectLock lock(poll);
  if (pollfd* entry = find_locked(poll, fd)) {
    entry->events = events;
    return {};
  }
  lock.unlock();
  return raise_os_error(thread, ENOENT);
}
Result<void> poll_unregister(Thread& thread, Value self, Descriptor fd) {
  Poll& poll = poll_of(self);
  ObjectLock lock(poll);
  if (pollfd* entry = find_locked(poll, fd)) {
    poll.watched->erase(poll.watched->begin() + (entry - poll.watched->data()));
    return {};
  }
  lock.unlock();
  return raise_key_error(thread, Value::integer(fd.fd));
}

Result<Ref<List>> poll_poll(Thread& thread, Value self, Value timeout) {
  const i64 timeout_ns = TRY(wait_argument(thread, timeout, 1'000'000, "timeout must be an integer or None"));
  Poll& poll = poll_of(self);
  std::vector<pollfd> entries;
  {
    ObjectLock lock(poll);
    entries = *poll.watched;
  }
  if (poll.waiting.exchange(true)) return raise(thread, types.RuntimeError, "concurrent poll() invocation");
  Result<i64> waited = wait_for(thread, timeout_ns, [&](const Deadline& deadline) {
    return ::poll(entries.data(), entries.size(), deadline.left_ms());
  });
  poll.waiting.store(false);
  if (waited.failed()) return failure;
  Ref<List> result = TRY(List::make(thread));
  for (const pollfd& entry : entries) {
    if (!entry.revents) continue;
    Ref<Tuple> pair = TRY(Tuple::from(thread, {Value::integer(entry.fd), Value::integer(entry.revents & 0xFFFF)}));
    TRY(result->append(thread, Ref<>(std::move(pair))));
  }
  return result;
}

constexpr MethodSpec kMethods[] = {
    def<poll_register>("register(fd, eventmask=unset, /)", "Register a file descriptor with the polling object."),
    def<poll_modify>("modify(fd, eventmask, /)", "Modify an already registered file descriptor."),
    def<poll_unregister>("unregister(fd, /)", "Remove a file descriptor being tracked by the polling object."),
    def<poll_poll>("poll(timeout=None, /)",
                   "Polls the set of registered file descriptors.\n\nReturns a list of (fd, event) pairs; timeout is "
                   "in milliseconds."),
};
constexpr TypeSpec kSpec = {.name = "select.poll",
                            .doc = nullptr,
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .ops = &Poll::kOps,
                            .size = sizeof(Poll),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

#define C(name) {#name, name}
constexpr struct {
  const char* name;
  int value;
} kConstants[] = {C(POLLIN),     C(POLLPRI),    C(POLLOUT),    C(POLLERR),    C(POLLHUP), C(POLLNVAL),
                  C(POLLRDNORM), C(POLLRDBAND), C(POLLWRNORM), C(POLLWRBAND), C(POLLMSG), C(POLLRDHUP)};
#undef C

}  // namespace

Result<Ref<>> make_poll(Thread& thread) {
  Ref<Poll> poll = TRY(new_object<Poll>(thread, *poll_type));
  poll->watched = new std::vector<pollfd>();
  poll->waiting.store(false);
  return Ref<>(std::move(poll));
}

Result<void> add_poll(Thread& thread, Module& module) {
  poll_type = &make_builtin_type(thread, kSpec);
  finish_builtin_type(thread, *poll_type);
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  return {};
}

}  // namespace py::select_module
