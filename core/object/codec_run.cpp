// What stands between a codec kernel and Python: exceptions, and calls of error handlers written in Python.
#include "core/object/casts.h"
#include "core/object/codec_registry.h"
#include "core/object/function.h"
#include "core/object/names.h"
#include "core/object/sequence.h"

namespace py {

namespace {

codec::ErrorMode mode_of(Str* errors) {
  if (!errors) return codec::ErrorMode::Strict;
  if (!errors->is_ascii()) return codec::ErrorMode::Custom;
  return codec::error_mode(errors->ascii().data(), errors->ascii().size());
}

Result<Ref<>> make_error(Thread& thread, Type& type, const codec::CodecError& error, Value object) {
  Ref<Str> encoding = TRY(Str::from_utf8(thread, error.encoding));
  Ref<Str> reason = TRY(Str::from_utf8(thread, error.reason));
  return call(thread, type.value(),
              {encoding.value(), object, Value::integer(error.start), Value::integer(error.end), reason.value()});
}

// The same exception serves all errors of a run, as handlers may expect.
Result<void> update_error(Thread& thread, Value exception, const codec::CodecError& error) {
  Ref<Str> reason = TRY(Str::from_utf8(thread, error.reason));
  TRY(set_attribute(thread, exception, names::start(), Value::integer(error.start)));
  TRY(set_attribute(thread, exception, names::end(), Value::integer(error.end)));
  return set_attribute(thread, exception, names::reason(), reason.value());
}

// The pair that a handler returned: its first part, and where to go on.
Result<Ref<>> check_answer(Thread& thread, Value answer, bool bytes_allowed, isize size, isize& resume) {
  const char* message = bytes_allowed ? "encoding error handler must return (str/bytes, int) tuple"
                                      : "decoding error handler must return (str, int) tuple";
  if (!is<Tuple>(answer) || as<Tuple>(answer).length != 2) return raise(thread, types.TypeError, message);
  Ref<> replacement = Ref<>::share(as<Tuple>(answer)[0]);
  const Value position = as<Tuple>(answer)[1];
  const bool valid = is<Str>(replacement) || (bytes_allowed && is<Bytes>(replacement));
  if (!valid || !type_of(position).slots.index) return raise(thread, types.TypeError, message);
  resume = TRY(to_isize(thread, position));
  return replacement;
}

Failure out_of_bounds(Thread& thread, isize position) {
  return raise(thread, types.IndexError, "position {} from error handler out of bounds", position);
}

}  // namespace

Failure raise_decode_error(Thread& thread, const codec::CodecError& error, std::string_view bytes) {
  Result<Ref<Bytes>> object = Bytes::from(thread, bytes);
  if (object.failed()) return failure;
  Ref<Bytes> held = object.take();
  Result<Ref<>> exception = make_error(thread, *types.UnicodeDecodeError, error, held.value());
  if (exception.failed()) return failure;
  return raise_value(thread, exception.take());
}

Failure raise_encode_error(Thread& thread, const codec::CodecError& error, Str& text) {
  Result<Ref<>> exception = make_error(thread, *types.UnicodeEncodeError, error, text.value());
  if (exception.failed()) return failure;
  return raise_value(thread, exception.take());
}

Decoding::Decoding(Thread& thread, std::string_view bytes, Str* errors)
    : thread_(thread), bytes_(bytes), errors_(errors) {}

codec::DecodeHandler Decoding::handler() { return {mode_of(errors_), &Decoding::call, this}; }

Result<Ref<Str>> Decoding::finish(const codec::Result& result) {
  switch (result.status) {
    case codec::Status::Ok: return Str::from_view(thread_, out.view());
    case codec::Status::OutOfMemory: return raise_memory_error(thread_);
    case codec::Status::HandlerFailed: return failure;
    case codec::Status::Error: break;
  }
  return raise_decode_error(thread_, result.error, bytes_);
}

bool Decoding::call(void* context, const codec::CodecError& error, const u8*& input, isize& size, TextBuilder& out,
                    isize& resume) {
  return !static_cast<Decoding*>(context)->handle(error, input, size, out, resume).failed();
}

Result<void> Decoding::handle(const codec::CodecError& error, const u8*& input, isize& size, TextBuilder& out,
                              isize& resume) {
  if (handler_.is_empty()) handler_ = TRY(lookup_error_handler(thread_, errors_->utf8()));
  if (exception_.is_empty()) {
    object_ = TRY(Bytes::from(thread_, {reinterpret_cast<const char*>(input), static_cast<usize>(size)}));
    exception_ = TRY(make_error(thread_, *types.UnicodeDecodeError, error, object_));
  } else {
    TRY(update_error(thread_, exception_, error));
  }
  Ref<> answer = TRY(py::call(thread_, handler_, {exception_}));
  Ref<> replacement = TRY(check_answer(thread_, answer, false, size, resume));
  // The handler may have replaced the input.
  Ref<> object = TRY(get_attribute(thread_, exception_, names::object()));
  if (!is<Bytes>(object)) return raise(thread_, types.TypeError, "exception attribute object must be bytes");
  object_ = std::move(object);
  input = as<Bytes>(object_).data();
  size = as<Bytes>(object_).length;
  const isize given = resume;
  if (resume < 0) resume += size;
  if (resume < 0 || resume > size) return out_of_bounds(thread_, given);
  if (!out.append(as<Str>(replacement).view())) return raise_memory_error(thread_);
  return {};
}

Encoding::Encoding(Thread& thread, Str& text, Str* errors) : thread_(thread), text_(text), errors_(errors) {}

codec::EncodeHandler Encoding::handler() { return {mode_of(errors_), &Encoding::call, this}; }

Result<Ref<>> Encoding::finish(const codec::Result& result) {
  switch (result.status) {
    case codec::Status::Ok: return Bytes::from(thread_, {out.data(), out.size()});
    case codec::Status::OutOfMemory: return raise_memory_error(thread_);
    case codec::Status::HandlerFailed: return failure;
    case codec::Status::Error: break;
  }
  return raise_encode_error(thread_, result.error, text_);
}

bool Encoding::call(void* context, const codec::CodecError& error, TextView& replacement, bool& is_bytes, isize& resume) {
  return !static_cast<Encoding*>(context)->handle(error, replacement, is_bytes, resume).failed();
}

Result<void> Encoding::handle(const codec::CodecError& error, TextView& replacement, bool& is_bytes, isize& resume) {
  if (handler_.is_empty()) handler_ = TRY(lookup_error_handler(thread_, errors_->utf8()));
  if (exception_.is_empty()) {
    exception_ = TRY(make_error(thread_, *types.UnicodeEncodeError, error, text_.value()));
  } else {
    TRY(update_error(thread_, exception_, error));
  }
  Ref<> answer = TRY(py::call(thread_, handler_, {exception_}));
  replacement_ = TRY(check_answer(thread_, answer, true, text_.length(), resume));
  const isize given = resume;
  if (resume < 0) resume += text_.length();
  if (resume < 0 || resume > text_.length()) return out_of_bounds(thread_, given);
  is_bytes = is<Bytes>(replacement_);
  replacement = is_bytes ? bytes_view(as<Bytes>(replacement_).data(), as<Bytes>(replacement_).length)
                         : as<Str>(replacement_).view();
  return {};
}

}  // namespace py
