// Reading and writing of TextIOWrapper. Every function is called under the stream's lock.
#include "core/base/text/text_builder.h"
#include "core/modules/io/buffered.h"
#include "core/modules/io/text_wrapper.h"

namespace py::io {

namespace {

// The buffered stream when its methods may be called directly.
Buffered* plain_buffered(Value buffer, Type* first, Type* second) {
  if (!buffer.is_object()) return nullptr;
  Type* type = &type_of_object(*buffer.object());
  if (type != first && type != second) return nullptr;
  return static_cast<Buffered*>(buffer.object());
}

bool is_bytes_like(Value value) { return has_buffer(value); }

Failure wrong_bytes(Thread& thread, const char* method, Value value) {
  return raise(thread, types.TypeError, "underlying {}() should have returned a bytes-like object, not '{}'", method, type_of(value));
}

Result<Ref<>> read_bytes(Thread& thread, TextWrapper& self, isize size) {
  Ref<> buffer = self.buffer.load();
  if (Buffered* plain = plain_buffered(buffer, io_types.buffered_reader, io_types.buffered_random)) return buffered_read1(thread, *plain, size);
  Ref<> bytes = TRY(call_method(thread, buffer, self.has_read1 ? *io_names.read1 : names::read(), {TRY(make_int(thread, size))}));
  if (!is_bytes_like(bytes)) return wrong_bytes(thread, self.has_read1 ? "read1" : "read", bytes);
  return bytes;
}

// What is left of the decoded text, up to `count` characters (-1: all).
Result<Ref<Str>> take_decoded(Thread& thread, TextWrapper& self, isize count) {
  Str* text = self.decoded_text();
  if (!text) return Ref<Str>::share(&Str::empty());
  const isize left = text->length() - self.used;
  if (count < 0 || count > left) count = left;
  Ref<Str> whole = Ref<Str>::share(text);
  Ref<Str> part = self.used == 0 && count == text->length() ? whole.share() : TRY(Str::substring(thread, *whole, self.used, self.used + count));
  self.used += count;
  return part;
}

LineEnding line_ending(TextWrapper& self) {
  const Value newline = self.read_newline.peek();
  return {self.translate, self.universal, is<Str>(newline) ? as<Str>(newline).ascii() : ""};
}

Result<Ref<Str>> with_native_newlines(Thread& thread, TextWrapper& self, Str& text) {
  TextBuilder out;
  const TextView view = text.view();
  for (isize start = 0;;) {
    const isize newline = find_character(view, '\n', start);
    if (!out.append(view.slice(start, newline < 0 ? view.length : newline))) return raise_memory_error(thread);
    if (newline < 0) break;
    if (!out.append_ascii(self.write_lf ? "\r\n" : "\r")) return raise_memory_error(thread);
    start = newline + 1;
  }
  return Str::from_view(thread, out.view());
}

}  // namespace

void set_decoded(TextWrapper& self, Ref<>&& text) {
  self.decoded.store(self, std::move(text));
  self.used = 0;
}
void drop_snapshot(TextWrapper& self) {
  if (!self.has_snapshot) return;
  self.has_snapshot = false;
  self.snapshot_bytes.store(self, None);
}

Result<void> flush_pending(Thread& thread, TextWrapper& self) {
  if (self.pending->size() == 0) return {};
  // Taken out first: writing may run code that comes back here.
  Ref<Bytes> bytes = TRY(Bytes::from(thread, {self.pending->data(), self.pending->size()}));
  self.pending->clear();
  Ref<> buffer = self.buffer.load();
  if (Buffered* plain = plain_buffered(buffer, io_types.buffered_writer, io_types.buffered_random)) {
    TRY(buffered_write(thread, *plain, bytes.value()));
    return {};
  }
  for (;;) {
    if (!call_method(thread, buffer, names::write(), {bytes.value()}).failed()) return {};
    if (!pending_is(thread, *types.InterruptedError)) return failure;
    clear_pending(thread);
    if (!poll(thread)) return failure;
  }
}

Result<isize> text_write(Thread& thread, TextWrapper& self, Str& given) {
  if (!self.writable) return raise_unsupported(thread, "not writable");
  Ref<Str> text = Ref<Str>::share(&given);
  const TextView view = given.view();
  const bool looks_for_lines = (self.write_translate && self.write_cr) || self.line_buffering;
  const bool has_lf = looks_for_lines && find_character(view, '\n', 0) >= 0;
  if (has_lf && self.write_translate && self.write_cr) text = TRY(with_native_newlines(thread, self, given));
  const bool flush_all = self.line_buffering && (has_lf || find_character(view, '\r', 0) >= 0);
  if (self.pending->size() + static_cast<usize>(text->length()) > static_cast<usize>(self.chunk_size)) TRY(flush_pending(thread, self));
  TRY(encode_pending(thread, self, *text));
  if (flush_all || self.write_through || self.pending->size() >= static_cast<usize>(self.chunk_size)) TRY(flush_pending(thread, self));
  if (flush_all) {
    Ref<> buffer = self.buffer.load();
    TRY(call_for_effect(thread, buffer, names::flush()));
  }
  set_decoded(self, Ref<>::adopt(None));
  drop_snapshot(self);
  TRY(reset_decoder(thread, self));
  return given.length();
}

Result<bool> read_chunk(Thread& thread, TextWrapper& self, isize hint) {
  if (!self.readable) return raise_unsupported(thread, "not readable");
  DecoderState before;
  if (self.telling) before = TRY(decoder_state(thread, self));
  isize size = self.chunk_size;
  if (hint > 0) {
    const double ratio = self.bytes_per_char > 1 ? self.bytes_per_char : 1;
    const double wanted = ratio * static_cast<double>(hint);
    if (wanted > static_cast<double>(size) && wanted < 1e18) size = static_cast<isize>(wanted);
  }
  Ref<> input = TRY(read_bytes(thread, self, size));
  Buffer bytes = TRY(get_buffer(thread, input));
  const bool end = bytes.size == 0;
  Ref<Str> text = TRY(decode_chunk(thread, self, bytes.view(), end));
  const isize characters = text->length();
  self.bytes_per_char = characters ? static_cast<double>(bytes.size) / static_cast<double>(characters) : 0;
  set_decoded(self, Ref<>(std::move(text)));
  if (self.telling) {
    before.bytes += bytes.view();
    self.snapshot_flags = before.flags;
    self.snapshot_bytes.store(self, Ref<>(TRY(Bytes::from(thread, before.bytes))));
    self.has_snapshot = true;
  }
  return !end || characters > 0;
}

Result<Ref<Str>> text_read(Thread& thread, TextWrapper& self, isize count) {
  if (!self.readable) return raise_unsupported(thread, "not readable");
  TRY(flush_pending(thread, self));
  if (count < 0) {
    Ref<> buffer = self.buffer.load();
    Ref<> input = TRY(call_method(thread, buffer, names::read()));
    if (!is_bytes_like(input)) return wrong_bytes(thread, "read", input);
    Buffer bytes = TRY(get_buffer(thread, input));
    Ref<Str> rest = TRY(decode_chunk(thread, self, bytes.view(), true));
    Ref<Str> start = TRY(take_decoded(thread, self, -1));
    set_decoded(self, Ref<>::adopt(None));
    drop_snapshot(self);
    return start->length() == 0 ? std::move(rest) : TRY(Str::concatenate(thread, *start, *rest));
  }
  Ref<Str> first = TRY(take_decoded(thread, self, count));
  if (first->length() == count) return first;
  TextBuilder all;
  if (!all.append(first->view())) return raise_memory_error(thread);
  while (all.length() < count) {
    if (!TRY(read_chunk(thread, self, count - all.length()))) break;
    Ref<Str> part = TRY(take_decoded(thread, self, count - all.length()));
    if (!all.append(part->view())) return raise_memory_error(thread);
  }
  return Str::from_view(thread, all.view());
}

Result<Ref<Str>> text_readline(Thread& thread, TextWrapper& self, isize limit) {
  TRY(flush_pending(thread, self));
  const LineEnding ending = line_ending(self);
  TextBuilder line;  // what earlier chunks gave; its end may be half a line ending
  for (;;) {
    while (!self.decoded_text() || self.used >= self.decoded_text()->length()) {
      if (TRY(read_chunk(thread, self, 0))) continue;
      set_decoded(self, Ref<>::adopt(None));
      drop_snapshot(self);
      return Str::from_view(thread, line.view());
    }
    Str& text = *self.decoded_text();  // borrowed: only this function replaces it, below
    const isize room = limit < 0 ? -1 : limit - line.length();
    const TextView view = text.view();
    // "\r\n" split between two chunks
    const bool joins = ending.newline.size() == 2 && line.length() && line.view()[line.length() - 1] == '\r' && view[self.used] == '\n';
    isize consumed;
    isize end = joins && room != 0 ? self.used + 1 : find_line_ending(ending, view, self.used, &consumed);
    bool done = end >= 0;
    if (end < 0) end = view.length;
    if (room >= 0 && end - self.used >= room) {
      end = self.used + room;
      done = true;
    }
    if (done && line.length() == 0) {
      const bool whole = self.used == 0 && end == view.length;
      Ref<Str> result = whole ? Ref<Str>::share(&text) : TRY(Str::substring(thread, text, self.used, end));
      self.used = end;
      return result;
    }
    if (!line.append(view.slice(self.used, end))) return raise_memory_error(thread);
    self.used = end;
    if (done) return Str::from_view(thread, line.view());
    set_decoded(self, Ref<>::adopt(None));
  }
}

}  // namespace py::io
