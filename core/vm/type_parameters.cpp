#include "core/vm/type_parameters.h"

#include "core/object/dict.h"
#include "core/object/names.h"
#include "core/object/sequence.h"
#include "core/vm/dispatch.h"

namespace py {

namespace {

Result<Ref<>> typing_attribute(Thread& thread, std::string_view name) {
  Ref<Str> module_name = TRY(Str::from_ascii(thread, "typing"));
  Dict* modules = loaded_modules();
  Value module = modules ? modules->find_str(*module_name) : Empty;
  Ref<> imported;
  if (module.is_empty()) {
    Ref<> importer = Ref<>::share(frame_builtins(thread.frame_registers).find_str(names::__import__()));
    imported = TRY(call(thread, importer, {module_name.value()}));
    module = imported;
  }
  return get_attribute(thread, module, name);
}

Result<Ref<>> call_with_name(Thread& thread, Value callable, Value name, std::string_view keyword, Value value) {
  Ref<Tuple> args = TRY(Tuple::from(thread, {name}));
  Ref<Dict> keywords = TRY(Dict::make(thread));
  if (!keyword.empty()) TRY(keywords->set_str(thread, keyword, value));
  return call_with(thread, callable, *args, keywords.get());
}

}  // namespace

Result<Ref<>> make_type_parameter(Thread& thread, Pc pc, Value* fp) {
  const u8 flags = OP_FLAGS;
  const u32 kind = flags >> 4;
  if (kind == 3) {  // Generic[parameters], the implicit base of a generic class
    Ref<> generic = TRY(typing_attribute(thread, "Generic"));
    return get_item(thread, generic, fp[OP_B]);
  }
  const Value name = constant_name(fp, OP_B).value();
  if (kind == 1 || kind == 2) {
    Ref<> callable = TRY(typing_attribute(thread, kind == 1 ? "ParamSpec" : "TypeVarTuple"));
    return call(thread, callable, {name});
  }
  Ref<> callable = TRY(typing_attribute(thread, "TypeVar"));
  if (!(flags & 1)) return call(thread, callable, {name});
  // typing's TypeVar of 3.11 takes the bound as a value: it is evaluated when the parameter is made.
  Ref<> bound = TRY(call(thread, fp[OP_C], {}));
  if (!is<Tuple>(bound)) return call_with_name(thread, callable, name, "bound", bound);
  Ref<List> arguments = TRY(to_list(thread, bound));
  TRY(arguments->insert(thread, 0, name));
  Ref<Tuple> positional = TRY(arguments->to_tuple(thread));
  return call_with(thread, callable, *positional, nullptr);
}

Result<Ref<>> make_type_alias(Thread& thread, Pc pc, Value* fp) {
  const Value parameters = OP_FLAGS & 1 ? fp[OP_C] : Tuple::empty().value();
  return call(thread, types.type_alias->value(), {constant_name(fp, OP_B).value(), fp[OP_C + 1], parameters});
}

}  // namespace py
