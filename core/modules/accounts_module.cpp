// pwd and grp: the databases of users and groups. Threads: the reentrant functions look up one entry; a listing walks
// the C library's own cursor, under a lock.
#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <vector>

#include "core/bind/struct_sequence.h"
#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"
#include "core/object/number.h"
#include "threading/sync/mutex.h"

namespace py {

namespace {

constexpr StructSequenceField kUserFields[] = {
    {"pw_name", "user name"},  {"pw_passwd", "password"},    {"pw_uid", "user id"},        {"pw_gid", "group id"},
    {"pw_gecos", "real name"}, {"pw_dir", "home directory"}, {"pw_shell", "shell program"}};
constexpr StructSequenceSpec kUserResult = {"pwd.struct_passwd", "pwd.struct_passwd: Results from getpw*() routines.",
                                            kUserFields, 7, 7};
constexpr StructSequenceField kGroupFields[] = {
    {"gr_name", "group name"}, {"gr_passwd", "password"}, {"gr_gid", "group id"}, {"gr_mem", "group members"}};
constexpr StructSequenceSpec kGroupResult = {"grp.struct_group", "grp.struct_group: Results from getgr*() routines.",
                                             kGroupFields, 4, 4};
Type *user_type, *group_type;
Mutex listing_mutex;

Result<Ref<>> text_of(Thread& thread, const char* text) {
  return text ? decode_file_name(thread, text) : Result<Ref<>>(Ref<>::adopt(None));
}

// An id, or -1 for one that the system cannot have.
Result<i64> id_argument(Thread& thread, Value value) {
  Ref<> integer = TRY(to_index(thread, value));
  i64 number;
  return integer_fits(integer, number) && number >= 0 && number < i64{UINT32_MAX} ? number : -1;
}

Result<Ref<>> make_user(Thread& thread, const passwd& entry) {
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *user_type));
  const char* texts[] = {entry.pw_name,  entry.pw_passwd, nullptr,       nullptr,
                         entry.pw_gecos, entry.pw_dir,    entry.pw_shell};
  for (usize i = 0; i < std::size(texts); ++i) {
    if (i != 2 && i != 3) set_struct_field(*result, i, TRY(text_of(thread, texts[i])));
  }
  set_struct_field(*result, 2, Ref<>::adopt(Value::integer(entry.pw_uid)));
  set_struct_field(*result, 3, Ref<>::adopt(Value::integer(entry.pw_gid)));
  return Ref<>(std::move(result));
}
Result<Ref<>> make_group(Thread& thread, const group& entry) {
  Ref<Tuple> result = TRY(new_struct_sequence(thread, *group_type));
  Ref<List> members = TRY(List::make(thread));
  for (char** member = entry.gr_mem; member && *member; ++member)
    TRY(members->append(thread, TRY(text_of(thread, *member))));
  set_struct_field(*result, 0, TRY(text_of(thread, entry.gr_name)));
  set_struct_field(*result, 1, TRY(text_of(thread, entry.gr_passwd)));
  set_struct_field(*result, 2, Ref<>::adopt(Value::integer(entry.gr_gid)));
  set_struct_field(*result, 3, Ref<>(std::move(members)));
  return Ref<>(std::move(result));
}

// Calls a *_r function with ever more room. False: no such entry. `block` holds the entry's texts.
template <class Entry, class Call>
Result<bool> look_up(Thread& thread, Entry& entry, std::vector<char>& block, Call&& system_call) {
  for (block.resize(1024);; block.resize(2 * block.size())) {
    Entry* found = nullptr;
    int status;
    {
      Detached detached(thread);
      status = system_call(&entry, block.data(), block.size(), &found);
    }
    if (status == ERANGE && block.size() < (usize{1} << 24)) continue;
    if (status == ENOMEM) return raise_memory_error(thread);
    return found != nullptr;
  }
}

Result<std::string> name_argument(Thread& thread, Value name, const char* function) {
  if (!is<Str>(name))
    return raise(thread, types.TypeError, "{}() argument must be str, not {}", function, type_of(name));
  std::string text = TRY(encode_file_name(thread, name));
  if (text.find('\0') != std::string::npos) return raise(thread, types.ValueError, "embedded null byte");
  return text;
}

