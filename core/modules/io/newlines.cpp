#include "core/modules/io/newlines.h"

#include "core/base/text/find_kernels.h"
#include "core/base/text/text_builder.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"

#include <cstring>

namespace py::io {

namespace {

template <class Char>
isize find_from(TextView text, u32 character, isize start) {
  const isize found = text::find_unit(static_cast<const Char*>(text.data) + start, text.length - start, static_cast<Char>(character));
  return found < 0 ? -1 : start + found;
}

}  // namespace

isize find_character(TextView text, u32 character, isize start) {
  if (start >= text.length) return -1;
  if (text.width == 1) return find_from<u8>(text, character, start);
  return text.width == 2 ? find_from<u16>(text, character, start) : find_from<u32>(text, character, start);
}

namespace {

isize find_universal(TextView text, isize start) {
  const isize lf = find_character(text, '\n', start);
  const isize cr = find_character(lf < 0 ? text : text.slice(0, lf), '\r', start);
  if (cr < 0) return lf < 0 ? -1 : lf + 1;
  return cr + 1 < text.length && text[cr + 1] == '\n' ? cr + 2 : cr + 1;
}

}  // namespace

isize find_line_ending(const LineEnding& ending, TextView text, isize start, isize* consumed) {
  *consumed = text.length;
  if (ending.universal && !ending.translated) return find_universal(text, start);
  const bool only_lf = ending.translated || ending.newline.empty() || ending.newline == "\n";
  if (only_lf) {
    const isize found = find_character(text, '\n', start);
    return found < 0 ? -1 : found + 1;
  }
  for (isize at = start; (at = find_character(text, static_cast<u8>(ending.newline[0]), at)) >= 0; ++at) {
    if (ending.newline.size() == 1) return at + 1;
    if (at + 1 == text.length) {
      *consumed = at;
      return -1;
    }
    if (text[at + 1] == static_cast<u8>(ending.newline[1])) return at + 2;
  }
  return -1;
}

Result<void> check_newline(Thread& thread, Value newline, const char* message) {
  if (newline.is_none() || newline == Unbound) return {};
  if (!is<Str>(newline)) return raise(thread, types.TypeError, message, type_of(newline));
  const Str& text = as<Str>(newline);
  for (const char* legal : {"", "\n", "\r", "\r\n"}) {
    if (text.equals(legal)) return {};
  }
  return raise(thread, types.ValueError, "illegal newline value: {!r}", newline);
}

namespace {

// Copies text, "\r" and "\r\n" as "\n" when wanted; notes what it sees.
bool copy_lines(TextView text, bool translate, u8& seen, TextBuilder& out) {
  isize start = 0;
  for (isize at = 0; at < text.length; ++at) {
    const u32 c = text[at];
    if (c == '\n') seen |= kSeenLf;
    if (c != '\r') continue;
    const bool pair = at + 1 < text.length && text[at + 1] == '\n';
    seen |= pair ? kSeenCrLf : kSeenCr;
    if (translate) {
      if (!out.append(text.slice(start, at)) || !out.append('\n')) return false;
      start = at + (pair ? 2 : 1);
    }
    if (pair) ++at;
  }
  return out.append(text.slice(start, text.length));
}

}  // namespace

Result<Ref<Str>> translate_newlines(Thread& thread, NewlineDecoder& decoder, Str& text, bool final) {
  TextView view = text.view();
  const bool has_cr = find_character(view, '\r', 0) >= 0;
  bool pending = decoder.pending_cr.load(std::memory_order_relaxed);
  u8 seen = decoder.seen.load(std::memory_order_relaxed);
  if (LIKELY(!has_cr && !pending)) {
    if (!(seen & kSeenLf) && find_character(view, '\n', 0) >= 0) decoder.seen.store(seen | kSeenLf, std::memory_order_relaxed);
    return Ref<Str>::share(&text);
  }
  TextBuilder whole;
  if (pending && (final || view.length > 0)) {
    pending = false;
    if (!whole.append('\r') || !whole.append(view)) return raise_memory_error(thread);
    view = whole.view();
  }
  if (!final && view.length && view[view.length - 1] == '\r') {
    view = view.slice(0, view.length - 1);
    pending = true;
  }
  TextBuilder out;
  if (!copy_lines(view, decoder.translate, seen, out)) return raise_memory_error(thread);
  decoder.pending_cr.store(pending, std::memory_order_relaxed);
  decoder.seen.store(seen, std::memory_order_relaxed);
  return Str::from_view(thread, out.view());
}

Result<Ref<>> seen_newlines(Thread& thread, u8 seen) {
  const char* rows[] = {"\r", "\n", "\r\n"};
  const u8 bits[] = {kSeenCr, kSeenLf, kSeenCrLf};
  Value found[3];
  isize count = 0;
  for (usize i = 0; i < 3; ++i) {
    if (seen & bits[i]) found[count++] = intern(thread, rows[i]).value();
  }
  if (count == 0) return Ref<>::adopt(None);
  if (count == 1) return Ref<>::share(found[0]);
  return Ref<>(TRY(Tuple::from(thread, found, count)));
}

namespace {

void visit_decoder(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<NewlineDecoder&>(object).decoder);
  visitor.visit(static_cast<NewlineDecoder&>(object).errors);
  visit_attributes(object, visitor);
}
usize decoder_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kDecoderOps = {"IncrementalNewlineDecoder", visit_decoder, release_attributes, decoder_size};

Result<Ref<>> decoder_new(Thread& thread, Type& type, const Arguments&) {
  Ref<NewlineDecoder> made = TRY(new_object<NewlineDecoder>(thread, type));
  made->decoder.initialize(None);
  made->errors.initialize(None);
  made->pending_cr.store(false);
  made->translate = false;
  made->seen.store(0);
  return Ref<>(std::move(made));
}
Result<void> decoder_init(Thread& thread, Value value, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "IncrementalNewlineDecoder(decoder, translate, errors='strict')", arguments);
  NewlineDecoder& self = *static_cast<NewlineDecoder*>(value.object());
  self.translate = TRY(is_true(thread, bound[1]));
  self.decoder.store(self, bound[0]);
  self.errors.store(self, bound[2] == Unbound ? names::strict().value() : bound[2]);
  self.pending_cr.store(false);
  self.seen.store(0);
  return {};
}
Result<Ref<Str>> decoder_decode(Thread& thread, NewlineDecoder& self, Value input, bool final) {
  Ref<> text = Ref<>::share(input);
  Ref<> inner = self.decoder.load();
  if (!inner.value().is_none()) text = TRY(call_method(thread, inner, names::decode(), {input, Value::boolean(final)}));
  if (!is<Str>(text)) return raise(thread, types.TypeError, "decoder should return a string result, not '{}'", type_of(text));
  return translate_newlines(thread, self, as<Str>(text), final);
}
Result<Ref<Tuple>> decoder_getstate(Thread& thread, NewlineDecoder& self) {
  Ref<> inner = self.decoder.load();
  Ref<> bytes = Ref<>(TRY(Bytes::from(thread, "")));
  Ref<> flag = Ref<>::adopt(Value::integer(0));
  if (!inner.value().is_none()) {
    Ref<> state = TRY(call_method(thread, inner, *io_names.getstate));
    if (!is<Tuple>(state) || as<Tuple>(state).length != 2) return raise(thread, types.TypeError, "illegal decoder state");
    bytes = Ref<>::share(as<Tuple>(state)[0]);
    flag = TRY(binary(thread, BinaryOp::left_shift, as<Tuple>(state)[1], Value::integer(1)));
  }
  if (self.pending_cr.load()) flag = TRY(binary(thread, BinaryOp::bit_or, flag, Value::integer(1)));
  return Tuple::from(thread, {bytes, flag});
}
Result<void> decoder_setstate(Thread& thread, NewlineDecoder& self, Value state) {
  if (!is<Tuple>(state)) return raise(thread, types.TypeError, "state argument must be a tuple");
  if (as<Tuple>(state).length != 2) return raise(thread, types.TypeError, "illegal decoder state");
  const Value bytes = as<Tuple>(state)[0], flags = as<Tuple>(state)[1];
  self.pending_cr.store(TRY(to_u64_wrapping(thread, flags)) & 1);
  Ref<> inner = self.decoder.load();
  if (inner.value().is_none()) return {};
  Ref<> rest = TRY(binary(thread, BinaryOp::right_shift, flags, Value::integer(1)));
  Ref<Tuple> inner_state = TRY(Tuple::from(thread, {bytes, rest}));
  TRY(call_method(thread, inner, *io_names.setstate, {inner_state.value()}));
  return {};
}
Result<void> decoder_reset(Thread& thread, NewlineDecoder& self) {
  self.pending_cr.store(false);
  self.seen.store(0);
  Ref<> inner = self.decoder.load();
  if (!inner.value().is_none()) TRY(call_method(thread, inner, *io_names.reset));
  return {};
}
Result<Ref<>> decoder_newlines(Thread& thread, Value self) {
  return seen_newlines(thread, static_cast<NewlineDecoder*>(self.object())->seen.load());
}

