// _hashlib: OpenSSL's digests.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <vector>

#include "core/modules/hashlib/digests.h"
#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/names.h"
#include "core/object/type_system.h"
#include "threading/runtime/safepoint.h"
#include "threading/sync/mutex.h"

namespace py {

namespace {

// A running digest. Threads: `lock` guards the context; large updates run detached.
class Hash final : public Object {
 public:
  EVP_MD_CTX* context;
  Mutex* lock;
  static const ObjectOps kOps;
};

void hash_release(Object& object) {
  Hash& hash = static_cast<Hash&>(object);
  EVP_MD_CTX_free(hash.context);
  delete hash.lock;
}
usize hash_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps Hash::kOps = {"HASH", nullptr, hash_release, hash_size};

Type* hash_type;
Type* xof_type;
constexpr isize kDetachAbove = 2048;

Hash& hash_of_self(Value self) { return *static_cast<Hash*>(self.object()); }

Result<Ref<Hash>> new_hash(Thread& thread, Type& type) {
  Ref<Hash> hash = TRY(allocate<Hash>(thread, type, sizeof(Hash)));
  hash->context = EVP_MD_CTX_new();
  hash->lock = new Mutex();
  if (!hash->context) return raise_memory_error(thread);
  return hash;
}

void feed(Thread& thread, Hash& hash, const Buffer& data) {
  if (data.size > kDetachAbove) {
    Detached detached(thread);
    MutexGuard guard(*hash.lock);
    EVP_DigestUpdate(hash.context, data.data, static_cast<usize>(data.size));
  } else {
    MutexGuard guard(*hash.lock);
    EVP_DigestUpdate(hash.context, data.data, static_cast<usize>(data.size));
  }
}

bool is_xof(const EVP_MD* digest) { return EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF; }

Result<Ref<>> make_digest(Thread& thread, const EVP_MD* digest, const char* name, Value data) {
  if (!digest) return raise(thread, types.ValueError, "unsupported hash type {}", name);
  Ref<Hash> hash = TRY(new_hash(thread, is_xof(digest) ? *xof_type : *hash_type));
  EVP_DigestInit_ex(hash->context, digest, nullptr);
  if (data != Unbound) {
    if (is<Str>(data)) return raise(thread, types.TypeError, "Strings must be encoded before hashing");
    Buffer buffer = TRY(get_buffer(thread, data));
    feed(thread, *hash, buffer);
  }
  return Ref<>(std::move(hash));
}

Result<void> hash_update(Thread& thread, Value self, Value data) {
  if (is<Str>(data)) return raise(thread, types.TypeError, "Strings must be encoded before hashing");
  Buffer buffer = TRY(get_buffer(thread, data));
  feed(thread, hash_of_self(self), buffer);
  return {};
}
Result<Ref<>> hash_copy(Thread& thread, Value self) {
  Ref<Hash> copy = TRY(new_hash(thread, type_of(self)));
  MutexGuard guard(*hash_of_self(self).lock);
  EVP_MD_CTX_copy_ex(copy->context, hash_of_self(self).context);
  return Ref<>(std::move(copy));
}
std::string finish(Value self, usize length) {
  Hash& hash = hash_of_self(self);
  EVP_MD_CTX* copy = EVP_MD_CTX_new();
  {
    MutexGuard guard(*hash.lock);
    EVP_MD_CTX_copy_ex(copy, hash.context);
  }
  std::string bytes(length ? length : EVP_MAX_MD_SIZE, '\0');
  if (length) {
    EVP_DigestFinalXOF(copy, reinterpret_cast<u8*>(bytes.data()), length);
  } else {
    unsigned size = 0;
    EVP_DigestFinal_ex(copy, reinterpret_cast<u8*>(bytes.data()), &size);
    bytes.resize(size);
  }
  EVP_MD_CTX_free(copy);
  return bytes;
}
Result<Ref<Bytes>> hash_digest(Thread& thread, Value self) { return Bytes::from(thread, finish(self, 0)); }
Result<Ref<Str>> hash_hexdigest(Thread& thread, Value self) {
  return Str::from_ascii(thread, hashes::hex_digits(finish(self, 0)));
}
Result<void> check_xof_length(Thread& thread, isize length) {
  if (length < 0) return raise(thread, types.ValueError, "value must be positive");
  if (length >= isize{1} << 29) return raise(thread, types.ValueError, "length is too large");
  return {};
}
Result<Ref<Bytes>> xof_digest(Thread& thread, Value self, isize length) {
  TRY(check_xof_length(thread, length));
  return Bytes::from(thread, length ? finish(self, static_cast<usize>(length)) : std::string());
}
Result<Ref<Str>> xof_hexdigest(Thread& thread, Value self, isize length) {
  TRY(check_xof_length(thread, length));
  return Str::from_ascii(thread, length ? hashes::hex_digits(finish(self, static_cast<usize>(length))) : std::string());
}

Result<Ref<>> hash_name(Thread& thread, Value self) {
  return Ref<>(TRY(Str::from_ascii(thread, hashes::python_name(EVP_MD_CTX_get0_md(hash_of_self(self).context)))));
}
Result<Ref<>> hash_digest_size(Thread&, Value self) {
  const EVP_MD* digest = EVP_MD_CTX_get0_md(hash_of_self(self).context);
  return Ref<>::adopt(Value::integer(is_xof(digest) ? 0 : EVP_MD_get_size(digest)));
}
Result<Ref<>> hash_block_size(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(EVP_MD_get_block_size(EVP_MD_CTX_get0_md(hash_of_self(self).context))));
}
Result<Ref<>> hash_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  return Ref<>(
      TRY(format_str(thread, "<{} {} object @ {}>", hashes::python_name(EVP_MD_CTX_get0_md(hash_of_self(self).context)),
                     "_hashlib.HASH", address)));
}

