// StringIO: text in memory, 4 bytes per code point, read and written at a position.
// Threads: every method holds `lock`, taken after all Python code of its arguments ran.
#include "core/base/text/text_builder.h"
#include "core/modules/io/newlines.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "memory/buffer.h"

#include <cstring>

namespace py::io {

class StringIO final : public Object {
 public:
  Field newline;  // str, or None: universal and translated
  Field decoder;  // NewlineDecoder, or None
  CallLock lock;
  std::atomic<bool> ok, closed;  // read without the lock
  bool universal, translate;
  bool write_cr, write_lf;  // what "\n" is written as, when write_cr: "\r" or "\r\n"
  u32* block;
  isize size, capacity, position;
};

}  // namespace py::io

namespace py::detail {
template <>
struct TypeInfo<py::io::StringIO> {
  static Type& type() { return *py::io::io_types.string_io; }
  static constexpr u32 kFlag = 0;
};
}  // namespace py::detail

namespace py::io {

namespace {

void visit_string_io(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<StringIO&>(object).newline);
  visitor.visit(static_cast<StringIO&>(object).decoder);
  visit_attributes(object, visitor);
}
void release_string_io(Object& object) {
  buffer_free(static_cast<StringIO&>(object).block);
  release_attributes(object);
}
usize string_io_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kStringIOOps = {"StringIO", visit_string_io, release_string_io, string_io_size};

Result<void> enter(Thread& thread, StringIO& self, CallGuard& guard) {
  TRY(guard.enter_again(thread, self, self.lock));
  if (UNLIKELY(!self.ok)) return raise(thread, types.ValueError, "I/O operation on uninitialized object");
  if (UNLIKELY(self.closed)) return raise(thread, types.ValueError, "I/O operation on closed file");
  return {};
}
TextView view_of(const StringIO& self, isize start, isize end) { return {self.block + start, end - start, 4, false}; }

Result<Ref<>> string_io_new(Thread& thread, Type& type, const Arguments&) {
  Ref<StringIO> self = TRY(new_object<StringIO>(thread, type));
  self->newline.initialize(None);
  self->decoder.initialize(None);
  self->lock.reset();
  self->ok = self->closed = false;
  self->universal = self->translate = self->write_cr = self->write_lf = false;
  self->block = nullptr;
  self->size = self->capacity = self->position = 0;
  return Ref<>(std::move(self));
}

bool reserve_locked(StringIO& self, isize wanted) {
  if (wanted <= self.capacity) return true;
  isize capacity = self.capacity + (self.capacity >> 2) + 16;
  if (capacity < wanted) capacity = wanted;
  if (capacity > (isize{1} << 60)) return false;
  auto* block = static_cast<u32*>(buffer_reallocate(self.block, static_cast<usize>(capacity) * 4));
  if (!block) return false;
  self.block = block;
  self.capacity = capacity;
  return true;
}
Result<void> put_locked(Thread& thread, StringIO& self, TextView text) {
  const isize end = self.position + text.length;
  if (end < self.position || !reserve_locked(self, end)) return raise_memory_error(thread);
  if (self.position > self.size) std::memset(self.block + self.size, 0, 4 * static_cast<usize>(self.position - self.size));
  text::copy_chars(self.block + self.position, 4, text);
  self.position = end;
  if (end > self.size) self.size = end;
  return {};
}
// The text as it is stored: newlines translated both ways.
Result<void> write_locked(Thread& thread, StringIO& self, Str& given) {
  Ref<Str> text = Ref<Str>::share(&given);
  if (is<NewlineDecoder>(self.decoder.peek())) text = TRY(translate_newlines(thread, as<NewlineDecoder>(self.decoder.peek()), given, true));
  if (!self.write_cr || find_character(text->view(), '\n', 0) < 0) return put_locked(thread, self, text->view());
  TextBuilder out;
  const TextView view = text->view();
  for (isize start = 0; start <= view.length;) {
    const isize newline = find_character(view, '\n', start);
    if (!out.append(view.slice(start, newline < 0 ? view.length : newline))) return raise_memory_error(thread);
    if (newline < 0) break;
    if (!out.append_ascii(self.write_lf ? "\r\n" : "\r")) return raise_memory_error(thread);
    start = newline + 1;
  }
  return put_locked(thread, self, out.view());
}

Result<void> string_io_init(Thread& thread, Value value, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "StringIO(initial_value='', newline='\\n')", arguments);
  StringIO& self = *static_cast<StringIO*>(value.object());
  TRY(check_newline(thread, bound[1]));
  if (bound[0] != Unbound && !bound[0].is_none() && !is<Str>(bound[0])) {
    return raise(thread, types.TypeError, "initial_value must be str or None, not {}", type_of(bound[0]));
  }
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  const Value newline = bound[1] == Unbound ? names::newline().value() : bound[1];
  const std::string_view text = newline.is_none() ? "" : as<Str>(newline).ascii();
  self.newline.store(self, newline);
  self.translate = newline.is_none();
  self.universal = text.empty();
  self.write_cr = text.starts_with('\r');
  self.write_lf = text == "\r\n";
  self.decoder.store(self, self.universal ? Ref<>(TRY(make_newline_decoder(thread, self.translate))) : Ref<>::adopt(None));
  self.size = self.position = 0;
  self.closed = false;
  self.ok = true;
  if (is<Str>(bound[0])) TRY(write_locked(thread, self, as<Str>(bound[0])));
  self.position = 0;
  return {};
}

