// _hashlib.HMAC: keyed digests by OpenSSL.
#include <openssl/core_names.h>
#include <openssl/params.h>

#include "core/modules/hashlib/digests.h"
#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "threading/sync/mutex.h"

namespace py::hashes {

namespace {

constexpr isize kDetachAbove = 2048;

// A running HMAC. Threads: `mutex` guards the context; large updates run detached.
struct State {
  Mutex mutex;
  EVP_MAC_CTX* context = nullptr;
  const EVP_MD* digest = nullptr;
};
class Hmac final : public Object {
 public:
  State* state;
  u64 reserved;
};
void release(Object& object) {
  State* state = static_cast<Hmac&>(object).state;
  if (state) EVP_MAC_CTX_free(state->context);
  delete state;
}
const ObjectOps kOps = {"HMAC", nullptr, release, fixed_size};

Type* hmac_type;
State& state_of(Value self) { return *static_cast<Hmac*>(self.object())->state; }

Result<Ref<>> make(Thread& thread, EVP_MAC_CTX* context, const EVP_MD* digest) {
  if (!context) return raise_memory_error(thread);
  Result<Ref<Hmac>> made = new_object<Hmac>(thread, *hmac_type);
  if (made.failed()) {
    EVP_MAC_CTX_free(context);
    return failure;
  }
  Ref<Hmac> hmac = made.take();
  hmac->state = new State();
  hmac->state->context = context;
  hmac->state->digest = digest;
  return Ref<>(std::move(hmac));
}

void feed(Thread& thread, State& state, const Buffer& data) {
  if (data.size > kDetachAbove) {
    Detached detached(thread);
    MutexGuard guard(state.mutex);
    EVP_MAC_update(state.context, data.data, static_cast<usize>(data.size));
  } else {
    MutexGuard guard(state.mutex);
    EVP_MAC_update(state.context, data.data, static_cast<usize>(data.size));
  }
}

Result<Ref<>> hmac_new(Thread& thread, Buffer& key, Value message, Value digestmod) {
  if (digestmod.is_none()) return raise(thread, types.TypeError, "Missing required parameter 'digestmod'.");
  const EVP_MD* digest = TRY(digest_argument(thread, digestmod));
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);  // looked up once and kept
  EVP_MAC_CTX* context = algorithm ? EVP_MAC_CTX_new(algorithm) : nullptr;
  Ref<> hmac = TRY(make(thread, context, digest));
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(EVP_MD_get0_name(digest)), 0),
      OSSL_PARAM_construct_end()};
  static const u8 no_key[1] = {};
  if (!EVP_MAC_init(context, key.size ? key.data : no_key, static_cast<usize>(key.size), parameters)) {
    return raise(thread, types.ValueError, "could not start HMAC");
  }
  if (!message.is_none()) {
    Buffer data = TRY(get_buffer(thread, message));
    feed(thread, state_of(hmac), data);
  }
  return hmac;
}

std::string finish(State& state) {
  EVP_MAC_CTX* copy;
  {
    MutexGuard guard(state.mutex);
    copy = EVP_MAC_CTX_dup(state.context);
  }
  u8 bytes[EVP_MAX_MD_SIZE];
  usize size = 0;
  EVP_MAC_final(copy, bytes, &size, sizeof bytes);
  EVP_MAC_CTX_free(copy);
  return {reinterpret_cast<char*>(bytes), size};
}

Result<void> hmac_update(Thread& thread, Value self, Value message) {
  if (is<Str>(message)) return raise(thread, types.TypeError, "Strings must be encoded before hashing");
  Buffer data = TRY(get_buffer(thread, message));
  feed(thread, state_of(self), data);
  return {};
}
Result<Ref<Bytes>> hmac_digest(Thread& thread, Value self) { return Bytes::from(thread, finish(state_of(self))); }
Result<Ref<Str>> hmac_hexdigest(Thread& thread, Value self) {
  return Str::from_ascii(thread, hex_digits(finish(state_of(self))));
}
Result<Ref<>> hmac_copy(Thread& thread, Value self) {
  State& state = state_of(self);
  EVP_MAC_CTX* copy;
  {
    MutexGuard guard(state.mutex);
    copy = EVP_MAC_CTX_dup(state.context);
  }
  return make(thread, copy, state.digest);
}
Result<Ref<>> hmac_name(Thread& thread, Value self) {
  return Ref<>(TRY(Str::from_ascii(thread, "hmac-" + python_name(state_of(self).digest))));
}
Result<Ref<>> hmac_digest_size(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(EVP_MD_get_size(state_of(self).digest)));
}
Result<Ref<>> hmac_block_size(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(EVP_MD_get_block_size(state_of(self).digest)));
}
Result<Ref<>> hmac_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  return format_str(thread, "<{} HMAC object @ {}>", python_name(state_of(self).digest), address);
}

constexpr MethodSpec kMethods[] = {
    def<hmac_update>("update(msg)", "Update the HMAC object with msg."),
    def<hmac_digest>("digest()", "Return the digest of the bytes passed to the update() method so far."),
    def<hmac_hexdigest>("hexdigest()", "Return hexadecimal digest of the bytes passed to the update() method so far."),
    def<hmac_copy>("copy()", "Return a copy (\"clone\") of the HMAC object."),
};
constexpr PropertySpec kProperties[] = {
    {"name", nullptr, hmac_name}, {"digest_size", nullptr, hmac_digest_size}, {"block_size", nullptr, hmac_block_size}};
constexpr TypeSpec kSpec = {.name = "_hashlib.HMAC",
                            .doc = "The object used to calculate HMAC of a message.",
                            .methods = kMethods,
                            .method_count = std::size(kMethods),
                            .properties = kProperties,
                            .property_count = std::size(kProperties),
                            .slots = {.repr = hmac_repr},
                            .ops = &kOps,
                            .size = sizeof(Hmac),
                            .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
constexpr MethodSpec kFunctions[] = {
    function<hmac_new>("hmac_new(key, msg=None, digestmod=None)", "Return a new hmac object.")};

}  // namespace

Result<void> add_hmac(Thread& thread, Module& module) {
  hmac_type = TRY(add_type_to_module(thread, module, kSpec));
  return add_functions_to_module(thread, module, kFunctions, std::size(kFunctions));
}

}  // namespace py::hashes
