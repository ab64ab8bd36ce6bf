#include "core/modules/posix/path_argument.h"

#include "core/object/codec_registry.h"
#include "core/object/names.h"

#include <climits>
#include <cstring>

namespace py {

namespace {

Failure wrong_path(Thread& thread, std::string_view function, std::string_view argument, PathForm form, Value value) {
  const char* wanted = form == PathForm::PathOrFd       ? "string, bytes, os.PathLike or integer"
                       : form == PathForm::Nullable     ? "string, bytes, os.PathLike or None"
                       : form == PathForm::NullableOrFd ? "string, bytes, os.PathLike, integer or None"
                                                        : "string, bytes or os.PathLike";
  return raise(thread, types.TypeError, "{}: {} should be {}, not {}", function, argument, wanted, type_of(value));
}

Result<int> to_fd(Thread& thread, Value value, const char* message = "fd is greater than maximum") {
  Ref<> index = TRY(to_index(thread, value));
  if (!index.value().is_int() || index.value().as_int() > INT_MAX) {
    const bool low = index.value().is_int() && index.value().as_int() < 0;
    return raise(thread, types.OverflowError, low ? "fd is less than minimum" : message);
  }
  if (index.value().as_int() < INT_MIN) return raise(thread, types.OverflowError, "fd is less than minimum");
  return static_cast<int>(index.value().as_int());
}

bool accepts_fd(PathForm form) { return form == PathForm::PathOrFd || form == PathForm::NullableOrFd; }
bool accepts_none(PathForm form) { return form == PathForm::Nullable || form == PathForm::NullableOrFd; }

}  // namespace

Result<std::string> encode_file_name(Thread& thread, Value text, bool* is_bytes) {
  if (is_bytes) *is_bytes = is<Bytes>(text);
  if (is<Bytes>(text)) return std::string(as<Bytes>(text).view());
  if (as<Str>(text).is_ascii()) return std::string(as<Str>(text).ascii());
  Ref<> bytes = TRY(encode_utf8(thread, as<Str>(text), &intern(thread, "surrogateescape")));
  return std::string(as<Bytes>(bytes).view());
}

Result<Ref<>> decode_file_name(Thread& thread, std::string_view bytes) {
  return decode_utf8(thread, bytes, &intern(thread, "surrogateescape"));
}

Result<Ref<>> make_file_name(Thread& thread, std::string_view bytes, bool as_bytes) {
  if (as_bytes) return Ref<>(TRY(Bytes::from(thread, bytes)));
  return decode_file_name(thread, bytes);
}

Result<Ref<>> file_system_path(Thread& thread, Value path) {
  if (is<Str>(path) || is<Bytes>(path)) return Ref<>::share(path);
  Ref<> method = TRY(lookup_special(thread, path, names::__fspath__()));
  if (method.is_empty()) {
    return raise(thread, types.TypeError, "expected str, bytes or os.PathLike object, not {}", type_of(path));
  }
  Ref<> result = TRY(call(thread, method));
  if (!is<Str>(result) && !is<Bytes>(result)) {
    return raise(thread, types.TypeError, "expected {}.__fspath__() to return str or bytes, not {}", type_of(path), type_of(result));
  }
  return result;
}

Result<PathArgument> to_path(Thread& thread, Value value, PathForm form, std::string_view function, std::string_view argument) {
  PathArgument path;
  if (value == Unbound || value.is_none()) {
    if (!accepts_none(form)) return wrong_path(thread, function, argument, form, None);
    path.is_null = true;
    path.text = ".";
    return path;
  }
  path.object = Ref<>::share(value);
  Ref<> text = Ref<>::share(value);
  if (!is<Str>(value) && !is<Bytes>(value)) {
    if (accepts_fd(form) && type_of(value).slots.index) {
      path.fd = TRY(to_fd(thread, value));
      path.is_fd = true;
      return path;
    }
    Ref<> method = TRY(lookup_special(thread, value, names::__fspath__()));
    if (method.is_empty()) return wrong_path(thread, function, argument, form, value);
    text = TRY(call(thread, method));
    if (!is<Str>(text) && !is<Bytes>(text)) {
      return raise(thread, types.TypeError, "expected {}.__fspath__() to return str or bytes, not {}", type_of(value), type_of(text));
    }
    path.object = text.share();
  }
  path.text = TRY(encode_file_name(thread, text, &path.is_bytes));
  if (path.text.size() != strlen(path.text.c_str())) {
    if (!path.is_bytes) return raise(thread, types.ValueError, "embedded null byte");
    return raise(thread, types.ValueError, "{}: embedded null character in {}", function, argument);
  }
  return path;
}

Result<int> to_descriptor(Thread& thread, Value value) {
  Ref<> number;
  if (is_integer(value)) {
    number = Ref<>::share(value);
  } else {
    Ref<> method = TRY(get_attribute_or_empty(thread, value, names::fileno()));
    if (method.is_empty()) return raise(thread, types.TypeError, "argument must be an int, or have a fileno() method.");
    number = TRY(call(thread, method));
    if (!is_integer(number)) return raise(thread, types.TypeError, "fileno() returned a non-integer");
  }
  const int fd = TRY(to_int(thread, number));
  if (fd < 0) return raise(thread, types.ValueError, "file descriptor cannot be a negative integer ({})", fd);
  return fd;
}

Result<DirFd> FromPython<DirFd>::convert(Thread& thread, Value value, ArgumentPlace) {
  if (value.is_none() || value == Unbound) return DirFd{};
  if (!type_of(value).slots.index) {
    return raise(thread, types.TypeError, "argument should be integer or None, not {}", type_of(value));
  }
  return DirFd{TRY(to_fd(thread, value))};
}

}  // namespace py