constexpr MethodSpec kHashMethods[] = {
    def<hash_update>("update(obj, /)", "Update this hash object's state with the provided string."),
    def<hash_digest>("digest()", "Return the digest value as a bytes object."),
    def<hash_hexdigest>("hexdigest()", "Return the digest value as a string of hexadecimal digits."),
    def<hash_copy>("copy()", "Return a copy of the hash object."),
};
constexpr MethodSpec kXofMethods[] = {
    def<hash_update>("update(obj, /)", "Update this hash object's state with the provided string."),
    def<xof_digest>("digest(length)", "Return the digest value as a bytes object."),
    def<xof_hexdigest>("hexdigest(length)", "Return the digest value as a string of hexadecimal digits."),
    def<hash_copy>("copy()", "Return a copy of the hash object."),
};
constexpr PropertySpec kHashProperties[] = {
    {"name", nullptr, hash_name}, {"digest_size", nullptr, hash_digest_size}, {"block_size", nullptr, hash_block_size}};

const TypeSpec kHashSpec = {.name = "_hashlib.HASH",
                            .doc = "A hash is an object used to calculate a checksum of a string of information.",
                            .methods = kHashMethods,
                            .method_count = std::size(kHashMethods),
                            .properties = kHashProperties,
                            .property_count = std::size(kHashProperties),
                            .slots = {.repr = hash_repr},
                            .ops = &Hash::kOps,
                            .size = sizeof(Hash),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec kXofSpec = {.name = "_hashlib.HASHXOF",
                           .doc = "A hash with a digest of any length.",
                           .methods = kXofMethods,
                           .method_count = std::size(kXofMethods),
                           .properties = kHashProperties,
                           .property_count = std::size(kHashProperties),
                           .slots = {.repr = hash_repr},
                           .ops = &Hash::kOps,
                           .size = sizeof(Hash),
                           .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

// hashlib.new(name): Python's names in OpenSSL's spelling.
Result<Ref<>> hashlib_new(Thread& thread, Str& name, Value data, bool) {
  const std::string openssl = hashes::openssl_name(name.utf8());
  EVP_MD* digest = EVP_MD_fetch(nullptr, openssl.c_str(), nullptr);
  Result<Ref<>> hash = make_digest(thread, digest, openssl.c_str(), data);
  EVP_MD_free(digest);
  return hash;
}

// The digest is looked up once and kept.
template <auto& openssl_name>
Result<Ref<>> named(Thread& thread, Value data, bool) {
  static EVP_MD* const digest = EVP_MD_fetch(nullptr, openssl_name, nullptr);
  return make_digest(thread, digest, openssl_name, data);
}
constexpr char kMd5[] = "MD5", kSha1[] = "SHA1", kSha224[] = "SHA224", kSha256[] = "SHA256", kSha384[] = "SHA384",
               kSha512[] = "SHA512", kSha3_224[] = "SHA3-224", kSha3_256[] = "SHA3-256", kSha3_384[] = "SHA3-384",
               kSha3_512[] = "SHA3-512", kShake128[] = "SHAKE128", kShake256[] = "SHAKE256";

Result<Ref<Bytes>> pbkdf2_hmac(Thread& thread, Str& name, Buffer& password, Buffer& salt, isize iterations,
                               Value dklen) {
  const EVP_MD* digest = EVP_get_digestbyname(name.utf8().c_str());
  if (!digest) return raise(thread, types.ValueError, "unsupported hash type {}", name);
  if (iterations < 1) return raise(thread, types.ValueError, "iteration value must be greater than 0.");
  const isize length = dklen.is_none() ? EVP_MD_get_size(digest) : TRY(to_isize(thread, dklen));
  if (length < 1) return raise(thread, types.ValueError, "key length must be greater than 0.");
  std::string key(static_cast<usize>(length), '\0');
  {
    Detached detached(thread);
    PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data), static_cast<int>(password.size), salt.data,
                      static_cast<int>(salt.size), static_cast<int>(iterations), digest, static_cast<int>(length),
                      reinterpret_cast<u8*>(key.data()));
  }
  return Bytes::from(thread, key);
}
Result<Ref<Bytes>> hmac_digest(Thread& thread, Buffer& key, Buffer& message, Value name) {
  const EVP_MD* digest = TRY(hashes::digest_argument(thread, name));
  u8 out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(digest, key.data, static_cast<int>(key.size), message.data, static_cast<usize>(message.size), out, &size);
  return Bytes::from(thread, {reinterpret_cast<const char*>(out), size});
}
Result<int> get_fips_mode(Thread&) { return EVP_default_properties_is_fips_enabled(nullptr); }

