// Socket addresses: between Python's tuples and the system's structures.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "core/modules/posix/path_argument.h"
#include "core/modules/socket/socket.h"
#include "core/object/codec_registry.h"

namespace py::sockets {

namespace {

template <class T>
T& part(Address& address) {
  address.length = sizeof(T);
  return reinterpret_cast<T&>(address.storage);
}
template <class T>
const T& part(const Address& address) {
  return reinterpret_cast<const T&>(address.storage);
}

Result<Tuple*> tuple_of(Thread& thread, Value value, const char* function, const char* family) {
  if (is<Tuple>(value)) return &as<Tuple>(value);
  return raise(thread, types.TypeError, "{}(): {} address must be tuple, not {}", function, family, type_of(value));
}

Result<u16> port_argument(Thread& thread, Value value, const char* function) {
  Result<i64> port = to_i64(thread, value);
  if (port.failed() && !pending_is(thread, *types.OverflowError)) return failure;
  const bool overflow = port.failed();
  if (overflow) clear_pending(thread);
  const i64 number = overflow ? -1 : port.take();
  if (number < 0 || number > 65535) return raise(thread, types.OverflowError, "{}(): port must be 0-65535.", function);
  return static_cast<u16>(number);
}
Result<u32> word_argument(Thread& thread, Value value) {
  const i64 number = TRY(to_i64(thread, value));
  if (number < 0) return raise(thread, types.OverflowError, "can't convert negative value to unsigned int");
  if (number > i64{UINT32_MAX})
    return raise(thread, types.OverflowError, "Python int too large to convert to C unsigned int");
  return static_cast<u32>(number);
}

Result<Address> parse_unix(Thread& thread, Value value) {
  std::string path;
  if (is<Str>(value)) {
    path = TRY(encode_file_name(thread, value));
  } else {
    Buffer buffer = TRY(get_buffer(thread, value));
    path = buffer.view();
  }
  Address address;
  sockaddr_un& un = part<sockaddr_un>(address);
  // Names in the abstract namespace begin with a null byte and have no terminator.
  const bool abstract = path.empty() || path[0] == 0;
  if (path.size() + !abstract > sizeof un.sun_path) return raise(thread, types.OSError, "AF_UNIX path too long");
  un.sun_family = AF_UNIX;
  std::memcpy(un.sun_path, path.data(), path.size());
  address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + !abstract);
  return address;
}

Result<Address> parse_inet(Thread& thread, Value value, const char* function) {
  Tuple& tuple = *TRY(tuple_of(thread, value, function, "AF_INET"));
  if (tuple.length != 2) return raise(thread, types.TypeError, "AF_INET address must be a pair (host, port)");
  const std::string host = TRY(host_argument(thread, tuple[0]));
  const u16 port = TRY(port_argument(thread, tuple[1], function));
  Address address = TRY(resolve_host(thread, host, AF_INET));
  part<sockaddr_in>(address).sin_port = htons(port);
  return address;
}

Result<Address> parse_inet6(Thread& thread, Value value, const char* function) {
  Tuple& tuple = *TRY(tuple_of(thread, value, function, "AF_INET6"));
  if (tuple.length < 2 || tuple.length > 4) {
    return raise(thread, types.TypeError, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
  }
  const std::string host = TRY(host_argument(thread, tuple[0]));
  const u16 port = TRY(port_argument(thread, tuple[1], function));
  const u32 flow = tuple.length > 2 ? TRY(word_argument(thread, tuple[2])) : 0;
  const u32 scope = tuple.length > 3 ? TRY(word_argument(thread, tuple[3])) : 0;
  if (flow > 0xFFFFF) return raise(thread, types.OverflowError, "{}(): flowinfo must be 0-1048575.", function);
  Address address = TRY(resolve_host(thread, host, AF_INET6));
  sockaddr_in6& in6 = part<sockaddr_in6>(address);
  in6.sin6_port = htons(port);
  in6.sin6_flowinfo = htonl(flow);
  if (scope || !in6.sin6_scope_id) in6.sin6_scope_id = scope;
  return address;
}

Result<Address> parse_netlink(Thread& thread, Value value, const char* function) {
  Tuple& tuple = *TRY(tuple_of(thread, value, function, "AF_NETLINK"));
  if (tuple.length != 2) return raise(thread, types.TypeError, "AF_NETLINK address must be a pair (pid, groups)");
  Address address;
  sockaddr_nl& netlink = part<sockaddr_nl>(address);
  netlink.nl_family = AF_NETLINK;
  netlink.nl_pid = static_cast<u32>(TRY(to_u64_wrapping(thread, tuple[0])));
  netlink.nl_groups = static_cast<u32>(TRY(to_u64_wrapping(thread, tuple[1])));
  return address;
}

Result<Address> parse_vsock(Thread& thread, Value value, const char* function) {
  Tuple& tuple = *TRY(tuple_of(thread, value, function, "AF_VSOCK"));
  if (tuple.length != 2) return raise(thread, types.TypeError, "AF_VSOCK address must be a pair (cid, port)");
  Address address;
  sockaddr_vm& vm = part<sockaddr_vm>(address);
  vm.svm_family = AF_VSOCK;
  vm.svm_cid = static_cast<u32>(TRY(to_u64_wrapping(thread, tuple[0])));
  vm.svm_port = static_cast<u32>(TRY(to_u64_wrapping(thread, tuple[1])));
  return address;
}

Result<Address> parse_packet(Thread& thread, int fd, Value value, const char* function) {
  Tuple& tuple = *TRY(tuple_of(thread, value, function, "AF_PACKET"));
  if (tuple.length < 2 || tuple.length > 5) {
    return raise(thread, types.TypeError, "AF_PACKET address must be a tuple of two to five elements");
  }
  if (!is<Str>(tuple[0]))
    return raise(thread, types.TypeError, "{}() argument 1 must be str, not {}", function, type_of(tuple[0]));
  const u32 index = if_nametoindex(as<Str>(tuple[0]).utf8().c_str());
  if (!index) return raise_os_error(thread, errno);
  const int protocol = TRY(to_int(thread, tuple[1]));
  if (protocol < 0 || protocol > 0xFFFF)
    return raise(thread, types.OverflowError, "{}(): proto must be 0-65535.", function);
  Address address;
  sockaddr_ll& link = part<sockaddr_ll>(address);
  link.sll_family = AF_PACKET;
  link.sll_protocol = htons(static_cast<u16>(protocol));
  link.sll_ifindex = static_cast<int>(index);
  if (tuple.length > 2) link.sll_pkttype = static_cast<u8>(TRY(to_int(thread, tuple[2])));
  if (tuple.length > 3) link.sll_hatype = static_cast<u16>(TRY(to_int(thread, tuple[3])));
  if (tuple.length > 4) {
    Buffer hardware = TRY(get_buffer(thread, tuple[4]));
    if (hardware.size > 8) return raise(thread, types.ValueError, "hardware address must be 8 bytes or less");
    std::memcpy(link.sll_addr, hardware.data, static_cast<usize>(hardware.size));
    link.sll_halen = static_cast<u8>(hardware.size);
  }
  return address;
}

// The system's addresses as Python values

Result<Ref<>> inet_text(Thread& thread, int family, const void* bytes) {
  char text[INET6_ADDRSTRLEN];
  if (!inet_ntop(family, bytes, text, sizeof text)) return raise_os_error(thread, errno);
  return Ref<>(TRY(Str::from_ascii(thread, text)));
}

Result<Ref<>> make_unix(Thread& thread, const Address& address) {
  const sockaddr_un& un = part<sockaddr_un>(address);
  const usize size =
      address.length > offsetof(sockaddr_un, sun_path) ? address.length - offsetof(sockaddr_un, sun_path) : 0;
  if (size > 0 && un.sun_path[0] == 0) return Ref<>(TRY(Bytes::from(thread, {un.sun_path, size})));
  return decode_file_name(thread, {un.sun_path, strnlen(un.sun_path, size)});
}

Result<Ref<>> make_packet(Thread& thread, int fd, const sockaddr_ll& link) {
  char name[IF_NAMESIZE] = "";
  if (link.sll_ifindex) if_indextoname(static_cast<u32>(link.sll_ifindex), name);
  Ref<> interface = TRY(decode_file_name(thread, name));
  Ref<Bytes> hardware = TRY(Bytes::from(thread, {reinterpret_cast<const char*>(link.sll_addr), link.sll_halen}));
  return Ref<>(
      TRY(Tuple::from(thread, {interface, Value::integer(ntohs(link.sll_protocol)), Value::integer(link.sll_pkttype),
                               Value::integer(link.sll_hatype), hardware.value()})));
}

Result<Ref<>> pair(Thread& thread, u32 first, u32 second) {
  return Ref<>(TRY(Tuple::from(thread, {Value::integer(first), Value::integer(second)})));
}

}  // namespace

Result<Address> parse_address(Thread& thread, const Socket& socket, Value value, const char* function) {
  switch (socket.family) {
    case AF_UNIX: return parse_unix(thread, value);
    case AF_INET: return parse_inet(thread, value, function);
    case AF_INET6: return parse_inet6(thread, value, function);
    case AF_NETLINK: return parse_netlink(thread, value, function);
    case AF_VSOCK: return parse_vsock(thread, value, function);
    case AF_PACKET: return parse_packet(thread, socket.fd.load(), value, function);
    default: return raise(thread, types.OSError, "{}(): bad family", function);
  }
}

Result<Ref<>> make_address(Thread& thread, int fd, const Address& address) {
  if (address.length == 0) return Ref<>::adopt(None);
  switch (address.storage.ss_family) {
    case AF_INET: {
      const sockaddr_in& in = part<sockaddr_in>(address);
      Ref<> host = TRY(inet_text(thread, AF_INET, &in.sin_addr));
      return Ref<>(TRY(Tuple::from(thread, {host, Value::integer(ntohs(in.sin_port))})));
    }
    case AF_INET6: {
      const sockaddr_in6& in6 = part<sockaddr_in6>(address);
      Ref<> host = TRY(inet_text(thread, AF_INET6, &in6.sin6_addr));
      return Ref<>(
          TRY(Tuple::from(thread, {host, Value::integer(ntohs(in6.sin6_port)), Value::integer(ntohl(in6.sin6_flowinfo)),
                                   Value::integer(in6.sin6_scope_id)})));
    }
    case AF_UNIX: return make_unix(thread, address);
    case AF_NETLINK: return pair(thread, part<sockaddr_nl>(address).nl_pid, part<sockaddr_nl>(address).nl_groups);
    case AF_VSOCK: return pair(thread, part<sockaddr_vm>(address).svm_cid, part<sockaddr_vm>(address).svm_port);
    case AF_PACKET: return make_packet(thread, fd, part<sockaddr_ll>(address));
    default: {
      const char* data = address.get()->sa_data;
      const usize size =
          address.length > offsetof(sockaddr, sa_data) ? address.length - offsetof(sockaddr, sa_data) : 0;
      Ref<Bytes> bytes = TRY(Bytes::from(thread, {data, size}));
      return Ref<>(TRY(Tuple::from(thread, {Value::integer(address.storage.ss_family), bytes.value()})));
    }
  }
}

Result<std::string> host_argument(Thread& thread, Value host) {
  std::string name;
  if (is<Str>(host)) {
    Str& text = as<Str>(host);
    if (text.is_ascii()) {
      name = text.ascii();
    } else {
      Ref<Str> encoding = TRY(Str::from_ascii(thread, "idna"));
      Ref<> encoded = TRY(encode_text(thread, text, encoding.get(), nullptr));
      name = as<Bytes>(encoded).view();
    }
  } else if (is<Bytes>(host) || is<ByteArray>(host)) {
    Buffer buffer = TRY(get_buffer(thread, host));
    name = buffer.view();
  } else {
    return raise(thread, types.TypeError, "str, bytes or bytearray expected, not {}", type_of(host));
  }
  if (name.find('\0') != std::string::npos)
    return raise(thread, types.TypeError, "host name must not contain null character");
  return name;
}

Result<Address> resolve_host(Thread& thread, const std::string& name, int family) {
  Address address;
  if (name == "<broadcast>" || name == "255.255.255.255") {
    if (family != AF_INET) return raise(thread, types.OSError, "address family mismatched");
    part<sockaddr_in>(address) = {};
    part<sockaddr_in>(address).sin_family = AF_INET;
    part<sockaddr_in>(address).sin_addr.s_addr = INADDR_BROADCAST;
    return address;
  }
  if (family == AF_INET && inet_pton(AF_INET, name.c_str(), &part<sockaddr_in>(address).sin_addr) == 1) {
    part<sockaddr_in>(address).sin_family = AF_INET;
    return address;
  }
  address = {};
  if (family == AF_INET6 && inet_pton(AF_INET6, name.c_str(), &part<sockaddr_in6>(address).sin6_addr) == 1) {
    part<sockaddr_in6>(address).sin6_family = AF_INET6;
    return address;
  }
  addrinfo hints{}, *found = nullptr;
  hints.ai_family = family;
  hints.ai_socktype = SOCK_DGRAM;
  if (name.empty()) hints.ai_flags = AI_PASSIVE;
  int code;
  {
    Detached detached(thread);
    code = getaddrinfo(name.empty() ? nullptr : name.c_str(), name.empty() ? "0" : nullptr, &hints, &found);
  }
  if (code) return raise_address_error(thread, code);
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.length = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

}  // namespace py::sockets
