// collections.defaultdict: a dict that makes missing values.
#include "core/builtins/dict_update.h"
#include "core/builtins/sequence_operations.h"
#include "core/modules/collections/collections.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/layout.h"
#include "core/object/names.h"
#include "core/object/repr_guard.h"

namespace py {

namespace {

class DefaultDict final : public Dict {
 public:
  Field factory;  // None: no default
  u64 reserved;
  static const ObjectOps kOps;
};
void visit(Object& object, Visitor& visitor) {
  Dict::kOps.visit(object, visitor);
  visitor.visit(static_cast<DefaultDict&>(object).factory);
}
const ObjectOps DefaultDict::kOps = {"defaultdict", visit, Dict::kOps.release, fixed_size};
DefaultDict& default_dict(Value self) { return *static_cast<DefaultDict*>(self.object()); }

Type* default_dict_type;

Result<Ref<>> new_(Thread& thread, Type& type, const Arguments&) {
  Ref<DefaultDict> dict = TRY(new_object<DefaultDict>(thread, type));
  dict->block.store(nullptr, std::memory_order_relaxed);
  dict->used.store(0, std::memory_order_relaxed);
  set_fresh(*dict, dict->factory, None);
  return Ref<>(std::move(dict));
}
Result<void> init(Thread& thread, Value self, const Arguments& arguments) {
  DefaultDict& dict = default_dict(self);
  if (arguments.positional == 0) return update_dict_from_call(thread, dict, arguments, "dict");
  const Value factory = arguments[0];
  if (!factory.is_none() && !is_callable(factory)) {
    return raise(thread, types.TypeError, "first argument must be callable or None");
  }
  dict.factory.store(dict, factory);
  const Arguments rest = {arguments.values + 1, arguments.positional - 1, arguments.keywords};
  return update_dict_from_call(thread, dict, rest, "dict");
}

Result<Ref<>> missing(Thread& thread, Value self, Value key) {
  DefaultDict& dict = default_dict(self);
  Ref<> factory = dict.factory.load();
  if (factory.value().is_none()) return raise_key_error(thread, key);
  Ref<> value = TRY(call(thread, factory));
  // One winner among racing threads; CPython's dict has no answer but the last store, with the same result.
  return dict.set_default(thread, key, value);
}

Result<Ref<>> copy(Thread& thread, Value self) {
  Ref<> factory = default_dict(self).factory.load();
  return call(thread, type_of(self).value(), {factory, self});
}
Result<Ref<>> reduce(Thread& thread, Value self) {
  Ref<> factory = default_dict(self).factory.load();
  Ref<Tuple> arguments = factory.value().is_none() ? TRY(Tuple::allocate(thread, 0)) : TRY(Tuple::from(thread, {factory}));
  Ref<> items = TRY(call_method(thread, self, names::items()));
  Ref<> iterator = TRY(iterate(thread, items));
  return Tuple::from(thread, {type_of(self).value(), arguments.value(), None, None, iterator});
}

Result<Ref<>> factory_repr(Thread& thread, DefaultDict& dict, Value factory) {
  // The factory may be a bound method of this dict.
  ReprGuard guard(dict);
  if (guard.is_recursive()) return ascii_text(thread, "...");
  return repr(thread, factory);
}
Result<Ref<>> default_dict_repr(Thread& thread, Value self) {
  DefaultDict& dict = default_dict(self);
  Ref<> content = TRY(types.dict->slots.repr(thread, self));
  Ref<> factory = dict.factory.load();
  Ref<> shown = TRY(factory_repr(thread, dict, factory));
  return format_str(thread, "{}({}, {})", type_of(self).name_str(), as<Str>(shown), as<Str>(content));
}

bool is_default_dict(Value value) { return value.is_object() && layout_extends(type_of(value), *default_dict_type); }
Result<Ref<>> or_(Thread& thread, Value left, Value right) {
  const Value self = is_default_dict(left) ? left : right;
  if (!is<Dict>(left) || !is<Dict>(right)) return Ref<>::adopt(NotImplemented);
  Ref<> factory = default_dict(self).factory.load();
  Ref<> result = TRY(call(thread, type_of(self).value(), {factory, left}));
  if (!is<Dict>(result)) return result;
  TRY(update_dict(thread, as<Dict>(result), right));
  return result;
}

constexpr MethodSpec kMethods[] = {
    def<missing>("__missing__(key, /)",
                 "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n"
                 "  if self.default_factory is None: raise KeyError((key,))\n"
                 "  self[key] = value = self.default_factory()\n  return value\n"),
    def<copy>("copy()", "D.copy() -> a shallow copy of D."),
    def<copy>("__copy__()", "D.copy() -> a shallow copy of D."),
    def<reduce>("__reduce__()", "Return state information for pickling."),
    class_method<generic_alias_of>("__class_getitem__(object, /)", "See PEP 585"),
};
constexpr u32 kFactoryWord = sizeof(Dict) / 8;
constexpr MemberSpec kMembers[] = {{"default_factory", "Factory for default value called by __missing__().", kFactoryWord, false}};

const TypeSpec kDefaultDict = {
    .name = "collections.defaultdict",
    .doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n"
           "The default factory is called without arguments to produce\n"
           "a new value when a key is not present, in __getitem__ only.\n"
           "A defaultdict compares equal to a dict with the same items.\n"
           "All remaining arguments are treated the same as if they were\n"
           "passed to the dict constructor, including keyword arguments.",
    .methods = kMethods,
    .method_count = std::size(kMethods),
    .members = kMembers,
    .member_count = std::size(kMembers),
    .slots = {.repr = default_dict_repr,
              .init = init,
              .new_ = new_,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, or_}},
    .ops = &DefaultDict::kOps,
    .size = sizeof(DefaultDict),
    .flags = static_cast<u32>(TypeFlag::Subclassable),
};

}  // namespace

Result<void> add_defaultdict(Thread& thread, Module& module) {
  default_dict_type = TRY(add_type_to_module(thread, module, kDefaultDict, types.dict));
  return {};
}

}  // namespace py
