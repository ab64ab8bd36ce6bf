#include "core/builtins/exception_kinds.h"

#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/names.h"

#include <cerrno>

namespace py {

namespace {

Result<void> store_args(Thread& thread, Value self, const Arguments& arguments) {
  Ref<Tuple> args = TRY(Tuple::from(thread, arguments.values, arguments.positional));
  as<Exception>(self).args.store(as<Exception>(self), args.value());
  return {};
}

// Keyword-only fields: name -> detail number.
struct KeywordField {
  const char* name;
  u32 detail;
};
Result<void> store_keywords(Thread& thread, Value self, const Arguments& arguments, std::initializer_list<KeywordField> fields) {
  Exception& exception = as<Exception>(self);
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    Str& name = as<Str>((*arguments.keywords)[i]);
    bool known = false;
    for (const KeywordField& field : fields) {
      if (!name.equals(field.name)) continue;
      exception.details[field.detail].store(exception, arguments.values[arguments.positional + i]);
      known = true;
    }
    if (!known) return raise(thread, types.TypeError, "'{}' is an invalid keyword argument for {}()", name, type_of(self));
  }
  return {};
}

Failure no_keywords(Thread& thread, Value self) { return raise(thread, types.TypeError, "{}() takes no keyword arguments", type_of(self)); }

}  // namespace

Result<void> stop_iteration_init(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.keyword_count()) return no_keywords(thread, self);
  TRY(store_args(thread, self, arguments));
  as<Exception>(self).details[0].store(as<Exception>(self), arguments.positional ? arguments[0] : None);
  return {};
}

Result<void> system_exit_init(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.keyword_count()) return no_keywords(thread, self);
  TRY(store_args(thread, self, arguments));
  Exception& exit = as<Exception>(self);
  exit.details[0].store(exit, arguments.positional == 0 ? None : arguments.positional == 1 ? arguments[0] : exit.args.peek());
  return {};
}

Result<void> name_error_init(Thread& thread, Value self, const Arguments& arguments) {
  TRY(store_args(thread, self, arguments));
  return store_keywords(thread, self, arguments, {{"name", 0}});
}
Result<void> attribute_error_init(Thread& thread, Value self, const Arguments& arguments) {
  TRY(store_args(thread, self, arguments));
  return store_keywords(thread, self, arguments, {{"name", 0}, {"obj", 1}});
}
Result<void> import_error_init(Thread& thread, Value self, const Arguments& arguments) {
  TRY(store_args(thread, self, arguments));
  Exception& error = as<Exception>(self);
  error.details[0].store(error, arguments.positional == 1 ? arguments[0] : None);
  for (u32 detail : {1, 2}) error.details[detail].store(error, None);
  return store_keywords(thread, self, arguments, {{"name", 1}, {"path", 2}});
}
// The name and the path, which are no arguments, travel with the attributes.
Result<Ref<>> import_error_reduce(Thread& thread, Exception& self) {
  Ref<Dict> state = TRY(TRY(instance_dict(thread, self))->copy(thread));
  Ref<> name = self.details[1].load(), path = self.details[2].load();
  if (!name.value().is_none()) TRY(state->set_str(thread, "name", name));
  if (!path.value().is_none()) TRY(state->set_str(thread, "path", path));
  const Value type = type_of_object(self).value();
  if (!state->length()) return Ref<>(TRY(Tuple::from(thread, {type, self.args.peek()})));
  return Ref<>(TRY(Tuple::from(thread, {type, self.args.peek(), state.value()})));
}
Result<Ref<>> exception_str(Thread& thread, Value self) {
  Ref<> kept = as<Exception>(self).args.load();
  Tuple& args = as<Tuple>(kept);
  if (args.length == 0) return Ref<>(Ref<Str>::share(&Str::empty()));
  return Ref<>(TRY(to_str(thread, args.length == 1 ? args[0] : kept.value())));
}
Result<Ref<>> import_error_str(Thread& thread, Value self) {
  Ref<> message = as<Exception>(self).details[0].load();
  if (is_exact<Str>(message)) return message;
  return exception_str(thread, self);
}
Result<Ref<>> key_error_str(Thread& thread, Value self) {
  Ref<> args = as<Exception>(self).args.load();
  if (as<Tuple>(args).length == 1) return Ref<>(TRY(repr(thread, as<Tuple>(args)[0])));
  return exception_str(thread, self);
}

