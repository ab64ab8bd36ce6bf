// Sending and receiving bytes.
#include <memory>
#include <new>

#include "core/modules/socket/socket.h"
#include "core/modules/writable_buffer.h"

namespace py::sockets {

namespace {

// Memory to receive into, before it is known how much comes.
class Block {
 public:
  static Result<Block> make(Thread& thread, isize size) {
    Block block;
    block.bytes_.reset(new (std::nothrow) char[static_cast<usize>(size) + 1]);
    if (!block.bytes_) return raise_memory_error(thread);
    return block;
  }
  char* get() { return bytes_.get(); }

 private:
  std::unique_ptr<char[]> bytes_;
};

Result<Ref<>> socket_recv(Thread& thread, Value self, isize size, int flags) {
  if (size < 0) return raise(thread, types.ValueError, "negative buffersize in recv");
  Block block = TRY(Block::make(thread, size));
  Socket& socket = socket_of(self);
  const int fd = socket.fd.load();
  const i64 count =
      TRY(call_socket(thread, socket, POLLIN, [&] { return recv(fd, block.get(), static_cast<usize>(size), flags); }));
  return Ref<>(TRY(Bytes::from(thread, {block.get(), static_cast<usize>(count)})));
}

Result<Ref<>> socket_recvfrom(Thread& thread, Value self, isize size, int flags) {
  if (size < 0) return raise(thread, types.ValueError, "negative buffersize in recvfrom");
  Block block = TRY(Block::make(thread, size));
  Socket& socket = socket_of(self);
  const int fd = socket.fd.load();
  Address from;
  const i64 count = TRY(call_socket(thread, socket, POLLIN, [&] {
    from.length = sizeof from.storage;
    return recvfrom(fd, block.get(), static_cast<usize>(size), flags, from.get(), &from.length);
  }));
  Ref<Bytes> data = TRY(Bytes::from(thread, {block.get(), static_cast<usize>(count)}));
  Ref<> address = TRY(make_address(thread, fd, from));
  return Ref<>(TRY(Tuple::from(thread, {data.value(), address})));
}

// The part of a buffer that a *_into call may fill.
Result<usize> room_in(Thread& thread, const Buffer& buffer, isize wanted, const char* function) {
  if (wanted < 0) return raise(thread, types.ValueError, "negative buffersize in {}", function);
  if (wanted > buffer.size) {
    return raise(thread, types.ValueError,
                 function[4] == '_' ? "buffer too small for requested bytes"
                                    : "nbytes is greater than the length of the buffer");
  }
  return static_cast<usize>(wanted ? wanted : buffer.size);
}

Result<isize> socket_recv_into(Thread& thread, Value self, Value target, isize size, int flags) {
  Buffer buffer = TRY(get_writable_buffer(thread, target, "recv_into() argument 1"));
  const usize room = TRY(room_in(thread, buffer, size, "recv_into"));
  if (room == 0) return isize{0};
  Socket& socket = socket_of(self);
  const int fd = socket.fd.load();
  return TRY(call_socket(thread, socket, POLLIN, [&] { return recv(fd, buffer.data, room, flags); }));
}
Result<Ref<>> socket_recvfrom_into(Thread& thread, Value self, Value target, isize size, int flags) {
  Buffer buffer = TRY(get_writable_buffer(thread, target, "recvfrom_into() argument 1"));
  const usize room = TRY(room_in(thread, buffer, size, "recvfrom_into"));
  Socket& socket = socket_of(self);
  const int fd = socket.fd.load();
  Address from;
  const i64 count = TRY(call_socket(thread, socket, POLLIN, [&] {
    from.length = sizeof from.storage;
    return recvfrom(fd, buffer.data, room, flags, from.get(), &from.length);
  }));
  Ref<> address = TRY(make_address(thread, fd, from));
  return Ref<>(TRY(Tuple::from(thread, {Value::integer(count), address})));
}

Result<isize> socket_send(Thread& thread, Value self, Buffer& data, int flags) {
  Socket& socket = socket_of(self);
  const int fd = socket.fd.load();
  return TRY(
      call_socket(thread, socket, POLLOUT, [&] { return send(fd, data.data, static_cast<usize>(data.size), flags); }));
}
// The timeout is for all of it.
Result<void> socket_sendall(Thread& thread, Value self, Buffer& data, int flags) {
  Socket& socket = socket_of(self);
  const i64 deadline = deadline_from(socket.timeout_ns.load());
  std::string_view rest = data.view();
  do {
    const int fd = socket.fd.load();
    const i64 count =
        TRY(call_socket(thread, socket, POLLOUT, deadline, [&] { return send(fd, rest.data(), rest.size(), flags); }));
    rest.remove_prefix(static_cast<usize>(count));
    if (!poll(thread)) return failure;
  } while (!rest.empty());
  return {};
}
// sendto(data[, flags], address)
Result<isize> socket_sendto(Thread& thread, Value self, Rest arguments) {
  if (arguments.count < 2 || arguments.count > 3) {
    return raise(thread, types.TypeError, "sendto() takes 2 or 3 arguments ({} given)", arguments.count);
  }
  const bool has_flags = arguments.count == 3;
  Buffer data = TRY(get_buffer(thread, arguments.values[0]));
  const int flags = has_flags ? TRY(to_int(thread, arguments.values[1])) : 0;
  Socket& socket = socket_of(self);
  const Address to = TRY(parse_address(thread, socket, arguments.values[arguments.count - 1], "sendto"));
  const int fd = socket.fd.load();
  return TRY(call_socket(thread, socket, POLLOUT, [&] {
    return sendto(fd, data.data, static_cast<usize>(data.size), flags, to.get(), to.length);
  }));
}

constexpr MethodSpec kMethods[] = {
    def<socket_recv>("recv(buffersize, flags=0, /)", "Receive up to buffersize bytes from the socket."),
    def<socket_recvfrom>("recvfrom(buffersize, flags=0, /)",
                         "Like recv(buffersize, flags) but also return the sender's address info."),
    def<socket_recv_into>("recv_into(buffer, nbytes=0, flags=0)",
                          "Like recv(), but writes into the buffer; returns the number of bytes."),
    def<socket_recvfrom_into>("recvfrom_into(buffer, nbytes=0, flags=0)",
                              "Like recv_into(), but also return the sender's address info."),
    def<socket_send>("send(data, flags=0, /)",
                     "Send data to the socket.  Return the number of bytes sent; this may be less than len(data)."),
    def<socket_sendall>("sendall(data, flags=0, /)", "Send all data to the socket, in as many calls as it takes."),
    def<socket_sendto>("sendto(*arguments)",
                       "sendto(data[, flags], address) -> count\n\nLike send(data, flags) but allows specifying the "
                       "destination address."),
};

}  // namespace

const std::span<const MethodSpec> kTransferMethods = kMethods;

}  // namespace py::sockets
