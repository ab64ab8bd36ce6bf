#include "core/modules/pickle/globals.h"

#include "core/object/names.h"
#include "core/vm/imports.h"

namespace py::pickle {

ModuleException pickle_error, pickling_error, unpickling_error;
Library library;

namespace {

Result<void> load_dict(Thread& thread, GlobalRef& target, Value module, std::string_view name) {
  Ref<> value = TRY(get_attribute(thread, module, name));
  if (!is_exact<Dict>(value)) {
    Ref<> module_name = TRY(get_attribute(thread, module, names::__name__()));
    return raise(thread, types.RuntimeError, "{}.{} should be a dict, not {}", module_name.value(), name, type_of(value));
  }
  target.set(std::move(value));
  return {};
}
Result<void> load_function(Thread& thread, GlobalRef& target, std::string_view module_name, std::string_view name) {
  Ref<> module = TRY(import_module(thread, module_name));
  target.set(TRY(get_attribute(thread, module, name)));
  return {};
}

}  // namespace

Result<void> load_library(Thread& thread) {
  Ref<> copyreg = TRY(import_module(thread, "copyreg"));
  TRY(load_dict(thread, library.dispatch_table, copyreg, "dispatch_table"));
  TRY(load_dict(thread, library.extension_registry, copyreg, "_extension_registry"));
  TRY(load_dict(thread, library.inverted_registry, copyreg, "_inverted_registry"));
  TRY(load_dict(thread, library.extension_cache, copyreg, "_extension_cache"));
  Ref<> compatible = TRY(import_module(thread, "_compat_pickle"));
  TRY(load_dict(thread, library.new_names, compatible, "NAME_MAPPING"));
  TRY(load_dict(thread, library.new_modules, compatible, "IMPORT_MAPPING"));
  TRY(load_dict(thread, library.old_names, compatible, "REVERSE_NAME_MAPPING"));
  TRY(load_dict(thread, library.old_modules, compatible, "REVERSE_IMPORT_MAPPING"));
  TRY(load_function(thread, library.encode, "codecs", "encode"));
  TRY(load_function(thread, library.getattr, "builtins", "getattr"));
  return load_function(thread, library.partial, "functools", "partial");
}

Result<Ref<List>> dotted_path(Thread& thread, Value object, Str& name) {
  Ref<> path = TRY(call_method(thread, name.value(), "split", {Str::character('.')}));
  List& parts = as<List>(path);
  for (isize i = 0; i < parts.length(); ++i) {
    if (!as<Str>(parts.peek(i)).equals("<locals>")) continue;
    if (object.is_empty()) return raise(thread, types.AttributeError, "Can't pickle local object {!r}", name.value());
    return raise(thread, types.AttributeError, "Can't pickle local attribute {!r} on {!r}", name.value(), object);
  }
  return Ref<List>::share(&parts);
}

Result<Found> find_attribute(Thread& thread, Value object, List& path) {
  Found found{Ref<>::share(object), Ref<>()};
  for (isize i = 0; i < path.length() && !found.object.is_empty(); ++i) {
    found.parent = std::move(found.object);
    found.object = TRY(get_attribute_or_empty(thread, found.parent, as<Str>(path.peek(i))));
  }
  return found;
}

Result<Hook> find_hook(Thread& thread, Object& self, std::string_view name) {
  Ref<> found = TRY(get_attribute_or_empty(thread, self.value(), name));
  if (!is<BoundMethod>(found)) return Hook{std::move(found), false};
  BoundMethod& method = as<BoundMethod>(found);
  if (method.self.peek() != self.value()) return Hook{std::move(found), false};
  return Hook{method.function.load(), true};
}

}  // namespace py::pickle
