// The type TextIOWrapper.
#include "core/bind/member_values.h"
#include "core/modules/io/buffered.h"
#include "core/modules/io/text_wrapper.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/codec_registry.h"

namespace py::io {

Result<void> check_attached(Thread& thread, TextWrapper& self) {
  if (LIKELY(self.ok)) return {};
  return raise(thread, types.ValueError, self.detached ? "underlying buffer has been detached" : "I/O operation on uninitialized object");
}
Result<bool> text_closed(Thread& thread, TextWrapper& self) {
  if (type_of(self.value()).has(TypeFlag::Heap)) return is_closed(thread, self.value());
  const Value buffer = self.buffer.peek();
  Type* type = &type_of(buffer);
  if (type == io_types.buffered_writer || type == io_types.buffered_reader || type == io_types.buffered_random) {
    return buffered_closed(thread, *static_cast<Buffered*>(buffer.object()));
  }
  const Ref<> kept = Ref<>::share(buffer);
  return is_closed(thread, kept);
}

namespace {

Result<void> check_open(Thread& thread, TextWrapper& self) {
  TRY(check_attached(thread, self));
  if (UNLIKELY(TRY(text_closed(thread, self)))) return raise(thread, types.ValueError, "I/O operation on closed file.");
  return {};
}

}  // namespace

Result<void> enter(Thread& thread, TextWrapper& self, CallGuard& guard) {
  TRY(guard.enter_again(thread, self, self.lock));
  return check_open(thread, self);
}

namespace {

TextWrapper& wrapper_of(Value self) { return *static_cast<TextWrapper*>(self.object()); }

void visit_wrapper(Object& object, Visitor& visitor) {
  TextWrapper& self = static_cast<TextWrapper&>(object);
  for (Field* field : {&self.buffer, &self.encoding, &self.errors, &self.encoder, &self.decoder, &self.newline_decoder, &self.read_newline,
                       &self.decoded, &self.snapshot_bytes}) {
    visitor.visit(*field);
  }
  visit_attributes(object, visitor);
}
void release_wrapper(Object& object) {
  delete static_cast<TextWrapper&>(object).pending;
  release_attributes(object);
}
usize wrapper_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kWrapperOps = {"TextIOWrapper", visit_wrapper, release_wrapper, wrapper_size};

Result<Ref<>> wrapper_new(Thread& thread, Type& type, const Arguments&) {
  Ref<TextWrapper> self = TRY(new_object<TextWrapper>(thread, type));
  for (Field* field : {&self->encoding, &self->errors, &self->encoder, &self->decoder, &self->newline_decoder, &self->read_newline, &self->decoded,
                       &self->snapshot_bytes, &self->buffer}) {
    field->initialize(None);
  }
  self->lock.reset();
  self->codec = Codec::Other;
  self->ok = self->detached = self->finalizing = false;
  self->readable = self->writable = false;
  self->line_buffering = self->write_through = self->universal = self->translate = false;
  self->write_translate = self->write_cr = self->write_lf = false;
  self->seekable = self->has_read1 = self->telling = self->has_snapshot = false;
  self->at_start = true;
  self->tail_size = 0;
  self->chunk_size = kDefaultBufferSize;
  self->used = 0;
  self->snapshot_flags = 0;
  self->bytes_per_char = 0;
  self->pending = new ByteBuilder();
  return Ref<>(std::move(self));
}

void set_newline(TextWrapper& self, Value newline) {
  const std::string_view text = is<Str>(newline) ? as<Str>(newline).ascii() : "";
  self.read_newline.store(self, newline);
  self.universal = text.empty();
  self.translate = newline.is_none();
  self.write_translate = newline.is_none() || !text.empty();
  self.write_cr = text.starts_with('\r');
  self.write_lf = text == "\r\n";
}

Result<Ref<>> chosen_encoding(Thread& thread, Value encoding) {
  if (is<Str>(encoding) && !as<Str>(encoding).equals("locale")) {
    if (find_character(as<Str>(encoding).view(), 0, 0) >= 0) return raise(thread, types.ValueError, "embedded null character");
    return Ref<>::share(encoding);
  }
  if (!encoding.is_none() && !is<Str>(encoding)) {
    return raise(thread, types.TypeError, "TextIOWrapper() argument 'encoding' must be str or None, not {}", type_of(encoding));
  }
  return Ref<>(TRY(Str::from_ascii(thread, locale_encoding())));
}
Result<Ref<>> chosen_errors(Thread& thread, Value errors) {
  if (errors.is_none()) return Ref<>::share(names::strict().value());
  if (!is<Str>(errors)) {
    return raise(thread, types.TypeError, "TextIOWrapper() argument 'errors' must be str or None, not {}", type_of(errors));
  }
  if (find_character(as<Str>(errors).view(), 0, 0) >= 0) return raise(thread, types.ValueError, "embedded null character");
  return Ref<>::share(errors);
}

Result<bool> asks(Thread& thread, Value stream, Str& method) { return is_true(thread, TRY(call_method(thread, stream, method))); }

// A stream that is appended to must not write a second byte order mark.
Result<void> fix_encoder(Thread& thread, TextWrapper& self) {
  if (!self.seekable || !self.writable || self.codec != Codec::Other) return {};
  Ref<> buffer = self.buffer.load();
  Ref<> position = TRY(call_method(thread, buffer, *io_names.tell));
  if (TRY(compare_bool(thread, position, Value::integer(0), CompareOp::Equal))) return {};
  return reset_encoder(thread, self, false);
}

Result<void> wrapper_init(Thread& thread, Value value, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "TextIOWrapper(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)", arguments);
  TextWrapper& self = wrapper_of(value);
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  self.ok = self.detached = false;
  if (!bound[3].is_none() && !is<Str>(bound[3])) {
    return raise(thread, types.TypeError, "TextIOWrapper() argument 'newline' must be str or None, not {}", type_of(bound[3]));
  }
  TRY(check_newline(thread, bound[3]));
  Ref<> encoding = TRY(chosen_encoding(thread, bound[1]));
  Ref<> errors = TRY(chosen_errors(thread, bound[2]));
  const bool line_buffering = TRY(is_true(thread, bound[4])), write_through = TRY(is_true(thread, bound[5]));
  set_newline(self, bound[3]);
  self.encoding.store(self, std::move(encoding));
  self.errors.store(self, std::move(errors));
  self.line_buffering = line_buffering;
  self.write_through = write_through;
  self.chunk_size = kDefaultBufferSize;
  self.used = 0;
  self.has_snapshot = false;
  self.pending->clear();
  set_decoded(self, Ref<>::adopt(None));
  self.readable = TRY(asks(thread, bound[0], *io_names.readable));
  self.writable = TRY(asks(thread, bound[0], names::writable()));
  TRY(make_codecs(thread, self));
  self.buffer.store(self, bound[0]);
  self.seekable = self.telling = TRY(asks(thread, bound[0], *io_names.seekable));
  self.has_read1 = !TRY(get_attribute_or_empty(thread, bound[0], *io_names.read1)).is_empty();
  TRY(fix_encoder(thread, self));
  self.ok = true;
  return {};
}

Result<void> check_changeable(Thread& thread, TextWrapper& self, bool changes_codec) {
  if (self.decoded_text() && changes_codec) {
    return raise_unsupported(thread, "It is not possible to set the encoding or newline of stream after the first read");
  }
  return {};
}
Result<bool> flag_or(Thread& thread, Value value, bool otherwise) {
  if (value.is_none()) return otherwise;
  return is_true(thread, value);
}
Result<void> wrapper_reconfigure(Thread& thread, TextWrapper& self, Value encoding, Value errors, Value newline, Value line_buffering,
                                 Value write_through) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  TRY(check_changeable(thread, self, !encoding.is_none() || !errors.is_none() || newline != Unbound));
  if (newline != Unbound) TRY(check_newline(thread, newline, "reconfigure() argument 'newline' must be str or None, not {}"));
  const bool lines = TRY(flag_or(thread, line_buffering, self.line_buffering)), through = TRY(flag_or(thread, write_through, self.write_through));
  TRY(call_for_effect(thread, self.value(), names::flush()));
  if (newline != Unbound) set_newline(self, newline);
  if (!encoding.is_none() || !errors.is_none() || newline != Unbound) {
    if (!encoding.is_none()) {
      self.encoding.store(self, TRY(chosen_encoding(thread, encoding)));
      if (errors.is_none()) self.errors.store(self, names::strict().value());
    }
    if (!errors.is_none()) self.errors.store(self, TRY(chosen_errors(thread, errors)));
    TRY(make_codecs(thread, self));
    TRY(fix_encoder(thread, self));
  }
  self.line_buffering = lines;
  self.write_through = through;
  return {};
}

