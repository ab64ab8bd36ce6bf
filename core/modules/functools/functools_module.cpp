// reduce and cmp_to_key; the rest of _functools has files of its own.
#include "core/builtins/sequence_operations.h"
#include "core/modules/functools/functools.h"
#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/type_system.h"

namespace py {

namespace {

Result<Ref<>> reduce(Thread& thread, Value function, Value sequence, Value initial) {
  Result<Ref<>> made = iterate(thread, sequence);
  if (made.failed()) {
    if (!pending_is(thread, *types.TypeError)) return failure;
    clear_pending(thread);
    return raise(thread, types.TypeError, "reduce() arg 2 must support iteration");
  }
  Ref<> iterator = made.take();
  Ref<> total = initial == Unbound ? TRY(next(thread, iterator)) : Ref<>::share(initial);
  if (total.value() == Done) return raise(thread, types.TypeError, "reduce() of empty iterable with no initial value");
  for (;;) {
    Ref<> item = TRY(next(thread, iterator));
    if (item.value() == Done) return total;
    total = TRY(call(thread, function, {total, item}));
  }
}

// cmp_to_key: K objects compare by the old-style function. K itself is one without an object.

Type* key_type;

class Key final : public Object {
 public:
  Field compare;
  Field object;  // Empty for the maker of keys
  static const ObjectOps kOps;
};
const ObjectOps Key::kOps = {"functools.KeyWrapper", visit_fields<Key, &Key::compare, &Key::object>, nullptr, fixed_size};
Key& key_of(Value self) { return *static_cast<Key*>(self.object()); }

Result<Ref<>> make_key(Thread& thread, Value compare, Value object) {
  Ref<Key> key = TRY(new_object<Key>(thread, *key_type));
  set_fresh(*key, key->compare, compare);
  set_fresh(*key, key->object, object);
  return Ref<>(std::move(key));
}
Result<Ref<>> cmp_to_key(Thread& thread, Value mycmp) { return make_key(thread, mycmp, Empty); }
Result<Ref<>> key_call(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "K(obj)", arguments);
  return make_key(thread, key_of(self).compare.peek(), bound[0]);
}
Result<Ref<>> key_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (&type_of(right) != key_type) return raise(thread, types.TypeError, "other argument must be K instance");
  Ref<> mine = key_of(left).object.load();
  Ref<> theirs = key_of(right).object.load();
  if (mine.is_empty() || theirs.is_empty()) return raise(thread, types.AttributeError, "object");
  Ref<> order = TRY(call(thread, key_of(left).compare.peek(), {mine, theirs}));
  return compare(thread, order, Value::integer(0), op);
}

constexpr u32 kObjectWord = sizeof(Object) / 8 + 1;
constexpr MemberSpec kKeyMembers[] = {{"obj", "Value wrapped by a key function.", kObjectWord, false, true}};
const TypeSpec kKey = {
    .name = "functools.KeyWrapper",
    .doc = nullptr,
    .members = kKeyMembers,
    .member_count = std::size(kKeyMembers),
    .slots = {.compare = key_compare, .call = key_call},
    .ops = &Key::kOps,
    .size = sizeof(Key),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation),
};

constexpr MethodSpec kFunctions[] = {
    function<reduce>("reduce(function, iterable, initial=<unrepresentable>, /)",
                     "Apply a function of two arguments cumulatively, from left to right.\n\n"
                     "This effectively reduces the iterable to a single value.  If initial is present,\n"
                     "it is placed before the items of the iterable in the calculation, and serves as\n"
                     "a default when the iterable is empty.\n\n"
                     "For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\n"
                     "calculates ((((1 + 2) + 3) + 4) + 5)."),
    function<cmp_to_key>("cmp_to_key(mycmp)", "Convert a cmp= function into a key= function."),
};

Result<void> initialize(Thread& thread, Module& module) {
  static Type& made = make_builtin_type(thread, kKey);
  key_type = &made;
  finish_builtin_type(thread, made);
  TRY(add_partial(thread, module));
  return add_lru_cache(thread, module);
}

}  // namespace

const ModuleSpec kFunctoolsModule = {"_functools", "Tools that operate on functions.", kFunctions, std::size(kFunctions),
                                     initialize};

}  // namespace py