Result<isize> string_io_write(Thread& thread, StringIO& self, Value text) {
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  if (!self.ok) return raise(thread, types.ValueError, "I/O operation on uninitialized object");
  if (!is<Str>(text)) return raise(thread, types.TypeError, "string argument expected, got '{}'", type_of(text));
  if (self.closed) return raise(thread, types.ValueError, "I/O operation on closed file");
  if (as<Str>(text).length()) TRY(write_locked(thread, self, as<Str>(text)));
  return as<Str>(text).length();
}
Result<Ref<Str>> string_io_getvalue(Thread& thread, StringIO& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return Str::from_view(thread, view_of(self, 0, self.size));
}
Result<Ref<Str>> take_locked(Thread& thread, StringIO& self, isize count) {
  const isize left = self.size > self.position ? self.size - self.position : 0;
  if (count < 0 || count > left) count = left;
  if (count == 0) return Ref<Str>::share(&Str::empty());
  Ref<Str> result = TRY(Str::from_view(thread, view_of(self, self.position, self.position + count)));
  self.position += count;
  return result;
}
isize line_length(const StringIO& self) {
  if (self.position >= self.size) return 0;
  const Value newline = self.newline.peek();
  const LineEnding ending = {self.translate, self.universal, newline.is_none() ? "" : as<Str>(newline).ascii()};
  isize consumed;
  const isize end = find_line_ending(ending, view_of(self, self.position, self.size), 0, &consumed);
  return end < 0 ? self.size - self.position : end;
}
Result<Ref<Str>> string_io_read(Thread& thread, StringIO& self, Value size) {
  const isize count = TRY(to_size(thread, size));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return take_locked(thread, self, count);
}
Result<Ref<Str>> string_io_readline(Thread& thread, StringIO& self, Value size) {
  const isize limit = TRY(to_size(thread, size));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  isize count = line_length(self);
  if (limit >= 0 && limit < count) count = limit;
  return take_locked(thread, self, count);
}
Result<Ref<>> string_io_next(Thread& thread, Value value) {
  if (type_of(value).has(TypeFlag::Heap)) {
    Ref<> line = TRY(call_method(thread, value, names::readline()));
    if (!is<Str>(line)) return raise(thread, types.OSError, "readline() should have returned a str object, not '{}'", type_of(line));
    return as<Str>(line).length() ? std::move(line) : Ref<>::adopt(Done);
  }
  StringIO& self = *static_cast<StringIO*>(value.object());
  CallGuard guard;
  TRY(enter(thread, self, guard));
  const isize count = line_length(self);
  if (count == 0) return Ref<>::adopt(Done);
  return Ref<>(TRY(take_locked(thread, self, count)));
}
Result<isize> string_io_tell(Thread& thread, StringIO& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return self.position;
}
Result<isize> string_io_seek(Thread& thread, StringIO& self, isize position, int whence) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  if (whence < 0 || whence > 2) return raise(thread, types.ValueError, "Invalid whence ({}, should be 0, 1 or 2)", whence);
  if (position < 0 && whence == 0) return raise(thread, types.ValueError, "Negative seek position {}", position);
  if (whence != 0 && position != 0) return raise(thread, types.OSError, "Can't do nonzero cur-relative seeks");
  self.position = whence == 0 ? position : whence == 1 ? self.position : self.size;
  return self.position;
}
Result<isize> string_io_truncate(Thread& thread, StringIO& self, Value size) {
  isize length = 0;
  if (!size.is_none()) {
    if (!type_of(size).slots.index) return raise(thread, types.TypeError, "argument should be integer or None, not '{}'", type_of(size));
    length = TRY(to_isize(thread, size));
    if (length < 0) return raise(thread, types.ValueError, "Negative size value {}", length);
  }
  CallGuard guard;
  TRY(enter(thread, self, guard));
  if (size.is_none()) length = self.position;
  if (length < self.size) self.size = length;
  return length;
}
Result<void> string_io_close(Thread& thread, StringIO& self) {
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  self.closed = true;
  buffer_free(self.block);
  self.block = nullptr;
  self.size = self.capacity = self.position = 0;
  return {};
}
Result<bool> string_io_true(Thread& thread, StringIO& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return true;
}
Result<Ref<>> get_closed(Thread& thread, Value value) {
  StringIO& self = *static_cast<StringIO*>(value.object());
  if (!self.ok) return raise(thread, types.ValueError, "I/O operation on uninitialized object");
  return Ref<>::adopt(Value::boolean(self.closed));
}
Result<Ref<>> get_false(Thread& thread, Value value) {
  CallGuard guard;
  TRY(enter(thread, *static_cast<StringIO*>(value.object()), guard));
  return Ref<>::adopt(False);
}
Result<Ref<>> get_newlines(Thread& thread, Value value) {
  StringIO& self = *static_cast<StringIO*>(value.object());
  CallGuard guard;
  TRY(enter(thread, self, guard));
  if (!is<NewlineDecoder>(self.decoder.peek())) return Ref<>::adopt(None);
  return seen_newlines(thread, as<NewlineDecoder>(self.decoder.peek()).seen.load());
}

