// _weakref.
#include "core/builtins/weakref_types.h"
#include "core/modules/registry.h"
#include "core/object/dict.h"

#include <vector>

namespace py {

namespace {

Result<isize> getweakrefcount(Thread&, Value object) {
  return object.is_object() ? static_cast<isize>(count_weak(object.object())) : isize{0};
}
// Newest first, but for the plain reference, which all who ask for one share.
Result<Ref<>> getweakrefs(Thread& thread, Value object) {
  Ref<List> list = TRY(List::make(thread));
  if (!object.is_object()) return Ref<>(std::move(list));
  std::vector<Object*> holders;
  for_each_weak(
      object.object(),
      [](void* context, Object& holder) {
        if (try_incref(&holder)) static_cast<std::vector<Object*>*>(context)->push_back(&holder);
        return true;
      },
      &holders);
  Ref<> plain = find_plain_weak(object.object(), types.weak_reference);
  if (!plain.is_empty()) TRY(list->append(thread, plain.value()));
  for (Object* holder : holders) {
    Ref<> reference = Ref<>::adopt(holder->value());
    if (reference.value() != plain.value()) TRY(list->append(thread, std::move(reference)));
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
