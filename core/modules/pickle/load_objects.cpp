// Classes and functions by name, and the objects made with them.
#include "core/builtins/sequence_operations.h"
#include "core/modules/pickle/loader.h"
#include "core/object/attributes.h"
#include "core/object/codec_registry.h"
#include "core/object/names.h"
#include "core/object/type_system.h"

namespace py::pickle {

Result<Ref<>> Loader::class_named(Value module, Value name) {
  if (&type_of_object(unpickler_) == unpickler_type) return find_class(thread_, unpickler_, module, name);
  return call_method(thread_, unpickler_.value(), "find_class", {module, name});
}

Result<void> Loader::load_global() {
  Ref<> module = TRY(decode_utf8(thread_, TRY(input_.line())));
  Ref<> name = TRY(decode_utf8(thread_, TRY(input_.line())));
  return push(TRY(class_named(module, name)));
}
Result<void> Loader::load_stack_global() {
  if (height() - 2 < fence()) return raise(thread_, unpickling_error, "STACK_GLOBAL requires str");
  Ref<> name = TRY(pop());
  Ref<> module = TRY(pop());
  if (!is_exact<Str>(name) || !is_exact<Str>(module)) return raise(thread_, unpickling_error, "STACK_GLOBAL requires str");
  return push(TRY(class_named(module, name)));
}

Result<void> Loader::load_extension(i64 code) {
  if (code <= 0) return raise(thread_, unpickling_error, "EXT specifies code <= 0");
  const Value number = Value::integer(code);
  Ref<> known = TRY(dict_of(library.extension_cache).get(thread_, number));
  if (!known.is_empty()) return push(std::move(known));
  Ref<> pair = TRY(dict_of(library.inverted_registry).get(thread_, number));
  if (pair.is_empty()) return raise(thread_, types.ValueError, "unregistered extension code {}", code);
  const bool valid = is<Tuple>(pair) && as<Tuple>(pair).length == 2 && is<Str>(as<Tuple>(pair)[0]) && is<Str>(as<Tuple>(pair)[1]);
  if (!valid) return raise(thread_, types.ValueError, "_inverted_registry[{}] isn't a 2-tuple of strings", code);
  Ref<> object = TRY(class_named(as<Tuple>(pair)[0], as<Tuple>(pair)[1]));
  TRY(dict_of(library.extension_cache).set(thread_, number, object));
  return push(std::move(object));
}

// As classes of Python 2 were instantiated.
Result<void> Loader::instantiate(Value type, Tuple& arguments) {
  if (arguments.length == 0 && is<Type>(type)) {
    Ref<> own_arguments = TRY(get_attribute_or_empty(thread_, type, "__getinitargs__"));
    if (own_arguments.is_empty()) return push(TRY(call_method(thread_, type, names::__new__(), {type})));
  }
  return push(TRY(call_with(thread_, type, arguments, nullptr)));
}
Result<void> Loader::load_instance() {
  const isize start = TRY(pop_mark());
  auto ascii_line = [&]() -> Result<Ref<>> {
    Ref<Bytes> line = TRY(Bytes::from(thread_, TRY(input_.line())));
    return decode_text(thread_, line.value(), &intern(thread_, "ascii"), nullptr);
  };
  Ref<> module = TRY(ascii_line());
  Ref<> name = TRY(ascii_line());
  Ref<> type = TRY(class_named(module, name));
  Ref<Tuple> arguments = TRY(pop_tuple(start));
  return instantiate(type, *arguments);
}
Result<void> Loader::load_object() {
  const isize start = TRY(pop_mark());
  if (height() - start < 1) return underflow();
  Ref<Tuple> arguments = TRY(pop_tuple(start + 1));
  Ref<> type = TRY(pop());
  return instantiate(type, *arguments);
}

Result<void> Loader::load_new_object(bool with_keywords) {
  const char* name = with_keywords ? "NEWOBJ_EX" : "NEWOBJ";
  Ref<> keywords = with_keywords ? TRY(pop()) : Ref<>();
  Ref<> arguments = TRY(pop());
  Ref<> type = TRY(pop());
  auto wrong = [&](const char* place, const char* wanted, Value given) {
    return raise(thread_, unpickling_error, "{} {} argument must be a {}, not {}", name, place, wanted, type_of(given));
  };
  if (!is<Type>(type)) return wrong("class", "type", type);
  Type& created = as<Type>(type);
  if (!created.slots.new_ || created.has(TypeFlag::NoInstantiation)) {
    return raise(thread_, unpickling_error, "{} class argument '{}' doesn't have __new__", name, created);
  }
  if (!is<Tuple>(arguments)) return wrong("args", "tuple", arguments);
  if (with_keywords && !is<Dict>(keywords)) return wrong("kwargs", "dict", keywords);
  Tuple& positional = as<Tuple>(arguments);
  if (!with_keywords || as<Dict>(keywords).length() == 0) {
    return push(TRY(created.slots.new_(thread_, created, Arguments{positional.values(), static_cast<u32>(positional.length)})));
  }
  Ref<> creator = TRY(get_attribute(thread_, type, names::__new__()));
  Ref<Tuple> all = TRY(Tuple::allocate(thread_, positional.length + 1));
  all->items()[0].initialize(type.share());
  for (isize i = 0; i < positional.length; ++i) all->items()[i + 1].initialize(Ref<>::share(positional[i]));
  return push(TRY(call_with(thread_, creator, *all, &as<Dict>(keywords))));
}

Result<void> Loader::reduce() {
  Ref<> arguments = TRY(pop());
  Ref<> function = TRY(pop());
  if (!is<Tuple>(arguments)) return raise(thread_, types.TypeError, "argument list must be a tuple");
  return push(TRY(call_with(thread_, function, as<Tuple>(arguments), nullptr)));
}

// Object and state: the object's __setstate__, or its attributes are set.
Result<void> Loader::build() {
  if (height() - 2 < fence()) return underflow();
  Ref<> state = TRY(pop());
  Ref<> object = TRY(top());
  Ref<> method = TRY(get_attribute_or_empty(thread_, object, names::__setstate__()));
  if (!method.is_empty()) {
    TRY(call(thread_, method, {state}));
    return {};
  }
  Ref<> slots;
  if (is<Tuple>(state) && as<Tuple>(state).length == 2) {
    slots = Ref<>::share(as<Tuple>(state)[1]);
    state = Ref<>::share(as<Tuple>(state)[0]);
  }
  if (!state.value().is_none()) TRY(set_attributes(object, state));
  if (slots.is_empty() || slots.value().is_none()) return {};
  if (!is<Dict>(slots)) return raise(thread_, unpickling_error, "slot state is not a dictionary");
  Ref<Tuple> pairs = TRY(as<Dict>(slots).snapshot(thread_, DictPart::Pairs));
  for (isize i = 0; i < pairs->length; i += 2) {
    if (!is<Str>((*pairs)[i])) {
      return raise(thread_, types.TypeError, "attribute name must be string, not '{}'", type_of((*pairs)[i]));
    }
    TRY(set_attribute(thread_, object, as<Str>((*pairs)[i]), (*pairs)[i + 1]));
  }
  return {};
}

Result<void> Loader::set_attributes(Value object, Value state) {
  if (!is<Dict>(state)) return raise(thread_, unpickling_error, "state is not a dictionary");
  const bool plain = object.is_object() && has_plain_instance_dict(type_of(object)) &&
                     type_of(object).slots.get_attribute == generic_get_attribute;
  Ref<> dict = plain ? Ref<>() : TRY(get_attribute(thread_, object, names::__dict__()));
  Ref<Tuple> pairs = TRY(as<Dict>(state).snapshot(thread_, DictPart::Pairs));
  for (isize i = 0; i < pairs->length; i += 2) {
    const Value name = (*pairs)[i];
    if (plain && is_exact<Str>(name)) {
      TRY(set_instance_attribute(thread_, *object.object(), intern(thread_, as<Str>(name)), (*pairs)[i + 1]));
      continue;
    }
    if (dict.is_empty()) dict = TRY(get_attribute(thread_, object, names::__dict__()));
    TRY(set_item(thread_, dict, is_exact<Str>(name) ? intern(thread_, as<Str>(name)).value() : name, (*pairs)[i + 1]));
  }
  return {};
}

Result<Ref<>> Loader::persistent_load() {
  Ref<> hook = unpickler_.persistent_load.load();
  if (!hook.is_empty()) return hook;
  return raise(thread_, unpickling_error,
               "A load persistent id instruction was encountered,\nbut no persistent_load function was specified.");
}
Result<void> Loader::load_persistent(Value id) {
  Ref<> hook = TRY(persistent_load());
  if (unpickler_.persistent_load_is_bound.load(std::memory_order_relaxed)) {
    return push(TRY(call(thread_, hook, {unpickler_.value(), id})));
  }
  return push(TRY(call(thread_, hook, {id})));
}
Result<void> Loader::load_persistent_text() {
  TRY(persistent_load());
  const std::string_view line = TRY(input_.line());
  if (!text::is_ascii(line.data(), static_cast<isize>(line.size()))) {
    return raise(thread_, unpickling_error, "persistent IDs in protocol 0 must be ASCII strings");
  }
  Ref<Str> id = TRY(Str::from_ascii(thread_, line));
  return load_persistent(id.value());
}

}  // namespace py::pickle
