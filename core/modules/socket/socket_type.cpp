// _socket.socket: creation and the end of sockets, connections, options.
#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "core/modules/socket/socket.h"
#include "core/modules/warning.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"

namespace py::sockets {

Type* socket_type;

namespace {

void release(Object& object) {
  const int fd = static_cast<Socket&>(object).fd.exchange(-1);
  if (fd >= 0) close(fd);
  release_attributes(object);
}

}  // namespace

const ObjectOps Socket::kOps = {"socket", visit_attributes, release, fixed_size};

Result<void> set_system_blocking(Thread& thread, int fd, bool blocking) {
  const int flags = fcntl(fd, F_GETFL);
  const int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  if (flags < 0 || (wanted != flags && fcntl(fd, F_SETFL, wanted) < 0)) return raise_os_error(thread, errno);
  return {};
}

namespace {

constexpr int kTypeFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;

Result<void> set_up(Thread& thread, Socket& socket, int fd, int family, int type, int protocol) {
  socket.fd.store(fd);
  socket.family = family;
  socket.type = type & ~kTypeFlags;
  socket.protocol = protocol;
  const i64 timeout_ns = type & SOCK_NONBLOCK ? 0 : default_timeout_ns.load();
  socket.timeout_ns.store(timeout_ns);
  if (timeout_ns >= 0) TRY(set_system_blocking(thread, fd, false));
  return {};
}

Result<Ref<>> socket_new(Thread& thread, Type& type, const Arguments&) {
  Ref<Socket> socket = TRY(new_object<Socket>(thread, type));
  socket->fd.store(-1);
  socket->family = socket->type = socket->protocol = 0;
  socket->timeout_ns.store(default_timeout_ns.load());
  return Ref<>(std::move(socket));
}

struct Kind {
  int family, type, protocol;
};

// What the system says about an inherited descriptor, where the caller said -1.
Result<int> adopt_descriptor(Thread& thread, Value fileno, Kind& kind) {
  if (is_float(fileno)) return raise(thread, types.TypeError, "'float' object cannot be interpreted as an integer");
  const int fd = TRY(to_int(thread, fileno));
  if (fd < 0) return raise(thread, types.ValueError, "negative file descriptor");
  Address address;
  if (getsockname(fd, address.get(), &address.length) < 0) {
    if (kind.family == -1 || errno == EBADF || errno == ENOTSOCK) return raise_os_error(thread, errno);
  } else if (kind.family == -1) {
    kind.family = address.storage.ss_family;
  }
  socklen_t size = sizeof(int);
  if (kind.type == -1 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind.type, &size) < 0)
    return raise_os_error(thread, errno);
  if (kind.protocol == -1 && getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &kind.protocol, &size) < 0)
    return raise_os_error(thread, errno);
  return fd;
}

Result<void> socket_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "socket(family=-1, type=-1, proto=-1, fileno=None)", arguments);
  Kind kind{TRY(to_int(thread, bound[0])), TRY(to_int(thread, bound[1])), TRY(to_int(thread, bound[2]))};
  if (!bound[3].is_none()) {
    const int fd = TRY(adopt_descriptor(thread, bound[3], kind));
    return set_up(thread, socket_of(self), fd, kind.family, kind.type, kind.protocol);
  }
  if (kind.family == -1) kind.family = AF_INET;
  if (kind.type == -1) kind.type = SOCK_STREAM;
  if (kind.protocol == -1) kind.protocol = 0;
  const int fd = ::socket(kind.family, kind.type | SOCK_CLOEXEC, kind.protocol);
  if (fd < 0) return raise_os_error(thread, errno);
  Result<void> done = set_up(thread, socket_of(self), fd, kind.family, kind.type, kind.protocol);
  if (done.failed()) close(socket_of(self).fd.exchange(-1));
  return done;
}

Result<void> socket_finalize(Thread& thread, Value self) {
  Socket& socket = socket_of(self);
  if (socket.fd.load() < 0) return {};
  warn_unclosed(thread, self, "unclosed {!r}");
  const int fd = socket.fd.exchange(-1);
  if (fd >= 0) close(fd);
  return {};
}

Result<void> socket_close(Thread& thread, Value self) {
  const int fd = socket_of(self).fd.exchange(-1);
  if (fd < 0) return {};
  int error = 0;
  {
    Detached detached(thread);
    if (close(fd) < 0) error = errno;
  }
  if (error && error != ECONNRESET) return raise_os_error(thread, error);
  return {};
}
Result<int> socket_detach(Thread&, Value self) { return socket_of(self).fd.exchange(-1); }
Result<int> socket_fileno(Thread&, Value self) { return socket_of(self).fd.load(); }

Result<Ref<>> socket_repr(Thread& thread, Value self) {
  Socket& socket = socket_of(self);
  return format_str(thread, "<socket object, fd={}, family={}, type={}, proto={}>", socket.fd.load(), socket.family,
                    socket.type, socket.protocol);
}

// Timeouts