// OSError: errno, strerror, filename, filename2, characters_written
namespace {

Type* os_error_for(int number) {
  switch (number) {
    case EAGAIN: case EALREADY: case EINPROGRESS: return types.BlockingIOError;
    case EPIPE: case ESHUTDOWN: return types.BrokenPipeError;
    case ECHILD: return types.ChildProcessError;
    case ECONNABORTED: return types.ConnectionAbortedError;
    case ECONNREFUSED: return types.ConnectionRefusedError;
    case ECONNRESET: return types.ConnectionResetError;
    case EEXIST: return types.FileExistsError;
    case ENOENT: return types.FileNotFoundError;
    case EINTR: return types.InterruptedError;
    case EISDIR: return types.IsADirectoryError;
    case ENOTDIR: return types.NotADirectoryError;
    case EACCES: case EPERM: return types.PermissionError;
    case ESRCH: return types.ProcessLookupError;
    case ETIMEDOUT: return types.TimeoutError;
    default: return nullptr;
  }
}

Result<void> fill_os_error(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.keyword_count()) return no_keywords(thread, self);
  Exception& error = as<Exception>(self);
  TRY(store_args(thread, self, arguments));
  if (arguments.positional < 2 || arguments.positional > 5) return {};
  error.details[0].store(error, arguments[0]);
  error.details[1].store(error, arguments[1]);
  if (arguments.positional < 3 || arguments[2].is_none()) return {};
  if (type_of(self).is_subtype_of(*types.BlockingIOError) && is_integer(arguments[2])) {
    error.details[4].store(error, arguments[2]);
    return {};
  }
  error.details[2].store(error, arguments[2]);
  if (arguments.positional == 5) error.details[3].store(error, arguments[4]);
  // args keep only errno and the message.
  Ref<Tuple> args = TRY(Tuple::from(thread, arguments.values, 2));
  error.args.store(error, args.value());
  return {};
}

}  // namespace

Result<Ref<>> os_error_new(Thread& thread, Type& type, const Arguments& arguments) {
  Type* chosen = &type;
  if (&type == types.OSError && arguments.positional >= 2 && arguments[0].is_int()) {
    if (Type* specific = os_error_for(static_cast<int>(arguments[0].as_int()))) chosen = specific;
  }
  Ref<Exception> made = TRY(make_exception(thread, *chosen, Tuple::empty()));
  if (type.slots.init != os_error_init) {
    Ref<Tuple> args = TRY(Tuple::from(thread, arguments.values, arguments.positional));
    made->args.store(*made, args.value());
    if (!arguments.keyword_count()) TRY(fill_os_error(thread, made.value(), arguments));
  }
  return Ref<>(std::move(made));
}
Result<void> os_error_init(Thread& thread, Value self, const Arguments& arguments) { return fill_os_error(thread, self, arguments); }
// The names of files are no part of args.
Result<Ref<>> os_error_reduce(Thread& thread, Exception& self) {
  Ref<> args = self.args.load(), file = self.details[2].load(), other = self.details[3].load();
  if (as<Tuple>(args).length == 2 && !file.value().is_none()) {
    const Value all[] = {as<Tuple>(args)[0], as<Tuple>(args)[1], file, None, other};
    args = Ref<>(TRY(Tuple::from(thread, all, other.value().is_none() ? 3 : 5)));
  }
  Ref<Dict> dict = TRY(instance_dict(thread, self));
  const Value type = type_of_object(self).value();
  if (!dict->length()) return Ref<>(TRY(Tuple::from(thread, {type, args.value()})));
  return Ref<>(TRY(Tuple::from(thread, {type, args.value(), dict.value()})));
}
Result<Ref<>> os_error_str(Thread& thread, Value self) {
  Exception& error = as<Exception>(self);
  Ref<> number = error.details[0].load(), text = error.details[1].load();
  Ref<> file = error.details[2].load(), file2 = error.details[3].load();
  if (!file.value().is_none() && !file2.value().is_none()) {
    return Ref<>(TRY(format_str(thread, "[Errno {}] {}: {!r} -> {!r}", number.value(), text.value(), file.value(), file2.value())));
  }
  if (!file.value().is_none()) return Ref<>(TRY(format_str(thread, "[Errno {}] {}: {!r}", number.value(), text.value(), file.value())));
  if (!number.value().is_none() && !text.value().is_none()) {
    return Ref<>(TRY(format_str(thread, "[Errno {}] {}", number.value(), text.value())));
  }
  return exception_str(thread, self);
}

// SyntaxError: msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line
Result<void> syntax_error_init(Thread& thread, Value self, const Arguments& arguments) {
  Exception& error = as<Exception>(self);
  TRY(store_args(thread, self, arguments));
  if (arguments.positional >= 1) error.details[0].store(error, arguments[0]);
  if (arguments.positional != 2) return {};
  Ref<Tuple> place = TRY(to_tuple(thread, arguments[1]));
  if (place->length != 4 && place->length != 6) {
    return raise(thread, types.TypeError, "function takes {} 4 arguments ({} given)", place->length == 5 ? "exactly" : place->length < 4 ? "at least" : "at most",
                 place->length);
  }
  for (isize i = 0; i < place->length; ++i) error.details[1 + i].store(error, (*place)[i]);
  return {};
}
Result<Ref<>> syntax_error_str(Thread& thread, Value self) {
  Exception& error = as<Exception>(self);
  Ref<> message = error.details[0].load(), file = error.details[1].load(), line = error.details[2].load();
  Ref<Str> text = TRY(to_str(thread, message));
  Ref<Str> base;
  if (is<Str>(file)) {
    const std::string path = as<Str>(file).utf8();
    const usize slash = path.rfind('/');
    base = TRY(Str::from_utf8(thread, slash == std::string::npos ? path : path.substr(slash + 1)));
  }
  if (base && is_integer(line)) return Ref<>(TRY(format_str(thread, "{} ({}, line {})", *text, *base, line.value())));
  if (base) return Ref<>(TRY(format_str(thread, "{} ({})", *text, *base)));
  if (is_integer(line)) return Ref<>(TRY(format_str(thread, "{} (line {})", *text, line.value())));
  return Ref<>(std::move(text));
}

