// The natives' counterparts of functions and methods: builtin functions, method and classmethod descriptors.
#include "core/builtins/native_function_types.h"
#include "core/builtins/builtin_types.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "memory/buffer.h"

namespace py {

Result<Ref<>> reduce_to_attribute(Thread& thread, Value holder, Value name) {
  Dict& builtins = as<Dict>(as<Module>(loaded_modules()->find_str(names::builtins())).dict.peek());
  Ref<> getter = Ref<>::share(builtins.find_str(intern(thread, "getattr")));
  Ref<Tuple> args = TRY(Tuple::from(thread, {holder, name}));
  return Ref<>(TRY(Tuple::from(thread, {getter, args.value()})));
}

namespace {

const MethodSpec& spec_of(Value self) { return *static_cast<NativeFunction*>(self.object())->spec; }
NativeFunction& native(Value self) { return *static_cast<NativeFunction*>(self.object()); }

Result<Ref<>> builtin_call(Thread& thread, Value self, const Arguments& arguments) {
  NativeFunction& function = native(self);
  const MethodSpec& spec = *function.spec;
  if (spec.binding == Binding::Function || spec.binding == Binding::StaticMethod) {
    return Result<Ref<>>(Ref<>::adopt(spec.entry(thread, spec, arguments.values, arguments.positional, arguments.keywords)));
  }
  const u32 total = arguments.positional + arguments.keyword_count();
  Value few[16];
  Value* values = total < 16 ? few : static_cast<Value*>(buffer_allocate((total + 1) * sizeof(Value)));
  if (!values) return raise_memory_error(thread);
  values[0] = function.self.peek();
  for (u32 i = 0; i < total; ++i) values[i + 1] = arguments.values[i];
  const Value result = spec.entry(thread, spec, values, arguments.positional + 1, arguments.keywords);
  if (values != few) buffer_free(values);
  return Ref<>::adopt(result);
}
Result<Ref<>> descriptor_call(Thread& thread, Value self, const Arguments& arguments) {
  NativeFunction& function = native(self);
  if (arguments.positional == 0) {
    return raise(thread, types.TypeError, "unbound method {}.{}() needs an argument", *function.owner, std::string_view(function.spec->name));
  }
  if (!type_of(arguments[0]).is_subtype_of(*function.owner)) {
    return raise(thread, types.TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{}' object", std::string_view(function.spec->name),
                 *function.owner, type_of(arguments[0]));
  }
  return Ref<>::adopt(function.spec->entry(thread, *function.spec, arguments.values, arguments.positional, arguments.keywords));
}
Result<Ref<>> classmethod_call(Thread& thread, Value self, const Arguments& arguments) {
  NativeFunction& function = native(self);
  return Ref<>::adopt(function.spec->entry(thread, *function.spec, arguments.values, arguments.positional, arguments.keywords));
}
Result<Ref<>> bind_native(Thread& thread, Value self, Value target) {
  NativeFunction& function = native(self);
  return Ref<>(TRY(make_native_function(thread, *types.builtin_function, *function.spec, target, None, function.owner)));
}
Result<Ref<>> descriptor_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound) return Ref<>::share(self);
  if (!type_of(instance).is_subtype_of(*native(self).owner)) {
    return raise(thread, types.TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                 std::string_view(spec_of(self).name), *native(self).owner, type_of(instance));
  }
  return bind_native(thread, self, instance);
}
Result<Ref<>> classmethod_get(Thread& thread, Value self, Value instance, Value type) {
  if (type.is_none() || type == Unbound) type = type_of(instance).value();
  return bind_native(thread, self, type);
}

