// _crypt: hashed passwords by the C library.
#include <crypt.h>

#include <cerrno>

#include "core/modules/posix/path_argument.h"
#include "core/modules/registry.h"

namespace py {

namespace {

Result<Ref<>> crypt_crypt(Thread& thread, Str& word, Str& salt) {
  const std::string password = word.utf8(), setting = salt.utf8();
  crypt_data state{};
  const char* hashed;
  {
    Detached detached(thread);
    hashed = crypt_r(password.c_str(), setting.c_str(), &state);
  }
  if (!hashed) return raise_os_error(thread, errno);
  return decode_file_name(thread, hashed);
}
constexpr MethodSpec kFunctions[] = {function<crypt_crypt>(
    "crypt(word, salt, /)", "Hash a *word* with the given *salt* and return the hashed password.")};

}  // namespace

const ModuleSpec kCryptModule = {"_crypt", nullptr, kFunctions, std::size(kFunctions)};

}  // namespace py
