// function, method, cell, and the natives' counterparts: builtin functions, method descriptors, slot wrappers.
#include "core/builtins/builtin_types.h"
#include "core/object/allocate.h"
#include "core/object/code.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/slot_table.h"
#include "core/object/number.h"
#include "core/vm/calls.h"
#include "memory/buffer.h"

namespace py {

// function
namespace {

Result<Ref<>> function_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<function {} at {}>", as<Str>(as<Function>(self).qualified_name.peek()), address)));
}

Result<Ref<>> function_get(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound || instance.is_none()) return Ref<>::share(self);
  return make_bound_method(thread, self, instance);
}

Result<Ref<>> function_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "function(code, globals, name=None, argdefs=None, closure=None)", arguments);
  if (!is<Code>(bound[0])) return raise(thread, types.TypeError, "function() argument 'code' must be code, not {}", type_of(bound[0]));
  if (!is<Dict>(bound[1])) return raise(thread, types.TypeError, "function() argument 'globals' must be dict, not {}", type_of(bound[1]));
  Code& code = as<Code>(bound[0]);
  const isize wanted = as<Tuple>(code.free_names.peek()).length;
  if (!bound[2].is_none() && !is<Str>(bound[2])) return raise(thread, types.TypeError, "arg 3 (name) must be None or string");
  if (!bound[3].is_none() && !is<Tuple>(bound[3])) return raise(thread, types.TypeError, "arg 4 (defaults) must be None or tuple");
  if (!is<Tuple>(bound[4]) && (wanted || !bound[4].is_none())) {
    return raise(thread, types.TypeError, wanted ? "arg 5 (closure) must be tuple" : "arg 5 (closure) must be None or tuple");
  }
  const isize given = is<Tuple>(bound[4]) ? as<Tuple>(bound[4]).length : 0;
  if (given != wanted) {
    return raise(thread, types.ValueError, "{} requires closure of length {}, not {}", as<Str>(code.name.peek()), wanted, given);
  }
  for (isize i = 0; i < given; ++i) {
    if (!is<Cell>(as<Tuple>(bound[4])[i])) {
      return raise(thread, types.TypeError, "arg 5 (closure) expected cell, found {}", type_of(as<Tuple>(bound[4])[i]));
    }
  }
  if (as<Dict>(bound[1]).find_str(names::__builtins__()).is_empty() && loaded_modules()) {
    const Value builtins = loaded_modules()->find_str(names::builtins());
    if (is<Module>(builtins)) TRY(as<Dict>(bound[1]).set(thread, names::__builtins__().value(), as<Module>(builtins).dict.peek()));
  }
  Ref<Function> function = TRY(make_function(thread, code, as<Dict>(bound[1])));
  if (is<Str>(bound[2])) function->name.store(*function, bound[2]);
  function->defaults.store(*function, bound[3]);
  function->closure.store(*function, given ? bound[4] : None);
  return Ref<>(std::move(function));
}

template <Field Function::*field>
Result<Ref<>> get_field(Thread&, Value self) {
  return (as<Function>(self).*field).load();
}

template <Field Function::*field>
Result<void> set_field(Thread& thread, Value self, Value value) {
  Function& function = as<Function>(self);
  function.version.fetch_add(1, std::memory_order_relaxed);
  (function.*field).store(function, value == Unbound ? None : value);
  return {};
}

template <Field Function::*field>
Result<void> set_name_field(Thread& thread, Value self, Value value) {
  if (!is<Str>(value)) {
    return raise(thread, types.TypeError, "{} must be set to a string object", field == &Function::name ? "__name__" : "__qualname__");
  }
  return set_field<field>(thread, self, value);
}

