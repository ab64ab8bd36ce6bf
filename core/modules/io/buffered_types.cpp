// The types BufferedReader, BufferedWriter, BufferedRandom: construction, positions, closing.
#include "core/bind/member_values.h"
#include "core/modules/io/buffered.h"
#include "core/modules/io/file_io.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "memory/buffer.h"

#include <unistd.h>

#include <vector>

namespace py::io {

void add_buffered_pair(Thread& thread, Module& module);

namespace {

Buffered& buffered_of(Value self) { return *static_cast<Buffered*>(self.object()); }

void visit_buffered(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<Buffered&>(object).raw);
  visit_attributes(object, visitor);
}
void release_buffered(Object& object) {
  buffer_free(static_cast<Buffered&>(object).buffer);
  release_attributes(object);
}
usize buffered_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kBufferedOps = {"Buffered", visit_buffered, release_buffered, buffered_size};

Result<Ref<>> buffered_new(Thread& thread, Type& type, const Arguments&) {
  Ref<Buffered> self = TRY(new_object<Buffered>(thread, type));
  self->lock.reset();
  self->ok = self->detached = self->readable = self->writable = self->finalizing = self->exact = false;
  self->buffer = nullptr;
  self->buffer_size = 0;
  self->raw_offset = -1;
  self->pos = self->raw_pos = self->write_pos = 0;
  self->read_end = self->write_end = -1;
  return Ref<>(std::move(self));
}

template <bool readable, bool writable>
Result<void> buffered_init(Thread& thread, Value value, const Arguments& arguments) {
  BIND_ARGUMENTS(bound,
                 readable && writable ? "BufferedRandom(raw, buffer_size=8192)"
                 : readable           ? "BufferedReader(raw, buffer_size=8192)"
                                      : "BufferedWriter(raw, buffer_size=8192)",
                 arguments);
  Buffered& self = buffered_of(value);
  const isize size = TRY(to_isize(thread, bound[1]));
  CallGuard guard;
  TRY(guard.enter(thread, self, self.lock));
  self.ok = self.detached = false;
  if (readable && writable) TRY(check_capability(thread, bound[0], *io_names.seekable, "File or stream is not seekable."));
  if (readable) TRY(check_capability(thread, bound[0], *io_names.readable, "File or stream is not readable."));
  if (writable) TRY(check_capability(thread, bound[0], names::writable(), "File or stream is not writable."));
  if (size <= 0) return raise(thread, types.ValueError, "buffer size must be strictly positive");
  auto* fresh = static_cast<u8*>(buffer_allocate(static_cast<usize>(size)));
  if (!fresh) return raise_memory_error(thread);
  buffer_free(self.buffer);
  self.buffer = fresh;
  self.buffer_size = size;
  self.readable = readable;
  self.writable = writable;
  self.raw.store(self, bound[0]);
  self.exact = !type_of(value).has(TypeFlag::Heap) && &type_of(bound[0]) == io_types.file_io;
  self.pos = 0;
  self.raw_pos = 0;
  self.reset_read();
  self.reset_write();
  if (raw_tell(thread, self).failed()) clear_pending(thread);  // a pipe has no position
  self.ok = true;
  return {};
}

// Asked of the raw stream.
template <auto name>
Result<Ref<>> delegate(Thread& thread, Value value) {
  Ref<> raw = TRY(ready_raw(thread, buffered_of(value)));
  return call_method(thread, raw, name());
}
Str& seekable_name() { return *io_names.seekable; }
Str& readable_name() { return *io_names.readable; }

template <auto name>
Result<Ref<>> delegate_attribute(Thread& thread, Value value) {
  Ref<> raw = TRY(ready_raw(thread, buffered_of(value)));
  return get_attribute(thread, raw, name());
}
Result<Ref<>> get_closed(Thread& thread, Value value) {
  Ref<> raw = TRY(ready_raw(thread, buffered_of(value)));
  return get_attribute(thread, raw, names::closed());
}
Result<Ref<>> get_raw(Thread&, Value value) {
  Ref<> raw = buffered_of(value).raw.load();
  return raw.is_empty() ? Ref<>::adopt(None) : std::move(raw);
}
Result<Ref<>> get_finalizing(Thread&, Value value) { return Ref<>::adopt(Value::boolean(buffered_of(value).finalizing)); }
Result<void> set_finalizing(Thread& thread, Value self, Value value) {
  buffered_of(self).finalizing = TRY(to_member_bool(thread, value));
  return {};
}

Result<Ref<>> simple_flush(Thread& thread, Value value) { return delegate<names::flush>(thread, value); }
Result<void> writer_flush(Thread& thread, Value value) {
  Buffered& self = buffered_of(value);
  TRY(check_open(thread, self, "flush of closed file"));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return flush_and_rewind(thread, self);
}

Result<Ref<>> buffered_tell(Thread& thread, Value value) {
  Buffered& self = buffered_of(value);
  TRY(check_ready(thread, self));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  const i64 position = TRY(raw_tell(thread, self)) - self.ahead();
  return make_int(thread, position < 0 ? 0 : position);
}

// Within what was read, a seek moves `pos` alone.
bool seek_in_buffer(Buffered& self, i64 target, int whence, i64& result) {
  const i64 available = self.read_ahead();
  if (available <= 0 || self.raw_offset < 0) return false;
  const i64 offset = whence == 0 ? target - (self.raw_offset - self.ahead()) : target;
  if (offset < -self.pos || offset > available) return false;
  result = self.raw_offset - available + offset;
  self.pos += offset;
  return true;
}
Result<Ref<>> buffered_seek(Thread& thread, Value value, Value position, int whence) {
  Buffered& self = buffered_of(value);
  if (whence < 0 || whence > 4) return raise(thread, types.ValueError, "whence value {} unsupported", whence);
  TRY(check_open(thread, self, "seek of closed file"));
  {
    Ref<> raw = TRY(ready_raw(thread, self));
    if (&type_of(raw) != io_types.file_io) TRY(check_capability(thread, raw, *io_names.seekable, "File or stream is not seekable."));
    else if (!TRY(is_true(thread, TRY(call_method(thread, raw, *io_names.seekable))))) return raise_unsupported(thread, "File or stream is not seekable.");
  }
  i64 target = TRY(to_offset(thread, position));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  if (whence <= 1 && self.readable) {
    if (self.raw_offset < 0) TRY(raw_tell(thread, self));
    i64 result;
    if (seek_in_buffer(self, target, whence, result)) return make_int(thread, result);
  }
  if (self.writable) TRY(flush_writes(thread, self));
  if (whence == 1) target -= self.ahead();
  const i64 reached = TRY(raw_seek(thread, self, target, whence));
  self.raw_pos = -1;
  if (self.readable) self.reset_read();
  return make_int(thread, reached);
}

Result<Ref<>> buffered_truncate(Thread& thread, Value value, Value size) {
  Buffered& self = buffered_of(value);
  TRY(check_open(thread, self, "truncate of closed file"));
  if (!self.writable) return raise_unsupported(thread, "truncate");
  CallGuard guard;
  TRY(enter(thread, self, guard));
  TRY(flush_and_rewind(thread, self));
  Ref<> raw = self.raw.load();
  Ref<> result = TRY(call_method(thread, raw, *io_names.truncate, {size}));
  if (raw_tell(thread, self).failed()) clear_pending(thread);
  return result;
}

Result<void> buffered_dealloc_warn(Thread& thread, Value value, Value source) {
  Buffered& self = buffered_of(value);
  Ref<> raw = self.raw.load();
  if (self.ok && !raw.is_empty() && call_method(thread, raw, *io_names._dealloc_warn, {source}).failed()) clear_pending(thread);
  return {};
}

// Two failures: the later one is raised, the earlier one is its context.
Failure raise_both(Thread& thread, Ref<>&& earlier) {
  Exception& later = as<Exception>(thread.pending);
  if (thread.pending != earlier.value()) later.set_context(thread, earlier);
  return failure;
}
Result<Ref<>> buffered_close(Thread& thread, Value value) {
  Buffered& self = buffered_of(value);
  TRY(check_ready(thread, self));
  if (TRY(buffered_closed(thread, self))) return Ref<>::adopt(None);
  if (self.finalizing) TRY(buffered_dealloc_warn(thread, value, value));
  // The flush is a method call, so a subclass sees it; it takes the lock itself.
  Ref<> error;
  if (call_for_effect(thread, value, names::flush()).failed()) error = take_pending(thread);
  CallGuard guard;
  TRY(guard.enter(thread, self, self.lock));
  Ref<> raw = self.raw.load();
  if (raw.is_empty()) return Ref<>::adopt(None);
  Result<Ref<>> closed = call_method(thread, raw, names::close());
  self.read_end = 0;
  self.pos = 0;
  if (closed.failed()) {
    if (!error.is_empty()) return raise_both(thread, std::move(error));
    return failure;
  }
  if (!error.is_empty()) return raise_value(thread, error);
  return closed.take();
}
Result<Ref<>> buffered_detach(Thread& thread, Value value) {
  Buffered& self = buffered_of(value);
  TRY(check_ready(thread, self));
  TRY(call_for_effect(thread, value, names::flush()));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  Ref<> raw = self.raw.load();
  self.detached = true;
  self.ok = false;
  self.raw.store(self, Ref<>());
  return raw;
}

Result<Ref<>> buffered_repr(Thread& thread, Value value) {
  Result<Ref<>> found = get_attribute_or_empty(thread, value, names::name());
  if (found.failed()) {
    if (!pending_is(thread, *types.ValueError)) return failure;
    clear_pending(thread);
    return Ref<>(TRY(format_str(thread, "<{}>", type_of(value))));
  }
  Ref<> name = found.take();
  if (name.is_empty()) return Ref<>(TRY(format_str(thread, "<{}>", type_of(value))));
  return Ref<>(TRY(format_str(thread, "<{} name={!r}>", type_of(value), name.value())));
}
Result<Ref<>> buffered_next(Thread& thread, Value value) {
  Buffered& self = buffered_of(value);
  Ref<> line;
  if (!type_of(value).has(TypeFlag::Heap)) {
    line = TRY(buffered_readline(thread, self, -1));
  } else {
    line = TRY(call_method(thread, value, names::readline()));
    if (!is<Bytes>(line)) {
      return raise(thread, types.OSError, "readline() should have returned a bytes object, not '{}'", type_of(line));
    }
  }
  if (as<Bytes>(line).length == 0) return Ref<>::adopt(Done);
  return line;
}
Failure cannot_pickle(Thread& thread, Value self) { return raise(thread, types.TypeError, "cannot pickle '{}' object", type_of(self)); }
Result<Ref<>> buffered_getstate(Thread& thread, Value self) { return cannot_pickle(thread, self); }
Result<Ref<>> buffered_reduce_ex(Thread& thread, Value self, Value) { return cannot_pickle(thread, self); }
Result<u64> buffered_sizeof(Thread& thread, Value value) {
  Buffered& self = buffered_of(value);
  CallGuard guard;
  TRY(guard.enter(thread, self, self.lock));
  return type_of(value).allocation_size() + static_cast<u64>(self.buffer_size);
}

constexpr MethodSpec kSharedMethods[] = {
    def<buffered_detach>("detach()", nullptr),
    def<buffered_close>("close()", nullptr),
    def<delegate<seekable_name>>("seekable()", nullptr),
    def<delegate<names::fileno>>("fileno()", nullptr),
    def<delegate<names::isatty>>("isatty()", nullptr),
    def<buffered_dealloc_warn>("_dealloc_warn(source, /)", nullptr),
    def<buffered_tell>("tell()", nullptr),
    def<buffered_seek>("seek(target, whence=0, /)", nullptr),
    def<buffered_truncate>("truncate(pos=None, /)", nullptr),
    def<buffered_getstate>("__getstate__()", nullptr),
    def<buffered_reduce_ex>("__reduce_ex__(protocol, /)", nullptr),
    def<buffered_sizeof>("__sizeof__()", nullptr),
};
constexpr MethodSpec kReadableMethod = def<delegate<readable_name>>("readable()", nullptr);
constexpr MethodSpec kWritableMethod = def<delegate<names::writable>>("writable()", nullptr);
constexpr MethodSpec kSimpleFlush = def<simple_flush>("flush()", nullptr);
constexpr MethodSpec kWriterFlush = def<writer_flush>("flush()", nullptr);

constexpr PropertySpec kProperties[] = {
    {"closed", nullptr, get_closed},
    {"name", nullptr, delegate_attribute<names::name>},
    {"mode", nullptr, delegate_attribute<names::mode>},
    {"raw", nullptr, get_raw},
    {"_finalizing", nullptr, get_finalizing, set_finalizing},
};

struct BufferedKind {
  const char* name;
  const char* doc;
  bool readable, writable;
  InitSlot init;
};
constexpr BufferedKind kKinds[] = {
    {"_io.BufferedReader", "(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nCreate a new buffered reader using the given readable raw IO object.", true, false, buffered_init<true, false>},
    {"_io.BufferedWriter", "(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffer for a writeable sequential RawIO object.", false, true, buffered_init<false, true>},
    {"_io.BufferedRandom", "(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffered interface to random access streams.", true, true, buffered_init<true, true>},
};

// The tables of the three types are put together from the parts they share.
Type* add_kind(Thread& thread, Module& module, const BufferedKind& kind) {
  auto* methods = new std::vector<MethodSpec>(std::begin(kSharedMethods), std::end(kSharedMethods));
  if (kind.readable) {
    methods->insert(methods->end(), kReaderMethods.begin(), kReaderMethods.end());
    methods->push_back(kReadableMethod);
  }
  if (kind.writable) {
    methods->insert(methods->end(), kWriterMethods.begin(), kWriterMethods.end());
    methods->push_back(kWritableMethod);
  }
  methods->push_back(kind.writable ? kWriterFlush : kSimpleFlush);
  auto* spec = new TypeSpec{.name = kind.name,
                            .doc = kind.doc,
                            .methods = methods->data(),
                            .method_count = methods->size(),
                            .properties = kProperties,
                            .property_count = std::size(kProperties),
                            .slots = {.repr = buffered_repr, .init = kind.init, .new_ = buffered_new},
                            .ops = &kBufferedOps,
                            .size = sizeof(Buffered),
                            .flags = static_cast<u32>(TypeFlag::Subclassable)};
  if (kind.readable) spec->slots.next = buffered_next;
  return MUST(add_type_to_module(thread, module, *spec, io_types.buffered_io_base));
}

}  // namespace

void add_buffered_types(Thread& thread, Module& module) {
  io_types.buffered_reader = add_kind(thread, module, kKinds[0]);
  io_types.buffered_writer = add_kind(thread, module, kKinds[1]);
  io_types.buffered_random = add_kind(thread, module, kKinds[2]);
  add_buffered_pair(thread, module);
}

}  // namespace py::io