Result<void> socket_settimeout(Thread& thread, Value self, Value timeout) {
  const i64 timeout_ns = TRY(timeout_argument(thread, timeout));
  TRY(set_system_blocking(thread, socket_of(self).fd.load(), timeout_ns < 0));
  socket_of(self).timeout_ns.store(timeout_ns);
  return {};
}
Result<void> socket_setblocking(Thread& thread, Value self, bool blocking) {
  TRY(set_system_blocking(thread, socket_of(self).fd.load(), blocking));
  socket_of(self).timeout_ns.store(blocking ? -1 : 0);
  return {};
}
Result<bool> socket_getblocking(Thread&, Value self) { return socket_of(self).timeout_ns.load() != 0; }
Result<Ref<>> socket_timeout(Thread& thread, Value self) {
  return timeout_value(thread, socket_of(self).timeout_ns.load());
}

// Connections

Result<void> socket_bind(Thread& thread, Value self, Value value) {
  const Address address = TRY(parse_address(thread, socket_of(self), value, "bind"));
  const int fd = socket_of(self).fd.load();
  TRY(call_or_raise(thread, [&] { return bind(fd, address.get(), address.length); }));
  return {};
}
Result<void> socket_listen(Thread& thread, Value self, Value backlog) {
  int count = backlog == Unbound ? std::min(SOMAXCONN, 128) : TRY(to_int(thread, backlog));
  if (count < 0) count = 0;
  const int fd = socket_of(self).fd.load();
  TRY(call_or_raise(thread, [&] { return listen(fd, count); }));
  return {};
}
Result<Ref<Tuple>> socket_accept(Thread& thread, Value self) {
  Socket& socket = socket_of(self);
  Address address;
  const int listening = socket.fd.load();
  const i64 fd = TRY(call_socket(thread, socket, POLLIN, [&] {
    address.length = sizeof address.storage;
    return accept4(listening, address.get(), &address.length, SOCK_CLOEXEC);
  }));
  Ref<> peer = TRY(make_address(thread, static_cast<int>(fd), address));
  return Tuple::from(thread, {Value::integer(fd), peer});
}

// The errno of a connect that may take its time; 0: connected. Fails on a timeout or when a signal handler raised.
Result<int> connect_to(Thread& thread, Socket& socket, const Address& address) {
  const int fd = socket.fd.load();
  int error = 0;
  {
    Detached detached(thread);
    if (connect(fd, address.get(), address.length) < 0) error = errno;
  }
  const i64 timeout_ns = socket.timeout_ns.load();
  if (error == EINTR && !poll(thread)) return failure;
  const bool wait = error == EINTR ? timeout_ns != 0 : error == EINPROGRESS && timeout_ns > 0;
  if (!wait) return error;
  if (!TRY(wait_ready(thread, fd, POLLOUT, deadline_from(timeout_ns)))) return EWOULDBLOCK;
  socklen_t size = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
  return error == EISCONN ? 0 : error;
}
Result<void> socket_connect(Thread& thread, Value self, Value value) {
  Socket& socket = socket_of(self);
  const Address address = TRY(parse_address(thread, socket, value, "connect"));
  const int error = TRY(connect_to(thread, socket, address));
  if (error == EWOULDBLOCK && socket.timeout_ns.load() > 0) return raise_timeout(thread);
  if (error) return raise_os_error(thread, error);
  return {};
}
Result<int> socket_connect_ex(Thread& thread, Value self, Value value) {
  const Address address = TRY(parse_address(thread, socket_of(self), value, "connect_ex"));
  return connect_to(thread, socket_of(self), address);
}
Result<void> socket_shutdown(Thread& thread, Value self, int how) {
  const int fd = socket_of(self).fd.load();
  TRY(call_or_raise(thread, [&] { return shutdown(fd, how); }));
  return {};
}

template <int (*name_of)(int, sockaddr*, socklen_t*)>
Result<Ref<>> socket_name(Thread& thread, Value self) {
  Address address;
  const int fd = socket_of(self).fd.load();
  if (name_of(fd, address.get(), &address.length) < 0) return raise_os_error(thread, errno);
  return make_address(thread, fd, address);
}
int own_name(int fd, sockaddr* address, socklen_t* length) { return getsockname(fd, address, length); }
int peer_name(int fd, sockaddr* address, socklen_t* length) { return getpeername(fd, address, length); }

// Options