Result<void> set_code(Thread& thread, Value self, Value value) {
  if (!is<Code>(value)) return raise(thread, types.TypeError, "__code__ must be set to a code object");
  Function& function = as<Function>(self);
  const isize have = is<Tuple>(function.closure.peek()) ? as<Tuple>(function.closure.peek()).length : 0;
  const isize wanted = as<Tuple>(as<Code>(value).free_names.peek()).length;
  if (have != wanted) {
    return raise(thread, types.ValueError, "{}() requires a code object with {} free vars, not {}", as<Str>(function.name.peek()), have, wanted);
  }
  return set_field<&Function::code>(thread, self, value);
}
Result<void> set_defaults(Thread& thread, Value self, Value value) {
  if (value != Unbound && !value.is_none() && !is<Tuple>(value)) {
    return raise(thread, types.TypeError, "__defaults__ must be set to a tuple object");
  }
  return set_field<&Function::defaults>(thread, self, value);
}
Result<void> set_keyword_defaults(Thread& thread, Value self, Value value) {
  if (value != Unbound && !value.is_none() && !is<Dict>(value)) {
    return raise(thread, types.TypeError, "__kwdefaults__ must be set to a dict object");
  }
  return set_field<&Function::keyword_defaults>(thread, self, value);
}
// The dict of a lazily made mapping attribute: one winner when threads race.
Result<Ref<>> made_once(Thread& thread, Object& owner, Field& field) {
  if (is<Dict>(field.peek())) return field.load();
  Ref<Dict> fresh = TRY(Dict::make(thread));
  Value old = Empty;
  Ref<> result;
  {
    ObjectLock lock(owner);
    if (is<Dict>(field.peek())) {
      result = field.load();
    } else {
      old = field.exchange(owner, fresh.share());
      result = Ref<>(std::move(fresh));
    }
  }
  drop_removed(owner, old);
  return result;
}
Result<Ref<>> get_annotations(Thread& thread, Value self) { return made_once(thread, as<Function>(self), as<Function>(self).annotations); }
Result<void> set_annotations(Thread& thread, Value self, Value value) {
  if (value != Unbound && !value.is_none() && !is<Dict>(value)) {
    return raise(thread, types.TypeError, "__annotations__ must be set to a dict object");
  }
  return set_field<&Function::annotations>(thread, self, value);
}
Result<Ref<>> get_dict(Thread& thread, Value self) { return made_once(thread, as<Function>(self), as<Function>(self).dict); }
Result<void> set_dict(Thread& thread, Value self, Value value) {
  if (value == Unbound) return raise(thread, types.TypeError, "cannot delete __dict__");
  if (!is<Dict>(value)) return raise(thread, types.TypeError, "__dict__ must be set to a dictionary, not a '{}'", type_of(value));
  return set_field<&Function::dict>(thread, self, value);
}
Result<Ref<>> get_type_params(Thread& thread, Value self) {
  if (is<Tuple>(as<Function>(self).type_params.peek())) return as<Function>(self).type_params.load();
  return Ref<>(Ref<Tuple>::share(&Tuple::empty()));
}

Result<Ref<>> function_get_attribute(Thread& thread, Value self, Str& name) {
  const Value dict = as<Function>(self).dict.peek();
  if (is<Dict>(dict)) {
    const Value found = types.function->lookup(intern(thread, name));
    if (found.is_empty() || !type_of(found).has(TypeFlag::DataDescriptor)) {
      const Value own = as<Dict>(dict).find_str(name);
      if (!own.is_empty()) return Ref<>::share(own);
    }
  }
  return generic_get_attribute(thread, self, name);
}

Result<void> function_set_attribute(Thread& thread, Value self, Str& name, Value value) {
  const Value found = types.function->lookup(intern(thread, name));
  if (!found.is_empty() && type_of(found).slots.descriptor_set) return type_of(found).slots.descriptor_set(thread, found, self, value);
  Ref<> dict = TRY(get_dict(thread, self));
  if (value != Unbound) return as<Dict>(dict).set(thread, intern(thread, name).value(), value);
  if (TRY(as<Dict>(dict).remove(thread, name.value())).is_empty()) return raise_attribute_error(thread, self, name);
  return {};
}

constexpr PropertySpec kFunctionProperties[] = {
    {"__code__", nullptr, get_field<&Function::code>, set_code},
    {"__defaults__", nullptr, get_field<&Function::defaults>, set_defaults},
    {"__kwdefaults__", nullptr, get_field<&Function::keyword_defaults>, set_keyword_defaults},
    {"__annotations__", nullptr, get_annotations, set_annotations},
    {"__dict__", nullptr, get_dict, set_dict},
    {"__name__", nullptr, get_field<&Function::name>, set_name_field<&Function::name>},
    {"__qualname__", nullptr, get_field<&Function::qualified_name>, set_name_field<&Function::qualified_name>},
    {"__module__", nullptr, get_field<&Function::module>, set_field<&Function::module>},
    {"__doc__", nullptr, get_field<&Function::doc>, set_field<&Function::doc>},
    {"__type_params__", nullptr, get_type_params, set_field<&Function::type_params>},
};
// types.MemberDescriptorType is what `__globals__` is.
constexpr u32 kFirstFunctionField = sizeof(Object) / 8;
constexpr MemberSpec kFunctionMembers[] = {{"__globals__", nullptr, kFirstFunctionField + 1},
                                           {"__builtins__", nullptr, kFirstFunctionField + 2},
                                           {"__closure__", nullptr, kFirstFunctionField + 3}};

}  // namespace