// A cost parameter that was not given is an error of its own, as its default means nothing.
Result<u64> scrypt_parameter(Thread& thread, Value value, const char* message) {
  if (!is_integer(value)) return raise(thread, types.TypeError, message);
  return to_u64(thread, value);
}
Result<Ref<Bytes>> scrypt(Thread& thread, Buffer& password, Value salt_value, Value n_value, Value r_value,
                          Value p_value, isize maxmem, isize dklen) {
  if (salt_value.is_none()) return raise(thread, types.TypeError, "salt is required");
  Buffer salt = TRY(get_buffer(thread, salt_value));
  const u64 n = TRY(scrypt_parameter(thread, n_value, "n is required and must be an unsigned int"));
  if (n < 2 || (n & (n - 1))) return raise(thread, types.ValueError, "n must be a power of 2.");
  const u64 r = TRY(scrypt_parameter(thread, r_value, "r is required and must be an unsigned int"));
  const u64 p = TRY(scrypt_parameter(thread, p_value, "p is required and must be an unsigned int"));
  if (maxmem < 0 || maxmem > INT32_MAX)
    return raise(thread, types.ValueError, "maxmem must be positive and smaller than {}", INT32_MAX);
  if (dklen < 1 || dklen > INT32_MAX)
    return raise(thread, types.ValueError, "dklen must be greater than 0 and smaller than {}", INT32_MAX);
  std::string key(static_cast<usize>(dklen), '\0');
  const char* secret = reinterpret_cast<const char*>(password.data);
  auto derive = [&](u8* out) {
    return EVP_PBE_scrypt(secret, static_cast<usize>(password.size), salt.data, static_cast<usize>(salt.size), n, r, p,
                          static_cast<u64>(maxmem), out, static_cast<usize>(dklen));
  };
  if (!derive(nullptr)) return raise(thread, types.ValueError, "Invalid parameter combination for n, r, p, maxmem.");
  bool done;
  {
    Detached detached(thread);
    done = derive(reinterpret_cast<u8*>(key.data()));
  }
  if (!done) return raise_memory_error(thread);
  return Bytes::from(thread, key);
}
Result<bool> compare_digest(Thread& thread, Value a, Value b) {
  std::string left, right;
  if (is<Str>(a) && is<Str>(b)) {
    if (!as<Str>(a).is_ascii() || !as<Str>(b).is_ascii()) {
      return raise(thread, types.TypeError, "comparing strings with non-ASCII characters is not supported");
    }
    left = as<Str>(a).utf8(), right = as<Str>(b).utf8();
  } else {
    if (is<Str>(a) || is<Str>(b)) {
      return raise(thread, types.TypeError, "unsupported operand types(s) or combination of types: '{}' and '{}'",
                   type_of(a), type_of(b));
    }
    Buffer x = TRY(get_buffer(thread, a)), y = TRY(get_buffer(thread, b));
    left = x.view(), right = y.view();
  }
  u8 difference = left.size() != right.size();
  for (usize i = 0; i < right.size(); ++i) difference |= static_cast<u8>((i < left.size() ? left[i] : 0) ^ right[i]);
  return difference == 0;
}

#define NAMED(python, constant)                                                        \
  function<named<constant>>("openssl_" python "(string=b'', *, usedforsecurity=True)", \
                            "Returns a " python " hash object.")
