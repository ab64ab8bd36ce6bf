// Functions and methods of every kind of signature, that answer with what they were called with.
#include "core/modules/testing/c_api.h"
#include "core/object/allocate.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"

namespace py::testing {

namespace {

Result<Ref<Dict>> keyword_dict(Thread& thread, Keywords keywords) {
  Ref<Dict> dict = TRY(Dict::make(thread));
  for (u32 i = 0; i < keywords.count(); ++i) TRY(dict->set(thread, (*keywords.names)[i], keywords.values[i]));
  return dict;
}

Result<Ref<>> nothing_given(Thread&, Value self) { return Ref<>::share(self); }
Result<Ref<Tuple>> one_given(Thread& thread, Value self, Value given) { return Tuple::from(thread, {self, given}); }
Result<Ref<Tuple>> any_given(Thread& thread, Value self, Rest rest) {
  Ref<Tuple> given = TRY(Tuple::from(thread, rest.values, rest.count));
  return Tuple::from(thread, {self, given.value()});
}
Result<Ref<Tuple>> all_given(Thread& thread, Value self, Rest rest, Keywords keywords) {
  Ref<Tuple> given = TRY(Tuple::from(thread, rest.values, rest.count));
  Ref<Dict> named = TRY(keyword_dict(thread, keywords));
  return Tuple::from(thread, {self, given.value(), named.value()});
}

// The same without a self, which is None.
Result<Ref<>> nothing_given_static(Thread&) { return Ref<>::adopt(None); }
Result<Ref<Tuple>> one_given_static(Thread& thread, Value given) { return one_given(thread, None, given); }
Result<Ref<Tuple>> any_given_static(Thread& thread, Rest rest) { return any_given(thread, None, rest); }
Result<Ref<Tuple>> all_given_static(Thread& thread, Rest rest, Keywords keywords) {
  return all_given(thread, None, rest, keywords);
}

// A class method gets its class as a Type&.
Result<Ref<>> nothing_given_class(Thread& thread, Type& type) { return nothing_given(thread, type.value()); }
Result<Ref<Tuple>> one_given_class(Thread& thread, Type& type, Value given) { return one_given(thread, type.value(), given); }
Result<Ref<Tuple>> any_given_class(Thread& thread, Type& type, Rest rest) { return any_given(thread, type.value(), rest); }
Result<Ref<Tuple>> all_given_class(Thread& thread, Type& type, Rest rest, Keywords keywords) {
  return all_given(thread, type.value(), rest, keywords);
}

#define METHODS(kind, suffix)                                                                                      \
  kind<nothing_given##suffix>("meth_noargs()", nullptr), kind<one_given##suffix>("meth_o(value, /)", nullptr),     \
      kind<any_given##suffix>("meth_varargs(*args)", nullptr), kind<any_given##suffix>("meth_fastcall(*args)", nullptr), \
      kind<all_given##suffix>("meth_varargs_keywords(*args, **kwargs)", nullptr),                                  \
      kind<all_given##suffix>("meth_fastcall_keywords(*args, **kwargs)", nullptr)
constexpr MethodSpec kInstanceMethods[] = {METHODS(def, )};
constexpr MethodSpec kClassMethods[] = {METHODS(class_method, _class)};
constexpr MethodSpec kStaticMethods[] = {METHODS(static_method, _static)};
#undef METHODS

Result<Ref<>> plain_new(Thread& thread, Type& type, const Arguments&) {
  return Ref<>(TRY(new_object<Object>(thread, type)));
}
constexpr TypeSpec spec_with(const char* name, const MethodSpec (&methods)[6]) {
  return {.name = name, .doc = nullptr, .methods = methods, .method_count = 6, .slots = {.new_ = plain_new}};
}
constexpr TypeSpec kHolders[] = {spec_with("_testcapi.MethInstance", kInstanceMethods),
                                 spec_with("_testcapi.MethClass", kClassMethods),
                                 spec_with("_testcapi.MethStatic", kStaticMethods)};

// Callable objects that bind as functions do, and say which of them was called.
template <bool answer>
Result<Ref<>> answer_call(Thread&, Value, const Arguments&) {
  return Ref<>::adopt(Value::boolean(answer));
}
Result<Ref<>> bind_function(Thread& thread, Value self, Value instance, Value) {
  if (instance == Unbound || instance.is_none()) return Ref<>::share(self);
  return make_bound_method(thread, self, instance);
}
Result<Ref<>> return_arguments(Thread& thread, Value, const Arguments& arguments) {
  return Ref<>(TRY(Tuple::from(thread, arguments.values, arguments.positional)));
}
Result<Ref<>> do_not_bind(Thread&, Value self, Value, Value) { return Ref<>::share(self); }

constexpr u32 kBinds = static_cast<u32>(TypeFlag::MethodDescriptor) | static_cast<u32>(TypeFlag::Subclassable);
constexpr TypeSpec kBase = {.name = "_testcapi.MethodDescriptorBase",
                            .doc = nullptr,
                            .slots = {.call = answer_call<true>, .descriptor_get = bind_function, .new_ = plain_new},
                            .flags = kBinds};
constexpr TypeSpec kDerived = {.name = "_testcapi.MethodDescriptorDerived", .doc = nullptr, .flags = kBinds};
constexpr TypeSpec kNopGet = {.name = "_testcapi.MethodDescriptorNopGet",
                              .doc = nullptr,
                              .slots = {.call = return_arguments, .descriptor_get = do_not_bind},
                              .flags = static_cast<u32>(TypeFlag::Subclassable)};
constexpr TypeSpec kSecond = {
    .name = "_testcapi.MethodDescriptor2", .doc = nullptr, .slots = {.call = answer_call<false>}, .flags = kBinds};

}  // namespace

Result<void> add_methods(Thread& thread, Module& module) {
  const Value name = as<Dict>(module.dict.peek()).find_str(names::__name__());
  for (const MethodSpec& spec : kInstanceMethods) {  // bound to the module
    Ref<NativeFunction> function =
        TRY(make_native_function(thread, *types.builtin_function, spec, module.value(), name, nullptr));
    TRY(add_to_module(thread, module, spec.name, function.value()));
  }
  for (const TypeSpec& spec : kHolders) TRY(add_type_to_module(thread, module, spec));
  Type* base = TRY(add_type_to_module(thread, module, kBase));
  for (const TypeSpec* spec : {&kDerived, &kNopGet, &kSecond}) TRY(add_type_to_module(thread, module, *spec, base));
  return {};
}

}  // namespace py::testing