// Unicode errors: encoding, object, start, end, reason
namespace {
Result<void> unicode_init(Thread& thread, Value self, const Arguments& arguments, bool has_encoding, bool bytes) {
  TRY(store_args(thread, self, arguments));
  const u32 wanted = has_encoding ? 5 : 4;
  if (arguments.positional != wanted) {
    return raise(thread, types.TypeError, "function takes exactly {} arguments ({} given)", wanted, arguments.positional);
  }
  Exception& error = as<Exception>(self);
  const u32 shift = has_encoding ? 0 : 1;
  for (u32 i = 0; i < wanted; ++i) {
    const u32 detail = i + shift;
    const Value value = arguments[i];
    const bool text = detail == 0 || detail == 4 || (detail == 1 && !bytes);
    if (text && !is<Str>(value)) return raise(thread, types.TypeError, "argument {} must be str, not {}", i + 1, type_of(value));
    if ((detail == 2 || detail == 3) && !is_integer(value)) {
      return raise(thread, types.TypeError, "'{}' object cannot be interpreted as an integer", type_of(value));
    }
    if (detail == 1 && bytes && !is<Bytes>(value)) {
      Buffer buffer = TRY(get_buffer(thread, value));
      Ref<Bytes> copy = TRY(Bytes::from(thread, buffer.view()));
      error.details[detail].store(error, copy.value());
      continue;
    }
    error.details[detail].store(error, value);
  }
  return {};
}
}  // namespace
Result<void> unicode_decode_error_init(Thread& thread, Value self, const Arguments& arguments) { return unicode_init(thread, self, arguments, true, true); }
Result<void> unicode_encode_error_init(Thread& thread, Value self, const Arguments& arguments) { return unicode_init(thread, self, arguments, true, false); }
Result<void> unicode_translate_error_init(Thread& thread, Value self, const Arguments& arguments) { return unicode_init(thread, self, arguments, false, false); }

Result<Ref<>> unicode_error_str(Thread& thread, Value self) {
  Exception& error = as<Exception>(self);
  Ref<> object = error.details[1].load();
  const Value first = error.details[2].peek(), last = error.details[3].peek();
  if (object.value().is_none() || !first.is_int() || !last.is_int()) {
    return Ref<>(Ref<Str>::share(&Str::empty()));
  }
  const bool decode = type_of(self).is_subtype_of(*types.UnicodeDecodeError);
  const bool translate = type_of(self).is_subtype_of(*types.UnicodeTranslateError);
  if (decode ? !is<Bytes>(object) : !is<Str>(object)) {
    return raise(thread, types.TypeError, "object attribute must be {}", decode ? "bytes" : "unicode");
  }
  Ref<Str> encoding = TRY(to_str(thread, error.details[0].load()));
  Ref<Str> reason = TRY(to_str(thread, error.details[4].load()));
  const i64 start = first.as_int(), end = last.as_int();
  const isize length = decode ? as<Bytes>(object).length : as<Str>(object).length();
  char unit[16];
  if (start >= 0 && start < length && end == start + 1) {
    if (decode) {
      std::snprintf(unit, sizeof unit, "%02x", as<Bytes>(object).data()[start]);
      return Ref<>(TRY(format_str(thread, "'{}' codec can't decode byte 0x{} in position {}: {}", encoding.value(), unit, start, reason.value())));
    }
    const u32 c = as<Str>(object)[start];
    std::snprintf(unit, sizeof unit, c <= 0xFF ? "\\x%02x" : c <= 0xFFFF ? "\\u%04x" : "\\U%08x", c);
    if (translate) return Ref<>(TRY(format_str(thread, "can't translate character '{}' in position {}: {}", unit, start, reason.value())));
    return Ref<>(TRY(format_str(thread, "'{}' codec can't encode character '{}' in position {}: {}", encoding.value(), unit, start, reason.value())));
  }
  if (translate) return Ref<>(TRY(format_str(thread, "can't translate characters in position {}-{}: {}", start, end - 1, reason.value())));
  return Ref<>(TRY(format_str(thread, decode ? "'{}' codec can't decode bytes in position {}-{}: {}" : "'{}' codec can't encode characters in position {}-{}: {}",
                              encoding.value(), start, end - 1, reason.value())));
}

}  // namespace py
