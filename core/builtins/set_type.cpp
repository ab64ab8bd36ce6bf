// set and frozenset: the tables of both. The algebra is in set_operations.cpp.
#include "core/builtins/set_operations.h"

#include "core/bind/subclass_arguments.h"
#include "core/builtins/builtin_types.h"
#include "core/builtins/sequence_operations.h"
#include "core/builtins/set_iterator.h"
#include "core/builtins/text_methods.h"
#include "core/object/names.h"
#include "core/object/repr_guard.h"

namespace py {

namespace {

Result<Ref<>> new_set(Thread& thread, Type& type, const Arguments& arguments) {
  return Set::make_set(thread, type, arguments.positional == 1 ? expected_members(arguments[0]) : 0);
}

Result<void> init_set(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "set(iterable=(), /)", arguments);
  Set& set = as<Set>(self);
  if (set.length()) set.clear();
  if (bound[0] == Unbound) return {};
  return set_update(thread, set, bound[0]);
}

Result<Ref<>> new_frozenset(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "frozenset(iterable=(), /)", arguments_for_new(type, *types.frozenset, arguments));
  const Value source = bound[0];
  if (&type == types.frozenset && source.is_object() && &type_of(source) == &type) return Ref<>::share(source);
  return make_set_of(thread, type, source);
}

// Methods that make a new set of the plain type.

Type& result_type(Set& set) { return plain_set_type(type_of_object(set)); }

Result<Ref<>> copy(Thread& thread, Set& self) {
  if (&type_of_object(self) == types.frozenset) return Ref<>::share(self.value());
  return copy_set(thread, result_type(self), self);
}
Result<Ref<Set>> union_(Thread& thread, Set& self, Rest others) {
  const isize extra = others.count == 1 && is<Set>(others.values[0]) ? as<Set>(others.values[0]).length() : 0;
  Ref<Set> result = TRY(copy_set(thread, result_type(self), self, extra));
  for (u32 i = 0; i < others.count; ++i) TRY(set_update(thread, *result, others.values[i]));
  return result;
}
Result<Ref<>> intersection(Thread& thread, Set& self, Rest others) {
  if (others.count == 0) return copy_set(thread, result_type(self), self);
  Ref<Set> result = Ref<Set>::share(&self);
  for (u32 i = 0; i < others.count; ++i) {
    result = TRY(set_intersection(thread, result_type(self), *result, others.values[i]));
  }
  return Ref<>(std::move(result));
}
Result<Ref<>> difference(Thread& thread, Set& self, Rest others) {
  if (others.count == 0) return copy_set(thread, result_type(self), self);
  Ref<Set> result = TRY(set_difference(thread, result_type(self), self, others.values[0]));
  for (u32 i = 1; i < others.count; ++i) TRY(set_difference_update(thread, *result, others.values[i]));
  return Ref<>(std::move(result));
}
Result<Ref<Set>> symmetric_difference(Thread& thread, Set& self, Value other) {
  if (is<Set>(other) && other != self.value()) {
    // Those of self that other has not, then those of other that self has not.
    Type& type = result_type(self);
    Ref<> ours = TRY(Set::select(thread, type, self, as<Set>(other), false));
    Ref<> theirs = ours.is_empty() ? Ref<>() : TRY(Set::select(thread, type, as<Set>(other), self, false));
    if (!theirs.is_empty()) {
      Ref<Set> result = Ref<Set>::share(&as<Set>(ours));
      TRY(result->update_from_dict(thread, as<Set>(theirs), false));
      return result;
    }
  }
  Ref<Set> result = TRY(make_set_of(thread, result_type(self), other));
  TRY(set_symmetric_difference_update(thread, *result, self.value()));
  return result;
}

// Methods that change the set.