Result<Ref<>> wrapper_detach(Thread& thread, TextWrapper& self) {
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  TRY(check_attached(thread, self));
  TRY(call_for_effect(thread, self.value(), names::flush()));
  Ref<> buffer = self.buffer.load();
  self.buffer.store(self, None);
  self.detached = true;
  self.ok = false;
  return buffer;
}
Result<isize> wrapper_write(Thread& thread, TextWrapper& self, Value text) {
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  TRY(check_attached(thread, self));
  if (!is<Str>(text)) {
    const FormatArgument given = text.is_none() ? FormatArgument("None") : FormatArgument(type_of(text));
    return raise(thread, types.TypeError, "write() argument must be str, not {}", given);
  }
  TRY(check_open(thread, self));
  return text_write(thread, self, as<Str>(text));
}
Result<Ref<Str>> wrapper_read(Thread& thread, TextWrapper& self, Value size) {
  const isize count = TRY(to_size(thread, size));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return text_read(thread, self, count);
}
Result<Ref<Str>> wrapper_readline(Thread& thread, TextWrapper& self, Value size) {
  if (!type_of(size).slots.index) return raise(thread, types.TypeError, "'{}' object cannot be interpreted as an integer", type_of(size));
  const isize limit = TRY(to_isize(thread, size));
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return text_readline(thread, self, limit);
}
Result<void> wrapper_flush(Thread& thread, TextWrapper& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  self.telling = self.seekable;
  TRY(flush_pending(thread, self));
  Ref<> buffer = self.buffer.load();
  return call_for_effect(thread, buffer, names::flush());
}
Result<Ref<>> wrapper_tell(Thread& thread, TextWrapper& self) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return text_tell(thread, self);
}
Result<Ref<>> wrapper_seek(Thread& thread, TextWrapper& self, Value cookie, int whence) {
  CallGuard guard;
  TRY(enter(thread, self, guard));
  return text_seek(thread, self, cookie, whence);
}
Result<Ref<>> wrapper_truncate(Thread& thread, TextWrapper& self, Value size) {
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  TRY(check_attached(thread, self));
  TRY(call_for_effect(thread, self.value(), names::flush()));
  Ref<> buffer = self.buffer.load();
  return call_method(thread, buffer, *io_names.truncate, {size});
}
Result<Ref<>> wrapper_close(Thread& thread, TextWrapper& self) {
  TRY(check_attached(thread, self));
  if (TRY(is_closed(thread, self.value()))) return Ref<>::adopt(None);
  Ref<> buffer = self.buffer.load();
  if (self.finalizing && call_method(thread, buffer, *io_names._dealloc_warn, {self.value()}).failed()) clear_pending(thread);
  Ref<> error;
  if (call_for_effect(thread, self.value(), names::flush()).failed()) error = take_pending(thread);
  Result<Ref<>> closed = call_method(thread, buffer, names::close());
  if (error.is_empty()) return closed;
  if (closed.failed()) {
    if (thread.pending != error.value()) as<Exception>(thread.pending).set_context(thread, error);
    return failure;
  }
  return raise_value(thread, error);
}

