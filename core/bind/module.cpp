#include "core/bind/define.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"
#include "memory/roots.h"

namespace py {

Result<void> add_to_module(Thread& thread, Module& module, std::string_view name, Value value) {
  return as<Dict>(module.dict.peek()).set_str(thread, name, value);
}

Result<void> add_functions_to_module(Thread& thread, Module& module, const MethodSpec* functions, usize count) {
  const Value name = as<Dict>(module.dict.peek()).find_str(names::__name__());
  for (usize i = 0; i < count; ++i) {
    Ref<NativeFunction> function =
        TRY(make_native_function(thread, *types.builtin_function, functions[i], module.value(), name, nullptr));
    TRY(add_to_module(thread, module, functions[i].name, function.value()));
  }
  return {};
}

Result<void> add_int_to_module(Thread& thread, Module& module, std::string_view name, i64 value) {
  Ref<> number = TRY(make_int(thread, value));
  return add_to_module(thread, module, name, number);
}

Result<Type*> add_type_to_module(Thread& thread, Module& module, const TypeSpec& spec, Type* base) {
  Type& type = make_builtin_type(thread, spec, base);
  finish_builtin_type(thread, type);
  TRY(add_to_module(thread, module, type.name_view(), type.value()));
  return &type;
}

namespace {

// Module name -> a copy of the dict of the module made first. An import after the module was taken out of sys.modules gets
// the same types and functions again: they are C++ statics.
GlobalRef first_dicts;

Result<Ref<Module>> make_first(Thread& thread, const ModuleSpec& spec, Str& name) {
  Ref<Module> module = TRY(make_module(thread, name.value()));
  module->definition = &spec;
  if (spec.doc) {
    Ref<Str> doc = TRY(Str::from_utf8(thread, spec.doc));
    TRY(add_to_module(thread, *module, "__doc__", doc.value()));
  }
  TRY(add_functions_to_module(thread, *module, spec.functions, spec.function_count));
  if (spec.initialize) TRY(spec.initialize(thread, *module));
  Ref<Dict> copy = TRY(as<Dict>(module->dict.peek()).copy(thread));
  TRY(as<Dict>(first_dicts.peek()).set(thread, name.value(), copy.value()));
  return module;
}

}  // namespace

Result<Ref<Module>> make_native_module(Thread& thread, const ModuleSpec& spec) {
  if (first_dicts.peek().is_empty()) first_dicts.set(TRY(Dict::make(thread)));
  Str& name = intern(thread, spec.name);
  Ref<> content = TRY(as<Dict>(first_dicts.peek()).get(thread, name.value()));
  if (content.is_empty()) return make_first(thread, spec, name);
  Ref<Module> module = TRY(make_module(thread, name.value()));
  module->definition = &spec;
  TRY(as<Dict>(module->dict.peek()).update_from_dict(thread, as<Dict>(content)));
  return module;
}

}  // namespace py
