// listdir, scandir and DirEntry.
#include "core/modules/posix/path_argument.h"
#include "core/modules/posix/stat_result.h"
#include "core/modules/posix/tables.h"
#include "core/modules/system_call.h"
#include "core/modules/warning.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/names.h"
#include "core/object/type_system.h"

#include <dirent.h>
#include <unistd.h>

#include <cstring>
#include <vector>

namespace py::posix {

namespace {

Type* dir_entry_type;
Type* scandir_type;

bool is_dot(const char* name) { return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0)); }

// A directory stream for a path or for a duplicate of a descriptor. Null with errno. Detached callers only.
DIR* open_directory(const PathArgument& path) {
  if (!path.is_fd) return opendir(path.c_str());
  const int copy = fcntl(path.fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return nullptr;
  DIR* stream = fdopendir(copy);
  if (!stream) {
    const int error = errno;
    close(copy);
    errno = error;
    return nullptr;
  }
  rewinddir(stream);  // the duplicate shares its position with the original
  return stream;
}

Result<Ref<List>> os_listdir(Thread& thread, NullablePathOrFd& path) {
  std::vector<std::string> found;
  int error = 0;
  {
    Detached detached(thread);
    errno = 0;
    if (DIR* stream = open_directory(path)) {
      errno = 0;
      while (dirent* entry = readdir(stream)) {
        if (!is_dot(entry->d_name)) found.emplace_back(entry->d_name);
        errno = 0;
      }
      error = errno;
      closedir(stream);
    } else {
      error = errno;
    }
  }
  if (error) return raise_os_error(thread, error, path.name());
  Ref<List> result = TRY(List::make(thread, static_cast<isize>(found.size())));
  for (const std::string& name : found) TRY(result->append(thread, TRY(make_file_name(thread, name, path.is_bytes))));
  return result;
}

// Threads: immutable but for the cached stat results, which are stored under the lock.
class DirEntry final : public Object {
 public:
  Field name, path, status, link_status;
  u64 inode;
  i32 dir_fd;  // the descriptor that scandir was given, or -1
  u8 type;     // d_type
};
void visit_entry(Object& object, Visitor& visitor) {
  DirEntry& entry = static_cast<DirEntry&>(object);
  for (Field* field : {&entry.name, &entry.path, &entry.status, &entry.link_status}) visitor.visit(*field);
}
usize entry_size(const Object&) { return sizeof(DirEntry); }
const ObjectOps kDirEntryOps = {"DirEntry", visit_entry, nullptr, entry_size};
DirEntry& entry_of(Value self) { return *static_cast<DirEntry*>(self.object()); }

// Stores what a stat call found, unless another thread was faster.
Ref<> remember(DirEntry& entry, Field& field, Ref<>&& fresh) {
  Value old = Empty;
  Ref<> result = fresh.share();
  {
    ObjectLock lock(entry);
    old = field.exchange(entry, std::move(fresh));
  }
  drop_removed(entry, old);
  return result;
}

Result<Ref<>> fetch_status(Thread& thread, DirEntry& entry, bool follow) {
  const std::string path = TRY(encode_file_name(thread, entry.dir_fd >= 0 ? entry.name.peek() : entry.path.peek()));
  const int dir = entry.dir_fd >= 0 ? entry.dir_fd : AT_FDCWD;
  struct stat status;
  TRY(call_or_raise(
      thread, [&] { return fstatat(dir, path.c_str(), &status, follow ? 0 : AT_SYMLINK_NOFOLLOW); }, entry.path.peek()));
  return make_stat_result(thread, status);
}

bool is_link(const DirEntry& entry) { return entry.type == DT_LNK; }

Result<Ref<>> link_status(Thread& thread, DirEntry& entry) {
  Ref<> known = entry.link_status.load();
  if (!known.is_empty()) return known;
  return remember(entry, entry.link_status, TRY(fetch_status(thread, entry, false)));
}
Result<bool> is_symlink(Thread& thread, DirEntry& entry) {
  if (entry.type != DT_UNKNOWN) return is_link(entry);
  Result<Ref<>> status = link_status(thread, entry);
  if (status.failed()) {
    if (!pending_is(thread, *types.FileNotFoundError)) return failure;
    clear_pending(thread);
    return false;
  }
  return S_ISLNK(static_cast<mode_t>(struct_field(as<Tuple>(status.take()), 0).as_int()));
}
Result<Ref<>> entry_status(Thread& thread, DirEntry& entry, bool follow) {
  if (!follow) return link_status(thread, entry);
  Ref<> known = entry.status.load();
  if (!known.is_empty()) return known;
  Ref<> fresh = TRY(is_symlink(thread, entry)) ? TRY(fetch_status(thread, entry, true)) : TRY(link_status(thread, entry));
  return remember(entry, entry.status, std::move(fresh));
}

// is_dir and is_file: from the directory's own record when that is enough.
Result<bool> has_mode(Thread& thread, DirEntry& entry, bool follow, mode_t wanted, u8 wanted_type) {
  const bool need_status = entry.type == DT_UNKNOWN || (follow && is_link(entry));
  if (!need_status) return entry.type == wanted_type;
  Result<Ref<>> status = entry_status(thread, entry, follow);
  if (status.failed()) {
    if (!pending_is(thread, *types.FileNotFoundError)) return failure;
    clear_pending(thread);  // a dangling link is neither
    return false;
  }
  return (static_cast<mode_t>(struct_field(as<Tuple>(status.take()), 0).as_int()) & S_IFMT) == wanted;
}

Result<bool> entry_is_dir(Thread& thread, Value self, bool follow) { return has_mode(thread, entry_of(self), follow, S_IFDIR, DT_DIR); }
Result<bool> entry_is_file(Thread& thread, Value self, bool follow) { return has_mode(thread, entry_of(self), follow, S_IFREG, DT_REG); }
Result<bool> entry_is_symlink(Thread& thread, Value self) { return is_symlink(thread, entry_of(self)); }
Result<Ref<>> entry_stat(Thread& thread, Value self, bool follow) { return entry_status(thread, entry_of(self), follow); }
Result<u64> entry_inode(Thread&, Value self) { return entry_of(self).inode; }
Result<Ref<>> entry_fspath(Thread&, Value self) { return entry_of(self).path.load(); }
Result<Ref<>> entry_repr(Thread& thread, Value self) { return Ref<>(TRY(format_str(thread, "<DirEntry {!r}>", entry_of(self).name.peek()))); }

constexpr MethodSpec kEntryMethods[] = {
    def<entry_is_dir>("is_dir(*, follow_symlinks=True)", "Return True if the entry is a directory; cached per entry."),
    def<entry_is_file>("is_file(*, follow_symlinks=True)", "Return True if the entry is a file; cached per entry."),
    def<entry_is_symlink>("is_symlink()", "Return True if the entry is a symbolic link; cached per entry."),
    def<entry_stat>("stat(*, follow_symlinks=True)", "Return stat_result object for the entry; cached per entry."),
    def<entry_inode>("inode()", "Return inode of the entry; cached per entry."),
    def<entry_fspath>("__fspath__()", "Returns the path for the entry."),
    class_method<+[](Thread& thread, Type& type, Value item) { return make_generic_alias(thread, type.value(), item); }>(
        "__class_getitem__(item, /)", "See PEP 585"),
};
constexpr MemberSpec kEntryMembers[] = {
    {"name", "the entry's base filename, relative to scandir() \"path\" argument", 2},
    {"path", "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)", 3}};
constexpr TypeSpec kDirEntrySpec = {.name = "posix.DirEntry",
                                    .doc = nullptr,
                                    .methods = kEntryMethods,
                                    .method_count = std::size(kEntryMethods),
                                    .members = kEntryMembers,
                                    .member_count = std::size(kEntryMembers),
                                    .slots = {.repr = entry_repr},
                                    .ops = &kDirEntryOps,
                                    .size = sizeof(DirEntry),
                                    .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

// The iterator. Threads: the stream is taken out while it is read, so two threads never read it at once; the second one
// waits for the lock byte, which is held only for the exchange.
class ScandirIterator final : public Object {
 public:
  std::atomic<DIR*> stream;
  Field prefix;  // what entry paths begin with: the path with its slash, str or bytes
  Field path;    // as given, for messages
  i32 dir_fd;
  bool is_bytes;
  std::atomic<bool> closed;
};
ScandirIterator& scandir_of(Value self) { return *static_cast<ScandirIterator*>(self.object()); }
void visit_scandir(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<ScandirIterator&>(object).prefix);
  visitor.visit(static_cast<ScandirIterator&>(object).path);
}
void release_scandir(Object& object) {
  if (DIR* stream = static_cast<ScandirIterator&>(object).stream.exchange(nullptr)) closedir(stream);
}
usize scandir_size(const Object&) { return sizeof(ScandirIterator); }
const ObjectOps kScandirOps = {"ScandirIterator", visit_scandir, release_scandir, scandir_size};

void close_stream(Thread& thread, ScandirIterator& iterator) {
  DIR* stream = iterator.stream.exchange(nullptr);
  if (!stream) return;
  Detached detached(thread);
  closedir(stream);
}

Result<Ref<>> make_entry(Thread& thread, ScandirIterator& iterator, const std::string& name, u64 inode, u8 type) {
  Ref<DirEntry> entry = TRY(new_object<DirEntry>(thread, *dir_entry_type));
  entry->inode = inode;
  entry->dir_fd = iterator.dir_fd;
  entry->type = type;
  Ref<> text = TRY(make_file_name(thread, name, iterator.is_bytes));
  Ref<> path = iterator.dir_fd >= 0 ? text.share() : TRY(binary(thread, BinaryOp::add, iterator.prefix.peek(), text));
  entry->name.initialize(std::move(text));
  entry->path.initialize(std::move(path));
  return Ref<>(std::move(entry));
}

Result<Ref<>> scandir_next(Thread& thread, Value self) {
  ScandirIterator& iterator = scandir_of(self);
  DIR* stream = iterator.stream.exchange(nullptr);
  if (!stream) return Ref<>::adopt(Done);
  std::string name;
  u64 inode = 0;
  u8 type = DT_UNKNOWN;
  int error = 0;
  {
    Detached detached(thread);
    errno = 0;
    dirent* entry = readdir(stream);
    while (entry && is_dot(entry->d_name)) entry = readdir(stream);
    if (entry) {
      name = entry->d_name;
      inode = entry->d_ino;
      type = entry->d_type;
    } else {
      error = errno;
      closedir(stream);
      stream = nullptr;
    }
  }
  if (stream && iterator.closed.load()) {  // closed meanwhile
    closedir(stream);
    return Ref<>::adopt(Done);
  }
  if (error) return raise_os_error(thread, error, iterator.path.peek());
  if (!stream) return Ref<>::adopt(Done);
  iterator.stream.store(stream);
  return make_entry(thread, iterator, name, inode, type);
}

Result<void> scandir_close(Thread& thread, Value self) {
  scandir_of(self).closed.store(true);
  close_stream(thread, scandir_of(self));
  return {};
}
Result<Ref<>> scandir_enter(Thread&, Value self) { return Ref<>::share(self); }
Result<void> scandir_exit(Thread& thread, Value self, Rest) { return scandir_close(thread, self); }
Result<Ref<>> scandir_iter(Thread&, Value self) { return Ref<>::share(self); }
Result<void> scandir_finalize(Thread& thread, Value self) {
  ScandirIterator& iterator = scandir_of(self);
  if (!iterator.stream.load()) return {};
  warn_unclosed(thread, self, "unclosed scandir iterator {!r}");
  close_stream(thread, iterator);
  return {};
}

constexpr MethodSpec kScandirMethods[] = {
    def<scandir_enter>("__enter__()", nullptr),
    def<scandir_exit>("__exit__(*args)", nullptr),
    def<scandir_close>("close()", nullptr),
};
constexpr TypeSpec kScandirSpec = {.name = "posix.ScandirIterator",
                                   .doc = nullptr,
                                   .methods = kScandirMethods,
                                   .method_count = std::size(kScandirMethods),
                                   .slots = {.iter = scandir_iter, .next = scandir_next, .finalize = scandir_finalize},
                                   .ops = &kScandirOps,
                                   .size = sizeof(ScandirIterator),
                                   .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

Result<Ref<>> os_scandir(Thread& thread, NullablePathOrFd& path) {
  DIR* stream = nullptr;
  TRY(call_or_raise(thread, [&] { return (stream = open_directory(path)) ? 0 : -1; }, path.name()));
  Result<Ref<ScandirIterator>> made = new_object<ScandirIterator>(thread, *scandir_type);
  if (made.failed()) {
    closedir(stream);
    return failure;
  }
  Ref<ScandirIterator> iterator = made.take();
  iterator->stream.store(stream);
  iterator->closed.store(false);
  iterator->dir_fd = path.is_fd ? path.fd : -1;
  iterator->is_bytes = path.is_bytes;
  iterator->path.initialize(Ref<>::share(path.name()));
  std::string prefix = path.text;
  if (!prefix.empty() && prefix.back() != '/') prefix += '/';
  iterator->prefix.initialize(TRY(make_file_name(thread, prefix, path.is_bytes)));
  return Ref<>(std::move(iterator));
}

constexpr MethodSpec kFunctions[] = {
    function<os_listdir>("listdir(path=None)", "Return a list containing the names of the files in the directory."),
    function<os_scandir>("scandir(path=None)", "Return an iterator of DirEntry objects for given path."),
};

}  // namespace

const std::span<const MethodSpec> kDirectoryFunctions = kFunctions;

Result<void> add_directory_types(Thread& thread, Module& module) {
  dir_entry_type = TRY(add_type_to_module(thread, module, kDirEntrySpec));
  scandir_type = &make_builtin_type(thread, kScandirSpec);
  finish_builtin_type(thread, *scandir_type);
  return {};
}

}  // namespace py::posix
