// Messages with ancillary data: sendmsg() and recvmsg().
#include <sys/uio.h>

#include <climits>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "core/modules/socket/socket.h"
#include "core/modules/writable_buffer.h"

namespace py::sockets {

namespace {

// Open buffers as the system takes them.
struct Buffers {
  std::vector<Buffer> open;
  std::vector<iovec> parts;

  Result<void> collect(Thread& thread, Value iterable, bool writable, const char* message) {
    Ref<> sequence = TRY(to_fast_sequence(thread, iterable, message));
    return for_each(thread, sequence, [&](Value item) -> Result<void> {
      open.push_back(writable ? TRY(get_writable_buffer(thread, item, "recvmsg_into() argument 1"))
                              : TRY(get_buffer(thread, item)));
      return {};
    });
  }
  void attach_to(msghdr& message) {
    for (Buffer& buffer : open) parts.push_back({buffer.data, static_cast<usize>(buffer.size)});
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
  }
};

// Sending

Result<void> add_control(Thread& thread, Value item, std::vector<char>& out) {
  Ref<> sequence =
      TRY(to_fast_sequence(thread, item, "[sendmsg() ancillary data items]() argument must be a sequence"));
  Ref<Tuple> parts = TRY(to_tuple(thread, sequence));
  if (parts->length != 3)
    return raise(thread, types.TypeError, "[sendmsg() ancillary data items]() takes exactly 3 arguments ({} given)",
                 parts->length);
  const int level = TRY(to_int(thread, (*parts)[0])), type = TRY(to_int(thread, (*parts)[1]));
  Buffer data = TRY(get_buffer(thread, (*parts)[2]));
  if (data.size > INT_MAX) return raise(thread, types.OSError, "ancillary data item too large");
  const usize start = out.size();
  out.resize(start + CMSG_SPACE(static_cast<usize>(data.size)));
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(static_cast<usize>(data.size));
  header.cmsg_level = level;
  header.cmsg_type = type;
  std::memcpy(out.data() + start, &header, sizeof header);
  if (data.size) std::memcpy(out.data() + start + CMSG_LEN(0), data.data, static_cast<usize>(data.size));
  return {};
}

Result<isize> socket_sendmsg(Thread& thread, Value self, Value buffers, Value ancillary, int flags, Value address) {
  Buffers data;
  TRY(data.collect(thread, buffers, false, "sendmsg() argument 1 must be iterable"));
  if (data.open.size() > IOV_MAX) return raise(thread, types.OSError, "sendmsg() argument 1 is too long");
  std::vector<char> control;
  if (ancillary != Unbound) {
    Ref<> items = TRY(to_fast_sequence(thread, ancillary, "sendmsg() argument 2 must be iterable"));
    TRY(for_each(thread, items, [&](Value item) { return add_control(thread, item, control); }));
  }
  Socket& socket = socket_of(self);
  msghdr message{};
  Address to;
  if (!address.is_none()) {
    to = TRY(parse_address(thread, socket, address, "sendmsg"));
    message.msg_name = to.get();
    message.msg_namelen = to.length;
  }
  data.attach_to(message);
  message.msg_control = control.empty() ? nullptr : control.data();
  message.msg_controllen = control.size();
  const int fd = socket.fd.load();
  return TRY(call_socket(thread, socket, POLLOUT, [&] { return sendmsg(fd, &message, flags); }));
}

// Receiving

struct Received {
  msghdr message{};
  Address from;
  std::unique_ptr<char[]> control;
  i64 count = 0;
};

Result<void> receive(Thread& thread, Socket& socket, Buffers& data, isize control_size, int flags, Received& out) {
  if (control_size < 0 || control_size > INT_MAX)
    return raise(thread, types.ValueError, "invalid ancillary data buffer length");
  out.control.reset(new (std::nothrow) char[static_cast<usize>(control_size) + 1]);
  if (!out.control) return raise_memory_error(thread);
  data.attach_to(out.message);
  const int fd = socket.fd.load();
  out.count = TRY(call_socket(thread, socket, POLLIN, [&] {
    out.message.msg_name = out.from.get();
    out.message.msg_namelen = sizeof out.from.storage;
    out.message.msg_control = control_size ? out.control.get() : nullptr;
    out.message.msg_controllen = static_cast<usize>(control_size);
    return recvmsg(fd, &out.message, flags);
  }));
  out.from.length = out.message.msg_namelen;
  return {};
}

// The data of a control message that lies within the buffer.
std::string_view control_data(const msghdr& message, const cmsghdr* header) {
  const char* data = reinterpret_cast<const char*>(CMSG_DATA(header));
  const char* end = static_cast<const char*>(message.msg_control) + message.msg_controllen;
  const usize declared = header->cmsg_len > CMSG_LEN(0) ? header->cmsg_len - CMSG_LEN(0) : 0;
  const usize available = data < end ? static_cast<usize>(end - data) : 0;
  return {data, declared < available ? declared : available};
}

// (data, ancdata, msg_flags, address)
Result<Ref<Tuple>> result_of(Thread& thread, int fd, Received& received, Value data) {
  Ref<List> ancillary = TRY(List::make(thread));
  for (cmsghdr* header = CMSG_FIRSTHDR(&received.message); header; header = CMSG_NXTHDR(&received.message, header)) {
    Ref<Bytes> bytes = TRY(Bytes::from(thread, control_data(received.message, header)));
    Ref<Tuple> item = TRY(
        Tuple::from(thread, {Value::integer(header->cmsg_level), Value::integer(header->cmsg_type), bytes.value()}));
    TRY(ancillary->append(thread, Ref<>(std::move(item))));
  }
  Ref<> address = TRY(make_address(thread, fd, received.from));
  return Tuple::from(thread, {data, ancillary.value(), Value::integer(received.message.msg_flags), address});
}

Result<Ref<Tuple>> socket_recvmsg(Thread& thread, Value self, isize size, isize control_size, int flags) {
  if (size < 0) return raise(thread, types.ValueError, "negative buffer size in recvmsg()");
  std::unique_ptr<char[]> block(new (std::nothrow) char[static_cast<usize>(size) + 1]);
  if (!block) return raise_memory_error(thread);
  Buffers data;
  data.parts.push_back({block.get(), static_cast<usize>(size)});
  Received received;
  Socket& socket = socket_of(self);
  TRY(receive(thread, socket, data, control_size, flags, received));
  Ref<Bytes> bytes = TRY(Bytes::from(thread, {block.get(), static_cast<usize>(received.count)}));
  return result_of(thread, socket.fd.load(), received, bytes.value());
}

Result<Ref<Tuple>> socket_recvmsg_into(Thread& thread, Value self, Value buffers, isize control_size, int flags) {
  Buffers data;
  TRY(data.collect(thread, buffers, true, "recvmsg_into() argument 1 must be an iterable"));
  if (data.open.size() > IOV_MAX) return raise(thread, types.OSError, "recvmsg_into() argument 1 is too long");
  Received received;
  Socket& socket = socket_of(self);
  TRY(receive(thread, socket, data, control_size, flags, received));
  return result_of(thread, socket.fd.load(), received, Value::integer(received.count));
}

constexpr MethodSpec kMethods[] = {
    def<socket_sendmsg>(
        "sendmsg(buffers, ancdata=unset, flags=0, address=None, /)",
        "Send normal and ancillary data to the socket, gathering the\nnon-ancillary data from a series of buffers."),
    def<socket_recvmsg>("recvmsg(bufsize, ancbufsize=0, flags=0, /)",
                        "Receive normal data (up to bufsize bytes) and ancillary data from the socket.\n\n"
                        "Returns (data, ancdata, msg_flags, address)."),
    def<socket_recvmsg_into>("recvmsg_into(buffers, ancbufsize=0, flags=0, /)",
                             "Receive normal data and ancillary data from the socket, scattering the\nnon-ancillary "
                             "data into a series of buffers."),
};

}  // namespace

const std::span<const MethodSpec> kMessageMethods = kMethods;

}  // namespace py::sockets