template <auto name>
Result<Ref<>> delegate(Thread& thread, TextWrapper& self) {
  TRY(check_attached(thread, self));
  Ref<> buffer = self.buffer.load();
  return call_method(thread, buffer, name());
}
Str& seekable_name() { return *io_names.seekable; }
Str& readable_name() { return *io_names.readable; }

Result<Ref<>> wrapper_next(Thread& thread, Value value) {
  TextWrapper& self = wrapper_of(value);
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  TRY(check_attached(thread, self));
  self.telling = false;
  Ref<> line;
  if (!type_of(value).has(TypeFlag::Heap)) {
    TRY(check_open(thread, self));
    line = Ref<>(TRY(text_readline(thread, self, -1)));
  } else {
    line = TRY(call_method(thread, value, names::readline()));
    if (!is<Str>(line)) return raise(thread, types.OSError, "readline() should have returned a str object, not '{}'", type_of(line));
  }
  if (as<Str>(line).length()) return line;
  drop_snapshot(self);
  self.telling = self.seekable;
  return Ref<>::adopt(Done);
}

Result<Ref<>> wrapper_repr(Thread& thread, Value value) {
  TextWrapper& self = wrapper_of(value);
  if (!self.detached) TRY(check_attached(thread, self));
  std::string text = std::string("<") + (type_of(value).has(TypeFlag::Heap) ? "" : "_io.") + type_of(value).name_str().utf8();
  for (Str* name : {&names::name(), &names::mode()}) {
    Result<Ref<>> found = get_attribute_or_empty(thread, value, *name);
    if (found.failed()) {
      if (!pending_is(thread, *types.ValueError)) return failure;
      clear_pending(thread);
      continue;
    }
    Ref<> attribute = found.take();
    if (!attribute.is_empty()) text += " " + name->utf8() + "=" + TRY(repr(thread, attribute))->utf8();
  }
  text += " encoding=" + TRY(repr(thread, self.encoding.load()))->utf8() + ">";
  return Ref<>(TRY(Str::from_utf8(thread, text)));
}

