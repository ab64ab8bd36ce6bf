// _random: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), whose sequences are part of Python's promise.
#include <sys/random.h>

#include <cerrno>
#include <vector>

#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/number.h"

namespace py {

namespace {

class Twister {
 public:
  static constexpr u32 kWords = 624;

  u32 next() {
    if (index >= kWords) refill();
    u32 y = words[index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680u;
    y ^= (y << 15) & 0xEFC60000u;
    return y ^ (y >> 18);
  }
  // Two draws make one of the 2**53 multiples of 2**-53 below 1.
  double next_double() {
    const u32 high = next() >> 5, low = next() >> 6;
    return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
  }
  void seed(const u32* key, usize length) {
    seed_word(19650218u);
    u32 i = 1;
    usize j = 0;
    for (usize k = kWords > length ? kWords : length; k; --k) {
      words[i] = (words[i] ^ (mixed(i) * 1664525u)) + key[j] + static_cast<u32>(j);
      advance(i);
      if (++j >= length) j = 0;
    }
    for (u32 k = kWords - 1; k; --k) {
      words[i] = (words[i] ^ (mixed(i) * 1566083941u)) - i;
      advance(i);
    }
    words[0] = 0x80000000u;
  }

  u32 words[kWords];
  u32 index;

 private:
  void seed_word(u32 seed) {
    words[0] = seed;
    for (u32 i = 1; i < kWords; ++i) words[i] = 1812433253u * (words[i - 1] ^ (words[i - 1] >> 30)) + i;
    index = kWords;
  }
  u32 mixed(u32 i) const { return words[i - 1] ^ (words[i - 1] >> 30); }
  void advance(u32& i) {
    if (++i < kWords) return;
    words[0] = words[kWords - 1];
    i = 1;
  }
  void refill() {
    for (u32 k = 0; k < kWords; ++k) {
      const u32 y = (words[k] & 0x80000000u) | (words[(k + 1) % kWords] & 0x7FFFFFFFu);
      words[k] = words[(k + 397) % kWords] ^ (y >> 1) ^ (y & 1 ? 0x9908B0DFu : 0);
    }
    index = 0;
  }
};

// Threads: the generator is used under the object's lock.
class Random final : public Object {
 public:
  Twister twister;
  static const ObjectOps kOps;
};
const ObjectOps Random::kOps = {"Random", visit_attributes, release_attributes, fixed_size};

Type* random_type;

Random& random_of(Value self) { return *static_cast<Random*>(self.object()); }

void seed_from(Random& random, const u32* key, usize length) {
  ObjectLock lock(random);
  random.twister.seed(key, length);
}

Result<void> seed_from_system(Thread& thread, Random& random) {
  u32 key[Twister::kWords];
  for (usize done = 0; done < sizeof key;) {
    const isize count = getrandom(reinterpret_cast<u8*>(key) + done, sizeof key - done, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return raise_os_error(thread, errno);
    done += static_cast<usize>(count);
  }
  seed_from(random, key, std::size(key));
  return {};
}

Result<void> seed_from_value(Thread& thread, Random& random, Value seed) {
  if (seed.is_none() || seed == Unbound) return seed_from_system(thread, random);
  Ref<> magnitude = is_integer(seed) ? TRY(absolute(thread, TRY(plain_integer(thread, seed))))
                                     : TRY(make_int_unsigned(thread, static_cast<u64>(TRY(hash_of(thread, seed)))));
  const IntegerView view(magnitude);
  const BigView number = view.view();
  std::vector<u32> key;
  for (u32 i = 0; i < number.size; ++i) {
    key.push_back(static_cast<u32>(number.limbs[i]));
    key.push_back(static_cast<u32>(number.limbs[i] >> 32));
  }
  if (!key.empty() && key.back() == 0) key.pop_back();
  if (key.empty()) key.push_back(0);
  seed_from(random, key.data(), key.size());
  return {};
}

Result<Ref<>> random_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (&type == random_type && arguments.keyword_count()) {
    return raise(thread, types.TypeError, "Random() takes no keyword arguments");
  }
  if (arguments.positional > 1) {
    return raise(thread, types.TypeError, "Random() requires 0 or 1 argument");
  }
  Ref<Random> random = TRY(allocate<Random>(thread, type, type.allocation_size()));
  const usize first_attribute = sizeof(Random) / 8;
  Value* words = reinterpret_cast<Value*>(random.get());
  for (usize word = first_attribute; word < type.allocation_size() / 8; ++word) words[word] = Empty;
  TRY(seed_from_value(thread, *random, arguments.positional ? arguments[0] : None));
  return Ref<>(std::move(random));
}

Result<Ref<>> random_random(Thread& thread, Value self) {
  Random& random = random_of(self);
  double result;
  {
    ObjectLock lock(random);
    result = random.twister.next_double();
  }
  return make_float(thread, result);
}
Result<void> random_seed(Thread& thread, Value self, Value seed) {
  return seed_from_value(thread, random_of(self), seed);
}

Result<Ref<>> random_getrandbits(Thread& thread, Value self, int bits) {
  if (bits < 0) return raise(thread, types.ValueError, "number of bits must be non-negative");
  Random& random = random_of(self);
  if (bits == 0) return Ref<>::adopt(Value::integer(0));
  if (bits <= 32) {
    ObjectLock lock(random);
    return Ref<>::adopt(Value::integer(random.twister.next() >> (32 - bits)));
  }
  BigInt number;
  const usize words = (static_cast<usize>(bits) + 31) / 32;
  u64* limbs = number.allocate((words + 1) / 2);
  if (!limbs) return raise_memory_error(thread);
  {
    ObjectLock lock(random);
    for (usize i = 0; i < words; ++i) {
      const u32 unused = i + 1 == words ? static_cast<u32>(32 * words) - static_cast<u32>(bits) : 0;
      const u64 word = random.twister.next() >> unused;
      limbs[i / 2] = i % 2 ? limbs[i / 2] | word << 32 : word;
    }
  }
  number.finish((words + 1) / 2, false);
  return make_integer(thread, std::move(number));
}

Result<Ref<Tuple>> random_getstate(Thread& thread, Value self) {
  Twister copy;
  {
    ObjectLock lock(random_of(self));
    copy = random_of(self).twister;
  }
  Ref<Tuple> state = TRY(Tuple::allocate(thread, Twister::kWords + 1));
  for (u32 i = 0; i < Twister::kWords; ++i) state->items()[i].initialize(Value::integer(copy.words[i]));
  state->items()[Twister::kWords].initialize(Value::integer(copy.index));
  return state;
}
Result<void> random_setstate(Thread& thread, Value self, Value state) {
  if (!is<Tuple>(state)) return raise(thread, types.TypeError, "state vector must be a tuple");
  Tuple& items = as<Tuple>(state);
  if (items.length != Twister::kWords + 1) return raise(thread, types.ValueError, "state vector is the wrong size");
  Twister fresh;
  for (u32 i = 0; i < Twister::kWords; ++i) {
    if (!is_integer(items[i])) return raise(thread, types.TypeError, "an integer is required");
    fresh.words[i] = static_cast<u32>(TRY(to_u64(thread, items[i])));
  }
  const i64 index = TRY(to_i64(thread, items[Twister::kWords]));
  if (index < 0 || index > Twister::kWords) return raise(thread, types.ValueError, "invalid state");
  fresh.index = static_cast<u32>(index);
  ObjectLock lock(random_of(self));
  random_of(self).twister = fresh;
  return {};
}

constexpr MethodSpec kMethods[] = {
    def<random_random>("random()", "random() -> x in the interval [0, 1)."),
    def<random_seed>("seed(n=None, /)",
                     "seed([n]) -> None.\n\nWith no argument the operating system's source of randomness is used."),
    def<random_getrandbits>("getrandbits(k, /)", "getrandbits(k) -> x.  Generates an int with k random bits."),
    def<random_getstate>("getstate()", "getstate() -> tuple containing the current state."),
    def<random_setstate>("setstate(state, /)", "setstate(state) -> None.  Restores generator state."),
};
constexpr TypeSpec kRandomSpec = {.name = "_random.Random",
                                  .doc = "Random() -> create a random number generator with its own internal state.",
                                  .methods = kMethods,
                                  .method_count = std::size(kMethods),
                                  .slots = {.new_ = random_new},
                                  .ops = &Random::kOps,
                                  .size = sizeof(Random),
                                  .flags = static_cast<u32>(TypeFlag::Subclassable)};

Result<void> initialize(Thread& thread, Module& module) {
  random_type = TRY(add_type_to_module(thread, module, kRandomSpec));
  return {};
}

}  // namespace

const ModuleSpec kRandomModule = {"_random", "Module implements the Mersenne Twister random number generator.", nullptr,
                                  0, initialize};

}  // namespace py