Result<void> update(Thread& thread, Set& self, Rest others) {
  for (u32 i = 0; i < others.count; ++i) TRY(set_update(thread, self, others.values[i]));
  return {};
}
Result<void> intersection_update(Thread& thread, Set& self, Rest others) {
  Ref<Set> result = Ref<Set>::share(&self);
  for (u32 i = 0; i < others.count; ++i) {
    result = TRY(set_intersection(thread, *types.set, *result, others.values[i]));
  }
  if (others.count) set_take_content(self, *result);
  return {};
}
Result<void> difference_update(Thread& thread, Set& self, Rest others) {
  for (u32 i = 0; i < others.count; ++i) TRY(set_difference_update(thread, self, others.values[i]));
  return {};
}
Result<void> symmetric_difference_update(Thread& thread, Set& self, Value other) {
  return set_symmetric_difference_update(thread, self, other);
}
Result<void> add(Thread& thread, Set& self, Value item) { return self.add(thread, item); }
Result<void> clear(Thread&, Set& self) {
  self.clear();
  return {};
}
Result<Ref<>> pop(Thread& thread, Set& self) {
  if (self.length() == 0) return raise(thread, types.KeyError, "pop from an empty set");
  Result<Ref<Tuple>> entry = self.pop_item(thread);
  if (!entry.failed()) return Ref<>::share((*entry.take())[0]);
  clear_pending(thread);  // emptied by another thread a moment ago
  return raise(thread, types.KeyError, "pop from an empty set");
}

// A set is not hashable, but s in {frozenset(...)} may be asked: then it stands for the equal frozenset. Empty when the
// key is hashable; its hash is in `hash`.
Result<Ref<>> frozen_stand_in(Thread& thread, Value key, i64& hash) {
  Result<i64> own = hash_of(thread, key);
  if (!own.failed()) {
    hash = own.take();
    return Ref<>();
  }
  if (!is<Set>(key) || !pending_is(thread, *types.TypeError)) return failure;
  clear_pending(thread);
  Ref<Set> frozen = TRY(copy_set(thread, *types.frozenset, as<Set>(key)));
  hash = TRY(hash_of(thread, frozen.value()));
  return Ref<>(std::move(frozen));
}
Result<bool> remove_key(Thread& thread, Set& self, Value key) {
  i64 hash = 0;
  Ref<> stand_in = TRY(frozen_stand_in(thread, key, hash));
  return !TRY(self.remove(thread, stand_in.is_empty() ? key : stand_in.value(), hash)).is_empty();
}
Result<void> discard(Thread& thread, Set& self, Value item) {
  TRY(remove_key(thread, self, item));
  return {};
}
Result<void> remove(Thread& thread, Set& self, Value item) {
  if (TRY(remove_key(thread, self, item))) return {};
  return raise_key_error(thread, item);
}
Result<bool> set_contains(Thread& thread, Value self, Value key) {
  i64 hash = 0;
  Ref<> stand_in = TRY(frozen_stand_in(thread, key, hash));
  return !TRY(as<Set>(self).find(thread, stand_in.is_empty() ? key : stand_in.value(), hash)).is_empty();
}
Result<bool> contains_method(Thread& thread, Set& self, Value key) { return set_contains(thread, self.value(), key); }

// Questions

Result<Ref<Set>> as_set(Thread& thread, Value iterable) {
  if (is<Set>(iterable)) return Ref<Set>::share(&as<Set>(iterable));
  return make_set_of(thread, *types.set, iterable);
}
Result<bool> isdisjoint(Thread& thread, Set& self, Value other) { return set_is_disjoint(thread, self, other); }
Result<bool> issubset(Thread& thread, Set& self, Value other) {
  Ref<Set> theirs = TRY(as_set(thread, other));
  return set_is_subset(thread, self, *theirs);
}
Result<bool> issuperset(Thread& thread, Set& self, Value other) {
  if (is<Set>(other)) return set_is_subset(thread, as<Set>(other), self);
  return set_has_all(thread, self, other);
}
Result<Ref<Tuple>> reduce(Thread& thread, Set& self) {
  Ref<Tuple> members = TRY(set_members(thread, self));
  Ref<List> list = TRY(List::from(thread, members->values(), members->length));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {list.value()}));
  Ref<> state = TRY(call_method(thread, self.value(), names::__getstate__()));
  return Tuple::from(thread, {type_of_object(self).value(), arguments.value(), state});
}
Result<isize> sizeof_(Thread&, Set& self) {
  ObjectLock lock(self);
  DictBlock* block = self.block.load(std::memory_order_relaxed);
  isize size = static_cast<isize>(type_of_object(self).allocation_size());
  if (block) size += static_cast<isize>(sizeof(DictBlock) + block->capacity * sizeof(DictEntry));
  return size;
}

// Slots

