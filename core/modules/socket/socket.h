// Socket: a descriptor with its family, type, protocol and timeout; and what the files of the module `_socket` share.
//
// A socket with a timeout is non-blocking for the system: a call waits with poll() until the descriptor is ready.
// Threads: `fd` (-1: closed) and `timeout_ns` (-1: block for ever) are atomic; the kernel orders the rest. Calls that
// may block are made detached.
#pragma once
#include <poll.h>
#include <sys/socket.h>

#include <span>
#include <string>

#include "core/modules/exception_class.h"
#include "core/modules/system_call.h"

namespace py::sockets {

class Socket final : public Object {
 public:
  std::atomic<int> fd;
  int family, type, protocol;
  std::atomic<i64> timeout_ns;
  static const ObjectOps kOps;
};
extern Type* socket_type;
inline Socket& socket_of(Value self) { return *static_cast<Socket*>(self.object()); }

extern ModuleException host_error, address_error;  // herror, gaierror
extern std::atomic<i64> default_timeout_ns;

// None, or a number of seconds: nanoseconds, -1 for None.
Result<i64> timeout_argument(Thread& thread, Value timeout);
Result<Ref<>> timeout_value(Thread& thread, i64 timeout_ns);
COLD Failure raise_timeout(Thread& thread);
// type(code, text)
COLD Failure raise_coded(Thread& thread, const ModuleException& type, int code, const char* text);
COLD Failure raise_address_error(Thread& thread, int code);  // of getaddrinfo()

// The end of a wait that begins now.
i64 deadline_from(i64 timeout_ns);
// Whether the descriptor became ready before the deadline. Signal handlers run.
Result<bool> wait_ready(Thread& thread, int fd, short events, i64 deadline_ns);

// Makes a system call on the socket, waiting as its timeout says. OSError, TimeoutError.
template <class Call>
Result<i64> call_socket(Thread& thread, Socket& socket, short events, i64 deadline_ns, Call&& system_call) {
  for (;;) {
    const i64 timeout_ns = socket.timeout_ns.load();
    if (timeout_ns > 0 && !TRY(wait_ready(thread, socket.fd.load(), events, deadline_ns))) return raise_timeout(thread);
    const SystemResult result = TRY(call_blocking(thread, system_call));
    if (!result.error) return result.value;
    if (timeout_ns > 0 && (result.error == EWOULDBLOCK || result.error == EAGAIN)) continue;
    return raise_os_error(thread, result.error);
  }
}
template <class Call>
Result<i64> call_socket(Thread& thread, Socket& socket, short events, Call&& system_call) {
  return call_socket(thread, socket, events, deadline_from(socket.timeout_ns.load()), system_call);
}

// Addresses

struct Address {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
// The address that a Python value stands for, in the socket's family. `function` is for messages.
Result<Address> parse_address(Thread& thread, const Socket& socket, Value value, const char* function);
Result<Ref<>> make_address(Thread& thread, int fd, const Address& address);
// A host name as the resolver takes it: ASCII, or IDNA of it; bytes as they are.
Result<std::string> host_argument(Thread& thread, Value host);
// Resolves a name to one address of the family; "" is any address, "<broadcast>" all.
Result<Address> resolve_host(Thread& thread, const std::string& name, int family);

Result<Ref<Socket>> make_socket(Thread& thread, Type& type, int fd, int family, int kind, int protocol);
Result<void> set_system_blocking(Thread& thread, int fd, bool blocking);

extern const std::span<const MethodSpec> kTransferMethods, kMessageMethods, kNameFunctions;
Result<void> add_socket_type(Thread& thread, Module& module);
Result<void> add_constants(Thread& thread, Module& module);

}  // namespace py::sockets