Result<Ref<>> native_name(Thread& thread, Value self) { return Ref<>(TRY(Str::from_ascii(thread, spec_of(self).name))); }
Result<Ref<>> native_doc(Thread& thread, Value self) {
  if (!spec_of(self).doc) return Ref<>::adopt(None);
  return Ref<>(TRY(Str::from_utf8(thread, spec_of(self).doc)));
}
Result<Ref<>> native_text_signature(Thread& thread, Value self) {
  const MethodSpec& spec = spec_of(self);
  if (spec.signature.text.empty()) return Ref<>::adopt(None);
  if (spec.signature.text.starts_with("($")) return Ref<>(TRY(Str::from_utf8(thread, spec.signature.text)));
  const std::string_view inner = spec.signature.text.substr(1);
  const char* self_name = spec.binding == Binding::ClassMethod ? "$type" : spec.binding == Binding::Method ? "$self" : "$module";
  if (spec.binding == Binding::StaticMethod) return Ref<>(TRY(Str::from_utf8(thread, spec.signature.text)));
  const bool only_positional_marker = spec.signature.positional_only > 0;
  if (inner == ")") return Ref<>(TRY(format_str(thread, "({}, /)", self_name)));
  return Ref<>(TRY(format_str(thread, only_positional_marker ? "({}, {}" : "({}, /, {}", self_name, inner)));
}
Result<Ref<>> native_qualname(Thread& thread, Value self) {
  NativeFunction& function = native(self);
  const Value bound = function.self.peek();
  const Type* owner = is<Type>(bound) ? &as<Type>(bound) : function.owner;
  if (owner) return Ref<>(TRY(format_str(thread, "{}.{}", owner->name_str(), std::string_view(spec_of(self).name))));
  return native_name(thread, self);
}
Result<Ref<>> native_module(Thread&, Value self) { return native(self).module.load(); }
Result<Ref<>> native_self(Thread& thread, Value self) {
  Ref<> bound = native(self).self.load();
  return bound.is_empty() ? Ref<>::adopt(None) : std::move(bound);
}
Result<Ref<>> native_owner(Thread&, Value self) { return Ref<>::share(native(self).owner->value()); }
Result<Ref<>> native_repr(Thread& thread, Value self) {
  NativeFunction& function = native(self);
  const Value bound = function.self.peek();
  if (bound.is_empty() || is<Module>(bound)) {
    return Ref<>(TRY(format_str(thread, "<built-in function {}>", std::string_view(spec_of(self).name))));
  }
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(bound.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<built-in method {} of {} object at {}>", std::string_view(spec_of(self).name), type_of(bound), address)));
}
Result<Ref<>> descriptor_repr(Thread& thread, Value self) {
  return Ref<>(TRY(format_str(thread, "<method '{}' of '{}' objects>", std::string_view(spec_of(self).name), *native(self).owner)));
}
Result<i64> native_hash(Thread&, Value self) {
  const u64 mixed = reinterpret_cast<u64>(native(self).spec) ^ native(self).self.peek().bits;
  return static_cast<i64>(mixed >> 3);
}
Result<Ref<>> native_compare(Thread&, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || &type_of(left) != &type_of(right)) return Ref<>::adopt(NotImplemented);
  const bool same = native(left).spec == native(right).spec && native(left).self.peek() == native(right).self.peek();
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}
Result<Ref<>> native_reduce(Thread& thread, Value self) {
  Ref<> name = TRY(native_name(thread, self));
  const Value bound = native(self).self.peek();
  if (bound.is_empty() || is<Module>(bound)) return name;
  return reduce_to_attribute(thread, bound, name);
}
Result<Ref<>> descriptor_reduce(Thread& thread, Value self) {
  return reduce_to_attribute(thread, native(self).owner->value(), TRY(native_name(thread, self)));
}
constexpr MethodSpec kDescriptorMethods[] = {def<descriptor_reduce>("__reduce__()", "Helper for pickle.")};
constexpr MethodSpec kNativeMethods[] = {def<native_reduce>("__reduce__()", "Helper for pickle.")};
constexpr PropertySpec kNativeProperties[] = {
    {"__name__", nullptr, native_name},         {"__doc__", nullptr, native_doc},
    {"__qualname__", nullptr, native_qualname}, {"__text_signature__", nullptr, native_text_signature},
    {"__module__", nullptr, native_module},     {"__self__", nullptr, native_self},
};
constexpr PropertySpec kDescriptorProperties[] = {
    {"__name__", nullptr, native_name},
    {"__doc__", nullptr, native_doc},
    {"__qualname__", nullptr, native_qualname},
    {"__text_signature__", nullptr, native_text_signature},
    {"__objclass__", nullptr, native_owner},
};

}  // namespace

const TypeSpec builtin_function_spec = {
    .name = "builtin_function_or_method",
    .doc = nullptr,
    .methods = kNativeMethods,
    .method_count = std::size(kNativeMethods),
    .properties = kNativeProperties,
    .property_count = std::size(kNativeProperties),
    .slots = {.repr = native_repr, .hash = native_hash, .compare = native_compare, .call = builtin_call},
    .ops = &NativeFunction::kOps,
    .size = sizeof(NativeFunction),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec method_descriptor_spec = {
    .name = "method_descriptor",
    .doc = nullptr,
    .methods = kDescriptorMethods,
    .method_count = std::size(kDescriptorMethods),
    .properties = kDescriptorProperties,
    .property_count = std::size(kDescriptorProperties),
    .slots = {.repr = descriptor_repr, .call = descriptor_call, .descriptor_get = descriptor_get},
    .ops = &NativeFunction::kOps,
    .size = sizeof(NativeFunction),
    .flags = static_cast<u32>(TypeFlag::MethodDescriptor) | static_cast<u32>(TypeFlag::NoInstantiation)};
const TypeSpec classmethod_descriptor_spec = {
    .name = "classmethod_descriptor",
    .doc = nullptr,
    .properties = kDescriptorProperties,
    .property_count = std::size(kDescriptorProperties),
    .slots = {.repr = descriptor_repr, .call = classmethod_call, .descriptor_get = classmethod_get},
    .ops = &NativeFunction::kOps,
    .size = sizeof(NativeFunction),
    .flags = static_cast<u32>(TypeFlag::NoInstantiation)};

}  // namespace py
