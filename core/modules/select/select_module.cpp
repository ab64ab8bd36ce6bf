// select: select() and the module.
#include <sys/select.h>

#include <climits>
#include <vector>

#include "core/modules/registry.h"
#include "core/modules/select/select.h"

namespace py::select_module {

Result<i64> wait_argument(Thread& thread, Value timeout, i64 unit_ns, const char* type_message) {
  if (timeout.is_none() || timeout == Unbound) return i64{-1};
  const i64 nanoseconds = TRY(to_nanoseconds(thread, timeout, unit_ns, type_message));
  if (nanoseconds / 1'000'000 >= INT_MAX || nanoseconds / 1'000'000 <= INT_MIN) {
    return raise(thread, types.OverflowError, "timeout is too large");
  }
  return nanoseconds < 0 ? -1 : nanoseconds;
}

namespace {

// The objects of one argument of select() and their descriptors.
struct Watched {
  Ref<List> objects;
  std::vector<int> fds;
  fd_set set;
};

Result<int> collect(Thread& thread, Value iterable, Watched& watched) {
  FD_ZERO(&watched.set);
  Ref<> sequence = TRY(to_fast_sequence(thread, iterable, "arguments 1-3 must be sequences"));
  watched.objects = TRY(List::make(thread));
  int highest = -1;
  // A fileno() method may change the sequence meanwhile.
  for (isize i = 0; i < TRY(length(thread, sequence)); ++i) {
    Ref<> object = TRY(get_item(thread, sequence, Value::integer(i)));
    const int fd = TRY(to_descriptor(thread, object));
    if (fd >= FD_SETSIZE) return raise(thread, types.ValueError, "filedescriptor out of range in select()");
    if (i >= FD_SETSIZE) return raise(thread, types.ValueError, "too many file descriptors in select()");
    FD_SET(fd, &watched.set);
    watched.fds.push_back(fd);
    if (fd > highest) highest = fd;
    TRY(watched.objects->append(thread, object));
  }
  return highest;
}

Result<Ref<List>> ready_objects(Thread& thread, const Watched& watched, const fd_set& ready) {
  Ref<List> result = TRY(List::make(thread));
  for (usize i = 0; i < watched.fds.size(); ++i) {
    if (FD_ISSET(watched.fds[i], &ready)) TRY(result->append(thread, watched.objects->peek(static_cast<isize>(i))));
  }
  return result;
}

Result<Ref<Tuple>> select_select(Thread& thread, Value reading, Value writing, Value exceptional, Value timeout) {
  i64 timeout_ns = -1;
  if (!timeout.is_none()) {
    timeout_ns = TRY(to_nanoseconds(thread, timeout, 1'000'000'000, "timeout must be a float or None"));
    if (timeout_ns < 0) return raise(thread, types.ValueError, "timeout must be non-negative");
  }
  Watched watched[3];
  int highest = TRY(collect(thread, reading, watched[0]));
  highest = std::max(highest, TRY(collect(thread, writing, watched[1])));
  highest = std::max(highest, TRY(collect(thread, exceptional, watched[2])));
  fd_set ready[3];
  TRY(wait_for(thread, timeout_ns, [&](const Deadline& deadline) {
    for (int i = 0; i < 3; ++i) ready[i] = watched[i].set;
    const i64 left = deadline.is_never() ? 0 : deadline.left_ns();
    const timespec span{left / 1'000'000'000, left % 1'000'000'000};
    return pselect(highest + 1, &ready[0], &ready[1], &ready[2], deadline.is_never() ? nullptr : &span, nullptr);
  }));
  Ref<List> lists[3];
  for (int i = 0; i < 3; ++i) lists[i] = TRY(ready_objects(thread, watched[i], ready[i]));
  return Tuple::from(thread, {lists[0].value(), lists[1].value(), lists[2].value()});
}

constexpr MethodSpec kFunctions[] = {
    function<select_select>(
        "select(rlist, wlist, xlist, timeout=None, /)",
        "Wait until one or more file descriptors are ready for some kind of I/O.\n\n"
        "The first three arguments are iterables of descriptors or of objects with fileno(), to be\n"
        "waited for until ready for reading, writing, or exceptional conditions."),
    function<make_poll>("poll()",
                        "Returns a polling object, which supports registering and unregistering file descriptors."),
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_to_module(thread, module, "error", types.OSError->value()));
  TRY(add_int_to_module(thread, module, "PIPE_BUF", PIPE_BUF));
  TRY(add_poll(thread, module));
  return add_epoll(thread, module);
}

}  // namespace

}  // namespace py::select_module

namespace py {

const ModuleSpec kSelectModule = {"select", "This module supports asynchronous I/O on multiple file descriptors.",
                                  select_module::kFunctions, std::size(select_module::kFunctions),
                                  select_module::initialize};

}  // namespace py