Result<void> socket_setsockopt(Thread& thread, Value self, int level, int option, Value value, Value length) {
  const int fd = socket_of(self).fd.load();
  int status;
  if (length != Unbound) {
    if (!value.is_none())
      return raise(thread, types.TypeError, "setsockopt() argument 3 must be None, not {}", type_of(value));
    status = setsockopt(fd, level, option, nullptr, static_cast<socklen_t>(TRY(to_u64(thread, length))));
  } else if (is_integer(value) || !has_buffer(value)) {
    if (value.is_none())
      return raise(thread, types.TypeError, "socket.setsockopt() requires 4 arguments when the third argument is None");
    if (!is_integer(value) && !type_of(value).slots.index) {
      return raise(thread, types.TypeError, "a bytes-like object is required, not '{}'", type_of(value));
    }
    const int number = TRY(to_int(thread, value));
    status = setsockopt(fd, level, option, &number, sizeof number);
  } else {
    Buffer buffer = TRY(get_buffer(thread, value));
    status = setsockopt(fd, level, option, buffer.data, static_cast<socklen_t>(buffer.size));
  }
  if (status < 0) return raise_os_error(thread, errno);
  return {};
}
Result<Ref<>> socket_getsockopt(Thread& thread, Value self, int level, int option, int size) {
  const int fd = socket_of(self).fd.load();
  if (size == 0) {
    int number = 0;
    socklen_t length = sizeof number;
    if (getsockopt(fd, level, option, &number, &length) < 0) return raise_os_error(thread, errno);
    return make_int(thread, number);
  }
  if (size < 0 || size > 1024) return raise(thread, types.OSError, "getsockopt buflen out of range");
  char block[1024];
  socklen_t length = static_cast<socklen_t>(size);
  if (getsockopt(fd, level, option, block, &length) < 0) return raise_os_error(thread, errno);
  return Ref<>(TRY(Bytes::from(thread, {block, length})));
}

template <int Socket::* field>
Result<Ref<>> get_number(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(socket_of(self).*field));
}

constexpr MethodSpec kMethods[] = {
    def<socket_accept>("_accept()", "_accept() -> (integer, address info)\n\nWait for an incoming connection."),
    def<socket_bind>("bind(address, /)", "Bind the socket to a local address."),
    def<socket_listen>("listen(backlog=unset, /)", "Enable a server to accept connections."),
    def<socket_connect>("connect(address, /)", "Connect the socket to a remote address."),
    def<socket_connect_ex>("connect_ex(address, /)",
                           "Like connect(address), but returns an error code instead of raising OSError."),
    def<socket_shutdown>("shutdown(flag, /)", "Shut down one or both halves of the connection."),
    def<socket_close>("close()", "Close the socket.  It cannot be used after this call."),
    def<socket_detach>("detach()", "Close the socket object without closing the underlying file descriptor."),
    def<socket_fileno>("fileno()", "Return the integer file descriptor of the socket."),
    def<socket_name<own_name>>("getsockname()", "Return the address of the local endpoint."),
    def<socket_name<peer_name>>("getpeername()", "Return the address of the remote endpoint."),
    def<socket_settimeout>("settimeout(timeout, /)",
                           "Set a timeout on socket operations: None, or a number of seconds."),
    def<socket_timeout>("gettimeout()", "Returns the timeout in seconds (float) associated with socket operations."),
    def<socket_setblocking>("setblocking(flag, /)",
                            "Set the socket to blocking (flag is true) or non-blocking (false)."),
    def<socket_getblocking>("getblocking()",
                            "Returns True if socket is in blocking mode, or False if it is in non-blocking mode."),
    def<socket_setsockopt>("setsockopt(level, option, value, optlen=unset, /)", "Set a socket option."),
    def<socket_getsockopt>("getsockopt(level, option, buffersize=0, /)", "Get a socket option."),
};
constexpr PropertySpec kProperties[] = {{"family", "the socket family", get_number<&Socket::family>},
                                        {"type", "the socket type", get_number<&Socket::type>},
                                        {"proto", "the socket protocol", get_number<&Socket::protocol>},
                                        {"timeout", "the socket timeout", socket_timeout}};

}  // namespace

Result<Ref<Socket>> make_socket(Thread& thread, Type& type, int fd, int family, int kind, int protocol) {
  Result<Ref<>> made = socket_new(thread, type, Arguments{nullptr, 0});
  if (made.failed()) {
    close(fd);
    return failure;
  }
  Ref<> socket = made.take();
  TRY(set_up(thread, socket_of(socket), fd, family, kind, protocol));
  return Ref<Socket>::share(&socket_of(socket));
}

Result<void> add_socket_type(Thread& thread, Module& module) {
  static std::vector<MethodSpec> methods(std::begin(kMethods), std::end(kMethods));
  for (auto table : {kTransferMethods, kMessageMethods}) methods.insert(methods.end(), table.begin(), table.end());
  static TypeSpec spec = {
      .name = "_socket.socket",
      .doc =
          "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n\n"
          "Open a socket of the given type.",
      .methods = methods.data(),
      .method_count = methods.size(),
      .properties = kProperties,
      .property_count = std::size(kProperties),
      .slots = {.repr = socket_repr, .init = socket_init, .new_ = socket_new, .finalize = socket_finalize},
      .ops = &Socket::kOps,
      .size = sizeof(Socket),
      .flags = static_cast<u32>(TypeFlag::Subclassable)};
  socket_type = TRY(add_type_to_module(thread, module, spec));
  return add_to_module(thread, module, "SocketType", socket_type->value());
}

}  // namespace py::sockets
