// Slot wrappers: special methods that are slots of native classes, and what binds them.
#include "core/builtins/builtin_types.h"
#include "core/builtins/native_function_types.h"
#include "core/object/allocate.h"
#include "core/object/slot_table.h"
#include "memory/buffer.h"

namespace py {

namespace {

SlotWrapper& wrapper(Value self) { return *static_cast<SlotWrapper*>(self.object()); }

Result<Ref<>> wrapper_call(Thread& thread, Value self, const Arguments& arguments) {
  SlotWrapper& slot = wrapper(self);
  if (arguments.positional == 0) {
    return raise(thread, types.TypeError, "descriptor '{}' of '{}' object needs an argument", slot.definition->dunder, *slot.owner);
  }
  if (!type_of(arguments[0]).is_subtype_of(*slot.owner)) {
    return raise(thread, types.TypeError, "descriptor '{}' requires a '{}' object but received a '{}'", slot.definition->dunder, *slot.owner,
                 type_of(arguments[0]));
  }
  return Ref<>::adopt(slot.definition->wrap(thread, slot, arguments));
}
Result<Ref<>> wrapper_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound) return Ref<>::share(self);
  Ref<BoundMethod> bound = TRY(new_object<BoundMethod>(thread, *types.method_wrapper));
  bound->function.initialize(Ref<>::share(self).release());
  bound->self.initialize(Ref<>::share(instance).release());
  return Ref<>(std::move(bound));
}
Result<Ref<>> wrapper_name(Thread& thread, Value self) { return Ref<>(TRY(Str::from_ascii(thread, wrapper(self).definition->dunder))); }
Result<Ref<>> wrapper_doc(Thread& thread, Value self) {
  const char* doc = wrapper(self).definition->doc;
  return doc ? Ref<>(TRY(Str::from_ascii(thread, doc))) : Ref<>::adopt(None);
}
Result<Ref<>> wrapper_qualname(Thread& thread, Value self) {
  return Ref<>(TRY(format_str(thread, "{}.{}", wrapper(self).owner->name_str(), wrapper(self).definition->dunder)));
}
Result<Ref<>> wrapper_signature(Thread& thread, Value self) {
  const char* text = wrapper(self).definition->signature;
  return text ? Ref<>(TRY(Str::from_ascii(thread, text))) : Ref<>::adopt(None);
}
Result<Ref<>> wrapper_owner(Thread&, Value self) { return Ref<>::share(wrapper(self).owner->value()); }
Result<Ref<>> wrapper_repr(Thread& thread, Value self) {
  return Ref<>(TRY(format_str(thread, "<slot wrapper '{}' of '{}' objects>", wrapper(self).definition->dunder, *wrapper(self).owner)));
}
Result<Ref<>> wrapper_reduce(Thread& thread, Value self) {
  return reduce_to_attribute(thread, wrapper(self).owner->value(), TRY(wrapper_name(thread, self)));
}
constexpr MethodSpec kWrapperMethods[] = {def<wrapper_reduce>("__reduce__()", "Helper for pickle.")};
constexpr PropertySpec kWrapperProperties[] = {
    {"__name__", nullptr, wrapper_name},
    {"__doc__", nullptr, wrapper_doc},
    {"__qualname__", nullptr, wrapper_qualname},
    {"__text_signature__", nullptr, wrapper_signature},
    {"__objclass__", nullptr, wrapper_owner},
};

BoundMethod& bound(Value self) { return *static_cast<BoundMethod*>(self.object()); }
Result<Ref<>> bound_call(Thread& thread, Value self, const Arguments& arguments) {
  return call_prepending(thread, bound(self).function.peek(), bound(self).self.peek(), arguments);
}
Result<Ref<>> bound_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(bound(self).self.peek().bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<method-wrapper '{}' of {} object at {}>", wrapper(bound(self).function.peek()).definition->dunder,
                              type_of(bound(self).self.peek()), address)));
}
template <UnarySlot getter>
Result<Ref<>> of_wrapper(Thread& thread, Value self) {
  return getter(thread, bound(self).function.peek());
}
Result<Ref<>> bound_self(Thread&, Value self) { return bound(self).self.load(); }
Result<i64> bound_hash(Thread&, Value self) {
  return static_cast<i64>((bound(self).self.peek().bits ^ bound(self).function.peek().bits) >> 3);
}
Result<Ref<>> bound_compare(Thread&, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || &type_of(left) != &type_of(right)) return Ref<>::adopt(NotImplemented);
  const bool same = bound(left).self.peek() == bound(right).self.peek() && bound(left).function.peek() == bound(right).function.peek();
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}
Result<Ref<>> bound_reduce(Thread& thread, Value self) {
  return reduce_to_attribute(thread, bound(self).self.peek(), TRY(wrapper_name(thread, bound(self).function.peek())));
}
constexpr MethodSpec kBoundMethods[] = {def<bound_reduce>("__reduce__()", "Helper for pickle.")};
constexpr PropertySpec kBoundProperties[] = {
    {"__name__", nullptr, of_wrapper<wrapper_name>},
    {"__doc__", nullptr, of_wrapper<wrapper_doc>},
    {"__qualname__", nullptr, of_wrapper<wrapper_qualname>},
    {"__text_signature__", nullptr, of_wrapper<wrapper_signature>},
    {"__objclass__", nullptr, of_wrapper<wrapper_owner>},
    {"__self__", nullptr, bound_self},
};

}  // namespace

const TypeSpec wrapper_descriptor_spec = {
    .name = "wrapper_descriptor",
    .doc = nullptr,
    .methods = kWrapperMethods,
    .method_count = std::size(kWrapperMethods),
    .properties = kWrapperProperties,
    .property_count = std::size(kWrapperProperties),
    .slots = {.repr = wrapper_repr, .call = wrapper_call, .descriptor_get = wrapper_get},
    .ops = &SlotWrapper::kOps,
    .size = sizeof(SlotWrapper),
    .flags = static_cast<u32>(TypeFlag::MethodDescriptor) | static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec method_wrapper_spec = {
    .name = "method-wrapper",
    .doc = nullptr,
    .methods = kBoundMethods,
    .method_count = std::size(kBoundMethods),
    .properties = kBoundProperties,
    .property_count = std::size(kBoundProperties),
    .slots = {.repr = bound_repr, .hash = bound_hash, .compare = bound_compare, .call = bound_call},
    .ops = &BoundMethod::kOps,
    .size = sizeof(BoundMethod),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace py
