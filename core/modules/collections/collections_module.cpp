#include "core/modules/collections/collections.h"

#include "core/builtins/sequence_operations.h"
#include "core/modules/registry.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"

namespace py {

namespace {

// mapping[item] += 1 for each item; natively when the mapping is a dict whose get and __setitem__ are dict's own.
bool counts_natively(Value mapping) {
  if (!is<Dict>(mapping)) return false;
  Type& type = type_of(mapping);
  if (&type == types.dict) return true;
  // By what they are named: a class with a __delitem__ of its own has another slot.
  return type.lookup(names::get()) == types.dict->lookup(names::get()) &&
         type.lookup(names::__setitem__()) == types.dict->lookup(names::__setitem__());
}
// Adds to a small count that stands in a local dict already. False: nothing was done.
bool count_in_place(Dict& dict, Value item) {
  const isize entry = dict.is_shared() ? -1 : dict.quick_entry(item);
  if (entry < 0) return false;
  Field& count = dict.block.load(std::memory_order_relaxed)->entries()[entry].value;
  const Value old = count.peek();
  if (!old.is_int() || old.as_int() == Value::kIntMax) return false;
  count.initialize(Value::integer(old.as_int() + 1));
  return true;
}
Result<void> count_natively(Thread& thread, Dict& dict, Value item) {
  if (LIKELY(count_in_place(dict, item))) return {};
  const i64 hash = TRY(hash_of(thread, item));
  Ref<> old = Ref<>::share(TRY(dict.find(thread, item, hash)));
  if (old.is_empty()) return dict.set(thread, item, hash, Value::integer(1));
  Ref<> count = TRY(binary(thread, BinaryOp::add, old, Value::integer(1)));
  return dict.set(thread, item, hash, count);
}
Result<void> count_elements(Thread& thread, Value mapping, Value iterable) {
  if (counts_natively(mapping)) {
    return for_each(thread, iterable, [&](Value item) { return count_natively(thread, as<Dict>(mapping), item); });
  }
  Ref<> get = TRY(get_attribute(thread, mapping, names::get()));
  return for_each(thread, iterable, [&](Value item) -> Result<void> {
    Ref<> old = TRY(call(thread, get, {item, Value::integer(0)}));
    Ref<> count = TRY(binary(thread, BinaryOp::add, old, Value::integer(1)));
    return set_item(thread, mapping, item, count);
  });
}

// _tuplegetter: the descriptor of a field of a namedtuple.

class TupleGetter final : public Object {
 public:
  Field doc;
  isize index;
  static const ObjectOps kOps;
};
const ObjectOps TupleGetter::kOps = {"_collections._tuplegetter", visit_fields<TupleGetter, &TupleGetter::doc>, nullptr,
                                     fixed_size};
TupleGetter& getter_of(Value self) { return *static_cast<TupleGetter*>(self.object()); }

Result<Ref<>> getter_new(Thread& thread, Type& type, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "_tuplegetter(index, doc, /)", arguments);
  const isize index = TRY(to_isize(thread, bound[0]));
  Ref<TupleGetter> self = TRY(new_object<TupleGetter>(thread, type));
  set_fresh(*self, self->doc, bound[1]);
  self->index = index;
  return Ref<>(std::move(self));
}
Result<Ref<>> getter_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound || instance.is_none()) return Ref<>::share(self);
  const isize index = getter_of(self).index;
  if (!is<Tuple>(instance)) {
    return raise(thread, types.TypeError, "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object", index,
                 type_of(instance));
  }
  Tuple& tuple = as<Tuple>(instance);
  if (index < 0 || index >= tuple.length) return raise(thread, types.IndexError, "tuple index out of range");
  return Ref<>::share(tuple[index]);
}
Result<void> getter_set(Thread& thread, Value, Value, Value value) {
  return raise(thread, types.AttributeError, value == Unbound ? "can't delete attribute" : "can't set attribute");
}
Result<Ref<>> getter_repr(Thread& thread, Value self) {
  Ref<> doc = getter_of(self).doc.load();
  return format_str(thread, "_tuplegetter({}, {!r})", getter_of(self).index, doc.value());
}
Result<Ref<>> getter_reduce(Thread& thread, Value self) {
  Ref<> index = TRY(make_int(thread, getter_of(self).index));
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {index, getter_of(self).doc.peek()}));
  return Tuple::from(thread, {type_of(self).value(), arguments.value()});
}

constexpr MethodSpec kGetterMethods[] = {def<getter_reduce>("__reduce__()", nullptr)};
constexpr MemberSpec kGetterMembers[] = {{"__doc__", nullptr, sizeof(Object) / 8, false}};
const TypeSpec kTupleGetter = {
    .name = "_collections._tuplegetter",
    .doc = nullptr,
    .methods = kGetterMethods,
    .method_count = std::size(kGetterMethods),
    .members = kGetterMembers,
    .member_count = std::size(kGetterMembers),
    .slots = {.repr = getter_repr, .descriptor_get = getter_get, .descriptor_set = getter_set, .new_ = getter_new},
    .ops = &TupleGetter::kOps,
    .size = sizeof(TupleGetter),
};

constexpr MethodSpec kFunctions[] = {
    function<count_elements>("_count_elements(mapping, iterable, /)",
                             "Add the items of an iterable to a mapping of counts"),
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_deque(thread, module));
  TRY(add_defaultdict(thread, module));
  TRY(add_ordered_dict(thread, module));
  TRY(add_type_to_module(thread, module, kTupleGetter));
  return {};
}

}  // namespace

const ModuleSpec kCollectionsModule = {
    "_collections",
    "The containers of the module collections that decide speed.\n"
    "- deque:        quick at both ends\n"
    "- defaultdict:  a dict that makes missing values itself\n"
    "- OrderedDict:  a dict whose items can be moved to either end",
    kFunctions, std::size(kFunctions), initialize};

}  // namespace py