Result<Ref<>> set_repr(Thread& thread, Value self) {
  Set& set = as<Set>(self);
  const Type& type = type_of(self);
  if (set.length() == 0) return format_str(thread, "{}()", type);
  ReprGuard guard(set);
  if (guard.is_recursive()) return format_str(thread, "{}(...)", type);
  Ref<Tuple> members = TRY(set_members(thread, set));
  if (members->length == 0) return format_str(thread, "{}()", type);
  TextBuilder text;
  text.append('{');
  TRY(append_reprs(thread, *members, text));
  text.append('}');
  Ref<> braces = TRY(finish_text(thread, text));
  if (&type == types.set) return braces;
  return format_str(thread, "{}({})", type, as<Str>(braces));
}

// Independent of the order of the members; as CPython's, which spreads the bits of nearly equal hashes.
Result<i64> frozenset_hash(Thread&, Value self) {
  Set& set = as<Set>(self);
  i64 cached = set.frozen_hash.load(std::memory_order_relaxed);
  if (cached != -1) return cached;
  u64 hash = 0;
  isize position = 0;
  Value key, value;
  i64 item;
  while (set.next_entry(position, key, value, &item)) {
    const u64 bits = static_cast<u64>(item);
    hash ^= ((bits ^ 89869747u) ^ (bits << 16)) * 3644798167u;
  }
  hash ^= (static_cast<u64>(set.length()) + 1) * 1927868237u;
  hash ^= (hash >> 11) ^ (hash >> 25);
  hash = hash * 69069u + 907133923u;
  if (hash == ~u64{0}) hash = 590923713u;
  set.frozen_hash.store(static_cast<i64>(hash), std::memory_order_relaxed);
  return static_cast<i64>(hash);
}

Result<bool> sets_equal(Thread& thread, Set& left, Set& right) {
  const i64 left_hash = left.frozen_hash.load(std::memory_order_relaxed);
  const i64 right_hash = right.frozen_hash.load(std::memory_order_relaxed);
  if (left.length() != right.length() || (left_hash != -1 && right_hash != -1 && left_hash != right_hash)) return false;
  return set_is_subset(thread, left, right);
}

Result<bool> sets_compare(Thread& thread, Set& left, Set& right, CompareOp op) {
  switch (op) {
    case CompareOp::Equal: return sets_equal(thread, left, right);
    case CompareOp::NotEqual: return !TRY(sets_equal(thread, left, right));
    case CompareOp::LessEqual: return set_is_subset(thread, left, right);
    case CompareOp::GreaterEqual: return set_is_subset(thread, right, left);
    case CompareOp::Less:
      if (left.length() >= right.length()) return false;
      return set_is_subset(thread, left, right);
    case CompareOp::Greater:
      if (left.length() <= right.length()) return false;
      return set_is_subset(thread, right, left);
  }
  return false;
}
Result<Ref<>> set_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<Set>(left) || !is<Set>(right)) return Ref<>::adopt(NotImplemented);
  return Ref<>::adopt(Value::boolean(TRY(sets_compare(thread, as<Set>(left), as<Set>(right), op))));
}
Result<isize> set_length(Thread&, Value self) { return as<Set>(self).length(); }
Result<Ref<>> set_iter(Thread& thread, Value self) { return make_set_iterator(thread, as<Set>(self)); }

bool both_sets(Value left, Value right) { return is<Set>(left) && is<Set>(right); }
Result<Ref<>> set_or(Thread& thread, Value left, Value right) {
  if (!both_sets(left, right)) return Ref<>::adopt(NotImplemented);
  return union_(thread, as<Set>(left), Rest{&right, 1});
}
Result<Ref<>> set_and(Thread& thread, Value left, Value right) {
  if (!both_sets(left, right)) return Ref<>::adopt(NotImplemented);
  return set_intersection(thread, result_type(as<Set>(left)), as<Set>(left), right);
}
Result<Ref<>> set_subtract(Thread& thread, Value left, Value right) {
  if (!both_sets(left, right)) return Ref<>::adopt(NotImplemented);
  return set_difference(thread, result_type(as<Set>(left)), as<Set>(left), right);
}
Result<Ref<>> set_xor(Thread& thread, Value left, Value right) {
  if (!both_sets(left, right)) return Ref<>::adopt(NotImplemented);
  return symmetric_difference(thread, as<Set>(left), right);
}

