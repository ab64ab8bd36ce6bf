// _blake2: BLAKE2 with all its parameters, by libb2.
#include <blake2.h>

#include <cstring>

#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/number.h"
#include "threading/sync/mutex.h"

namespace py {

namespace {

struct Blake2b {
  using State = blake2b_state;
  using Parameters = blake2b_param;
  static constexpr const char* kName = "blake2b";
  static constexpr const char* kTypeName = "_blake2.blake2b";
  static constexpr const char* kDoc = "Return a new BLAKE2b hash object.";
  static constexpr i64 kDigest = BLAKE2B_OUTBYTES, kKey = BLAKE2B_KEYBYTES, kSalt = BLAKE2B_SALTBYTES,
                       kPerson = BLAKE2B_PERSONALBYTES, kBlock = BLAKE2B_BLOCKBYTES;
  static constexpr u32 kOffsetBits = 64;
  static int init(State* state, const Parameters* parameters) { return blake2b_init_param(state, parameters); }
  static int update(State* state, const u8* data, usize size) { return blake2b_update(state, data, size); }
  static int final(State* state, u8* out, usize size) { return blake2b_final(state, out, size); }
  static Type* type;
};
struct Blake2s {
  using State = blake2s_state;
  using Parameters = blake2s_param;
  static constexpr const char* kName = "blake2s";
  static constexpr const char* kTypeName = "_blake2.blake2s";
  static constexpr const char* kDoc = "Return a new BLAKE2s hash object.";
  static constexpr i64 kDigest = BLAKE2S_OUTBYTES, kKey = BLAKE2S_KEYBYTES, kSalt = BLAKE2S_SALTBYTES,
                       kPerson = BLAKE2S_PERSONALBYTES, kBlock = BLAKE2S_BLOCKBYTES;
  static constexpr u32 kOffsetBits = 48;
  static int init(State* state, const Parameters* parameters) { return blake2s_init_param(state, parameters); }
  static int update(State* state, const u8* data, usize size) { return blake2s_update(state, data, size); }
  static int final(State* state, u8* out, usize size) { return blake2s_final(state, out, size); }
  static Type* type;
};
Type* Blake2b::type;
Type* Blake2s::type;

constexpr isize kDetachAbove = 2048;

// A running hash, for both variants. Threads: `mutex` guards the state; large updates run detached.
template <class Variant>
struct Context {
  Mutex mutex;
  typename Variant::State state;
  isize digest_size;
};
class Blake2 final : public Object {
 public:
  void* context;
};
template <class V>
Context<V>& context_of(Value self) {
  return *static_cast<Context<V>*>(static_cast<Blake2*>(self.object())->context);
}
template <class V>
void release(Object& object) {
  delete static_cast<Context<V>*>(static_cast<Blake2&>(object).context);
  release_attributes(object);
}
template <class V>
constexpr ObjectOps kOps = {V::kName, visit_attributes, release<V>, fixed_size};

Result<Buffer> open_data(Thread& thread, Value data) {
  if (is<Str>(data)) return raise(thread, types.TypeError, "Strings must be encoded before hashing");
  if (!has_buffer(data)) return raise(thread, types.TypeError, "object supporting the buffer API required");
  return get_buffer(thread, data);
}
template <class V>
void feed(Thread& thread, Context<V>& context, const Buffer& data) {
  if (data.size > kDetachAbove) {
    Detached detached(thread);
    MutexGuard guard(context.mutex);
    V::update(&context.state, data.data, static_cast<usize>(data.size));
  } else {
    MutexGuard guard(context.mutex);
    V::update(&context.state, data.data, static_cast<usize>(data.size));
  }
}

// The arguments of the constructor, in the order of its signature.
enum : u32 { Data, DigestSize, Key, Salt, Person, Fanout, Depth, LeafSize, NodeOffset, NodeDepth, InnerSize, LastNode };

Result<u8> byte_argument(Thread& thread, Value value, i64 otherwise, i64 low, i64 high, const char* message) {
  if (value == Unbound) return static_cast<u8>(otherwise);
  const i64 number = TRY(to_int(thread, value));
  if (number < low || number > high) return raise(thread, types.ValueError, message, low, high);
  return static_cast<u8>(number);
}
// An int of at least 0 that has no more than `bits` bits.
Result<u64> wide_argument(Thread& thread, Value value, u32 bits, const char* name) {
  if (value == Unbound) return u64{0};
  Ref<> integer = TRY(to_index(thread, value));
  const IntegerView view(integer);
  if (view.view().negative) return raise(thread, types.ValueError, "value must be positive");
  if (big::bit_length(view) > 64) return raise(thread, types.OverflowError, "int too big to convert");
  if (big::bit_length(view) > bits) return raise(thread, types.OverflowError, "{} is too large", name);
  return big::to_u64_wrapping(view);
}
Result<void> text_argument(Thread& thread, Value value, u8* out, i64 limit, const char* name) {
  if (value == Unbound) return {};
  Buffer buffer = TRY(get_buffer(thread, value));
  if (buffer.size > limit) return raise(thread, types.ValueError, "maximum {} length is {} bytes", name, limit);
  if (buffer.size) std::memcpy(out, buffer.data, static_cast<usize>(buffer.size));
  return {};
}

template <class V>
Result<typename V::Parameters> read_parameters(Thread& thread, const Value* bound) {
  typename V::Parameters parameters{};
  parameters.digest_length = TRY(byte_argument(thread, bound[DigestSize], V::kDigest, 1, V::kDigest,
                                               "digest_size must be between {} and {} bytes"));
  TRY(text_argument(thread, bound[Salt], parameters.salt, V::kSalt, "salt"));
  TRY(text_argument(thread, bound[Person], parameters.personal, V::kPerson, "person"));
  parameters.fanout = TRY(byte_argument(thread, bound[Fanout], 1, 0, 255, "fanout must be between {} and {}"));
  parameters.depth = TRY(byte_argument(thread, bound[Depth], 1, 1, 255, "depth must be between {} and {}"));
  parameters.leaf_length = static_cast<u32>(TRY(wide_argument(thread, bound[LeafSize], 32, "leaf_size")));
  const u64 offset = TRY(wide_argument(thread, bound[NodeOffset], V::kOffsetBits, "node_offset"));
  std::memcpy(&parameters.node_offset, &offset, V::kOffsetBits / 8);
  parameters.node_depth =
      TRY(byte_argument(thread, bound[NodeDepth], 0, 0, 255, "node_depth must be between {} and {}"));
  parameters.inner_length =
      TRY(byte_argument(thread, bound[InnerSize], 0, 0, V::kDigest, "inner_size must be between {} and is {}"));
  return parameters;
}

template <class V>
Result<Ref<>> make(Thread& thread, Type& type, const Context<V>* from) {
  Ref<Blake2> hash = TRY(new_object<Blake2>(thread, type));
  auto* context = new Context<V>();
  hash->context = context;
  if (from) {
    context->state = from->state;
    context->digest_size = from->digest_size;
  }
  return Ref<>(std::move(hash));
}

template <class V>
Result<Ref<>> blake2_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(
      bound,
      "blake2(data=b'', /, *, digest_size=unset, key=b'', salt=b'', person=b'', fanout=unset, depth=unset, "
      "leaf_size=unset, node_offset=unset, node_depth=unset, inner_size=unset, last_node=False, usedforsecurity=True)",
      arguments);
  typename V::Parameters parameters = TRY(read_parameters<V>(thread, bound));
  Ref<> hash = TRY(make<V>(thread, type, nullptr));
  Context<V>& context = context_of<V>(hash);
  u8 key[V::kBlock] = {};
  if (bound[Key] != Unbound) {
    Buffer buffer = TRY(get_buffer(thread, bound[Key]));
    if (buffer.size > V::kKey) return raise(thread, types.ValueError, "maximum key length is {} bytes", V::kKey);
    if (buffer.size) std::memcpy(key, buffer.data, static_cast<usize>(buffer.size));
    parameters.key_length = static_cast<u8>(buffer.size);
  }
  V::init(&context.state, &parameters);
  context.digest_size = parameters.digest_length;
  context.state.last_node = TRY(is_true(thread, bound[LastNode]));
  if (parameters.key_length) V::update(&context.state, key, sizeof key);
  if (bound[Data] != Unbound) {
    Buffer data = TRY(open_data(thread, bound[Data]));
    feed(thread, context, data);
  }
  return hash;
}

template <class V>
Result<void> update(Thread& thread, Value self, Value data) {
  Buffer buffer = TRY(open_data(thread, data));
  feed(thread, context_of<V>(self), buffer);
  return {};
}
template <class V>
Result<Ref<>> copy(Thread& thread, Value self) {
  Context<V>& context = context_of<V>(self);
  Context<V> snapshot;
  {
    MutexGuard guard(context.mutex);
    snapshot.state = context.state;
    snapshot.digest_size = context.digest_size;
  }
  return make<V>(thread, type_of(self), &snapshot);
}
template <class V>
Result<Ref<Bytes>> digest(Thread& thread, Value self) {
  Context<V>& context = context_of<V>(self);
  typename V::State state;
  {
    MutexGuard guard(context.mutex);
    state = context.state;
  }
  u8 out[V::kDigest];
  V::final(&state, out, static_cast<usize>(context.digest_size));
  return Bytes::from(thread, {reinterpret_cast<const char*>(out), static_cast<usize>(context.digest_size)});
}
template <class V>
Result<Ref<>> hexdigest(Thread& thread, Value self) {
  Ref<Bytes> bytes = TRY(digest<V>(thread, self));
  return call_method(thread, bytes.value(), "hex");
}
template <class V>
Result<Ref<>> get_name(Thread& thread, Value) {
  return Ref<>(TRY(Str::from_ascii(thread, V::kName)));
}
template <class V>
Result<Ref<>> get_digest_size(Thread&, Value self) {
  return Ref<>::adopt(Value::integer(context_of<V>(self).digest_size));
}
template <class V>
Result<Ref<>> get_block_size(Thread&, Value) {
  return Ref<>::adopt(Value::integer(V::kBlock));
}

template <class V>
constexpr MethodSpec kMethods[] = {
    def<update<V>>("update(data, /)", "Update this hash object's state with the provided bytes-like object."),
    def<digest<V>>("digest()", "Return the digest value as a bytes object."),
    def<hexdigest<V>>("hexdigest()", "Return the digest value as a string of hexadecimal digits."),
    def<copy<V>>("copy()", "Return a copy of the hash object."),
};
template <class V>
constexpr PropertySpec kProperties[] = {{"name", nullptr, get_name<V>},
                                        {"digest_size", nullptr, get_digest_size<V>},
                                        {"block_size", nullptr, get_block_size<V>}};
template <class V>
const TypeSpec kSpec = {.name = V::kTypeName,
                        .doc = V::kDoc,
                        .methods = kMethods<V>,
                        .method_count = std::size(kMethods<V>),
                        .properties = kProperties<V>,
                        .property_count = std::size(kProperties<V>),
                        .slots = {.new_ = blake2_new<V>},
                        .ops = &kOps<V>,
                        .size = sizeof(Blake2),
                        .flags = static_cast<u32>(TypeFlag::Subclassable)};

template <class V>
Result<void> add_variant(Thread& thread, Module& module, const char* prefix) {
  V::type = TRY(add_type_to_module(thread, module, kSpec<V>));
  const std::pair<const char*, i64> limits[] = {
      {"SALT_SIZE", V::kSalt}, {"PERSON_SIZE", V::kPerson}, {"MAX_KEY_SIZE", V::kKey}, {"MAX_DIGEST_SIZE", V::kDigest}};
  for (auto [name, value] : limits) {
    TRY(V::type->dictionary().set_str(thread, name, Value::integer(value)));
    TRY(add_to_module(thread, module, std::string(prefix) + name, Value::integer(value)));
  }
  return {};
}

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_variant<Blake2b>(thread, module, "BLAKE2B_"));
  return add_variant<Blake2s>(thread, module, "BLAKE2S_");
}

}  // namespace

const ModuleSpec kBlake2Module = {"_blake2", "The hash functions BLAKE2b and BLAKE2s.", nullptr, 0, initialize};

}  // namespace py
