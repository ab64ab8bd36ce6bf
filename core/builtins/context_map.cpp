#include "core/builtins/context_map.h"

#include <bit>

#include "core/object/allocate.h"
#include "core/object/layout.h"
#include "core/object/type_system.h"

namespace py {

namespace {

// A node is a tuple. Its first item tells what follows:
//   branch     the bits of its branches, as an int; then for each of them, from the lowest, a key and a value, or Unbound
//              and the node below
//   collision  -1 - the hash that all its keys have; then each key and its value
constexpr u32 kBits = 5;
constexpr isize kPair = 2;

u32 position_of(u32 hash, u32 shift) { return shift < 32 ? (hash >> shift) & 31 : 0; }
u32 bit_of(u32 hash, u32 shift) { return u32{1} << position_of(hash, shift); }
bool is_collision(const Tuple& node) { return node[0].as_int() < 0; }
u32 bits_of(const Tuple& node) { return static_cast<u32>(node[0].as_int()); }
u32 collision_hash(const Tuple& node) { return static_cast<u32>(-1 - node[0].as_int()); }
// Where the pair of a branch stands, or would.
isize place_of(u32 bits, u32 bit) { return 1 + kPair * std::popcount(bits & (bit - 1)); }
isize pair_count(const Tuple& node) { return (node.length - 1) / kPair; }
Tuple& node_of(Value value) { return *static_cast<Tuple*>(value.object()); }

Result<u32> short_hash(Thread& thread, Value key) {
  const u64 hash = static_cast<u64>(TRY(hash_of(thread, key)));
  return static_cast<u32>(hash ^ (hash >> 32));
}

// A node of `kind` with the pairs of `old` (may be null), those of [place, place + dropped) replaced by `pair` (if any).
Result<Ref<Tuple>> rebuilt(Thread& thread, i64 kind, const Tuple* old, isize place, isize dropped, const Value* pair) {
  const isize inserted = pair ? kPair : 0;
  const isize length = (old ? old->length : 1) - dropped + inserted;
  Ref<Tuple> node = TRY(Tuple::allocate(thread, length));
  Field* items = node->items();
  set_fresh(*node, items[0], Value::integer(kind));
  for (isize i = 1; i < place; ++i) set_fresh(*node, items[i], (*old)[i]);
  for (isize i = 0; i < inserted; ++i) set_fresh(*node, items[place + i], pair[i]);
  for (isize i = place + inserted; i < length; ++i) set_fresh(*node, items[i], (*old)[i - inserted + dropped]);
  return node;
}
Result<Ref<Tuple>> replaced(Thread& thread, const Tuple& node, isize place, Value first, Value second) {
  const Value pair[] = {first, second};
  return rebuilt(thread, node[0].as_int(), &node, place, kPair, pair);
}
Result<Ref<Tuple>> single(Thread& thread, u32 bit, Value first, Value second) {
  const Value pair[] = {first, second};
  return rebuilt(thread, bit, nullptr, 1, 0, pair);
}
Result<Ref<Tuple>> with_branch(Thread& thread, const Tuple& node, u32 bit, Value first, Value second) {
  const Value pair[] = {first, second};
  return rebuilt(thread, bits_of(node) | bit, &node, place_of(bits_of(node), bit), 0, pair);
}

// The place of a key in a collision node, or 0.
Result<isize> search_collision(Thread& thread, const Tuple& node, Value key) {
  for (isize i = 1; i < node.length; i += kPair) {
    if (TRY(equal(thread, node[i], key))) return i;
  }
  return 0;
}

struct Entry {
  u32 hash;
  Value key, value;
};

// A node for two entries of different keys.
Result<Ref<Tuple>> split(Thread& thread, u32 shift, const Entry& a, const Entry& b) {
  if (a.hash == b.hash) {
    const Value pair[] = {a.key, a.value}, other[] = {b.key, b.value};
    const i64 kind = -1 - static_cast<i64>(a.hash);
    Ref<Tuple> one = TRY(rebuilt(thread, kind, nullptr, 1, 0, pair));
    return rebuilt(thread, kind, one.get(), one->length, 0, other);
  }
  const u32 bit = bit_of(a.hash, shift);
  if (bit == bit_of(b.hash, shift)) {
    Ref<Tuple> below = TRY(split(thread, shift + kBits, a, b));
    return single(thread, bit, Unbound, below.value());
  }
  Ref<Tuple> one = TRY(single(thread, bit, a.key, a.value));
  return with_branch(thread, *one, bit_of(b.hash, shift), b.key, b.value);
}

// The node with the entry; the node itself when it is there already. Adds to `count` when the key is new.
Result<Ref<Tuple>> insert(Thread& thread, Tuple& node, u32 shift, const Entry& entry, isize& count) {
  if (is_collision(node)) {
    if (collision_hash(node) != entry.hash) {  // moves one level down
      Ref<Tuple> above = TRY(single(thread, bit_of(collision_hash(node), shift), Unbound, node.value()));
      return insert(thread, *above, shift, entry, count);
    }
    const isize place = TRY(search_collision(thread, node, entry.key));
    if (!place) {
      ++count;
      const Value pair[] = {entry.key, entry.value};
      return rebuilt(thread, node[0].as_int(), &node, node.length, 0, pair);
    }
    if (node[place + 1] == entry.value) return Ref<Tuple>::share(&node);
    return replaced(thread, node, place, node[place], entry.value);
  }
  const u32 bit = bit_of(entry.hash, shift);
  if (!(bits_of(node) & bit)) {
    ++count;
    return with_branch(thread, node, bit, entry.key, entry.value);
  }
  const isize place = place_of(bits_of(node), bit);
  const Value key = node[place], value = node[place + 1];
  if (key == Unbound) {
    Ref<Tuple> below = TRY(insert(thread, node_of(value), shift + kBits, entry, count));
    if (below.value() == value) return Ref<Tuple>::share(&node);
    return replaced(thread, node, place, Unbound, below.value());
  }
  if (TRY(equal(thread, key, entry.key))) {
    if (value == entry.value) return Ref<Tuple>::share(&node);
    return replaced(thread, node, place, key, entry.value);
  }
  Ref<Tuple> below = TRY(split(thread, shift + kBits, {TRY(short_hash(thread, key)), key, value}, entry));
  ++count;
  return replaced(thread, node, place, Unbound, below.value());
}

// A pair taken out of a node. Empty: nothing is left.
Result<Ref<>> without_pair(Thread& thread, Tuple& node, isize place, u32 bit) {
  if (pair_count(node) == 1) return Ref<>();
  const i64 kind = is_collision(node) ? node[0].as_int() : static_cast<i64>(bits_of(node) & ~bit);
  return Ref<>(TRY(rebuilt(thread, kind, &node, place, kPair, nullptr)));
}

// What is left of a node below a branch, put there: an entry that is alone moves up.
Result<Ref<>> with_below(Thread& thread, Tuple& node, isize place, u32 bit, Value below) {
  if (below.is_empty()) return without_pair(thread, node, place, bit);
  Tuple& child = node_of(below);
  if (pair_count(child) == 1 && child[1] != Unbound) return Ref<>(TRY(replaced(thread, node, place, child[1], child[2])));
  return Ref<>(TRY(replaced(thread, node, place, Unbound, below)));
}

// The node without the key; the node itself when the key is absent, Empty when nothing is left.
Result<Ref<>> remove(Thread& thread, Tuple& node, u32 shift, u32 hash, Value key) {
  if (is_collision(node)) {
    const isize place = collision_hash(node) == hash ? TRY(search_collision(thread, node, key)) : 0;
    return place ? without_pair(thread, node, place, 0) : Result<Ref<>>(Ref<>::share(node.value()));
  }
  const u32 bit = bit_of(hash, shift);
  if (!(bits_of(node) & bit)) return Ref<>::share(node.value());
  const isize place = place_of(bits_of(node), bit);
  const Value value = node[place + 1];
  if (node[place] != Unbound) {
    if (!TRY(equal(thread, node[place], key))) return Ref<>::share(node.value());
    return without_pair(thread, node, place, bit);
  }
  Ref<> below = TRY(remove(thread, node_of(value), shift + kBits, hash, key));
  if (below.value() == value) return Ref<>::share(node.value());
  return with_below(thread, node, place, bit, below);
}

// Appends a part of each entry below the node.
Result<void> collect(Thread& thread, const Tuple& node, DictPart part, List& into) {
  for (isize i = 1; i < node.length; i += kPair) {
    if (node[i] == Unbound) {
      TRY(collect(thread, node_of(node[i + 1]), part, into));
    } else if (part == DictPart::Pairs) {
      TRY(into.append(thread, Ref<>(TRY(Tuple::from(thread, {node[i], node[i + 1]})))));
    } else {
      TRY(into.append(thread, node[i + (part == DictPart::Values)]));
    }
  }
  return {};
}

Result<Ref<ContextMap>> make_map(Thread& thread, Ref<>&& root, isize count) {
  Ref<ContextMap> map = TRY(new_object<ContextMap>(thread, context_map_type()));
  set_fresh(*map, map->root, std::move(root));
  map->count = count;
  return map;
}

// What iterates: the items as they were, and how many of them are taken.
class PartIterator final : public Object {
 public:
  Field items;  // List, that only this iterator knows
  std::atomic<isize> position;
};
const ObjectOps kIteratorOps = {"context_map_iterator", visit_fields<PartIterator, &PartIterator::items>, release_attributes,
                                fixed_size};
PartIterator& iterator_of(Value value) { return *static_cast<PartIterator*>(value.object()); }
List& items_of(Value iterator) { return as<List>(iterator_of(iterator).items.peek()); }

Result<Ref<>> iterator_self(Thread&, Value self) { return Ref<>::share(self); }
Result<Ref<>> iterator_next(Thread&, Value self) {
  const Value item = items_of(self).peek(iterator_of(self).position.fetch_add(1));
  return item.is_empty() ? Ref<>::adopt(Done) : Ref<>::share(item);
}
Result<isize> iterator_length(Thread&, Value self) { return items_of(self).length(); }

constexpr TypeSpec iterator_spec(const char* name) {
  return {.name = name,
          .doc = nullptr,
          .slots = {.iter = iterator_self, .next = iterator_next, .length = iterator_length},
          .ops = &kIteratorOps,
          .size = sizeof(PartIterator),
          .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
}
constexpr TypeSpec kIteratorSpecs[] = {iterator_spec("keys"), iterator_spec("values"), iterator_spec("items")};  // by DictPart
Type* iterator_types[std::size(kIteratorSpecs)];

// The map as a Python type.
ContextMap& map_of(Value value) { return *static_cast<ContextMap*>(value.object()); }

Result<Ref<>> map_new(Thread& thread, Type&, const Arguments&) { return Ref<>(TRY(make_context_map(thread))); }
Result<Ref<>> map_get(Thread& thread, Value self, Value key, Value otherwise) {
  const Value found = TRY(find(thread, map_of(self), key));
  return Ref<>::share(found.is_empty() ? otherwise : found);
}
Result<Ref<>> map_item(Thread& thread, Value self, Value key) {
  const Value found = TRY(find(thread, map_of(self), key));
  if (found.is_empty()) return raise_key_error(thread, key);
  return Ref<>::share(found);
}
Result<bool> map_contains(Thread& thread, Value self, Value key) {
  return !TRY(find(thread, map_of(self), key)).is_empty();
}
Result<Ref<ContextMap>> map_set(Thread& thread, Value self, Value key, Value value) {
  return with_entry(thread, map_of(self), key, value);
}
Result<Ref<ContextMap>> map_delete(Thread& thread, Value self, Value key) { return without_entry(thread, map_of(self), key); }
Result<isize> map_length(Thread&, Value self) { return map_of(self).count; }
template <DictPart part>
Result<Ref<>> map_part(Thread& thread, Value self) {
  return iterate_part(thread, map_of(self), part);
}
Result<Ref<>> map_compare(Thread& thread, Value left, Value right, CompareOp op) {
  const bool same_types = &type_of(left) == &context_map_type() && &type_of(right) == &context_map_type();
  if (!same_types || (op != CompareOp::Equal && op != CompareOp::NotEqual)) return Ref<>::adopt(NotImplemented);
  const bool are_same = TRY(are_equal(thread, map_of(left), map_of(right)));
  return Ref<>::adopt(Value::boolean(are_same == (op == CompareOp::Equal)));
}

constexpr MethodSpec kMethods[] = {
    def<map_get>("get(key, default=None, /)", "The value of the key, or the default."),
    def<map_set>("set(key, value, /)", "A map that has this entry besides the others."),
    def<map_delete>("delete(key, /)", "A map without the key."),
    def<map_part<DictPart::Keys>>("keys()", "An iterator over the keys."),
    def<map_part<DictPart::Values>>("values()", "An iterator over the values."),
    def<map_part<DictPart::Pairs>>("items()", "An iterator over pairs of key and value."),
};
const ObjectOps kMapOps = {"hamt", visit_fields<ContextMap, &ContextMap::root>, release_attributes, fixed_size};
constexpr TypeSpec kMapSpec = {.name = "hamt",
                               .doc = "An immutable mapping.",
                               .methods = kMethods,
                               .method_count = std::size(kMethods),
                               .slots = {.compare = map_compare,
                                         .iter = map_part<DictPart::Keys>,
                                         .new_ = map_new,
                                         .length = map_length,
                                         .get_item = map_item,
                                         .contains = map_contains},
                               .ops = &kMapOps,
                               .size = sizeof(ContextMap),
                               .flags = static_cast<u32>(TypeFlag::Weakrefable)};
Type* map_type;

}  // namespace

Type& context_map_type() { return *map_type; }

void prepare_context_map(Thread& thread) {
  const auto make = [&](const TypeSpec& spec) {
    Type& type = make_builtin_type(thread, spec);
    finish_builtin_type(thread, type);
    return &type;
  };
  if (map_type) return;
  for (usize i = 0; i < std::size(kIteratorSpecs); ++i) iterator_types[i] = make(kIteratorSpecs[i]);
  map_type = make(kMapSpec);
}

Result<Ref<ContextMap>> make_context_map(Thread& thread) { return make_map(thread, Ref<>(), 0); }

Result<Value> find(Thread& thread, ContextMap& map, Value key) {
  const u32 hash = TRY(short_hash(thread, key));
  Value value = map.root.peek();
  if (value.is_empty()) return Empty;
  for (u32 shift = 0;; shift += kBits) {
    const Tuple& node = node_of(value);
    if (is_collision(node)) {
      const isize place = collision_hash(node) == hash ? TRY(search_collision(thread, node, key)) : 0;
      return place ? node[place + 1] : Empty;
    }
    const u32 bit = bit_of(hash, shift);
    if (!(bits_of(node) & bit)) return Empty;
    const isize place = place_of(bits_of(node), bit);
    value = node[place + 1];
    if (node[place] != Unbound) return TRY(equal(thread, node[place], key)) ? value : Empty;
  }
}

Result<Ref<ContextMap>> with_entry(Thread& thread, ContextMap& map, Value key, Value value) {
  const u32 hash = TRY(short_hash(thread, key));
  const Value root = map.root.peek();
  if (root.is_empty()) return make_map(thread, Ref<>(TRY(single(thread, bit_of(hash, 0), key, value))), 1);
  isize count = map.count;
  Ref<Tuple> node = TRY(insert(thread, node_of(root), 0, {hash, key, value}, count));
  if (node.value() == root) return Ref<ContextMap>::share(&map);
  return make_map(thread, Ref<>(std::move(node)), count);
}

Result<Ref<ContextMap>> without_entry(Thread& thread, ContextMap& map, Value key) {
  const u32 hash = TRY(short_hash(thread, key));
  const Value root = map.root.peek();
  if (root.is_empty()) return Ref<ContextMap>::share(&map);
  Ref<> node = TRY(remove(thread, node_of(root), 0, hash, key));
  if (node.value() == root) return Ref<ContextMap>::share(&map);
  return make_map(thread, std::move(node), map.count - 1);
}

Result<bool> are_equal(Thread& thread, ContextMap& left, ContextMap& right) {
  if (&left == &right) return true;
  if (left.count != right.count) return false;
  Ref<List> entries = TRY(List::make(thread, left.count));
  if (left.count) TRY(collect(thread, node_of(left.root.peek()), DictPart::Pairs, *entries));
  for (isize i = 0; i < left.count; ++i) {
    const Tuple& entry = as<Tuple>(entries->peek(i));
    const Value other = TRY(find(thread, right, entry[0]));
    if (other.is_empty() || !TRY(equal(thread, entry[1], other))) return false;
  }
  return true;
}

Result<Ref<>> iterate_part(Thread& thread, ContextMap& map, DictPart part) {
  Ref<List> items = TRY(List::make(thread, map.count));
  if (map.count) TRY(collect(thread, node_of(map.root.peek()), part, *items));
  Ref<PartIterator> iterator = TRY(new_object<PartIterator>(thread, *iterator_types[static_cast<usize>(part)]));
  set_fresh(*iterator, iterator->items, items.value());
  iterator->position.store(0, std::memory_order_relaxed);
  return Ref<>(std::move(iterator));
}

}  // namespace py