Result<Ref<>> pwd_getpwuid(Thread& thread, Value uid) {
  const i64 id = TRY(id_argument(thread, uid));
  passwd entry;
  std::vector<char> block;
  const bool found =
      id >= 0 && TRY(look_up(thread, entry, block, [&](passwd* at, char* data, usize size, passwd** out) {
        return getpwuid_r(static_cast<uid_t>(id), at, data, size, out);
      }));
  if (!found) {
    Ref<Str> message = TRY(format_str(thread, "getpwuid(): uid not found: {}", uid));
    return raise_key_error(thread, message.value());
  }
  return make_user(thread, entry);
}
Result<Ref<>> pwd_getpwnam(Thread& thread, Value name) {
  const std::string text = TRY(name_argument(thread, name, "getpwnam"));
  passwd entry;
  std::vector<char> block;
  if (TRY(look_up(thread, entry, block, [&](passwd* at, char* data, usize size, passwd** out) {
        return getpwnam_r(text.c_str(), at, data, size, out);
      }))) {
    return make_user(thread, entry);
  }
  Ref<Str> message = TRY(format_str(thread, "getpwnam(): name not found: {!r}", name));
  return raise_key_error(thread, message.value());
}
Result<Ref<>> grp_getgrgid(Thread& thread, Value id_value) {
  const i64 id = TRY(id_argument(thread, id_value));
  group entry;
  std::vector<char> block;
  const bool found = id >= 0 && TRY(look_up(thread, entry, block, [&](group* at, char* data, usize size, group** out) {
                       return getgrgid_r(static_cast<gid_t>(id), at, data, size, out);
                     }));
  if (!found) {
    Ref<Str> message = TRY(format_str(thread, "getgrgid(): gid not found: {}", id_value));
    return raise_key_error(thread, message.value());
  }
  return make_group(thread, entry);
}
Result<Ref<>> grp_getgrnam(Thread& thread, Value name) {
  const std::string text = TRY(name_argument(thread, name, "getgrnam"));
  group entry;
  std::vector<char> block;
  if (TRY(look_up(thread, entry, block, [&](group* at, char* data, usize size, group** out) {
        return getgrnam_r(text.c_str(), at, data, size, out);
      }))) {
    return make_group(thread, entry);
  }
  Ref<Str> message = TRY(format_str(thread, "getgrnam(): name not found: {!r}", name));
  return raise_key_error(thread, message.value());
}

// The ids first, under the lock; the entries after it.
template <class Entry, auto rewind, auto step, auto end, auto id_of, auto look>
Result<Ref<List>> all_entries(Thread& thread) {
  std::vector<i64> ids;
  {
    Detached detached(thread);
    MutexGuard guard(listing_mutex);
    rewind();
    while (Entry* entry = step()) ids.push_back(id_of(*entry));
    end();
  }
  Ref<List> result = TRY(List::make(thread));
  for (i64 id : ids) TRY(result->append(thread, TRY(look(thread, Value::integer(id)))));
  return result;
}
i64 id_of_user(const passwd& entry) { return entry.pw_uid; }
i64 id_of_group(const group& entry) { return entry.gr_gid; }
Result<Ref<List>> pwd_getpwall(Thread& thread) {
  return all_entries<passwd, setpwent, getpwent, endpwent, id_of_user, pwd_getpwuid>(thread);
}
Result<Ref<List>> grp_getgrall(Thread& thread) {
  return all_entries<group, setgrent, getgrent, endgrent, id_of_group, grp_getgrgid>(thread);
}

constexpr MethodSpec kUserFunctions[] = {
    function<pwd_getpwuid>("getpwuid(uidobj, /)", "Return the password database entry for the given numeric user ID."),
    function<pwd_getpwnam>("getpwnam(name, /)", "Return the password database entry for the given user name."),
    function<pwd_getpwall>("getpwall()",
                           "Return a list of all available password database entries, in arbitrary order."),
};
constexpr MethodSpec kGroupFunctions[] = {
    function<grp_getgrgid>("getgrgid(id)", "Return the group database entry for the given numeric group ID."),
    function<grp_getgrnam>("getgrnam(name)", "Return the group database entry for the given group name."),
    function<grp_getgrall>("getgrall()", "Return a list of all available group entries, in arbitrary order."),
};

Result<void> initialize_users(Thread& thread, Module& module) {
  user_type = &make_struct_sequence_type(thread, kUserResult);
  return add_to_module(thread, module, "struct_passwd", user_type->value());
}
Result<void> initialize_groups(Thread& thread, Module& module) {
  group_type = &make_struct_sequence_type(thread, kGroupResult);
  return add_to_module(thread, module, "struct_group", group_type->value());
}

}  // namespace

const ModuleSpec kPwdModule = {"pwd", "This module provides access to the Unix password database.", kUserFunctions,
                               std::size(kUserFunctions), initialize_users};
const ModuleSpec kGrpModule = {"grp", "Access to the Unix group database.", kGroupFunctions, std::size(kGroupFunctions),
                               initialize_groups};

}  // namespace py
