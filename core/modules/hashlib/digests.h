// What the files of the module `_hashlib` share: Python's names of OpenSSL's digests. Threads: constant tables.
#pragma once
#include <openssl/evp.h>

#include <string>

#include "core/modules/exception_class.h"

namespace py::hashes {

extern ModuleException unsupported_digest;  // UnsupportedDigestmodError

// OpenSSL's spelling of a name such as "sha3_256", and back.
std::string openssl_name(std::string python_name);
std::string python_name(const EVP_MD* digest);
std::string hex_digits(const std::string& bytes);
// A digest by its name or by the openssl_* function that makes it; not one of variable length.
Result<const EVP_MD*> digest_argument(Thread& thread, Value digestmod);

Result<void> add_hmac(Thread& thread, Module& module);

}  // namespace py::hashes
