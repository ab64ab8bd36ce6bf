#include "core/modules/hashlib/digests.h"

#include <cctype>

namespace py::hashes {

ModuleException unsupported_digest;

std::string openssl_name(std::string name) {
  if (name.starts_with("sha3_") || name.starts_with("shake_")) name[name.find('_')] = '-';
  if (name == "blake2b") return "blake2b512";
  if (name == "blake2s") return "blake2s256";
  return name;
}

std::string python_name(const EVP_MD* digest) {
  const std::string name = EVP_MD_get0_name(digest);
  static constexpr std::pair<const char*, const char*> kNames[] = {{"MD5", "md5"},
                                                                   {"SHA1", "sha1"},
                                                                   {"SHA2-224", "sha224"},
                                                                   {"SHA2-256", "sha256"},
                                                                   {"SHA2-384", "sha384"},
                                                                   {"SHA2-512", "sha512"},
                                                                   {"SHA3-224", "sha3_224"},
                                                                   {"SHA3-256", "sha3_256"},
                                                                   {"SHA3-384", "sha3_384"},
                                                                   {"SHA3-512", "sha3_512"},
                                                                   {"SHAKE-128", "shake_128"},
                                                                   {"SHAKE-256", "shake_256"},
                                                                   {"BLAKE2B-512", "blake2b"},
                                                                   {"BLAKE2S-256", "blake2s"},
                                                                   {"SHA224", "sha224"},
                                                                   {"SHA256", "sha256"},
                                                                   {"SHA384", "sha384"},
                                                                   {"SHA512", "sha512"}};
  for (auto [openssl, python] : kNames) {
    if (name == openssl) return python;
  }
  std::string lower;
  for (char c : name) lower += static_cast<char>(std::tolower(c));
  return lower;
}

std::string hex_digits(const std::string& bytes) {
  std::string text(2 * bytes.size(), '\0');
  char* out = text.data();
  for (char c : bytes) {
    *out++ = "0123456789abcdef"[static_cast<u8>(c) >> 4];
    *out++ = "0123456789abcdef"[static_cast<u8>(c) & 15];
  }
  return text;
}

namespace {

// The digest that an openssl_* function makes; null when it is none of them.
const char* digest_of_constructor(Value function) {
  if (!function.is_object() || &type_of(function) != types.builtin_function) return nullptr;
  static constexpr std::pair<std::string_view, const char*> kConstructors[] = {
      {"openssl_md5", "MD5"},           {"openssl_sha1", "SHA1"},         {"openssl_sha224", "SHA224"},
      {"openssl_sha256", "SHA256"},     {"openssl_sha384", "SHA384"},     {"openssl_sha512", "SHA512"},
      {"openssl_sha3_224", "SHA3-224"}, {"openssl_sha3_256", "SHA3-256"}, {"openssl_sha3_384", "SHA3-384"},
      {"openssl_sha3_512", "SHA3-512"}};
  const std::string_view name = static_cast<NativeFunction*>(function.object())->spec->name;
  for (auto [constructor, digest] : kConstructors) {
    if (name == constructor) return digest;
  }
  return nullptr;
}

}  // namespace

Result<const EVP_MD*> digest_argument(Thread& thread, Value digestmod) {
  const EVP_MD* digest = nullptr;
  if (is<Str>(digestmod)) {
    digest = EVP_get_digestbyname(openssl_name(as<Str>(digestmod).utf8()).c_str());
  } else if (const char* name = digest_of_constructor(digestmod)) {
    digest = EVP_get_digestbyname(name);
  }
  if (!digest || (EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF)) {
    if (is<Str>(digestmod)) return raise(thread, unsupported_digest, "unsupported hash type {}", digestmod);
    return raise(thread, unsupported_digest, "Unsupported digestmod {}", digestmod);
  }
  return digest;
}

}  // namespace py::hashes
