#include "core/vm/imports.h"

#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"

namespace py {

Result<Ref<>> builtin_import(Thread& thread) {
  Dict* modules = loaded_modules();
  const Value builtins = modules ? modules->find_str(names::builtins()) : Empty;
  const Value function = is<Module>(builtins) ? as<Dict>(as<Module>(builtins).dict.peek()).find_str(names::__import__()) : Empty;
  if (function.is_empty()) return raise(thread, types.ImportError, "__import__ not found");
  return Ref<>::share(function);
}

Result<Ref<>> import_module(Thread& thread, std::string_view name) {
  Ref<> function = TRY(builtin_import(thread));
  Str& module_name = intern(thread, name);
  // A list of names makes __import__ return the module itself instead of its top package.
  Ref<Tuple> from_list = TRY(Tuple::from(thread, {names::__name__().value()}));
  return call(thread, function, {module_name.value(), None, None, from_list.value(), Value::integer(0)});
}

Value import_name(Thread& thread, Value* fp, Str& name, Value level, Value from_list) {
  Ref<> function = Ref<>::share(frame_builtins(fp).find_str(names::__import__()));
  if (function.is_empty()) {
    (void)raise(thread, types.ImportError, "__import__ not found");
    return Error;
  }
  return call(thread, function, {name.value(), frame_globals(fp).value(), frame_own_locals(fp), from_list, level}).release();
}

namespace {

Failure cannot_import(Thread& thread, Value module, Str& name) {
  Ref<> module_name = Ref<>::adopt(get_attribute_or_empty(thread, module, names::__name__()).release());
  if (module_name.value().is_error()) return failure;
  if (!is<Str>(module_name)) {
    Result<Ref<Str>> unknown = Str::from_ascii(thread, "<unknown module name>");
    if (unknown.failed()) return failure;
    module_name = unknown.take();
  }
  Ref<> file = Ref<>::adopt(get_attribute_or_empty(thread, module, names::__file__()).release());
  if (file.value().is_error()) return failure;
  bool initializing = false;
  Ref<> spec = Ref<>::adopt(get_attribute_or_empty(thread, module, names::__spec__()).release());
  if (spec.value().is_error()) return failure;
  if (!spec.is_empty()) {
    Ref<> flag = Ref<>::adopt(get_attribute_or_empty(thread, spec, names::_initializing()).release());
    if (flag.value().is_error()) return failure;
    initializing = flag.value() == True;
  }
  Result<Ref<Str>> text = failure;
  if (!is<Str>(file)) {
    text = format_str(thread, "cannot import name {!r} from {!r} (unknown location)", name.value(), module_name.value());
  } else if (initializing) {
    text = format_str(thread,
                      "cannot import name {!r} from partially initialized module {!r} (most likely due to a circular import) ({})",
                      name.value(), module_name.value(), as<Str>(file));
  } else {
    text = format_str(thread, "cannot import name {!r} from {!r} ({})", name.value(), module_name.value(), as<Str>(file));
  }
  if (text.failed()) return failure;
  Ref<Str> message = text.take();
  (void)raise_with(thread, types.ImportError, {message.value()});
  if (pending_is(thread, *types.ImportError)) {
    Exception& error = as<Exception>(thread.pending);
    error.details[0].store(error, message.value());
    error.details[1].store(error, module_name.value());
    if (is<Str>(file)) error.details[2].store(error, file.value());
  }
  return failure;
}

Result<Ref<>> import_from_value(Thread& thread, Value module, Str& name) {
  Ref<> value = TRY(get_attribute_or_empty(thread, module, name));
  if (!value.is_empty()) return value;
  // A submodule that is being imported may be in sys.modules but not yet an attribute of its package.
  Ref<> package = TRY(get_attribute_or_empty(thread, module, names::__name__()));
  if (is<Str>(package)) {
    Ref<Str> full = TRY(format_str(thread, "{}.{}", as<Str>(package), name));
    Dict* modules = loaded_modules();
    if (modules) {
      const Value found = TRY(modules->find(thread, full.value()));
      if (!found.is_empty()) return Ref<>::share(found);
    }
  }
  return cannot_import(thread, module, name);
}

Result<void> store_in(Thread& thread, Value name_space, Value key, Value value) {
  if (is_exact<Dict>(name_space)) return as<Dict>(name_space).set(thread, key, value);
  return set_item(thread, name_space, key, value);
}

}  // namespace

Value import_from(Thread& thread, Value module, Str& name) { return import_from_value(thread, module, name).release(); }

Result<void> import_star(Thread& thread, Value module, Value name_space) {
  Ref<> all = TRY(get_attribute_or_empty(thread, module, names::__all__()));
  const bool everything = all.is_empty();
  if (everything) {
    Ref<> dict = TRY(get_attribute(thread, module, names::__dict__()));
    all = TRY(call_method(thread, dict, names::keys()));
  }
  Ref<List> list = TRY(to_list(thread, all));
  return for_each(thread, list.value(), [&](Value key) -> Result<void> {
    if (!is<Str>(key)) {
      Ref<> owner = TRY(get_attribute(thread, module, names::__name__()));
      return raise(thread, types.TypeError, "{} in {}.{} must be str, not {}", everything ? "Key" : "Item", owner.value(),
                   everything ? "__dict__" : "__all__", type_of(key));
    }
    if (everything && as<Str>(key).length() && as<Str>(key)[0] == '_') return {};
    Ref<> value = TRY(get_attribute(thread, module, as<Str>(key)));
    return store_in(thread, name_space, key, value);
  });
}

}  // namespace py