template <Field TextWrapper::*field>
Result<Ref<>> get_field(Thread& thread, Value value) {
  TRY(check_attached(thread, wrapper_of(value)));
  return (wrapper_of(value).*field).load();
}
Result<Ref<>> get_buffer_field(Thread& thread, Value value) {
  if (!wrapper_of(value).ok) return raise(thread, types.ValueError, wrapper_of(value).detached ? "underlying buffer has been detached" : "I/O operation on uninitialized object");
  return wrapper_of(value).buffer.load();
}
Result<Ref<>> get_encoding(Thread&, Value value) { return wrapper_of(value).encoding.load(); }
template <bool TextWrapper::*flag>
Result<Ref<>> get_flag(Thread& thread, Value value) {
  CallGuard guard;
  TRY(guard.enter_again(thread, wrapper_of(value), wrapper_of(value).lock));
  return Ref<>::adopt(Value::boolean(wrapper_of(value).*flag));
}
Result<Ref<>> get_name(Thread& thread, Value value) {
  TRY(check_attached(thread, wrapper_of(value)));
  Ref<> buffer = wrapper_of(value).buffer.load();
  return get_attribute(thread, buffer, names::name());
}
Result<Ref<>> get_closed(Thread& thread, Value value) {
  TRY(check_attached(thread, wrapper_of(value)));
  Ref<> buffer = wrapper_of(value).buffer.load();
  return get_attribute(thread, buffer, names::closed());
}
Result<Ref<>> get_newlines(Thread& thread, Value value) {
  TRY(check_attached(thread, wrapper_of(value)));
  Ref<> newlines = wrapper_of(value).newline_decoder.load();
  if (!is<NewlineDecoder>(newlines)) return Ref<>::adopt(None);
  return seen_newlines(thread, as<NewlineDecoder>(newlines).seen.load());
}
Result<Ref<>> get_chunk_size(Thread& thread, Value value) {
  TextWrapper& self = wrapper_of(value);
  CallGuard guard;
  TRY(guard.enter_again(thread, self, self.lock));
  TRY(check_attached(thread, self));
  return make_int(thread, self.chunk_size);
}
Result<void> set_chunk_size(Thread& thread, Value self, Value value) {
  TRY(check_attached(thread, wrapper_of(self)));
  if (value == Unbound) return raise(thread, types.AttributeError, "cannot delete attribute");
  const isize size = TRY(to_member_size(thread, value));
  if (size <= 0) return raise(thread, types.ValueError, "a strictly positive integer is required");
  CallGuard guard;
  TRY(guard.enter_again(thread, wrapper_of(self), wrapper_of(self).lock));
  wrapper_of(self).chunk_size = size;
  return {};
}
Result<Ref<>> get_finalizing(Thread&, Value value) { return Ref<>::adopt(Value::boolean(wrapper_of(value).finalizing)); }
Result<void> set_finalizing(Thread& thread, Value self, Value value) {
  wrapper_of(self).finalizing = TRY(to_member_bool(thread, value));
  return {};
}
Failure cannot_pickle(Thread& thread, Value self) { return raise(thread, types.TypeError, "cannot pickle '{}' object", type_of(self)); }
Result<Ref<>> wrapper_getstate(Thread& thread, Value self) { return cannot_pickle(thread, self); }
Result<Ref<>> wrapper_reduce_ex(Thread& thread, Value self, Value) { return cannot_pickle(thread, self); }

