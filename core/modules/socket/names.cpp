// Names of hosts, services, protocols and interfaces.
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <vector>

#include "core/modules/posix/path_argument.h"
#include "core/modules/socket/socket.h"
#include "threading/sync/mutex.h"

namespace py::sockets {

namespace {

Failure raise_host_error(Thread& thread, int code) { return raise_coded(thread, host_error, code, hstrerror(code)); }

// The port of getaddrinfo(): a number, a name, or None.
Result<std::optional<std::string>> service_argument(Thread& thread, Value port) {
  if (port.is_none()) return std::optional<std::string>();
  if (is_integer(port)) return std::optional(std::to_string(TRY(to_i64(thread, port))));
  if (is<Str>(port)) return std::optional(as<Str>(port).utf8());
  if (is<Bytes>(port)) return std::optional(std::string(as<Bytes>(port).view()));
  return raise(thread, types.OSError, "Int or String expected");
}

// A getaddrinfo() result that frees itself.
struct AddressList {
  addrinfo* first = nullptr;
  ~AddressList() {
    if (first) freeaddrinfo(first);
  }
};
Address address_of(const addrinfo& info) {
  Address address;
  std::memcpy(&address.storage, info.ai_addr, info.ai_addrlen);
  address.length = info.ai_addrlen;
  return address;
}

Result<Ref<List>> socket_getaddrinfo(Thread& thread, Value host, Value port, int family, int type, int protocol,
                                     int flags) {
  std::optional<std::string> name;
  if (is<Str>(host) || is<Bytes>(host)) {
    name = TRY(host_argument(thread, host));
  } else if (!host.is_none()) {
    return raise(thread, types.TypeError, "getaddrinfo() argument 1 must be string or None");
  }
  const std::optional<std::string> service = TRY(service_argument(thread, port));
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = type;
  hints.ai_protocol = protocol;
  hints.ai_flags = flags;
  AddressList list;
  int code;
  {
    Detached detached(thread);
    code = getaddrinfo(name ? name->c_str() : nullptr, service ? service->c_str() : nullptr, &hints, &list.first);
  }
  if (code) return raise_address_error(thread, code);
  Ref<List> result = TRY(List::make(thread));
  for (const addrinfo* info = list.first; info; info = info->ai_next) {
    Ref<> address = TRY(make_address(thread, -1, address_of(*info)));
    Ref<> canonical = TRY(decode_file_name(thread, info->ai_canonname ? info->ai_canonname : ""));
    Ref<Tuple> row = TRY(Tuple::from(thread, {Value::integer(info->ai_family), Value::integer(info->ai_socktype),
                                              Value::integer(info->ai_protocol), canonical, address}));
    TRY(result->append(thread, Ref<>(std::move(row))));
  }
  return result;
}

Result<Ref<Tuple>> socket_getnameinfo(Thread& thread, Value sockaddr_value, int flags) {
  if (!is<Tuple>(sockaddr_value)) return raise(thread, types.TypeError, "getnameinfo() argument 1 must be a tuple");
  Tuple& tuple = as<Tuple>(sockaddr_value);
  if (tuple.length < 2 || tuple.length > 4)
    return raise(thread, types.TypeError, "getnameinfo(): illegal sockaddr argument");
  const std::string host = TRY(host_argument(thread, tuple[0]));
  const std::string port = std::to_string(TRY(to_int(thread, tuple[1])));
  const u64 flow = tuple.length > 2 ? TRY(to_u64(thread, tuple[2])) : 0,
            scope = tuple.length > 3 ? TRY(to_u64(thread, tuple[3])) : 0;
  if (flow > 0xFFFFF) return raise(thread, types.OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST;
  AddressList list;
  char name[NI_MAXHOST], service[NI_MAXSERV];
  int code;
  {
    Detached detached(thread);
    code = getaddrinfo(host.c_str(), port.c_str(), &hints, &list.first);
  }
  if (code) return raise_address_error(thread, code);
  if (list.first->ai_next) return raise(thread, types.OSError, "sockaddr resolved to multiple addresses");
  if (list.first->ai_family == AF_INET && tuple.length != 2)
    return raise(thread, types.OSError, "IPv4 sockaddr must be 2 tuple");
  if (list.first->ai_family == AF_INET6) {
    auto* in6 = reinterpret_cast<sockaddr_in6*>(list.first->ai_addr);
    in6->sin6_flowinfo = htonl(static_cast<u32>(flow));
    in6->sin6_scope_id = static_cast<u32>(scope);
  }
  {
    Detached detached(thread);
    code = getnameinfo(list.first->ai_addr, list.first->ai_addrlen, name, sizeof name, service, sizeof service, flags);
  }
  if (code) return raise_address_error(thread, code);
  Ref<> host_text = TRY(decode_file_name(thread, name)), service_text = TRY(decode_file_name(thread, service));
  return Tuple::from(thread, {host_text, service_text});
}

Result<Ref<>> socket_gethostbyname(Thread& thread, Value host) {
  const Address address = TRY(resolve_host(thread, TRY(host_argument(thread, host)), AF_INET));
  Ref<> pair = TRY(make_address(thread, -1, address));
  return Ref<>::share(as<Tuple>(pair)[0]);
}

// (name, aliases, addresses)
Result<Ref<Tuple>> make_host_entry(Thread& thread, const hostent& entry) {
  Ref<List> aliases = TRY(List::make(thread)), addresses = TRY(List::make(thread));
  for (char** alias = entry.h_aliases; alias && *alias; ++alias)
    TRY(aliases->append(thread, TRY(decode_file_name(thread, *alias))));
  for (char** at = entry.h_addr_list; *at; ++at) {
    Address address;
    address.storage.ss_family = static_cast<sa_family_t>(entry.h_addrtype);
    void* place = entry.h_addrtype == AF_INET6
                      ? static_cast<void*>(&reinterpret_cast<sockaddr_in6&>(address.storage).sin6_addr)
                      : &reinterpret_cast<sockaddr_in&>(address.storage).sin_addr;
    std::memcpy(place, *at, static_cast<usize>(entry.h_length));
    Ref<> pair = TRY(make_address(thread, -1, address));
    TRY(addresses->append(thread, as<Tuple>(pair)[0]));
  }
  Ref<> name = TRY(decode_file_name(thread, entry.h_name));
  return Tuple::from(thread, {name, aliases.value(), addresses.value()});
}

constexpr usize kEntryBytes = 16384;

Result<Ref<Tuple>> socket_gethostbyname_ex(Thread& thread, Value host) {
  const std::string name = TRY(host_argument(thread, host));
  std::vector<char> block(kEntryBytes);
  hostent entry{}, *found = nullptr;
  int error = 0;
  {
    Detached detached(thread);
    gethostbyname_r(name.c_str(), &entry, block.data(), block.size(), &found, &error);
  }
  if (!found) return raise_host_error(thread, error);
  return make_host_entry(thread, entry);
}
Result<Ref<Tuple>> socket_gethostbyaddr(Thread& thread, Value host) {
  const Address address = TRY(resolve_host(thread, TRY(host_argument(thread, host)), AF_UNSPEC));
  const bool six = address.storage.ss_family == AF_INET6;
  const void* bytes = six ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr)
                          : &reinterpret_cast<const sockaddr_in&>(address.storage).sin_addr;
  std::vector<char> block(kEntryBytes);
  hostent entry{}, *found = nullptr;
  int error = 0;
  {
    Detached detached(thread);
    gethostbyaddr_r(bytes, six ? 16 : 4, six ? AF_INET6 : AF_INET, &entry, block.data(), block.size(), &found, &error);
  }
  if (!found) return raise_host_error(thread, error);
  return make_host_entry(thread, entry);
}

Result<Ref<>> socket_gethostname(Thread& thread) {
  char name[HOST_NAME_MAX + 2] = {};
  if (gethostname(name, sizeof name - 1) < 0) return raise_os_error(thread, errno);
  return decode_file_name(thread, name);
}
Result<void> socket_sethostname(Thread& thread, Value name) {
  std::string text;
  if (is<Str>(name)) {
    text = TRY(encode_file_name(thread, name));
  } else {
    Buffer buffer = TRY(get_buffer(thread, name));
    text = buffer.view();
  }
  if (sethostname(text.data(), text.size()) < 0) return raise_os_error(thread, errno);
  return {};
}

Result<int> socket_getservbyname(Thread& thread, Str& name, Str* protocol) {
  servent entry{}, *found = nullptr;
  char block[4096];
  const std::string service = name.utf8(), kind = protocol ? protocol->utf8() : "";
  {
    Detached detached(thread);
    getservbyname_r(service.c_str(), protocol ? kind.c_str() : nullptr, &entry, block, sizeof block, &found);
  }
  if (!found) return raise(thread, types.OSError, "service/proto not found");
  return int{ntohs(static_cast<u16>(entry.s_port))};
}
Result<Ref<>> socket_getservbyport(Thread& thread, int port, Str* protocol) {
  if (port < 0 || port > 0xFFFF) return raise(thread, types.OverflowError, "getservbyport: port must be 0-65535.");
  servent entry{}, *found = nullptr;
  char block[4096];
  const std::string kind = protocol ? protocol->utf8() : "";
  {
    Detached detached(thread);
    getservbyport_r(htons(static_cast<u16>(port)), protocol ? kind.c_str() : nullptr, &entry, block, sizeof block,
                    &found);
  }
  if (!found) return raise(thread, types.OSError, "port/proto not found");
  return decode_file_name(thread, entry.s_name);
}
Result<int> socket_getprotobyname(Thread& thread, Str& name) {
  protoent entry{}, *found = nullptr;
  char block[4096];
  getprotobyname_r(name.utf8().c_str(), &entry, block, sizeof block, &found);
  if (!found) return raise(thread, types.OSError, "protocol not found");
  return entry.p_proto;
}

Result<Ref<List>> socket_if_nameindex(Thread& thread) {
  struct if_nameindex* names = if_nameindex();
  if (!names) return raise_os_error(thread, errno);
  std::vector<std::pair<u32, std::string>> rows;
  for (struct if_nameindex* at = names; at->if_index || at->if_name; ++at) rows.emplace_back(at->if_index, at->if_name);
  if_freenameindex(names);
  Ref<List> result = TRY(List::make(thread));
  for (const auto& [index, name] : rows) {
    Ref<> text = TRY(decode_file_name(thread, name));
    TRY(result->append(thread, Ref<>(TRY(Tuple::from(thread, {Value::integer(index), text})))));
  }
  return result;
}
Result<int> socket_if_nametoindex(Thread& thread, Value name) {
  std::string text;
  if (is<Str>(name)) {
    text = TRY(encode_file_name(thread, name));
  } else if (is<Bytes>(name)) {
    text = as<Bytes>(name).view();
  } else {
    return raise(thread, types.TypeError, "expected str, bytes or os.PathLike object, not {}", type_of(name));
  }
  const u32 index = if_nametoindex(text.c_str());
  if (index == 0) return raise(thread, types.OSError, "no interface with this name");
  return static_cast<int>(index);
}
Result<Ref<>> socket_if_indextoname(Thread& thread, Value index) {
  char name[IF_NAMESIZE];
  const u64 number = TRY(to_u64(thread, index));
  if (number > UINT32_MAX)
    return raise(thread, types.OverflowError, "Python int too large to convert to C unsigned int");
  if (!if_indextoname(static_cast<u32>(number), name)) return raise_os_error(thread, errno);
  return decode_file_name(thread, name);
}

constexpr MethodSpec kFunctions[] = {
    function<socket_getaddrinfo>(
        "getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)",
        "Resolve host and port into addrinfo struct: a list of (family, type, proto, canonname, sockaddr)."),
    function<socket_getnameinfo>("getnameinfo(sockaddr, flags, /)", "Get host and port for a sockaddr."),
    function<socket_gethostbyname>("gethostbyname(host, /)",
                                   "Return the IP address (a string of the form '255.255.255.255') for a host."),
    function<socket_gethostbyname_ex>("gethostbyname_ex(host, /)",
                                      "Return the true host name, a list of aliases, and a list of IP addresses."),
    function<socket_gethostbyaddr>("gethostbyaddr(host, /)",
                                   "Return the true host name, a list of aliases, and a list of IP addresses."),
    function<socket_gethostname>("gethostname()", "Return the current host name."),
    function<socket_sethostname>("sethostname(name, /)", "Sets the hostname to name."),
    function<socket_getservbyname>("getservbyname(servicename, protocolname=None, /)",
                                   "Return a port number from a service name and protocol name."),
    function<socket_getservbyport>("getservbyport(port, protocolname=None, /)",
                                   "Return the service name from a port number and protocol name."),
    function<socket_getprotobyname>("getprotobyname(name, /)", "Return the protocol number for the named protocol."),
    function<socket_if_nameindex>("if_nameindex()",
                                  "Returns a list of network interface information (index, name) tuples."),
    function<socket_if_nametoindex>("if_nametoindex(if_name, /)",
                                    "Returns the interface index corresponding to the interface name if_name."),
    function<socket_if_indextoname>("if_indextoname(if_index, /)",
                                    "Returns the interface name corresponding to the interface index if_index."),
};

}  // namespace

const std::span<const MethodSpec> kNameFunctions = kFunctions;

}  // namespace py::sockets
