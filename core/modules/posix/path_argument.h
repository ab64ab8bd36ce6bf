// Arguments that name a file: str, bytes, os.PathLike, and for some functions a descriptor. And the file system's encoding:
// UTF-8 with surrogateescape, so that any byte string has a name.
// Threads: a PathArgument belongs to one call; its text is a copy, so it may be used while detached.
#pragma once
#include "core/bind/define.h"

#include <fcntl.h>

#include <string>

namespace py {

enum class PathForm : u8 { Path, PathOrFd, Nullable, NullableOrFd };

template <PathForm form>
struct PathOf;

struct PathArgument {
  std::string text;
  int fd = -1;             // when a descriptor was given
  bool is_fd = false;
  bool is_bytes = false;   // names derived from this one are bytes as well
  bool is_null = false;    // None, or not given
  Ref<> object;            // str, bytes or int, for messages; Empty when not given

  const char* c_str() const { return text.c_str(); }
  Value name() const { return object.is_empty() ? None : object.value(); }
};

Result<PathArgument> to_path(Thread& thread, Value value, PathForm form, std::string_view function,
                             std::string_view argument = "path");
// A str's or bytes' text in the file system's encoding. Sets *is_bytes.
Result<std::string> encode_file_name(Thread& thread, Value text, bool* is_bytes = nullptr);
Result<Ref<>> decode_file_name(Thread& thread, std::string_view bytes);
// bytes or str, as the flag says.
Result<Ref<>> make_file_name(Thread& thread, std::string_view bytes, bool as_bytes);
// os.fspath().
Result<Ref<>> file_system_path(Thread& thread, Value path);

// A descriptor: an int, or an object with fileno().
Result<int> to_descriptor(Thread& thread, Value value);

// Parameter types of native functions.
template <PathForm form>
struct PathOf : PathArgument {};
using Path = PathOf<PathForm::Path>;
using PathOrFd = PathOf<PathForm::PathOrFd>;
using NullablePath = PathOf<PathForm::Nullable>;
using NullablePathOrFd = PathOf<PathForm::NullableOrFd>;

template <PathForm form>
struct FromPython<PathOf<form>&> {
  using Holder = PathOf<form>;
  static Result<Holder> convert(Thread& thread, Value value, ArgumentPlace place) {
    const std::string_view argument = place.spec.signature.parameters[place.number - 1].name;
    PathArgument path = TRY(to_path(thread, value, form, place.spec.name, argument));
    return Holder{std::move(path)};
  }
};

// dir_fd=None.
struct DirFd {
  int fd = AT_FDCWD;
  bool given() const { return fd != AT_FDCWD; }
};
template <>
struct FromPython<DirFd> {
  using Holder = DirFd;
  static Result<DirFd> convert(Thread& thread, Value value, ArgumentPlace place);
};

// A descriptor, or an object with fileno().
struct Descriptor {
  int fd = -1;
  operator int() const { return fd; }
};
template <>
struct FromPython<Descriptor> {
  using Holder = Descriptor;
  static Result<Descriptor> convert(Thread& thread, Value value, ArgumentPlace) {
    return Descriptor{TRY(to_descriptor(thread, value))};
  }
};

}  // namespace py