constexpr MethodSpec kFunctions[] = {
    function<hashlib_new>("new(name, string=b'', *, usedforsecurity=True)",
                          "Return a new hash object using the named algorithm."),
    NAMED("md5", kMd5),
    NAMED("sha1", kSha1),
    NAMED("sha224", kSha224),
    NAMED("sha256", kSha256),
    NAMED("sha384", kSha384),
    NAMED("sha512", kSha512),
    NAMED("sha3_224", kSha3_224),
    NAMED("sha3_256", kSha3_256),
    NAMED("sha3_384", kSha3_384),
    NAMED("sha3_512", kSha3_512),
    NAMED("shake_128", kShake128),
    NAMED("shake_256", kShake256),
    function<pbkdf2_hmac>(
        "pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None)",
        "A key from a password, by PKCS #5's second function with HMAC."),
    function<hmac_digest>("hmac_digest(key, msg, digest)", "Single-shot HMAC."),
    function<get_fips_mode>("get_fips_mode()", "Determine the OpenSSL FIPS mode of operation."),
    function<scrypt>("scrypt(password, *, salt=None, n=None, r=None, p=None, maxmem=0, dklen=64)",
                     "scrypt password-based key derivation function."),
    function<compare_digest>("compare_digest(a, b, /)",
                             "Return 'a == b', in a time that does not depend on where they differ."),
};

// The types of all hashes, also of those that modules beside _hashlib make.
void make_hash_types(Thread& thread) {
  if (hash_type) return;
  hash_type = &make_builtin_type(thread, kHashSpec);
  finish_builtin_type(thread, *hash_type);
  xof_type = &make_builtin_type(thread, kXofSpec, hash_type);
  finish_builtin_type(thread, *xof_type);
}

Result<void> initialize(Thread& thread, Module& module) {
  make_hash_types(thread);
  TRY(add_to_module(thread, module, "HASH", hash_type->value()));
  TRY(add_to_module(thread, module, "HASHXOF", xof_type->value()));
  Ref<List> names = TRY(List::make(thread));
  for (const char* name : {"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384",
                           "sha3_512", "shake_128", "shake_256", "blake2b", "blake2s"}) {
    TRY(names->append(thread, intern(thread, name).value()));
  }
  Ref<> all = TRY(call(thread, types.frozenset->value(), {names.value()}));
  TRY(add_to_module(thread, module, "openssl_md_meth_names", all));
  TRY(hashes::unsupported_digest.add(thread, module, "_hashlib", "UnsupportedDigestmodError", types.ValueError));
  return hashes::add_hmac(thread, module);
}

}  // namespace

// The modules that hashlib falls back on, and random imports.
namespace {
#define DIGEST(python, constant) \
  function<named<constant>>(python "(string=b'', *, usedforsecurity=True)", "Return a new " python " hash object.")
constexpr MethodSpec kMd5Functions[] = {DIGEST("md5", kMd5)};
constexpr MethodSpec kSha1Functions[] = {DIGEST("sha1", kSha1)};
constexpr MethodSpec kSha256Functions[] = {DIGEST("sha224", kSha224), DIGEST("sha256", kSha256)};
constexpr MethodSpec kSha512Functions[] = {DIGEST("sha384", kSha384), DIGEST("sha512", kSha512)};
constexpr MethodSpec kSha3Functions[] = {DIGEST("sha3_224", kSha3_224),  DIGEST("sha3_256", kSha3_256),
                                         DIGEST("sha3_384", kSha3_384),  DIGEST("sha3_512", kSha3_512),
                                         DIGEST("shake_128", kShake128), DIGEST("shake_256", kShake256)};
#undef DIGEST
Result<void> initialize_digests(Thread& thread, Module&) {
  make_hash_types(thread);
  return {};
}
}  // namespace

const ModuleSpec kMd5Module = {"_md5", nullptr, kMd5Functions, std::size(kMd5Functions), initialize_digests};
const ModuleSpec kSha1Module = {"_sha1", nullptr, kSha1Functions, std::size(kSha1Functions), initialize_digests};
const ModuleSpec kSha256Module = {"_sha256", nullptr, kSha256Functions, std::size(kSha256Functions),
                                  initialize_digests};
const ModuleSpec kSha512Module = {"_sha512", nullptr, kSha512Functions, std::size(kSha512Functions),
                                  initialize_digests};
const ModuleSpec kSha3Module = {"_sha3", nullptr, kSha3Functions, std::size(kSha3Functions), initialize_digests};

const ModuleSpec kHashlibModule = {"_hashlib", "OpenSSL interface for hashlib module", kFunctions,
                                   std::size(kFunctions), initialize};

}  // namespace py
