// Classes and functions: by the names under which they are found again.
#include "core/builtins/sequence_operations.h"
#include "core/modules/pickle/pickler.h"
#include "core/object/codec_registry.h"
#include "core/object/names.h"
#include "core/object/number.h"
#include "core/vm/imports.h"

namespace py::pickle {

namespace {

// The module whose attribute `path` is the object; else "__main__".
Result<Ref<>> search_modules(Thread& thread, Value object, List& path) {
  Dict* modules = loaded_modules();
  if (!modules) return raise(thread, types.RuntimeError, "unable to get sys.modules");
  Ref<Tuple> pairs = TRY(modules->snapshot(thread, DictPart::Pairs));
  for (isize i = 0; i < pairs->length; i += 2) {
    const Value name = (*pairs)[i], module = (*pairs)[i + 1];
    if (!is<Str>(name) || as<Str>(name).equals("__main__") || module.is_none()) continue;
    Found found = TRY(find_attribute(thread, module, path));
    if (found.object.value() == object) return Ref<>::share(name);
  }
  return Ref<>(TRY(Str::from_ascii(thread, "__main__")));
}
Result<Ref<>> module_name_of(Thread& thread, Value object, List& path) {
  Ref<> name = TRY(get_attribute_or_empty(thread, object, names::__module__()));
  if (!name.is_empty() && !name.value().is_none()) return name;
  return search_modules(thread, object, path);
}

Result<Ref<>> import_for(Thread& thread, Value object, Value module_name) {
  Result<Ref<>> module = failure;
  if (is<Str>(module_name)) {
    module = import_module(thread, as<Str>(module_name).utf8());
    if (!module.failed()) return module;
    if (!pending_is(thread, *types.Exception)) return failure;
    clear_pending(thread);
  }
  return raise(thread, pickling_error, "Can't pickle {!r}: import of module {!r} failed", object, module_name);
}

// The names that Python 2 has for these.
Result<void> to_old_names(Thread& thread, Ref<>& module_name, Ref<>& name) {
  Ref<Tuple> key = TRY(Tuple::from(thread, {module_name, name}));
  Ref<> pair = TRY(dict_of(library.old_names).get(thread, key.value()));
  if (!pair.is_empty()) {
    if (!is<Tuple>(pair) || as<Tuple>(pair).length != 2) {
      return raise(thread, types.RuntimeError, "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not {}",
                   type_of(pair));
    }
    Tuple& parts = as<Tuple>(pair);
    if (!is<Str>(parts[0]) || !is<Str>(parts[1])) {
      return raise(thread, types.RuntimeError, "_compat_pickle.REVERSE_NAME_MAPPING values should be pairs of str, not ({}, {})",
                   type_of(parts[0]), type_of(parts[1]));
    }
    module_name = Ref<>::share(parts[0]);
    name = Ref<>::share(parts[1]);
    return {};
  }
  Ref<> module = TRY(dict_of(library.old_modules).get(thread, module_name));
  if (module.is_empty()) return {};
  if (!is<Str>(module)) {
    return raise(thread, types.RuntimeError, "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not {}",
                 type_of(module));
  }
  module_name = std::move(module);
  return {};
}

}  // namespace

Result<void> Saver::save_type(Value object) {
  for (const Value single : {None, NotImplemented, Ellipsis}) {
    if (object == type_of(single).value()) return save_as_call(types.type->value(), {single}, object);
  }
  return save_global(object, Empty);
}

Result<void> Saver::save_global(Value object, Value given) {
  Ref<> name = Ref<>::share(given);
  if (given.is_empty()) {
    name = TRY(get_attribute_or_empty(thread_, object, names::__qualname__()));
    if (name.is_empty()) name = TRY(get_attribute(thread_, object, names::__name__()));
  }
  if (!is<Str>(name)) return raise(thread_, types.TypeError, "descriptor 'split' for 'str' objects doesn't apply to a '{}' object", type_of(name));
  Ref<List> path = TRY(dotted_path(thread_, Empty, as<Str>(name)));
  Ref<> module_name = TRY(module_name_of(thread_, object, *path));
  Ref<> module = TRY(import_for(thread_, object, module_name));
  Result<Found> search = find_attribute(thread_, module, *path);
  if (search.failed()) return failure;
  Found found = search.take();
  if (found.object.is_empty()) {
    return raise(thread_, pickling_error, "Can't pickle {!r}: attribute lookup {} on {} failed", object, name.value(),
                 module_name.value());
  }
  if (found.object.value() != object) {
    return raise(thread_, pickling_error, "Can't pickle {!r}: it's not the same object as {}.{}", object, module_name.value(),
                 name.value());
  }
  if (protocol_ >= 2 && TRY(save_extension(object, module_name, name))) return {};
  Ref<> last = item_of(*path, path->length() - 1);
  const bool nested = found.parent.value() != module.value();
  if (!nested) name = last.share();
  if (protocol_ >= 4) {
    TRY(save(module_name));
    TRY(save(name));
    out_.opcode(Opcode::StackGlobal);
  } else if (nested) {
    TRY(save_as_call(library.getattr.peek(), {found.parent, last}, Empty));
  } else {
    TRY(save_global_text(module_name, name));
  }
  return put(object);
}

// By the number that copyreg.add_extension() gave it.
Result<bool> Saver::save_extension(Value object, Value module_name, Value name) {
  Ref<Tuple> key = TRY(Tuple::from(thread_, {module_name, name}));
  Ref<> code = TRY(dict_of(library.extension_registry).get(thread_, key.value()));
  if (code.is_empty()) return false;
  i64 number = 0;
  if (!is_integer(code)) {
    return raise(thread_, pickling_error, "Can't pickle {!r}: extension code {!r} isn't an integer", object, code.value());
  }
  if (!integer_fits(code, number) || number <= 0 || number > INT32_MAX) {
    return raise(thread_, types.RuntimeError, "Can't pickle {!r}: extension code {} is out of range", object, code.value());
  }
  if (number <= 0xFF) {
    out_.opcode(Opcode::Ext1);
    out_.byte(static_cast<u8>(number));
  } else if (number <= 0xFFFF) {
    out_.opcode(Opcode::Ext2);
    out_.number(static_cast<u16>(number));
  } else {
    out_.opcode(Opcode::Ext4);
    out_.number(static_cast<i32>(number));
  }
  return true;
}

Result<void> Saver::save_global_text(Value given_module, Value given_name) {
  Ref<> module_name = Ref<>::share(given_module), name = Ref<>::share(given_name);
  if (protocol_ < 3 && pickler_.fix_imports) TRY(to_old_names(thread_, module_name, name));
  out_.opcode(Opcode::Global);
  const std::pair<Value, const char*> lines[] = {{module_name, "module"}, {name, "global"}};
  for (auto [text, what] : lines) {
    // Non-ASCII names have been known since protocol 3, lone surrogates never.
    const std::string bytes = as<Str>(text).utf8();
    bool valid = as<Str>(text).is_ascii();
    if (!valid && protocol_ == 3) {
      Result<Ref<>> encoded = encode_utf8(thread_, as<Str>(text));
      valid = !encoded.failed();
      if (!valid) clear_pending(thread_);
    }
    if (!valid) {
      return raise(thread_, pickling_error, "can't pickle {} identifier '{}' using pickle protocol {}", what, text, protocol_);
    }
    out_.bytes(bytes);
    out_.byte('\n');
  }
  return {};
}

}  // namespace py::pickle
