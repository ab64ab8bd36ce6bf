// Byte order, textual addresses, and functions on descriptors; and the module.
#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>

#include <climits>

#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"
#include "core/modules/socket/socket.h"

namespace py::sockets {

namespace {

template <class Unsigned, Unsigned (*convert)(Unsigned)>
Result<Ref<>> swapped(Thread& thread, Value x, const char* name) {
  const i64 number = TRY(to_i64(thread, x, "Python int too large to convert to C long"));
  if (number < 0)
    return raise(thread, types.OverflowError, "{}: can't convert negative Python int to C {}-bit unsigned integer",
                 name, 8 * sizeof(Unsigned));
  if (number > static_cast<i64>(static_cast<Unsigned>(-1))) {
    return raise(thread, types.OverflowError, "{}: Python int too large to convert to C {}-bit unsigned integer", name,
                 8 * sizeof(Unsigned));
  }
  return Ref<>::adopt(Value::integer(convert(static_cast<Unsigned>(number))));
}
u16 order16(u16 x) { return htons(x); }
u32 order32(u32 x) { return htonl(x); }
Result<Ref<>> socket_ntohs(Thread& thread, Value x) { return swapped<u16, order16>(thread, x, "ntohs"); }
Result<Ref<>> socket_htons(Thread& thread, Value x) { return swapped<u16, order16>(thread, x, "htons"); }
Result<Ref<>> long_order(Thread& thread, Value x) {
  if (!is_integer(x)) return raise(thread, types.TypeError, "expected int, {} found", type_of(x));
  const u64 number = TRY(to_u64(thread, x));
  if (number > UINT32_MAX) return raise(thread, types.OverflowError, "int larger than 32 bits");
  return Ref<>::adopt(Value::integer(order32(static_cast<u32>(number))));
}

Result<Ref<>> socket_inet_aton(Thread& thread, Str& text) {
  in_addr address;
  if (!inet_aton(text.utf8().c_str(), &address))
    return raise(thread, types.OSError, "illegal IP address string passed to inet_aton");
  return Ref<>(TRY(Bytes::from(thread, {reinterpret_cast<const char*>(&address), sizeof address})));
}
Result<Ref<>> text_of(Thread& thread, int family, const Buffer& packed) {
  char text[INET6_ADDRSTRLEN];
  if (!inet_ntop(family, packed.data, text, sizeof text)) return raise_os_error(thread, errno);
  return Ref<>(TRY(Str::from_ascii(thread, text)));
}
Result<Ref<>> socket_inet_ntoa(Thread& thread, Buffer& packed) {
  if (packed.size != sizeof(in_addr)) return raise(thread, types.OSError, "packed IP wrong length");
  return text_of(thread, AF_INET, packed);
}
Result<Ref<>> socket_inet_pton(Thread& thread, int family, Str& text) {
  char packed[sizeof(in6_addr)];
  const int answer = inet_pton(family, text.utf8().c_str(), packed);
  if (answer < 0) return raise_os_error(thread, errno);
  if (answer == 0) return raise(thread, types.OSError, "illegal IP address string passed to inet_pton");
  return Ref<>(TRY(Bytes::from(thread, {packed, family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)})));
}
Result<Ref<>> socket_inet_ntop(Thread& thread, int family, Buffer& packed) {
  if (family != AF_INET && family != AF_INET6)
    return raise(thread, types.ValueError, "unknown address family {}", family);
  const isize wanted = family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
  if (packed.size != wanted) return raise(thread, types.ValueError, "invalid length of packed IP address string");
  return text_of(thread, family, packed);
}

Result<void> socket_close(Thread& thread, int fd) {
  int error = 0;
  {
    Detached detached(thread);
    if (close(fd) < 0) error = errno;
  }
  if (error && error != ECONNRESET) return raise_os_error(thread, error);
  return {};
}
Result<int> socket_dup(Thread& thread, Descriptor fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return raise_os_error(thread, errno);
  return copy;
}
Result<Ref<Tuple>> socket_socketpair(Thread& thread, Value family_value, int type, int protocol) {
  const int family = family_value == Unbound || family_value.is_none() ? AF_UNIX : TRY(to_int(thread, family_value));
  int fds[2];
  if (::socketpair(family, type | SOCK_CLOEXEC, protocol, fds) < 0) return raise_os_error(thread, errno);
  Result<Ref<Socket>> first = make_socket(thread, *socket_type, fds[0], family, type, protocol);
  if (first.failed()) {
    close(fds[1]);
    return failure;
  }
  Ref<Socket> one = first.take();
  Ref<Socket> two = TRY(make_socket(thread, *socket_type, fds[1], family, type, protocol));
  return Tuple::from(thread, {one.value(), two.value()});
}

Result<Ref<>> socket_getdefaulttimeout(Thread& thread) { return timeout_value(thread, default_timeout_ns.load()); }
Result<void> socket_setdefaulttimeout(Thread& thread, Value timeout) {
  default_timeout_ns.store(TRY(timeout_argument(thread, timeout)));
  return {};
}

Result<isize> socket_cmsg_len(Thread& thread, isize length) {
  if (length < 0 || length > INT_MAX - static_cast<isize>(CMSG_LEN(0)))
    return raise(thread, types.OverflowError, "CMSG_LEN() argument out of range");
  return static_cast<isize>(CMSG_LEN(static_cast<usize>(length)));
}
Result<isize> socket_cmsg_space(Thread& thread, isize length) {
  if (length < 0 || length > INT_MAX - static_cast<isize>(CMSG_SPACE(1)))
    return raise(thread, types.OverflowError, "CMSG_SPACE() argument out of range");
  return static_cast<isize>(CMSG_SPACE(static_cast<usize>(length)));
}

constexpr MethodSpec kFunctions[] = {
    function<socket_ntohs>("ntohs(x, /)", "Convert a 16-bit unsigned integer from network to host byte order."),
    function<long_order>("ntohl(x, /)", "Convert a 32-bit integer from network to host byte order."),
    function<socket_htons>("htons(x, /)", "Convert a 16-bit unsigned integer from host to network byte order."),
    function<long_order>("htonl(x, /)", "Convert a 32-bit integer from host to network byte order."),
    function<socket_inet_aton>("inet_aton(string, /)",
                               "Convert an IP address in string format (123.45.67.89) to the 32-bit packed form."),
    function<socket_inet_ntoa>("inet_ntoa(packed_ip, /)",
                               "Convert an IP address from 32-bit packed binary format to string format."),
    function<socket_inet_pton>("inet_pton(af, ip, /)", "Convert an IP address from string format to a packed string."),
    function<socket_inet_ntop>("inet_ntop(af, packed_ip, /)",
                               "Convert a packed IP address of the given family to string format."),
    function<socket_close>("close(fd, /)", "Close an integer socket file descriptor, like os.close() but for sockets."),
    function<socket_dup>("dup(fd, /)", "Duplicate an integer socket file descriptor."),
    function<socket_socketpair>("socketpair(family=None, type=1, proto=0, /)",
                                "Create a pair of socket objects from the sockets returned by the platform."),
    function<socket_getdefaulttimeout>("getdefaulttimeout()",
                                       "Returns the default timeout in seconds (float) for new socket objects."),
    function<socket_setdefaulttimeout>("setdefaulttimeout(timeout, /)",
                                       "Set the default timeout in seconds (float) for new socket objects."),
    function<socket_cmsg_len>(
        "CMSG_LEN(length, /)",
        "Return the total length of an ancillary data item with associated data of the given length."),
    function<socket_cmsg_space>("CMSG_SPACE(length, /)",
                                "Return the buffer size needed for an ancillary data item of the given length."),
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_functions_to_module(thread, module, kNameFunctions.data(), kNameFunctions.size()));
  TRY(host_error.add(thread, module, "socket", "herror", types.OSError));
  TRY(address_error.add(thread, module, "socket", "gaierror", types.OSError));
  TRY(add_to_module(thread, module, "error", types.OSError->value()));
  TRY(add_to_module(thread, module, "timeout", types.TimeoutError->value()));
  TRY(add_to_module(thread, module, "has_ipv6", True));
  TRY(add_socket_type(thread, module));
  return add_constants(thread, module);
}

}  // namespace

}  // namespace py::sockets

namespace py {

const ModuleSpec kSocketModule = {"_socket", "Sockets: see the module socket.", sockets::kFunctions,
                                  std::size(sockets::kFunctions), sockets::initialize};

}  // namespace py