const TypeSpec function_spec = {
    .name = "function",
    .doc = "Create a function object.",
    .properties = kFunctionProperties,
    .property_count = std::size(kFunctionProperties),
    .members = kFunctionMembers,
    .member_count = std::size(kFunctionMembers),
    .slots = {.repr = function_repr,
              .call = call_function,
              .get_attribute = function_get_attribute,
              .set_attribute = function_set_attribute,
              .descriptor_get = function_get,
              .new_ = function_new},
    .ops = &Function::kOps,
    .size = sizeof(Function),
    .flags = static_cast<u32>(TypeFlag::MethodDescriptor),
};

// method
namespace {

Result<Ref<>> method_call(Thread& thread, Value self, const Arguments& arguments) {
  BoundMethod& method = as<BoundMethod>(self);
  return call_prepending(thread, method.function.peek(), method.self.peek(), arguments);
}
Result<Ref<>> method_repr(Thread& thread, Value self) {
  BoundMethod& method = as<BoundMethod>(self);
  Ref<> name = TRY(get_attribute_or_empty(thread, method.function.peek(), names::__qualname__()));
  if (!is<Str>(name)) name = TRY(get_attribute_or_empty(thread, method.function.peek(), names::__name__()));
  Ref<Str> shown = TRY(repr(thread, method.self.peek()));
  if (!is<Str>(name)) return Ref<>(TRY(format_str(thread, "<bound method ? of {}>", *shown)));
  return Ref<>(TRY(format_str(thread, "<bound method {} of {}>", as<Str>(name), *shown)));
}
Result<i64> method_hash(Thread& thread, Value self) {
  BoundMethod& method = as<BoundMethod>(self);
  const i64 function = TRY(hash_of(thread, method.function.peek()));
  const u64 address = method.self.peek().bits >> 4;
  const i64 hash = function ^ static_cast<i64>(address);
  return hash == -1 ? -2 : hash;
}
Result<Ref<>> method_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if ((op != CompareOp::Equal && op != CompareOp::NotEqual) || !is<BoundMethod>(left) || !is<BoundMethod>(right)) {
    return Ref<>::adopt(NotImplemented);
  }
  BoundMethod& a = as<BoundMethod>(left);
  BoundMethod& b = as<BoundMethod>(right);
  const bool same = a.self.peek() == b.self.peek() && TRY(equal(thread, a.function.peek(), b.function.peek()));
  return Ref<>::adopt(Value::boolean(same == (op == CompareOp::Equal)));
}
Result<Ref<>> method_new(Thread& thread, Type&, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "method(function, instance, /)", arguments);
  if (!is_callable(bound[0])) return raise(thread, types.TypeError, "first argument must be callable");
  if (bound[1].is_none()) return raise(thread, types.TypeError, "instance must not be None");
  return make_bound_method(thread, bound[0], bound[1]);
}
Result<Ref<>> method_get_attribute(Thread& thread, Value self, Str& name) {
  const Value found = types.method->lookup(intern(thread, name));
  if (!found.is_empty()) return generic_get_attribute(thread, self, name);
  return get_attribute(thread, as<BoundMethod>(self).function.peek(), name);
}
Result<Ref<>> method_function(Thread&, Value self) { return as<BoundMethod>(self).function.load(); }
Result<Ref<>> method_self(Thread&, Value self) { return as<BoundMethod>(self).self.load(); }
Result<Ref<>> method_doc(Thread& thread, Value self) {
  Ref<> doc = TRY(get_attribute_or_empty(thread, as<BoundMethod>(self).function.peek(), names::__doc__()));
  return doc.is_empty() ? Ref<>::adopt(None) : std::move(doc);
}
Result<Ref<>> method_get(Thread&, Value self, Value, Value) { return Ref<>::share(self); }
Result<Ref<Tuple>> method_reduce(Thread& thread, BoundMethod& self) {
  Ref<> name = TRY(get_attribute(thread, self.function.peek(), names::__name__()));
  Dict& builtins = as<Dict>(as<Module>(loaded_modules()->find_str(names::builtins())).dict.peek());
  Ref<> getter = Ref<>::share(builtins.find_str(intern(thread, "getattr")));
  Ref<Tuple> args = TRY(Tuple::from(thread, {self.self.peek(), name}));
  return Tuple::from(thread, {getter, args.value()});
}

