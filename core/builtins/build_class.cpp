// __build_class__: what a class statement calls.
#include "core/builtins/builtin_functions.h"
#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/type_system.h"
#include "core/vm/interpreter.h"

namespace py {

namespace {

// The bases with what is no class replaced by its __mro_entries__; the same tuple when there is no such thing.
Result<Ref<Tuple>> resolve_bases(Thread& thread, Tuple& bases) {
  Ref<List> resolved;
  for (isize i = 0; i < bases.length; ++i) {
    const Value base = bases[i];
    Ref<> method = is<Type>(base) ? Ref<>() : TRY(get_attribute_or_empty(thread, base, names::__mro_entries__()));
    if (method.is_empty()) {
      if (resolved) TRY(resolved->append(thread, base));
      continue;
    }
    Ref<> entries = TRY(call(thread, method, {bases.value()}));
    if (!is<Tuple>(entries)) return raise(thread, types.TypeError, "__mro_entries__ must return a tuple");
    if (!resolved) resolved = TRY(List::from(thread, bases.values(), i));
    TRY(resolved->extend(thread, entries));
  }
  if (!resolved) return Ref<Tuple>::share(&bases);
  return resolved->to_tuple(thread);
}

// metaclass=...: taken out of the keywords; Empty when not given.
Result<Ref<>> take_metaclass(Thread& thread, Dict& keywords) {
  return keywords.remove(thread, names::metaclass().value());
}

Result<Ref<>> choose_metaclass(Thread& thread, Value given, Tuple& bases) {
  Ref<> metaclass = Ref<>::share(given);
  if (metaclass.is_empty()) {
    metaclass = Ref<>::share(bases.length ? type_of(bases[0]).value() : types.type->value());
  }
  if (!is<Type>(metaclass)) return metaclass;  // any callable will do
  return Ref<>::share(TRY(calculate_metaclass(thread, as<Type>(metaclass), bases))->value());
}

Result<Ref<>> prepare_namespace(Thread& thread, Value metaclass, Value name, Tuple& bases, Dict& keywords) {
  Ref<> prepare = TRY(get_attribute_or_empty(thread, metaclass, names::__prepare__()));
  if (prepare.is_empty()) return Dict::make(thread);
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {name, bases.value()}));
  Ref<> result = TRY(call_with(thread, prepare, *arguments, &keywords));
  if (type_of(result).slots.get_item) return result;
  if (is<Type>(metaclass)) {
    return raise(thread, types.TypeError, "{}.__prepare__() must return a mapping, not {}", as<Type>(metaclass),
                 type_of(result));
  }
  return raise(thread, types.TypeError, "<metaclass>.__prepare__() must return a mapping, not {}", type_of(result));
}

// The cell behind super() must hold the new class.
Result<void> check_class_cell(Thread& thread, Value made, Value cell, Value name) {
  if (!is<Type>(made) || !is<Cell>(cell)) return {};
  Ref<> content = as<Cell>(cell).content.load();
  if (content.value() == made) return {};
  if (content.is_empty()) {
    return raise(thread, types.RuntimeError,
                 "__class__ not set defining {!r} as {!r}. Was __classcell__ propagated to type.__new__?", name, made);
  }
  return raise(thread, types.TypeError, "__class__ set to {!r} defining {!r} as {!r}", content.value(), name, made);
}

Result<Ref<>> build_class(Thread& thread, Rest args, Keywords given) {
  if (args.count < 2) return raise(thread, types.TypeError, "__build_class__: not enough arguments");
  const Value body = args.values[0];
  const Value name = args.values[1];
  if (!is<Function>(body)) return raise(thread, types.TypeError, "__build_class__: func must be a function");
  if (!is<Str>(name)) return raise(thread, types.TypeError, "__build_class__: name is not a string");
  Ref<Tuple> original = TRY(Tuple::from(thread, args.values + 2, args.count - 2));
  Ref<Tuple> bases = TRY(resolve_bases(thread, *original));
  Ref<Dict> keywords = TRY(Dict::make(thread));
  for (u32 i = 0; i < given.count(); ++i) TRY(keywords->set(thread, (*given.names)[i], given.values[i]));
  Ref<> wanted = TRY(take_metaclass(thread, *keywords));
  Ref<> metaclass = TRY(choose_metaclass(thread, wanted, *bases));
  Ref<> name_space = TRY(prepare_namespace(thread, metaclass, name, *bases, *keywords));
  Ref<> cell = TRY(run_class_body(thread, as<Function>(body), name_space));
  if (bases.get() != original.get()) {
    TRY(set_item(thread, name_space, names::__orig_bases__().value(), original.value()));
  }
  Ref<Tuple> arguments = TRY(Tuple::from(thread, {name, bases.value(), name_space}));
  Ref<> made = TRY(call_with(thread, metaclass, *arguments, keywords.get()));
  TRY(check_class_cell(thread, made, cell, name));
  return made;
}

constexpr MethodSpec kFunctions[] = {
    function<build_class>("__build_class__(*args, **kwds)",
                          "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\n"
                          "What a class statement calls to make its class."),
};

}  // namespace

std::span<const MethodSpec> class_functions() { return kFunctions; }

}  // namespace py
