// _weakref.
#include "core/builtins/weakref_types.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"

namespace py {

namespace {

Result<isize> getweakrefcount(Thread&, Value object) {
  return object.is_object() ? static_cast<isize>(count_weak(object.object())) : isize{0};
}
Result<Ref<>> getweakrefs(Thread& thread, Value object) {
  Ref<List> list = TRY(List::make(thread));
  if (!object.is_object()) return Ref<>(std::move(list));
  struct Found {
    Object* holders[64];
    u32 count = 0;
  } found;
  for_each_weak(
      object.object(),
      [](void* context, Object& holder) {
        Found& result = *static_cast<Found*>(context);
        if (result.count < 64 && try_incref(&holder)) result.holders[result.count++] = &holder;
        return result.count < 64;
      },
      &found);
  // The plain reference, which all share, comes first; then the newest.
  for (bool plain : {true, false}) {
    for (u32 i = found.count; i-- > 0;) {
      const Value holder = found.holders[i]->value();
      const bool is_plain = &type_of(holder) == types.weak_reference &&
                            static_cast<WeakReference*>(found.holders[i])->callback.peek().is_none();
      if (is_plain == plain) TRY(list->append(thread, Ref<>::adopt(holder)));
    }
  }
  return Ref<>(std::move(list));
}
Result<Ref<>> proxy(Thread& thread, Value object, Value callback) {
  return make_weak_reference(thread, is_callable(object) ? *types.weak_callable_proxy : *types.weak_proxy, object, callback);
}
// Removes the key if its value is a dead weak reference.
Result<void> remove_dead_weakref(Thread& thread, Dict& dict, Value key) {
  Ref<> value = TRY(dict.get(thread, key));
  if (value.is_empty() || !type_of(value).is_subtype_of(*types.weak_reference)) return {};
  if (is_weak_dead(static_cast<WeakReference*>(value.value().object())->node)) TRY(dict.remove(thread, key));
  return {};
}

constexpr MethodSpec kFunctions[] = {
    function<getweakrefcount>("getweakrefcount(object, /)", "Return the number of weak references to 'object'."),
    function<getweakrefs>("getweakrefs(object, /)", "Return a list of all weak reference objects pointing to 'object'."),
    function<proxy>("proxy(object, callback=None, /)", "Create a proxy object that weakly references 'object'."),
    function<remove_dead_weakref>("_remove_dead_weakref(dct, key, /)", "Atomically remove key from dict if it points to a dead weakref."),
};

Result<void> initialize(Thread& thread, Module& module) {
  TRY(add_to_module(thread, module, "ref", types.weak_reference->value()));
  TRY(add_to_module(thread, module, "ReferenceType", types.weak_reference->value()));
  TRY(add_to_module(thread, module, "ProxyType", types.weak_proxy->value()));
  return add_to_module(thread, module, "CallableProxyType", types.weak_callable_proxy->value());
}

}  // namespace

const ModuleSpec kWeakrefModule = {"_weakref", "Weak-reference support module.", kFunctions, std::size(kFunctions), initialize};

}  // namespace py
