// weakref.ref, and the two kinds of proxies.
#include "core/builtins/weakref_types.h"

#include "core/builtins/builtin_types.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/names.h"
#include "core/object/dict.h"
#include "memory/destroy.h"

#include <new>

namespace py {

namespace {

void reference_visit(Object& object, Visitor& visitor) {
  visitor.visit(static_cast<WeakReference&>(object).callback);
  visit_attributes(object, visitor);
}
void reference_release(Object& object) {
  unregister_weak(static_cast<WeakReference&>(object).node);
  release_attributes(object);
}
usize reference_size(const Object& object) { return type_of_object(object).allocation_size(); }
WeakNode* reference_node(Object& object) { return &static_cast<WeakReference&>(object).node; }

WeakReference& reference_of(Value self) { return *static_cast<WeakReference*>(self.object()); }

bool can_be_referenced(Value target) {
  if (!target.is_object()) return false;
  Type& type = type_of(target);
  // Variable-size values have no identity worth referring to; their subclasses may.
  const bool value_like = !type.has(TypeFlag::Heap) &&
                          (is<Str>(target) || is_integer(target) || is_float(target) || is<Tuple>(target) || is<Bytes>(target) || is<List>(target) ||
                           (is<Dict>(target) && !is<Set>(target) && !type.has(TypeFlag::HasDict)) || is<Complex>(target));
  const bool variable_subclass = type.has(TypeFlag::Heap) && type.instance_size == 0 && !is<Str>(target);
  return type.has(TypeFlag::Weakrefable) && &type != types.object && !value_like && !variable_subclass;
}

}  // namespace

const ObjectOps WeakReference::kOps = {"weakref", reference_visit, reference_release, reference_size, reference_node};

Result<Ref<>> make_weak_reference(Thread& thread, Type& type, Value target, Value callback) {
  if (!can_be_referenced(target)) {
    return raise(thread, types.TypeError, "cannot create weak reference to '{}' object", type_of(target));
  }
  const bool plain = callback.is_none();
  if (plain && (&type == types.weak_reference || &type == types.weak_proxy || &type == types.weak_callable_proxy)) {
    Ref<> existing = find_plain_weak(target.object(), &type);
    if (!existing.is_empty()) return existing;
  }
  Ref<WeakReference> reference = TRY(new_object<WeakReference>(thread, type));
  new (&reference->node) WeakNode();
  reference->hash.store(-1, std::memory_order_relaxed);
  reference->callback.initialize(Ref<>::share(callback).release());
  if (reference->is_shared()) publish(callback);
  if (!register_weak(reference->node, target.object(), reference.get(), !plain)) return raise_memory_error(thread);
  return Ref<>(std::move(reference));
}

namespace {

Result<Ref<>> reference_new(Thread& thread, Type& type, const Arguments& arguments) {
  if (arguments.positional < 1 || arguments.positional > 2) {
    return raise(thread, types.TypeError, "__new__ expected at {} {} argument{}, got {}", arguments.positional ? "most" : "least",
                 arguments.positional ? 2 : 1, arguments.positional ? "s" : "", arguments.positional);
  }
  return make_weak_reference(thread, type, arguments[0], arguments.positional == 2 ? arguments[1] : None);
}
Result<void> reference_init(Thread& thread, Value, const Arguments& arguments) {
  if (arguments.keyword_count()) return raise(thread, types.TypeError, "ref() takes no keyword arguments");
  if (arguments.positional > 2) return raise(thread, types.TypeError, "__init__ expected at most 2 arguments, got {}", arguments.positional);
  return {};
}
Result<Ref<>> reference_call(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.positional || arguments.keyword_count()) return raise(thread, types.TypeError, "weakref() takes no arguments");
  Ref<> target = load_weak(reference_of(self).node);
  return target.is_empty() ? Ref<>::adopt(None) : std::move(target);
}
Result<i64> reference_hash(Thread& thread, Value self) {
  const i64 known = reference_of(self).hash.load(std::memory_order_relaxed);
  if (known != -1) return known;
  Ref<> target = load_weak(reference_of(self).node);
  if (target.is_empty()) return raise(thread, types.TypeError, "weak object has gone away");
  const i64 hash = TRY(hash_of(thread, target));
  reference_of(self).hash.store(hash, std::memory_order_relaxed);
  return hash;
}
Result<Ref<>> reference_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !type_of(left).is_subtype_of(*types.weak_reference) ||
      !type_of(right).is_subtype_of(*types.weak_reference)) {
    return Ref<>::adopt(NotImplemented);
  }
  Ref<> a = load_weak(reference_of(left).node), b = load_weak(reference_of(right).node);
  if (a.is_empty() || b.is_empty()) return Ref<>::adopt(Value::boolean((left == right) == (op == CompareOp::Equal)));
  return compare(thread, a, b, op);
}
Result<Ref<>> reference_repr(Thread& thread, Value self) {
  char own[32], other[32];
  std::snprintf(own, sizeof own, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  Ref<> target = load_weak(reference_of(self).node);
  if (target.is_empty()) return Ref<>(TRY(format_str(thread, "<weakref at {}; dead>", own)));
  std::snprintf(other, sizeof other, "0x%llx", static_cast<unsigned long long>(target.value().bits & ~u64{7}));
  Ref<> name = TRY(get_attribute_or_empty(thread, target, names::__name__()));
  if (is<Str>(name)) {
    return Ref<>(TRY(format_str(thread, "<weakref at {}; to '{}' at {} ({})>", own, type_of(target), other, as<Str>(name))));
  }
  return Ref<>(TRY(format_str(thread, "<weakref at {}; to '{}' at {}>", own, type_of(target), other)));
}
Result<Ref<>> reference_callback(Thread&, Value self) {
  if (is_weak_dead(reference_of(self).node)) return Ref<>::adopt(None);
  return reference_of(self).callback.load();
}
constexpr PropertySpec kReferenceProperties[] = {{"__callback__", nullptr, reference_callback}};
constexpr MethodSpec kReferenceMethods[] = {class_method<+[](Thread& thread, Type& type, Value item) { return make_generic_alias(thread, type.value(), item); }>(
    "__class_getitem__(item, /)", "See PEP 585")};

// Proxies: every operation goes to the target.

Result<Ref<>> proxied(Thread& thread, Value value) {
  if (!value.is_object()) return Ref<>::share(value);
  Type& type = type_of(value);
  if (&type != types.weak_proxy && &type != types.weak_callable_proxy) return Ref<>::share(value);
  Ref<> target = load_weak(reference_of(value).node);
  if (target.is_empty()) return raise(thread, types.ReferenceError, "weakly-referenced object no longer exists");
  return target;
}

template <Result<Ref<>> (*operation)(Thread&, Value)>
Result<Ref<>> proxy_unary(Thread& thread, Value self) {
  Ref<> target = TRY(proxied(thread, self));
  return operation(thread, target);
}
Result<Ref<>> str_value(Thread& thread, Value value) { return Ref<>(TRY(to_str(thread, value))); }
Result<Ref<>> float_value_of(Thread& thread, Value value) { return make_float(thread, TRY(to_double(thread, value))); }
Result<Ref<>> iterate_value(Thread& thread, Value value) { return iterate(thread, value); }
Result<Ref<>> proxy_next(Thread& thread, Value self) {
  Ref<> target = TRY(proxied(thread, self));
  if (!type_of(target).slots.next) return raise(thread, types.TypeError, "Weakref proxy referenced a non-iterator '{}' object", type_of(target));
  return next(thread, target);
}
template <u32 op>
Result<Ref<>> proxy_binary(Thread& thread, Value left, Value right) {
  Ref<> a = TRY(proxied(thread, left)), b = TRY(proxied(thread, right));
  return binary(thread, static_cast<BinaryOp>(op), a, b);
}
template <u32 op>
Result<Ref<>> proxy_in_place(Thread& thread, Value left, Value right) {
  Ref<> a = TRY(proxied(thread, left)), b = TRY(proxied(thread, right));
  return in_place(thread, static_cast<BinaryOp>(op), a, b);
}
Result<Ref<>> proxy_compare(Thread& thread, Value left, Value right, CompareOp op) {
  Ref<> a = TRY(proxied(thread, left)), b = TRY(proxied(thread, right));
  return compare(thread, a, b, op);
}
Result<Ref<>> proxy_get_attribute(Thread& thread, Value self, Str& name) {
  Ref<> target = TRY(proxied(thread, self));
  return get_attribute(thread, target, name);
}
Result<void> proxy_set_attribute(Thread& thread, Value self, Str& name, Value value) {
  Ref<> target = TRY(proxied(thread, self));
  return set_attribute(thread, target, name, value);
}
Result<isize> proxy_length(Thread& thread, Value self) {
  Ref<> target = TRY(proxied(thread, self));
  return length(thread, target);
}
Result<bool> proxy_truth(Thread& thread, Value self) {
  Ref<> target = TRY(proxied(thread, self));
  return is_true(thread, target);
}
Result<bool> proxy_contains(Thread& thread, Value self, Value item) {
  Ref<> target = TRY(proxied(thread, self));
  return contains(thread, target, item);
}
Result<Ref<>> proxy_get_item(Thread& thread, Value self, Value key) {
  Ref<> target = TRY(proxied(thread, self));
  return get_item(thread, target, key);
}
Result<void> proxy_set_item(Thread& thread, Value self, Value key, Value value) {
  Ref<> target = TRY(proxied(thread, self));
  return set_item(thread, target, key, value);
}
Result<Ref<>> proxy_call(Thread& thread, Value self, const Arguments& arguments) {
  Ref<> target = TRY(proxied(thread, self));
  return call(thread, target, arguments);
}
Result<Ref<>> proxy_repr(Thread& thread, Value self) {
  char own[32], other[32];
  std::snprintf(own, sizeof own, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  Ref<> target = TRY(proxied(thread, self));
  std::snprintf(other, sizeof other, "0x%llx", static_cast<unsigned long long>(target.value().bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<weakproxy at {} to {} at {}>", own, type_of(target), other)));
}

Result<Ref<>> proxy_bytes(Thread& thread, Value self) {
  Ref<> target = TRY(proxied(thread, self));
  return call_method(thread, target, names::__bytes__());
}
Result<Ref<>> proxy_reversed(Thread& thread, Value self) {
  Ref<> target = TRY(proxied(thread, self));
  return call_method(thread, target, names::__reversed__());
}
constexpr MethodSpec kProxyMethods[] = {def<proxy_bytes>("__bytes__()", nullptr), def<proxy_reversed>("__reversed__()", nullptr)};

#define EVERY_BINARY(function)                                                                                                     \
  {function<0>, function<1>, function<2>, function<3>, function<4>, function<5>, function<6>, function<7>, function<8>, function<9>, \
   function<10>, function<11>, function<12>, function<13>}
constexpr TypeSlots proxy_slots(CallSlot call_slot) {
  return {.repr = proxy_repr,
          .str = proxy_unary<str_value>,
          .compare = proxy_compare,
          .call = call_slot,
          .get_attribute = proxy_get_attribute,
          .set_attribute = proxy_set_attribute,
          .iter = proxy_unary<iterate_value>,
          .next = proxy_next,
          .length = proxy_length,
          .get_item = proxy_get_item,
          .set_item = proxy_set_item,
          .contains = proxy_contains,
          .truth = proxy_truth,
          .index = proxy_unary<to_index>,
          .integer = proxy_unary<to_integer>,
          .floating = proxy_unary<float_value_of>,
          .negative = proxy_unary<negative>,
          .positive = proxy_unary<positive>,
          .absolute = proxy_unary<absolute>,
          .invert = proxy_unary<invert>,
          .binary = EVERY_BINARY(proxy_binary),
          .in_place = EVERY_BINARY(proxy_in_place)};
}

void call_weak_callback(Thread& thread, Object& holder) {
  WeakReference& reference = static_cast<WeakReference&>(holder);
  Ref<> callback = reference.callback.load();
  if (callback.value().is_none() || callback.is_empty()) return;
  Ref<> pending = take_pending(thread);
  if (call(thread, callback, {reference.value()}).failed()) report_unraisable(thread, callback);
  thread.pending = pending.release();
}

}  // namespace

void initialize_weak_references() { weak_callback_hook = call_weak_callback; }

const TypeSpec weak_reference_spec = {
    .name = "weakref.ReferenceType",
    .doc = nullptr,
    .methods = kReferenceMethods,
    .method_count = std::size(kReferenceMethods),
    .properties = kReferenceProperties,
    .property_count = std::size(kReferenceProperties),
    .slots = {.repr = reference_repr,
              .hash = reference_hash,
              .compare = reference_compare,
              .call = reference_call,
              .init = reference_init,
              .new_ = reference_new},
    .ops = &WeakReference::kOps,
    .size = sizeof(WeakReference),
    .flags = static_cast<u32>(TypeFlag::Subclassable)};
const TypeSpec weak_proxy_spec = {.name = "weakref.ProxyType", .doc = nullptr, .methods = kProxyMethods, .method_count = std::size(kProxyMethods), .slots = proxy_slots(nullptr), .ops = &WeakReference::kOps,
                                  .size = sizeof(WeakReference), .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec weak_callable_proxy_spec = {.name = "weakref.CallableProxyType", .doc = nullptr, .methods = kProxyMethods, .method_count = std::size(kProxyMethods), .slots = proxy_slots(proxy_call),
                                           .ops = &WeakReference::kOps, .size = sizeof(WeakReference),
                                           .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace py
