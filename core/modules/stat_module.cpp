// _stat: what the bits of a file mode mean.
#include <sys/stat.h>

#include "core/modules/registry.h"

namespace py {

namespace {

Result<u32> to_mode(Thread& thread, Value value) {
  if (!is_integer(value)) return raise(thread, types.TypeError, "an integer is required");
  const u64 mode = TRY(to_u64(thread, value));
  if (mode > UINT32_MAX) return raise(thread, types.OverflowError, "mode out of range");
  return static_cast<u32>(mode);
}

template <u32 kind>
Result<bool> is_kind(Thread& thread, Value mode) {
  return (TRY(to_mode(thread, mode)) & S_IFMT) == kind;
}
// Doors, event ports and whiteouts do not exist here.
Result<bool> is_nothing(Thread& thread, Value mode) {
  TRY(to_mode(thread, mode));
  return false;
}
template <u32 mask>
Result<isize> masked(Thread& thread, Value mode) {
  return isize{TRY(to_mode(thread, mode)) & mask};
}

char kind_letter(u32 mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return '-';
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFBLK: return 'b';
    case S_IFCHR: return 'c';
    case S_IFIFO: return 'p';
    case S_IFSOCK: return 's';
    default: return '?';
  }
}
Result<Ref<Str>> filemode(Thread& thread, Value value) {
  const u32 mode = TRY(to_mode(thread, value));
  char text[10] = {kind_letter(mode)};
  for (u32 i = 0; i < 9; ++i) text[i + 1] = mode & (0400u >> i) ? "rwx"[i % 3] : '-';
  // The special bits share the place of an execute bit, in capitals where that is off.
  const struct {
    u32 bit, execute, place;
    char both, alone;
  } special[] = {{S_ISUID, S_IXUSR, 3, 's', 'S'}, {S_ISGID, S_IXGRP, 6, 's', 'S'}, {S_ISVTX, S_IXOTH, 9, 't', 'T'}};
  for (const auto& row : special) {
    if (mode & row.bit) text[row.place] = mode & row.execute ? row.both : row.alone;
  }
  return Str::from_ascii(thread, {text, sizeof text});
}

constexpr MethodSpec kFunctions[] = {
    function<is_kind<S_IFDIR>>("S_ISDIR(mode, /)", "S_ISDIR(mode) -> bool\n\nReturn True if mode is from a directory."),
    function<is_kind<S_IFCHR>>("S_ISCHR(mode, /)",
                               "S_ISCHR(mode) -> bool\n\nReturn True if mode is from a character special device file."),
    function<is_kind<S_IFBLK>>("S_ISBLK(mode, /)",
                               "S_ISBLK(mode) -> bool\n\nReturn True if mode is from a block special device file."),
    function<is_kind<S_IFREG>>("S_ISREG(mode, /)", "S_ISREG(mode) -> bool\n\nReturn True if mode is from a regular file."),
    function<is_kind<S_IFIFO>>("S_ISFIFO(mode, /)",
                               "S_ISFIFO(mode) -> bool\n\nReturn True if mode is from a FIFO (named pipe)."),
    function<is_kind<S_IFLNK>>("S_ISLNK(mode, /)", "S_ISLNK(mode) -> bool\n\nReturn True if mode is from a symbolic link."),
    function<is_kind<S_IFSOCK>>("S_ISSOCK(mode, /)", "S_ISSOCK(mode) -> bool\n\nReturn True if mode is from a socket."),
    function<is_nothing>("S_ISDOOR(mode, /)", "S_ISDOOR(mode) -> bool\n\nReturn True if mode is from a door."),
    function<is_nothing>("S_ISPORT(mode, /)", "S_ISPORT(mode) -> bool\n\nReturn True if mode is from an event port."),
    function<is_nothing>("S_ISWHT(mode, /)", "S_ISWHT(mode) -> bool\n\nReturn True if mode is from a whiteout."),
    function<masked<07777>>("S_IMODE(mode, /)", "Return the portion of the file's mode that can be set by os.chmod()."),
    function<masked<S_IFMT>>("S_IFMT(mode, /)", "Return the portion of the file's mode that describes the file type."),
    function<filemode>("filemode(mode, /)", "Convert a file's mode to a string of the form '-rwxrwxrwx'"),
};

constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {
    {"S_IFDIR", S_IFDIR},     {"S_IFCHR", S_IFCHR},     {"S_IFBLK", S_IFBLK},       {"S_IFREG", S_IFREG},
    {"S_IFIFO", S_IFIFO},     {"S_IFLNK", S_IFLNK},     {"S_IFSOCK", S_IFSOCK},     {"S_IFDOOR", 0},
    {"S_IFPORT", 0},          {"S_IFWHT", 0},           {"S_ISUID", S_ISUID},       {"S_ISGID", S_ISGID},
    {"S_ISVTX", S_ISVTX},     {"S_ENFMT", S_ISGID},     {"S_IREAD", S_IRUSR},       {"S_IWRITE", S_IWUSR},
    {"S_IEXEC", S_IXUSR},     {"S_IRWXU", S_IRWXU},     {"S_IRUSR", S_IRUSR},       {"S_IWUSR", S_IWUSR},
    {"S_IXUSR", S_IXUSR},     {"S_IRWXG", S_IRWXG},     {"S_IRGRP", S_IRGRP},       {"S_IWGRP", S_IWGRP},
    {"S_IXGRP", S_IXGRP},     {"S_IRWXO", S_IRWXO},     {"S_IROTH", S_IROTH},       {"S_IWOTH", S_IWOTH},
    {"S_IXOTH", S_IXOTH},     {"UF_NODUMP", 0x1},       {"UF_IMMUTABLE", 0x2},      {"UF_APPEND", 0x4},
    {"UF_OPAQUE", 0x8},       {"UF_NOUNLINK", 0x10},    {"UF_COMPRESSED", 0x20},    {"UF_HIDDEN", 0x8000},
    {"SF_ARCHIVED", 0x10000}, {"SF_IMMUTABLE", 0x20000}, {"SF_APPEND", 0x40000},    {"SF_NOUNLINK", 0x100000},
    {"SF_SNAPSHOT", 0x200000}, {"ST_MODE", 0},          {"ST_INO", 1},              {"ST_DEV", 2},
    {"ST_NLINK", 3},          {"ST_UID", 4},            {"ST_GID", 5},              {"ST_SIZE", 6},
    {"ST_ATIME", 7},          {"ST_MTIME", 8},          {"ST_CTIME", 9},
};

Result<void> initialize(Thread& thread, Module& module) {
  for (const auto& constant : kConstants) TRY(add_int_to_module(thread, module, constant.name, constant.value));
  return {};
}

}  // namespace

const ModuleSpec kStatModule = {"_stat",
                                "Names for what os.stat() answers: S_IF* are file types, S_I* other bits of a mode,\n"
                                "UF_* and SF_* the flags that file systems of BSD and macOS know, ST_* the places of the\n"
                                "fields in the tuple.",
                                kFunctions, std::size(kFunctions), initialize};

}  // namespace py
