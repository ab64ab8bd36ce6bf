// BufferedRWPair: a reader and a writer over two raw streams, each with its own buffer and lock.
// Threads: immutable once initialised.
#include "core/modules/io/buffered.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"

namespace py::io {

namespace {

class BufferedPair final : public Object {
 public:
  Field reader, writer;
};
BufferedPair& pair_of(Value self) { return *static_cast<BufferedPair*>(self.object()); }
void visit_pair(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<BufferedPair&>(object).reader);
  visitor.visit(static_cast<BufferedPair&>(object).writer);
  visit_attributes(object, visitor);
}
usize pair_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kPairOps = {"BufferedRWPair", visit_pair, release_attributes, pair_size};

Result<Ref<>> pair_new(Thread& thread, Type& type, const Arguments&) { return Ref<>(TRY(new_object<BufferedPair>(thread, type))); }
Result<void> pair_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "BufferedRWPair(reader, writer, buffer_size=8192, /)", arguments);
  TRY(check_capability(thread, bound[0], *io_names.readable, "File or stream is not readable."));
  TRY(check_capability(thread, bound[1], names::writable(), "File or stream is not writable."));
  BufferedPair& pair = pair_of(self);
  pair.reader.store(pair, TRY(call(thread, io_types.buffered_reader->value(), {bound[0], bound[2]})));
  pair.writer.store(pair, TRY(call(thread, io_types.buffered_writer->value(), {bound[1], bound[2]})));
  return {};
}

enum class Side : u8 { Reader, Writer };
Result<Ref<>> side_of(Thread& thread, Value self, Side side) {
  Ref<> part = (side == Side::Reader ? pair_of(self).reader : pair_of(self).writer).load();
  if (part.is_empty()) return raise(thread, types.ValueError, "I/O operation on uninitialized object");
  return part;
}
Result<Ref<>> forward(Thread& thread, Value self, Side side, Str& name, Rest rest) {
  Ref<> part = TRY(side_of(thread, self, side));
  Ref<> method = TRY(get_attribute(thread, part, name));
  return call(thread, method, Arguments{rest.values, rest.count});
}
#define FORWARD(function, side, name) \
  Result<Ref<>> function(Thread& thread, Value self, Rest rest) { return forward(thread, self, Side::side, name, rest); }
FORWARD(pair_read, Reader, names::read())
FORWARD(pair_peek, Reader, *io_names.peek)
FORWARD(pair_read1, Reader, *io_names.read1)
FORWARD(pair_readinto, Reader, *io_names.readinto)
FORWARD(pair_readinto1, Reader, *io_names.readinto1)
FORWARD(pair_readable, Reader, *io_names.readable)
FORWARD(pair_write, Writer, names::write())
FORWARD(pair_flush, Writer, names::flush())
FORWARD(pair_writable, Writer, names::writable())
#undef FORWARD

Result<Ref<>> pair_close(Thread& thread, Value self) {
  Ref<> error;
  if (forward(thread, self, Side::Writer, names::close(), {nullptr, 0}).failed()) error = take_pending(thread);
  Result<Ref<>> closed = forward(thread, self, Side::Reader, names::close(), {nullptr, 0});
  if (error.is_empty()) return closed;
  if (closed.failed()) {
    as<Exception>(thread.pending).set_context(thread, error);
    return failure;
  }
  return raise_value(thread, error);
}
Result<Ref<>> pair_isatty(Thread& thread, Value self) {
  Ref<> writer = TRY(forward(thread, self, Side::Writer, names::isatty(), {nullptr, 0}));
  if (writer.value() != False) return writer;
  return forward(thread, self, Side::Reader, names::isatty(), {nullptr, 0});
}
Result<Ref<>> pair_closed(Thread& thread, Value self) {
  Ref<> writer = pair_of(self).writer.load();
  if (writer.is_empty()) return raise(thread, types.RuntimeError, "the BufferedRWPair object is being garbage-collected");
  return get_attribute(thread, writer, names::closed());
}

constexpr MethodSpec kMethods[] = {
    def<pair_read>("read(*args)", nullptr),         def<pair_peek>("peek(*args)", nullptr),
    def<pair_read1>("read1(*args)", nullptr),       def<pair_readinto>("readinto(*args)", nullptr),
    def<pair_readinto1>("readinto1(*args)", nullptr), def<pair_readable>("readable(*args)", nullptr),
    def<pair_write>("write(*args)", nullptr),       def<pair_flush>("flush(*args)", nullptr),
    def<pair_writable>("writable(*args)", nullptr), def<pair_close>("close()", nullptr),
    def<pair_isatty>("isatty()", nullptr),
};
constexpr PropertySpec kProperties[] = {{"closed", nullptr, pair_closed}};
constexpr TypeSpec kPairSpec = {.name = "_io.BufferedRWPair",
                                .doc = "A buffered reader and writer object together.",
                                .methods = kMethods,
                                .method_count = std::size(kMethods),
                                .properties = kProperties,
                                .property_count = std::size(kProperties),
                                .slots = {.init = pair_init, .new_ = pair_new},
                                .ops = &kPairOps,
                                .size = sizeof(BufferedPair),
                                .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace

void add_buffered_pair(Thread& thread, Module& module) {
  io_types.buffered_pair = MUST(add_type_to_module(thread, module, kPairSpec, io_types.buffered_io_base));
}

}  // namespace py::io
