// module, SimpleNamespace.
#include "core/builtins/builtin_types.h"
#include "core/object/allocate.h"
#include "core/object/attributes.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/repr_guard.h"
#include "core/vm/imports.h"

namespace py {

// module
namespace {

Result<Ref<>> module_new(Thread& thread, Type& type, const Arguments&) {
  Ref<Module> module = TRY(new_object<Module>(thread, type));
  module->definition = nullptr;
  Ref<Dict> dict = TRY(Dict::make(thread));
  module->dict.store(*module, dict.value());
  return Ref<>(std::move(module));
}
Result<void> module_init(Thread& thread, Value self, const Arguments& arguments) {
  BIND_ARGUMENTS(bound, "module(name, doc=None)", arguments);
  if (!is<Str>(bound[0])) return raise(thread, types.TypeError, "module.__init__() argument 1 must be str, not {}", type_of(bound[0]));
  Dict& dict = as<Dict>(as<Module>(self).dict.peek());
  TRY(dict.set(thread, names::__name__().value(), bound[0]));
  TRY(dict.set(thread, names::__doc__().value(), bound[1]));
  for (Str* name : {&names::__package__(), &names::__loader__(), &names::__spec__()}) TRY(dict.set(thread, name->value(), None));
  return {};
}
Result<Ref<>> module_repr(Thread& thread, Value self) {
  Ref<> bootstrap = TRY(import_module(thread, "importlib._bootstrap"));
  return call_method(thread, bootstrap, "_module_repr", {self});
}
Result<Ref<>> module_dict(Thread&, Value self) { return as<Module>(self).dict.load(); }
Result<Ref<>> module_annotations(Thread& thread, Value self) {
  Dict& dict = as<Dict>(as<Module>(self).dict.peek());
  Ref<Dict> fresh = TRY(Dict::make(thread));
  return dict.set_default(thread, names::__annotations__().value(), fresh.value());
}
Result<void> set_module_annotations(Thread& thread, Value self, Value value) {
  Dict& dict = as<Dict>(as<Module>(self).dict.peek());
  if (value != Unbound) return dict.set(thread, names::__annotations__().value(), value);
  if (TRY(dict.remove(thread, names::__annotations__().value())).is_empty()) {
    return raise_with(thread, types.AttributeError, {names::__annotations__().value()});
  }
  return {};
}
Result<Ref<>> module_dir(Thread& thread, Module& self) {
  Dict& dict = as<Dict>(self.dict.peek());
  Ref<> hook = Ref<>::share(dict.find_str(names::__dir__()));
  if (!hook.is_empty()) return call(thread, hook, {});
  return Ref<>(TRY(to_list(thread, dict.value())));
}
constexpr MethodSpec kModuleMethods[] = {def<module_dir>("__dir__()", "The names in the module.")};
constexpr PropertySpec kModuleProperties[] = {{"__dict__", nullptr, module_dict},
                                              {"__annotations__", nullptr, module_annotations, set_module_annotations}};

}  // namespace

const TypeSpec module_spec = {.name = "module",
                              .doc = "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
                              .methods = kModuleMethods,
                              .method_count = std::size(kModuleMethods),
                              .properties = kModuleProperties,
                              .property_count = std::size(kModuleProperties),
                              .slots = {.repr = module_repr,
                                        .get_attribute = module_get_attribute,
                                        .set_attribute = module_set_attribute,
                                        .init = module_init,
                                        .new_ = module_new},
                              .ops = &Module::kOps,
                              .size = sizeof(Module),
                              .flags = static_cast<u32>(TypeFlag::Subclassable)};

// SimpleNamespace
namespace {

usize namespace_size(const Object& object) { return type_of_object(object).allocation_size(); }
const ObjectOps kNamespaceOps = {"namespace", visit_attributes, release_attributes, namespace_size};

Result<void> namespace_init(Thread& thread, Value self, const Arguments& arguments) {
  if (arguments.positional) return raise(thread, types.TypeError, "no positional arguments expected");
  for (u32 i = 0; i < arguments.keyword_count(); ++i) {
    TRY(set_attribute(thread, self, as<Str>((*arguments.keywords)[i]), arguments.values[i]));
  }
  return {};
}
Result<Ref<>> namespace_new(Thread& thread, Type& type, const Arguments&) { return Ref<>(TRY(new_object<Object>(thread, type))); }
Result<Ref<>> namespace_repr(Thread& thread, Value self) {
  Ref<Dict> dict = TRY(instance_dict(thread, *self.object()));
  const std::string name = &type_of(self) == types.simple_namespace ? "namespace" : std::string(type_of(self).name_view());
  ReprGuard guard(*self.object());
  if (guard.is_recursive()) return Ref<>(TRY(format_str(thread, "{}(...)", name)));
  std::string text = name + "(";
  isize position = 0;
  bool first = true;
  for (Value key, value; dict->next_entry(position, key, value); first = false) {
    Ref<> keep = Ref<>::share(value), keep_key = Ref<>::share(key);
    Ref<Str> shown = TRY(repr(thread, keep));
    text += (first ? "" : ", ") + as<Str>(keep_key).utf8() + "=" + shown->utf8();
  }
  return Ref<>(TRY(Str::from_utf8(thread, text + ")")));
}
Result<Ref<>> namespace_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!type_of(left).is_subtype_of(*types.simple_namespace) || !type_of(right).is_subtype_of(*types.simple_namespace)) {
    return Ref<>::adopt(NotImplemented);
  }
  Ref<Dict> a = TRY(instance_dict(thread, *left.object())), b = TRY(instance_dict(thread, *right.object()));
  return compare(thread, a.value(), b.value(), op);
}
Result<Ref<>> namespace_dict(Thread& thread, Value self) { return Ref<>(TRY(instance_dict(thread, *self.object()))); }
Result<Ref<>> namespace_reduce(Thread& thread, Value self) {
  Ref<Dict> dict = TRY(instance_dict(thread, *self.object()));
  return Ref<>(TRY(Tuple::from(thread, {type_of(self).value(), Tuple::empty().value(), dict.value()})));
}
constexpr MethodSpec kNamespaceMethods[] = {def<namespace_reduce>("__reduce__()", "Return state information for pickling")};
constexpr PropertySpec kNamespaceProperties[] = {{"__dict__", nullptr, namespace_dict}};

}  // namespace

const TypeSpec simple_namespace_spec = {
    .name = "types.SimpleNamespace",
    .doc = "An object whose attributes are whatever it is given by name.\n\n"
           "SimpleNamespace(**kwargs)",
    .methods = kNamespaceMethods,
    .method_count = std::size(kNamespaceMethods),
    .properties = kNamespaceProperties,
    .property_count = std::size(kNamespaceProperties),
    .slots = {.repr = namespace_repr, .compare = namespace_compare, .init = namespace_init, .new_ = namespace_new},
    .ops = &kNamespaceOps,
    .size = 16,
    .flags = static_cast<u32>(TypeFlag::Subclassable) | static_cast<u32>(TypeFlag::HasDict)};

}  // namespace py