// State: (text, newline, position, __dict__ or None)
Result<Ref<Tuple>> string_io_getstate(Thread& thread, StringIO& self) {
  Ref<Str> text = TRY(string_io_getvalue(thread, self));
  Ref<> newline = self.newline.load();
  Ref<> position = TRY(make_int(thread, TRY(string_io_tell(thread, self))));
  Ref<> dict = Ref<>(TRY(TRY(instance_dict(thread, self))->copy(thread)));
  if (as<Dict>(dict).length() == 0) dict = Ref<>::adopt(None);
  return Tuple::from(thread, {text.value(), newline, position, dict});
}
Result<void> string_io_setstate(Thread& thread, StringIO& self, Value state) {
  if (self.closed) return raise(thread, types.ValueError, "I/O operation on closed file");
  if (!is<Tuple>(state) || as<Tuple>(state).length < 4) {
    return raise(thread, types.TypeError, "{}.__setstate__ argument should be 4-tuple, got {}", type_of(self.value()), type_of(state));
  }
  Tuple& items = as<Tuple>(state);
  const Value start[] = {items[0], items[1]};
  TRY(string_io_init(thread, self.value(), Arguments{start, 2}));
  if (!is_integer(items[2])) return raise(thread, types.TypeError, "third item of state must be an integer, got {}", type_of(items[2]));
  const isize position = TRY(to_isize(thread, items[2]));
  if (position < 0) return raise(thread, types.ValueError, "position value cannot be negative");
  {
    // As it was stored: __init__ may have translated newlines once more.
    CallGuard guard;
    TRY(enter(thread, self, guard));
    self.size = self.position = 0;
    if (is<Str>(items[0])) TRY(put_locked(thread, self, as<Str>(items[0]).view()));
    self.position = position;
  }
  if (items[3].is_none()) return {};
  if (!is<Dict>(items[3])) return raise(thread, types.TypeError, "fourth item of state should be a dict, got a {}", type_of(items[3]));
  return TRY(instance_dict(thread, self))->update_from_dict(thread, as<Dict>(items[3]));
}

constexpr MethodSpec kMethods[] = {
    def<string_io_write>("write(s, /)", "Write string to file."),
    def<string_io_getvalue>("getvalue()", "Retrieve the entire contents of the object."),
    def<string_io_read>("read(size=-1, /)", "Read at most size characters, returned as a string."),
    def<string_io_readline>("readline(size=-1, /)", "Read until newline or EOF."),
    def<string_io_tell>("tell()", "Tell the current file position."),
    def<string_io_seek>("seek(pos, whence=0, /)", "Change stream position."),
    def<string_io_truncate>("truncate(pos=None, /)", "Truncate size to pos."),
    def<string_io_close>("close()", "Close the IO object."),
    def<string_io_true>("readable()", "Returns True if the IO object can be read."),
    def<string_io_true>("writable()", "Returns True if the IO object can be written."),
    def<string_io_true>("seekable()", "Returns True if the IO object can be seeked."),
    def<string_io_getstate>("__getstate__()", nullptr),
    def<string_io_setstate>("__setstate__(state, /)", nullptr),
};
constexpr PropertySpec kProperties[] = {
    {"closed", nullptr, get_closed}, {"newlines", nullptr, get_newlines}, {"line_buffering", nullptr, get_false}};
constexpr TypeSpec kStringIOSpec = {.name = "_io.StringIO",
                                    .doc = "Text I/O implementation using an in-memory buffer.",
                                    .methods = kMethods,
                                    .method_count = std::size(kMethods),
                                    .properties = kProperties,
                                    .property_count = std::size(kProperties),
                                    .slots = {.next = string_io_next, .init = string_io_init, .new_ = string_io_new},
                                    .ops = &kStringIOOps,
                                    .size = sizeof(StringIO),
                                    .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace

extern const TypeSpec kNewlineDecoderSpec;
void add_string_io(Thread& thread, Module& module) {
  io_types.newline_decoder = MUST(add_type_to_module(thread, module, kNewlineDecoderSpec));
  io_types.string_io = MUST(add_type_to_module(thread, module, kStringIOSpec, io_types.text_io_base));
}

}  // namespace py::io
