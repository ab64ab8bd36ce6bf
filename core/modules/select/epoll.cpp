// select.epoll objects.
#include <sys/epoll.h>
#include <unistd.h>

#include <climits>
#include <vector>

#include "core/modules/select/select.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py::select_module {

namespace {

// Threads: `fd` is atomic, -1 once closed; the kernel does the rest.
class Epoll final : public Object {
 public:
  std::atomic<int> fd;
  static const ObjectOps kOps;
};
void release(Object& object) {
  const int fd = static_cast<Epoll&>(object).fd.exchange(-1);
  if (fd >= 0) close(fd);
  release_attributes(object);
}
const ObjectOps Epoll::kOps = {"epoll", visit_attributes, release, fixed_size};

Epoll& epoll_of(Value self) { return *static_cast<Epoll*>(self.object()); }
Result<int> open_fd(Thread& thread, Value self) {
  const int fd = epoll_of(self).fd.load();
  if (fd < 0) return raise(thread, types.ValueError, "I/O operation on closed epoll object");
  return fd;
}

Result<Ref<>> make(Thread& thread, Type& type, int fd) {
  Ref<Epoll> epoll = TRY(new_object<Epoll>(thread, type));
  epoll->fd.store(fd);
  return Ref<>(std::move(epoll));
}
Result<Ref<>> epoll_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "epoll(sizehint=-1, flags=0)", arguments);
  const int sizehint = TRY(to_int(thread, bound[0])), flags = TRY(to_int(thread, bound[1]));
  if (sizehint != -1 && sizehint <= 0) return raise(thread, types.ValueError, "negative sizehint");
  if (flags & ~EPOLL_CLOEXEC) return raise(thread, types.OSError, "invalid flags");
  const int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return raise_os_error(thread, errno);
  return make(thread, type, fd);
}
Result<Ref<>> epoll_fromfd(Thread& thread, Type& type, int fd) { return make(thread, type, fd); }

Result<void> epoll_close(Thread& thread, Value self) {
  const int fd = epoll_of(self).fd.exchange(-1);
  if (fd < 0) return {};
  int error = 0;
  {
    Detached detached(thread);
    if (close(fd) < 0) error = errno;
  }
  if (error) return raise_os_error(thread, error);
  return {};
}
Result<Ref<>> epoll_fileno(Thread& thread, Value self) {
  return Ref<>::adopt(Value::integer(TRY(open_fd(thread, self))));
}
Result<Ref<>> epoll_closed(Thread&, Value self) { return Ref<>::adopt(Value::boolean(epoll_of(self).fd.load() < 0)); }
Result<Ref<>> epoll_enter(Thread& thread, Value self) {
  TRY(open_fd(thread, self));
  return Ref<>::share(self);
}
Result<Ref<>> epoll_exit(Thread& thread, Value self, Rest) { return call_method(thread, self, "close"); }

constexpr u32 kDefaultEvents = EPOLLIN | EPOLLPRI | EPOLLOUT;

Result<void> control(Thread& thread, Value self, int operation, int fd, Value eventmask) {
  const int own = TRY(open_fd(thread, self));
  epoll_event event{};
  event.data.fd = fd;
  event.events = kDefaultEvents;
  if (eventmask != Unbound) {
    const u64 mask = TRY(to_u64(thread, eventmask));
    if (mask > UINT32_MAX) return raise(thread, types.OverflowError, "Python int too large for C unsigned int");
    event.events = static_cast<u32>(mask);
  }
  int error = 0;
  {
    Detached detached(thread);
    if (epoll_ctl(own, operation, fd, &event) < 0) error = errno;
  }
  if (error) return raise_os_error(thread, error);
  return {};
}
Result<void> epoll_register(Thread& thread, Value self, Descriptor fd, Value eventmask) {
  return control(thread, self, EPOLL_CTL_ADD, fd, eventmask);
}
Result<void> epoll_modify(Thread& thread, Value self, Descriptor fd, Value eventmask) {
  return control(thread, self, EPOLL_CTL_MOD, fd, eventmask);
}
Result<void> epoll_unregister(Thread& thread, Value self, Descriptor fd) {
  return control(thread, self, EPOLL_CTL_DEL, fd, Unbound);
}

Result<Ref<List>> epoll_poll(Thread& thread, Value self, Value timeout, int maxevents) {
  const int own = TRY(open_fd(thread, self));
  const i64 timeout_ns = TRY(wait_argument(thread, timeout, 1'000'000'000, "timeout must be an integer or None"));
  if (maxevents == -1) maxevents = FD_SETSIZE - 1;
  if (maxevents < 1) return raise(thread, types.ValueError, "maxevents must be greater than 0, got {}", maxevents);
  std::vector<epoll_event> events(static_cast<usize>(std::min(maxevents, 1 << 20)));
  const i64 count = TRY(wait_for(thread, timeout_ns, [&](const Deadline& deadline) {
    return epoll_wait(own, events.data(), static_cast<int>(events.size()), deadline.left_ms());
  }));
  Ref<List> result = TRY(List::make(thread));
  for (i64 i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<usize>(i)];
    Ref<Tuple> pair = TRY(Tuple::from(thread, {Value::integer(event.data.fd), Value::integer(event.events)}));
    TRY(result->append(thread, Ref<>(std::move(pair))));
  }
  return result;
}

constexpr MethodSpec kMethods[] = {
    class_method<epoll_fromfd>("fromfd(fd, /)", "Create an epoll object from a given control fd."),
    def<epoll_close>("close()", "Close the epoll control file descriptor."),
    def<epoll_fileno>("fileno()", "Return the epoll control file descriptor."),
    def<epoll_register>("register(fd, eventmask=unset)",
                        "Registers a new fd or raises an OSError if the fd is already registered."),
    def<epoll_modify>("modify(fd, eventmask)", "Modify event mask for a registered file descriptor."),
    def<epoll_unregister>("unregister(fd)", "Remove a registered file descriptor from the epoll object."),
    def<epoll_poll>("poll(timeout=None, maxevents=-1)",
                    "Wait for events on the epoll file descriptor.\n\ntimeout is in seconds; returns a list of (fd, "
                    "events) pairs."),
    def<epoll_enter>("__enter__()", nullptr),
    def<epoll_exit>("__exit__(*args)", nullptr),
};
constexpr PropertySpec kProperties[] = {{"closed", "True if the epoll handler is closed", epoll_closed}};
constexpr TypeSpec kSpec = {.name = "select.epoll",
                            .doc = "Returns an epolling object.",
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .properties = kProperties,
                            .property_count = std::size(kProperties),
                            .slots = {.new_ = epoll_new},
                            .ops = &Epoll::kOps,
                            .size = sizeof(Epoll),
                            .flags = static_cast<u32>(TypeFlag::Subclassable)};

#define C(name) {#name, name}
constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {C(EPOLLIN),     C(EPOLLOUT),    C(EPOLLPRI),     C(EPOLLERR),       C(EPOLLHUP),
                  C(EPOLLRDHUP),  C(EPOLLET),     C(EPOLLONESHOT), C(EPOLLEXCLUSIVE), C(EPOLLRDNORM),
                  C(EPOLLRDBAND), C(EPOLLWRNORM), C(EPOLLWRBAND),  C(EPOLLMSG),       C(EPOLL_CLOEXEC)};
#undef C

}  // namespace

Result<void> add_epoll(Thread& thread, Module& module) {
  TRY(add_type_to_module(thread, module, kSpec));
  for (const auto& constant : kConstants)
    TRY(add_int_to_module(thread, module, constant.name, constant.value & 0xFFFFFFFF));
  return {};
}

}  // namespace py::select_module