constexpr MethodSpec kMethods[] = {
    def<wrapper_detach>("detach()", nullptr),
    def<wrapper_reconfigure>("reconfigure(*, encoding=None, errors=None, newline=unset, line_buffering=None, write_through=None)",
                             "Reconfigure the text stream with new parameters."),
    def<wrapper_write>("write(text, /)", nullptr),
    def<wrapper_read>("read(size=-1, /)", nullptr),
    def<wrapper_readline>("readline(size=-1, /)", nullptr),
    def<wrapper_flush>("flush()", nullptr),
    def<wrapper_close>("close()", nullptr),
    def<delegate<names::fileno>>("fileno()", nullptr),
    def<delegate<seekable_name>>("seekable()", nullptr),
    def<delegate<readable_name>>("readable()", nullptr),
    def<delegate<names::writable>>("writable()", nullptr),
    def<delegate<names::isatty>>("isatty()", nullptr),
    def<wrapper_seek>("seek(cookie, whence=0, /)", nullptr),
    def<wrapper_tell>("tell()", nullptr),
    def<wrapper_truncate>("truncate(pos=None, /)", nullptr),
    def<wrapper_getstate>("__getstate__()", nullptr),
    def<wrapper_reduce_ex>("__reduce_ex__(protocol, /)", nullptr),
};
constexpr PropertySpec kProperties[] = {
    {"encoding", nullptr, get_encoding},
    {"errors", nullptr, get_field<&TextWrapper::errors>},
    {"buffer", nullptr, get_buffer_field},
    {"line_buffering", nullptr, get_flag<&TextWrapper::line_buffering>},
    {"write_through", nullptr, get_flag<&TextWrapper::write_through>},
    {"name", nullptr, get_name},
    {"closed", nullptr, get_closed},
    {"newlines", nullptr, get_newlines},
    {"_CHUNK_SIZE", nullptr, get_chunk_size, set_chunk_size},
    {"_finalizing", nullptr, get_finalizing, set_finalizing},
};
constexpr TypeSpec kWrapperSpec = {.name = "_io.TextIOWrapper",
                                   .doc = "Character and line based layer over a BufferedIOBase object, buffer.",
                                   .methods = kMethods,
                                   .method_count = std::size(kMethods),
                                   .properties = kProperties,
                                   .property_count = std::size(kProperties),
                                   .slots = {.repr = wrapper_repr, .next = wrapper_next, .init = wrapper_init, .new_ = wrapper_new},
                                   .ops = &kWrapperOps,
                                   .size = sizeof(TextWrapper),
                                   .flags = static_cast<u32>(TypeFlag::Subclassable)};

}  // namespace

void add_text_types(Thread& thread, Module& module) {
  io_types.text_io_wrapper = MUST(add_type_to_module(thread, module, kWrapperSpec, io_types.text_io_base));
}

}  // namespace py::io