// self op= other, with the method that does it.
template <auto method>
Result<Ref<>> in_place_operator(Thread& thread, Value self, Value other) {
  if (!both_sets(self, other)) return Ref<>::adopt(NotImplemented);
  if constexpr (std::is_invocable_v<decltype(method), Thread&, Set&, Rest>) {
    TRY(method(thread, as<Set>(self), Rest{&other, 1}));
  } else {
    TRY(method(thread, as<Set>(self), other));
  }
  return Ref<>::share(self);
}

constexpr MethodSpec kSharedMethods[] = {
    def<copy>("copy()", "Return a shallow copy of a set."),
    def<difference>("difference(*others)", "Return the difference of two or more sets as a new set."),
    def<intersection>("intersection(*others)", "Return the intersection of two sets as a new set."),
    def<isdisjoint>("isdisjoint(other, /)", "Whether the two have nothing in common."),
    def<issubset>("issubset(other, /)", "Whether all items are in the other one."),
    def<issuperset>("issuperset(other, /)", "Whether all items of the other one are here."),
    def<symmetric_difference>("symmetric_difference(other, /)",
                              "Return the symmetric difference of two sets as a new set."),
    def<union_>("union(*others)", "Return the union of sets as a new set."),
    def<contains_method>("__contains__(object, /)", "x.__contains__(y) <==> y in x."),
    def<reduce>("__reduce__()", "Return state information for pickling."),
    def<sizeof_>("__sizeof__()", "S.__sizeof__() -> size of S in memory, in bytes"),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};
constexpr MethodSpec kChangingMethods[] = {
    def<add>("add(object, /)", "Put an item into the set, unless an equal one is there."),
    def<clear>("clear()", "Remove all elements from this set."),
    def<difference_update>("difference_update(*others)", "Remove all elements of another set from this set."),
    def<discard>("discard(object, /)",
                 "Remove an element from a set if it is a member.\n\n"
                 "Unlike set.remove(), the discard() method does not raise\nan exception when an element is missing."),
    def<intersection_update>("intersection_update(*others)", "Keep only what the other ones contain too."),
    def<pop>("pop()", "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty."),
    def<remove>("remove(object, /)",
                "Take an item out of the set.\n\n"
                "KeyError if it is not in there."),
    def<symmetric_difference_update>("symmetric_difference_update(other, /)",
                                     "Keep what is in exactly one of the two."),
    def<update>("update(*others)", "Update a set with the union of itself and others."),
};
constexpr auto kSetMethods = joined_rows(kSharedMethods, kChangingMethods);

constexpr u32 kFlags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::IsSet);

}  // namespace

const TypeSpec set_spec = {
    .name = "set",
    .doc = "set() -> empty\n"
           "set(iterable) -> with the items of the iterable\n\n"
           "An unordered collection in which every item stands once.",
    .methods = kSetMethods.data(),
    .method_count = kSetMethods.size(),
    .slots = {.repr = set_repr,
              .compare = set_compare,
              .iter = set_iter,
              .init = init_set,
              .new_ = new_set,
              .length = set_length,
              .contains = set_contains,
              .binary = {nullptr, set_subtract, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         set_and, set_or, set_xor},
              .in_place = {nullptr, in_place_operator<difference_update>, nullptr, nullptr, nullptr, nullptr, nullptr,
                           nullptr, nullptr, nullptr, in_place_operator<intersection_update>, in_place_operator<update>,
                           in_place_operator<symmetric_difference_update>}},
    .ops = &Set::kOps,
    .size = sizeof(Set),
    .flags = kFlags,
};

const TypeSpec frozenset_spec = {
    .name = "frozenset",
    .doc = "frozenset() -> empty\n"
           "frozenset(iterable) -> with the items of the iterable\n\n"
           "A set that never changes, so that it can be a key or a member of another set.",
    .methods = kSharedMethods,
    .method_count = std::size(kSharedMethods),
    .slots = {.repr = set_repr,
              .hash = frozenset_hash,
              .compare = set_compare,
              .iter = set_iter,
              .new_ = new_frozenset,
              .length = set_length,
              .contains = set_contains,
              .binary = {nullptr, set_subtract, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         set_and, set_or, set_xor}},
    .ops = &Set::kOps,
    .size = sizeof(Set),
    .flags = kFlags,
};

}  // namespace py