constexpr MethodSpec kMethods[] = {
    def<decoder_decode>("decode(input, final=False)", nullptr),
    def<decoder_getstate>("getstate()", nullptr),
    def<decoder_setstate>("setstate(state, /)", nullptr),
    def<decoder_reset>("reset()", nullptr),
};
constexpr PropertySpec kProperties[] = {{"newlines", nullptr, decoder_newlines}};

}  // namespace

extern const TypeSpec kNewlineDecoderSpec = {.name = "_io.IncrementalNewlineDecoder",
                                             .doc = "Codec used when reading a file in universal newlines mode.",
                                             .methods = kMethods,
                                             .method_count = std::size(kMethods),
                                             .properties = kProperties,
                                             .property_count = std::size(kProperties),
                                             .slots = {.init = decoder_init, .new_ = decoder_new},
                                             .ops = &kDecoderOps,
                                             .size = sizeof(NewlineDecoder),
                                             .flags = static_cast<u32>(TypeFlag::Subclassable)};

Result<Ref<NewlineDecoder>> make_newline_decoder(Thread& thread, bool translate) {
  Ref<> made = TRY(decoder_new(thread, *io_types.newline_decoder, Arguments{nullptr, 0}));
  NewlineDecoder& decoder = as<NewlineDecoder>(made);
  decoder.translate = translate;
  decoder.errors.store(decoder, names::strict().value());
  return Ref<NewlineDecoder>::share(&decoder);
}

}  // namespace py::io