constexpr MethodSpec kMethodMethods[] = {def<method_reduce>("__reduce__()", "Helper for pickle.")};
constexpr PropertySpec kMethodProperties[] = {
    {"__func__", "the function (or other callable) implementing a method", method_function},
    {"__self__", "the instance to which a method is bound", method_self},
    {"__doc__", nullptr, method_doc},
};

}  // namespace

const TypeSpec method_spec = {
    .name = "method",
    .doc = "Create a bound instance method object.",
    .methods = kMethodMethods,
    .method_count = std::size(kMethodMethods),
    .properties = kMethodProperties,
    .property_count = std::size(kMethodProperties),
    .slots = {.repr = method_repr,
              .hash = method_hash,
              .compare = method_compare,
              .call = method_call,
              .get_attribute = method_get_attribute,
              .descriptor_get = method_get,
              .new_ = method_new},
    .ops = &BoundMethod::kOps,
    .size = sizeof(BoundMethod),
};

// cell
namespace {

Result<Ref<>> cell_content(Thread& thread, Value self) {
  Ref<> value = as<Cell>(self).content.load();
  if (value.is_empty()) return raise(thread, types.ValueError, "Cell is empty");
  return value;
}
Result<void> set_cell_content(Thread&, Value self, Value value) {
  Cell& cell = as<Cell>(self);
  Value old;
  {
    ObjectLock lock(cell);
    old = cell.content.exchange(cell, value == Unbound ? Ref<>() : Ref<>::share(value));
  }
  drop_removed(cell, old);
  return {};
}
Result<Ref<>> cell_repr(Thread& thread, Value self) {
  char address[32];
  std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(self.bits & ~u64{7}));
  const Value content = as<Cell>(self).content.peek();
  if (content.is_empty()) return Ref<>(TRY(format_str(thread, "<cell at {}: empty>", address)));
  char inner[32];
  std::snprintf(inner, sizeof inner, "0x%llx", static_cast<unsigned long long>(content.bits & ~u64{7}));
  return Ref<>(TRY(format_str(thread, "<cell at {}: {} object at {}>", address, type_of(content), inner)));
}
Result<Ref<>> cell_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is<Cell>(left) || !is<Cell>(right)) return Ref<>::adopt(NotImplemented);
  Ref<> a = as<Cell>(left).content.load(), b = as<Cell>(right).content.load();
  if (!a.is_empty() && !b.is_empty()) return compare(thread, a, b, op);
  const int x = !a.is_empty(), y = !b.is_empty();
  return Ref<>::adopt(Value::boolean(integer_compare(Value::integer(x), Value::integer(y), op)));
}
Result<Ref<>> cell_new(Thread& thread, Type&, const Arguments& arguments) {
  if (arguments.positional > 1) return raise(thread, types.TypeError, "cell expected at most 1 argument, got {}", arguments.positional);
  return Ref<>(TRY(make_cell(thread, arguments.positional ? arguments[0] : Empty)));
}
constexpr PropertySpec kCellProperties[] = {{"cell_contents", nullptr, cell_content, set_cell_content}};

}  // namespace

const TypeSpec cell_spec = {.name = "cell",
                            .doc = "Create a new cell object.",
                            .properties = kCellProperties,
                            .property_count = std::size(kCellProperties),
                            .slots = {.repr = cell_repr, .compare = cell_compare, .new_ = cell_new},
                            .ops = &Cell::kOps,
                            .size = sizeof(Cell)};

// Native functions
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
// (getattr, (holder, name)), which finds the method again.
Result<Ref<>> reduce_to_attribute(Thread& thread, Value holder, Value name) {
  Dict& builtins = as<Dict>(as<Module>(loaded_modules()->find_str(names::builtins())).dict.peek());
  Ref<> getter = Ref<>::share(builtins.find_str(intern(thread, "getattr")));
  Ref<Tuple> args = TRY(Tuple::from(thread, {holder, name}));
  return Ref<>(TRY(Tuple::from(thread, {getter, args.value()})));
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

// Slot wrappers
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
